"""The session file: every item in the order received, and beside it what the station made of it.

MCAP (https://mcap.dev/spec), append-only. Items are gathered for a fifth of a second and written as one
compressed chunk with its own checksum, so a file cut anywhere reads up to its last whole chunk, and a
damaged chunk costs a fifth of a second. Channels: `samples/<sensor>` (encoding.py), `items` and
`effects` (JSON lists of [sequence, struct]). The header is an MCAP metadata record.
"""

import os
import platform
import struct
from collections.abc import Iterator
from io import BytesIO
from typing import IO, NamedTuple

import msgspec
import numpy as np
from mcap.data_stream import ReadDataStream
from mcap.opcode import Opcode
from mcap.records import Chunk, Message, Metadata
from mcap.stream_reader import breakup_chunk
from mcap.writer import CompressionType, IndexType, Writer

from controller.checked import BadInputError, checked_json
from controller.cues import CancelCues, Cue
from controller.effects import Effect
from controller.items import BeltSpeed, Command, Item, Played, Samples, StationSetup, StepPulse, Tick
from controller.recording.encoding import Numbered, pack, unpack
from controller.records import Record

FORMAT = "treadcoach-session-1"
GATHER_NS = 200_000_000
MAGIC = b"\x89MCAP0\r\n"
SAMPLES = "samples/"
_FRAME = 9  # an MCAP record: one byte opcode, eight bytes length
_IN_DATA = (Opcode.HEADER, Opcode.METADATA, Opcode.CHUNK)  # what we write before the end of the data
_DATA_END_LENGTH = 4  # its checksum
_CHUNK_FIXED = 40  # times, sizes and checksum of a chunk: all but its compression's name and its data

Kept = Cue | CancelCues | Record
PlainItem = BeltSpeed | StepPulse | Tick | Played | Command
_decode_items = msgspec.json.Decoder(list[tuple[int, PlainItem]]).decode
_decode_effects = msgspec.json.Decoder(list[tuple[int, Kept]]).decode


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """What stands at the head of a session file; times of items are CLOCK_MONOTONIC ns."""

    session_id: str
    setup: StationSetup
    wall_time: str  # UTC, ISO 8601, when the recording began
    version: str
    machine: str = f"{platform.machine()} numpy {np.__version__}"


class SessionWriter:
    """Gathers items and effects, writes them in chunks; the caller's thread does the waiting."""

    def __init__(self, stream: IO[bytes], header: Header) -> None:
        self._stream = stream
        self._mcap = Writer(
            stream, chunk_size=1 << 30, compression=CompressionType.ZSTD, index_types=IndexType.CHUNK
        )
        self._mcap.start(profile="", library=FORMAT)
        self._mcap.add_metadata(FORMAT, {"header": msgspec.json.encode(header).decode()})
        # All at once and in a fixed order: a damaged first chunk must not cost the names of the rest.
        self._channels = {
            topic: self._mcap.register_channel(
                topic, "treadcoach-1" if topic.startswith(SAMPLES) else "json", 0
            )
            for topic in _topics(header.setup)
        }
        self._sequence = 0
        self._since_ns: int | None = None
        self._samples: dict[str, list[Numbered]] = {}
        self._items: list[tuple[int, PlainItem]] = []
        self._effects: list[tuple[int, Kept]] = []

    def add(self, item: Item, effects: list[Effect]) -> bool:
        """Take one item and what it led to; True when a chunk went to the disk."""
        sequence, self._sequence = self._sequence, self._sequence + 1
        if isinstance(item, Samples):
            if not len(item.times_ns):
                return False
            if SAMPLES + item.sensor not in self._channels:
                return False
            now_ns = int(item.times_ns[-1])
            self._samples.setdefault(item.sensor, []).append(Numbered(sequence, item))
        else:
            now_ns = item.time_ns
            self._items.append((sequence, item))
        self._effects += [(sequence, effect) for effect in effects if isinstance(effect, Kept)]
        if self._since_ns is None:
            self._since_ns = now_ns
        if now_ns - self._since_ns < GATHER_NS:
            return False
        self.flush()
        return True

    def flush(self) -> None:
        """Everything gathered becomes one chunk, on the disk when this returns."""
        if self._since_ns is None:
            return
        time_ns = self._since_ns
        for sensor, batches in self._samples.items():
            self._message(SAMPLES + sensor, time_ns, pack(batches))
        self._message("items", time_ns, msgspec.json.encode(self._items))
        self._message("effects", time_ns, msgspec.json.encode(self._effects))
        self._samples, self._items, self._effects, self._since_ns = {}, [], [], None
        self._mcap.flush()  # type: ignore[no-untyped-call]
        self._to_disk()

    def _message(self, topic: str, time_ns: int, data: bytes) -> None:
        # MCAP times are unsigned; a recording that starts before its own zero still has its exact times.
        stamp = max(0, time_ns)
        self._mcap.add_message(self._channels[topic], stamp, data, stamp)

    def finish(self) -> None:
        """Write what is left and the closing records."""
        self.flush()
        self._mcap.finish()  # type: ignore[no-untyped-call]
        self._stream.flush()
        self._to_disk()

    def _to_disk(self) -> None:
        try:
            descriptor = self._stream.fileno()
        except OSError:  # a stream in memory has no disk
            return
        os.fdatasync(descriptor)


