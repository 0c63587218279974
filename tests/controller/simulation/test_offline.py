"""Whole simulated sessions: the same twice, sample by sample or tick by tick, live or from the file."""

import json
from collections.abc import Iterator
from pathlib import Path
from statistics import mean

import numpy as np
import pytest

from controller.cues import Cue, CueKind
from controller.effects import Effect
from controller.items import Command, EndSession, Item, Samples, SetMute, StartSession, Tick
from controller.prescription import Block, CueModes, Targets
from controller.recording.folder import read_folder
from controller.recording.session_file import read_session
from controller.records import SessionTimings, Step
from controller.replay import Collector, kept_live, replay, replay_folder, replay_session, run, start_order
from controller.simulation.dataset import _make_folder, make_session, scenes
from controller.simulation.offline import simulate
from controller.simulation.scene import Scene, Stretch
from controller.simulation.world import World

pytestmark = pytest.mark.slow
COURSE = (Stretch(duration_s=2, belt_speed_mps=0), Stretch(duration_s=600, belt_speed_mps=2.5))
SCENE = Scene(seed=31, course=COURSE, stumbles_s=(14.0,))
LENGTH_S = 25.0
START = StartSession(
    session_id="s-1", runner="R", targets=Targets(cadence_spm=180), blocks=(Block(duration_s=600),)
)


@pytest.fixture(scope="module")
def lived() -> list[tuple[Item, list[Effect]]]:
    return list(simulate(SCENE, START, LENGTH_S))


def collected(effects: Iterator[list[Effect]]) -> Collector:
    collector = Collector()
    for some in effects:
        collector.take(some)
    return collector


def between_ticks(items: list[Item]) -> Iterator[tuple[list[Samples], Item]]:
    """The batches since the last other item, and that item."""
    held: list[Samples] = []
    for item in items:
        if isinstance(item, Samples):
            held.append(item)
        else:
            yield held, item
            held = []


def one_by_one(batches: list[Samples]) -> list[Item]:
    """Every sample alone, those of all sensors interleaved by time."""
    singles = [
        Samples(sensor=b.sensor, times_ns=b.times_ns[k : k + 1], counts=b.counts[k : k + 1])
        for b in batches
        for k in range(len(b.times_ns))
    ]
    singles.sort(key=lambda s: int(s.times_ns[0]))
    return [*singles]


def all_at_once(batches: list[Samples]) -> list[Item]:
    """One batch of each sensor, the last sensor first."""
    names = sorted({b.sensor for b in batches}, reverse=True)
    return [
        Samples(
            sensor=name,
            times_ns=np.concatenate([b.times_ns for b in batches if b.sensor == name]),
            counts=np.concatenate([b.counts for b in batches if b.sensor == name]),
        )
        for name in names
    ]


@pytest.mark.parametrize("cut", [one_by_one, all_at_once])
def test_the_finest_and_the_coarsest_batches_give_one_session(
    lived: list[tuple[Item, list[Effect]]], cut: object
) -> None:
    assert callable(cut)
    items: list[Item] = []
    for batches, item in between_ticks([item for item, _ in lived]):
        items += [*cut(batches), item]
    live, again = collected(iter([e for _, e in lived])), run(World(SCENE).setup, items)
    assert sum(isinstance(record, Step) for record in live.records) > 40
    assert len(live.cues) > 20
    assert again.records == live.records
    assert again.cues == live.cues


def test_a_session_simulated_twice_is_the_same_to_the_byte(tmp_path: Path) -> None:
    for name in ("a", "b"):
        make_session(tmp_path / name, SCENE, START, 10)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_replayed_session_file_equals_what_was_live(
    tmp_path: Path, lived: list[tuple[Item, list[Effect]]]
) -> None:
    make_session(tmp_path / "s.mcap", SCENE, START, LENGTH_S)
    live, kept = collected(iter([e for _, e in lived])), kept_live(read_session(tmp_path / "s.mcap"))
    assert kept.records == live.records
    assert kept.cues == live.cues
    outcome = replay_session(read_session(tmp_path / "s.mcap"))
    again = [*outcome.contacts, *outcome.impacts, *outcome.toe_offs, *outcome.predictions]
    again += [*outcome.steps, *outcome.blocks]
    timings = [record for record in live.records if isinstance(record, SessionTimings)]
    assert [spread for one in timings for spread in one.spreads] == outcome.timings
    others = [record for record in live.records if not isinstance(record, SessionTimings)]
    assert sorted(map(repr, again)) == sorted(map(repr, others))
    assert outcome.cues == sorted(live.cues, key=lambda cue: cue.due_ns)


