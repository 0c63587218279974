"""A recorder on a disk in trouble: said in words, what was kept stays, the next session is recorded."""

import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from controller.clock import ManualClock
from controller.effects import BeginRecording, Effect, FinishRecording
from controller.items import Placement, Samples, SensorSetup, Side, StationSetup
from controller.recording.recorder import Recorder, recover
from controller.recording.session_file import read_session

SENSOR = SensorSetup(
    name="sacrum",
    placement=Placement.SACRUM,
    side=Side.BOTH,
    sample_rate_hz=200,
    range_g=16,
    scale_g_per_count=0.001,
)
BEGIN = StationSetup(sensors=(SENSOR,))


def feed(recorder: Recorder, session_id: str, batches: range, *, finish: bool) -> None:
    """Batches of 50 ms of noise, which does not compress."""
    chance = np.random.default_rng(2)
    for number in batches:
        effects: list[Effect] = []
        if number == 0:
            effects.append(BeginRecording(session_id=session_id, setup=BEGIN))
        if finish and number == batches[-1]:
            effects.append(FinishRecording(reason="done"))
        times = number * 50_000_000 + np.arange(10, dtype=np.int64) * 5_000_000
        counts = chance.integers(-32768, 32767, (10, 3)).astype(np.int16)
        recorder.take(Samples(sensor="sacrum", times_ns=times, counts=counts), effects)


@contextmanager
def files_no_longer_than(size: int) -> Iterator[None]:
    """As on a full disk: the kernel refuses to make any file longer than this."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.slow
def test_a_disk_that_fills_in_a_session_is_said_and_what_was_kept_is_recovered(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, ManualClock(), "x")
    with files_no_longer_than(20_000):
        feed(recorder, "s-1", range(2000), finish=True)
        while not recorder.state().trouble:
            pass
    assert "can't be written" in recorder.state().trouble
    assert not recorder.state().recording
    feed(recorder, "s-2", range(20), finish=True)
    recorder.close()
    assert not recorder.state().trouble
    assert names(tmp_path) == ["s-1.mcap.part", "s-2.mcap"]
    (notice,) = recover(tmp_path, ManualClock())
    assert "Session s-1" in notice.text
    kept = list(read_session(tmp_path / "s-1-interrupted.mcap"))
    assert 20 < len(kept) < 2000


def test_a_folder_that_vanishes_in_a_session_is_said_and_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "recordings"
    recorder = Recorder(folder, ManualClock(), "x")
    feed(recorder, "s-1", range(5), finish=False)
    while not recorder.state().recording:
        pass
    shutil.rmtree(folder)
    feed(recorder, "s-1", range(5, 60), finish=True)
    feed(recorder, "s-2", range(20), finish=True)
    recorder.close()
    assert names(folder) == ["s-2.mcap"]


def test_a_session_in_progress_bears_another_name_than_a_finished_one(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, ManualClock(), "x")
    feed(recorder, "s-1", range(30), finish=False)
    recorder.close()
    assert names(tmp_path) == ["s-1.mcap.part"]
    assert not read_session(tmp_path / "s-1.mcap.part").complete


def test_what_a_first_crash_left_is_not_written_over_by_a_second(tmp_path: Path) -> None:
    for batches in (range(60), range(20)):
        recorder = Recorder(tmp_path, ManualClock(), "x")
        feed(recorder, "s-1", batches, finish=False)
        recorder.close()
        recover(tmp_path, ManualClock())
    assert len(list(read_session(tmp_path / "s-1-interrupted.mcap"))) == 60
    assert "exists already" in recorder.state().trouble


def test_recovered_samples_are_bit_for_bit_those_that_came(tmp_path: Path) -> None:
    for name, finish in (("s-1", False), ("s-2", True)):
        recorder = Recorder(tmp_path, ManualClock(), "x")
        feed(recorder, name, range(50), finish=finish)
        recorder.close()
    recover(tmp_path, ManualClock())
    crashed = [m.item for m in read_session(tmp_path / "s-1-interrupted.mcap")]
    finished = [m.item for m in read_session(tmp_path / "s-2.mcap")]
    assert len(crashed) == len(finished) == 50
    for one, other in zip(crashed, finished, strict=True):
        assert isinstance(one, Samples)
        assert isinstance(other, Samples)
        assert np.array_equal(one.counts, other.counts)
        assert np.array_equal(one.times_ns, other.times_ns)


def test_recovering_twice_finds_nothing_more(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, ManualClock(), "x")
    feed(recorder, "s-1", range(30), finish=False)
    recorder.close()
    assert len(recover(tmp_path, ManualClock())) == 1
    assert recover(tmp_path, ManualClock()) == []
    assert names(tmp_path) == ["s-1-interrupted.mcap"]


@pytest.mark.parametrize("age_s", [0.0, 3.5])
def test_the_age_of_the_last_write_is_told(tmp_path: Path, age_s: float) -> None:
    clock = ManualClock()
    recorder = Recorder(tmp_path, clock, "x")
    assert recorder.state().last_write_age_s is None
    feed(recorder, "s-1", range(1), finish=False)
    # One batch opens the file and fills no chunk: nothing is written after this.
    while not recorder.state().recording:
        pass
    clock.advance_to_ns(round(age_s * 1e9))
    assert recorder.state().last_write_age_s == age_s
    recorder.close()
