"""Replays: the same twice, the same however samples are batched between ticks, and one metronome."""

import random
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from controller.cli import main
from controller.items import Item, Samples, StartSession
from controller.prescription import Block, Targets
from controller.recording.session_file import read_session
from controller.replay import Collector, kept_live, replay_session, run, start_order
from controller.simulation.dataset import _make_folder, make_session, scenes
from controller.simulation.offline import simulate
from controller.simulation.scene import Scene, Stretch
from controller.simulation.world import World

SCENE = Scene(seed=8, course=(Stretch(duration_s=100, belt_speed_mps=2.5),), stumbles_s=(9.0,))
START = StartSession(
    session_id="s-1", runner="R", targets=Targets(cadence_spm=182), blocks=(Block(duration_s=600),)
)
pytestmark = pytest.mark.slow


def recut(items: list[Item], seed: int) -> list[Item]:
    """Batches of one sensor between two ticks, joined and parted at random; ticks stay where they are."""
    chance = random.Random(seed)
    out: list[Item] = []
    held: dict[str, list[Samples]] = {}

    def let_go() -> None:
        for name, batches in held.items():
            times = np.concatenate([batch.times_ns for batch in batches])
            counts = np.concatenate([batch.counts for batch in batches])
            edges = sorted(
                {0, len(times), *(chance.randrange(len(times) + 1) for _ in range(chance.randrange(4)))}
            )
            out.extend(
                Samples(sensor=name, times_ns=times[a:b], counts=counts[a:b]) for a, b in pairwise(edges)
            )
        held.clear()

    for item in items:
        if isinstance(item, Samples):
            held.setdefault(item.sensor, []).append(item)
        else:
            let_go()
            out.append(item)
    let_go()
    return out


def outcome(items: list[Item]) -> Collector:
    return run(World(SCENE).setup, items)


def test_twenty_random_cuttings_give_one_session() -> None:
    items = [item for item, _ in simulate(SCENE, START, 25)]
    whole = outcome(items)
    assert len(whole.records) > 150
    assert len(whole.cues) > 50
    for seed in range(20):
        again = outcome(recut(items, seed))
        assert again.records == whole.records
        assert again.cues == whole.cues


def test_a_session_file_replays_to_what_was_live_and_twice_the_same(tmp_path: Path) -> None:
    path = tmp_path / "s.mcap"
    make_session(path, SCENE, START, 20)
    live, first = kept_live(read_session(path)), replay_session(read_session(path))
    assert first == replay_session(read_session(path))
    assert sorted(live.cues, key=lambda cue: cue.due_ns) == first.cues
    assert [r for r in live.records if type(r).__name__ == "Step"] == first.steps


def test_the_command_writes_the_same_bytes_twice(tmp_path: Path) -> None:
    _make_folder(tmp_path / "r", scenes()["walk-run-walk"])
    for name in ("a", "b"):
        assert main(["replay", str(tmp_path / "r"), "--out", str(tmp_path / name)]) == 0
    names = ["contacts.csv", "cues.csv", "predictions.csv", "steps.csv", "summary.json"]
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == names
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert (tmp_path / "a" / "cues.csv").read_text() == "due_s,kind,value\n", "no cue was asked for"


def test_a_cadence_target_plays_one_constant_metronome_and_nothing_else(tmp_path: Path) -> None:
    _make_folder(tmp_path / "r", scenes()["stop-and-go"])
    arguments = ["replay", str(tmp_path / "r"), "--out", str(tmp_path / "o"), "--cadence-target", "172.5"]
    assert main(arguments) == 0
    rows = [line.split(",") for line in (tmp_path / "o" / "cues.csv").read_text().splitlines()[1:]]
    assert {(kind, value) for _, kind, value in rows} == {("click", "172.5")}
    dues = [round(float(due) * 1e9) for due, _, _ in rows]
    assert dues == [round(k * 60e9 / 172.5) for k in range(len(dues))]
    assert 51 - 60 / 172.5 <= dues[-1] / 1e9 <= 51


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere"], "there is no such recording"),
        (["nowhere", "--cadence-target", "900"], "cadence_spm is 900.0: it must be at most 240"),
        (["nowhere", "--config", "nowhere.toml"], "there is no such recording"),
    ],
)
def test_bad_input_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    assert main(["replay", *arguments, "--out", str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert sentence in told
    assert told.count("\n") == 1


def test_without_a_wish_there_is_no_cue() -> None:
    assert not any([start_order(None, None).cues.click, start_order(None, None).cues.beep])
