"""Programmes: exact feedback minutes, a quiet end, distances, walks, days, and the presets' promises."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.coach.outline import bar, outline
from controller.coach.presets import (
    BRAMAH_1,
    BY_DISTANCE,
    CLANSEY_6,
    FADED_8,
    MILE_M,
    OUR_CHOICE,
    PRESETS,
    WALK_RUN_6,
)
from controller.coach.programme import (
    MOST_BLOCKS,
    WALK_MPS,
    PlannedSession,
    ProbeVisit,
    Programme,
    WalkRun,
    blocks,
    dates,
    probe_blocks,
    probe_dates,
)
from controller.prescription import Activity, Block, Probe

SPEED_MPS = 10 / 3.6
MONDAY = date(2026, 3, 2)


def feedback_min(made: tuple[Block, ...]) -> float:
    return sum(block.duration_s for block in made if block.feedback) / 60


def whole_s(made: tuple[Block, ...]) -> float:
    return sum(block.duration_s for block in made)


def shared(minutes: float, percent: float) -> PlannedSession:
    return PlannedSession(number=1, minutes=minutes, feedback_percent=percent)


@pytest.mark.parametrize(
    ("preset", "minutes"),
    [
        (FADED_8, [15, 17, 19, 21, 18, 13, 7, 3]),
        (CLANSEY_6, [20] * 6),
        (BRAMAH_1, [30, *[30] * 3, *[15] * 3, *[7.5] * 3, *[3] * 3]),
        (BY_DISTANCE, [5, 5, 5, 3, 3, 3, 3, 0, 3, 0, 0, 0]),
    ],
    ids=lambda value: value.name if isinstance(value, Programme) else "",
)
def test_the_presets_give_exactly_so_much_feedback(preset: Programme, minutes: list[float]) -> None:
    assert [feedback_min(blocks(session, SPEED_MPS)) for session in preset.sessions] == minutes


def test_the_canonical_programme_runs_three_hours() -> None:
    assert sum(whole_s(blocks(session)) for session in FADED_8.sessions) == 180 * 60


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_a_faded_session_ends_without_feedback(preset: Programme) -> None:
    for session in preset.sessions:
        made = blocks(session, SPEED_MPS)
        if session.feedback_percent != 100:
            assert not made[-1].feedback
            assert made[-1].probe == (Probe.RETENTION if len(made) > 1 else None)
        if session.minutes is not None:
            assert whole_s(made) == session.minutes * 60


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_each_preset_says_what_is_our_choice_and_probes_for_a_year(preset: Programme) -> None:
    assert OUR_CHOICE in preset.source
    assert [visit.days_after_end for visit in preset.probes] == [0, 7, 30, 90, 180, 365]
    assert all(Probe.RETENTION in visit.kinds for visit in preset.probes)


def test_above_half_the_stretches_without_take_a_minute() -> None:
    made = blocks(shared(24, 75))
    assert [block.duration_s for block in made] == [180, 60] * 6
    assert [block.feedback for block in made] == [True, False] * 6


def test_up_to_half_the_stretches_with_feedback_take_a_minute() -> None:
    assert [block.duration_s for block in blocks(shared(30, 10))] == [60, 540] * 3
    assert blocks(shared(20, 0)) == (Block(duration_s=1200, feedback=False),)
    assert blocks(shared(20, 100)) == (Block(duration_s=1200),)


@given(st.floats(1, 240), st.floats(0, 100))
def test_any_share_is_exact_to_the_second(minutes: float, percent: float) -> None:
    made = blocks(shared(minutes, percent))
    whole = round(minutes * 60)
    assert whole_s(made) == whole
    assert len(made) <= MOST_BLOCKS
    assert all(block.duration_s >= 1 for block in made)
    assert all(one.feedback != other.feedback for one, other in pairwise(made))
    if 0 < percent < 100:
        assert abs(feedback_min(made) * 60 - whole * percent / 100) <= 1
        assert not made[-1].feedback


def test_by_distance_a_minute_begins_at_each_mark() -> None:
    session = PlannedSession(number=1, distance_m=2000, feedback_every_m=500)
    made = blocks(session, 2.5)
    assert [block.duration_s for block in made] == [200, 60, 140, 60, 140, 60, 140]
    assert [block.feedback for block in made] == [False, True] * 3 + [False]


def test_a_mark_too_near_the_end_is_left_out() -> None:
    session = PlannedSession(number=1, minutes=10, feedback_every_m=1000)
    assert feedback_min(blocks(session, 1000 / 539)) == 1
    assert feedback_min(blocks(session, 1000 / 540)) == 0


@pytest.mark.parametrize(
    ("session", "speed_mps", "walk_mps", "sentence"),
    [
        (BY_DISTANCE.sessions[0], None, WALK_MPS, "Session 1 counts in metres: give the belt's speed."),
        (BY_DISTANCE.sessions[0], 0.0, WALK_MPS, "give the belt's speed"),
        (BY_DISTANCE.sessions[0], 9.0, WALK_MPS, "500 m take 56 s, no longer than the minute"),
        (WALK_RUN_6.sessions[0], 2.5, None, "give the walking speed"),
        (PlannedSession(number=3, distance_m=50_000, feedback_percent=0), 2.5, 1.0, "more than 4 hours"),
        (
            PlannedSession(number=3, minutes=200, feedback_percent=0, walk_run=WalkRun(walk_s=60, run_s=30)),
            None,
            None,
            "more than 100 blocks",
        ),
    ],
)
def test_what_cannot_be_run_is_said(
    session: PlannedSession, speed_mps: float | None, walk_mps: float | None, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        blocks(session, speed_mps, walk_mps)


@given(st.sampled_from(WALK_RUN_6.sessions[:10]), st.floats(1.5, 5), st.floats(0.5, 2))
def test_walk_and_run_take_turns_until_the_distance_is_covered(
    session: PlannedSession, run_mps: float, walk_mps: float
) -> None:
    made = blocks(session, run_mps, walk_mps)
    assert [block.activity for block in made[:2]] == [Activity.WALK, Activity.RUN]
    assert all(one.activity != other.activity for one, other in pairwise(made))
    assert not any(block.feedback for block in made if block.activity is Activity.WALK)
    assert all(block.feedback for block in made if block.activity is Activity.RUN)
    mps = {Activity.WALK: walk_mps, Activity.RUN: run_mps}
    covered_m = sum(block.duration_s * mps[block.activity] for block in made)
    assert session.distance_m is not None
    assert -1e-3 <= covered_m - session.distance_m <= max(mps.values())


def test_walk_and_run_by_minutes_fill_the_minutes() -> None:
    turn = WalkRun(walk_s=120, run_s=180)
    session = PlannedSession(number=1, minutes=8, feedback_percent=0, walk_run=turn)
    assert [block.duration_s for block in blocks(session)] == [120, 180, 120, 60]


def test_the_walk_run_phases_are_those_of_the_table() -> None:
    found = [
        (s.walk_run and (s.walk_run.walk_s / 60, s.walk_run.run_s / 60), s.distance_m, s.rpe)
        for s in WALK_RUN_6.sessions
    ]
    miles = [round(miles * MILE_M, 3) for miles in (1, 1.5, 1.5, 2, 2, 2)]
    turns = [(2, 3), (2, 3), (2, 4), (2, 4), (1, 4), None]
    assert found[::2] == found[1::2] == list(zip(turns, miles, (3, 3, 4, 4, 5, 5), strict=True))
    assert WALK_RUN_6.min_rest_h == 48


def test_a_probe_visit_warms_up_and_asks_retention_first() -> None:
    made = probe_blocks((Probe.DISTRACTION, Probe.RETENTION, Probe.RECALL))
    assert [block.duration_s for block in made] == [300, 120, 120, 120]
    assert [block.probe for block in made] == [None, Probe.RETENTION, Probe.RECALL, Probe.DISTRACTION]
    assert not any(block.feedback for block in made)


def days(*numbers: int) -> tuple[date, ...]:
    return tuple(MONDAY + timedelta(days=number) for number in numbers)


def test_four_a_week_are_two_weeks() -> None:
    assert dates(FADED_8, MONDAY) == days(0, 1, 2, 3, 7, 8, 9, 10)
    assert dates(FADED_8, MONDAY, pain=2) == days(0, 1, 2, 3, 7, 8, 9, 10)


def test_with_pain_the_first_week_rests_two_days() -> None:
    assert dates(FADED_8, MONDAY, pain=3) == days(0, 2, 4, 6, 8, 9, 11, 13)


def test_a_programme_with_longer_rest_keeps_it() -> None:
    assert dates(CLANSEY_6, MONDAY) == days(0, 2, 7, 9, 14, 16)
    assert dates(WALK_RUN_6, MONDAY)[:7] == days(0, 2, 4, 7, 9, 11, 14)


def test_the_rest_follows_from_the_sessions_that_were() -> None:
    held = days(0, 3)
    found = dates(FADED_8, MONDAY + timedelta(days=5), held=held)
    assert found == days(0, 3, 5, 6, 7, 10, 12, 13)
    assert dates(FADED_8, MONDAY, held=dates(FADED_8, MONDAY)) == dates(FADED_8, MONDAY)


@given(st.sampled_from(list(PRESETS.values())), st.integers(0, 10))
def test_no_seven_days_hold_too_many(programme: Programme, pain: int) -> None:
    found = dates(programme, MONDAY, pain)
    for day in found:
        assert sum(0 <= (other - day).days < 7 for other in found) <= programme.per_week
    assert all((other - one).days * 24 >= programme.min_rest_h for one, other in pairwise(found))


def test_probes_count_from_the_last_session() -> None:
    assert probe_dates(FADED_8, MONDAY) == days(0, 7, 30, 90, 180, 365)


def test_contradictions_are_refused() -> None:
    turn = WalkRun(walk_s=60, run_s=60)
    with pytest.raises(ValueError, match="either minutes or distance_m"):
        PlannedSession(number=1, feedback_percent=0)
    with pytest.raises(ValueError, match="either feedback_percent or feedback_every_m"):
        PlannedSession(number=1, minutes=10, feedback_percent=10, feedback_every_m=500)
    with pytest.raises(ValueError, match="100 or 0"):
        PlannedSession(number=1, minutes=10, feedback_percent=50, walk_run=turn)
    with pytest.raises(ValueError, match="stands once"):
        ProbeVisit(days_after_end=1, kinds=(Probe.RECALL, Probe.RECALL))


def test_a_bar_is_a_sign_a_minute() -> None:
    assert bar(blocks(FADED_8.sessions[6])) == "#...#...#...#...#...#...#..."
    assert bar(blocks(WALK_RUN_6.sessions[0], SPEED_MPS)) == "ww###ww###ww#"


def test_an_outline_without_speed_says_how_to_get_the_bars() -> None:
    lines = outline(WALK_RUN_6)
    assert any("walk 120 s, run 180 s in turn" in line and "RPE 3." in line for line in lines)
    assert any("--speed" in line for line in lines)
    assert not any("--speed" in line for line in outline(WALK_RUN_6, SPEED_MPS) + outline(FADED_8))
    assert any("tone each 5 strides" in line for line in outline(CLANSEY_6))
