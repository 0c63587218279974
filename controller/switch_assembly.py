"""Switches on pins as station.toml wants them: step pulses, the handrail's button."""

from collections.abc import Callable
from typing import Any

from controller.clock import Clock
from controller.config import Config
from controller.devices.handrail import Handrail
from controller.devices.step_pulses import StepPulses
from controller.items import PulseSetup


def pulse_setups(config: Config) -> tuple[PulseSetup, ...]:
    """What a session must know of the parts that pulse once per step."""
    return tuple(PulseSetup(name=t.name, placement=t.placement, side=t.side) for t in config.step_pulses)


def switches(config: Config, pins: Callable[[], Any], clock: Clock) -> list[StepPulses | Handrail]:
    """Their sources; `pins` gives gpiozero's factory, and is asked only where there is a switch."""
    found: list[StepPulses | Handrail] = [StepPulses(table, pins(), clock) for table in config.step_pulses]
    if config.handrail is not None:
        found.append(Handrail(config.handrail, pins(), clock))
    return found
