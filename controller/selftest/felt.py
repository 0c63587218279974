"""What one sensor said in some seconds, as figures: its rate, whether it was still, its noise, its holes."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from controller.gait.gaps import longest_interval_ns
from controller.gait.impact import CLIP_SHARE
from controller.gait.mount import STUCK_COUNTS, interval_s
from controller.items import Samples, SensorSetup

NS = 1_000_000_000
SETTLE_NS = NS // 2  # of a sample clock that has just begun
STILL_S, STILL_G = 0.1, 0.05  # means over so long differ by less, while nobody moves it
Vector = npt.NDArray[np.float64]


class Felt:
    """One sensor's samples; times in ns, specific force in g."""

    def __init__(self, sensor: SensorSetup, batches: Sequence[Samples]) -> None:
        self.sensor = sensor
        self.overflows = batches[-1].overflows if batches else 0
        self.errors = batches[-1].errors if batches else 0
        self.times_ns = np.concatenate([np.zeros(0, np.int64), *(batch.times_ns for batch in batches)])
        rows = [np.zeros((0, len(sensor.axes)), np.int16), *(batch.counts for batch in batches)]
        self.force_g: Vector = np.concatenate(rows) * sensor.scale_g_per_count

    @property
    def heard(self) -> bool:
        """Enough to say anything of it."""
        return len(self.times_ns) > 2

    @property
    def rate_hz(self) -> float:
        """Samples a second, holes left out; without the first half second, if there is more."""
        settled = self.times_ns[self.times_ns >= self.times_ns[0] + SETTLE_NS]
        return 1 / interval_s(settled if len(settled) > 2 else self.times_ns)

    @property
    def holes(self) -> int:
        """How often samples are missing."""
        return int((np.diff(self.times_ns) > longest_interval_ns(self.sensor)).sum())

    @property
    def stuck(self) -> bool:
        """One value, or one count beside it."""
        spread_g = (self.force_g.max(axis=0) - self.force_g.min(axis=0)).max()
        return bool(spread_g <= STUCK_COUNTS * self.sensor.scale_g_per_count)

    @property
    def clipped(self) -> float:
        """The share of samples at the range."""
        return float((np.abs(self.force_g) >= CLIP_SHARE * self.sensor.range_g).any(axis=1).mean())

    @property
    def still(self) -> bool:
        """Nobody moved it."""
        means = self._blocks().mean(axis=1)
        return bool((means.max(axis=0) - means.min(axis=0)).max() < STILL_G)

    @property
    def mean_g(self) -> Vector:
        """Where it feels gravity, if it was still."""
        return np.asarray(self.force_g.mean(axis=0))

    @property
    def noise_g(self) -> float:
        """Of one axis, root mean square, faster than a tenth of a second."""
        blocks = self._blocks()
        return float(np.sqrt(((blocks - blocks.mean(axis=1, keepdims=True)) ** 2).mean()))

    def _blocks(self) -> Vector:
        """Tenths of a second: shape (blocks, samples, axes)."""
        size = min(len(self.force_g), max(2, round(STILL_S * self.sensor.sample_rate_hz)))
        count = len(self.force_g) // size
        return self.force_g[: count * size].reshape(count, size, -1)
