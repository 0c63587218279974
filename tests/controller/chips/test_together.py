"""Two sensors at 1600 Hz and a treadmill of four speeds a second, together: `treadcoach bench`, shortened."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from controller.bench_drivers import Playback, Together, belt_figures
from controller.bench_sensors import judged
from controller.clock import ManualClock
from controller.items import Item, Samples, Tick
from controller.simulation.timeline import Reading, Timeline

SECONDS = 40.0
MS = 1_000_000


@pytest.mark.slow
def test_nothing_is_lost_or_doubled_and_every_sample_has_its_time(tmp_path: Path) -> None:
    together = Together(tmp_path)
    together.hear(SECONDS)
    together.treadmill.close()
    for run, rate_hz in zip(together.runs, (1667 * 1.02, 1600 * 0.98), strict=True):
        found = judged(run.model, together.batches[run.driver.name])
        assert found["samples"] == pytest.approx(SECONDS * rate_hz, rel=0.001)
        assert (found["lost"], found["doubled"], found["overflows"]) == (0, 0, 0)
        assert found["time_error_ms_p99"] <= 0.5
    belt = belt_figures(together, SECONDS)
    assert belt["a_second"] == pytest.approx(4, abs=0.3)
    assert belt["wrong"] == 0
    assert belt["age_ms_max"] <= 500
    assert together.treadmill.belt.moved == []


@pytest.mark.slow
def test_what_is_played_to_the_drivers_once_more_is_the_same(tmp_path: Path) -> None:
    together = Together(tmp_path)
    together.hear(3)
    together.treadmill.close()
    for run, tape in zip(together.runs, together.tapes, strict=True):
        playback = Playback(tape)
        driver = run.driven(playback, playback, playback.clock)
        again = [item for _ in range(playback.reads) for item in driver.read()]
        for heard, played in zip(together.batches[run.driver.name], again, strict=False):
            assert isinstance(played, Samples)
            assert np.array_equal(heard.times_ns, played.times_ns)
            assert np.array_equal(heard.counts, played.counts)


class Metronome:
    """Says a tick every so often, and fails once."""

    def __init__(self, name: str, every_ns: int, fails_ns: int | None = None) -> None:
        self.name = name
        self.clock = ManualClock()
        self._every_ns, self._fails_ns = every_ns, fails_ns

    def read(self) -> Sequence[Item]:
        now_ns = self.clock.monotonic_ns() + self._every_ns
        self.clock.advance_to_ns(now_ns)
        if self._fails_ns is not None and now_ns >= self._fails_ns:
            self._fails_ns = None
            raise OSError("its cable was pulled")
        return [Tick(time_ns=now_ns, due_ns=self._every_ns)]

    def close(self) -> None:
        pass


def test_a_timeline_hands_on_in_order_and_reads_what_failed_a_second_later() -> None:
    sources = Metronome("quick", 7 * MS), Metronome("slow", 50 * MS, fails_ns=200 * MS)
    timeline = Timeline([Reading(source, source.clock) for source in sources])
    arrived = list(timeline.until(1400 * MS))
    times = [at_ns for at_ns, _ in arrived]
    assert times == sorted(times)
    slow = [at_ns // MS for at_ns, item in arrived if isinstance(item, Tick) and item.due_ns == 50 * MS]
    assert slow == [50, 100, 150, 1250, 1300, 1350]
    assert timeline.troubles == [(200 * MS, "slow", "its cable was pulled")]
    assert [at_ns // MS for at_ns, _ in timeline.until(1410 * MS)] == [1400, 1400, 1407]
