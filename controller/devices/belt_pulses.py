"""A belt sensor on GPIO pins, by gpiozero: the kernel times the edges, a thread of ours makes speed of them.

The pin's own `when_changed` is used, because gpiozero's devices don't pass the kernel's time on.
"""

from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import Any, Literal

from controller.clock import Clock
from controller.devices.pins import input_pin
from controller.devices.queues import taken
from controller.items import BeltSpeed, Item
from controller.messages import BeltState
from controller.treadmills.edges import Edge, EdgeSpeed

NS = 1_000_000_000
SAY_EVERY_NS = 100_000_000


class BeltPulses:
    """The pins' source; `factory` is gpiozero's, chosen in assembly."""

    def __init__(
        self, name: str, pins: Sequence[int], metres_per_pulse: float, factory: Any, clock: Clock
    ) -> None:
        self.name = name
        self._clock = clock
        self._edges: SimpleQueue[Edge] = SimpleQueue()
        self._speed = EdgeSpeed(metres_per_pulse, quadrature=len(pins) == 2)
        self._words = "GPIO " + " and ".join(map(str, pins))
        self._seen = 0
        self._trouble = ""
        self._say_ns = clock.monotonic_ns()
        self._pins = [input_pin(factory, number) for number in pins]
        channels: tuple[Literal["a", "b"], ...] = ("a", "b")
        # gpiozero refers to them weakly: without this list they are gone, and nothing is ever heard.
        self._listeners = [self._heard(channel) for channel in channels]
        for pin, listener in zip(self._pins, self._listeners, strict=False):
            pin.when_changed = listener
        self.state = self._now()

    def _heard(self, channel: Literal["a", "b"]) -> Callable[[float, int], None]:
        def changed(ticks_s: float, level: int) -> None:
            self._edges.put(Edge(round(ticks_s * NS), channel, int(level)))

        return changed

    def read(self) -> Sequence[Item]:
        """Ten times a second the speed, once one is known; the edges since then are in it."""
        self._clock.sleep_until_ns(self._say_ns)
        now_ns = self._clock.monotonic_ns()
        self._say_ns = max(self._say_ns + SAY_EVERY_NS, now_ns)
        self._trouble = ""
        for edge in sorted(self._taken(), key=lambda edge: edge.time_ns):
            self._trouble = self._speed.edge(edge) or self._trouble
        self._speed.silence(now_ns)
        self.state = self._now()
        speed_mps = self._speed.speed_mps
        return [] if speed_mps is None else [BeltSpeed(time_ns=now_ns, speed_mps=speed_mps, source=self.name)]

    def _taken(self) -> list[Edge]:
        edges = taken(self._edges)
        self._seen += len(edges)
        return edges

    def _now(self) -> BeltState:
        return BeltState(
            source=self.name,
            title="Pulses on the station's own pins",
            port=self._words,
            state=f"{self._seen} edges seen",
            trouble=self._trouble,
        )

    def close(self) -> None:
        """Give the pins back."""
        for pin in self._pins:
            pin.close()
