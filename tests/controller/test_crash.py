"""A controller that is killed in the middle of a session, and one that is asked to end."""

from pathlib import Path
from typing import Any

import pytest

from controller.effects import Live
from controller.items import BeltSpeed, Mark, Samples, SetTargets
from controller.messages import Health
from controller.prescription import Targets
from controller.recording.session_file import read_session
from controller.replay import kept_live, run

pytestmark = pytest.mark.slow
LOST_AT_MOST_S = 0.5


def sample_times(path: Path) -> list[int]:
    return [int(m.item.times_ns[-1]) for m in read_session(path) if isinstance(m.item, Samples)]


def test_a_killed_controller_loses_at_most_half_a_second_and_says_so(
    station: Any, station_tools: Any
) -> None:
    station.start()
    talk = station.talk()
    assert talk.ask(station_tools.start_order()).accepted
    last = talk.until(Live, lambda live: live.session is not None and live.session.elapsed_s > 4)
    station.kill()

    part = station.data / "recordings" / "s-1.mcap.part"
    kept = sample_times(part)
    lost_ns = station_tools.newest_sample_ns(last) - max(kept)
    assert lost_ns <= LOST_AT_MOST_S * 1e9

    station.start()
    again = station.talk()
    health = again.until(Health)
    assert "Session s-1" in health.notices[0].text
    assert "interrupted after 0 min 0" in health.notices[0].text
    saved = read_session(station.data / "recordings" / "s-1-interrupted.mcap")
    assert max(int(m.item.times_ns[-1]) for m in saved if isinstance(m.item, Samples)) == max(kept)
    assert saved.complete
    assert not part.exists()
    assert again.ask(station_tools.start_order("s-2")).accepted, "the restarted controller is ready"
    assert station.end() == 0


def test_the_session_file_replays_to_what_was_live(station: Any, station_tools: Any) -> None:
    station.start()
    talk = station.talk()
    assert talk.ask(station_tools.start_order()).accepted
    talk.until(Live, lambda live: live.session is not None and live.session.steps > 3)
    assert talk.ask(SetTargets(targets=Targets(cadence_spm=180))).accepted
    assert talk.ask(Mark(note="look here")).accepted
    talk.until(Live, lambda live: live.session is not None and live.session.steps > 9)
    assert station.end() == 0, "asked to end, it ends the session first"

    reading = read_session(station.data / "recordings" / "s-1.mcap")
    live, again = kept_live(reading), run(reading.header.setup, (moment.item for moment in reading))
    assert live.records == again.records
    assert live.cues == again.cues
    assert len(live.records) > 30
    assert any(isinstance(moment.item, BeltSpeed) for moment in reading)
    assert reading.complete


def test_a_second_controller_is_refused_in_words(station: Any, capfd: Any) -> None:
    from controller.cli import main

    station.start()
    station.talk().until(Live)
    assert main(["controller", "--config", str(station.config)]) == 2
    assert "is running already" in capfd.readouterr().err
