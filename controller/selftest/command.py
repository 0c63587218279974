"""`treadcoach selftest`: its parts one after the other, a line for each thing that was looked at."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from controller.checked import BadInputError
from controller.clock import Clock
from controller.config import Config
from controller.devices.sound.duplex import listen
from controller.selftest import lights as lamps
from controller.selftest import mount, sensors, sound, switches
from controller.selftest.belt import LISTEN_NS, belt
from controller.selftest.buzzer import buzzer
from controller.selftest.clock import clocks, permissions
from controller.selftest.disk import recordings
from controller.selftest.felt import NS
from controller.selftest.line import Audience, Line
from controller.selftest.pins import pins
from controller.selftest.running import asked, lines_of


class Wanted(NamedTuple):
    """What is to be tested: these parts, all without any; and the two that need somebody's help."""

    parts: Sequence[str] = ()
    walk: bool = False
    latency: bool = False


class Part(NamedTuple):
    """One part: how long it takes, what it says, and whether a running station has what it needs."""

    seconds: float
    lines: Callable[[Config, Audience], Iterator[Line]]
    devices: bool = True


def parts(config: Config, wanted: Wanted) -> dict[str, Part]:
    """All of them, in their order."""
    button_s = switches.LISTEN_S if switches.wired(config) else 0
    every = {
        "disk": Part(0, lambda config, _: iter([recordings(config)]), devices=False),
        "clock": Part(1, _clocks, devices=False),
        "pins": Part(0, lambda config, _: pins(config), devices=False),
        "sensors": Part(sensors.LISTEN_S, sensors.sensors),
        "walk": Part(mount.WALK_S, mount.walk),
        "switches": Part(button_s, switches.switches),
        "belt": Part(_belt_s(config), lambda config, audience: belt(config, audience.clock)),
        "lights": Part(lamps.seconds(config), lamps.lights),
        "buzzer": Part(2 if config.buzzer else 0, buzzer),
        "sound": Part(3, lambda config, audience: iter([sound.loudspeaker(config, audience)])),
        "latency": Part(12, lambda config, _: _latency(config)),
    }
    asked_for = set(wanted.parts) or every.keys() - {"walk", "latency"}
    asked_for |= {name for name, want in (("walk", wanted.walk), ("latency", wanted.latency)) if want}
    strangers = asked_for - every.keys()
    if strangers:
        raise BadInputError(f"There is no part {', '.join(strangers)}. There are: {', '.join(every)}.")
    return {name: part for name, part in every.items() if name in asked_for}


def _clocks(config: Config, audience: Audience) -> Iterator[Line]:
    yield from permissions()
    yield from clocks(config, audience)


def _belt_s(config: Config) -> float:
    return LISTEN_NS / NS * ((config.belt is not None) + (config.belt_sensor is not None))


def _latency(config: Config) -> Iterator[Line]:
    yield sound.latency(config, listen)
    yield sound.light_latency(None)


def selftest(config: Config, wanted: Wanted, clock: Clock, json_path: Path | None) -> int:
    """Print a line for each thing; 0 unless one of them is bad."""
    lines = []
    for line in tested(config, wanted, Audience(clock, _say, _ask)):
        print(f"{line.level:<5} {line.part}: {line.text}", flush=True)
        lines.append(line)
    if json_path is not None:
        json_path.write_text(json.dumps([line._asdict() for line in lines], indent=1) + "\n")
    return int(any(line.level == "bad" for line in lines))


def tested(config: Config, wanted: Wanted, audience: Audience) -> Iterator[Line]:
    """What the parts say; a station that runs speaks for those whose devices it has."""
    chosen = parts(config, wanted)
    said = asked(config.socket, audience.clock) if any(part.devices for part in chosen.values()) else None
    if said is not None:
        chosen = {name: part for name, part in chosen.items() if not part.devices}
    total_s = sum(part.seconds for part in chosen.values())
    audience.say(f"{', '.join(chosen) or 'Nothing to open'}: up to {total_s:.0f} s. The belt is never moved.")
    for name, part in chosen.items():
        lines = part.lines(config, audience)
        yield next(lines, Line(name, "ok", "None is configured."))
        yield from lines
    if said is not None:
        yield from lines_of(said)


def _say(text: str) -> None:
    print(f"      {text}", file=sys.stderr, flush=True)


def _ask(question: str) -> bool | None:
    """At a terminal; Enter is a yes."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    _say(f"{question} [Y/n]")
    return not sys.stdin.readline().strip().lower().startswith("n")
