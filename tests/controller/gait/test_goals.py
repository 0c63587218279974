"""What the detection is specified for, on the simulator, whose truth is exact."""

from collections.abc import Callable
from statistics import median

import msgspec
import numpy as np
import numpy.typing as npt
import pytest

from controller.gait.gait import Gait
from controller.gait.lock import Lock
from controller.items import Placement, Samples, Side, StationSetup
from controller.records import Contact, Impact, Record, Step
from controller.replay import run
from controller.simulation.runner import TrueStep
from controller.simulation.scene import Fault, Scene, SimulatedSensor, Stretch
from controller.simulation.signals import felt
from controller.simulation.world import World
from controller.validation.matching import f1, match

NS = 1e9
WIDE_S = 0.05
Change = Callable[[Samples], Samples | None]
pytestmark = pytest.mark.slow


def shank(side: Side, rate_hz: float, **more: object) -> SimulatedSensor:
    given: dict[str, object] = {
        "name": f"{side}_shank",
        "placement": Placement.SHANK,
        "side": side,
        "sample_rate_hz": rate_hz,
        "range_g": 32.0,
        "watermark": max(1, round(rate_hz * 0.005)),
    }
    return SimulatedSensor(**{**given, **more})  # type: ignore[arg-type]


def shanks(rate_hz: float, **more: object) -> tuple[SimulatedSensor, ...]:
    return (shank(Side.LEFT, rate_hz, **more), shank(Side.RIGHT, rate_hz, **more))


SACRUM = SimulatedSensor(
    name="sacrum", placement=Placement.SACRUM, side=Side.BOTH, sample_rate_hz=208.0, range_g=16.0, watermark=1
)


def course(speed_mps: float, run_s: float) -> tuple[Stretch, ...]:
    return (Stretch(duration_s=3, belt_speed_mps=0), Stretch(duration_s=run_s, belt_speed_mps=speed_mps))


def told(scene: Scene, seconds: float, change: Change | None = None) -> tuple[list[Record], list[TrueStep]]:
    """What a session says of a scene whose samples `change` may spoil, and the truth."""
    world = World(scene)
    items = [
        (change(item) if change is not None and isinstance(item, Samples) else item)
        for item in world.advance(round(seconds * NS))
    ]
    records = run(world.setup, (item for item in items if item is not None)).records
    return records, [step for step in world.truth if step.contact_s < seconds - 1.0]


def contacts(records: list[Record]) -> list[Contact]:
    return [record for record in records if isinstance(record, Contact)]


def score(records: list[Record], truth: list[TrueStep], from_s: float) -> float:
    """F1 within 50 ms from `from_s` on."""
    true_s = [step.contact_s for step in truth if step.contact_s >= from_s]
    ours = sorted(c.initial_contact_ns / NS for c in contacts(records))
    found_s = [time_s for time_s in ours if from_s - WIDE_S <= time_s <= true_s[-1] + WIDE_S]
    matching = match(found_s, true_s, WIDE_S)
    return f1(len(matching.pairs), matching.errors) or 0.0


def nearest(true_s: list[float], time_ns: int) -> float:
    return min(true_s, key=lambda true: abs(true - time_ns / NS))


@pytest.mark.parametrize("rate_hz", [100.0, 400.0, 1600.0, 3200.0])
def test_every_rate_finds_every_step_and_decides_within_the_rise(rate_hz: float) -> None:
    records, truth = told(Scene(seed=4, course=course(2.8, 30), sensors=shanks(rate_hz)), 30)
    assert score(records, truth, 10) == 1.0
    true_s = [step.contact_s for step in truth]
    late_s = [
        c.decided_ns / NS - nearest(true_s, c.initial_contact_ns)
        for c in contacts(records)
        if 10 * NS < c.initial_contact_ns < 28 * NS
    ]
    samples_s = 1 / rate_hz  # a coarse stream cannot decide between its samples
    assert median(late_s) <= 0.034 + samples_s
    assert max(late_s) <= 0.040 + samples_s


