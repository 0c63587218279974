"""Lights and the buzzer as station.toml wants them; what each can show."""

from collections.abc import Callable
from functools import partial
from typing import Any

from controller.config import Config
from controller.cues import LIGHTS, CueKind
from controller.devices.gpio_lamp import GpioLamp, kinds
from controller.devices.lights import Fitting
from controller.devices.spi import MODE_0, SpiBus
from controller.devices.strip import HZ, Strip
from controller.simulation.devices import SimulatedLamp


def fittings(config: Config, pins: Callable[[], Any], *, simulated: bool) -> list[Fitting]:
    """The lamps, the quickest first; `pins` gives gpiozero's factory, and is asked only where LEDs need it.

    The strip shows the traffic light only where no LED does. A simulated station without lights has a lamp
    that only remembers.
    """
    found: list[Fitting] = []
    shown: frozenset[CueKind] = frozenset()
    lights, strip = config.lights, config.strip
    if lights is not None:
        shown = kinds(lights)
        place = "GPIO " + ", ".join(map(str, lights.gpios()))
        found.append(Fitting("lights", place, shown, partial(GpioLamp, lights, pins())))
    if strip is not None:
        bus = partial(SpiBus, f"/dev/spidev{strip.spi}", HZ[strip.kind], mode=MODE_0)
        mine = frozenset(LIGHTS) - ({CueKind.LIGHT} & shown)
        place = f"SPI {strip.spi}, {strip.leds} LEDs"
        found.append(Fitting("light strip", place, mine, partial(Strip, strip, bus)))
    if not found and simulated:
        found.append(Fitting("lights", "simulated", frozenset(LIGHTS), SimulatedLamp))
    return found
