"""What the self-test says of pins and buses."""

from pathlib import Path

import pytest

from controller import bus_plan
from controller.config import Config
from controller.devices.rpi_gpio import Installed
from controller.hardware_tables import HandrailTable, LightsTable, PinsTable, SensorTable
from controller.items import Placement, Side
from controller.selftest import pins as part
from controller.selftest.line import Line
from controller.selftest.pins import pins

MIXED = Installed(classic="0.7.1", modern="0.6", owner="rpi-lgpio", says="0.7.2")


def test_pins_used_twice_and_pins_used_well() -> None:
    (bad,) = pins(Config(lights=LightsTable(more=5, less=5)))
    assert bad.level == "bad"
    assert "used twice" in bad.text
    (good,) = pins(Config(lights=LightsTable(more=5, less=6)))
    assert good == Line("pins", "ok", "2 used, none twice: treadcoach pins draws them.")
    assert list(pins(Config())) == []


def test_an_input_that_the_factory_cannot_hear_and_a_mix_of_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part, "installed", lambda: MIXED)
    classic = Config(pins=PinsTable(factory="rpigpio"), handrail=HandrailTable(gpio=26))
    unheard, mixed = pins(classic)
    assert "GPIO 26 (handrail button) can't be read" in unheard.text
    assert (mixed.part, mixed.level) == ("RPi.GPIO", "bad")
    assert "overwritten each other's files" in mixed.text
    _, unused = pins(Config(lights=LightsTable(more=5)))
    assert unused.level == "look", "nobody imports it"


def test_a_bus_with_another_clock_than_station_toml_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = tmp_path / "i2c-1" / "of_node"
    node.mkdir(parents=True)
    (node / "clock-frequency").write_bytes((100_000).to_bytes(4, "big"))
    monkeypatch.setattr(bus_plan, "ADAPTERS", tmp_path)
    table = SensorTable(
        name="sacrum",
        placement=Placement.SACRUM,
        side=Side.BOTH,
        chip="lsm6dso32",
        sample_rate_hz=208,
        range_g=16,
        i2c=1,
        address=0x6A,
        ready=4,
    )
    _, slow = pins(Config(sensors=(table,)))
    assert (slow.part, slow.level) == ("buses", "look")
    assert "I2C 1 runs at 100 kHz" in slow.text
