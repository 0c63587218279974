"""A simulated sensor down to the chip: its registers and FIFO, and the very driver that reads a real one."""

from collections.abc import Iterator

import msgspec
import numpy as np
import numpy.typing as npt

from controller.chips.catalogue import chip_of
from controller.chips.chip import Wires, checked_rate
from controller.clock import ManualClock
from controller.devices.accelerometer import Accelerometer as Driver
from controller.items import Samples
from controller.simulation.chips.model import ModelBus, ModelPin
from controller.simulation.chips.parts import model_of
from controller.simulation.runner import TrueStep
from controller.simulation.scene import SimulatedSensor
from controller.simulation.sensors import NS, Accelerometer

LATE_NS = 60_000  # a reader's usual wake-up, `treadcoach bench`


class Felt(Accelerometer):
    """What is felt goes through a model of the chip."""

    def __init__(self, config: SimulatedSensor, origin_ns: int, seed: int) -> None:
        super().__init__(config, origin_ns, seed)
        self.chip = chip_of(config.chip, Wires.SPI)
        self.watermark = checked_rate(self.chip, config.sample_rate_hz, config.range_g, self.chip.spi_hz)
        scale_g = self.chip.scales_g[config.range_g]
        self.setup = msgspec.structs.replace(self.setup, scale_g_per_count=scale_g)
        self._steps: list[TrueStep] = []
        self._clock = ManualClock(origin_ns)
        self.model = model_of(self.chip, self._feel, config.clock_error_ppm / 1e6)

    def _feel(self, times_s: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return self._force_g(times_s - self._origin_ns / NS, self._steps)


class ChipAccelerometer(Felt):
    """As `Accelerometer`, but what it says has gone through chip model and driver."""

    def __init__(self, config: SimulatedSensor, origin_ns: int, seed: int) -> None:
        super().__init__(config, origin_ns, seed)
        self._held: list[Samples] = []
        bus, pin = ModelBus(self.model, self._clock), ModelPin(self.model, self._clock, lambda: LATE_NS)
        self.driver = Driver(self.setup, self.chip, self.watermark, lambda: bus, pin, self._clock)

    def until(self, end_s: float, steps: list[TrueStep]) -> Iterator[Samples]:
        """Whole batches whose last sample lies before `end_s`."""
        self._steps = steps
        end_ns = self._origin_ns + round(end_s * NS)
        while self._clock.monotonic_ns() < end_ns:
            self._held += [item for item in self.driver.read() if isinstance(item, Samples)]
        ready = [batch for batch in self._held if batch.times_ns[-1] < end_ns]
        self._held = self._held[len(ready) :]
        yield from ready
