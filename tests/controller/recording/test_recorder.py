"""The recorder: finished files by rename, what a crash left is saved, a full disk is said in words."""

from pathlib import Path

import pytest

from controller.clock import ManualClock
from controller.effects import BeginRecording, Effect, FinishRecording
from controller.items import BeltSpeed, StationSetup, Tick
from controller.recording.recorder import Recorder, recover
from controller.recording.session_file import read_session

SETUP = StationSetup(sensors=())


def feed(recorder: Recorder, session_id: str, ticks: int, *, finish: bool) -> None:
    for number in range(ticks):
        effects: list[Effect] = []
        if number == 0:
            effects.append(BeginRecording(session_id=session_id, setup=SETUP))
        if finish and number == ticks - 1:
            effects.append(FinishRecording(reason="done"))
        recorder.take(Tick(time_ns=number * 10_000_000, due_ns=number * 10_000_000), effects)


def test_a_finished_session_has_its_name_and_every_item(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, ManualClock(), "x")
    feed(recorder, "s-1", 100, finish=True)
    feed(recorder, "s-2", 50, finish=True)
    recorder.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["s-1.mcap", "s-2.mcap"]
    assert len(list(read_session(tmp_path / "s-1.mcap"))) == 100
    assert not recorder.state().recording


def test_nothing_is_kept_outside_a_session(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, ManualClock(), "x")
    recorder.take(Tick(time_ns=1, due_ns=1), [])
    recorder.close()
    assert list(tmp_path.iterdir()) == []


def test_what_a_crash_left_is_finished_and_told(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, ManualClock(), "x")
    feed(recorder, "s-7", 30_001, finish=False)
    recorder.close()
    part = tmp_path / "s-7.mcap.part"
    part.write_bytes(part.read_bytes()[:-3])
    notices = recover(tmp_path, ManualClock())
    assert [path.name for path in tmp_path.iterdir()] == ["s-7-interrupted.mcap"]
    assert "Session s-7, begun 00:00 UTC, was interrupted after 5 min 00 s." in notices[0].text
    saved = read_session(tmp_path / "s-7-interrupted.mcap")
    assert saved.complete
    assert len(list(saved)) > 29_900


def test_a_part_without_a_head_is_set_aside_not_tried_for_ever(tmp_path: Path) -> None:
    (tmp_path / "s-8.mcap.part").write_bytes(b"\x89MCAP0\r\n")
    notices = recover(tmp_path, ManualClock())
    assert "s-8" in notices[0].text
    assert recover(tmp_path, ManualClock()) == []


def test_a_folder_that_cannot_be_written_is_said_and_the_next_session_is_recorded(tmp_path: Path) -> None:
    folder = tmp_path / "recordings"
    folder.write_text("in the way")
    recorder = Recorder(folder, ManualClock(), "x")
    feed(recorder, "s-1", 50, finish=True)
    while not recorder.state().trouble:
        pass
    assert "Not recorded" in recorder.state().trouble
    assert "Make room there" in recorder.state().trouble
    folder.unlink()
    feed(recorder, "s-2", 50, finish=True)
    recorder.close()
    assert [path.name for path in folder.iterdir()] == ["s-2.mcap"]


@pytest.mark.parametrize("finish", [True, False])
def test_a_session_is_never_written_over(tmp_path: Path, *, finish: bool) -> None:
    (tmp_path / "s-1.mcap").write_bytes(b"kept")
    recorder = Recorder(tmp_path, ManualClock(), "x")
    feed(recorder, "s-1", 20, finish=finish)
    recorder.close()
    assert (tmp_path / "s-1.mcap").read_bytes() == b"kept"
    assert "exists already" in recorder.state().trouble


def test_what_no_struct_can_hold_costs_its_chunk_and_not_the_next_start(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, ManualClock(), "x")
    recorder.take(Tick(time_ns=0, due_ns=0), [BeginRecording(session_id="s-9", setup=SETUP)])
    recorder.take(BeltSpeed(time_ns=1, speed_mps=float("nan")), [])
    feed_more = [Tick(time_ns=k * 10**8, due_ns=0) for k in range(3, 20)]
    for tick in feed_more:
        recorder.take(tick, [])
    recorder.close()
    notices = recover(tmp_path, ManualClock())
    assert "Everything up to then is saved." in notices[0].text
    assert len(list(read_session(tmp_path / "s-9-interrupted.mcap"))) >= 14
