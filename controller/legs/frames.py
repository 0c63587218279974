"""What a leg board says, as bytes: frames with a number and a CRC-32, one after the other, for ever.

    A5 5A | kind u8, body's length u8, life u16, frame u16, sent u32 | body | CRC-32 u32

All numbers little-endian. The CRC, that of zlib, covers what stands between the sync bytes and itself. `life`
is drawn at power-on, and when the chip is set anew: another life, another count. `frame` counts frames and
wraps. `sent` is when this frame was handed to the wire, in the board's µs, which wrap at 2^30.

hello, kind 1, once a second: protocol u8, unique id 8 bytes, firmware 8 and chip 12 bytes of ASCII padded
with zeros, rate in mHz, range in mg and weight of a count in ng u32 each, watermark u16, baud u32 (0: USB).

batch, kind 2: number of its first sample u32; a moment in µs u32, and how many samples after the first the
one stands that was complete then, u16; samples u8; FIFO overruns u16; then the replies to the drain of so
many samples, as the chip gave them. That is what the chip's class in controller/chips reads from a bus of our
own too, so that the board need not touch a sample.

fault, kind 3, instead of batches: a code u8 (`FaultCode`), a register u8 and what was found there u16.
"""

import binascii
import struct
from enum import IntEnum
from typing import Any

import msgspec

from controller.checked import BadInputError
from controller.chips.chip import Chip

PROTOCOL = 1
SYNC = b"\xa5\x5a"
HELLO, BATCH, FAULT = 1, 2, 3
LONGEST_BODY = 255
HEAD = struct.Struct("<BBHHI")
CHECK = struct.Struct("<I")
HELLO_BODY = struct.Struct("<B8s8s12sIIIHI")
BATCH_BODY = struct.Struct("<IIHBH")
FAULT_BODY = struct.Struct("<BBH")
FRAME_BYTES = len(SYNC) + HEAD.size + CHECK.size  # without a body
BITS = 10  # of a byte on the wire, with start and stop
SPARE = 0.2  # of the wire's time


class FaultCode(IntEnum):
    """Why a board has no samples."""

    STRANGER = 1  # the register of the identity says another one
    UNSETTLED = 2  # a register doesn't keep what was written
    IDLE = 3  # the chip takes no samples
    DEAF = 4  # it does, and its interrupt doesn't come
    IMPOSSIBLE = 5  # its FIFO says more samples than it holds


class Hello(msgspec.Struct, frozen=True):
    """Who the board is and how its chip is set."""

    protocol: int
    unique_id: bytes
    firmware: str
    chip: str
    rate_hz: float
    range_g: float
    scale_g: float
    watermark: int
    baud: int

    def wire_ns(self, size: int) -> int:
        """How long a frame is on its way at the least; over USB next to nothing."""
        return size * BITS * 1_000_000_000 // self.baud if self.baud else 0


class Batch(msgspec.Struct, frozen=True):
    """One drain of the FIFO."""

    first: int
    moment_us: int
    complete: int  # then, counted from the first sample
    samples: int
    overruns: int
    replies: bytes


class Fault(msgspec.Struct, frozen=True):
    """The board runs, and its chip can't be used."""

    code: int
    register: int
    found: int


class Frame(msgspec.Struct, frozen=True):
    """A whole frame; no `told` where its body is of a kind or a length that we don't know."""

    life: int
    number: int
    sent_us: int
    size: int
    told: Hello | Batch | Fault | None


class Decoder:
    """Bytes in any chunks → whole frames. What is damaged is passed over, and costs no more than itself."""

    def __init__(self) -> None:
        self._held = b""
        self.passed_over = 0  # bytes

    def feed(self, data: bytes) -> list[Frame]:
        """The frames these bytes complete."""
        held, at = self._held + data, 0
        frames: list[Frame] = []
        while (start := held.find(SYNC, at)) >= 0:
            self.passed_over += start - at
            at = start
            size = _size_at(held, at)
            if size is None or len(held) - at < size:
                self._held = held[at:]
                return frames
            frame = _frame(held[at : at + size])
            if frame is not None:
                frames.append(frame)
                at += size
            else:  # a whole one may begin within it
                self.passed_over += 1
                at += 1
        kept = 1 if held.endswith(SYNC[:1], at) else 0
        self.passed_over += len(held) - at - kept
        self._held = held[len(held) - kept :]
        return frames


def _size_at(held: bytes, at: int) -> int | None:
    """The size of what begins here, as it says itself; None before it has said so."""
    length_at = at + len(SYNC) + 1
    return FRAME_BYTES + held[length_at] if length_at < len(held) else None


def _frame(piece: bytes) -> Frame | None:
    """The frame, unless it is damaged."""
    kind, _, life, number, sent_us = HEAD.unpack_from(piece, len(SYNC))
    said = piece[len(SYNC) : -CHECK.size]
    if binascii.crc32(said) != CHECK.unpack(piece[-CHECK.size :])[0]:
        return None
    return Frame(life, number, sent_us, len(piece), _told(kind, said[HEAD.size :]))


def _told(kind: int, body: bytes) -> Hello | Batch | Fault | None:
    if kind == HELLO and len(body) >= HELLO_BODY.size:  # a later protocol may say more
        return _hello(*HELLO_BODY.unpack_from(body))
    if kind == BATCH and len(body) >= BATCH_BODY.size:
        first, moment_us, complete, samples, overruns = BATCH_BODY.unpack_from(body)
        return Batch(first, moment_us, complete, samples, overruns, body[BATCH_BODY.size :])
    if kind == FAULT and len(body) >= FAULT_BODY.size:
        return Fault(*FAULT_BODY.unpack_from(body))
    return None


def _hello(protocol: int, unique_id: bytes, firmware: bytes, chip: bytes, *numbers: Any) -> Hello:
    rate_mhz, range_mg, scale_ng, watermark, baud = numbers
    return Hello(
        protocol,
        unique_id,
        _text(firmware),
        _text(chip),
        rate_mhz / 1e3,
        range_mg / 1e3,
        scale_ng / 1e9,
        watermark,
        baud,
    )


def _text(padded: bytes) -> str:
    return padded.rstrip(b"\0").decode("ascii", "replace")


def batch_bytes(chip: Chip, samples: int) -> int:
    """The size of a frame with so many samples."""
    return FRAME_BYTES + BATCH_BODY.size + sum(transfer.read for transfer in chip.drain(samples))


def check_baud(chip: Chip, rate_hz: float, watermark: int, baud: int) -> None:
    """BadInputError for a wire that can't carry this chip's samples."""
    needed = rate_hz / watermark * batch_bytes(chip, watermark) * BITS / (1 - SPARE)
    if needed > baud:
        raise BadInputError(
            f"{rate_hz:g} samples/s of a {chip.name} need a lead of {needed / 1000:.0f} kbaud, and this one "
            f"has {baud / 1000:g} kbaud. Take a lower rate or a higher baud, at both ends."
        )
