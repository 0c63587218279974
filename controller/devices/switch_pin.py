"""A switch on a pin: opened when it is first looked at, and anew after a fault; its bounces are left out."""

from typing import Any

from controller.clock import Clock
from controller.devices.edge_pin import NS, EdgePin
from controller.switch import Closing, Switch

LONGEST_WAIT_S = 0.1


class SwitchPin:
    """Owned by one reader thread; what it remembers may be read by others."""

    def __init__(self, factory: Any, gpio: int, switch: Switch, clock: Clock) -> None:
        self.switch = switch
        self.trouble = ""
        self._pin = EdgePin(factory, gpio)
        self._clock = clock

    @property
    def opened(self) -> bool:
        return self._pin.opened

    def closings(self) -> list[Closing]:
        """Those sure by now, after at most 100 ms. PinError, an OSError, while the pin can't be had."""
        if not self._pin.opened:
            self._begin()
        edges = self._pin.wait(self._wait_s())
        now_ns = self._clock.monotonic_ns()
        edges += self._pin.taken()  # what came before `now` must be known before anything is sure by then
        found = [closing for edge in edges for closing in self.switch.edge(edge)]
        return found + self.switch.until(now_ns)

    def _begin(self) -> None:
        try:
            self.switch.begin(self._pin.open())
        except OSError as problem:
            self.trouble = str(problem)
            raise
        self.trouble = ""

    def _wait_s(self) -> float:
        due_ns = self.switch.due_ns
        if due_ns is None:
            return LONGEST_WAIT_S
        return min(LONGEST_WAIT_S, (due_ns - self._clock.monotonic_ns()) / NS)

    def close(self) -> None:
        """Give the pin back."""
        self._pin.close()
