"""Accelerometers from station.toml: what they become, what can't be, and wires that aren't there."""

from pathlib import Path

import pytest
from gpiozero.pins.mock import MockFactory

from controller.checked import BadInputError
from controller.clock import ManualClock
from controller.config import Config, read_config
from controller.devices.ready_pin import GpioReadyPin
from controller.pin_plan import conflicts, uses
from controller.sensor_assembly import sensors, setups

TWO = """
[[sensors]]
name = "left_shank"
placement = "shank"
side = "left"
chip = "lsm6dso32"
spi = "0.0"
ready = 25
sample_rate_hz = 1667
range_g = 32
[[sensors]]
name = "right_shank"
placement = "shank"
side = "right"
chip = "adxl345"
spi = "0.1"
ready = 24
sample_rate_hz = 1600
range_g = 16
"""


def station(folder: Path, text: str) -> Config:
    path = folder / "station.toml"
    path.write_text(text)
    return read_config(path)


def test_two_sensors_become_a_setup_and_two_sources(tmp_path: Path) -> None:
    config = station(tmp_path, TWO)
    left, right = setups(config).sensors
    assert (left.name, left.scale_g_per_count, left.range_g) == ("left_shank", 0.000976, 32)
    assert (right.sample_rate_hz, right.scale_g_per_count) == (1600, 1 / 256)
    assert not setups(config).simulated
    sources = sensors(config, MockFactory(), ManualClock())
    assert [source.name for source in sources] == ["left_shank", "right_shank"]
    with pytest.raises(OSError, match="spidev"):  # said by the reader, and tried again every second
        sources[0].read()
    for source in sources:
        source.close()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"adxl345"', '"mpu6050"', "There are: lsm6dso32"),
        ("1600", "1000", "It has: 200, 400, 800, 1600, 3200"),
        ("range_g = 16", "range_g = 32", "has no range of 32 g"),
        ("right_shank", "left_shank", "Two sensors have one name"),
        ("range_g = 16", "range_g = 16\nspi_hz = 100000", "need a bus of 122 kHz"),
    ],
)
def test_what_cannot_be_is_said(tmp_path: Path, old: str, new: str, says: str) -> None:
    config = station(tmp_path, TWO.replace(old, new))
    with pytest.raises(BadInputError, match=says):
        setups(config)


def test_their_pins_are_in_the_plan(tmp_path: Path) -> None:
    found = uses(station(tmp_path, TWO))
    assert {use.gpio for use in found} == {7, 8, 9, 10, 11, 24, 25}
    assert conflicts(found) == []
    (twice,) = conflicts(uses(station(tmp_path, TWO.replace("ready = 24", "ready = 9"))))
    assert twice == "GPIO 9 is used twice: SPI 0 MISO, and right_shank, interrupt."
    (same,) = conflicts(uses(station(tmp_path, TWO.replace('"0.1"', '"0.0"'))))
    assert same == "GPIO 8 is used twice: left_shank, chip select, and right_shank, chip select."


def test_an_interrupt_pin_says_when_it_rose_and_nothing_when_it_falls() -> None:
    factory = MockFactory()
    pin = GpioReadyPin(factory, 25)
    raw = factory.pin(25)
    raw.drive_low()
    assert pin.wait(0) is None
    raw.drive_high()
    rose_ns = pin.wait(0)
    assert rose_ns is not None
    assert pin.wait(0) is None
    pin.close()
