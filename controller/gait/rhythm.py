"""The slow, sure half of a detector: which bump of the signal is *the* one of its stride.

An impact is the largest bump of its stride, so a bump with nothing larger within `REACH_NS` on either
side is taken for one. That is certain but late, so it serves to find the rhythm and to watch over the
quick half (limb.py), which trusts the rhythm and decides within the impact's rise.
"""

from collections import deque
from typing import NamedTuple

from controller.gait.events import NS

REACH_NS = int(0.42 * NS)  # under half of the shortest stride run in practice (0.55 s at 218 steps/min)
MERGE_NS = int(0.04 * NS)  # ringing within this of a bump's top belongs to it
SHORTEST_STRIDE_S = 0.45
LONGEST_STRIDE_S = 1.8  # slowest walk that is still one gait: 67 steps/min
REGULAR = 0.25  # two strides within this share of each other are a rhythm


class Bump(NamedTuple):
    """A local maximum: when it peaked, how high, and when the signal began to rise to it."""

    peak_ns: int
    height: float
    onset_ns: int


class Finder:
    """Streams bumps in, gives back those that nothing near them exceeds, `REACH_NS` later."""

    def __init__(self) -> None:
        self._open: Bump | None = None
        self._bumps: deque[Bump] = deque()
        self._waiting: deque[Bump] = deque()

    def feed(self, time_ns: int, height: float, onset_ns: int) -> Bump | None:
        """One sample of the sharpened signal; the dominant bump it confirms, if it does."""
        top = self._open
        if top is None or time_ns - top.peak_ns >= MERGE_NS:
            if top is not None:
                self._bumps.append(top)
                self._waiting.append(top)
            self._open = Bump(time_ns, height, onset_ns)
        elif height > top.height:
            self._open = Bump(time_ns, height, onset_ns)
        if self._waiting and time_ns - self._waiting[0].peak_ns >= REACH_NS + MERGE_NS:
            return self._judge(self._waiting.popleft())
        return None

    def due_ns(self) -> int:
        """When the oldest bump can be judged: the next sample that must be fed even if it is quiet."""
        if self._waiting:
            return self._waiting[0].peak_ns + REACH_NS + MERGE_NS
        return self._open.peak_ns + MERGE_NS if self._open else 0

    def _judge(self, bump: Bump) -> Bump | None:
        # The bump itself is among them, so they never run out, even after a gap in the samples.
        while self._bumps[0].peak_ns < bump.peak_ns - 2 * REACH_NS:
            self._bumps.popleft()
        rivals = (b for b in self._bumps if abs(b.peak_ns - bump.peak_ns) <= REACH_NS and b is not bump)
        return None if any(rival.height >= bump.height for rival in rivals) else bump

    def swing_height(self, bump: Bump, within_ns: int) -> float:
        """The highest bump in the `within_ns` before this one: late swing, not yet the impact."""
        before = (
            b.height for b in self._bumps if MERGE_NS < bump.peak_ns - b.peak_ns + 10_000_000 < within_ns
        )
        return max(before, default=0.0)


def stride_of(onsets_ns: list[int]) -> int | None:
    """The stride time of the last three onsets in ns, if they make a rhythm; else None."""
    if len(onsets_ns) < 3:
        return None
    first, second = onsets_ns[-2] - onsets_ns[-3], onsets_ns[-1] - onsets_ns[-2]
    mean = (first + second) / 2
    if not SHORTEST_STRIDE_S * NS < mean < LONGEST_STRIDE_S * NS or abs(first - second) > REGULAR * mean:
        return None
    return round(mean)
