"""What simulated sensors feel: independent of blocks, true to mechanics, bounce as in closed form."""

import math
from statistics import median

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.gait.bounce import GRAVITY_MPS2, BounceMeter
from controller.items import Placement, Side
from controller.records import Step
from controller.replay import run
from controller.simulation.runner import TrueStep
from controller.simulation.scene import DEFAULT_SENSORS, RunnerModel, Scene, Stretch
from controller.simulation.signals import felt
from controller.simulation.world import World

TOLERANCE = 0.05


def steady(stance_s: float, step_s: float, count: int = 12, impact_g: float = 6.0) -> list[TrueStep]:
    return [
        TrueStep(
            contact_s=k * step_s,
            toe_off_s=k * step_s + stance_s,
            next_s=(k + 1) * step_s,
            side=Side.RIGHT if k % 2 else Side.LEFT,
            running=True,
            impact_g=impact_g,
        )
        for k in range(count)
    ]


def bounce_m(stance_s: float, step_s: float) -> float:
    """Fall and rise of a half-sine stance, and the ballistic flight above it, solved by hand.

    With a(t) = g (pi/2 T/c sin(pi t/c) - 1) in stance c of a step T and -g in the flight T - c, the
    height drops by g T c / 2 pi - g c^2 / 8 from contact to mid-stance; the flight rises g (T - c)^2 / 8.
    """
    flight_s = step_s - stance_s
    return GRAVITY_MPS2 * (step_s * stance_s / (2 * math.pi) - stance_s**2 / 8 + flight_s**2 / 8)


@pytest.mark.parametrize("stance_s", [0.2, 0.255, 0.29])
@pytest.mark.parametrize("cadence_spm", [150, 166, 190])
def test_bounce_by_double_integration_agrees_with_the_closed_form(stance_s: float, cadence_spm: int) -> None:
    step_s = 60 / cadence_spm
    steps, rate_hz = steady(stance_s, step_s), 208.0
    times = np.arange(round(6 * step_s * rate_hz)) / rate_hz
    meter = BounceMeter(rate_hz, 16)
    for at_s, force in zip(times, felt(Placement.SACRUM, Side.BOTH, times, steps), strict=True):
        meter.add(round(at_s * 1e9), float(force[2]))
    found = meter.stride_m(round(2 * step_s * 1e9), round(4 * step_s * 1e9))
    assert found == pytest.approx(bounce_m(stance_s, step_s), rel=TOLERANCE)


@pytest.mark.slow
def test_the_station_measures_the_bounce_that_the_runner_has() -> None:
    runner = RunnerModel(step_jitter_s=0.002, asymmetry_percent=0)
    course = (Stretch(duration_s=60, belt_speed_mps=2.5),)
    world = World(Scene(seed=9, course=course, runner=runner, sensors=DEFAULT_SENSORS))
    records = run(world.setup, world.advance(30 * 10**9)).records
    found = [r.vertical_oscillation_m for r in records if isinstance(r, Step) and r.vertical_oscillation_m]
    assert len(found) > 50
    true = [bounce_m(s.toe_off_s - s.contact_s, s.next_s - s.contact_s) for s in world.truth]
    assert median(found) == pytest.approx(median(true), rel=TOLERANCE)


@pytest.mark.parametrize("placement", list(Placement))
@settings(max_examples=25)
@given(cut=st.integers(1, 900))
def test_a_sample_is_the_same_in_any_block(placement: Placement, cut: int) -> None:
    steps, times = steady(0.25, 0.36), np.arange(1000) / 400
    whole = felt(placement, Side.LEFT, times, steps)
    parts = [felt(placement, Side.LEFT, part, steps) for part in (times[:cut], times[cut:])]
    assert np.array_equal(np.concatenate(parts), whole)


def test_the_trunk_carries_one_g_on_average_and_nothing_in_flight() -> None:
    steps = steady(0.25, 0.4)
    times = np.linspace(0.4, 2.0, 40_000, endpoint=False)
    up = felt(Placement.SACRUM, Side.BOTH, times, steps)[:, 2]
    assert up.mean() == pytest.approx(1, abs=0.04)
    assert abs(up[(times % 0.4 > 0.3) & (times % 0.4 < 0.39)]).max() < 0.01


@pytest.mark.parametrize(("placement", "late_s"), [(Placement.SHANK, 0.033), (Placement.FOOT, 0.012)])
def test_the_impact_peaks_after_contact_with_its_height(placement: Placement, late_s: float) -> None:
    times = np.arange(0.72, 0.82, 1e-4)
    force = felt(placement, Side.LEFT, times, steady(0.25, 0.36, impact_g=8))
    size = np.linalg.norm(force, axis=1)
    assert times[size.argmax()] - 0.72 == pytest.approx(late_s, abs=0.004)
    assert size.max() == pytest.approx(8 * (1.3 if placement is Placement.FOOT else 1), rel=0.06)


def test_a_leg_feels_its_own_contacts_only() -> None:
    times = np.arange(0.0, 3.0, 0.001)
    left = np.linalg.norm(felt(Placement.SHANK, Side.LEFT, times, steady(0.25, 0.36)), axis=1)
    of_left = left[(times > 2 * 0.36) & (times < 2 * 0.36 + 0.06)].max()
    of_right = left[(times > 3 * 0.36) & (times < 3 * 0.36 + 0.06)].max()
    assert of_left > 1.5 * of_right
