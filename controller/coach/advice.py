"""From what is measured and what is wanted to advice: at most one sentence at a time, worst first."""

from typing import NamedTuple

from controller.coach.measures import Measures
from controller.effects import Advice, Goals

# Cadence first: it is what the runner can change at once, and impact and bounce follow it.
ORDER = (
    Advice.QUICKER,
    Advice.SLOWER,
    Advice.SOFTER_LEFT,
    Advice.SOFTER_RIGHT,
    Advice.LESS_BOUNCE,
    Advice.EVEN,
)


class Finding(NamedTuple):
    """One measure outside its band: where it is, and the edge it has crossed."""

    advice: Advice
    measure: str
    value: float
    limit: float


def findings(measures: Measures, goals: Goals) -> tuple[Finding, ...]:
    """What is outside its band, in the order in which it is said."""
    spm = measures.cadence_spm
    low, high = goals.cadence_low_spm, goals.cadence_high_spm
    si, si_limit = measures.contact_asymmetry_percent, goals.contact_asymmetry_percent
    found = []
    if spm is not None and low is not None and spm < low:
        found.append(Finding(Advice.QUICKER, "cadence_spm", spm, low))
    if spm is not None and high is not None and spm > high:
        found.append(Finding(Advice.SLOWER, "cadence_spm", spm, high))
    for advice, measure in (
        (Advice.SOFTER_LEFT, "peak_left_g"),
        (Advice.SOFTER_RIGHT, "peak_right_g"),
        (Advice.LESS_BOUNCE, "vertical_oscillation_m"),
    ):
        value, limit = getattr(measures, measure), getattr(goals, measure)
        if value is not None and limit is not None and value > limit:
            found.append(Finding(advice, measure, value, limit))
    if si is not None and si_limit is not None and abs(si) > si_limit:
        found.append(Finding(Advice.EVEN, "contact_asymmetry_percent", abs(si), si_limit))
    return tuple(found)


def anything_known(measures: Measures, goals: Goals) -> bool:
    """At least one target has a measure to hold against it."""
    pairs = (
        (measures.cadence_spm, goals.cadence_spm),
        (measures.peak_left_g, goals.peak_left_g),
        (measures.peak_right_g, goals.peak_right_g),
        (measures.vertical_oscillation_m, goals.vertical_oscillation_m),
        (measures.contact_asymmetry_percent, goals.contact_asymmetry_percent),
    )
    return any(value is not None and goal is not None for value, goal in pairs)
