"""Five-step means of what is held against a target.

One landing says little: a single impact scatters by 6 % and more. Five of one leg's steps are what the
studies averaged (Van den Berghe 2021), and cadence comes from the gait as it is.
"""

from collections import deque
from typing import NamedTuple

from controller.gait.formulas import robinson_si
from controller.items import Side
from controller.records import Step

STEPS_MEANT = 5
LEAST = 3  # of them, before a mean is one


class Measures(NamedTuple):
    """What is known now; None where it is not."""

    cadence_spm: float | None = None
    peak_left_g: float | None = None
    peak_right_g: float | None = None
    vertical_oscillation_m: float | None = None
    contact_asymmetry_percent: float | None = None


class Means:
    """Fed with steps; a stumble, a gap or a step still being found moves nothing."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, Side], deque[float]] = {}

    def step(self, step: Step) -> None:
        """Take the measures of a regular step."""
        if step.irregular or step.gap or step.unsure or step.mode != "running":
            return
        both = Side.BOTH
        for name, side, value in (
            ("peak_g", step.side, step.peak_g),
            ("contact_time_s", step.side, step.contact_time_s),
            ("vertical_oscillation_m", both, step.vertical_oscillation_m),
        ):
            if value is not None:
                self._kept.setdefault((name, side), deque(maxlen=STEPS_MEANT)).append(value)

    def forget(self) -> None:
        """What was felt before a pause says nothing about now."""
        self._kept.clear()

    def now(self, cadence_spm: float | None) -> Measures:
        """The means of the newest steps."""
        left, right = self._mean("contact_time_s", Side.LEFT), self._mean("contact_time_s", Side.RIGHT)
        return Measures(
            cadence_spm=cadence_spm,
            peak_left_g=self._mean("peak_g", Side.LEFT),
            peak_right_g=self._mean("peak_g", Side.RIGHT),
            vertical_oscillation_m=self._mean("vertical_oscillation_m", Side.BOTH),
            contact_asymmetry_percent=robinson_si(left, right) if left and right else None,
        )

    def _mean(self, name: str, side: Side) -> float | None:
        values = self._kept.get((name, side), ())
        return sum(values) / len(values) if len(values) >= LEAST else None
