"""Formulas against worked examples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.gait import formulas

# mass, height, speed, contact, flight -> force in BW, oscillation in cm, k_vert and k_leg in kN/m, worked
# out by hand from the paper's formulas.
MORIN = [
    (70, 1.75, 3.00, 0.250, 0.100, 2.199, 7.224, 25.18, 10.85),
    (60, 1.65, 2.78, 0.260, 0.090, 2.115, 6.912, 21.03, 9.06),
    (80, 1.85, 3.33, 0.230, 0.125, 2.424, 8.177, 30.39, 13.54),
]


@pytest.mark.parametrize("example", MORIN)
def test_the_spring_of_worked_examples(example: tuple[float, ...]) -> None:
    mass, height, speed, contact, flight, bw, cm, vert, leg = example
    spring = formulas.spring(contact, flight, mass, speed, height)
    assert spring is not None
    assert spring.peak_force_bw == pytest.approx(bw, abs=0.001)
    assert 100 * spring.vertical_oscillation_m == pytest.approx(cm, abs=0.004)  # with g = 9.81 m/s^2
    assert spring.vertical_stiffness_kn_per_m == pytest.approx(vert, abs=0.01)
    assert spring.leg_stiffness_kn_per_m == pytest.approx(leg, abs=0.01)


def test_seven_and_a_half_percent_more_cadence_is_a_seventh_less_bounce() -> None:
    before = formulas.spring(0.25, 0.1, 70)
    after = formulas.spring(0.25 / 1.075, 0.1 / 1.075, 70)
    assert before is not None
    assert after is not None
    assert after.vertical_oscillation_m / before.vertical_oscillation_m == pytest.approx(0.865, abs=0.001)


def test_what_is_not_known_is_not_computed() -> None:
    assert formulas.spring(0.25, -0.01, 70) is None
    spring = formulas.spring(0.25, 0.1, 70, 3.0, None)
    assert spring is not None
    assert spring.leg_stiffness_kn_per_m is None
    overstretched = formulas.spring(0.8, 0.1, 70, 5.0, 1.7)
    assert overstretched is not None
    assert overstretched.leg_stiffness_kn_per_m is None


def test_every_asymmetry_of_one_pair() -> None:
    values = {name: round(formula(240, 255), 2) for name, formula in formulas.ASYMMETRIES.items()}
    assert values == {"robinson_si": 6.06, "zifchock_sa": 1.93, "balance": 48.48, "max_ratio": 5.88}
    assert round(formulas.limb_symmetry(240, 255), 1) == 94.1


@given(st.floats(0.1, 1.0), st.floats(0.1, 1.0))
def test_left_and_right_swapped_change_the_sign_only(left: float, right: float) -> None:
    assert formulas.robinson_si(left, right) == pytest.approx(-formulas.robinson_si(right, left))
    assert formulas.zifchock_sa(left, right) == pytest.approx(-formulas.zifchock_sa(right, left), abs=1e-9)
    assert formulas.max_ratio(left, right) == formulas.max_ratio(right, left)


def test_the_smallest_change_is_the_populations_until_three_mounts_are_known() -> None:
    published = formulas.smallest_change([6.0, 6.4], 0.5)
    assert published is not None
    assert published.source == "population"
    assert published.mdc95 == pytest.approx(1.386, abs=0.001)
    own = formulas.smallest_change([6.0, 6.4, 6.2], 0.5)
    assert own is not None
    assert own.source == "own mounts"
    assert own.mdc95 == pytest.approx(1.96 * 2**0.5 * 0.2, abs=1e-6)
    assert not formulas.is_real(6.0, 6.5, own)
    assert formulas.is_real(6.0, 6.6, own)
    assert formulas.smallest_change([6.0], None) is None


def test_drift_is_not_moved_by_a_stumble() -> None:
    times = [float(second) for second in range(0, 600, 30)]
    values = [0.25 * (1 + 0.04 * second / 600) for second in times]
    values[7] = 0.9
    assert formulas.drift_percent(times, values) == pytest.approx(3.9, abs=0.2)
    assert formulas.drift_percent([0.0, 0.0, 0.0], [1.0, 2.0, 3.0]) is None
    assert formulas.drift_percent([0.0, 1.0], [1.0, 2.0]) is None


def test_variability_is_the_spread_in_percent_of_the_mean() -> None:
    assert formulas.step_variability_percent([0.35, 0.36, 0.37]) == pytest.approx(2.78, abs=0.01)
    assert formulas.step_variability_percent([0.35, 0.36]) is None
