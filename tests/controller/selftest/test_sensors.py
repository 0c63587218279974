"""What the self-test says of sensors: good ones, and every way of not being good."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest
from gpiozero.pins.mock import MockFactory

from controller.config import Config, StationTable, read_config
from controller.items import Placement, Samples, SensorSetup, Side
from controller.selftest.felt import Felt
from controller.selftest.line import Audience, Line
from controller.selftest.mount import mount_at_rest
from controller.selftest.sensors import judged, sensors
from controller.simulation.scene import DEFAULT_SENSORS, Fault, Scene, SimulatedSensor, Stretch
from controller.simulation.world import World

NS = 10**9
SETUP = SensorSetup(
    name="left_shank",
    placement=Placement.SHANK,
    side=Side.LEFT,
    sample_rate_hz=833,
    range_g=32,
    scale_g_per_count=0.001,
    up_axis="+z",
)


def batch(
    rate_hz: float = 833.0,
    mean_g: float = 1.0,
    noise_g: float = 0.005,
    sway_g: float = 0.0,
    overflows: int = 0,
    errors: int = 0,
) -> Samples:
    """Four seconds of a sensor that stands on its end."""
    times_s = np.arange(4 * rate_hz) / rate_hz
    force_g = np.random.default_rng(1).normal(0, noise_g, (len(times_s), 3))
    force_g[:, 2] += mean_g + sway_g * np.sin(2 * np.pi * times_s)
    counts = np.round(force_g / SETUP.scale_g_per_count).astype(np.int16)
    times_ns = np.round(times_s * NS).astype(np.int64)
    return Samples(sensor="left_shank", times_ns=times_ns, counts=counts, overflows=overflows, errors=errors)


def said(*batches: Samples, trouble: OSError | None = None) -> Line:
    return judged(Felt(SETUP, batches), None, trouble)


def test_a_good_one_says_its_rate_error_its_zero_and_its_noise() -> None:
    line = said(batch(rate_hz=849.7))
    assert (line.level, line.part) == ("ok", "left_shank")
    assert line.text == "850 samples/s (+2.0% of 833); at rest 1.000 g, noise 5.0 mg."
    assert line.figures is not None
    assert line.figures["rate_error_percent"] == pytest.approx(2.0, abs=0.01)
    assert line.figures["mean_g"] == pytest.approx(1.0, abs=0.001)


@pytest.mark.parametrize(
    ("given", "level", "says"),
    [
        (batch(rate_hz=900), "bad", "Set its rate in station.toml to what it really delivers, 900."),
        (batch(mean_g=1.15), "look", "lay it on its six faces"),
        (batch(noise_g=0.08), "look", "so noisy"),
        (batch(noise_g=0), "bad", "always the same value. Unplug it"),
        (batch(sway_g=0.3), "ok", "it moves, so its zero and its noise were not judged"),
        (batch(overflows=3), "look", "overflowed 3 times"),
        (batch(errors=2), "look", "2 reads failed. A bad contact?"),
        (batch(mean_g=32), "look", "100.0% of its samples are at its 32 g."),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(given: Samples, level: str, says: str) -> None:
    line = said(given)
    assert line.level == level
    assert says in line.text


def test_holes_are_counted_and_do_not_spoil_the_rate() -> None:
    whole = batch()
    first = Samples(sensor="left_shank", times_ns=whole.times_ns[:1000], counts=whole.counts[:1000])
    second = Samples(sensor="left_shank", times_ns=whole.times_ns[2000:], counts=whole.counts[2000:])
    line = said(first, second)
    assert line.level == "look"
    assert "833 samples/s" in line.text
    assert "1 holes" in line.text


def scene(*changed: SimulatedSensor, faults: tuple[Fault, ...] = ()) -> Scene:
    return Scene(sensors=changed or DEFAULT_SENSORS, faults=faults)


def station(folder: Path, world: Scene) -> Config:
    return Config(station=StationTable(data_dir=str(folder)), simulation=world)


@pytest.mark.slow
def test_simulated_ones_are_heard_through_the_driver_of_a_real_chip(
    tmp_path: Path, audience: Callable[..., Audience]
) -> None:
    left, right, sacrum = DEFAULT_SENSORS
    chips = (
        msgspec.structs.replace(left, chip="lsm6dso32", clock_error_ppm=20_000.0),
        msgspec.structs.replace(
            right, chip="adxl345", sample_rate_hz=1600.0, range_g=16.0, clock_error_ppm=-20_000.0
        ),
        sacrum,
    )
    gone = Fault(what="sacrum", at_s=0, duration_s=1000)
    one, other, missing, mount = sensors(station(tmp_path, scene(*chips, faults=(gone,))), audience([]))
    assert (one.level, other.level) == ("ok", "ok")
    assert one.text.startswith("850 samples/s (+2.0% of 833); at rest")
    assert other.text.startswith("1568 samples/s (-2.0% of 1600); at rest")
    assert missing == Line("sacrum", "bad", "does not answer: nothing came.")
    assert mount.text.startswith("The right way up: left_shank, right_shank.")


WIRED = """
[[sensors]]
name = "left_shank"
placement = "shank"
side = "left"
chip = "lsm6dso32"
spi = "6.2"
ready = 25
sample_rate_hz = 1667
range_g = 32
"""


@pytest.mark.slow
def test_a_wired_one_without_its_bus_is_said_in_the_drivers_words(
    tmp_path: Path, audience: Callable[..., Audience], pins: MockFactory
) -> None:
    (tmp_path / "station.toml").write_text(WIRED)
    line, _ = sensors(read_config(tmp_path / "station.toml"), audience([]))
    assert line.level == "bad"
    assert line.text.startswith("does not answer: there is no /dev/spidev6.2: switch that bus on")
    assert "Its wires: SPI 6.2, interrupt GPIO 25." in line.text


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('spi = "6.2"', 'spi = "0.1"', "Its wires: SPI 0.1, chip select GPIO 7, interrupt GPIO 25."),
        ('spi = "6.2"', "i2c = 1\naddress = 0x6a", "I2C 1, address 0x6a (i2cdetect -y 1 must show it), "),
        ('spi = "6.2"\nready = 25', 'port = "/dev/x"', "ls /dev/serial/by-id must show its board"),
    ],
)
def test_each_kind_of_lead_says_where_to_look_next(tmp_path: Path, old: str, new: str, says: str) -> None:
    (tmp_path / "station.toml").write_text(WIRED.replace(old, new))
    (table,) = read_config(tmp_path / "station.toml").sensors
    line = judged(Felt(SETUP, []), table, OSError("LSM6DSO32 expected: nobody answers"))
    assert line.text.startswith("does not answer: LSM6DSO32 expected: nobody answers. ")
    assert says in line.text


def test_a_chip_without_a_driver_is_a_line_of_its_own(
    tmp_path: Path, audience: Callable[..., Audience], pins: MockFactory
) -> None:
    (tmp_path / "station.toml").write_text(WIRED.replace("lsm6dso32", "mpu6050"))
    (line,) = sensors(read_config(tmp_path / "station.toml"), audience([]))
    assert (line.part, line.level) == ("sensors", "bad")
    assert "There are: lsm6dso32" in line.text


def standing(*changed: SimulatedSensor) -> Line:
    world = World(Scene(course=(Stretch(duration_s=100, belt_speed_mps=0),), sensors=changed))
    return mount_at_rest(world.setup, [i for i in world.advance(4 * NS) if isinstance(i, Samples)])


def test_who_stands_shows_what_is_upside_down_and_what_was_not_checked() -> None:
    left, right, sacrum = DEFAULT_SENSORS
    lying = msgspec.structs.replace(right, up_axis="+x", turned_deg=(0.0, 0.0, 0.0))
    unsaid = msgspec.structs.replace(sacrum, up_axis=None)
    well = standing(left, lying, unsaid)
    assert well.level == "ok"
    assert well.text == (
        "The right way up: left_shank. Lying, not worn: right_shank. Not checked: left and right, straps, "
        "which way up sacrum is (no up_axis in station.toml); --walk does, on a person."
    )
    down = standing(msgspec.structs.replace(left, up_axis="-z"), right)
    assert (down.level, down.text) == (
        "bad",
        "Left shank: worn upside down. Turn it so that its arrow points up.",
    )
