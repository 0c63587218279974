"""Bertec's Treadmill Control Panel: 32 bytes a packet over TCP port 4000, unasked.

The layout on which three public clients agree (BertecMan.py, tm_set.m, jdx-treadmill-control): format 0;
the speeds of right, left and two rear belts as signed big-endian mm/s; the incline in hundredths of a
degree. Nothing is ever sent: a command packet always carries an incline as well. Not tried on a treadmill.
"""

import math
import struct

from controller.treadmills.events import Event, Problem, incline_read, speed_read

LENGTH = 32
_FIELDS = struct.Struct(">B4hh")
SPLIT_MPS = 0.01  # our own bound: belts further apart than this have no common speed


class Decoder:
    """There is no mark between packets: once one makes no sense, only a new connection does."""

    def __init__(self) -> None:
        self.identified = False
        self._held = b""
        self._lost = False

    @property
    def held(self) -> int:
        """Bytes of what is not yet told."""
        return len(self._held)

    def feed(self, data: bytes) -> list[Event]:
        """The events these bytes complete."""
        if self._lost:
            return []
        events: list[Event] = []
        self._held += data
        while len(self._held) >= LENGTH and not self._lost:
            packet, self._held = self._held[:LENGTH], self._held[LENGTH:]
            events += self._packet(packet)
        if self._lost:
            self._held = b""
        return events

    def forget(self) -> None:
        """A new connection: packets begin anew."""
        self._held = b""
        self._lost = False

    def _packet(self, packet: bytes) -> list[Event]:
        layout, right, left, _, _, incline = _FIELDS.unpack_from(packet)
        slope = incline_read(100 * math.tan(math.radians(incline / 100)))
        speeds = [speed_read(mm / 1000) for mm in (right, left)]
        if layout or any(isinstance(event, Problem) for event in (slope, *speeds)):
            self._lost = True
            return [Problem(f"{packet[:11].hex()} is no feedback packet: connect anew")]
        self.identified = True
        if abs(right - left) > SPLIT_MPS * 1000:
            text = f"the belts run apart: left {left / 1000:.3f} m/s, right {right / 1000:.3f} m/s"
            return [Problem(text), slope]
        return [speed_read((right + left) / 2000), slope]
