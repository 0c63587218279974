"""The seeded simulated set, with its truth known to the microsecond: runs everywhere."""

from pathlib import Path

import pytest

from controller.items import Samples, Side
from controller.recording.folder import read_folder
from controller.records import Contact, Step
from controller.replay import replay_folder, run, start_order
from controller.simulation.dataset import scenes
from controller.simulation.runner import TrueStep
from controller.simulation.scene import Scene, Stretch
from controller.simulation.world import World

TOLERANCE_S = 0.050
SETTLED_S = 4.0
FOUND_ANEW_S = 3.0


def contacts_of(scene: Scene) -> tuple[list[Contact], list[TrueStep]]:
    world = World(scene)
    end_ns = round(sum(stretch.duration_s for stretch in scene.course) * 1e9)
    collector = run(world.setup, world.advance(end_ns))
    truth = [step for step in world.truth if step.contact_s * 1e9 < end_ns]
    return [record for record in collector.records if isinstance(record, Contact)], truth


def matched(contacts: list[Contact], truth: list[TrueStep]) -> tuple[int, int, int]:
    """Hits, misses and false contacts after the first seconds.

    When a walk becomes a run the step is found anew, for up to three seconds.
    """
    runs = [
        s.contact_s for s, before in zip(truth[1:], truth, strict=False) if s.running and not before.running
    ]
    truth = [s for s in truth if not any(0 <= s.contact_s - run_s < FOUND_ANEW_S for run_s in runs)]
    ours = [c.initial_contact_ns / 1e9 for c in contacts]
    true = [s.contact_s for s in truth]
    # What came in the last moments may be decided after the end.
    due = [t for t in true if SETTLED_S <= t <= true[-1] - 0.6]
    hits = sum(any(abs(o - t) <= TOLERANCE_S for o in ours) for t in due)
    anew = [o for o in ours if any(-TOLERANCE_S <= o - run_s < FOUND_ANEW_S for run_s in runs)]
    judged = [o for o in ours if SETTLED_S <= o <= true[-1] and o not in anew]
    false = sum(all(abs(o - t) > TOLERANCE_S for t in true) for o in judged)
    return hits, len(due) - hits, false


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["run-steady", "run-fast", "asymmetric", "turned", "noisy", "stumble", "feet"]
)
def test_two_limbs_find_every_step_and_name_its_foot(name: str) -> None:
    contacts, truth = contacts_of(scenes()[name])
    hits, missed, false = matched(contacts, truth)
    assert missed + false <= 0.02 * hits
    for contact in contacts:
        if contact.initial_contact_ns >= SETTLED_S * 1e9:
            nearest = min(truth, key=lambda s: abs(s.contact_s * 1e9 - contact.initial_contact_ns))
            assert contact.side is nearest.side


@pytest.mark.slow
@pytest.mark.parametrize("name", ["slow-clipping", "sacrum"])
def test_a_clipped_shank_and_a_lone_sacrum_find_the_steps_too(name: str) -> None:
    hits, missed, false = matched(*contacts_of(scenes()[name]))
    assert missed + false <= 0.03 * hits


@pytest.mark.slow
def test_one_shank_gives_strides_and_says_so() -> None:
    scene = scenes()["left-shank-1600"]
    world = World(scene)
    collector = run(world.setup, world.advance(30 * 10**9))
    steps = [record for record in collector.records if isinstance(record, Step)]
    assert {step.side for step in steps} == {Side.LEFT}
    assert all(step.step_time_s is None for step in steps)
    late = [step.cadence_spm for step in steps[-20:] if step.cadence_spm]
    assert sum(late) / len(late) == pytest.approx(scene.runner.cadence_spm, abs=1.5)


@pytest.mark.slow
def test_standing_is_not_stepping() -> None:
    scene = Scene(seed=5, course=(Stretch(duration_s=60, belt_speed_mps=0),))
    contacts, truth = contacts_of(scene)
    assert not truth
    assert not contacts


def test_a_decision_never_comes_before_its_contact_and_samples_are_not_foreseen() -> None:
    world = World(scenes()["run-steady"])
    items = [item for item in world.advance(15 * 10**9) if isinstance(item, Samples)]
    newest = {int(time) for item in items for time in item.times_ns}
    contacts = [r for r in run(world.setup, items).records if isinstance(r, Contact)]
    assert len(contacts) > 20
    for contact in contacts:
        assert contact.initial_contact_ns <= contact.decided_ns
        assert contact.decided_ns in newest


@pytest.mark.slow
def test_the_written_set_reads_back_and_replays(tmp_path: Path) -> None:
    from controller.simulation.dataset import _make_folder

    _make_folder(tmp_path / "r", scenes()["run-steady"])
    outcome = replay_folder(read_folder(tmp_path / "r"), start_order(None, None))
    assert len(outcome.contacts) > 90
    assert not outcome.cues
