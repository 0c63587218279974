"""Biodex RTM: what its replies are, and nothing said to it.

Biodex 950-275 (RTM 400) manual, pages 16-17. Baud rate and the scale of its digits stand in no source we
have seen, so the station sends it nothing and takes no number from it. Its read commands start the belt of
other makes.
"""

from typing import Literal

from controller.treadmills.events import Event, Problem, StateRead

_LENGTHS = {0xA0: 3, 0xA1: 2, 0xA2: 1, 0xA7: 2, 0x96: 1}  # reply code → bytes of data
_DIRECTIONS = {b"F": "forward", b"R": "reverse"}
_FAULTS = (
    "no hall speed signal", "hall overspeed", "tach overspeed", "no speed from the tach",
    "grade sensor out of range", "amplifier fault", "safety lanyard pulled", "communication fault",
)  # fmt: skip
_LANYARD = 6
_NACK = 0xAF


class Decoder:
    """Reply codes are bytes from 0x80 where no reply is open; the two status bytes may be any."""

    def __init__(self) -> None:
        self.identified = False
        self.forget()

    @property
    def held(self) -> int:
        """Bytes of what is not yet told."""
        return 0 if self._code is None else 1 + len(self._data)

    def feed(self, data: bytes) -> list[Event]:
        """The events these bytes complete."""
        events: list[Event] = []
        for byte in data:
            if self._code is None:
                events += self._begin(byte)
            elif byte >= 0x80 and self._code != 0xA7:
                events.append(Problem(f"reply {self._code:02x} broke off after {len(self._data)} bytes"))
                self.forget()
                events += self._begin(byte)
            else:
                self._data.append(byte)
            if self._code is not None and len(self._data) == _LENGTHS[self._code]:
                events += self._answer(self._code, bytes(self._data))
                self.forget()
        return events

    def forget(self) -> None:
        """Half a reply will not be completed."""
        self._code: int | None = None
        self._data = bytearray()
        self._astray = False

    def _begin(self, byte: int) -> list[Event]:
        if byte in _LENGTHS:
            self.forget()
            self._code = byte
            return []
        if byte == _NACK:
            return [Problem("the treadmill refused (af)")]
        known, self._astray = self._astray, True
        return [] if known else [Problem(f"{byte:02x} begins no reply that carries a speed")]

    def _answer(self, code: int, data: bytes) -> list[Event]:
        if code == 0xA7:
            return _status(data[1])
        if code == 0xA2:
            direction = _DIRECTIONS.get(data)
            return [] if direction else [Problem(f"direction {data.hex()} is neither F nor R")]
        if code == 0x96:
            self.identified = self.identified or data in (b"4", b"5", b"6")
            return [] if data in (b"4", b"5", b"6") else [Problem(f"model {data.hex()} is not in the manual")]
        field = "speed" if code == 0xA0 else "elevation"
        return [Problem(f"{field} {data.decode('ascii', 'replace')!r}: its scale stands in no source yet")]


def _status(bits: int) -> list[Event]:
    state: Literal["stopped", "unknown"] = "stopped" if bits >> _LANYARD & 1 else "unknown"
    faults = [Problem(text) for place, text in enumerate(_FAULTS) if bits >> place & 1]
    return [*faults, StateRead(state)]
