"""The button at the handrail, the runner's only input: a press becomes an order like any page's.

It never moves the belt. A button that is held gives one order; one that is down at the start gives none.
"""

from collections.abc import Sequence
from typing import Any

from controller.clock import Clock
from controller.devices.edge_pin import NS
from controller.devices.switch_pin import SwitchPin
from controller.hardware_tables import HandrailTable
from controller.items import HANDRAIL, Command, EndSession, Item, Mark, Order, ToggleMute
from controller.messages import PartState
from controller.switch import press_switch

STUCK_NS = 10 * NS
ORDERS: dict[str, Order] = {"end": EndSession(), "mute": ToggleMute(), "mark": Mark(note=HANDRAIL)}
DOES = {"end": "ends the session", "mute": "mutes the cues, or gives them back", "mark": "sets a mark"}


class Handrail:
    """A source: one command for each press."""

    name = "handrail button"

    def __init__(self, table: HandrailTable, factory: Any, clock: Clock) -> None:
        self._press, self._gpio = table.press, table.gpio
        self._clock = clock
        self._pin = SwitchPin(factory, table.gpio, press_switch(), clock)
        self._pressed_ns: int | None = None

    def read(self) -> Sequence[Item]:
        """An order for each press. PinError, an OSError, while the pin can't be had."""
        presses = self._pin.closings()
        if presses:
            self._pressed_ns = presses[-1].time_ns
        return [pressed(press.decided_ns, self._press) for press in presses]

    @property
    def parts(self) -> tuple[PartState]:
        """For the health page."""
        now_ns = self._clock.monotonic_ns()
        last = "not pressed since the start"
        if self._pressed_ns is not None:
            last = f"last pressed {(now_ns - self._pressed_ns) / NS:.0f} s ago"
        state = f"GPIO {self._gpio}: {DOES[self._press]}; {last}"
        return (PartState(name=self.name, state=state, trouble=self._pin.trouble or self._held(now_ns)),)

    def _held(self, now_ns: int) -> str:
        if not self._pin.opened or not self._pin.switch.closed:
            return ""
        since_ns = self._pin.switch.closed_ns
        if since_ns is None:
            return "it has been down since the start and does nothing until it is let go: stuck, or a short?"
        held_ns = now_ns - since_ns
        return f"it has been down for {held_ns / NS:.0f} s: stuck, or a short?" if held_ns > STUCK_NS else ""

    def close(self) -> None:
        """Give the pin back."""
        self._pin.close()


def pressed(time_ns: int, press: str) -> Command:
    """What a press at this time orders."""
    return Command(time_ns=time_ns, request_id=HANDRAIL, order=ORDERS[press])
