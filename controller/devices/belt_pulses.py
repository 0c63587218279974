"""A belt sensor on GPIO pins: the kernel times the edges, a thread of ours makes speed of them."""

from collections.abc import Sequence
from typing import Any, Literal

from controller.clock import Clock
from controller.devices.edge_pin import NS, EdgePin
from controller.items import BeltSpeed, Item
from controller.messages import BeltState
from controller.treadmills.edges import Edge, EdgeSpeed

SAY_EVERY_NS = NS // 10
CHANNELS: tuple[Literal["a", "b"], ...] = ("a", "b")


class BeltPulses:
    """The pins' source, opened by its first read, and anew after a fault; `factory` is gpiozero's."""

    def __init__(
        self, name: str, pins: Sequence[int], metres_per_pulse: float, factory: Any, clock: Clock
    ) -> None:
        self.name = name
        self._clock = clock
        self._speed = EdgeSpeed(metres_per_pulse, quadrature=len(pins) == 2)
        self._words = "GPIO " + " and ".join(map(str, pins))
        self._seen = 0
        self._trouble = ""
        self._say_ns = clock.monotonic_ns()
        self._pins = [EdgePin(factory, number) for number in pins]
        self.state = self._now()

    def read(self) -> Sequence[Item]:
        """Ten times a second the speed, once one is known; the edges since then are in it.

        PinError, an OSError, while a pin can't be had.
        """
        self._open()
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

    def _open(self) -> None:
        try:
            for pin in self._pins:
                if not pin.opened:
                    pin.open()
        except OSError as problem:
            self._trouble = str(problem)
            self.state = self._now()
            raise

    def _taken(self) -> list[Edge]:
        edges = [
            Edge(edge.time_ns, channel, edge.level)
            for channel, pin in zip(CHANNELS, self._pins, strict=False)
            for edge in pin.taken()
        ]
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
