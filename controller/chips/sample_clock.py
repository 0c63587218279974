"""Which sample was taken when: the chip's oscillator, seen through the moments at which it was heard.

An accelerometer's rate is a few percent off and drifts with temperature; it says no times. But sample number
n was complete when the watermark pin rose, or at the latest when it was read. A straight line through those
moments, with the old ones fading, is the chip's clock on ours; Klipper's bulk_sensor.py has the idea.
"""

import numpy as np
import numpy.typing as npt

FADE = 0.999  # a moment's weight for each later one: at 200 a second, five seconds' memory
TRUSTED = 40  # moments, until one may be called late
LATE_NS = 300_000  # further behind the line than this, somebody slept: no news of the chip
NOMINAL = 1e3  # samples²: until the moments spread further than this, the nominal rate is believed
WRONG = 20  # late ones in a row: then it is the line that is wrong
NS = 1_000_000_000


class SampleClock:
    """A line through (number, time) pairs, by least squares with exponentially fading weights."""

    def __init__(self, rate_hz: float) -> None:
        self._nominal_ns = NS / rate_hz
        self._last_ns = -(2**62)  # time never goes back, whatever the chip does
        self.begin()

    def begin(self) -> None:
        """The chip began anew."""
        self._moments = self._late = 0
        self._weight = self._xy = 0.0
        self._xx = NOMINAL
        self._number = self._time_ns = 0  # the mean moment is at these plus the means below
        self._mean_x = self._mean_y = 0.0

    @property
    def period_ns(self) -> float:
        """Between two samples."""
        return self._nominal_ns + self._xy / self._xx

    @property
    def rate_hz(self) -> float:
        """The oscillator's true rate, by our clock."""
        return NS / self.period_ns

    def heard(self, number: int, at_ns: int) -> None:
        """The sample of this number was complete at this time, or somewhat earlier."""
        if not self._moments:
            self._number, self._time_ns = number, at_ns
        if self._moments >= TRUSTED and at_ns - self._at_ns(number) > LATE_NS:
            self._late += 1
            if self._late < WRONG:
                return
            self.begin()
            self._number, self._time_ns = number, at_ns
        self._late = 0
        self._moments += 1
        # Against the nominal period, so that the sums stay small; Welford's update, weighted.
        x = float(number - self._number)
        y = (at_ns - self._time_ns) - x * self._nominal_ns
        self._weight = FADE * self._weight + 1
        dx = x - self._mean_x
        self._mean_x += dx / self._weight
        self._mean_y += (y - self._mean_y) / self._weight
        self._xx = FADE * self._xx + dx * (x - self._mean_x)
        self._xy = FADE * self._xy + dx * (y - self._mean_y)

    def _at_ns(self, number: int) -> float:
        x = number - self._number
        y = self._mean_y + (self.period_ns - self._nominal_ns) * (x - self._mean_x)
        return self._time_ns + x * self._nominal_ns + y

    def times_ns(self, first: int, count: int) -> npt.NDArray[np.int64]:
        """The times of so many samples from this number on, int64; never before an earlier one's."""
        at_ns = self._at_ns(first) + self.period_ns * np.arange(count)
        times = np.round(at_ns).astype(np.int64)
        times = np.maximum(times, self._last_ns + 1 + np.arange(count))
        if count:
            self._last_ns = int(times[-1])
        return times
