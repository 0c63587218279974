"""The I2C bus on a real kernel: its i2c-dev, and i2c-stub's three chips, whose registers keep what they get.

The stub speaks SMBus and has no FIFO: a chip is identified, set and read back, and found to have no samples.
"""

from pathlib import Path

import pytest

from controller.chips.adxl345 import Adxl345
from controller.chips.chip import Chip, Setting, Wires
from controller.chips.lis3dh import Lis3dh
from controller.chips.lsm6dso32 import Lsm6dso32
from controller.clock import SystemClock
from controller.devices.accelerometer import Accelerometer
from controller.devices.i2c import I2cBus
from controller.items import Placement, SensorSetup, Side

ADAPTERS = Path("/sys/bus/i2c/devices")
PARTS = [(Lsm6dso32, 208.0, 32.0, 0x6A), (Adxl345, 200.0, 16.0, 0x53), (Lis3dh, 200.0, 16.0, 0x18)]

if not list(Path("/sys/devices/platform").glob("gpio-sim.0/gpiochip*")):
    pytest.skip("needs a kernel with a simulated GPIO chip", allow_module_level=True)


class Silent:
    """An interrupt that never comes."""

    def wait(self, _timeout_s: float) -> None:
        return None

    def close(self) -> None:
        """Nothing to give back."""


@pytest.fixture(scope="module")
def path() -> str:
    (name,) = [path.parent.name for path in ADAPTERS.glob("i2c-*/name") if "stub" in path.read_text()]
    return f"/dev/{name}"


@pytest.fixture(autouse=True)
def chips(path: str) -> None:
    """Each chip says who it is, as after power-on; its other registers are 0."""
    for kind, _, _, address in PARTS:
        bus, chip = I2cBus(path, address), kind(Wires.I2C)
        bus.exchange([chip.write(Setting(register, 0)) for register in range(0x7F)])
        bus.exchange([chip.write(chip.identity)])
        bus.close()


def driver(
    path: str, chip: Chip, rate_hz: float, range_g: float, address: int, watermark: int
) -> Accelerometer:
    setup = SensorSetup(
        name="left_shank",
        placement=Placement.SHANK,
        side=Side.LEFT,
        sample_rate_hz=rate_hz,
        range_g=range_g,
        scale_g_per_count=chip.scales_g[range_g],
    )
    return Accelerometer(setup, chip, watermark, lambda: I2cBus(path, address), Silent(), SystemClock())


@pytest.mark.parametrize(("kind", "rate_hz", "range_g", "address"), PARTS)
def test_a_chip_is_identified_set_and_read_back(
    path: str, kind: type[Chip], rate_hz: float, range_g: float, address: int
) -> None:
    chip = kind(Wires.I2C)
    source = driver(path, chip, rate_hz, range_g, address, watermark=1)
    with pytest.raises(OSError, match=r"has taken no sample for 0\.1 s"):
        source.read()
    source.close()
    bus = I2cBus(path, address)
    for setting in {setting.register: setting for setting in chip.settings(rate_hz, range_g, 1)}.values():
        assert bus.exchange([chip.read(setting.register)]) == [bytes([setting.value])]
    bus.close()


def test_another_chip_is_named(path: str) -> None:
    bus = I2cBus(path, 0x6A)
    bus.exchange([Lsm6dso32(Wires.I2C).write(Setting(0x0F, 0x69))])
    bus.close()
    source = driver(path, Lsm6dso32(Wires.I2C), 208, 32, 0x6A, watermark=1)
    with pytest.raises(OSError, match=r"this is another chip \(LSM6DS3, identity 0x69\): change station"):
        source.read()


def test_nobody_at_an_address_is_said(path: str) -> None:
    source = driver(path, Lis3dh(Wires.I2C), 200, 16, 0x19, watermark=1)
    with pytest.raises(OSError, match=r"nobody answers at address 0x19 on I2C \d+: check its plug"):
        source.read()


def test_an_adapter_that_cannot_drain_a_batch_says_so(path: str) -> None:
    source = driver(path, Lsm6dso32(Wires.I2C), 1667, 32, 0x6A, watermark=8)
    with pytest.raises(OSError, match="only speaks SMBus, 32 bytes at once, and 56 are needed"):
        source.read()
    source.close()


def test_a_bus_that_is_switched_off_is_said() -> None:
    with pytest.raises(OSError, match="there is no /dev/i2c-99: switch I2C on with raspi-config"):
        driver("/dev/i2c-99", Lis3dh(Wires.I2C), 200, 16, 0x18, watermark=1).read()
