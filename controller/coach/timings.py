"""How long it takes from a step to its cue: counted in bins, so that an hour costs what a second does.

Contact -> decided is the detection; decided -> acted is the station; due -> acted is the player.
"""

from controller.items import Played
from controller.records import Spread

BIN_NS = 250_000  # a quarter of a millisecond
BINS = 4000  # a second; later is counted in the last bin
REPORT_EVERY = 16  # new values between two reports
NAMES = (
    "contact to decision",
    "decision to sound",
    "decision to light",
    "sound after it was due",
    "light after it was due",
)


class _Counts:
    def __init__(self) -> None:
        self._bins = [0] * BINS
        self._n = 0
        self._max_ns = 0

    def add(self, ns: int) -> None:
        self._bins[min(max(ns, 0) // BIN_NS, BINS - 1)] += 1
        self._n += 1
        self._max_ns = max(self._max_ns, ns)

    def spread(self, name: str) -> Spread | None:
        if not self._n:
            return None
        p50, p95, p99 = (self._quantile(share) for share in (0.50, 0.95, 0.99))
        return Spread(name=name, n=self._n, p50_ms=p50, p95_ms=p95, p99_ms=p99, max_ms=self._max_ns / 1e6)

    def _quantile(self, share: float) -> float:
        """Upper edge of the bin that holds this share, in ms."""
        wanted, seen = share * self._n, 0
        for number, count in enumerate(self._bins):
            seen += count
            if seen >= wanted:
                return min((number + 1) * BIN_NS, max(self._max_ns, 0)) / 1e6
        return self._max_ns / 1e6


class Timings:
    """One session's; told of each contact and of what players say they did."""

    def __init__(self) -> None:
        self._counts = {name: _Counts() for name in NAMES}
        self._new = 0
        self._reported: tuple[Spread, ...] = ()

    def contact(self, contact_ns: int, decided_ns: int) -> None:
        """A contact was decided."""
        self._add("contact to decision", decided_ns - contact_ns)

    def played(self, played: Played) -> None:
        """A player acted."""
        if played.player in ("sound", "light"):
            self._add(f"{played.player} after it was due", played.acted_ns - played.due_ns)
            if played.decided_ns is not None:
                self._add(f"decision to {played.player}", played.acted_ns - played.decided_ns)

    def _add(self, name: str, ns: int) -> None:
        self._counts[name].add(ns)
        self._new += 1

    def report(self) -> tuple[Spread, ...]:
        """The distributions, worked out anew every few values."""
        if self._new >= REPORT_EVERY or (self._new and not self._reported):
            self._new = 0
            spreads = (counts.spread(name) for name, counts in self._counts.items())
            self._reported = tuple(spread for spread in spreads if spread is not None)
        return self._reported
