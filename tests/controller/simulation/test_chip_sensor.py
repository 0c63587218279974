"""The runner felt down to the chips' registers: the same steps, and times by the driver's own clock."""

import msgspec
import numpy as np
import pytest

from controller.checked import BadInputError
from controller.gait.gait import Gait
from controller.items import Samples
from controller.records import Contact
from controller.simulation.scene import DEFAULT_SENSORS, Scene, Stretch
from controller.simulation.world import World

NS = 10**9
CHIPS = (("lsm6dso32", 833.0, 32.0), ("lsm6dso32", 833.0, 32.0), ("adxl345", 200.0, 16.0))
RUNS = (Stretch(duration_s=1000, belt_speed_mps=2.5),)


def scene(error_ppm: float) -> Scene:
    sensors = tuple(
        msgspec.structs.replace(
            sensor, chip=chip, sample_rate_hz=rate, range_g=span, clock_error_ppm=error_ppm
        )
        for sensor, (chip, rate, span) in zip(DEFAULT_SENSORS, CHIPS, strict=True)
    )
    return Scene(course=RUNS, sensors=sensors)


def contacts(world: World, seconds: float) -> list[float]:
    """Contacts in s, as the gait finds them."""
    gait, found = Gait(world.setup, None), []
    for item in world.advance(round(seconds * NS)):
        if isinstance(item, Samples):
            found += [record for record in gait.samples(item) if isinstance(record, Contact)]
    return [contact.initial_contact_ns / NS for contact in found]


@pytest.mark.slow
@pytest.mark.parametrize("error_ppm", [0.0, 20_000.0, -20_000.0])
def test_steps_through_chips_and_drivers_are_the_runners(error_ppm: float) -> None:
    world = World(scene(error_ppm))
    found = np.array(contacts(world, 30))
    truth = np.array([step.contact_s for step in world.truth if 8 < step.contact_s < 28])
    nearest = np.array([found[np.argmin(np.abs(found - at_s))] - at_s for at_s in truth])
    assert np.max(np.abs(nearest - np.median(nearest))) < 0.02
    assert abs(np.median(nearest)) < 0.015
    assert len([at_s for at_s in found if 8 < at_s < 28]) == pytest.approx(len(truth), abs=1)


def test_no_sample_is_lost_between_two_chunks() -> None:
    world = World(scene(20_000.0))
    batches = [item for item in world.advance(5 * NS) if isinstance(item, Samples)]
    for sensor, (_, rate_hz, _) in zip(DEFAULT_SENSORS, CHIPS, strict=True):
        times = np.concatenate([b.times_ns for b in batches if b.sensor == sensor.name])
        assert np.all(np.abs(np.diff(times) * rate_hz * 1.02 / NS - 1) < 0.2)
        assert len(times) == pytest.approx(5 * rate_hz * 1.02, abs=10)


def test_a_chip_without_a_driver_is_named() -> None:
    sensor = msgspec.structs.replace(DEFAULT_SENSORS[0], chip="mpu6050")
    with pytest.raises(BadInputError, match="There are: lsm6dso32, adxl345, lis3dh"):
        World(Scene(sensors=(sensor,)))
