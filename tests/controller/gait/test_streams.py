"""The same stream cut anywhere gives the same contacts and steps."""

import random
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.gait.events import crossing_ns
from controller.gait.finding import stride_of
from controller.gait.gait import Gait
from controller.gait.rhythm import Jolt
from controller.items import Samples
from controller.records import Contact
from controller.simulation.scene import Scene, Stretch
from controller.simulation.world import World

COURSE = (Stretch(duration_s=2, belt_speed_mps=0), Stretch(duration_s=20, belt_speed_mps=2.6))
SCENE = Scene(seed=3, course=COURSE)


def recut(items: list[Samples], seed: int) -> Iterator[Samples]:
    """The same samples of each sensor in other batches, in the order of their last samples."""
    chance = random.Random(seed)
    batches: list[Samples] = []
    for sensor in {item.sensor for item in items}:
        own = [item for item in items if item.sensor == sensor]
        times = np.concatenate([item.times_ns for item in own])
        counts = np.concatenate([item.counts for item in own])
        at = 0
        while at < len(times):
            size = chance.choice([1, 2, 3, 5, 8])
            batches.append(
                Samples(sensor=sensor, times_ns=times[at : at + size], counts=counts[at : at + size])
            )
            at += size
    return iter(sorted(batches, key=lambda batch: int(batch.times_ns[-1])))


def records(items: Iterator[Samples]) -> list[object]:
    gait = Gait(World(SCENE).setup)
    return [record for item in items for record in gait.samples(item)]


@pytest.mark.slow
def test_twenty_cuttings_give_one_result() -> None:
    items = [item for item in World(SCENE).advance(14 * 10**9) if isinstance(item, Samples)]
    whole = records(iter(items))
    assert sum(isinstance(record, Contact) for record in whole) > 20
    for seed in range(20):
        again = records(recut(items, seed))
        # The last few milliseconds may still wait for another sensor's batch.
        assert len(again) >= len(whole) - 5
        shared = min(len(again), len(whole))
        assert again[:shared] == whole[:shared]


@given(st.integers(0, 10**12), st.integers(1, 10**8), st.floats(0, 10), st.floats(0, 10), st.floats(0, 10))
def test_a_crossing_lies_between_its_samples(
    at: int, gap: int, before: float, after: float, level: float
) -> None:
    assert at <= crossing_ns(at, before, at + gap, after, level) <= at + gap


def test_an_uneven_or_too_quick_sequence_is_no_rhythm() -> None:
    def stride_ms(*peaks_ms: int, contrast: float = 5.0) -> int | None:
        stride_ns = stride_of([Jolt(ms * 1_000_000, 4.0, 4.0, contrast) for ms in peaks_ms])
        return None if stride_ns is None else stride_ns // 1_000_000

    assert stride_ms(0, 700, 1400) == 700
    assert stride_ms(0, 700, 1700) is None
    assert stride_ms(0, 300, 600) is None
    assert stride_ms(0, 700) is None
    assert stride_ms(0, 700, 1400, contrast=1.5) is None  # a run stands clear of the noise
    assert stride_ms(0, 1100, 2200, contrast=1.5) == 1100
