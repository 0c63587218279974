"""Step switches and the handrail's button in the self-test: somebody steps and presses."""

from collections.abc import Iterator

import msgspec

from controller.assembly import Station, real
from controller.checked import BadInputError
from controller.config import Config
from controller.devices.handrail import Handrail
from controller.items import HANDRAIL, Command, Item, StepPulse
from controller.messages import PartState
from controller.selftest.line import Audience, Line
from controller.selftest.listening import NS, Listening, alone, opened
from controller.simulation.scene import Stretch

LISTEN_S = 10.0
WALKS = (Stretch(duration_s=1000, belt_speed_mps=1.3),)  # a simulated runner does what a person is asked to


def wired(config: Config) -> bool:
    """There is a switch, on a pin or simulated."""
    made = not real(config) and (config.simulation.step_pulses or config.simulation.handrail)
    return bool(config.step_pulses or config.handrail or made)


def switches(config: Config, audience: Audience) -> Iterator[Line]:
    """A line for each: whether it closed."""
    if not wired(config):
        return
    walking = msgspec.structs.replace(
        config, simulation=msgspec.structs.replace(config.simulation, course=WALKS)
    )
    tables = ("step_pulses", "handrail") if real(config) else ("step_pulses", "handrail", "simulation")
    try:
        station = opened(alone(walking, *tables), audience.clock)
    except BadInputError as problem:
        yield Line("switches", "bad", str(problem))
        return
    waiting = {pulse.name for pulse in station.setup.pulses}
    waiting |= {part.name for part in _parts(station) if part.name == Handrail.name}
    audience.say(f"Within {LISTEN_S:g} s: step on each switch, press the handrail's button.")
    heard: set[str] = set()
    with Listening(station, audience.clock) as listening:
        for item in listening.until(audience.clock.monotonic_ns() + round(LISTEN_S * NS)):
            heard |= {_named(item)} & waiting
            if heard == waiting:
                break
        parts = _parts(station)
    yield from (_judged(part, heard) for part in parts)


def _parts(station: Station) -> list[PartState]:
    return [part for owner in station.parts for part in owner.parts if _key(part.name)]


def _key(name: str) -> str:
    """The switch whose part this is, as items name it; empty for a light."""
    kind, _, which = name.partition(", ")
    if name == Handrail.name:
        return name
    return which.replace(" ", "_") if kind == "steps" else ""


def _named(item: Item) -> str:
    if isinstance(item, StepPulse):
        return item.sensor
    return Handrail.name if isinstance(item, Command) and item.request_id == HANDRAIL else ""


def _judged(part: PartState, heard: set[str]) -> Line:
    if _key(part.name) in heard:
        return Line(part.name, "ok", f"it closed. {part.state}.")
    if part.trouble:
        return Line(part.name, "bad", f"{part.trouble}. {part.state}.")
    text = f"it did not close in {LISTEN_S:g} s ({part.state})."
    return Line(part.name, "look", f"{text} Press it; its two wires held together must do the same.")
