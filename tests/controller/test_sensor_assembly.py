"""Accelerometers from station.toml: what they become, what can't be, and wires that aren't there."""

from pathlib import Path

import pytest
from gpiozero.pins.mock import MockFactory

from controller import bus_plan
from controller.checked import BadInputError
from controller.clock import ManualClock
from controller.config import Config, read_config
from controller.devices.ready_pin import GpioReadyPin
from controller.pin_plan import conflicts, unheard, uses
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


ON_I2C = """
[[sensors]]
name = "left_shank"
placement = "shank"
side = "left"
chip = "lsm6dso32"
i2c = 1
address = 0x6a
ready = 25
sample_rate_hz = 1667
range_g = 32
[[sensors]]
name = "right_shank"
placement = "shank"
side = "right"
chip = "lsm6dso32"
i2c = 1
address = 0x6b
ready = 24
sample_rate_hz = 1667
range_g = 32
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


def clocked(folder: Path, monkeypatch: pytest.MonkeyPatch, hz: int) -> None:
    """The kernel says that I2C 1 has this clock."""
    node = folder / "adapters" / "i2c-1" / "of_node"
    node.mkdir(parents=True)
    (node / "clock-frequency").write_bytes(hz.to_bytes(4, "big"))
    monkeypatch.setattr(bus_plan, "ADAPTERS", folder / "adapters")


def test_two_sensors_share_an_i2c_bus_at_two_addresses(tmp_path: Path) -> None:
    config = station(tmp_path, ON_I2C)
    assert [setup.name for setup in setups(config).sensors] == ["left_shank", "right_shank"]
    sources = sensors(config, MockFactory(), ManualClock())
    with pytest.raises(OSError, match="there is no /dev/i2c-1: switch I2C on"):
        sources[0].read()
    for source in sources:
        source.close()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("0x6b", "0x6a", "both at address 0x6a of I2C 1: tie the pin SDO"),
        ("0x6b", "0x1d", r"LSM6DSO32 never has the address 0x1d. It has 0x6a"),
        ("= 32", "= 32\ni2c_hz = 100000", "need a bus of 152 kHz, and this one has 100 kHz"),
        (
            "= 32",
            "= 32\ni2c_hz = 300000",
            r"303 kHz together \(left_shank 152, right_shank 152\).*has 300 kHz",
        ),
        ("= 32", "= 32\ni2c_hz = 1000000", "follows I2C up to 400 kHz, and I2C 1 has 1000 kHz"),
    ],
)
def test_what_an_i2c_bus_cannot_be_is_said(tmp_path: Path, old: str, new: str, says: str) -> None:
    with pytest.raises(BadInputError, match=says):
        setups(station(tmp_path, ON_I2C.replace(old, new)))


def test_what_the_kernel_says_of_a_bus_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = station(tmp_path, ON_I2C)
    assert bus_plan.clock_notes(config.sensors) == []
    clocked(tmp_path, monkeypatch, 100_000)
    with pytest.raises(BadInputError, match="this one has 100 kHz"):
        setups(config)
    (note,) = bus_plan.clock_notes(config.sensors)
    assert note.startswith("I2C 1 runs at 100 kHz, and station.toml says 400 kHz. Write dtparam=")
    slower = station(tmp_path, ON_I2C.replace("1667", "208").replace("= 32", "= 32\ni2c_hz = 100000"))
    assert len(setups(slower).sensors) == 2
    assert bus_plan.clock_notes(slower.sensors) == []


def test_the_sum_of_an_spi_bus_is_checked_and_a_chip_select_is_given_once(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"SPI 0 need 247 kHz together.*has 200 kHz"):
        setups(station(tmp_path, TWO.replace("ready", "spi_hz = 200000\nready")))
    apart = TWO.replace("ready", "spi_hz = 200000\nready").replace('"0.1"', '"1.0"')
    assert len(setups(station(tmp_path, apart)).sensors) == 2
    with pytest.raises(BadInputError, match=r"both on chip select 0.0 of SPI: give each its own"):
        setups(station(tmp_path, TWO.replace('"0.1"', '"0.0"')))


def test_rpigpio_has_no_inputs(tmp_path: Path) -> None:
    pulses = ON_I2C + "[belt_sensor]\ngpio = 17\nmetres_per_pulse = 0.02\n[lights]\nmore = 5\n"
    assert unheard(station(tmp_path, pulses)) == []
    classic = '[pins]\nfactory = "rpigpio"\npower_button = 26\n'
    (said,) = unheard(station(tmp_path, pulses + classic))
    assert "GPIO 25 (left_shank, interrupt), GPIO 24 (right_shank, interrupt), GPIO 17 (belt sensor)" in said
    assert said.endswith('take factory = "lgpio".')
    assert unheard(station(tmp_path, "[lights]\nmore = 5\n" + classic)) == []


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
    assert pin.wait(5) is None, "high when it is opened: whatever it announces is not waited for"
    raw.drive_low()
    assert pin.wait(0) is None
    assert pin._pin.taken() == [], "a fall wakes nobody: who is woken without a rise calls the chip silent"
    raw.drive_high()
    rose_ns = pin.wait(0)
    assert rose_ns is not None
    assert pin.wait(0) is None
    pin.close()
