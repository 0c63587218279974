"""Many trials become rows: one for each collection, condition and set of sensors."""

from collections.abc import Callable, Iterable
from statistics import fmean, median, stdev

import msgspec

from controller.validation.matching import f1
from controller.validation.trial import Trial

NEAR_PERCENT = 2.0  # contact asymmetry is right when within two points of the truth


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of one row; times in ms, signed as found minus true; None where nothing could be compared."""

    collection: str
    condition: str
    sensors: str
    recordings: int
    people: int | None
    contacts: int
    errors_50: int
    f1_50: float | None
    errors_20: int
    f1_20: float | None
    bias_ms: float | None
    median_ms: float | None
    p95_ms: float | None
    limits_ms: tuple[float, float] | None  # of agreement: mean -+ 1.96 SD (Bland and Altman 1986)
    left_out_median_ms: float | None  # with the offset of everybody else removed
    left_out_p95_ms: float | None
    latency_median_ms: float | None
    latency_max_ms: float | None
    while_standing: int
    sides_right: int
    sides_told: int
    toe_off_f1: float | None
    toe_off_bias_ms: float | None
    toe_off_median_ms: float | None
    toe_off_p95_ms: float | None
    contact_time_bias_ms: float | None
    cadence_mean_spm: float | None
    cadence_max_spm: float | None
    prediction_median_ms: float | None
    prediction_p95_ms: float | None
    bounce_p95_mm: float | None
    asymmetry_near_percent: float | None
    asymmetry_r: float | None


def rows(trials: Iterable[Trial]) -> list[Row]:
    """One row for each collection, condition and set of sensors, in that order."""
    groups: dict[tuple[str, str, str], list[Trial]] = {}
    for trial in trials:
        groups.setdefault((trial.collection, trial.condition, trial.sensors), []).append(trial)
    return [_row(group) for _, group in sorted(groups.items())]


def _row(trials: list[Trial]) -> Row:
    first = trials[0]
    contacts = sum(trial.true_contacts for trial in trials)
    errors_50 = sum(trial.errors_50 for trial in trials)
    errors_20 = sum(trial.errors_20 for trial in trials)
    people = {trial.person for trial in trials}
    errors_ms = _all(trials, lambda t: t.contact_errors_s, 1000)
    latencies_ms = _all(trials, lambda t: t.latencies_s, 1000)
    toe_off_ms = _all(trials, lambda t: t.toe_off_errors_s, 1000)
    stance_ms = [1000 * (found - true) for t in trials for found, true in t.stances_s]
    cadence = [abs(error) for t in trials for error in t.cadence_errors_spm]
    prediction_ms = _all(trials, lambda t: t.prediction_errors_s, 1000)
    left_out = _left_out(trials)
    toe_offs, told, hits = (
        sum(getattr(t, name) for t in trials) for name in ("toe_offs", "toe_off_told", "toe_off_hits")
    )
    bounce_mm = [1000 * abs(t.bounce_m[0] - t.bounce_m[1]) for t in trials if t.bounce_m]
    asymmetry = [t.asymmetry_percent for t in trials if t.asymmetry_percent]
    return Row(
        collection=first.collection,
        condition=first.condition,
        sensors=first.sensors,
        recordings=len(trials),
        people=None if None in people else len(people),
        contacts=contacts,
        errors_50=errors_50,
        f1_50=_f1(contacts, errors_50, len(errors_ms)),
        errors_20=errors_20,
        f1_20=_f1(contacts, errors_20, sum(abs(error) <= 20 for error in errors_ms)),
        bias_ms=_median(errors_ms),
        median_ms=_median([abs(error) for error in errors_ms]),
        p95_ms=_quantile([abs(error) for error in errors_ms], 0.95),
        limits_ms=_limits(errors_ms),
        left_out_median_ms=_median(left_out),
        left_out_p95_ms=_quantile(left_out, 0.95),
        latency_median_ms=_median(latencies_ms),
        latency_max_ms=max(latencies_ms, default=None),
        while_standing=sum(trial.while_standing for trial in trials),
        sides_right=sum(trial.sides_right for trial in trials),
        sides_told=sum(trial.sides_told for trial in trials),
        toe_off_f1=f1(hits, toe_offs - hits + told - hits) if told else None,
        toe_off_bias_ms=_median(toe_off_ms),
        toe_off_median_ms=_median([abs(error) for error in toe_off_ms]),
        toe_off_p95_ms=_quantile([abs(error) for error in toe_off_ms], 0.95),
        contact_time_bias_ms=_median(stance_ms),
        cadence_mean_spm=fmean(cadence) if cadence else None,
        cadence_max_spm=max(cadence, default=None),
        prediction_median_ms=_median([abs(error) for error in prediction_ms]),
        prediction_p95_ms=_quantile([abs(error) for error in prediction_ms], 0.95),
        bounce_p95_mm=_quantile(bounce_mm, 0.95),
        asymmetry_near_percent=_near(asymmetry),
        asymmetry_r=correlation(asymmetry),
    )


def _all(trials: list[Trial], values: Callable[[Trial], list[float]], scale: float) -> list[float]:
    return [scale * value for trial in trials for value in values(trial)]


def _f1(contacts: int, errors: int, hits: int) -> float | None:
    """From hits and errors, where there was anything to find."""
    return f1(hits, errors) if contacts else None


def _left_out(trials: list[Trial]) -> list[float]:
    """Absolute errors in ms after taking off the median error of all *other* people.

    People where several are known, else recordings. What remains is what one default offset, chosen
    without a person, costs that person.
    """
    by_whom: dict[str, list[float]] = {}
    several = len({trial.person for trial in trials}) > 1
    for trial in trials:
        errors_ms = [1000 * error for error in trial.contact_errors_s]
        by_whom.setdefault((several and trial.person) or trial.name, []).extend(errors_ms)
    if len(by_whom) < 2:
        return []
    remaining = []
    for who, own in by_whom.items():
        others = [error for other, errors in by_whom.items() if other != who for error in errors]
        offset = median(others) if others else 0.0
        remaining += [abs(error - offset) for error in own]
    return remaining


def _median(values: list[float]) -> float | None:
    return median(values) if values else None


def _quantile(values: list[float], share: float) -> float | None:
    """Linear between the two nearest values, as numpy's default."""
    if not values:
        return None
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def _limits(errors_ms: list[float]) -> tuple[float, float] | None:
    if len(errors_ms) < 2:
        return None
    mean, spread = fmean(errors_ms), 1.96 * stdev(errors_ms)
    return mean - spread, mean + spread


def _near(pairs: list[tuple[float, float]]) -> float | None:
    if not pairs:
        return None
    return 100 * sum(abs(found - true) <= NEAR_PERCENT for found, true in pairs) / len(pairs)


def correlation(pairs: list[tuple[float, float]]) -> float | None:
    """Pearson's r of (found, true); None for fewer than three pairs or no spread."""
    if len(pairs) < 3:
        return None
    mean_found, mean_true = fmean(f for f, _ in pairs), fmean(t for _, t in pairs)
    product = sum((f - mean_found) * (t - mean_true) for f, t in pairs)
    squares = sum((f - mean_found) ** 2 for f, _ in pairs) * sum((t - mean_true) ** 2 for _, t in pairs)
    return product / squares**0.5 if squares else None
