"""The phase-aligned metronome meets steps: simulated ones, and those of the shared recordings."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
import pytest

from controller.cues import CLICKS, CancelCues, Cue
from controller.effects import Effect
from controller.items import StartSession
from controller.prescription import Baseline, Block, CueModes, Targets
from controller.recording.folder import items, read_folder
from controller.records import Contact, Step
from controller.replay import run, start_order
from controller.session import Session
from controller.simulation.offline import simulate
from controller.simulation.scene import RunnerModel, Scene, Stretch

SD_MS = 12.0
MOST_CHANGE = 0.025
NEAR_S = 0.12  # a click further from any contact belongs to a step that was not seen (one leg alone)
LEAST_CLICKS = 6
RUN = (Stretch(duration_s=600, belt_speed_mps=2.5),)
pytestmark = pytest.mark.slow


class Meeting(NamedTuple):
    """Clicks against contacts: how far apart in ms, and the largest change between two intervals."""

    clicks: int
    mean_ms: float
    sd_ms: float
    most_change: float


def start(targets: Targets, *baselines: Baseline) -> StartSession:
    return StartSession(
        session_id="s-1",
        runner="R 1",
        targets=targets,
        blocks=(Block(duration_s=3600),),
        cues=CueModes(follow=True, beep=False, light=False),
        baselines=baselines,
    )


def meeting(effects: Iterable[Effect], from_s: float) -> Meeting:
    dues: list[int] = []
    contacts = []
    for effect in effects:
        if isinstance(effect, Cue) and effect.kind in CLICKS:
            dues.append(effect.due_ns)
        elif isinstance(effect, CancelCues):
            dues = [due for due in dues if due < effect.from_ns]
        elif isinstance(effect, Contact):
            contacts.append(effect.initial_contact_ns)
    at, clicks = np.sort(np.array(contacts)) / 1e9, np.array(dues) / 1e9
    clicks = clicks[(clicks > max(from_s, at[0])) & (clicks < at[-1])]
    after = np.searchsorted(at, clicks)
    early, late = clicks - at[after - 1], clicks - at[np.minimum(after, len(at) - 1)]
    apart = np.where(early < -late, early, late)
    apart = apart[np.abs(apart) < NEAR_S]
    intervals = np.diff(clicks)
    whole = (intervals[1:] < 0.6) & (intervals[:-1] < 0.6)
    change = np.abs(intervals[1:] / intervals[:-1] - 1)[whole]
    return Meeting(len(apart), apart.mean() * 1e3, apart.std() * 1e3, float(change.max(initial=0.0)))


def simulated(
    targets: Targets, seconds: float, seed: int, *baselines: Baseline, **model: float
) -> list[Effect]:
    scene = Scene(seed=seed, course=RUN, runner=RunnerModel(cadence_spm=166, **model))
    told = simulate(scene, start(targets, *baselines), seconds, phase_aligned=True)
    return [effect for _, effects in told for effect in effects]


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_a_steady_simulated_runner_is_met(seed: int) -> None:
    met = meeting(simulated(Targets(cadence_spm=166), 60, seed), 15)
    assert met.clicks > 100
    assert met.sd_ms <= SD_MS
    assert abs(met.mean_ms) < 8
    assert met.most_change <= MOST_CHANGE


@pytest.mark.parametrize("seed", [1, 2])
def test_the_way_to_seven_and_a_half_percent_has_no_jump_and_arrives_in_the_band(seed: int) -> None:
    own = Baseline(speed_mps=2.5, cadence_spm=166)
    effects = simulated(Targets(cadence_factor=1.075), 150, seed, own, phase_coupling=0.15)
    assert meeting(effects, 5).most_change <= MOST_CHANGE
    late = [
        e.cadence_spm
        for e in effects
        if isinstance(e, Step) and e.cadence_spm and e.initial_contact_ns > 110e9
    ]
    assert np.median(late) > 166 * 1.075 * 0.97


@pytest.mark.shared
def test_runners_of_the_recordings_are_met_at_their_own_cadence(shared_dir: Path) -> None:
    seen = []
    recordings = shared_dir / "data/recordings"
    runs = sorted(recordings.glob("rbds_treadmill/*"))[:6] + sorted(
        recordings.glob("bach2022_shank/*running")
    )
    for path in runs:
        folder = read_folder(path)
        plain = run(folder.setup, items(folder, start_order(None, None))).records
        own = np.median([s.cadence_spm for s in plain if isinstance(s, Step) and s.cadence_spm])
        session = Session(msgspec.structs.replace(folder.setup, phase_aligned=True))
        told = items(folder, start(Targets(cadence_spm=float(own))))
        met = meeting([effect for item in told for effect in session.receive(item)], 3)
        if met.clicks >= LEAST_CLICKS:
            seen.append(met)
            assert met.sd_ms <= SD_MS, path.name
            assert met.most_change <= MOST_CHANGE
    assert len(seen) == 8
