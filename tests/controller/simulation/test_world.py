"""The simulated world: one scene is one world, however it is cut, with sides, gaps and rates as told."""

from itertools import pairwise

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.cues import Cue, CueKind
from controller.items import BeltSpeed, Item, Placement, Samples, Side
from controller.simulation.scene import DEFAULT_SENSORS, Fault, RunnerModel, Scene, SimulatedSensor, Stretch
from controller.simulation.world import World

NS = 1_000_000_000
LENGTH_NS = 5 * NS
COURSE = (
    Stretch(duration_s=1, belt_speed_mps=0),
    Stretch(duration_s=2, belt_speed_mps=1.2),
    Stretch(duration_s=600, belt_speed_mps=2.6),
)
SCENE = Scene(seed=6, course=COURSE, stumbles_s=(4.0,))
RUN = Scene(seed=7, course=(Stretch(duration_s=600, belt_speed_mps=2.5),))
HEARING = msgspec.structs.replace(RUN, stumbles_s=(3.0,))
HEARD = [Cue(due_ns=k * NS // 3, kind=CueKind.CLICK, value=180.0) for k in range(4, 15)]


def plain(item: Item) -> object:
    return (
        (item.sensor, item.times_ns.tobytes(), item.counts.tobytes()) if isinstance(item, Samples) else item
    )


def lived(scene: Scene, cuts: list[int], cues: list[Cue]) -> list[object]:
    """Everything up to five seconds, asked for at `cuts`; each cue is heard when it is due."""
    world, out = World(scene), []
    due = {cue.due_ns: cue for cue in cues}
    for until_ns in sorted({*cuts, *due, LENGTH_NS}):
        out += [plain(item) for item in world.advance(until_ns)]
        if until_ns in due:
            world.hear(due[until_ns])
    return out


WHOLE = lived(HEARING, [], HEARD)


@pytest.mark.slow
@settings(max_examples=15)
@given(st.lists(st.integers(0, LENGTH_NS), max_size=30))
def test_the_world_is_the_same_however_advance_is_cut(cuts: list[int]) -> None:
    assert lived(HEARING, cuts, HEARD) == WHOLE


def test_heard_cues_and_another_seed_make_another_world() -> None:
    assert lived(HEARING, [], []) != WHOLE
    assert lived(msgspec.structs.replace(HEARING, seed=99), [], HEARD) != WHOLE


def test_items_arrive_in_order_and_not_before_they_were_measured() -> None:
    world = World(SCENE)
    for until_ns in range(10_000_000, NS, 10_000_000):
        for item in world.advance(until_ns):
            arrived_ns = int(item.times_ns[-1]) if isinstance(item, Samples) else item.time_ns
            assert until_ns - 10_000_000 < arrived_ns <= until_ns or arrived_ns <= 0


@pytest.mark.slow
@pytest.mark.parametrize("scene", [SCENE, RUN])
def test_true_sides_alternate_and_every_step_ends_where_the_next_begins(scene: Scene) -> None:
    world = World(scene)
    world.advance(30 * NS)
    assert len(world.truth) > 60
    for step, following in pairwise(world.truth):
        assert {step.side, following.side} == {Side.LEFT, Side.RIGHT}
        assert step.contact_s < step.toe_off_s
        assert following.contact_s == pytest.approx(step.next_s)


def test_running_has_flight_and_walking_has_double_support() -> None:
    world = World(SCENE)
    world.advance(20 * NS)
    assert {step.running for step in world.truth} == {True, False}
    for step in world.truth:
        assert (step.toe_off_s < step.next_s) == step.running


def test_nobody_steps_on_a_standing_belt() -> None:
    world = World(Scene(course=(Stretch(duration_s=60, belt_speed_mps=0),)))
    world.advance(10 * NS)
    assert not world.truth


def test_an_origin_shifts_every_time_and_changes_no_count() -> None:
    near, far = World(RUN).advance(2 * NS), World(RUN, 10**15).advance(10**15 + 2 * NS)
    assert len(near) == len(far)
    for one, other in zip(near, far, strict=True):
        if isinstance(one, Samples) and isinstance(other, Samples):
            assert (other.times_ns - one.times_ns == 10**15).all()
            assert np.array_equal(one.counts, other.counts)


@pytest.mark.parametrize("what", ["left_shank", "sacrum", "belt"])
def test_a_fault_is_a_gap_of_its_length_in_one_part_and_no_other(what: str) -> None:
    fault = Fault(what=what, at_s=1.0, duration_s=0.6)
    good, bad = (
        World(RUN).advance(3 * NS),
        World(msgspec.structs.replace(RUN, faults=(fault,))).advance(3 * NS),
    )

    def inside(item: Item) -> bool:
        name = item.sensor if isinstance(item, Samples) else "belt"
        at_ns = int(item.times_ns[-1]) if isinstance(item, Samples) else getattr(item, "time_ns", 0)
        return name == what and NS <= at_ns < 1.6 * NS

    assert any(inside(item) for item in good)
    assert [plain(item) for item in bad] == [plain(item) for item in good if not inside(item)]


def test_what_a_sleep_skipped_is_missing_and_the_rest_unchanged() -> None:
    whole, world = World(RUN).advance(3 * NS), World(RUN)
    before = world.advance(NS)
    world.skip_to(2 * NS)
    after = [plain(item) for item in before + world.advance(3 * NS)]
    late = [
        i for i in whole if not NS < (int(i.times_ns[-1]) if isinstance(i, Samples) else i.time_ns) <= 2 * NS
    ]
    assert after == [plain(item) for item in late]


def test_without_a_belt_no_speed_is_told() -> None:
    world = World(msgspec.structs.replace(RUN, has_belt=False))
    assert not world.setup.has_belt
    assert not any(isinstance(item, BeltSpeed) for item in world.advance(NS))


def test_the_belt_ramps_and_speaks_in_hundredths_ten_times_a_second() -> None:
    told = [item for item in World(SCENE).advance(9 * NS) if isinstance(item, BeltSpeed)]
    assert {b.time_ns - a.time_ns for a, b in pairwise(told)} == {NS // 10}
    assert all(abs(b.speed_mps - a.speed_mps) <= 0.061 for a, b in pairwise(told))
    assert told[0].speed_mps == 0
    assert told[-1].speed_mps == 2.6


@pytest.mark.parametrize("ppm", [-20_000.0, 0.0, 38.0])
def test_a_sensor_clock_runs_as_wrong_as_it_is_told(ppm: float) -> None:
    sensor = msgspec.structs.replace(DEFAULT_SENSORS[0], clock_error_ppm=ppm)
    items = World(msgspec.structs.replace(RUN, sensors=(sensor,))).advance(10 * NS)
    times = np.concatenate([item.times_ns for item in items if isinstance(item, Samples)])
    rate_hz = (len(times) - 1) / (times[-1] - times[0]) * 1e9
    assert rate_hz == pytest.approx(833 * (1 + ppm / 1e6), rel=1e-5)
    assert {len(item.times_ns) for item in items if isinstance(item, Samples)} == {sensor.watermark}


def still(turned_deg: tuple[float, float, float], range_g: float = 32.0) -> np.ndarray:
    """Mean specific force, in g, of a shank sensor on somebody who stands."""
    sensor = SimulatedSensor(
        name="a",
        placement=Placement.SHANK,
        side=Side.LEFT,
        sample_rate_hz=500,
        range_g=range_g,
        turned_deg=turned_deg,
    )
    world = World(Scene(course=(Stretch(duration_s=9, belt_speed_mps=0),), sensors=(sensor,)))
    counts = np.concatenate([i.counts for i in world.advance(2 * NS) if isinstance(i, Samples)])
    return np.asarray(counts.mean(axis=0) * world.setup.sensors[0].scale_g_per_count)


@given(st.tuples(*[st.floats(-180, 180)] * 3))
@settings(max_examples=10)
def test_standing_is_one_g_however_the_sensor_is_turned(turned: tuple[float, float, float]) -> None:
    assert np.linalg.norm(still(turned)) == pytest.approx(1, abs=0.01)


def test_a_turn_about_x_moves_up_to_minus_y() -> None:
    assert still((90.0, 0.0, 0.0)) == pytest.approx([0, -1, 0], abs=0.01)


def test_a_narrow_range_clips_at_its_ends_and_does_not_wrap() -> None:
    narrow = msgspec.structs.replace(DEFAULT_SENSORS[0], range_g=4)
    scene = msgspec.structs.replace(RUN, sensors=(narrow,), runner=RunnerModel(impact_left_g=12))
    counts = np.concatenate([i.counts for i in World(scene).advance(5 * NS) if isinstance(i, Samples)])
    upward = counts[:, 2].astype(int)
    assert upward.max() == 32767
    assert np.abs(np.diff(upward)).max() < 50_000, "a wrapped count would jump by 65 536"
