"""One input pin and the edges that the kernel timed on it; opened and closed as often as need be.

The pin's own `when_changed` is used, because gpiozero's devices don't pass the kernel's time on.
"""

from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any

from controller.devices.pins import PinError, input_pin
from controller.devices.queues import taken
from controller.switch import Edge

NS = 1_000_000_000


class EdgePin:
    """`factory` is gpiozero's, chosen in assembly; edges come on its thread, and wait here for a reader's."""

    def __init__(self, factory: Any, gpio: int, only: int | None = None) -> None:
        self.gpio = gpio
        self._factory = factory
        self._only = only  # the level whose edges are wanted; None: both
        self._edges: SimpleQueue[Edge] = SimpleQueue()
        self._listener = self._changed  # gpiozero refers to it weakly: without this nothing is ever heard
        self._pin: Any = None

    @property
    def opened(self) -> bool:
        return self._pin is not None

    def open(self) -> int:
        """Claim it; its level now. PinError where that can't be."""
        self._pin = input_pin(self._factory, self.gpio, self._listener)
        try:
            return int(self._pin.state)
        except Exception as problem:  # lgpio's own error is no more than an Exception
            self.close()
            raise PinError(f"GPIO {self.gpio} can't be read ({problem})") from problem

    def _changed(self, ticks_s: float, level: int) -> None:
        if self._only is None or int(level) == self._only:
            self._edges.put(Edge(round(ticks_s * NS), int(level)))

    def wait(self, timeout_s: float) -> list[Edge]:
        """Block for an edge, at most so long; every edge that has come."""
        try:
            first = self._edges.get(timeout=max(0.0, timeout_s))
        except Empty:
            return []
        return [first, *self.taken()]

    def taken(self) -> list[Edge]:
        """Every edge that has come; never blocks."""
        return taken(self._edges)

    def close(self) -> None:
        """Give the pin back; what waits is forgotten."""
        if self._pin is None:
            return
        with suppress(Exception):  # it may be gone already
            self._pin.when_changed = None  # else gpiozero thinks that it listens already when opened anew
            self._pin.close()
        self._pin = None
        self.taken()
