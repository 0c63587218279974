"""A leg board on a chip's model that counts its samples, and the station's end of its lead."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from controller.bench_sensors import STEP, Numbered
from controller.chips.chip import Chip, Wires, checked_rate
from controller.chips.lsm6dso32 import Lsm6dso32
from controller.clock import ManualClock
from controller.items import Placement, Samples, SensorSetup, Side
from controller.legs.lead import Lead
from controller.simulation.chips.parts import model_of
from controller.simulation.leg_board import ANEW, Counters, LegBoard, Way

NS = 10**9
MS = 10**6
NUMBERS = 128 * 128  # as many as the model can tell apart


class Rig:
    """Everything in simulated time that begins at one second; nothing is lost unless a test loses it."""

    def __init__(
        self,
        chip: Chip | None = None,
        rate_hz: float = 1667.0,
        range_g: float = 32.0,
        error: float = 0.0,
        way: Way | None = None,
        begins: Counters = ANEW,
    ) -> None:
        self.chip = chip or Lsm6dso32(Wires.SPI)
        self.clock = ManualClock(NS)
        self.setup = SensorSetup(
            name="left_shank",
            placement=Placement.SHANK,
            side=Side.LEFT,
            sample_rate_hz=rate_hz,
            range_g=range_g,
            scale_g_per_count=self.chip.scales_g[range_g],
        )
        self.model = model_of(self.chip, Numbered(self.setup.scale_g_per_count), error)
        watermark = checked_rate(self.chip, rate_hz, range_g, self.chip.spi_hz)
        self.board = LegBoard(self.setup, self.chip, self.model, watermark, self.clock, way or Way(), begins)
        self.lead = Lead(self.setup, self.chip, watermark)
        self.lead.opened(NS)

    def frames(self, seconds: float) -> list[tuple[int, bytes]]:
        """What the board says in so many seconds, each frame with its end on the wire."""
        self.board.run(self.clock.monotonic_ns() + round(seconds * NS))
        said = list(self.board.said)
        self.board.said.clear()
        return said

    def heard(self, frames: Iterable[tuple[int, bytes]]) -> list[Samples]:
        """What the lead makes of them."""
        return [batch for at_ns, frame in frames for batch in self.lead.received(frame, at_ns)]

    def true_ns(self, numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """When the samples of these numbers were complete."""
        return np.array([self.model.time_ns(int(number)) for number in numbers])


def numbers_of(batches: list[Samples]) -> npt.NDArray[np.int64]:
    """The samples' numbers, as the model felt them; counted on over its 16384."""
    counts = np.concatenate([batch.counts for batch in batches]).astype(np.int64) // STEP
    said = counts[:, 0] + 128 * counts[:, 1]
    return np.cumsum(np.concatenate([said[:1], np.diff(said) % NUMBERS]))


def times_of(batches: list[Samples]) -> npt.NDArray[np.int64]:
    return np.concatenate([batch.times_ns for batch in batches])
