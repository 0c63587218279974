"""Trackmaster and its family: one byte asked, a code and ASCII digits answered.

Full Vision's service manual 317-160-406 Rev 4 (May 2021, TMX428), chapter 8, and FVX325 manual pages
118-119. RS-232, 4800 8N1; GE T2100-ST1/ST2: 9600 8N1 (2097937-002 Rev G). The family only speaks when
asked. Of its codes three mean the same in every dialect we know (belt status, actual speed, actual
incline); those three are all we ever send.

The frame doesn't say whether "0040" is 4.0 km/h or 4.0 mph: the installer does.
"""

from typing import Literal

from controller.treadmills.events import (
    MPS_PER,
    Event,
    InclineRead,
    NotSupported,
    Problem,
    SpeedRead,
    StateRead,
    Units,
    incline_read,
    speed_read,
)

Dialect = Literal["trackmaster", "woodway", "medisoft"]

STATUS, SPEED, INCLINE = b"\xc0", b"\xc1", b"\xc2"
PROBE = STATUS
POLLS = (SPEED, INCLINE, SPEED, STATUS)  # the speed every other time

_ANSWERS = {0xD0: 1, 0xD1: 4, 0xD2: 4}  # reply code → bytes of data
_STATES: dict[int, Literal["running", "stopped"]] = {0x31: "stopped", 0x32: "running", 0x33: "running"}
_OUT_OF_RANGE, _ILLEGAL = 0xBE, 0xBF
_POWER_UP = 0x54  # "T", once at power-up; a board that hears it back runs the belt in a self-test


class Decoder:
    """Codes are bytes from 0x80, data are ASCII: so a code always begins anew, wherever a reply broke off."""

    def __init__(self, units: Units | None, dialect: Dialect = "trackmaster") -> None:
        self.identified = False
        self._unit_mps = None if units is None else MPS_PER[units]
        self._reverses = dialect == "woodway"
        self._code: int | None = None
        self._data = bytearray()
        self._skipping = False

    @property
    def held(self) -> int:
        """Bytes of what is not yet told."""
        return 0 if self._code is None else 1 + len(self._data)

    def feed(self, data: bytes) -> list[Event]:
        """The events these bytes complete."""
        events: list[Event] = []
        for byte in data:
            if byte >= 0x80:
                events += self._begin(byte)
            elif self._code is not None:
                self._data.append(byte)
                if len(self._data) == _ANSWERS[self._code]:
                    events.append(self._answer(self._code, bytes(self._data)))
                    self.forget()
            elif not self._skipping and byte != _POWER_UP:
                self._skipping = True
                events.append(Problem(f"data without a reply code, from {byte:02x} on"))
        return events

    def forget(self) -> None:
        """Half a reply will not be completed."""
        self._code = None
        self._data.clear()
        self._skipping = False

    def _begin(self, code: int) -> list[Event]:
        events: list[Event] = []
        if self._code is not None:
            events.append(Problem(f"reply {self._code:02x} broke off after {len(self._data)} bytes"))
        self.forget()
        if code in _ANSWERS:
            self._code = code
            return events
        self._skipping = True  # its data, if any, are not ours to read
        if code == _ILLEGAL:
            events.append(NotSupported(None))
        elif code == _OUT_OF_RANGE:
            events.append(Problem("the treadmill says: data out of range (be)"))
        elif bytes([code]) in POLLS:
            events.append(Problem(f"our own request {code:02x} came back: take the echo out of the wiring"))
        else:
            events.append(Problem(f"{code:02x} was not asked for: is another program on this line?"))
        return events

    def _answer(self, code: int, data: bytes) -> Event:
        if code == 0xD0:
            return self._state(data[0])
        if not data.isdigit():
            return Problem(f"reply {code:02x} holds {data.hex()}, which is no number")
        if code == 0xD2:
            return self._known(incline_read(int(data) / 10))
        return self._speed(data)

    def _state(self, byte: int) -> Event:
        if byte not in _STATES:
            return Problem(f"belt status {byte:02x} is not in the manual")
        return self._known(StateRead(_STATES[byte]))

    def _speed(self, data: bytes) -> Event:
        if self._unit_mps is None:
            return Problem(
                f"speed {int(data) / 10:g}, but in km/h or mph? The frame doesn't say: set the units"
            )
        sign = 1
        if self._reverses:  # the first digit is the direction, pyWoodway 0.2.4
            if data[:1] not in (b"0", b"3"):
                return Problem(f"direction {data[:1].decode()} is neither 0 (forward) nor 3 (reverse)")
            sign, data = (-1 if data[:1] == b"3" else 1), data[1:]
        tenths = int(data)
        return self._known(speed_read(sign * tenths / 10 * self._unit_mps if tenths else 0.0))

    def _known(self, event: SpeedRead | InclineRead | StateRead | Problem) -> Event:
        self.identified = self.identified or not isinstance(event, Problem)
        return event
