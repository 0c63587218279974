"""Clock and disk in the self-test."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from controller.clock import ManualClock, resolution_ns
from controller.config import Config, StationTable
from controller.messages import Lateness
from controller.selftest.clock import clocks, date, late, newest_file, on_time, synchronized
from controller.selftest.disk import bytes_a_second, recordings
from controller.selftest.line import Audience
from controller.simulation.dataset import make_session

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)


def test_the_date_is_believed_if_the_network_set_it() -> None:
    assert date(NOW, NOW, synchronized=True).text == "2026-11-25 09:30 UTC, set by the network."
    alone = date(NOW, NOW, synchronized=False)
    assert (alone.level, "not set by the network" in alone.text) == ("look", True)
    assert "nobody says" in date(NOW, NOW, synchronized=None).text


def test_a_date_before_the_stations_own_files_cannot_be_true(tmp_path: Path) -> None:
    recording = tmp_path / "s-1.mcap"
    recording.write_bytes(b"")
    future = NOW + timedelta(days=4000)
    os.utime(recording, (future.timestamp(), future.timestamp()))
    assert newest_file(tmp_path) == future
    line = date(NOW, newest_file(tmp_path), synchronized=True)
    assert line.level == "bad"
    assert "can't be true" in line.text
    assert f"a file of the station is from {future:%Y-%m-%d}." in line.text


def test_the_kernel_says_whether_the_clock_is_set_and_how_fine_it_counts() -> None:
    assert synchronized() in (True, False)
    assert 0 < resolution_ns() <= 1_000_000


def test_ticks_on_time_and_ticks_that_are_missed() -> None:
    found = on_time(ManualClock())
    assert (found.ticks, found.max_us) == (100, 0)
    assert late(found).level == "ok"
    busy = late(msgspec.structs.replace(found, p99_us=12_000.0, max_us=30_000.0))
    assert busy.level == "look"
    assert busy.text.startswith("100 ticks came 0.00 ms late (median), 12.00 (99 %), 30.00 at most.")
    assert "cues will come late" in busy.text
    assert isinstance(found, Lateness)


@pytest.mark.slow
def test_all_of_it_in_a_second(tmp_path: Path, audience: Callable[..., Audience]) -> None:
    told: list[str] = []
    lines = list(clocks(Config(station=StationTable(data_dir=str(tmp_path))), audience(told)))
    assert [line.part for line in lines] == ["clock", "date", "lateness"]
    assert told == ["Measuring for 1 s how late the loop would be."]


def test_a_folder_that_cannot_be_written_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "recordings").write_text("in the way")
    line = recordings(Config(station=StationTable(data_dir=str(tmp_path))))
    assert line.level == "bad"
    assert "can't be written" in line.text


def test_room_is_said_in_hours_of_sessions(tmp_path: Path) -> None:
    line = recordings(Config(station=StationTable(data_dir=str(tmp_path))))
    assert line.figures is not None
    assert f"room for {line.figures['hours']:,.0f} hours of sessions" in line.text
    assert not list((tmp_path / "recordings").iterdir())


@pytest.mark.slow
def test_the_hours_are_no_promise_too_many(tmp_path: Path) -> None:
    config = Config()
    path = tmp_path / "session.mcap"
    make_session(path, config.simulation, config.start_order(), 30)
    assert 0.7 < path.stat().st_size / 30 / bytes_a_second(config) < 1
