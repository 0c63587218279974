"""The pins on a real kernel's simulated chip: edge times are the kernel's, none is lost, one owner a pin."""

import os
import statistics
import subprocess
import sys
import threading
import time
from itertools import pairwise
from queue import Queue
from typing import Any

import pytest

from controller.clock import SystemClock
from controller.cues import DARK, Cue, CueKind
from controller.devices.belt_pulses import BeltPulses
from controller.devices.buzzer import BuzzerPlayer
from controller.devices.gpio_lamp import GpioLamp
from controller.devices.pins import pin_factory
from controller.devices.ready_pin import GpioReadyPin
from controller.devices.step_pulses import StepPulses
from controller.hardware_tables import BuzzerTable, LightsTable, StepPulseTable
from controller.items import BeltSpeed, Placement, Played, Side, StepPulse
from controller.treadmills.edges import Edge

NS = 10**9
METRES = 0.02


class Listening(BeltPulses):
    """The source, which also keeps the edges it was told."""

    def __init__(self, pins: list[int]) -> None:
        self.heard: list[Edge] = []
        super().__init__("belt sensor", pins, METRES, pin_factory("lgpio"), SystemClock())
        self._open()  # as the first read would, before the first edge

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


def test_every_edge_comes_with_the_time_at_which_the_kernel_saw_it(wire: Any) -> None:
    line, source = wire(17), Listening([17])
    driven = []
    for turn in range(400):
        driven.append(line.drive(turn % 2))
        time.sleep(0.001)  # 1000 edges a second: a belt at 10 m/s and 2 cm a pulse
    source.until(400)
    assert [edge.level for edge in source.heard] == [turn % 2 for turn in range(400)]
    for edge, (before_ns, after_ns) in zip(source.heard, driven, strict=True):
        assert before_ns <= edge.time_ns <= after_ns
    source.close()


@pytest.mark.parametrize("forward", [True, False])
def test_an_encoder_on_two_pins_says_speed_and_direction(wire: Any, forward: bool) -> None:  # noqa: FBT001
    a, b = wire(5), wire(6)
    source = Listening([5, 6])
    first, second = (a, b) if forward else (b, a)
    turns_ns: list[int] = []

    def turn() -> None:
        # Each edge by the clock, so that a late one makes no other late; a pulse takes 0.1 s, much longer
        # than an edge is on its way here on a busy host.
        due_s = time.monotonic()
        for _ in range(30):
            for channel, level in ((first, 0), (second, 0), (first, 1), (second, 1)):
                due_s += 0.025
                time.sleep(max(0.0, due_s - time.monotonic()))
                _, after_ns = channel.drive(level)
            turns_ns.append(after_ns)

    wheel = threading.Thread(target=turn)
    wheel.start()
    said_mps = statistics.median(item.speed_mps for item in source.until(120))
    wheel.join()
    # A busy machine turns the wheel unevenly: what is said lies between its slowest and its fastest turn.
    each_mps = [METRES * NS / (later - sooner) for sooner, later in pairwise(turns_ns)]
    assert 0.85 * min(each_mps) <= (said_mps if forward else -said_mps) <= 1.15 * max(each_mps)
    source.close()


HOLDER = (
    "import sys\n"
    "from controller.devices.pins import input_pin, pin_factory\n"
    "pin = input_pin(pin_factory('lgpio'), 22, print)\n"
    "print('held', flush=True)\n"
    "sys.stdin.read()\n"
)


def test_a_pin_that_another_program_has_is_said_in_words_and_had_when_it_is_free(wire: Any) -> None:
    line = wire(22)
    table = StepPulseTable(name="left_switch", placement=Placement.FOOT, side=Side.LEFT, gpio=22)
    source = StepPulses(table, pin_factory("lgpio"), SystemClock())
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(OSError, match="GPIO 22 can't be used: another program has it"):
            source.read()
        other.communicate()
    assert source.read() == []
    before_ns, after_ns = line.drive(0)
    items = [item for _ in range(20) for item in source.read()]
    assert [before_ns <= item.time_ns <= after_ns for item in items if isinstance(item, StepPulse)] == [True]
    source.close()


def test_a_light_comes_out_through_the_kernel(wire: Any) -> None:
    lines = {gpio: wire(gpio) for gpio in (5, 6, 13, 16, 19, 20)}
    table = LightsTable(more=5, inside=6, less=13, row=(16, 19, 20))
    lamp = GpioLamp(table, pin_factory("lgpio"))
    for kind, value, lit in ((CueKind.LIGHT, 0.0, 6), (CueKind.LIGHT, -1.0, 5), (CueKind.BAR, 1.0, 20)):
        lamp.show(kind, value)
        assert lines[lit].level() == 1
    assert [gpio for gpio, line in lines.items() if line.level()] == [5, 20]
    lamp.show(CueKind.LIGHT, DARK)
    assert lines[5].level() == 0
    lamp.close()


def test_an_rgb_led_shows_two_colours_at_once(wire: Any) -> None:
    red, green, blue = wire(5), wire(6), wire(13)
    lamp = GpioLamp(LightsTable(rgb=(5, 6, 13)), pin_factory("lgpio"))
    lamp.show(CueKind.LIGHT, 0.0)
    assert (red.level(), green.level(), blue.level()) == (0, 1, 1)
    lamp.close()


def test_a_buzzer_beeps_and_is_silent_in_the_end(wire: Any) -> None:
    line, clock, told = wire(12, 0), SystemClock(), Queue[Played]()
    player = BuzzerPlayer(BuzzerTable(gpio=12), pin_factory("lgpio"), clock, told.put, print)
    player.play(Cue(due_ns=clock.monotonic_ns(), kind=CueKind.SLOWER, value=1.0))
    assert told.get(timeout=10).kind == "slower"
    assert line.level() == 1
    player.close()
    assert line.level() == 0


def test_an_interrupt_rises_when_the_kernel_saw_it(wire: Any) -> None:
    line, pin = wire(25), GpioReadyPin(pin_factory("lgpio"), 25)
    assert pin.wait(5) is None, "it is claimed, and high already"
    line.drive(0)
    for _ in range(100):
        before_ns, after_ns = line.drive(1)
        rose_ns = pin.wait(5)
        assert rose_ns is not None
        assert before_ns <= rose_ns <= after_ns
        line.drive(0)
    pin.close()


def chips_opened() -> int:
    """How often this process has a GPIO chip open."""
    names = os.listdir("/proc/self/fd")
    return sum("gpiochip" in os.path.realpath(f"/proc/self/fd/{name}") for name in names)


def test_all_share_one_chip_and_a_pin_that_was_given_back_is_used_again(wire: Any) -> None:
    factory, opened = pin_factory("lgpio"), chips_opened()
    assert opened
    assert pin_factory("lgpio") is factory
    assert chips_opened() == opened
    line = wire(4)
    for turn in range(3):
        pin = GpioReadyPin(factory, 4)
        line.drive(0)  # it was pulled up by being opened
        before_ns, after_ns = line.drive(1)
        assert before_ns <= (pin.wait(5) or 0) <= after_ns, f"turn {turn}"
        assert pin.wait(0.05) is None, "heard twice"
        pin.close()
        lamp = GpioLamp(LightsTable(less=4), factory)
        lamp.show(CueKind.LIGHT, 1.0)
        assert line.level() == 1, f"turn {turn}"
        lamp.close()
