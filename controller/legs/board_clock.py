"""A board's clock on ours: the line below all delays.

A frame says when it was sent, by the board's crystal; it arrives later, by a delay that adapter, kernel and a
busy machine make as long as they like, but never shorter than nothing. So the shortest delays are the true
ones (the clock filter of NTP keeps them for the same reason: RFC 5905, section 10), and as two crystals drift
apart they lie along a line: the one below all delays and nearest to them, which is the edge of their convex
hull beneath their mean (Moon, Skelly and Towsley, "Estimation and removal of clock skew from network delay
measurements", INFOCOM 1999).
"""

from collections import deque
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

TICKS_US = 1 << 30  # where the board's microseconds wrap: time.ticks_us of MicroPython on a 32-bit processor
BUCKET_NS = 250_000_000  # of this much time only the shortest delay is kept
KEPT_NS = 20_000_000_000  # long enough to see the drift, short enough to follow it over temperature
SETTLED = 20  # frames: a tenth of a second
DRIFT_FROM_NS = 4_000_000_000  # over less than this the delays say nothing of the drift yet
MOST_DRIFT = (
    600e-6  # two crystals of 50 ppm, and our own clock while NTP slews it by up to 500 ppm (adjtimex(2))
)


class Moment(NamedTuple):
    """A frame: when it was sent, and how much later by our clock than by the board's it was here."""

    sent_ns: int
    behind_ns: int


class BoardClock:
    """From the board's microseconds to our nanoseconds; one for each life of the board."""

    def __init__(self) -> None:
        self._sent_us = self._sent_ns = self._arrived_ns = 0  # of the last frame
        self._heard = 0
        self._lowest: deque[Moment] = deque()
        self._drift = 0.0
        self._at = Moment(0, 0)  # a point of the line

    @property
    def settled(self) -> bool:
        """Enough was heard to tell the time."""
        return self._heard >= SETTLED

    @property
    def drift_ppm(self) -> float:
        """How much slower than ours the board's clock is, as measured."""
        return 1e6 * self._drift

    def heard(self, sent_us: int, arrived_ns: int) -> None:
        """A frame: when the board sent it, and when it was here, its way on the wire taken off."""
        more_us = (sent_us - self._sent_us) % TICKS_US
        if self._heard:  # after a long silence our own clock says how often the board's has wrapped
            waited_us = (arrived_ns - self._arrived_ns) // 1000
            more_us += TICKS_US * max(0, round((waited_us - more_us) / TICKS_US))
        self._sent_us, self._sent_ns = sent_us, self._sent_ns + 1000 * more_us
        self._arrived_ns = arrived_ns
        self._heard += 1
        self._take(Moment(self._sent_ns, arrived_ns - self._sent_ns))

    def board_ns(self, us: int) -> int:
        """The board's time of something no later than the last frame, and not a wrap earlier."""
        return self._sent_ns - 1000 * ((self._sent_us - us) % TICKS_US)

    def station_ns(self, board_ns: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The same times by our clock."""
        since = board_ns - self._at.sent_ns
        return board_ns + self._at.behind_ns + np.round(self._drift * since).astype(np.int64)

    def _take(self, moment: Moment) -> None:
        lowest = self._lowest
        while lowest and moment.sent_ns - lowest[0].sent_ns > KEPT_NS:
            lowest.popleft()
        if not lowest:
            self._heard = 1
        if not lowest or moment.sent_ns // BUCKET_NS > lowest[-1].sent_ns // BUCKET_NS:
            lowest.append(moment)
            self._draw()
        elif moment.behind_ns < lowest[-1].behind_ns:
            lowest[-1] = moment
            if moment.behind_ns < self._line_ns(moment.sent_ns):
                self._at = moment

    def _line_ns(self, sent_ns: int) -> float:
        return self._at.behind_ns + self._drift * (sent_ns - self._at.sent_ns)

    def _draw(self) -> None:
        """The line anew: its slope from the hull, and moved up until it touches.

        A slope that no crystal has comes from seconds in which every frame was late: it is not believed.
        """
        newest = self._lowest[-1]
        if newest.sent_ns - self._lowest[0].sent_ns >= DRIFT_FROM_NS:
            slope = _slope(self._lowest)
            self._drift = slope if abs(slope) <= MOST_DRIFT else self._drift
        self._at = min(
            self._lowest, key=lambda one: one.behind_ns - self._drift * (one.sent_ns - newest.sent_ns)
        )


def _slope(moments: deque[Moment]) -> float:
    """Of the edge of the lower convex hull beneath the moments' mean time (Andrew's monotone chain)."""
    hull: list[Moment] = []
    for moment in moments:
        while len(hull) > 1 and _turn(hull[-2], hull[-1], moment) <= 0:
            hull.pop()
        hull.append(moment)
    mean_ns = sum(moment.sent_ns for moment in moments) // len(moments)
    after = next(place for place, corner in enumerate(hull) if corner.sent_ns > mean_ns)
    left, right = hull[after - 1], hull[after]
    return (right.behind_ns - left.behind_ns) / (right.sent_ns - left.sent_ns)


def _turn(first: Moment, second: Moment, third: Moment) -> int:
    """Positive where the way over the three turns to the left."""
    return (second.sent_ns - first.sent_ns) * (third.behind_ns - first.behind_ns) - (
        second.behind_ns - first.behind_ns
    ) * (third.sent_ns - first.sent_ns)
