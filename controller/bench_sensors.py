"""The accelerometer drivers on chip models: samples lost or doubled, how wrong their times are, the cost.

Each chip's oscillator is 2 % off, and its reader wakes as on a busy machine: mostly within 0.1 ms, in one of
200 times up to 12 ms late. Times are compared with the moments at which the model sampled.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from controller.chips.adxl345 import Adxl345
from controller.chips.chip import Chip, Wires, checked_rate
from controller.chips.lis3dh import Lis3dh
from controller.chips.lsm6dso32 import Lsm6dso32
from controller.clock import Clock, ManualClock, processor_s
from controller.devices.accelerometer import Accelerometer, Bus, ReadyPin
from controller.items import Placement, Samples, SensorSetup, Side
from controller.simulation.chips.model import ChipModel, ModelBus, ModelPin
from controller.simulation.chips.parts import model_of

NS = 1_000_000_000
SECONDS = 600.0
RATE_ERROR = 0.02
STEP = 16  # counts: the coarsest resolution of the three can say it
WAKES_MS = ((0.97, 0.1), (0.995, 3.0), (1.0, 12.0))  # share of the times, and up to how late
PARTS: tuple[tuple[type[Chip], float, float], ...] = (
    (Lsm6dso32, 1667.0, 32.0),
    (Adxl345, 1600.0, 16.0),
    (Lis3dh, 1344.0, 16.0),
)


class Numbered:
    """What a model feels: every sample carries its number, so that it is known again."""

    def __init__(self, scale_g: float) -> None:
        self._scale_g = scale_g
        self._felt = 0

    def __call__(self, times_s: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """The numbers of these samples, in base 128 on x and y."""
        numbers = self._felt + np.arange(len(times_s))
        self._felt += len(times_s)
        axes = np.stack([numbers % 128, numbers // 128 % 128, np.zeros(len(numbers))], axis=1)
        return np.asarray(axes * (STEP * self._scale_g), np.float64)


class Run:
    """One chip, its driver and its samples so far."""

    def __init__(self, chip: Chip, rate_hz: float, range_g: float, error: float, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        self.clock = ManualClock(NS)
        scale_g = chip.scales_g[range_g]
        self.model: ChipModel = model_of(chip, Numbered(scale_g), error)
        self._chip = chip
        self._setup = SensorSetup(
            name=chip.name.lower(),
            placement=Placement.SHANK,
            side=Side.LEFT,
            sample_rate_hz=rate_hz,
            range_g=range_g,
            scale_g_per_count=scale_g,
        )
        self.bus, self.pin = ModelBus(self.model, self.clock), ModelPin(self.model, self.clock, self._late_ns)
        self._watermark = checked_rate(chip, rate_hz, range_g, chip.spi_hz)
        self.driver = self.driven(self.bus, self.pin, self.clock)

    def driven(self, bus: Bus, pin: ReadyPin, clock: Clock) -> Accelerometer:
        """A driver for this chip on these wires."""
        return Accelerometer(self._setup, self._chip, self._watermark, lambda: bus, pin, clock)

    def _late_ns(self) -> int:
        return drawn_ns(WAKES_MS, self._random)

    def samples(self, seconds: float) -> list[Samples]:
        """Everything that the driver says in so many simulated seconds."""
        end_ns = self.clock.monotonic_ns() + round(seconds * NS)
        batches: list[Samples] = []
        while self.clock.monotonic_ns() < end_ns:
            batches += [item for item in self.driver.read() if isinstance(item, Samples)]
        return batches


def drawn_ns(shares_ms: tuple[tuple[float, float], ...], random: np.random.Generator) -> int:
    """How late: evenly up to the bound of the share that is drawn."""
    drawn = random.random()
    most_ms = next(ms for share, ms in shares_ms if drawn <= share)
    return round(most_ms * 1e6 * random.random())


def sensor_drivers(*, quick: bool) -> dict[str, Any]:
    """Per chip: samples, lost, doubled, error of the times in ms, share of one core with the model."""
    seconds = SECONDS / 10 if quick else SECONDS
    figures: dict[str, Any] = {"simulated_s": seconds, "oscillator_off_percent": 100 * RATE_ERROR}
    for kind, rate_hz, range_g in PARTS:
        run = Run(kind(Wires.SPI), rate_hz, range_g, RATE_ERROR, seed=1)
        began_s = processor_s()
        batches = run.samples(seconds)
        used_s = processor_s() - began_s
        figures[f"{kind.name} {rate_hz:g} Hz"] = {
            **judged(run.model, batches),
            "core_percent_with_model": round(100 * used_s / seconds, 1),
        }
    return figures


def judged(model: ChipModel, batches: list[Samples]) -> dict[str, Any]:
    """What became of the model's samples."""
    counts = np.concatenate([batch.counts for batch in batches]).astype(np.int64) // STEP
    times_ns = np.concatenate([batch.times_ns for batch in batches])
    steps = np.diff((counts[:, 0] + 128 * counts[:, 1]) % 128**2)
    wrong_ms = np.abs(times_ns - np.array([model.time_ns(number) for number in range(len(counts))])) / 1e6
    return {
        "samples": len(counts),
        "lost": int(np.sum((steps % 128**2) - 1)),
        "doubled": int(np.sum(steps == 0)),
        "overflows": batches[-1].overflows,
        "time_error_ms_p50": round(float(np.percentile(wrong_ms, 50)), 4),
        "time_error_ms_p99": round(float(np.percentile(wrong_ms, 99)), 4),
        "time_error_ms_max": round(float(np.max(wrong_ms)), 3),
    }
