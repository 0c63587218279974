"""The session file: exact round trips, readable up to any cut, hurt only where it was damaged."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.checked import BadInputError
from controller.cues import Cue, CueKind
from controller.effects import Effect
from controller.items import (
    BeltSpeed,
    Command,
    Item,
    Mark,
    Placement,
    Samples,
    SensorSetup,
    Side,
    StationSetup,
    Tick,
)
from controller.recording.encoding import Numbered, pack, unpack
from controller.recording.session_file import MAGIC, Header, Moment, SessionReading, SessionWriter
from controller.records import Contact

SENSOR = SensorSetup(
    name="left_shank",
    placement=Placement.SHANK,
    side=Side.LEFT,
    sample_rate_hz=833,
    range_g=32,
    scale_g_per_count=32 / 32768,
)
HEADER = Header(
    session_id="s-1", setup=StationSetup(sensors=(SENSOR,)), wall_time="2026-01-01T00:00:00", version="x"
)
COUNTS = st.integers(-32768, 32767)


@st.composite
def batches(draw: st.DrawFn) -> Samples:
    rows = draw(st.integers(1, 9))
    counts = draw(st.lists(COUNTS, min_size=3 * rows, max_size=3 * rows))
    times = draw(st.lists(st.integers(0, 2**62), min_size=rows, max_size=rows))
    return Samples(
        sensor="left_shank",
        times_ns=np.array(times, dtype=np.int64),
        counts=np.array(counts, dtype=np.int16).reshape(rows, 3),
        overflows=draw(st.integers(0, 9)),
    )


TIMES = st.integers(0, 2**60)
ITEMS = st.one_of(
    batches(),
    st.builds(lambda t: Tick(time_ns=t, due_ns=t - 5), TIMES),
    st.builds(lambda t, v: BeltSpeed(time_ns=t, speed_mps=v), TIMES, st.floats(0, 6)),
    st.builds(
        lambda t, n: Command(time_ns=t, request_id="r", order=Mark(note=n)), TIMES, st.text(max_size=20)
    ),
)


def same(one: Item, other: Item) -> bool:
    if isinstance(one, Samples) and isinstance(other, Samples):
        alike = np.array_equal(one.times_ns, other.times_ns) and np.array_equal(one.counts, other.counts)
        return alike and (one.sensor, one.overflows) == (other.sensor, other.overflows)
    return one == other


def written(items: list[Item], effects: list[Effect] | None = None, *, finish: bool = True) -> bytes:
    stream = io.BytesIO()
    writer = SessionWriter(stream, HEADER)
    for item in items:
        writer.add(item, effects or [])
    writer.finish() if finish else writer.flush()
    return stream.getvalue()


def read(data: bytes) -> tuple[list[Moment], SessionReading]:
    reading = SessionReading(data, "file")
    return list(reading), reading


def session(seconds: float = 3.0) -> list[Item]:
    """A tick every 10 ms and four samples every 5 ms, wandering as a leg does."""
    chance = np.random.default_rng(1)
    items: list[Item] = []
    for number in range(int(seconds * 200)):
        times = number * 5_000_000 + np.arange(4) * 1_200_000
        counts = np.round(2000 * np.sin(times[:, None] / 1e8 + np.arange(3)) + chance.normal(0, 9, (4, 3)))
        items.append(Samples(sensor="left_shank", times_ns=times, counts=counts.astype(np.int16)))
        if number % 2:
            items.append(Tick(time_ns=int(times[-1]), due_ns=int(times[-1])))
    return items


@given(st.lists(batches(), min_size=1, max_size=6))
def test_batches_come_back_bit_for_bit(many: list[Samples]) -> None:
    numbered = [Numbered(7 + 3 * k, batch) for k, batch in enumerate(many)]
    back = unpack("left_shank", pack(numbered))
    assert [n.sequence for n in back] == [n.sequence for n in numbered]
    assert all(same(a.batch, b.batch) for a, b in zip(back, numbered, strict=True))


@settings(max_examples=60)
@given(st.lists(ITEMS, max_size=30))
def test_any_items_come_back_in_the_order_received(items: list[Item]) -> None:
    moments, reading = read(written(items))
    assert len(moments) == len(items)
    assert all(same(moment.item, item) for moment, item in zip(moments, items, strict=True))
    assert reading.complete


def test_effects_stand_beside_the_item_that_caused_them() -> None:
    cue = Cue(due_ns=5, kind=CueKind.CLICK, value=178.0)
    contact = Contact(sensor="left_shank", side=Side.LEFT, initial_contact_ns=1, decided_ns=2, quality=1.0)
    moments, _ = read(written([Tick(time_ns=1, due_ns=1)], [cue, contact]))
    assert moments[0].effects == [cue, contact]


def test_a_file_cut_anywhere_reads_up_to_the_cut() -> None:
    items = session(1.0)
    whole = written(items)
    head = whole.find(b"left_shank") + 200
    last = 0
    for cut in range(head, len(whole), 7):
        try:
            moments, reading = read(whole[:cut])
        except BadInputError:
            assert last == 0, "once the head is there it stays readable"
            continue
        assert len(moments) >= last
        assert all(same(m.item, i) for m, i in zip(moments, items, strict=False))
        assert not reading.complete
        last = len(moments)
    assert last >= 0.75 * len(items)


def test_a_tail_of_zeros_costs_nothing() -> None:
    items = session(1.0)
    moments, _ = read(written(items, finish=False) + bytes(65_536))
    assert len(moments) == len(items)


@pytest.mark.parametrize("share", [0.3, 0.41, 0.52, 0.63, 0.74, 0.85])
def test_a_flipped_byte_costs_its_chunk_and_no_other(share: float) -> None:
    items = session(3.0)
    data = bytearray(written(items))
    data[int(share * len(data))] ^= 0xFF
    moments, reading = read(bytes(data))
    chunk = len(items) / 15  # 0.2 s of three
    assert len(moments) >= len(items) - 1.5 * chunk
    assert reading.lost_chunks <= 2
    times = [m.item.time_ns for m in moments if isinstance(m.item, Tick)]
    assert times == sorted(times)


def test_something_else_is_refused_in_words() -> None:
    for data in (b"", b"nothing", MAGIC, MAGIC + bytes(100)):
        with pytest.raises(BadInputError, match="is not a Treadcoach session file"):
            read(data)
