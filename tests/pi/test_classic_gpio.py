"""Classic RPi.GPIO's own C code on a file in place of the registers: our light comes out at a Pi 4's pins.

Registers as in BCM2711 ARM Peripherals, 5.2: function select of ten pins a word, three bits each, 1 for an
output; a pin is set and cleared by writing its bit to one register or the other.
"""

import mmap
import os
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.cues import DARK, CueKind
from controller.devices.gpio_lamp import GpioLamp
from controller.devices.pins import pin_factory
from controller.devices.rpi_gpio import installed, judged
from controller.hardware_tables import LightsTable

MEMORY = Path("/dev/gpiomem")
SELECT, SET, CLEAR = 0x00, 0x1C, 0x28
OUTPUT, INPUT = 1, 0

if not MEMORY.is_file():
    pytest.skip("needs classic RPi.GPIO and a file for its registers", allow_module_level=True)


class Registers:
    """The first page of a Pi's GPIO."""

    def __init__(self) -> None:
        self._file = os.open(MEMORY, os.O_RDWR)
        self._page = mmap.mmap(self._file, 4096)

    def __getitem__(self, offset: int) -> int:
        return int(struct.unpack_from("<I", self._page, offset)[0])

    def function(self, gpio: int) -> int:
        """What the pin is."""
        return self[SELECT + 4 * (gpio // 10)] >> 3 * (gpio % 10) & 7

    def forget(self) -> None:
        """As if nothing had been set or cleared yet."""
        for offset in (SET, CLEAR):
            struct.pack_into("<I", self._page, offset, 0)

    def close(self) -> None:
        """Give the page back."""
        self._page.close()
        os.close(self._file)


@pytest.fixture
def registers() -> Iterator[Registers]:
    page = Registers()
    page.forget()
    yield page
    page.close()


def test_it_is_the_classic_one() -> None:
    assert judged(installed(), "rpigpio") == (True, "RPi.GPIO 0.7.1 is served by RPi.GPIO 0.7.1.")
    assert pin_factory("rpigpio") is pin_factory("rpigpio")


@pytest.mark.parametrize("low", [False, True])
@pytest.mark.parametrize("gpio", [4, 5, 13, 20, 27])
def test_a_light_is_set_and_cleared_on_its_pin_alone(registers: Registers, gpio: int, low: bool) -> None:  # noqa: FBT001
    lit, dark = (CLEAR, SET) if low else (SET, CLEAR)
    lamp = GpioLamp(LightsTable(inside=gpio, active_low=low), pin_factory("rpigpio"))
    assert registers.function(gpio) == OUTPUT
    assert registers[dark] == 1 << gpio  # dark from its first moment
    assert registers[lit] == 0
    registers.forget()
    lamp.show(CueKind.LIGHT, 0.0)
    assert (registers[lit], registers[dark]) == (1 << gpio, 0)
    registers.forget()
    lamp.show(CueKind.LIGHT, DARK)
    assert (registers[lit], registers[dark]) == (0, 1 << gpio)
    lamp.close()
    assert registers.function(gpio) == INPUT


def test_of_a_traffic_light_and_a_row_the_right_one_is_lit(registers: Registers) -> None:
    table = LightsTable(more=5, inside=6, less=13, row=(16, 19, 20))
    lamp = GpioLamp(table, pin_factory("rpigpio"))
    assert {registers.function(gpio) for gpio in table.gpios()} == {OUTPUT}
    for kind, value, gpio in ((CueKind.LIGHT, -1.0, 5), (CueKind.LIGHT, 1.0, 13), (CueKind.BAR, 1.0, 20)):
        registers.forget()
        lamp.show(kind, value)
        assert registers[SET] == 1 << gpio  # the others are cleared, one after the other
    lamp.close()


def test_registers_that_cannot_be_reached_are_said_at_once() -> None:
    away = MEMORY.with_name("gpiomem-away")
    MEMORY.rename(away)
    script = "from controller.devices.pins import pin_factory\npin_factory('rpigpio')\n"
    other = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    away.rename(MEMORY)
    assert "RPi.GPIO can't use the pins of this machine: No access to /dev/mem" in other.stderr
