"""A station that runs already has the devices: the self-test then asks it instead of them."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import msgspec

from controller.clock import Clock
from controller.effects import Live, SensorReport, SensorState
from controller.messages import Health, PortState, decode_message
from controller.selftest.clock import late
from controller.selftest.felt import NS
from controller.selftest.line import Line

PATIENCE_S = 5.0  # it says how it is once a second
END_IT = "End it to test them: sudo systemctl stop treadcoach, or Ctrl+C where it was started."


class Said(NamedTuple):
    """What a running station says of itself; None where it didn't."""

    live: Live | None
    health: Health | None


def asked(path: Path, clock: Clock) -> Said | None:
    """Who answers at the station's socket; None where nobody does."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(PATIENCE_S)
        try:
            connection.connect(str(path))
        except OSError:
            return None
        with connection.makefile("rb") as lines, suppress(OSError):  # silent, or ended meanwhile
            return _said(iter(lines), clock)
    return Said(None, None)


def _said(lines: Iterator[bytes], clock: Clock) -> Said:
    live: Live | None = None
    health: Health | None = None
    end_ns = clock.monotonic_ns() + round(PATIENCE_S * NS)
    while (live is None or health is None) and clock.monotonic_ns() < end_ns:
        with suppress(msgspec.DecodeError):  # a station of another version
            message = decode_message(next(lines, b""))
            live = message if isinstance(message, Live) else live
            health = message if isinstance(message, Health) else health
    return Said(live, health)


def lines_of(said: Said) -> Iterator[Line]:
    """Its own words, part by part."""
    text = "It is running and has the devices, so they were not opened; this is what it says of them."
    if said.live is None or said.health is None:
        text = "It is running and has the devices, but says nothing that this version understands."
    yield Line("station", "look", f"{text} {END_IT}")
    if said.live is not None:
        yield from map(_sensor, said.live.sensors)
        for found in said.live.mounts:
            yield Line("mount", "bad", f"{found.what} {found.todo}")
    if said.health is not None:
        yield from map(_port, (*said.health.belts, *said.health.leads))
        for part in said.health.parts:
            yield Line(part.name, "bad" if part.trouble else "ok", f"{part.state}. {part.trouble}".strip())
        sound = said.health.sound
        detail = f": {sound.detail}" if sound.detail else "."
        playing = "it plays" if sound.playing else "it does not play"
        yield Line("loudspeaker", "ok" if sound.playing else "look", f"{sound.device}, {playing}{detail}")
        if said.health.lateness is not None:
            yield late(said.health.lateness)


def _sensor(sensor: SensorReport) -> Line:
    if sensor.state is not SensorState.OK or sensor.rate_hz is None:
        age = "never" if sensor.age_s is None else f"{sensor.age_s:.1f} s ago"
        return Line(sensor.name, "bad", f"{sensor.state.value}; last heard {age}. Check its cable.")
    lost = sensor.overflows + sensor.errors
    text = f"{sensor.rate_hz:.0f} samples/s, {sensor.clipped_percent:.1f} % clipped, "
    text += f"{sensor.overflows} overflows, {sensor.errors} failed reads since it was opened."
    return Line(sensor.name, "look" if lost else "ok", text)


def _port(port: PortState) -> Line:
    if port.trouble:
        return Line(port.source, "bad", f"{port.state}: {port.trouble}.")
    return Line(port.source, "ok" if port.state.startswith("heard") else "look", f"{port.state}.")
