"""h/p/cosmos gaitway-3D: belt speed and slope beside the forces, over TCP port 49500.

Packets as a public client lists them, citing TM-ICD-0004-ARS issue A rev 5 (2021-03-16): little endian; u16
size of the whole packet, u16 type, u32 number, 8 bytes of padding; a Type I sample is 36 bytes, of which
the seventh float is the belt's speed in m/s and the eighth its slope in percent. The measurement is started
in the maker's own program: the station sends nothing. Not tried on a treadmill.
"""

import struct

from controller.treadmills.events import Event, Problem, incline_read, speed_read

HEAD = struct.Struct("<HHI8x")
SAMPLE = struct.Struct("<24xff4x")
TYPE_I = 1
_TYPES = (0, 1, 2, 6, 0x15)  # settings, Type I, Type II, yes, no
LONGEST = 16 + 36 * 400  # our own bound: a fifth of a second at 2000 Hz


class Decoder:
    """A packet says its own length; once one makes no sense, only a new connection does."""

    def __init__(self) -> None:
        self.identified = False
        self._held = b""
        self._lost = False

    @property
    def held(self) -> int:
        """Bytes of what is not yet told."""
        return len(self._held)

    def feed(self, data: bytes) -> list[Event]:
        """The events these bytes complete, for every sample in turn."""
        if self._lost:
            return []
        self._held += data
        events: list[Event] = []
        while not self._lost and len(self._held) >= HEAD.size:
            size, kind, _ = HEAD.unpack_from(self._held)
            samples = (size - HEAD.size) / SAMPLE.size
            if not HEAD.size <= size <= LONGEST or kind not in _TYPES or (kind == TYPE_I and samples % 1):
                self._lost, self._held = True, b""
                events.append(Problem(f"a packet of {size} bytes, type {kind}, makes no sense: connect anew"))
            elif len(self._held) < size:
                break
            else:
                packet, self._held = self._held[:size], self._held[size:]
                events += self._packet(packet) if kind == TYPE_I and samples else []
        return events

    def forget(self) -> None:
        """A new connection: packets begin anew."""
        self._held = b""
        self._lost = False

    def _packet(self, packet: bytes) -> list[Event]:
        self.identified = True
        return [
            event
            for speed_mps, slope in SAMPLE.iter_unpack(packet[HEAD.size :])
            for event in (speed_read(speed_mps), incline_read(slope))
        ]
