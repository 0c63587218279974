"""What the targets mean at this belt speed, and the stages on the way there."""

from controller.effects import Goals
from controller.gait.window import CLIPPED_MOST
from controller.prescription import Baseline, Targets

NS = 1_000_000_000
STAGE_SHARE = 0.025  # shifts of 1 to 3 % are followed without being noticed, 4 % are noticed (Van Dyck 2015)
MOST_STAGES = 40


class Ramp:
    """The way to a new cadence: at most 2.5 % at a time, each stage held while feedback is given.

    The unit is the target's own: a share of the baseline, or steps per minute.
    """

    def __init__(self) -> None:
        self._goal: float | None = None
        self.value: float | None = None
        self.stage = self.stages = 0
        self._active_ns = 0
        self._last_ns: int | None = None

    def aim(self, goal: float | None, start: float | None) -> None:
        """Towards `goal`, from where the ramp is now, or from `start`; None: there at once."""
        if goal == self._goal:
            return
        goal = None if goal is None else float(goal)
        fresh = self._goal is None or self.value is None or goal is None
        self._goal, self._active_ns = goal, 0
        self.value = (start if start is not None else goal) if fresh else self.value
        self.stage, self.stages = 0, self._count()
        self._advance()

    def _count(self) -> int:
        value, count = self.value, 0
        while value is not None and self._goal is not None and value != self._goal and count < MOST_STAGES:
            value, count = nearer(value, self._goal), count + 1
        return count

    def _advance(self) -> None:
        if self.value is not None and self._goal is not None and self.value != self._goal:
            self.value, self.stage = nearer(self.value, self._goal), self.stage + 1

    @property
    def goal(self) -> float | None:
        """Where the ramp leads."""
        return self._goal

    def caught_up(self, reached: float) -> None:
        """A runner who is there already is not held back at an earlier stage."""
        goal = self._goal
        while self.value is not None and goal is not None and self.value != goal:
            following = nearer(self.value, goal)
            if (reached < following) is (goal > self.value) and reached != following:
                return
            self._active_ns = 0
            self._advance()

    def pass_time(self, now_ns: int, stage_s: float, *, active: bool) -> bool:
        """Time passes; a stage counts only time with feedback. True when the next stage has begun."""
        last_ns, self._last_ns = self._last_ns, now_ns
        if self.value == self._goal or last_ns is None or not active:
            return False
        self._active_ns += now_ns - last_ns
        if self._active_ns < stage_s * NS:
            return False
        self._active_ns = 0
        self._advance()
        return True


def nearer(value: float, goal: float) -> float:
    """One stage from `value` towards `goal`."""
    return min(goal, value * (1 + STAGE_SHARE)) if goal > value else max(goal, value * (1 - STAGE_SHARE))


def resolve(
    targets: Targets, baseline: Baseline | None, ramp: Ramp, *, impact_trusted: bool, quiet: bool = False
) -> Goals:
    """The targets as numbers; None where a share has no baseline, or the impact can't be trusted.

    `quiet`: nothing leads the runner now, so what they do is held against the target itself. On the way
    to it the band reaches from the stage to the target: who is ahead of the stage is not called back.
    """
    goal = _cadence(targets, baseline, ramp.goal)
    spm = goal if quiet else _cadence(targets, baseline, ramp.value)
    band = targets.band_percent / 100
    sound = impact_trusted and baseline is not None and (baseline.clipped_share or 0.0) <= CLIPPED_MOST

    def at_most(name: str, factor: float | None, band_percent: float) -> float | None:
        own = getattr(baseline, name, None)
        return None if own is None or factor is None else own * factor * (1 + band_percent / 100)

    impact = (targets.impact_factor if sound else None, targets.impact_band_percent)
    bounce = (targets.bounce_factor, targets.bounce_band_percent)
    return Goals(
        cadence_spm=spm,
        cadence_low_spm=None if spm is None or goal is None else min(spm, goal) * (1 - band),
        cadence_high_spm=None if spm is None or goal is None else max(spm, goal) * (1 + band),
        peak_left_g=at_most("peak_left_g", *impact),
        peak_right_g=at_most("peak_right_g", *impact),
        vertical_oscillation_m=at_most("vertical_oscillation_m", *bounce),
        contact_asymmetry_percent=targets.contact_asymmetry_percent,
        baseline=baseline,
        stage=ramp.stages if quiet else ramp.stage,
        stages=ramp.stages,
    )


def _cadence(targets: Targets, baseline: Baseline | None, wanted: float | None) -> float | None:
    if targets.cadence_spm is not None:
        return wanted
    if targets.cadence_factor is None or baseline is None or wanted is None:
        return None
    return baseline.cadence_spm * wanted
