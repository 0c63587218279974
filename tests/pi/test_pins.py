"""The pins on a real kernel's simulated chip: edge times are the kernel's, none is lost, one owner a pin."""

import os
import statistics
import subprocess
import sys
import threading
import time
from itertools import pairwise
from pathlib import Path

import pytest

from controller.clock import SystemClock
from controller.cues import DARK, CueKind
from controller.devices.belt_pulses import BeltPulses
from controller.devices.gpio_lamp import GpioLamp
from controller.devices.pins import pin_factory
from controller.devices.ready_pin import GpioReadyPin
from controller.hardware_tables import LightsTable
from controller.items import BeltSpeed
from controller.treadmills.edges import Edge

CHIPS = sorted(Path("/sys/devices/platform").glob("gpio-sim.0/gpiochip*"))
NS = 10**9
METRES = 0.02

if not CHIPS:
    pytest.skip("needs a kernel with a simulated GPIO chip", allow_module_level=True)


class Wire:
    """What is connected to a pin: a level, put there at a time that is known from both sides."""

    def __init__(self, number: int) -> None:
        self._pull = CHIPS[0] / f"sim_gpio{number}" / "pull"
        self._pull.write_text("pull-up")

    def drive(self, level: int) -> tuple[int, int]:
        """Between these two times the level changed."""
        before_ns = time.monotonic_ns()
        self._pull.write_text("pull-up" if level else "pull-down")
        return before_ns, time.monotonic_ns()


class Listening(BeltPulses):
    """The source, which also keeps the edges it was told."""

    def __init__(self, pins: list[int]) -> None:
        self.heard: list[Edge] = []
        super().__init__("belt sensor", pins, METRES, pin_factory("lgpio"), SystemClock())

    def _taken(self) -> list[Edge]:
        taken = super()._taken()
        self.heard += taken
        return taken

    def until(self, edges: int) -> list[BeltSpeed]:
        """Read until so many edges were heard, at most ten seconds."""
        said: list[BeltSpeed] = []
        for _ in range(100):
            said += [item for item in self.read() if isinstance(item, BeltSpeed)]
            if len(self.heard) >= edges:
                return said
        raise AssertionError(f"{len(self.heard)} of {edges} edges")


def test_every_edge_comes_with_the_time_at_which_the_kernel_saw_it() -> None:
    wire, source = Wire(17), Listening([17])
    driven = []
    for turn in range(400):
        driven.append(wire.drive(turn % 2))
        time.sleep(0.001)  # 1000 edges a second: a belt at 10 m/s and 2 cm a pulse
    source.until(400)
    assert [edge.level for edge in source.heard] == [turn % 2 for turn in range(400)]
    for edge, (before_ns, after_ns) in zip(source.heard, driven, strict=True):
        assert before_ns <= edge.time_ns <= after_ns
    source.close()


@pytest.mark.parametrize("forward", [True, False])
def test_an_encoder_on_two_pins_says_speed_and_direction(forward: bool) -> None:  # noqa: FBT001
    a, b = Wire(5), Wire(6)
    source = Listening([5, 6])
    first, second = (a, b) if forward else (b, a)
    turns_ns: list[int] = []

    def turn() -> None:
        for _ in range(60):
            for wire, level in ((first, 0), (second, 0), (first, 1), (second, 1)):
                time.sleep(0.003)
                _, after_ns = wire.drive(level)
            turns_ns.append(after_ns)

    wheel = threading.Thread(target=turn)
    wheel.start()
    said_mps = statistics.median(item.speed_mps for item in source.until(240))
    wheel.join()
    # A busy machine turns the wheel unevenly: what is said lies between its slowest and its fastest turn.
    each_mps = [METRES * NS / (later - sooner) for sooner, later in pairwise(turns_ns)]
    assert 0.85 * min(each_mps) <= (said_mps if forward else -said_mps) <= 1.15 * max(each_mps)
    source.close()


def test_a_pin_that_another_program_has_is_said_in_words() -> None:
    source = Listening([22])
    script = (
        "from controller.clock import SystemClock\n"
        "from controller.devices.belt_pulses import BeltPulses\n"
        "from controller.devices.pins import pin_factory\n"
        "BeltPulses('belt sensor', [22], 0.02, pin_factory('lgpio'), SystemClock())\n"
    )
    other = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert "GPIO 22" in other.stderr
    assert "another program" in other.stderr
    source.close()


def test_a_light_comes_out_through_the_kernel() -> None:
    values = {gpio: CHIPS[0] / f"sim_gpio{gpio}" / "value" for gpio in (5, 6, 13, 16, 19, 20)}
    table = LightsTable(more=5, inside=6, less=13, row=(16, 19, 20))
    lamp = GpioLamp(table, pin_factory("lgpio"))
    for kind, value, lit in ((CueKind.LIGHT, 0.0, 6), (CueKind.LIGHT, -1.0, 5), (CueKind.BAR, 1.0, 20)):
        lamp.show(kind, value)
        assert values[lit].read_text().strip() == "1"
    assert [gpio for gpio, path in values.items() if path.read_text().strip() == "1"] == [5, 20]
    lamp.show(CueKind.LIGHT, DARK)
    assert values[5].read_text().strip() == "0"
    lamp.close()


def test_an_interrupt_rises_when_the_kernel_saw_it() -> None:
    wire, pin = Wire(25), GpioReadyPin(pin_factory("lgpio"), 25)
    wire.drive(0)
    for _ in range(100):
        before_ns, after_ns = wire.drive(1)
        rose_ns = pin.wait(5)
        assert rose_ns is not None
        assert before_ns <= rose_ns <= after_ns
        wire.drive(0)
    pin.close()


def chips_opened() -> int:
    """How often this process has a GPIO chip open."""
    names = os.listdir("/proc/self/fd")
    return sum("gpiochip" in os.path.realpath(f"/proc/self/fd/{name}") for name in names)


def test_all_share_one_chip_and_a_pin_that_was_given_back_is_used_again() -> None:
    factory, opened = pin_factory("lgpio"), chips_opened()
    assert opened
    assert pin_factory("lgpio") is factory
    assert chips_opened() == opened
    wire = Wire(4)
    for turn in range(3):
        pin = GpioReadyPin(factory, 4)
        wire.drive(0)  # it was pulled up by being opened
        before_ns, after_ns = wire.drive(1)
        assert before_ns <= (pin.wait(5) or 0) <= after_ns, f"turn {turn}"
        assert pin.wait(0.05) is None, "heard twice"
        pin.close()
        lamp = GpioLamp(LightsTable(less=4), factory)
        lamp.show(CueKind.LIGHT, 1.0)
        assert (CHIPS[0] / "sim_gpio4" / "value").read_text().strip() == "1", f"turn {turn}"
        lamp.close()
