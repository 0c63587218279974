"""A chip's interrupt on a pin: when it rose, by the kernel's clock."""

from queue import Empty, SimpleQueue
from typing import Any

from controller.devices.pins import input_pin
from controller.devices.queues import taken

NS = 1_000_000_000


class GpioReadyPin:
    """`factory` is gpiozero's; edges come on its thread, and wait here for the sensor's."""

    def __init__(self, factory: Any, gpio: int) -> None:
        self._rises: SimpleQueue[int] = SimpleQueue()
        self._listener = self._changed  # gpiozero refers to it weakly
        self._pin = input_pin(factory, gpio)
        self._pin.when_changed = self._listener

    def _changed(self, ticks_s: float, level: int) -> None:
        if level:
            self._rises.put(round(ticks_s * NS))

    def wait(self, timeout_s: float) -> int | None:
        """When it rose; the newest, if it rose more than once. None when it didn't in this time."""
        try:
            rose_ns = self._rises.get(timeout=timeout_s)
        except Empty:
            return None
        return [rose_ns, *taken(self._rises)][-1]

    def close(self) -> None:
        """Give the pin back."""
        self._pin.close()
