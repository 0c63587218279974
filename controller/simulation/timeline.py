"""Several sources in one simulated time, each on a clock of its own: whoever is furthest behind reads next.

What a source says arrives when its read ends; nothing is handed on before everybody has come that far. A
source that fails is read again a second later, as by the loop's reader.
"""

import heapq
from collections.abc import Iterator, Sequence
from itertools import count
from typing import NamedTuple

from controller.clock import ManualClock
from controller.devices.ports import Source
from controller.items import Item
from controller.loop import REOPEN_S

NS = 1_000_000_000


class Reading(NamedTuple):
    """A source, and the clock that its reads move."""

    source: Source
    clock: ManualClock


class Trouble(NamedTuple):
    """A read that failed."""

    time_ns: int
    name: str
    words: str


class Timeline:
    """Owner of all of them."""

    def __init__(self, readings: Sequence[Reading]) -> None:
        self._readings = readings
        self._coming: list[tuple[int, int, Item]] = []
        self._count = count()
        self.troubles: list[Trouble] = []

    def until(self, end_ns: int) -> Iterator[tuple[int, Item]]:
        """What arrives before then, and when, in that order."""
        while True:
            reading = min(self._readings, key=lambda one: one.clock.monotonic_ns())
            reached_ns = reading.clock.monotonic_ns()
            while self._coming and self._coming[0][0] <= min(reached_ns, end_ns - 1):
                at_ns, _, item = heapq.heappop(self._coming)
                yield at_ns, item
            if reached_ns >= end_ns:
                return
            self._read(reading)

    def _read(self, reading: Reading) -> None:
        try:
            items = reading.source.read()
        except OSError as problem:
            now_ns = reading.clock.monotonic_ns()
            self.troubles.append(Trouble(now_ns, reading.source.name, str(problem)))
            reading.clock.advance_to_ns(now_ns + round(REOPEN_S * NS))
            return
        now_ns = reading.clock.monotonic_ns()
        for item in items:
            heapq.heappush(self._coming, (now_ns, next(self._count), item))
