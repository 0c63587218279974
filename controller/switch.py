"""PURE: a contact that bounces → the moments at which it closed, by the edges' own times.

A change begins at its first edge and counts if the new level stands once `settle_ns` are over: what has
sprung back by then was a bounce or a spike. It is dated at that first edge, and decided `settle_ns` later.
Both ways: a switch that chatters as it opens has not closed. With `settle_ns` 0 every edge counts at once.

      first edge              decided
  ____|‾|_|‾|_|‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾|‾‾‾‾‾‾‾‾‾‾|_|‾|______
      |<------ settle_ns ---->|
"""

from typing import NamedTuple

from controller.items import Side

NS = 1_000_000_000
# The same foot lands at most every 0.5 s (240 steps/min), either foot every 0.25 s; a foot's second edge in
# one stance comes sooner than these.
QUIET_S, QUIET_BOTH_S = 0.3, 0.15
PRESS_SETTLE_S, PRESS_QUIET_S = 0.02, 1.0  # two presses within a second are one: a hand that was not sure


class Edge(NamedTuple):
    """The kernel saw the level change."""

    time_ns: int
    level: int


class Closing(NamedTuple):
    """The switch closed at `time_ns`, which was sure at `decided_ns`."""

    time_ns: int
    decided_ns: int


class Switch:
    """Edges of one pin in the order of their times; nothing closes twice within `quiet_ns`."""

    def __init__(self, closed_level: int, settle_ns: int, quiet_ns: int) -> None:
        self._closed_level = closed_level
        self._settle_ns, self._quiet_ns = settle_ns, quiet_ns
        self._settled = self._level = 1 - closed_level
        self._changed_ns: int | None = None  # the first edge of a change that is not sure yet
        self._last_ns: int | None = None  # the last closing that counted
        self.closed_ns: int | None = None  # since when it is closed; None while open, or since before `begin`
        self.edges = self.closings = self.spikes = 0

    @property
    def closed(self) -> bool:
        """As far as is sure."""
        return self._settled == self._closed_level

    @property
    def due_ns(self) -> int | None:
        """When `until` will have something to decide."""
        return None if self._changed_ns is None else self._changed_ns + self._settle_ns

    def begin(self, level: int) -> None:
        """The level when the pin was opened: what is closed already does not close now."""
        self._settled = self._level = level
        self._changed_ns = self.closed_ns = None

    def edge(self, edge: Edge) -> list[Closing]:
        """The next edge; what is sure by its time."""
        found = self.until(edge.time_ns)
        self.edges += 1
        self._level = edge.level
        if self._changed_ns is None and edge.level != self._settled:
            self._changed_ns = edge.time_ns
        return found + self.until(edge.time_ns)

    def until(self, now_ns: int) -> list[Closing]:
        """No edge is missing up to now; what is sure by then."""
        began_ns, due_ns = self._changed_ns, self.due_ns
        if began_ns is None or due_ns is None or now_ns < due_ns:
            return []
        self._changed_ns = None
        if self._level == self._settled:
            self.spikes += 1
            return []
        self._settled = self._level
        self.closed_ns = began_ns if self.closed else None
        if not self.closed or (self._last_ns is not None and began_ns - self._last_ns < self._quiet_ns):
            return []
        self._last_ns = began_ns
        self.closings += 1
        return [Closing(began_ns, due_ns)]


def step_switch(closed_level: int, side: Side, settle_s: float, quiet_s: float | None) -> Switch:
    """For a part that closes once a step."""
    usual_s = QUIET_BOTH_S if side is Side.BOTH else QUIET_S
    return Switch(closed_level, round(settle_s * NS), round((quiet_s or usual_s) * NS))


def press_switch() -> Switch:
    """For a button to ground that a runner hits."""
    return Switch(0, round(PRESS_SETTLE_S * NS), round(PRESS_QUIET_S * NS))
