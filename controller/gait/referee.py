"""An independent referee against half and double rhythms: does the signal repeat after the period claimed?

Once a second the last four seconds are laid over themselves, shifted by the claimed period, by half of it and
by twice of it. Laid over by its true period a gait fits (r >= 0.74 in 99 % of the seconds of the shared
recordings of four placements) and by half of it does not (r lower by 0.3 at least). Claimed twice too long,
the half fits as well; claimed twice too short, only the double fits.
"""

from collections import deque

import numpy as np
import numpy.typing as npt

from controller.gait.events import NS

GRID_NS = 10_000_000
KEPT = 400  # four seconds
EVERY_NS = NS
FITS = 0.5
AS_WELL = 0.15  # half the period fits as well when it is worse by less than this
ONLY_DOUBLE = 0.3  # twice the period fits alone when it is better by more than this
OBJECTIONS = 2  # in a row


class Referee:
    """Takes one value of a signal per cell or sample; objects to a period that is not the signal's."""

    def __init__(self) -> None:
        self._values: deque[float] = deque(maxlen=KEPT)
        self._slot = 0
        self._due_ns = 0
        self._objections = 0

    def add(self, time_ns: int, value: float) -> None:
        """The next value; those between two marks of the grid are left out, missing ones repeated."""
        slot = time_ns // GRID_NS
        if slot == self._slot:
            return
        self._values.extend([value] * min(slot - self._slot, KEPT))
        self._slot = slot

    def objects(self, now_ns: int, period_ns: int) -> bool:
        """Whether the claimed period has been half or double of the true one for two seconds."""
        if now_ns < self._due_ns:
            return False
        self._due_ns = (now_ns // EVERY_NS + 1) * EVERY_NS
        self._objections = self._objections + 1 if self.doubts(period_ns) else 0
        if self._objections < OBJECTIONS:
            return False
        self._objections = 0
        return True

    def doubts(self, period_ns: int) -> bool:
        """Whether the last four seconds speak against this period; not before there are four."""
        if len(self._values) < KEPT:
            return False
        period = period_ns / GRID_NS
        values = np.array(self._values)
        half, once = _fit(values, period / 2), _fit(values, period)
        if once > FITS and half > once - AS_WELL:
            return True
        twice = _fit(values, 2 * period) if 2 * period < KEPT * 0.7 else 0.0
        return twice > FITS and twice > once + ONLY_DOUBLE


def _fit(values: npt.NDArray[np.float64], lag: float) -> float:
    """The best correlation of the values with themselves within 20 ms of this lag, in grid steps."""
    nearest = round(lag)
    return max(_correlation(values, shift) for shift in range(max(1, nearest - 2), nearest + 3))


def _correlation(values: npt.NDArray[np.float64], shift: int) -> float:
    early, late = values[:-shift], values[shift:]
    early, late = early - early.mean(), late - late.mean()
    power = float(np.sqrt((early @ early) * (late @ late)))
    return float(early @ late) / power if power else 0.0
