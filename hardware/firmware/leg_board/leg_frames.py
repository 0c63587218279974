"""A leg board's frames, built in place; the part without pins, for any Python.

controller/legs/frames.py describes them. Written for MicroPython: one buffer, made once, takes the chip's
bytes as they come, and no byte is touched singly.
"""

import struct
from binascii import crc32

HELLO, BATCH, FAULT = 1, 2, 3
STRANGER, UNSETTLED, IDLE, DEAF, IMPOSSIBLE = 1, 2, 3, 4, 5  # faults
PROTOCOL = 1
FIRMWARE = b"0.1.0"
BODY = 12  # where it begins: after sync bytes, kind, length, life, frame, sent
BATCH_BYTES = 13  # of a batch's body, before the replies
LONGEST = 255  # body


class Courier:
    """Numbers frames and packs them; what it returns is to be sent before it is called again."""

    def __init__(self, unique_id: bytes, time: object, random: object) -> None:
        self._unique_id = unique_id
        self._time = time
        self._random = random
        self._buffer = bytearray(BODY + LONGEST + 4)
        self._buffer[0:2] = b"\xa5\x5a"
        self._view = memoryview(self._buffer)
        self.begin()

    def begin(self) -> None:
        """Another life: another count of samples and of frames."""
        self._life = struct.unpack("<H", self._random(2))[0]
        self._frame = 0

    def replies(self, start: int, count: int) -> memoryview:
        """Where the chip's replies go."""
        at = BODY + BATCH_BYTES + start
        return self._view[at : at + count]

    def batch(
        self, first: int, moment_us: int, complete: int, samples: int, overruns: int, count: int
    ) -> memoryview:
        """The frame of a drain whose `count` bytes of replies are in place."""
        struct.pack_into("<IIHBH", self._buffer, BODY, first, moment_us, complete, samples, overruns)
        return self._packed(BATCH, BATCH_BYTES + count)

    def hello(
        self, chip: bytes, rate_hz: int, range_g: int, scale_ng: int, watermark: int, baud: int
    ) -> memoryview:
        """Who we are."""
        struct.pack_into(
            "<B8s8s12sIIIHI",
            self._buffer,
            BODY,
            PROTOCOL,
            self._unique_id,
            FIRMWARE,
            chip,
            1000 * rate_hz,
            1000 * range_g,
            scale_ng,
            watermark,
            baud,
        )
        return self._packed(HELLO, struct.calcsize("<B8s8s12sIIIHI"))

    def fault(self, code: int, register: int, found: int) -> memoryview:
        """Why there are no samples."""
        struct.pack_into("<BBH", self._buffer, BODY, code, register, found)
        return self._packed(FAULT, 4)

    def _packed(self, kind: int, length: int) -> memoryview:
        end = BODY + length
        sent_us = self._time.ticks_us()  # as late as can be
        struct.pack_into("<BBHHI", self._buffer, 2, kind, length, self._life, self._frame, sent_us)
        struct.pack_into("<I", self._buffer, end, crc32(self._view[2:end]))
        self._frame = (self._frame + 1) & 0xFFFF
        return self._view[: end + 4]
