"""The mount check on simulated sensors that are worn or wired wrongly, and on real ones that are not."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from controller.effects import Live, MountFault
from controller.items import Item, Placement, Samples, Side, Tick
from controller.recording.folder import items, read_folder
from controller.replay import start_order
from controller.session import Session
from controller.simulation.scene import DEFAULT_SENSORS, Scene, SimulatedSensor, Stretch
from controller.simulation.world import World

NS = 1_000_000_000
COURSE = (Stretch(duration_s=4, belt_speed_mps=0), Stretch(duration_s=60, belt_speed_mps=2.7))
LEFT, RIGHT, TRUNK = DEFAULT_SENSORS


def findings(told: Iterator[Item], session: Session) -> list[tuple[float, set[tuple[str, MountFault]]]]:
    """(seconds, findings) of every report."""
    lives = (effect for item in told for effect in session.receive(item) if isinstance(effect, Live))
    return [(live.time_ns / NS, {(m.sensor, m.fault) for m in live.mounts}) for live in lives]


def simulated(seconds: float, *sensors: SimulatedSensor, **more: Any) -> Any:
    """Findings of a run with these sensors."""
    world = World(Scene(seed=11, course=COURSE, sensors=sensors, **more))
    ticks = [Tick(time_ns=t, due_ns=t) for t in range(0, round(seconds * NS), 100_000_000)]
    told = [*world.advance(round(seconds * NS)), *ticks]
    told.sort(key=lambda i: int(i.times_ns[-1]) if isinstance(i, Samples) else i.time_ns)
    return findings(iter(told), Session(world.setup))


def worn(sensor: SimulatedSensor, **changes: Any) -> SimulatedSensor:
    return msgspec.structs.replace(sensor, **changes)


def test_worn_as_drawn_nothing_is_said() -> None:
    assert all(not found for _, found in simulated(40, LEFT, RIGHT, TRUNK))


@pytest.mark.parametrize(
    ("fault", "changes", "within_s"),
    [
        (MountFault.UPSIDE_DOWN, {"turned_deg": (176.0, 5.0, 0.0)}, 4.5),
        (MountFault.STUCK, {"stuck_s": 6.0}, 8.0),
        (MountFault.WRONG_RATE, {"clock_error_ppm": 120_000.0}, 4.0),
        (MountFault.CLIPPED, {"range_g": 4.0}, 20.0),
        (MountFault.LOOSE, {"slips_s": 25.0}, 35.0),
    ],
)
def test_each_fault_is_found_soon_and_named_alone(
    fault: MountFault, changes: dict[str, Any], within_s: float
) -> None:
    reports = simulated(within_s + 2, worn(LEFT, **changes), RIGHT, TRUNK)
    first_s = next(time_s for time_s, found in reports if found)
    assert first_s <= within_s
    assert reports[-1][1] == {("left_shank", fault)}


def test_swapped_legs_are_found_by_the_trunk() -> None:
    swapped = (worn(LEFT, worn_on=Side.RIGHT), worn(RIGHT, worn_on=Side.LEFT))
    reports = simulated(30, *swapped, TRUNK)
    assert reports[-1][1] == {("sacrum", MountFault.SWAPPED)}


@pytest.mark.slow
def test_findings_do_not_depend_on_how_samples_are_batched() -> None:
    world = World(Scene(seed=11, course=COURSE, sensors=(worn(LEFT, slips_s=12.0), RIGHT)))
    told = [item for item in world.advance(26 * NS) if isinstance(item, Samples)]
    whole = _mounts_at_end(Session(world.setup), told)
    assert whole
    chance = random.Random(3)
    for _ in range(4):
        pieces = []
        for item in told:
            cut = chance.randrange(0, len(item.times_ns) + 1)
            pieces += [p for p in (_part(item, 0, cut), _part(item, cut, None)) if len(p.times_ns)]
        assert _mounts_at_end(Session(world.setup), pieces) == whole


def _mounts_at_end(session: Session, told: list[Samples]) -> object:
    for item in told:
        session.receive(item)
    (live,) = (e for e in session.receive(Tick(time_ns=26 * NS, due_ns=26 * NS)) if isinstance(e, Live))
    return live.mounts


def _part(item: Samples, first: int, last: int | None) -> Samples:
    return Samples(sensor=item.sensor, times_ns=item.times_ns[first:last], counts=item.counts[first:last])


@pytest.mark.shared
@pytest.mark.slow
def test_on_real_recordings_only_what_is_true_is_said(shared_dir: Path) -> None:
    """Two sets clip indeed (8 g and 16 g parts on running shanks); nothing else is wrong with any."""
    for collection in ("alcantara2022_sacrum", "bach2022_shank", "pohl_treadmill_run", "voisard2023_walk"):
        for path in sorted((shared_dir / "data/recordings" / collection).iterdir())[:12]:
            folder = read_folder(path)
            reports = findings(items(folder, start_order(None, None)), Session(folder.setup))
            said = {fault for _, found in reports for _, fault in found}
            clips = collection in ("bach2022_shank", "pohl_treadmill_run")
            assert said <= ({MountFault.CLIPPED} if clips else set()), path.name


def test_the_setup_says_where_up_and_left_are() -> None:
    sensor = World(Scene()).setup.sensors[-1]
    assert sensor.placement is Placement.SACRUM
    assert (sensor.up_axis, sensor.left_axis) == ("+z", "+y")
