"""Vertical oscillation ("bounce"): how far the trunk rises and falls within a stride."""

from collections import deque

import numpy as np
import numpy.typing as npt

GRAVITY_MPS2 = 9.80665  # standard gravity, CGPM 1901
KEEP_S = 2.0  # longer than the longest stride


class BounceMeter:
    """Keeps the vertical specific force of the last strides and integrates it twice on demand."""

    def __init__(self, sample_rate_hz: float, range_g: float) -> None:
        self._samples: deque[tuple[int, float]] = deque(maxlen=round(KEEP_S * sample_rate_hz))
        self._period_ns = 1e9 / sample_rate_hz
        self._clip_g = 0.995 * range_g

    def add(self, time_ns: int, vertical_g: float) -> None:
        """One sample of vertical specific force, in g."""
        self._samples.append((time_ns, vertical_g))

    def stride_m(self, start_ns: int, end_ns: int) -> float | None:
        """Highest minus lowest height in metres between two contacts of the same foot.

        Mean acceleration and mean velocity are removed over the stride: it ends at the height and
        with the velocity it began with. None when samples are missing, clipped or too few.
        """
        stride = [(t, v) for t, v in self._samples if start_ns <= t < end_ns]
        if len(stride) < 10 or stride[0][0] - start_ns > 2 * self._period_ns:
            return None
        times = np.array([t - start_ns for t, _ in stride], dtype=np.float64) / 1e9
        vertical = np.array([v for _, v in stride])
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
