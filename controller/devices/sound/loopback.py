"""What was played is looked for in what was heard: the delay of each click, measured.

Matched filter: normalised cross-correlation with the click that was played (Turin 1960, IRE Trans. Inf.
Theory 6:311), its peak refined between frames by a parabola. What is not found is missing, never guessed.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from controller.devices.sound.waveforms import RATE_HZ

FOUND = 0.6  # correlation: a click in noise of its own power still reaches 0.7
WIRED = 0.8  # of the clicks found, before anything is called measured
LONGEST_S = 0.45  # clicks are half a second apart

Sound = npt.NDArray[np.float64]


class Loopback(NamedTuple):
    """Delays of the clicks that were found, in seconds, and how many were played."""

    played: int
    delays_s: tuple[float, ...]

    @property
    def wired(self) -> bool:
        """Enough was heard to call it measured."""
        return self.played > 0 and len(self.delays_s) >= WIRED * self.played

    @property
    def median_ms(self) -> float:
        return float(np.median(self.delays_s)) * 1000

    @property
    def p95_ms(self) -> float:
        return float(np.percentile(self.delays_s, 95)) * 1000

    @property
    def sd_ms(self) -> float:
        return float(np.std(self.delays_s)) * 1000


def measure(heard: Sound, onsets: Sequence[int], click: Sound) -> Loopback:
    """The delay of each click; the k-th was played at frame `onsets[k]` of `heard` (mono, the same clock)."""
    delays = (_delay_s(heard, onset, click) for onset in onsets)
    return Loopback(len(onsets), tuple(delay for delay in delays if delay is not None))


def _delay_s(heard: Sound, onset: int, click: Sound) -> float | None:
    # A frame before the onset, so that a delay of less than half a frame lies between two frames too.
    lead = min(1, onset)
    part = heard[onset - lead : onset + round(LONGEST_S * RATE_HZ) + len(click)]
    if len(part) < 2 * len(click):
        return None
    shape = click - click.mean()
    part = part - part.mean()
    dot = np.correlate(part, shape, "valid")
    sums = np.concatenate([[0.0], np.cumsum(part)])
    squares = np.concatenate([[0.0], np.cumsum(part**2)])
    n = len(click)
    power = (squares[n:] - squares[:-n]) - (sums[n:] - sums[:-n]) ** 2 / n
    floor = 1e-12 * n
    likeness = dot / np.sqrt(np.maximum(power, floor) * (shape @ shape))
    # Where it is loudest, not where it is most alike: a click that dies away is its own later copy.
    best = int(np.argmax(dot))
    if likeness[best] < FOUND or power[best] <= floor:
        return None
    return (best - lead + _between(dot, best)) / RATE_HZ


def _between(values: Sound, at: int) -> float:
    """Where the parabola through three values has its top, from the middle one, in frames."""
    if not 0 < at < len(values) - 1:
        return 0.0
    before, top, after = values[at - 1 : at + 2]
    bend = before - 2 * top + after
    return 0.0 if bend == 0 else float(0.5 * (before - after) / bend)
