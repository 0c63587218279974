r"""The slow, sure half of a limb's detector: which jolt of the signal is *the* contact of its stride.

A contact is a jolt that stance follows, and stance is quieter than the swing before it. So each jolt is
weighed with what came after,

    weight = height * sqrt( min(1, before / after) / (after + 0.1 g) )

where before and after are the mean distance of the felt force from 1 g in the 0.3 s before the jolt and
from 0.15 to 0.4 s after it. A walking foot's push-off is as high as its contact, but swing follows it:
it weighs a tenth. A runner's contact is the highest jolt of the stride anyway.

A jolt with nothing weightier within `REACH_NS` on either side is taken for a contact. That is certain but
late (0.42 s and more), so while running it only finds the rhythm and watches over the quick half (limb.py),
which trusts the rhythm and decides within the impact's rise.

The windows and the 0.1 g were chosen on walking and running of four laboratories (feet and shanks).
"""

from collections import deque
from typing import NamedTuple

from controller.gait.cells import Cell, Cells
from controller.gait.events import NS

REACH_NS = int(0.42 * NS)  # under half of the shortest stride run in practice (0.55 s at 218 steps/min)
MERGE_NS = int(0.04 * NS)  # ringing within this of a jolt's top belongs to it
BEFORE_NS = (int(0.3 * NS), int(0.05 * NS))
AFTER_NS = (int(0.15 * NS), int(0.4 * NS))
SOFTEST_G = 0.1


class Jolt(NamedTuple):
    """A local maximum of the sharpened signal: when, how high in g, and its weight (see above)."""

    peak_ns: int
    height_g: float
    weight: float


class Judge:
    """Takes cells, gives back the jolts that nothing near them outweighs."""

    def __init__(self, cells: Cells, floor_g: float) -> None:
        self._cells = cells
        self._floor_g = floor_g
        self._open: Cell | None = None
        self._unweighed: deque[Cell] = deque()
        self._weighed: deque[Jolt] = deque(maxlen=32)
        self._leader: Jolt | None = None

    def cell(self, cell: Cell, *, by_height: bool) -> Jolt | None:
        """One more cell (already kept); the contact it makes certain, if it does.

        `by_height`: while running the height alone decides.
        """
        top = self._open
        if top is None or cell.peak_ns - top.peak_ns >= MERGE_NS:
            if top is not None and top.peak_g >= self._floor_g:
                self._unweighed.append(top)
            self._open = cell
        elif cell.peak_g > top.peak_g:
            self._open = cell
        if self._unweighed and cell.end_ns - self._unweighed[0].peak_ns >= REACH_NS:
            self._weigh(self._unweighed.popleft(), by_height=by_height)
        return self._certain(cell.end_ns)

    def _weigh(self, top: Cell, *, by_height: bool) -> None:
        jolt = Jolt(top.peak_ns, top.peak_g, self._weight(top))
        rivals = [j for j in self._weighed if jolt.peak_ns - j.peak_ns <= REACH_NS]
        self._weighed.append(jolt)
        if all(r.height_g < jolt.height_g if by_height else r.weight < jolt.weight for r in rivals):
            self._leader = jolt

    def _weight(self, top: Cell) -> float:
        before_g = self._unrest(top.peak_ns - BEFORE_NS[0], top.peak_ns - BEFORE_NS[1])
        after_g = self._unrest(top.peak_ns + AFTER_NS[0], top.peak_ns + AFTER_NS[1])
        quieter = min(1.0, (before_g + 0.02) / (after_g + 0.02))
        return float(top.peak_g * (quieter / (after_g + SOFTEST_G)) ** 0.5)

    def _unrest(self, start_ns: int, end_ns: int) -> float:
        cells = self._cells.between(start_ns, end_ns)
        return sum(abs(cell.felt_g - 1) for cell in cells) / len(cells) if cells else 0.0

    def _certain(self, now_ns: int) -> Jolt | None:
        """The leader, once nothing that could still outweigh it is waiting."""
        leader = self._leader
        if leader is None:
            return None
        if now_ns - leader.peak_ns < 2 * REACH_NS:
            waiting = [*self._unweighed, *([self._open] if self._open else [])]
            near = (top for top in waiting if top.peak_ns - leader.peak_ns <= REACH_NS)
            if any(top.peak_g > leader.height_g for top in near):
                return None
        self._leader = None
        return leader

    def swing_height_g(self, jolt: Jolt, within_ns: int) -> float:
        """The highest jolt in the `within_ns` before this one: late swing, not yet the impact."""
        near = (j.height_g for j in self._weighed if 30_000_000 < jolt.peak_ns - j.peak_ns < within_ns)
        return max(near, default=0.0)
