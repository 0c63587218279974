"""The lights in the self-test: each is lit in turn, through the player that lights them in a session."""

from collections.abc import Iterator
from typing import NamedTuple

from controller.checked import BadInputError
from controller.config import Config
from controller.cues import DARK, Cue, CueKind
from controller.hardware_tables import LightsTable
from controller.selftest.acting import Acting
from controller.selftest.line import Audience, Line
from controller.selftest.listening import NS, alone, troubles

SHOW_S = 0.7  # long enough to say which it was
TABLES = ("lights", "strip")
TRAFFIC = {"more": (-1.0, "more wanted"), "inside": (0.0, "all is well"), "less": (1.0, "less wanted")}
PLACES = {-3.0: "left end", -1.5: "left half", 0.0: "middle", 1.5: "right half", 3.0: "right end"}


class Show(NamedTuple):
    """One look of the lights, and its words."""

    kind: CueKind
    value: float
    words: str


def shows(config: Config) -> list[Show]:
    """Everything that these lights can show."""
    lights, strip = config.lights, config.strip
    found = [] if lights is None else _traffic(lights)
    if strip is not None and not found:
        found = [Show(CueKind.LIGHT, value, f"strip: {text}") for value, text in TRAFFIC.values()]
    if strip is not None or (lights is not None and lights.row):
        name = "row" if strip is None else "strip"
        found += [Show(CueKind.STRIP, value, f"{name}, {place}") for value, place in PLACES.items()]
    return found


def _traffic(lights: LightsTable) -> list[Show]:
    if lights.rgb is not None:
        return [Show(CueKind.LIGHT, value, f"RGB LED: {text}") for value, text in TRAFFIC.values()]
    found = []
    for field, (value, text) in TRAFFIC.items():
        gpio = getattr(lights, field)
        if gpio is not None:
            found.append(Show(CueKind.LIGHT, value, f"{text} (GPIO {gpio})"))
    return found


def seconds(config: Config) -> float:
    """How long it takes to show them all."""
    return SHOW_S * len(shows(config))


def lights(config: Config, audience: Audience) -> Iterator[Line]:
    """All of them, one after the other, then the question whether they were seen."""
    wanted = shows(config)
    if not wanted:
        yield Line("lights", "ok", "None are configured: colours are on the runner's screen only.")
        return
    try:
        with Acting(alone(config, *TABLES), audience.clock) as acting:
            audience.say("Look at the lights:")
            unlit = [show.words for show in wanted if not _lit(acting, show, audience)]
            why = [f"{part.name}: {part.trouble}" for part in troubles(acting.station)]
    except BadInputError as problem:
        yield Line("lights", "bad", str(problem))
        return
    if unlit or why:
        text = f"could not be lit: {', '.join(unlit)}. {'; '.join(why)}. treadcoach pins draws the wires."
        yield Line("lights", "bad", text)
        return
    yield _judged([show.words for show in wanted], audience)


def _lit(acting: Acting, show: Show, audience: Audience) -> bool:
    audience.say(f"  {show.words}")
    now_ns = audience.clock.monotonic_ns()
    lit = acting.act(Cue(due_ns=now_ns, kind=show.kind, value=show.value))
    audience.clock.sleep_until_ns(now_ns + round(SHOW_S * NS))
    acting.act(Cue(due_ns=audience.clock.monotonic_ns(), kind=show.kind, value=DARK))
    return lit


def _judged(words: list[str], audience: Audience) -> Line:
    shown = f"shown one after the other: {', '.join(words)}."
    seen = audience.ask("Did you see each of them?")
    if seen is None:
        return Line("lights", "look", f"{shown} Did you see each of them? Nobody was there to ask.")
    if seen:
        return Line("lights", "ok", f"{shown} Seen.")
    return Line(
        "lights", "bad", f"{shown} Not all were seen: check that LED's direction, resistor and ground."
    )
