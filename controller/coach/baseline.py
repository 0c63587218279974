"""The runner's own running, by belt speed: looked up, interpolated, or taken from a minute of it."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median

from controller.effects import Capture
from controller.items import Side
from controller.prescription import Baseline
from controller.records import Step

NS = 1_000_000_000
HOLDS = 0.05  # of an assessed speed; impact and cadence move with speed, so further away nothing is known
STEADY = 0.025  # a capture is of one speed
CAPTURE_NS = 60 * NS
PAUSE_NS = 2 * NS  # without a good step for longer, a capture begins anew
MIXED = ("cadence_spm", "peak_left_g", "peak_right_g", "vertical_oscillation_m")


def at_speed(baselines: Sequence[Baseline], speed_mps: float | None) -> Baseline | None:
    """The baseline that holds at this speed: assessed within ±5 %, or between two that were."""
    if speed_mps is None:
        return next((own for own in baselines if own.speed_mps is None), None)
    known = sorted(_with_speed(baselines), key=lambda pair: pair[0])
    for (slow_mps, slow), (fast_mps, fast) in pairwise(known):
        if slow_mps <= speed_mps <= fast_mps:
            return _between(slow, fast, (speed_mps - slow_mps) / (fast_mps - slow_mps), speed_mps)
    near = [own for own_mps, own in known if abs(speed_mps - own_mps) <= HOLDS * own_mps]
    return near[0] if near else None


def _with_speed(baselines: Iterable[Baseline]) -> list[tuple[float, Baseline]]:
    return [(own.speed_mps, own) for own in baselines if own.speed_mps is not None]


def _between(slow: Baseline, fast: Baseline, share: float, speed_mps: float) -> Baseline:
    def mixed(name: str) -> float | None:
        low, high = getattr(slow, name), getattr(fast, name)
        return None if low is None or high is None else low + share * (high - low)

    clipped = max(slow.clipped_share or 0.0, fast.clipped_share or 0.0)
    values = {name: mixed(name) for name in MIXED}
    return Baseline(speed_mps=speed_mps, clipped_share=clipped, **values)  # type: ignore[arg-type]


def added(baselines: Sequence[Baseline], new: Baseline) -> tuple[Baseline, ...]:
    """With `new`, which takes the place of those it would hold for."""
    kept = [own for own in baselines if not _same_speed(own.speed_mps, new.speed_mps)]
    return (*kept, new)


def _same_speed(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= HOLDS * other


class Taking:
    """A minute of the runner's own running, at one speed."""

    def __init__(self) -> None:
        self._steps: list[Step] = []
        self._why = "Waiting for the run."

    def step(self, step: Step, speed_mps: float | None) -> Baseline | None:
        """Take a step; the baseline once the minute is full."""
        if step.mode != "running" or step.unsure:
            return None
        first = self._steps[0] if self._steps else step
        paused = bool(self._steps) and step.decided_ns - self._steps[-1].decided_ns > PAUSE_NS
        before_mps = first.belt_speed_mps
        changed = (
            speed_mps is not None
            and before_mps is not None
            and abs(speed_mps - before_mps) > STEADY * before_mps
        )
        if paused or changed:
            self._steps.clear()
            self._why = "The speed changed: the minute began anew." if changed else "A pause: it began anew."
        self._steps.append(step)
        if self._taken_ns() < CAPTURE_NS:
            return None
        return summed(self._steps, speed_mps)

    def report(self) -> Capture:
        """What is left of the minute, and why it waits."""
        waiting = self._why if not self._steps or self._taken_ns() < 5 * NS else ""
        return Capture(left_s=(CAPTURE_NS - self._taken_ns()) / NS, waiting=waiting)

    def _taken_ns(self) -> int:
        return self._steps[-1].decided_ns - self._steps[0].decided_ns if self._steps else 0


def summed(steps: Sequence[Step], speed_mps: float | None) -> Baseline | None:
    """Medians over the regular steps; None where not even the cadence is known."""
    good = [step for step in steps if not step.irregular and not step.gap]

    def mid(name: str, side: Side | None = None) -> float | None:
        own = (getattr(step, name) for step in good if side in (None, step.side))
        values = [value for value in own if value is not None]
        return median(values) if values else None

    cadence_spm = mid("cadence_spm")
    if cadence_spm is None or not 100 <= cadence_spm <= 240:
        return None
    impacts = [step for step in good if step.peak_g is not None]
    return Baseline(
        speed_mps=speed_mps,
        cadence_spm=cadence_spm,
        peak_left_g=mid("peak_g", Side.LEFT),
        peak_right_g=mid("peak_g", Side.RIGHT),
        vertical_oscillation_m=mid("vertical_oscillation_m"),
        clipped_share=sum(step.clipped for step in impacts) / len(impacts) if impacts else None,
    )
