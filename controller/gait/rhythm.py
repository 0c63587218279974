r"""The slow, sure half of a limb's detector: which jolt of the signal is *the* contact of its stride.

A contact is a jolt that stance follows, and stance is quieter than the swing before it. So each jolt is
weighed with what came after,

    weight = height * sqrt( min(1, before / after) / (after + 0.1 g) )

where before and after are the mean distance of the felt force from 1 g in the 0.3 s before the jolt and
from 0.15 to 0.4 s after it. A walking foot's push-off is as high as its contact, but swing follows it:
it weighs a tenth. A runner's contact is the highest jolt of the stride anyway.

Its height is the root mean square of the sharpened signal over 50 ms, which noise moves little; what the
limb's quietest tenths of a second hold is taken for noise, and a jolt must stand clear of it.

A jolt with nothing weightier within `REACH_NS` on either side is taken for a contact. That is certain but
late (0.42 s and more), so while running it only finds the rhythm and watches over the quick half (limb.py),
which trusts the rhythm and decides within the impact's rise.

The windows and the 0.1 g were chosen on walking and running of four laboratories (feet and shanks).
"""

import math
from collections import deque
from typing import NamedTuple

from controller.gait.cells import Cell, Cells
from controller.gait.events import NS

REACH_NS = int(0.42 * NS)  # under half of the shortest stride run in practice (0.55 s at 218 steps/min)
SMOOTH_NS = int(0.05 * NS)
MERGE_NS = int(0.06 * NS)  # ringing within this of a jolt's top belongs to it
BEFORE_NS = (int(0.3 * NS), int(0.05 * NS))
AFTER_NS = (int(0.15 * NS), int(0.4 * NS))
SOFTEST_G = 0.1
FLOOR_G = 0.1  # root mean square below which nothing is an impact: standing, shifting weight
CLEAR = 1.3  # times the noise
SWUNG_NS = int(1.2 * NS)
SWING_G = 0.2  # a first step has only one swing behind it
STILL_G = 0.1  # a standing leg feels this near to 1 g
FELT_NOISE, FELT_RATE_HZ = 0.2, 143.0  # share of white noise that the felt force lets through, at this rate
QUIET_NS, QUIET_BLOCKS, QUIETEST = int(0.1 * NS), 30, 6  # noise: the 6th quietest of 30 tenths of a second


class Jolt(NamedTuple):
    """A local maximum of the smoothed power: when, how high its sharpest sample in g, and its weight.

    `contrast` is how far it stands above the limb's quiet moments (root mean squares, 1 = no higher).
    """

    peak_ns: int
    height_g: float
    weight: float
    contrast: float = math.inf


class Top(NamedTuple):
    """A jolt before it is weighed: `rms_g` over SMOOTH_NS around `peak_ns`."""

    peak_ns: int
    height_g: float
    rms_g: float