def _topics(setup: StationSetup) -> list[str]:
    """The topics of a file; a channel's number is its place in this list, counted from 1."""
    return ["items", "effects", *(SAMPLES + sensor.name for sensor in setup.sensors)]


class Moment(NamedTuple):
    """One item and the effects that were kept of it."""

    item: Item
    effects: list[Kept]


class SessionReading:
    """A session file read back, whole or damaged; `lost_chunks` is known once it was read through."""

    def __init__(self, data: bytes, source: str) -> None:
        self._data = data
        self._source = source
        self.lost_chunks = 0
        self.complete = data.endswith(MAGIC) and len(data) > 2 * len(MAGIC)
        self.header = self._header()

    def _header(self) -> Header:
        if self._data.startswith(MAGIC):
            for opcode, body, _ in self._records():
                if opcode == Opcode.METADATA:
                    metadata = Metadata.read(ReadDataStream(BytesIO(body)))
                    if metadata.name == FORMAT:
                        return checked_json(metadata.metadata["header"], Header, self._source)
                elif opcode == Opcode.CHUNK:
                    break
        raise BadInputError(f"{self._source} is not a Treadcoach session file, or its head is missing.")

    def __iter__(self) -> Iterator[Moment]:
        self.lost_chunks = 0
        topics = dict(enumerate(_topics(self.header.setup), start=1))
        for opcode, _, held in self._records():
            if opcode == Opcode.CHUNK:
                try:
                    moments = _moments(held, topics)
                except (msgspec.DecodeError, ValueError, struct.error):
                    self.lost_chunks += 1  # whole, but holding what no struct of ours can hold
                    continue
                yield from moments

    def _records(self) -> Iterator[tuple[int, bytes, list[object]]]:
        """Opcode, body, and what a chunk holds; behind damage, on from the next chunk that checks.

        A damaged length would lead anywhere, so no length is trusted before the chunk's checksum holds.
        """
        data, at = self._data, len(MAGIC)
        while at + _FRAME <= len(data):
            opcode = data[at]
            length = int.from_bytes(data[at + 1 : at + _FRAME], "little")
            body = data[at + _FRAME : at + _FRAME + length]
            if opcode == Opcode.DATA_END and length == _DATA_END_LENGTH:
                return
            held = _readable(body) if opcode == Opcode.CHUNK else []
            if opcode not in _IN_DATA or len(body) < length or held is None:
                self.lost_chunks += 1
                at = self._next_chunk(at + 1)
                continue
            yield opcode, body, held
            at += _FRAME + length

    def _next_chunk(self, at: int) -> int:
        """Where the next readable chunk begins; the end of the file if there is none."""
        while (at := self._data.find(bytes([Opcode.CHUNK]), at)) >= 0:
            length = int.from_bytes(self._data[at + 1 : at + _FRAME], "little")
            if at + _FRAME + length <= len(self._data) and _readable(self._data[at + _FRAME :][:length]):
                return at
            at += 1
        return len(self._data)


def _moments(held: list[object], topics: dict[int, str]) -> list[Moment]:
    """The items of one chunk in the order received, each with its effects."""
    items: dict[int, Item] = {}
    effects: dict[int, list[Kept]] = {}
    for record in held:
        if isinstance(record, Message):
            _take(topics.get(record.channel_id, ""), record.data, items, effects)
    return [Moment(items[sequence], effects.get(sequence, [])) for sequence in sorted(items)]


def _take(topic: str, data: bytes, items: dict[int, Item], effects: dict[int, list[Kept]]) -> None:
    if topic == "items":
        items.update(_decode_items(data))
    elif topic == "effects":
        for sequence, effect in _decode_effects(data):
            effects.setdefault(sequence, []).append(effect)
    elif topic.startswith(SAMPLES):
        items.update(unpack(topic.removeprefix(SAMPLES), data))


def _readable(body: bytes) -> list[object] | None:
    """The records of a chunk whose length and checksum hold; None for a damaged one."""
    try:
        chunk = Chunk.read(ReadDataStream(BytesIO(body)))
        if len(body) != _CHUNK_FIXED + len(chunk.compression.encode()) + len(chunk.data):
            return None
        return list(breakup_chunk(chunk, validate_crc=True))
    except Exception:  # noqa: BLE001  # damaged bytes fail in as many ways as there are bytes
        return None


def read_session(path: str | os.PathLike[str]) -> SessionReading:
    """The session file at `path`; BadInputError when it is none, OSError when it can't be read."""
    with open(path, "rb") as file:
        return SessionReading(file.read(), os.path.basename(path))
