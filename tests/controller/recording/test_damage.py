"""Damage to a session file: every cut, any byte, a tail of zeros; the rest is read."""

import io
from functools import cache
from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcap.opcode import Opcode

from controller.checked import BadInputError
from controller.cues import Cue, CueKind
from controller.effects import Effect
from controller.items import Item, Placement, Samples, SensorSetup, Side, StationSetup, Tick
from controller.recording.session_file import GATHER_NS, MAGIC, Header, SessionReading, SessionWriter

NAMES = ("left_shank", "sacrum")
SENSORS = tuple(
    SensorSetup(
        name=name,
        placement=Placement.SHANK,
        side=Side.LEFT,
        sample_rate_hz=200,
        range_g=16,
        scale_g_per_count=0.001,
    )
    for name in NAMES
)
HEADER = Header(
    session_id="s-1",
    setup=StationSetup(sensors=SENSORS),
    wall_time="2026-01-01T00:00:00",
    version="x",
    machine="m",
)
FRAME = 9  # opcode and length of a record
Plain = tuple[object, ...]


def told() -> list[tuple[Item, list[Effect]]]:
    """A second of two sensors and ticks; every fifth tick leads to a click."""
    chance = np.random.default_rng(4)
    out: list[tuple[Item, list[Effect]]] = []
    for number in range(50):
        now_ns = number * 20_000_000
        for name in NAMES:
            counts = chance.integers(-900, 900, (2, 3)).astype(np.int16)
            times = np.array([now_ns, now_ns + 5_000_000], dtype=np.int64)
            out.append((Samples(sensor=name, times_ns=times, counts=counts), []))
        click = Cue(due_ns=now_ns, kind=CueKind.CLICK, value=170.0)
        out.append((Tick(time_ns=now_ns + 6_000_000, due_ns=now_ns), [click] if number % 5 == 0 else []))
    return out


def plain(item: Item, effects: object) -> Plain:
    if isinstance(item, Samples):
        return (item.sensor, item.times_ns.tolist(), item.counts.tolist(), effects)
    return (item, effects)


def written(*, finish: bool = True) -> bytes:
    stream = io.BytesIO()
    writer = SessionWriter(stream, HEADER)
    for item, effects in told():
        writer.add(item, effects)
    if finish:
        writer.finish()
    else:
        writer.flush()
    return stream.getvalue()


def read(data: bytes) -> list[Plain]:
    return [plain(item, effects) for item, effects in SessionReading(data, "file")]


def chunk_spans(data: bytes) -> list[tuple[int, int]]:
    """First byte and end of every chunk, by the record lengths alone."""
    spans, at = [], len(MAGIC)
    while at < len(data) and data[at] != Opcode.DATA_END:
        end = at + FRAME + int.from_bytes(data[at + 1 : at + FRAME], "little")
        if data[at] == Opcode.CHUNK:
            spans.append((at, end))
        at = end
    return spans


WHOLE = written()
ALL = [plain(item, effects) for item, effects in told()]
SPANS = chunk_spans(WHOLE)


@cache
def of_chunks() -> list[list[Plain]]:
    """What each chunk holds: all that is missing when only it is blanked."""
    blanked = [read(WHOLE[:first] + bytes(end - first) + WHOLE[end:]) for first, end in SPANS]
    return [[one for one in ALL if one not in rest] for rest in blanked]


def without(chunk: int) -> list[Plain]:
    missing = of_chunks()[chunk]
    return [one for one in ALL if one not in missing]


def changed(at: int, value: int) -> bytes:
    data = bytearray(WHOLE)
    data[at] = value
    return bytes(data)


def test_every_chunk_holds_a_fifth_of_a_second() -> None:
    assert len(SPANS) == 1_000_000_000 // GATHER_NS
    parts = of_chunks()
    assert list(chain.from_iterable(parts)) == ALL
    assert all(len(part) >= 20 for part in parts)


@pytest.mark.slow
def test_a_file_cut_at_any_byte_reads_a_prefix_of_its_items() -> None:
    ends = [end for _, end in SPANS]
    sizes = np.cumsum([0] + [len(part) for part in of_chunks()])
    head_s = SPANS[0][0]
    for cut in range(head_s, len(WHOLE)):
        whole_chunks = sum(end <= cut for end in ends)
        assert read(WHOLE[:cut]) == ALL[: sizes[whole_chunks]], cut


def test_a_file_cut_inside_its_head_is_refused_in_words_or_reads_as_empty() -> None:
    refused = 0
    for cut in range(SPANS[0][0]):
        try:
            assert read(WHOLE[:cut]) == []
        except BadInputError:
            assert cut == refused, "once the head is there it stays readable"
            refused += 1
    assert refused > len(MAGIC)


@pytest.mark.parametrize("zeros", [1, 8, 9, 4096])
def test_a_tail_of_zeros_behind_any_chunk_costs_nothing(zeros: int) -> None:
    assert read(written(finish=False) + bytes(zeros)) == ALL
    sizes = np.cumsum([len(part) for part in of_chunks()])
    for (_, end), size in zip(SPANS, sizes, strict=True):
        assert read(WHOLE[:end] + bytes(zeros)) == ALL[:size]


def test_zeros_in_place_of_the_end_of_a_chunk_cost_that_chunk() -> None:
    first, end = SPANS[2]
    middle = (first + end) // 2
    assert read(WHOLE[:middle] + bytes(len(WHOLE) - middle)) == ALL[: sum(map(len, of_chunks()[:2]))]


@pytest.mark.slow
@pytest.mark.parametrize("chunk", [0, 2, 4])
def test_a_flipped_byte_costs_at_most_its_chunk(chunk: int) -> None:
    first, end = SPANS[chunk]
    rest = without(chunk)
    positions = [first, *range(first + FRAME, first + 60), *range(first + 60, end, 7), end - 1]
    for at in positions:
        after = read(changed(at, WHOLE[at] ^ 0xFF))
        assert after in (ALL, rest), at - first


@pytest.mark.slow
def test_a_chunk_called_something_else_costs_at_most_itself() -> None:
    # 0x0F among them: that would be the end of all data.
    for value in range(256):
        assert read(changed(SPANS[1][0], value)) in (ALL, without(1)), value


@pytest.mark.slow
def test_any_length_of_a_chunk_costs_at_most_that_chunk() -> None:
    rest = without(1)
    for at in range(SPANS[1][0] + 1, SPANS[1][0] + FRAME):
        for value in range(256):
            assert read(changed(at, value)) in (ALL, rest), (at, value)


@pytest.mark.slow
@given(st.data())
def test_two_damaged_chunks_leave_the_others(data: st.DataObject) -> None:
    damaged = bytearray(WHOLE)
    for chunk in (1, 3):
        first, end = SPANS[chunk]
        at = data.draw(st.integers(first + FRAME, end - 1))
        damaged[at] ^= data.draw(st.integers(1, 255))
    after = read(bytes(damaged))
    parts = of_chunks()
    for chunk in (0, 2, 4):
        assert [one for one in after if one in parts[chunk]] == parts[chunk]


def test_a_damaged_chunk_is_counted() -> None:
    reading = SessionReading(changed((SPANS[1][0] + SPANS[1][1]) // 2, 0x55), "file")
    assert len(list(reading)) < len(ALL)
    assert reading.lost_chunks == 1
    assert len(list(reading)) < len(ALL), "a reading can be read again"
    assert reading.lost_chunks == 1
