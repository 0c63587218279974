"""The encoding of batches: bit for bit, whatever the axes, the times and the counts of trouble."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.items import Samples
from controller.recording.encoding import Numbered, pack, unpack

COUNTERS = st.integers(0, 2**63 - 1)
# Any int64: differences of differences may wrap around and must wrap back.
TIMES = st.integers(-(2**63), 2**63 - 1)


@st.composite
def blocks(draw: st.DrawFn) -> list[Numbered]:
    """Batches of one sensor with one to three axes."""
    axes = draw(st.integers(1, 3))
    batches = []
    for _ in range(draw(st.integers(1, 5))):
        times = draw(st.lists(TIMES, min_size=1, max_size=6))
        counts = [draw(st.integers(-32768, 32767)) for _ in range(axes * len(times))]
        batch = Samples(
            sensor="sacrum",
            times_ns=np.array(times, dtype=np.int64),
            counts=np.array(counts, dtype=np.int16).reshape(len(times), axes),
            overflows=draw(COUNTERS),
            errors=draw(COUNTERS),
        )
        batches.append(Numbered(draw(COUNTERS), batch))
    return batches


def plain(numbered: Numbered) -> tuple[object, ...]:
    batch = numbered.batch
    counts = batch.counts.tolist()
    return (numbered.sequence, batch.sensor, batch.times_ns.tolist(), counts, batch.overflows, batch.errors)


@pytest.mark.slow
@given(blocks())
def test_any_block_comes_back_bit_for_bit(block: list[Numbered]) -> None:
    back = unpack("sacrum", pack(block))
    assert [plain(numbered) for numbered in back] == [plain(numbered) for numbered in block]


@given(blocks())
def test_what_comes_back_has_the_types_of_live_samples(block: list[Numbered]) -> None:
    for numbered in unpack("sacrum", pack(block)):
        assert numbered.batch.times_ns.dtype == np.int64
        assert numbered.batch.counts.dtype == np.int16


def test_a_view_into_a_larger_array_is_packed_as_what_it_shows() -> None:
    wide = np.arange(60, dtype=np.int16).reshape(10, 6)
    batch = Samples(sensor="sacrum", times_ns=np.arange(20, dtype=np.int64)[::2], counts=wide[:, ::2])
    (back,) = unpack("sacrum", pack([Numbered(3, batch)]))
    assert plain(back) == plain(Numbered(3, batch))
