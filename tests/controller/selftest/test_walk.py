"""Standing, walking, standing again: what is found, in simulated walks and in real ones from standing."""

import csv
from pathlib import Path

import msgspec
import numpy as np
import pytest

from controller.effects import MountFault
from controller.items import Samples, Side
from controller.recording.folder import read_folder
from controller.selftest.mount import walk_lines
from controller.selftest.walk import WalkCheck
from controller.simulation.scene import DEFAULT_SENSORS, Fault, Scene, SimulatedSensor, Stretch
from controller.simulation.world import World

NS = 10**9
COURSE = (
    Stretch(duration_s=5.5, belt_speed_mps=0),
    Stretch(duration_s=12, belt_speed_mps=1.3),
    Stretch(duration_s=100, belt_speed_mps=0),
)
LEFT, RIGHT, SACRUM = DEFAULT_SENSORS
SWAPPED = (
    msgspec.structs.replace(LEFT, worn_on=Side.RIGHT),
    msgspec.structs.replace(RIGHT, worn_on=Side.LEFT),
)


def walked(*sensors: SimulatedSensor, faults: tuple[Fault, ...] = ()) -> WalkCheck:
    world = World(Scene(course=COURSE, sensors=sensors or DEFAULT_SENSORS, faults=faults))
    check = WalkCheck(world.setup)
    for item in world.advance(5 * NS):
        check.take(item)
    check.walk()
    for item in world.advance(18 * NS):
        check.take(item)
    check.stand()
    for item in world.advance(23 * NS):
        check.take(item)
    return check


@pytest.mark.slow
def test_who_wears_them_well_hears_so() -> None:
    check = walked()
    assert check.steps == pytest.approx(22, abs=2)
    (line,) = walk_lines(check)
    assert line.level == "ok"
    assert "left and right are where they belong" in line.text
    assert "the right way up: left_shank, right_shank, sacrum" in line.text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sensors", "fault", "level", "says"),
    [
        (SWAPPED, MountFault.SWAPPED, "bad", "exchange the two leg sensors"),
        (
            (LEFT, msgspec.structs.replace(RIGHT, up_axis="-z")),
            MountFault.UPSIDE_DOWN,
            "bad",
            "Right shank: worn upside down",
        ),
        (
            (LEFT, msgspec.structs.replace(RIGHT, slips_s=12.0)),
            MountFault.LOOSE,
            "look",
            "turned by 40 degrees while you walked",
        ),
        (
            (LEFT, msgspec.structs.replace(RIGHT, stuck_s=0.0)),
            MountFault.STUCK,
            "bad",
            "Right shank: always the same value",
        ),
        (
            (LEFT, msgspec.structs.replace(RIGHT, clock_error_ppm=100_000.0)),
            MountFault.WRONG_RATE,
            "bad",
            "916 samples a second instead of 833",
        ),
    ],
)
def test_what_is_wrong_is_found_once_and_nothing_else(
    sensors: tuple[SimulatedSensor, ...], fault: MountFault, level: str, says: str
) -> None:
    check = walked(*sensors)
    (found,) = check.findings()
    assert found.fault is fault
    (line,) = walk_lines(check)
    assert line.level == level
    assert says in line.text


@pytest.mark.slow
def test_a_sensor_that_lies_on_the_table_felt_no_step() -> None:
    check = walked()
    lying = WalkCheck(check.setup)
    still = World(Scene(course=(Stretch(duration_s=100, belt_speed_mps=0),)))
    world = World(Scene(course=COURSE))
    for end_s, change in ((5, lying.walk), (18, lying.stand), (23, lambda: None)):
        for item in world.advance(end_s * NS):
            if not (isinstance(item, Samples) and item.sensor == "right_shank"):
                lying.take(item)
        for item in still.advance(end_s * NS):
            if isinstance(item, Samples) and item.sensor == "right_shank":
                lying.take(item)
        change()
    found = [one for one in lying.findings() if one.sensor == "right_shank"]
    assert [one.what for one in found] == ["Right shank: felt no step."]


@pytest.mark.slow
def test_a_sensor_that_fell_silent_is_not_judged_and_that_is_said() -> None:
    (line, *_) = walk_lines(walked(faults=(Fault(what="sacrum", at_s=10, duration_s=100),)))
    assert (line.level, line.text) == ("bad", "sacrum: not heard all the time, so not judged.")


def test_who_did_not_walk_is_asked_to_do_it_again() -> None:
    world = World(Scene(course=(Stretch(duration_s=100, belt_speed_mps=0),), sensors=(LEFT, RIGHT)))
    check = WalkCheck(world.setup)
    for end_s, change in ((3, check.walk), (6, check.stand), (9, lambda: None)):
        for item in world.advance(end_s * NS):
            check.take(item)
        change()
    (line,) = walk_lines(check)
    assert (line.level, line.text[:25]) == ("look", "Only 0 steps were found i")


def begun_by(folder: Path) -> tuple[WalkCheck, str]:
    """A real walk from standing, its first four seconds of walking, and the foot that landed first."""
    with (folder / "truth.csv").open() as file:
        first_s, side = min((float(row["initial_contact_s"]), row["side"]) for row in csv.DictReader(file))
    recording = read_folder(folder)
    check = WalkCheck(recording.setup)
    go_ns, stop_ns = round((first_s - 2) * NS), round((first_s + 4) * NS)
    for from_ns, to_ns, change in ((0, go_ns, check.walk), (go_ns, stop_ns, check.stand)):
        for name, (times_ns, counts) in recording.samples.items():
            rows = (times_ns >= from_ns) & (times_ns < to_ns)
            for piece in np.array_split(np.flatnonzero(rows), 50):
                if len(piece):
                    check.take(Samples(sensor=name, times_ns=times_ns[piece], counts=counts[piece]))
        change()
    return check, side


@pytest.mark.slow
@pytest.mark.shared
def test_in_real_walks_the_foot_that_begins_is_the_one_whose_sensor_moves_first(shared_dir: Path) -> None:
    walks = sorted((shared_dir / "data/recordings/voisard2023_walk").iterdir())
    judged = [begun_by(folder) for folder in walks]
    assert len(judged) == 58
    for check, side in judged:
        found = check._wrong_foot()
        assert (found is not None) == (side == "right"), "told to begin with the left foot"
