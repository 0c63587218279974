"""Step pulses on a pin: footswitch, insole, a chip's activity interrupt; the kernel times their edges."""

from collections.abc import Sequence
from typing import Any

from controller.clock import Clock
from controller.devices.switch_pin import SwitchPin
from controller.hardware_tables import StepPulseTable
from controller.items import Item, StepPulse
from controller.messages import PartState
from controller.switch import step_switch

TOO_SHORT = "its pulses are shorter than settle_s: make that smaller in station.toml"


class StepPulses:
    """A source: one item for each contact, dated by its first edge."""

    def __init__(self, table: StepPulseTable, factory: Any, clock: Clock) -> None:
        self.name = table.name
        self._side, self._gpio = table.side, table.gpio
        level = int(table.contact == "high")
        switch = step_switch(level, table.side, table.settle_s, table.quiet_s)
        self._pin = SwitchPin(factory, table.gpio, switch, clock)

    def read(self) -> Sequence[Item]:
        """The contacts that have become sure. PinError, an OSError, while the pin can't be had."""
        return [
            StepPulse(time_ns=one.time_ns, sensor=self.name, side=self._side, decided_ns=one.decided_ns)
            for one in self._pin.closings()
        ]

    @property
    def parts(self) -> tuple[PartState]:
        """For the health page."""
        switch, trouble = self._pin.switch, self._pin.trouble
        if not trouble and switch.spikes and not switch.closings:
            trouble = TOO_SHORT
        state = f"GPIO {self._gpio}: {switch.edges} edges, {switch.closings} steps"
        if switch.spikes:
            state += f", {switch.spikes} spikes left out"
        return (PartState(name=f"steps, {self.name.replace('_', ' ')}", state=state, trouble=trouble),)

    def close(self) -> None:
        """Give the pin back."""
        self._pin.close()
