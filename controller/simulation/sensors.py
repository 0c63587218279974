"""The simulated accelerometer: rate, orientation, noise, range and counts of a real one."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from controller.items import Samples, SensorSetup
from controller.simulation.runner import TrueStep
from controller.simulation.scene import SimulatedSensor
from controller.simulation.signals import felt

NS = 1_000_000_000
FULL_SCALE = 32_768  # int16
TIME_JITTER_S = 8e-6  # what is left after a driver's regression of sample times


class Accelerometer:
    """Delivers a FIFO's worth of samples at a time, as a driver would."""

    def __init__(self, config: SimulatedSensor, origin_ns: int, seed: int) -> None:
        self.config = config
        self.setup = SensorSetup(
            name=config.name,
            placement=config.placement,
            side=config.side,
            sample_rate_hz=config.sample_rate_hz,
            range_g=config.range_g,
            scale_g_per_count=config.range_g / FULL_SCALE,
            up_axis=config.up_axis,
            left_axis=config.left_axis,
        )
        self._origin_ns = origin_ns
        self._rate_hz = config.sample_rate_hz * (1 + config.clock_error_ppm / 1e6)
        self._turn = _rotation(config.turned_deg)
        self._slipped = _rotation(config.slipped_deg)
        self._random = np.random.default_rng([seed, *config.name.encode()])
        self._next = 0  # number of the next sample since the world began

    def until(self, end_s: float, steps: list[TrueStep]) -> Iterator[Samples]:
        """Whole batches whose last sample lies before `end_s`."""
        watermark = self.config.watermark
        count = (int(end_s * self._rate_hz) - self._next) // watermark * watermark
        if count <= 0:
            return
        times_s = (self._next + np.arange(count)) / self._rate_hz
        self._next += count
        force_g = self._force_g(times_s, steps)
        counts = np.clip(np.round(force_g / self.setup.scale_g_per_count), -FULL_SCALE, FULL_SCALE - 1)
        if self.config.stuck_s is not None:
            well_s = np.inf if self.config.well_s is None else self.config.well_s
            counts[(times_s < well_s) & (times_s >= self.config.stuck_s)] = 0
        jitter_s = np.repeat(self._random.normal(0, TIME_JITTER_S, count // watermark), watermark)
        times_ns = self._origin_ns + np.round((times_s + jitter_s) * NS).astype(np.int64)
        for first in range(0, count, watermark):
            rows = slice(first, first + watermark)
            yield Samples(
                sensor=self.config.name, times_ns=times_ns[rows], counts=counts[rows].astype(np.int16)
            )

    def _force_g(self, times_s: npt.NDArray[np.float64], steps: list[TrueStep]) -> npt.NDArray[np.float64]:
        """What it feels in its own axes, noise included; times since the world began, in order."""
        side = self.config.worn_on or self.config.side
        force_g = felt(self.config.placement, side, times_s, steps) @ self._turn.T
        unwell = times_s < (np.inf if self.config.well_s is None else self.config.well_s)
        if self.config.slips_s is not None:
            slipped = unwell & (times_s >= self.config.slips_s)
            force_g[slipped] = force_g[slipped] @ self._slipped.T
        force_g += self._random.normal(0, self.config.noise_g, force_g.shape)
        return np.asarray(force_g, np.float64)


def _rotation(degrees: tuple[float, float, float]) -> npt.NDArray[np.float64]:
    """Rotation matrix about x, then y, then z."""
    x, y, z = np.radians(degrees)
    about_x = np.array([[1, 0, 0], [0, np.cos(x), -np.sin(x)], [0, np.sin(x), np.cos(x)]])
    about_y = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    about_z = np.array([[np.cos(z), -np.sin(z), 0], [np.sin(z), np.cos(z), 0], [0, 0, 1]])
    return np.asarray(about_z @ about_y @ about_x)