def test_a_session_file_replayed_twice_writes_the_same_files(tmp_path: Path) -> None:
    make_session(tmp_path / "s.mcap", SCENE, START, 15)
    for name in ("a", "b"):
        replay(tmp_path / "s.mcap", tmp_path / name, start_order(None, None), tmp_path / name / "cues.wav")
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert len(names) == 6
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@pytest.mark.parametrize("target_spm", [100.0, 163.7, 240.0])
def test_a_cadence_target_is_a_click_on_every_beat_from_zero_to_the_end(
    tmp_path: Path, target_spm: float
) -> None:
    _make_folder(tmp_path, scenes()["stop-and-go"])
    folder = read_folder(tmp_path)
    outcome = replay_folder(folder, start_order(target_spm, None))
    beats = range(int(folder.end_ns * target_spm / 60e9) + 2)
    expected = [round(k * 60e9 / target_spm) for k in beats]
    dues = [cue.due_ns for cue in outcome.cues]
    assert dues == expected[: len(dues)]
    assert dues[0] == 0
    # The last tick may lie up to 10 ms before the end of the recording.
    assert folder.end_ns - dues[-1] <= 60e9 / target_spm + 10e6
    assert dues[-1] <= folder.end_ns
    assert {(cue.kind, cue.value) for cue in outcome.cues} == {(CueKind.CLICK, target_spm)}


def test_the_station_brings_the_runner_towards_the_target() -> None:
    silent = CueModes(click=False, beep=False, light=False)

    def late_spm(cues: CueModes) -> float:
        start = StartSession(
            session_id="s", runner="R", targets=START.targets, blocks=START.blocks, cues=cues
        )
        steps = [e for _, effects in simulate(SCENE, start, 45) for e in effects if isinstance(e, Step)]
        late = [s.cadence_spm for s in steps if s.initial_contact_ns > 35e9 and s.cadence_spm]
        return mean(late)

    assert late_spm(silent) == pytest.approx(166, abs=2)
    assert late_spm(CueModes(click=True, beep=False, light=False)) > 174


def test_an_order_comes_when_it_was_wished_and_a_mute_ends_the_clicks() -> None:
    lived = list(simulate(SCENE, START, 16, {13.004: SetMute(muted=True)}))
    orders = [item for item, _ in lived if isinstance(item, Command)]
    assert [command.time_ns for command in orders] == [0, 13_010_000_000, 16_000_000_000]
    assert isinstance(orders[-1].order, EndSession)
    live = collected(iter([e for _, e in lived]))
    clicks = [cue.due_ns for cue in live.cues if cue.kind is CueKind.CLICK]
    assert max(clicks, default=0) <= 13_010_000_000
    assert clicks, "there were clicks to end"


def test_ticks_are_every_ten_milliseconds_behind_the_samples_they_follow(
    lived: list[tuple[Item, list[Effect]]],
) -> None:
    ticks = [item.time_ns for item, _ in lived if isinstance(item, Tick)]
    assert ticks == list(range(10_000_000, round(LENGTH_S * 1e9) + 1, 10_000_000))
    now_ns = 0
    for item, effects in lived:
        if isinstance(item, Samples):
            assert now_ns - 10_000_000 < item.times_ns[-1] <= now_ns + 10_000_000
        else:
            now_ns = item.time_ns
        assert all(e.due_ns <= now_ns + 110_000_000 for e in effects if isinstance(e, Cue))


def test_a_written_scene_reads_back_as_the_world_it_came_from(tmp_path: Path) -> None:
    scene = scenes()["slow-clipping"]
    _make_folder(tmp_path, scene)
    world, folder = World(scene), read_folder(tmp_path)
    items = [item for item in world.advance(40 * 10**9) if isinstance(item, Samples)]
    for setup, read in zip(world.setup.sensors, folder.setup.sensors, strict=True):
        times, counts = folder.samples[setup.name]
        own = [item for item in items if item.sensor == setup.name]
        assert times.tolist() == [t for item in own for t in item.times_ns.tolist()]
        true_g = np.concatenate([item.counts for item in own]) * setup.scale_g_per_count
        assert np.abs(counts * read.scale_g_per_count - true_g).max() <= read.scale_g_per_count
    rows = [line.split(",") for line in (tmp_path / "truth.csv").read_text().splitlines()[1:]]
    assert [side for _, _, side in rows[:4]] == ["left", "right", "left", "right"]
    assert len(rows) > 100
    assert json.loads((tmp_path / "recording.json").read_text())["simulated"] is True


def test_every_scene_of_the_set_has_its_own_seed() -> None:
    seeds = [scene.seed for scene in scenes().values()]
    assert len(set(seeds)) == len(seeds)
