"""Formulas of running gait, each with its source; plain numbers in, plain numbers out.

Spring-mass model: Morin, Dalleau, Kyrolainen, Jeannin, Belli 2005, J. Appl. Biomech. 21:167, from contact
and flight time alone (error 0.7-6.9 % against a force plate there). It holds on the level only (Meyer 2023,
PMC10368467), so callers leave it out on an incline.
"""

from collections.abc import Sequence
from itertools import combinations
from math import atan, degrees, pi, sqrt
from statistics import fmean, median, stdev
from typing import NamedTuple

GRAVITY_MPS2 = 9.80665  # standard gravity, CGPM 1901
LEG_SHARE = 0.53  # leg length of body height (Winter 1990, in Morin 2005)
POPULATION = "population"
OWN = "own mounts"
MOUNTS_NEEDED = 3


class Spring(NamedTuple):
    """What the model says of one step; "per step, model" wherever it is shown."""

    peak_force_bw: float  # in body weights
    vertical_oscillation_m: float
    vertical_stiffness_kn_per_m: float
    leg_stiffness_kn_per_m: float | None  # None without belt speed or body height


def spring(
    contact_time_s: float,
    flight_time_s: float,
    body_mass_kg: float,
    speed_mps: float | None = None,
    body_height_m: float | None = None,
) -> Spring | None:
    """Morin 2005: half-sine force. None where a time is not positive or the leg would be overstretched.

    F_max = m g pi/2 (t_f/t_c + 1); dy = |-F_max t_c^2 / (m pi^2) + g t_c^2 / 8|;
    rise in flight = g t_f^2 / 8; L = 0.53 height; dL = L - sqrt(L^2 - (v t_c / 2)^2) + dy;
    k_vert = F_max / dy; k_leg = F_max / dL.
    """
    if contact_time_s <= 0 or flight_time_s <= 0 or body_mass_kg <= 0:
        return None
    force_n = body_mass_kg * GRAVITY_MPS2 * pi / 2 * (flight_time_s / contact_time_s + 1)
    square_s2 = contact_time_s**2
    drop_m = abs(-force_n * square_s2 / (body_mass_kg * pi**2) + GRAVITY_MPS2 * square_s2 / 8)
    leg = None
    if speed_mps is not None and body_height_m is not None:
        length_m = LEG_SHARE * body_height_m
        half_travel_m = speed_mps * contact_time_s / 2
        if half_travel_m < length_m:
            shortening_m = length_m - sqrt(length_m**2 - half_travel_m**2) + drop_m
            leg = force_n / shortening_m / 1000
    return Spring(
        peak_force_bw=force_n / (body_mass_kg * GRAVITY_MPS2),
        vertical_oscillation_m=drop_m + GRAVITY_MPS2 * flight_time_s**2 / 8,
        vertical_stiffness_kn_per_m=force_n / drop_m / 1000,
        leg_stiffness_kn_per_m=leg,
    )


# --- asymmetry: each formula has its name, and the name goes with the value -------------------------


def robinson_si(left: float, right: float) -> float:
    """Symmetry index in %, 0 when even, positive when right is larger (Robinson 1987)."""
    return 200 * (right - left) / (right + left)


def zifchock_sa(left: float, right: float) -> float:
    """Symmetry angle in %, 0 when even, positive when right is larger (Zifchock 2008)."""
    return (45 - degrees(atan(left / right))) / 90 * 100


def balance(left: float, right: float) -> float:
    """Left share in %, 50 when even (as watches show it)."""
    return 100 * left / (left + right)


def limb_symmetry(involved: float, uninvolved: float) -> float:
    """Limb symmetry index in %: involved over uninvolved."""
    return 100 * involved / uninvolved


def max_ratio(left: float, right: float) -> float:
    """Difference in % of the larger one, never negative."""
    return 100 * abs(left - right) / max(left, right)


ASYMMETRIES = {
    "robinson_si": robinson_si,
    "zifchock_sa": zifchock_sa,
    "balance": balance,
    "max_ratio": max_ratio,
}


# --- change, variability, drift ---------------------------------------------------------------------


class SmallestChange(NamedTuple):
    """The smallest change that is more than re-mounting the sensor does, and where the figure is from."""

    mdc95: float
    source: str  # OWN or POPULATION


def sem_of_mounts(means: Sequence[float]) -> float | None:
    """Standard error of measurement: SD of the means of at least three mounts of one runner, else None."""
    return stdev(means) if len(means) >= MOUNTS_NEEDED else None


def smallest_change(means_of_mounts: Sequence[float], population_sem: float | None) -> SmallestChange | None:
    """MDC95 = 1.96 sqrt(2) SEM (Weir 2005), of the runner's own mounts, until then of the population."""
    own = sem_of_mounts(means_of_mounts)
    sem, source = (own, OWN) if own is not None else (population_sem, POPULATION)
    return None if sem is None else SmallestChange(1.96 * sqrt(2) * sem, source)


def is_real(before: float, after: float, change: SmallestChange) -> bool:
    """Whether the difference is larger than the smallest change."""
    return abs(after - before) > change.mdc95


def step_variability_percent(values: Sequence[float]) -> float | None:
    """Coefficient of variation: SD in % of the mean; None for fewer than three."""
    return 100 * stdev(values) / fmean(values) if len(values) > 2 and fmean(values) else None


def drift_percent(times_s: Sequence[float], values: Sequence[float], per_s: float = 600.0) -> float | None:
    """Change in % of the median value per `per_s`, by the median of all slopes (Theil 1950, Sen 1968).

    A stumble or a drink does not move it. None for fewer than three values or no time between them.
    """
    slopes = [
        (late - early) / (after_s - before_s)
        for (before_s, early), (after_s, late) in combinations(zip(times_s, values, strict=True), 2)
        if after_s > before_s
    ]
    if len(values) < 3 or not slopes or not median(values):
        return None
    return 100 * median(slopes) * per_s / median(values)
