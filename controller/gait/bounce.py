"""Vertical oscillation ("bounce"): how far the trunk rises and falls within a stride."""

from bisect import bisect_left

import numpy as np
import numpy.typing as npt

GRAVITY_MPS2 = 9.80665  # standard gravity, CGPM 1901
KEEP_S = 5.0  # the longest stride, told late, and the step after it
TRIM_S = 1.0  # dropped at once, so that dropping costs next to nothing per sample


class BounceMeter:
    """Keeps the vertical specific force of the last strides and integrates it twice on demand."""

    def __init__(self, sample_rate_hz: float, range_g: float) -> None:
        self._times_ns: list[int] = []
        self._vertical_g: list[float] = []
        self._kept, self._trim = round(KEEP_S * sample_rate_hz), max(1, round(TRIM_S * sample_rate_hz))
        self._period_ns = 1e9 / sample_rate_hz
        self._clip_g = 0.995 * range_g

    def add(self, time_ns: int, vertical_g: float) -> None:
        """One sample of vertical specific force, in g."""
        self._times_ns.append(time_ns)
        self._vertical_g.append(vertical_g)
        if len(self._times_ns) > self._kept + self._trim:
            del self._times_ns[: self._trim], self._vertical_g[: self._trim]

    def stride_m(self, start_ns: int, end_ns: int) -> float | None:
        """Highest minus lowest height in metres between two contacts of the same foot.

        Mean acceleration and mean velocity are removed over the stride: it ends at the height and
        with the velocity it began with. None when samples are missing, clipped or too few.
        """
        first, last = bisect_left(self._times_ns, start_ns), bisect_left(self._times_ns, end_ns)
        if last - first < 10 or self._times_ns[first] - start_ns > 2 * self._period_ns:
            return None
        times = (np.array(self._times_ns[first:last]) - start_ns) / 1e9
        vertical = np.array(self._vertical_g[first:last])
        intervals = np.diff(times)
        if intervals.max() > 3e-9 * self._period_ns or np.abs(vertical).max() >= self._clip_g:
            return None
        acceleration = (vertical - vertical.mean()) * GRAVITY_MPS2
        velocity = _integral(acceleration, intervals)
        height = _integral(velocity - velocity.mean(), intervals)
        return float(height.max() - height.min())


def _integral(
    values: npt.NDArray[np.float64], intervals_s: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Trapezoidal running integral from 0, same length as `values`."""
    areas = (values[1:] + values[:-1]) / 2 * intervals_s
    return np.concatenate(([0.0], np.cumsum(areas)))
