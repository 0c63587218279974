"""Measures over many steps: a minute, a block, a session.

Medians over the regular steps of one mode, so that a stumble, a gap or a walk between two runs moves
nothing. What is not known is None.
"""

from collections.abc import Iterable, Sequence
from statistics import median

import msgspec

from controller.gait.events import NS
from controller.gait.formulas import ASYMMETRIES, drift_percent, step_variability_percent
from controller.items import Side
from controller.records import Step

CLIPPED_MOST = 0.05  # of the baseline's strikes; with more, no target is set on the impact
TILT_MOST_DEG = 15.0
DRIFT_SLICE_S = 30.0
DRIFT_SLICES = 6  # three minutes at least: less is not fatigue


class Asymmetry(msgspec.Struct, frozen=True, kw_only=True):
    """Left against right of one measure, by one named formula (formulas.py)."""

    measure: str
    formula: str
    value: float


class Drift(msgspec.Struct, frozen=True, kw_only=True):
    """Change of one measure within the session, in % of its median per ten minutes."""

    measure: str
    percent_per_10min: float


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """Medians over `valid_steps` regular steps; SI units, names as in `Step`."""

    steps: int
    valid_steps: int
    irregular_steps: int
    gap_steps: int
    clipped_share: float | None  # of the impacts measured
    cadence_spm: float | None
    step_time_s: float | None
    stride_time_s: float | None
    contact_time_s: float | None
    flight_time_s: float | None
    duty_factor: float | None
    step_length_m: float | None
    vertical_oscillation_m: float | None
    vertical_oscillation_model_m: float | None
    vertical_stiffness_kn_per_m: float | None
    leg_stiffness_kn_per_m: float | None
    peak_left_g: float | None
    peak_right_g: float | None
    peak_axial_left_g: float | None
    peak_axial_right_g: float | None
    step_variability_percent: float | None  # of the step time; within a session, never an MDC
    asymmetries: tuple[Asymmetry, ...]
    drifts: tuple[Drift, ...]


MEDIANS = (
    "cadence_spm",
    "step_time_s",
    "stride_time_s",
    "contact_time_s",
    "flight_time_s",
    "duty_factor",
    "step_length_m",
    "vertical_oscillation_m",
    "vertical_oscillation_model_m",
    "vertical_stiffness_kn_per_m",
    "leg_stiffness_kn_per_m",
)
COMPARED = ("contact_time_s", "step_time_s", "peak_g")
DRIFTING = ("cadence_spm", "contact_time_s", "vertical_oscillation_m", "peak_g")


def window(steps: Iterable[Step], mode: str = "running") -> Window:
    """The measures of the steps of one mode."""
    own = [step for step in steps if step.mode == mode]
    valid = [step for step in own if not step.irregular]
    impacts = [step for step in valid if step.peak_g is not None]
    left = [step for step in valid if step.side is Side.LEFT]
    right = [step for step in valid if step.side is Side.RIGHT]
    return Window(
        steps=len(own),
        valid_steps=len(valid),
        irregular_steps=len(own) - len(valid),
        gap_steps=sum(step.gap for step in own),
        clipped_share=sum(step.clipped for step in impacts) / len(impacts) if impacts else None,
        **{name: _median(valid, name) for name in MEDIANS},
        peak_left_g=_median(left, "peak_g"),
        peak_right_g=_median(right, "peak_g"),
        peak_axial_left_g=_median(left, "peak_axial_g"),
        peak_axial_right_g=_median(right, "peak_axial_g"),
        step_variability_percent=_variability(valid),
        asymmetries=tuple(_asymmetries(left, right)),
        drifts=tuple(_drifts(valid)),
    )


def known(steps: Sequence[Step], name: str) -> list[float]:
    """The values of one measure, those that are known."""
    return [value for step in steps if (value := getattr(step, name)) is not None]


def _median(steps: Sequence[Step], name: str) -> float | None:
    values = known(steps, name)
    return median(values) if values else None


def _variability(steps: Sequence[Step]) -> float | None:
    """Of each foot by itself: a limp is asymmetry, not variability."""
    name = "step_time_s" if any(step.step_time_s is not None for step in steps) else "stride_time_s"
    feet = [[step for step in steps if step.side is side] for side in (Side.LEFT, Side.RIGHT, Side.UNKNOWN)]
    spreads = [spread for foot in feet if (spread := step_variability_percent(known(foot, name))) is not None]
    return sum(spreads) / len(spreads) if spreads else None


def _asymmetries(left: Sequence[Step], right: Sequence[Step]) -> Iterable[Asymmetry]:
    for measure in COMPARED:
        of_left, of_right = _median(left, measure), _median(right, measure)
        if of_left and of_right:
            for name, formula in ASYMMETRIES.items():
                yield Asymmetry(measure=measure, formula=name, value=formula(of_left, of_right))


def _drifts(steps: Sequence[Step]) -> Iterable[Drift]:
    """By medians of half minutes, so that one minute weighs as much as another."""
    if not steps:
        return
    zero_ns = steps[0].initial_contact_ns
    slices: dict[int, list[Step]] = {}
    for step in steps:
        slices.setdefault(int((step.initial_contact_ns - zero_ns) / NS // DRIFT_SLICE_S), []).append(step)
    for measure in DRIFTING:
        medians = [(DRIFT_SLICE_S * n, m) for n, own in slices.items() if (m := _median(own, measure))]
        if len(medians) >= DRIFT_SLICES:
            percent = drift_percent([time_s for time_s, _ in medians], [value for _, value in medians])
            if percent is not None:
                yield Drift(measure=measure, percent_per_10min=percent)


def impact_refusal(baseline: Window, tilt_change_deg: float | None) -> str | None:
    """Why no target may be set on the impact; None when one may."""
    if baseline.clipped_share is None:
        return "No impact was measured yet. Run for a minute with a sensor on the shank."
    if baseline.clipped_share > CLIPPED_MOST:
        percent = round(100 * baseline.clipped_share)
        return (
            f"{percent} % of the impacts went beyond the sensor's range, so their true size is not known. "
            "Use a sensor with a wider range, or choose another measure."
        )
    if tilt_change_deg is not None and tilt_change_deg > TILT_MOST_DEG:
        return (
            f"The sensor has turned by {tilt_change_deg:.0f} degrees since the baseline. "
            "Fasten it and take the baseline again."
        )
    return None