class Noise:
    """The power of the limb's quiet moments, in g^2."""

    def __init__(self) -> None:
        self.power = 0.0
        self._blocks: deque[float] = deque(maxlen=QUIET_BLOCKS)
        self._until_ns = 0
        self._sum, self._count = 0.0, 0

    def add(self, cell: Cell) -> None:
        """One more cell."""
        if cell.end_ns >= self._until_ns:
            if self._count:
                self._blocks.append(self._sum / self._count)
                self.power = sorted(self._blocks)[min(QUIETEST, len(self._blocks)) - 1]
            self._until_ns = (cell.end_ns // QUIET_NS + 1) * QUIET_NS
            self._sum, self._count = 0.0, 0
        self._sum += cell.power
        self._count += 1


class Judge:
    """Takes cells, gives back the jolts that nothing near them outweighs."""

    def __init__(self, cells: Cells, sample_rate_hz: float) -> None:
        self._cells = cells
        self._felt_share = FELT_NOISE * FELT_RATE_HZ / sample_rate_hz
        self.noise = Noise()
        self.reach_ns = REACH_NS  # nothing weightier within this: longer for a slow walker
        self._recent: deque[Cell] = deque()
        self._open: Top | None = None
        self._unweighed: deque[Top] = deque()
        self._weighed: deque[Jolt] = deque(maxlen=32)
        self._leader: Jolt | None = None

    def cell(self, cell: Cell, *, by_height: bool) -> Jolt | None:
        """One more cell (already kept); the contact it makes certain, if it does.

        `by_height`: while running the height alone decides.
        """
        self.noise.add(cell)
        now = self._smoothed(cell)
        top = self._open
        if top is None or now.peak_ns - top.peak_ns >= MERGE_NS:
            if top is not None and top.rms_g >= max(FLOOR_G, CLEAR * self.noise.power**0.5):
                self._unweighed.append(top)
            self._open = now
        elif now.rms_g > top.rms_g:
            self._open = now
        if self._unweighed and cell.end_ns - self._unweighed[0].peak_ns >= REACH_NS:
            self._weigh(self._unweighed.popleft(), by_height=by_height)
        return self._certain(cell.end_ns)

    def _smoothed(self, cell: Cell) -> Top:
        """The power of the last SMOOTH_NS, dated to their middle."""
        self._recent.append(cell)
        while self._recent[0].end_ns <= cell.end_ns - SMOOTH_NS:
            self._recent.popleft()
        power = sum(recent.power for recent in self._recent) / len(self._recent)
        height_g = max(recent.peak_g for recent in self._recent)
        return Top(cell.end_ns - SMOOTH_NS // 2, height_g, power**0.5)

    def _weigh(self, top: Top, *, by_height: bool) -> None:
        noise_g = self.noise.power**0.5
        contrast = top.rms_g / noise_g if noise_g else math.inf
        jolt = Jolt(top.peak_ns, top.height_g, self._weight(top), contrast)
        rivals = [j for j in self._weighed if jolt.peak_ns - j.peak_ns <= self.reach_ns]
        self._weighed.append(jolt)
        if self._moving(top) and all(
            r.height_g < jolt.height_g if by_height else r.weight < jolt.weight for r in rivals
        ):
            self._leader = jolt

    def _weight(self, top: Top) -> float:
        before_g = self._unrest(top.peak_ns - BEFORE_NS[0], top.peak_ns - BEFORE_NS[1])
        after_g = self._unrest(top.peak_ns + AFTER_NS[0], top.peak_ns + AFTER_NS[1])
        quieter = min(1.0, (before_g + 0.02) / (after_g + 0.02))
        return float(top.rms_g * (quieter / (after_g + SOFTEST_G)) ** 0.5)

    def _moving(self, top: Top) -> bool:
        """A leg that steps has swung; a noisy sensor on a standing leg has not."""
        lately_g = self._unrest(top.peak_ns - SWUNG_NS, top.peak_ns + AFTER_NS[1])
        just_now_g = self._unrest(top.peak_ns - BEFORE_NS[0], top.peak_ns - BEFORE_NS[1])
        noise = self._felt_share * self.noise.power
        return bool(lately_g**2 > STILL_G**2 + noise or just_now_g**2 > SWING_G**2 + noise)

    def _unrest(self, start_ns: int, end_ns: int) -> float:
        cells = self._cells.between(start_ns, end_ns)
        return sum(abs(cell.felt_g - 1) for cell in cells) / len(cells) if cells else 0.0

    def _certain(self, now_ns: int) -> Jolt | None:
        """The leader, once nothing that could still outweigh it is waiting."""
        leader = self._leader
        if leader is None:
            return None
        if now_ns - leader.peak_ns < self.reach_ns + REACH_NS:
            waiting = [*self._unweighed, *([self._open] if self._open else [])]
            near = (top for top in waiting if top.peak_ns - leader.peak_ns <= self.reach_ns)
            if any(top.height_g > leader.height_g for top in near):
                return None
        self._leader = None
        return leader

    def swing_height_g(self, jolt: Jolt, within_ns: int) -> float:
        """The sharpest sample in the `within_ns` before this jolt: late swing, not yet the impact."""
        swing = self._cells.between(jolt.peak_ns - within_ns, jolt.peak_ns - SMOOTH_NS)
        return max((cell.peak_g for cell in swing), default=0.0)
