"""Edges on one or two pins → pulses of a belt: what a hall, reed or optical sensor or an encoder says.

Every edge comes with the kernel's own time, so a late reader measures as well as a quick one. One pin: a
falling edge of a pulled-up input is a pulse if the level was high for a while before, which a bouncing
contact's isn't; no direction is known. Two pins in quadrature: a pulse is four steps in one direction, so a
belt that trembles at an edge gives none.
"""

from typing import Literal

import msgspec

from controller.treadmills.events import FASTEST_MPS
from controller.treadmills.pulses import NS, PulseSpeed

LONGEST_BOUNCE_NS = (
    1_000_000  # our own bound for a reed contact, which is high for less than that between bounces
)
# Levels (a, b) in the order in which a belt going forward shows them: Gray code, one change at a time.
_ORDER = ((0, 0), (1, 0), (1, 1), (0, 1))


class Edge(msgspec.Struct, frozen=True):
    """The kernel saw this channel change to this level."""

    time_ns: int
    channel: Literal["a", "b"]
    level: int


class EdgeSpeed:
    """Speed from edges; `edge` and `silence` are called with times of one clock, in order."""

    def __init__(self, metres_per_pulse: float, *, quadrature: bool) -> None:
        self._belt = PulseSpeed(metres_per_pulse)
        fastest_ns = round(metres_per_pulse / FASTEST_MPS * NS)
        self._high_ns = min(LONGEST_BOUNCE_NS, fastest_ns // 10)
        self._rose_ns: int | None = None
        self._quadrature = quadrature
        self._levels = {"a": 0, "b": 0}
        self._steps = 0
        self._pulse_ns: int | None = None
        self._direction = 1

    @property
    def speed_mps(self) -> float | None:
        """Negative in reverse; None while nobody knows yet."""
        return None if self._belt.speed_mps is None else self._direction * self._belt.speed_mps

    def edge(self, edge: Edge) -> str | None:
        """One edge; a refusal in words where no belt does that."""
        if not self._quadrature:
            return self._one_pin(edge)
        before = _ORDER.index((self._levels["a"], self._levels["b"]))
        self._levels[edge.channel] = edge.level
        step = (_ORDER.index((self._levels["a"], self._levels["b"])) - before) % 4
        self._steps += {1: 1, 3: -1}.get(step, 0)
        if abs(self._steps) < len(_ORDER):
            return None
        direction = 1 if self._steps > 0 else -1
        self._steps = 0
        return self._pulse(edge.time_ns, direction)

    def silence(self, now_ns: int) -> None:
        """No edge until now."""
        self._belt.silence(now_ns)

    def _one_pin(self, edge: Edge) -> str | None:
        if edge.level:
            self._rose_ns = edge.time_ns
            return None
        bounced = self._rose_ns is not None and edge.time_ns - self._rose_ns < self._high_ns
        return None if bounced else self._pulse(edge.time_ns, 1)

    def _pulse(self, at_ns: int, direction: int) -> str | None:
        before_ns = self._pulse_ns
        self._pulse_ns = at_ns
        turned = direction != self._direction
        self._direction = direction
        if before_ns is None or turned:
            self._belt.silence(at_ns)
            return None
        return self._belt.period(at_ns, (at_ns - before_ns) / NS)
