"""Bluetooth's Treadmill Data (0x2ACD) and RSC Measurement (0x2A53): one packet, its fields.

Fitness Machine Service 1.0, section 4.9, and Running Speed and Cadence Service 1.0, section 3.1. Little
endian. A packet comes whole or not at all: the radio has its own checksum. Real treadmills promise more
fields than they send, or send more than they promise, so a packet is read as far as it reaches. Nothing is
asked; the radio itself comes later.
"""

from controller.treadmills.events import (
    MPS_PER,
    Event,
    Problem,
    Units,
    incline_read,
    speed_read,
)

NOT_AVAILABLE = 0x7FFF
_NO_SPEED, _AVERAGE, _DISTANCE, _INCLINE = 1, 2, 4, 8
_RESERVED = 0xC000  # bit 13 is reserved too, but FitShow sets it
_RSC_RESERVED = 0xF8


class TreadmillData:
    """Speed in 0.01 km/h by the standard; several makes send 0.01 mph, so the installer may say so."""

    held = 0  # a packet is whole

    def __init__(self, units: Units | None) -> None:
        self.identified = False
        self._unit_mps = MPS_PER[units or "kmh"] / 100

    def feed(self, data: bytes) -> list[Event]:
        """The events of one packet."""
        if len(data) < 2:
            return [Problem("a packet without its flags")]
        flags, place = int.from_bytes(data[:2], "little"), 2
        if flags & _RESERVED:
            return [Problem(f"flags {flags:04x} are not in the standard")]
        events: list[Event] = []
        if not flags & _NO_SPEED:
            if len(data) < 4:
                return [Problem("a packet cut short before its speed")]
            events.append(speed_read(int.from_bytes(data[2:4], "little") * self._unit_mps))
            place = 4
        place += 2 * bool(flags & _AVERAGE) + 3 * bool(flags & _DISTANCE)
        slope = int.from_bytes(data[place : place + 2], "little", signed=True)
        if flags & _INCLINE and len(data) >= place + 2 and slope != NOT_AVAILABLE:
            events.append(incline_read(slope / 10))
        self.identified = True
        return events

    def forget(self) -> None:
        """Packets hold nothing over."""


class RunningSpeed:
    """Speed in 1/256 m/s."""

    held = 0

    def __init__(self) -> None:
        self.identified = False

    def feed(self, data: bytes) -> list[Event]:
        """The events of one packet."""
        if len(data) < 4:
            return [Problem("a packet cut short before its cadence")]
        if data[0] & _RSC_RESERVED:
            return [Problem(f"flags {data[0]:02x} are not in the standard")]
        self.identified = True
        return [speed_read(int.from_bytes(data[1:3], "little") / 256)]

    def forget(self) -> None:
        """Packets hold nothing over."""
