"""Where samples are missing: a step with a hole in it is marked, and no peak is taken from one."""

from collections import deque
from itertools import pairwise
from typing import NamedTuple

from controller.items import SensorSetup

GAP_NS = 5_000_000
KEPT = 64  # holes remembered: one in every sample for a third of a second


class Gap(NamedTuple):
    """No sample between these two times."""

    start_ns: int
    end_ns: int


def longest_interval_ns(sensor: SensorSetup) -> int:
    """Two samples further apart than this have a hole between them."""
    return max(GAP_NS, round(1.5e9 / sensor.sample_rate_hz)) if sensor.sample_rate_hz else GAP_NS


class Gaps:
    """Watches the sample times of all sensors."""

    def __init__(self) -> None:
        self._newest_ns: dict[str, int] = {}
        self._gaps: deque[Gap] = deque(maxlen=KEPT)

    def heard(self, sensor: SensorSetup, times_ns: list[int]) -> None:
        """The next sample times of one sensor."""
        before_ns = self._newest_ns.get(sensor.name, times_ns[0])
        self._newest_ns[sensor.name] = times_ns[-1]
        longest_ns = longest_interval_ns(sensor)
        # Most batches have no hole: their ends are as far apart as their number says.
        if times_ns[-1] - before_ns <= longest_ns:
            return
        for start_ns, end_ns in pairwise([before_ns, *times_ns]):
            if end_ns - start_ns > longest_ns:
                self._gaps.append(Gap(start_ns, end_ns))

    def between(self, start_ns: int, end_ns: int) -> bool:
        """Whether any sensor has a hole in this time."""
        return any(gap.start_ns < end_ns and gap.end_ns > start_ns for gap in self._gaps)
