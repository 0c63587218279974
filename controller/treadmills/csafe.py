"""CSAFE: frames with a checksum, from the console of a commercial fitness treadmill.

The Communications Specification for Fitness Equipment as quoted by OpenRowingCommunity/csafe-fitness
(framework 2.1.2) and seen in a real log (qdomyos-zwift issue 1045). RS-232, 9600 8N1. `F1 contents checksum
F2`: the checksum is the XOR of the contents; F0 to F3 inside are sent as F3 and the low two bits. A reply
is a status byte, then id, count and data, as often as it likes. Only questions that are harmless on any
make we know are asked: A5, A8, and 91, 93 once.
"""

from collections.abc import Iterator
from functools import reduce
from operator import xor

from controller.treadmills.events import Event, NotSupported, Problem, incline_read, speed_read

START, EXTENDED, STOP, STUFF = 0xF1, 0xF0, 0xF2, 0xF3
LONGEST = 128  # bytes; the specification's longest frame is 96
SPEED, GRADE, VERSION = 0xA5, 0xA8, 0x91

MILE_M = 1609.344
_MPS = {
    16: MILE_M / 3600,
    17: MILE_M / 36_000,
    18: MILE_M / 360_000,
    19: 0.3048 / 60,
    48: 1 / 3.6,
    49: 1 / 36,
    50: 1 / 360,
    51: 1 / 60,
}
_PACE_M_PER_S = {55: MILE_M / 60, 56: 1000 / 60, 57: 1000.0, 58: MILE_M}  # divided by the value
_PERCENT = {74: 1.0, 75: 0.01, 76: 0.1}
_REFUSALS = {
    1: "the treadmill rejected the request",
    2: "the request reached it broken",
    3: "it is not ready",
}


def frame(*commands: int) -> bytes:
    """A request of short commands, stuffed."""
    contents = bytes([*commands, reduce(xor, commands)])
    stuffed = b"".join(
        bytes([STUFF, byte & 3]) if START - 1 <= byte <= STUFF else bytes([byte]) for byte in contents
    )
    return bytes([START]) + stuffed + bytes([STOP])


PROBE = frame(VERSION)
UNITS_QUESTION = frame(0x93)
POLLS = (frame(SPEED), frame(SPEED), frame(GRADE))


class Decoder:
    """A start byte always begins anew: what came before it is lost, never glued to what follows."""

    def __init__(self) -> None:
        self.identified = False
        self._astray = False
        self.forget()

    @property
    def held(self) -> int:
        """Bytes of what is not yet told."""
        return 0 if self._contents is None else 1 + len(self._contents)

    def feed(self, data: bytes) -> list[Event]:
        """The events these bytes complete."""
        return [event for byte in data for event in self._byte(byte)]

    def forget(self) -> None:
        """Half a frame will not be completed."""
        self._contents: bytearray | None = None
        self._stuffed = False

    def _byte(self, byte: int) -> Iterator[Event]:
        if byte == START:
            if self._contents is not None:
                yield Problem(f"a frame broke off after {len(self._contents)} bytes")
            self._contents, self._stuffed, self._astray = bytearray(), False, False
        elif self._contents is None:
            if not self._astray:
                yield Problem(f"bytes outside a frame, from {byte:02x} on")
            self._astray = True
        elif byte == STOP:
            contents, whole = bytes(self._contents), not self._stuffed
            self.forget()
            yield from _frame(contents) if whole else [Problem("a frame ends inside an escape")]
            self.identified = self.identified or (whole and _is_identity(contents))
        else:
            yield from self._inside(byte, self._contents)

    def _inside(self, byte: int, contents: bytearray) -> Iterator[Event]:
        wrong = ""
        if self._stuffed and byte > 3:
            wrong = f"{byte:02x} after an escape"
        elif byte == EXTENDED:
            wrong = "an extended frame, which no treadmill sends to a single host"
        elif byte == STUFF:
            self._stuffed = True
        else:
            contents.append(EXTENDED + byte if self._stuffed else byte)
            self._stuffed = False
            wrong = f"a frame of more than {LONGEST} bytes" if len(contents) > LONGEST else ""
        if wrong:
            self.forget()
            self._astray = True
            yield Problem(wrong)


def _sound(contents: bytes) -> bool:
    return reduce(xor, contents, 0) == 0


def _is_identity(contents: bytes) -> bool:
    return len(contents) > 2 and _sound(contents) and contents[1] == VERSION


def _frame(contents: bytes) -> Iterator[Event]:
    if not _sound(contents):
        yield Problem(f"checksum wrong in {contents.hex()}")
    elif len(contents) < 2:
        yield Problem("a frame without a status")
    else:
        yield from _reply(contents[0], contents[1:-1])


def _reply(status: int, rest: bytes) -> Iterator[Event]:
    refusal = _REFUSALS.get(status >> 4 & 3)
    if refusal:
        yield Problem(refusal)
    elif not rest:
        yield NotSupported(None)  # a question it doesn't know is answered by the status alone
    while rest:
        count = rest[1] if len(rest) > 1 else 0
        data = rest[2 : 2 + count]
        if len(rest) < 2 or len(data) < count:
            yield Problem(f"{rest.hex()} is cut short")
            return
        yield from _structure(rest[0], data)
        rest = rest[2 + count :]


def _structure(identifier: int, data: bytes) -> Iterator[Event]:
    if identifier not in (SPEED, GRADE):
        return
    if len(data) != 3:
        yield Problem(f"{identifier:02x} with {len(data)} bytes of data instead of 3")
        return
    value, unit = int.from_bytes(data[:2], "little"), data[2]
    yield _speed(value, unit) if identifier == SPEED else _grade(value, unit)


def _speed(value: int, unit: int) -> Event:
    if unit in _MPS:
        return speed_read(value * _MPS[unit])
    if unit not in _PACE_M_PER_S:
        return Problem(
            f"a speed in unit {unit} ({'rev/min' if unit == 82 else 'unknown'}) is no belt's speed"
        )
    return speed_read(_PACE_M_PER_S[unit] / value) if value else Problem("a pace of 0 is no speed")


def _grade(value: int, unit: int) -> Event:
    if unit not in _PERCENT:
        return Problem(f"a grade in unit {unit} is not known")
    signed = (
        value - 0x10000 if value >= 0x8000 else value
    )  # downhill as two's complement: assumed, in no source
    return incline_read(signed * _PERCENT[unit])
