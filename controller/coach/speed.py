"""The belt's speed as the coach may use it: the belt's own word, or what a clinician typed.

A typed speed is true until somebody turns the treadmill's knob. Cadence and contact time then jump together;
when either does, the speed is asked again. Until it is answered the old one stands and is marked.
"""

from collections import deque
from statistics import median

from controller.records import Step

STEPS = 8  # on each side of a jump
APART = 12  # steps between the two sides: a belt takes some seconds to another speed
CADENCE_JUMP = 0.04  # twice a stage of the ramp's; and with it the step's length at a typed speed
CONTACT_JUMP = 0.06  # what 1.5 km/h do (our simulator and recordings), three times the usual drift


class TypedSpeed:
    """Owner of a typed speed and of the doubt about it."""

    def __init__(self, speed_mps: float | None) -> None:
        self._kept: deque[tuple[float | None, float | None]] = deque(maxlen=2 * STEPS + APART)
        self.type(speed_mps)

    def type(self, speed_mps: float | None) -> None:
        """The clinician says so, or confirms."""
        self.speed_mps = speed_mps
        self.doubted = False
        self._kept.clear()

    def step(self, step: Step) -> None:
        """Look for a jump."""
        if self.speed_mps is None or step.irregular or step.gap or step.unsure or step.mode != "running":
            return
        self._kept.append((step.cadence_spm, step.contact_time_s))
        if len(self._kept) == self._kept.maxlen:
            self.doubted |= self._jumped(0, CADENCE_JUMP) or self._jumped(1, CONTACT_JUMP)

    def _jumped(self, which: int, share: float) -> bool:
        values = [pair[which] for pair in self._kept]
        before = [value for value in values[:STEPS] if value is not None]
        after = [value for value in values[-STEPS:] if value is not None]
        if len(before) < STEPS or len(after) < STEPS:
            return False
        return abs(median(after) / median(before) - 1) > share
