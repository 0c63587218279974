"""Targets as shares of the own baseline: looked up by speed, reached in stages, refused beyond reason."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.coach.baseline import Taking, added, at_speed
from controller.coach.goals import STAGE_SHARE, Ramp, nearer, resolve
from controller.coach.safety import cadence_ratio, refusal_of_targets, warnings
from controller.effects import Goals, Silence
from controller.items import Side
from controller.prescription import Baseline, Targets

NS = 10**9
SLOW = Baseline(speed_mps=2.5, cadence_spm=166.0, peak_left_g=6.0)
FAST = Baseline(speed_mps=3.0, cadence_spm=170.0, peak_left_g=7.0, clipped_share=0.02)


@pytest.mark.parametrize(
    ("speed_mps", "cadence_spm"),
    [
        (2.5, 166.0),
        (2.5 * 0.951, 166.0),  # just within 5 % of an assessed speed
        (2.5 * 0.949, None),  # just not
        (2.75, 168.0),  # halfway between two
        (3.0 * 1.049, 170.0),
        (3.0 * 1.051, None),
        (None, None),
    ],
)
def test_a_baseline_holds_near_its_speed_and_between_two(
    speed_mps: float | None, cadence_spm: float | None
) -> None:
    found = at_speed((FAST, SLOW), speed_mps)
    assert (found.cadence_spm if found else None) == pytest.approx(cadence_spm)


def test_between_two_what_one_lacks_is_not_known_and_the_worse_clipping_counts() -> None:
    found = at_speed((SLOW, FAST), 2.75)
    assert found is not None
    assert (found.peak_left_g, found.peak_right_g, found.clipped_share) == (6.5, None, 0.02)


def test_a_baseline_without_a_speed_holds_only_where_none_is_known() -> None:
    anywhere = Baseline(cadence_spm=160.0)
    assert at_speed((anywhere, SLOW), None) == anywhere
    assert at_speed((anywhere,), 2.5) is None


def test_a_new_baseline_takes_the_place_of_the_one_it_would_hold_for() -> None:
    again = Baseline(speed_mps=2.52, cadence_spm=165.0)
    assert added((SLOW, FAST), again) == (FAST, again)


@given(st.floats(100, 240), st.floats(100, 240))
def test_a_stage_never_exceeds_two_and_a_half_percent_and_arrives(start: float, goal: float) -> None:
    value, stages = start, 0
    while value != goal:
        following = nearer(value, goal)
        assert abs(following / value - 1) <= STAGE_SHARE + 1e-9
        value, stages = following, stages + 1
        assert stages < 50


def test_seven_and_a_half_percent_are_three_stages_held_while_feedback_is_given() -> None:
    ramp = Ramp()
    ramp.aim(1.075, 1.0)
    assert ramp.value == pytest.approx(1.025)
    assert (ramp.stage, ramp.stages) == (1, 3)
    ramp.pass_time(0, 30.0, active=True)
    assert not ramp.pass_time(29 * NS, 30.0, active=True)
    assert not ramp.pass_time(300 * NS, 30.0, active=False), "silence does not count"
    assert ramp.pass_time(301 * NS, 30.0, active=True)
    assert ramp.value == pytest.approx(1.025**2)
    ramp.pass_time(332 * NS, 30.0, active=True)
    assert ramp.value == pytest.approx(1.075)
    assert ramp.stage == 3


def test_targets_become_numbers_at_this_speed(kit: Any) -> None:
    targets = Targets(cadence_factor=1.075, impact_factor=0.8, bounce_factor=0.9, contact_asymmetry_percent=5)
    ramp = Ramp()
    ramp.aim(1.075, None)
    goals = resolve(targets, kit.own, ramp, impact_trusted=True)
    assert goals.cadence_spm == pytest.approx(178.45)
    assert goals.cadence_low_spm == pytest.approx(173.10, abs=0.01)
    assert goals.peak_left_g == pytest.approx(4.8)
    assert goals.peak_right_g == pytest.approx(5.12)
    assert goals.vertical_oscillation_m == pytest.approx(0.085 * 0.9 * 1.05)
    assert resolve(targets, kit.own, ramp, impact_trusted=False).peak_left_g is None, "the sensor has turned"
    clipped = msgspec.structs.replace(kit.own, clipped_share=0.051)
    assert resolve(targets, clipped, ramp, impact_trusted=True).peak_left_g is None
    assert resolve(targets, None, ramp, impact_trusted=True) == Goals(contact_asymmetry_percent=5)


@pytest.mark.parametrize(
    ("factor", "warned", "refused"),
    [(1.10, False, False), (1.101, True, False), (1.15, True, False), (1.151, True, True)],
)
def test_above_ten_percent_is_warned_and_above_fifteen_needs_a_reason(
    factor: float, *, warned: bool, refused: bool
) -> None:
    targets = Targets(cadence_factor=factor)
    assert bool(warnings(targets, (SLOW,))) is warned
    assert bool(refusal_of_targets(targets, (SLOW,), None)) is refused
    reasoned = Targets(cadence_factor=factor, override_reason="track athlete, short steps")
    assert refusal_of_targets(reasoned, (SLOW,), None) is None


def test_a_fixed_tempo_is_judged_against_the_slowest_baseline() -> None:
    assert cadence_ratio(Targets(cadence_spm=190), (SLOW, FAST)) == pytest.approx(190 / 166)
    assert cadence_ratio(Targets(cadence_spm=190), ()) is None


@pytest.mark.parametrize("share", [0.049, 0.051])
def test_no_impact_target_on_a_clipped_baseline(share: float) -> None:
    own = msgspec.structs.replace(SLOW, clipped_share=share)
    assert bool(refusal_of_targets(Targets(impact_factor=0.8), (own,), None)) is (share > 0.05)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "at least one target"),
        ({"cadence_spm": 170, "cadence_factor": 1.05}, "not both"),
    ],
)
def test_targets_that_contradict_themselves_are_refused(fields: dict[str, float], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        msgspec.convert(fields, Targets)


def feed(taking: Taking, kit: Any, from_s: float, to_s: float, speed_mps: float = 2.5) -> Any:
    found, at_s, side = None, from_s, Side.LEFT
    while at_s < to_s and found is None:
        made = kit.step(at_s, side, belt_speed_mps=speed_mps, peak_g=6.0 if side is Side.LEFT else 6.4)
        found = taking.step(made, speed_mps)
        at_s, side = at_s + 0.36, Side.RIGHT if side is Side.LEFT else Side.LEFT
    return found, at_s


def test_a_baseline_is_a_minute_of_one_speed(kit: Any) -> None:
    found, at_s = feed(Taking(), kit, 0, 90)
    assert 59.9 < at_s < 61
    assert found == Baseline(
        speed_mps=2.5,
        cadence_spm=166.0,
        peak_left_g=6.0,
        peak_right_g=6.4,
        vertical_oscillation_m=0.085,
        clipped_share=0.0,
    )


@pytest.mark.parametrize(
    ("speed_mps", "pause_s", "anew"), [(2.56, 0, False), (2.57, 0, True), (2.5, 2.1, True)]
)
def test_a_change_of_speed_or_a_pause_begins_the_minute_anew(
    kit: Any, speed_mps: float, pause_s: float, *, anew: bool
) -> None:
    taking = Taking()
    _, at_s = feed(taking, kit, 0, 40)
    found, ended_s = feed(taking, kit, at_s + pause_s, 200, speed_mps)
    assert found is not None
    assert (ended_s > 95) is anew


def test_a_session_without_a_baseline_takes_one_and_goes_on(kit: Any) -> None:
    coach = kit.coach(baselines=())
    assert Silence.NO_BASELINE in coach.silences(kit.conditions(1))
    coach.capture(NS)
    assert Silence.CAPTURING in coach.silences(kit.conditions(2))
    at_s, side = 2.0, Side.LEFT
    while coach.report(kit.conditions(at_s)).capture is not None:
        assert not coach.step(kit.step(at_s, side), kit.conditions(at_s)), "no cue colours a baseline"
        at_s, side = at_s + 0.36, Side.RIGHT if side is Side.LEFT else Side.LEFT
        assert at_s < 70
    assert coach.silences(kit.conditions(at_s)) == ()
    assert coach.goals(kit.conditions(at_s)).cadence_spm == pytest.approx(178.45)
