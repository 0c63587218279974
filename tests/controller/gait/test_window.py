"""Measures over many steps."""

from typing import Any

import msgspec
import pytest

from controller.gait.window import impact_refusal, window
from controller.items import Side
from controller.records import Step


def step(number: int, **changes: Any) -> Step:
    """Step `number` of an even run at 166 steps/min, left first."""
    plain = Step(
        side=Side.RIGHT if number % 2 else Side.LEFT,
        initial_contact_ns=number * 361_000_000,
        decided_ns=number * 361_000_000 + 390_000_000,
        mode="running",
        irregular=False,
        unsure=False,
        gap=False,
        step_time_s=0.361,
        stride_time_s=0.722,
        cadence_spm=166.2,
        contact_time_s=0.25,
        flight_time_s=0.111,
        duty_factor=0.346,
        step_length_m=0.9,
        vertical_oscillation_m=0.08,
        vertical_oscillation_model_m=None,
        vertical_stiffness_kn_per_m=None,
        leg_stiffness_kn_per_m=None,
        peak_g=6.0,
        peak_axial_g=5.5,
        clipped=False,
        belt_speed_mps=2.5,
    )
    return msgspec.structs.replace(plain, **changes)


def run(count: int, **of_right: Any) -> list[Step]:
    return [step(number, **(of_right if number % 2 else {})) for number in range(count)]


def test_a_stumble_and_a_walk_move_nothing() -> None:
    steps = run(60)
    steps[20] = step(20, irregular=True, cadence_spm=None, contact_time_s=0.9)
    steps[30] = step(30, mode="walking", contact_time_s=0.7)
    measures = window(steps)
    assert (measures.steps, measures.valid_steps, measures.irregular_steps) == (59, 58, 1)
    assert measures.contact_time_s == 0.25
    assert measures.cadence_spm == 166.2


def test_left_and_right_are_compared_by_every_named_formula() -> None:
    measures = window(run(60, contact_time_s=0.26, peak_g=6.6))
    named = {(a.measure, a.formula): a.value for a in measures.asymmetries}
    assert named["contact_time_s", "robinson_si"] == pytest.approx(3.92, abs=0.01)
    assert named["peak_g", "max_ratio"] == pytest.approx(9.09, abs=0.01)
    assert named["contact_time_s", "balance"] == pytest.approx(49.02, abs=0.01)
    assert measures.step_variability_percent == 0.0


def test_a_limp_is_no_variability() -> None:
    measures = window(run(60, step_time_s=0.38))
    assert measures.step_variability_percent == pytest.approx(0.0, abs=1e-9)


def test_fatigue_shows_as_drift_after_three_minutes() -> None:
    tired = [step(n, contact_time_s=0.25 * (1 + 0.03 * n / 1662)) for n in range(1662)]  # ten minutes
    drifts = {drift.measure: drift.percent_per_10min for drift in window(tired).drifts}
    assert drifts["contact_time_s"] == pytest.approx(3.0, abs=0.1)
    assert drifts["cadence_spm"] == 0.0
    assert window(tired[:300]).drifts == ()


def test_without_steps_nothing_is_known() -> None:
    measures = window([])
    assert measures.cadence_spm is None
    assert measures.clipped_share is None
    assert measures.asymmetries == ()


def test_an_impact_target_is_refused_with_the_reason() -> None:
    assert impact_refusal(window(run(60)), 4.0) is None
    assert "turned by 16 degrees" in (impact_refusal(window(run(60)), 16.2) or "")
    clipped = window([step(n, clipped=n % 10 == 0) for n in range(60)])
    assert "10 % of the impacts" in (impact_refusal(clipped, None) or "")
    assert "No impact was measured yet" in (impact_refusal(window([]), None) or "")