def test_after_a_stop_the_step_is_found_again_within_three_seconds() -> None:
    stops = (*course(2.8, 20), Stretch(duration_s=8, belt_speed_mps=0), *course(2.8, 20)[1:])
    for sensors in (shanks(833.0), (SACRUM,), (*shanks(833.0), SACRUM)):
        records, truth = told(Scene(seed=4, course=stops, sensors=sensors), 48)
        runs_s = min(s.contact_s for s in truth if s.running and s.contact_s > 31)
        sure = [
            record.decided_ns / NS
            for record in records
            if isinstance(record, Step) and record.mode == "running" and not record.unsure
        ]
        assert min(time_s for time_s in sure if time_s > 31) - runs_s <= 3.0
        true_s = [s.contact_s for s in truth]
        found = [c.initial_contact_ns for c in contacts(records) if c.initial_contact_ns < 46 * NS]
        assert all(abs(nearest(true_s, time_ns) - time_ns / NS) < 1.0 for time_ns in found)


@pytest.mark.parametrize("steps_seen", [1, 2])
def test_a_change_of_cadence_is_followed_within_six_steps(steps_seen: int) -> None:
    """Steps (or one leg's strides) with a runner's scatter, then 7.5 % quicker; the middle of many."""
    side = Side.BOTH if steps_seen == 1 else Side.LEFT
    errors = []
    for seed in range(40):
        random, lock, phase_s, time_ns = np.random.default_rng(seed), Lock(), 0.0, 0
        for interval_s in [steps_seen * 60 / 160] * 20 + [steps_seen * 60 / 172] * (6 // steps_seen):
            phase_s += interval_s
            time_ns = round((phase_s + random.normal(0, 0.006)) * NS)
            lock.contact(time_ns, side)
        errors.append(abs((lock.cadence_spm(time_ns) or 0.0) - 172))
    assert median(errors) <= 3.0


def test_a_steady_walker_is_never_lost_between_two_steps() -> None:
    """Walking contacts are told late; that must not look like a missing step."""
    world = World(Scene(seed=4, course=course(1.3, 30), sensors=shanks(400.0)))
    gait, sure = Gait(world.setup), []
    for item in world.advance(30 * round(NS)):
        if isinstance(item, Samples):
            gait.samples(item)
            now_ns = int(item.times_ns[-1])
            if now_ns > 14 * NS:
                sure.append(gait.sure(now_ns))
    assert all(sure)


def test_when_the_trunk_is_lost_the_legs_go_on_and_tell_a_walk_from_a_run() -> None:
    gone = (Fault(what="sacrum", at_s=20, duration_s=60),)
    slower = (*course(2.8, 25), Stretch(duration_s=20, belt_speed_mps=1.2))
    scene = Scene(seed=4, course=slower, sensors=(*shanks(400.0), SACRUM), faults=gone)
    records, _ = told(scene, 46)
    steps = [record for record in records if isinstance(record, Step) and not record.unsure]
    modes = {round(step.initial_contact_ns / NS): step.mode for step in steps}
    assert modes[18] == modes[25] == "running"
    assert steps[-1].mode == "walking"


def lose(share: float) -> Change:
    random = np.random.default_rng(7)

    def change(item: Samples) -> Samples | None:
        kept = random.random(len(item.times_ns)) >= share
        if not kept.any():
            return None
        return Samples(sensor=item.sensor, times_ns=item.times_ns[kept], counts=item.counts[kept])

    return change


def interrupt(item: Samples) -> Samples | None:
    """200 ms without samples every 5 s."""
    kept = item.times_ns % 5_000_000_000 > 200_000_000
    if not kept.any():
        return None
    return Samples(sensor=item.sensor, times_ns=item.times_ns[kept], counts=item.counts[kept])


def clip(item: Samples, most: int) -> Samples:
    """As a part with a smaller range would feel it."""
    counts = np.clip(item.counts, -most, most)
    return Samples(sensor=item.sensor, times_ns=item.times_ns, counts=counts)


def test_five_percent_of_samples_lost_cost_nothing() -> None:
    records, truth = told(Scene(seed=5, course=course(2.8, 40), sensors=shanks(200.0)), 40, lose(0.05))
    assert score(records, truth, 10) >= 0.99


def test_holes_cost_no_more_than_the_steps_in_them() -> None:
    records, truth = told(Scene(seed=5, course=course(2.8, 60), sensors=shanks(200.0)), 60, interrupt)
    outside = [s for s in truth if 0.3 < s.contact_s % 5 < 4.95 and s.contact_s > 10]
    ours = sorted(c.initial_contact_ns / NS for c in contacts(records))
    assert len(match(ours, [s.contact_s for s in outside], WIDE_S).missed) <= 0.04 * len(outside)
    steps = [record for record in records if isinstance(record, Step)]
    assert any(step.gap for step in steps)
    assert not all(step.gap for step in steps)


def test_clipped_at_four_g_every_step_is_found_and_no_peak_is_restored() -> None:
    world = World(Scene(seed=5, course=course(2.8, 40), sensors=shanks(400.0)))
    narrow = tuple(msgspec.structs.replace(sensor, range_g=4.0) for sensor in world.setup.sensors)
    setup = StationSetup(sensors=narrow)
    most = round(4.0 / narrow[0].scale_g_per_count)
    items = [clip(i, most) if isinstance(i, Samples) else i for i in world.advance(round(40 * NS))]
    records = run(setup, items).records
    truth = [step for step in world.truth if step.contact_s < 39]
    assert score(records, truth, 10) >= 0.995
    impacts = [r for r in records if isinstance(r, Impact) and r.initial_contact_ns > 12 * NS]
    assert impacts
    assert all(impact.clipped for impact in impacts)
    assert all(impact.peak_g <= 4.0 * 3**0.5 for impact in impacts)


TURNS = [(0.0, 0.0, 0.0), (60.0, 0.0, 0.0), (30.0, -80.0, 140.0), (180.0, 0.0, 0.0)]


@pytest.mark.parametrize("turned", TURNS)
def test_however_a_sensor_is_turned_nothing_changes(
    turned: tuple[float, float, float],
) -> None:
    scene = Scene(seed=6, course=course(2.8, 30), sensors=shanks(833.0, turned_deg=turned, noise_g=0.0))
    records, truth = told(scene, 30)
    assert score(records, truth, 10) >= 0.995
    assert_impacts_are_true(records, truth)


@pytest.mark.parametrize("rate_hz", [200.0, 400.0, 1600.0, 3200.0])
def test_at_every_rate_the_impact_is_within_three_percent(rate_hz: float) -> None:
    scene = Scene(seed=6, course=course(2.8, 30), sensors=shanks(rate_hz, noise_g=0.0))
    records, truth = told(scene, 30)
    assert_impacts_are_true(records, truth)


def assert_impacts_are_true(records: list[Record], truth: list[TrueStep]) -> None:
    """Each measured peak against the simulated force sampled at 50 kHz."""
    impacts = [r for r in records if isinstance(r, Impact) and 12 * NS < r.initial_contact_ns < 27 * NS]
    assert len(impacts) > 30
    errors = []
    for impact in impacts:
        step = min(truth, key=lambda s: abs(s.contact_s - impact.initial_contact_ns / NS))
        times_s: npt.NDArray[np.float64] = np.arange(step.contact_s, step.contact_s + 0.1, 1 / 50_000)
        force = felt(Placement.SHANK, step.side, times_s, truth)
        errors.append(impact.peak_g / float(np.linalg.norm(force, axis=1).max()) - 1)
    assert max(abs(error) for error in errors) <= 0.03


@pytest.mark.parametrize(("rate_hz", "noise_g"), [(200.0, 0.15), (833.0, 0.2)])
def test_a_walk_in_a_noisy_sensor_is_found(rate_hz: float, noise_g: float) -> None:
    sensors = shanks(rate_hz, noise_g=noise_g)
    records, truth = told(Scene(seed=9, course=course(1.4, 60), sensors=sensors), 60)
    assert score(records, truth, 12) >= 0.95


def test_standing_with_a_noisy_sensor_is_not_stepping() -> None:
    still = (Stretch(duration_s=60, belt_speed_mps=0),)
    scene = Scene(seed=9, course=still, sensors=shanks(200.0, noise_g=0.3))
    records, _ = told(scene, 60)
    assert not contacts(records)
