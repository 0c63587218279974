"""RPi.GPIO as rpi-lgpio serves it, on a real kernel's simulated chip: its own events, and our lights."""

import time
from pathlib import Path
from queue import SimpleQueue

import pytest

from controller.cues import DARK, CueKind
from controller.devices.gpio_lamp import GpioLamp
from controller.devices.pins import pin_factory
from controller.devices.rpi_gpio import installed, judged
from controller.hardware_tables import LightsTable

CHIPS = sorted(Path("/sys/devices/platform").glob("gpio-sim.0/gpiochip*"))

if not CHIPS:
    pytest.skip("needs a kernel with a simulated GPIO chip", allow_module_level=True)


def value(gpio: int) -> int:
    """What the pin's wire has, seen from outside."""
    return int((CHIPS[0] / f"sim_gpio{gpio}" / "value").read_text())


def test_it_is_rpi_lgpio_s() -> None:
    verdict = judged(installed(), "rpigpio")
    assert verdict.ok
    assert verdict.text.startswith("RPi.GPIO 0.7.2 is served by rpi-lgpio")


def test_its_events_come_and_its_outputs_go_out() -> None:
    from RPi import GPIO

    GPIO.setmode(GPIO.BCM)
    GPIO.setwarnings(False)
    GPIO.setup(12, GPIO.OUT, initial=0)
    for level in (1, 0, 1):
        GPIO.output(12, level)
        assert value(12) == level
    pull = CHIPS[0] / "sim_gpio18" / "pull"
    pull.write_text("pull-down")
    GPIO.setup(18, GPIO.IN)
    heard: SimpleQueue[int] = SimpleQueue()
    GPIO.add_event_detect(18, GPIO.RISING, callback=heard.put)
    for _ in range(10):
        pull.write_text("pull-up")
        assert heard.get(timeout=5) == 18
        pull.write_text("pull-down")
    time.sleep(0.05)  # for an event too many
    assert heard.empty()
    GPIO.remove_event_detect(18)
    GPIO.cleanup([12, 18])


def test_our_lights_shine_through_it() -> None:
    lamp = GpioLamp(LightsTable(more=23, inside=24, less=26), pin_factory("rpigpio"))
    for shown, lit in ((0.0, 24), (-1.0, 23), (1.0, 26), (DARK, None)):
        lamp.show(CueKind.LIGHT, shown)
        assert [gpio for gpio in (23, 24, 26) if value(gpio)] == ([] if lit is None else [lit])
    lamp.close()
