"""Leg boards on chip models: samples lost or doubled, how wrong their times are, what they cost the station.

The chip's oscillator is 2 % off and the board's crystal 50 ppm, and each frame is delivered up to 8 ms late,
as by an adapter and a busy machine. Times are compared with the moments at which the model sampled.
"""

from typing import Any

import numpy as np

from controller.bench_sensors import RATE_ERROR, STEP, Numbered
from controller.chips.chip import Wires, checked_rate
from controller.chips.lsm6dso32 import Lsm6dso32
from controller.clock import ManualClock, processor_s
from controller.items import Placement, Samples, SensorSetup, Side
from controller.legs.frames import BITS
from controller.legs.lead import Lead
from controller.simulation.chips.model import ChipModel
from controller.simulation.chips.parts import model_of
from controller.simulation.leg_board import LegBoard, Way

NS = 1_000_000_000
SECONDS = 600
RATE_HZ, RANGE_G = 1667.0, 32.0
CRYSTAL_PPM, LATE_MS = 50.0, 8.0
NUMBERS = 128 * 128  # as many samples as the model can tell apart


def leg_boards(*, quick: bool) -> dict[str, Any]:
    """One board: samples, lost, doubled, error of the times in ms, its share of the wire and of one core."""
    seconds = SECONDS // 10 if quick else SECONDS
    chip, clock, way = Lsm6dso32(Wires.SPI), ManualClock(NS), Way(CRYSTAL_PPM)
    scale_g = chip.scales_g[RANGE_G]
    model = model_of(chip, Numbered(scale_g), RATE_ERROR)
    setup = SensorSetup(
        name="bench",
        placement=Placement.SHANK,
        side=Side.LEFT,
        sample_rate_hz=RATE_HZ,
        range_g=RANGE_G,
        scale_g_per_count=scale_g,
    )
    watermark = checked_rate(chip, RATE_HZ, RANGE_G, chip.spi_hz)
    board, lead = LegBoard(setup, chip, model, watermark, clock, way), Lead(setup, chip, watermark)
    lead.opened(NS)
    late = np.random.default_rng(1)
    batches: list[Samples] = []
    arrived_ns, used_s, said = 0, 0.0, 0
    for second in range(1, seconds + 1):
        board.run((second + 1) * NS)
        late_ns = late.uniform(0, LATE_MS * 1e6, len(board.said)).astype(int)
        began_s = processor_s()
        for (left_ns, frame), by_ns in zip(board.said, late_ns, strict=True):
            arrived_ns = max(arrived_ns, left_ns + int(by_ns))
            batches += lead.received(frame, arrived_ns)
            said += len(frame)
        used_s += processor_s() - began_s
        board.said.clear()
    return {
        "simulated_s": seconds,
        "oscillator_off_percent": 100 * RATE_ERROR,
        "crystal_off_ppm": CRYSTAL_PPM,
        "late_ms": LATE_MS,
        **judged(model, batches),
        "wire_percent_at_1_mbaud": round(100 * said * BITS / seconds / way.baud, 1),
        "core_percent": round(100 * used_s / seconds, 2),
    }


def judged(model: ChipModel, batches: list[Samples]) -> dict[str, Any]:
    """What became of the model's samples since the first that came."""
    counts = np.concatenate([batch.counts for batch in batches]).astype(np.int64) // STEP
    times_ns = np.concatenate([batch.times_ns for batch in batches])
    said = counts[:, 0] + 128 * counts[:, 1]
    steps = np.diff(said) % NUMBERS
    numbers = np.cumsum(np.concatenate([said[:1], steps]))
    wrong_ms = np.abs(times_ns - np.array([model.time_ns(int(number)) for number in numbers])) / 1e6
    return {
        "samples": len(counts),
        "lost": int(np.sum(np.maximum(steps, 1) - 1)),
        "doubled": int(np.sum(steps == 0)),
        "overflows": batches[-1].overflows,
        "errors": batches[-1].errors,
        "time_error_ms_p50": round(float(np.percentile(wrong_ms, 50)), 4),
        "time_error_ms_p99": round(float(np.percentile(wrong_ms, 99)), 4),
        "time_error_ms_max": round(float(np.max(wrong_ms)), 3),
    }
