"""The command `treadcoach belt watch`: what a treadmill says now, for whoever wires it."""

import re
import tempfile
from collections.abc import Callable

import msgspec

from controller.belt_assembly import assemble_belts
from controller.checked import BadInputError
from controller.clock import Clock
from controller.config import Config, StationTable
from controller.devices.treadmill import WORDS, TreadmillReader, TreadmillSource
from controller.hardware_tables import BeltSensorTable, BeltTable
from controller.treadmills.events import (
    MPS_PER,
    Event,
    InclineRead,
    NotSupported,
    Problem,
    SpeedRead,
    StateRead,
)

_COUNT = re.compile(rb"\$BELT,\d+,\d+,(\d+),")  # our belt sensor's, to measure the metres of a pulse
REOPEN_NS = 1_000_000_000
FOR_EVER_NS = 10**18  # thirty years


def watch(belt: BeltTable | BeltSensorTable, seconds: float | None, clock: Clock) -> int:
    """One port by itself, until `seconds` are over; 1 where no speed came."""
    with tempfile.TemporaryDirectory() as folder:
        config = Config(station=StationTable(data_dir=folder))
        table = "belt" if isinstance(belt, BeltTable) else "belt_sensor"
        belts = assemble_belts(msgspec.structs.replace(config, **{table: belt}), clock)
        try:
            (source,) = belts.sources
            if not isinstance(source, TreadmillSource):
                raise BadInputError("Pins can be watched on the page Station only.")
            return watched(source.reader, clock, seconds, lambda text: print(text, flush=True))
        finally:
            for part in (*belts.sources, *belts.props):
                part.close()


def watched(reader: TreadmillReader, clock: Clock, seconds: float | None, say: Callable[[str], None]) -> int:
    """A line for each thing that is new; 1 where no speed came."""
    begun_ns, state, understood = clock.monotonic_ns(), "", False
    end_ns = begun_ns + (FOR_EVER_NS if seconds is None else round(seconds * 1e9))
    last: dict[type, Event] = {}
    count_s = 0.0
    while clock.monotonic_ns() < end_ns:
        at_s = (clock.monotonic_ns() - begun_ns) / 1e9
        try:
            heard = reader.read()
        except OSError as problem:
            say(f"{at_s:7.1f} s  {problem}")
            clock.sleep_until_ns(min(clock.monotonic_ns() + REOPEN_NS, end_ns))
            continue
        if reader.link.state != state:
            state = reader.link.state
            say(f"{at_s:7.1f} s  {WORDS[reader.link.state]}")
        counted = _COUNT.findall(reader.link.last_bytes)
        if counted and at_s >= count_s:
            count_s = at_s + 1
            say(f"{at_s:7.1f} s  {int(counted[-1])} pulses since power-up")
        for one in heard:
            understood = understood or isinstance(one.event, SpeedRead)
            if last.get(type(one.event)) != one.event:
                last[type(one.event)] = one.event
                raw = f"  ({reader.link.last_bytes.hex(' ')})" if isinstance(one.event, Problem) else ""
                say(f"{at_s:7.1f} s  {_said(one.event)}{raw}")
    return 0 if understood else 1


def _said(event: Event) -> str:
    if isinstance(event, SpeedRead):
        unverified = "" if event.verified else ", unverified: no checksum"
        kmh, mph = event.speed_mps / MPS_PER["kmh"], event.speed_mps / MPS_PER["mph"]
        return f"{kmh:.2f} km/h, {mph:.2f} mph, {event.speed_mps:.3f} m/s{unverified}"
    if isinstance(event, InclineRead):
        return f"slope {event.percent:.1f} %"
    if isinstance(event, StateRead):
        return f"it says: {event.state}"
    if isinstance(event, NotSupported):
        return f"it does not answer {event.request or 'a question'}"
    return event.reason
