"""Proposals: each with a case that trips it and one that just does not; accepted, a new version."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.checked import checked
from controller.coach.fading import Kind, Proposal, SessionOutcome, applied, propose
from controller.coach.presets import BY_DISTANCE, FADED_8, PRESETS, WALK_RUN_6
from controller.coach.programme import MOST_SESSIONS, Programme
from controller.prescription import StopWord

FINE = SessionOutcome(
    number=6,
    feedback_in_band_percent=75,
    quiet_in_band_percent=70,
    pain_before=1,
    pain_during=2,
    pain_24h=1,
    calf_24h=1,
)


def outcome(**changes: object) -> SessionOutcome:
    return msgspec.structs.replace(FINE, **changes)


def proposed(*history: SessionOutcome) -> Kind | None:
    found = propose(FADED_8, history)
    return None if found is None else found.kind


def test_nothing_to_say() -> None:
    assert propose(FADED_8, ()) is None
    assert proposed(FINE) is None


@pytest.mark.parametrize(
    ("trips", "does_not", "kind"),
    [
        (
            {"pain_during": 4, "pain_before": 3, "pain_24h": 3},
            {"pain_during": 3, "pain_before": 2},
            Kind.EASE,
        ),
        ({"pain_during": 6}, {}, Kind.EASE),
        ({"pain_during": 3}, {"pain_during": 2}, Kind.EASE),  # two more than before the run
        ({"stop_word": StopWord.LIMP}, {"stop_word": None}, Kind.EASE),
        ({"pain_24h": 3}, {"pain_24h": 1}, Kind.EASE),
        ({"pain_24h": 2}, {"pain_24h": 1}, Kind.HOLD),
        ({"calf_24h": 4}, {"calf_24h": 3}, Kind.HOLD),
        ({"quiet_in_band_percent": 49.9}, {"quiet_in_band_percent": 50.0}, Kind.HOLD),
        ({"feedback_in_band_percent": 59.9}, {"feedback_in_band_percent": 60.0}, Kind.HOLD),
        ({"pain_24h": None}, {}, Kind.WAIT_FOR_ANSWER),
        ({"calf_24h": None}, {}, Kind.WAIT_FOR_ANSWER),
        ({"number": 7, "calf_24h": None}, {"number": 8, "calf_24h": None}, Kind.WAIT_FOR_ANSWER),
    ],
)
def test_each_proposal_has_its_edge(
    trips: dict[str, object], does_not: dict[str, object], kind: Kind
) -> None:
    assert proposed(outcome(**trips)) is kind
    assert proposed(outcome(**does_not)) is None


def good(number: int, percent: float | None = 80.0) -> SessionOutcome:
    return outcome(number=number, quiet_in_band_percent=percent)


def test_two_good_quiet_sessions_fade_sooner() -> None:
    assert proposed(good(5), good(6)) is Kind.FADE_SOONER
    assert proposed(good(5), good(6, 79.9)) is None
    assert proposed(good(5, 79.9), good(6)) is None
    assert proposed(good(5, None), good(6)) is None
    assert proposed(good(6)) is None


def test_nothing_is_left_to_fade() -> None:
    assert proposed(good(6), good(7)) is None  # the last session has nothing after it to take over
    assert proposed(good(7), good(8)) is None
    assert proposed(good(1), good(2)) is None  # full feedback next, and full feedback after it
    for programme in (BY_DISTANCE, WALK_RUN_6):
        assert propose(programme, (good(3), good(4))) is None


def test_care_goes_before_progress() -> None:
    history = (good(5), good(6))
    assert proposed(history[0], outcome(quiet_in_band_percent=90, pain_24h=None)) is Kind.WAIT_FOR_ANSWER
    assert proposed(history[0], outcome(quiet_in_band_percent=90, calf_24h=5)) is Kind.HOLD
    assert proposed(outcome(quiet_in_band_percent=40, pain_during=5)) is Kind.EASE
    assert proposed(outcome(quiet_in_band_percent=40, pain_24h=None)) is Kind.HOLD


def test_a_proposal_says_why_and_from_where() -> None:
    low = propose(FADED_8, [outcome(quiet_in_band_percent=42)])
    assert low is not None
    assert low.sentence.startswith("42 % of the steps without feedback were in band, less than 50 %.")
    assert "our choice" in low.source
    pain = propose(FADED_8, [outcome(stop_word=StopWord.SHARP_PAIN)])
    assert pain is not None
    assert "sharp pain. The programme pauses until you have seen the runner." in pain.sentence
    assert "Vincent 2017" in pain.source
    sooner = propose(FADED_8, [good(4), good(5)])
    assert sooner is not None
    assert "Take session 6 with 25 % feedback instead of 50 %" in sooner.sentence


def accepted(programme: Programme, *history: SessionOutcome) -> Programme:
    found = propose(programme, history)
    assert found is not None
    return applied(programme, found)


def shape(programme: Programme) -> list[tuple[float | None, float | None]]:
    return [(session.minutes, session.feedback_percent) for session in programme.sessions]


def test_a_hold_repeats_the_session_and_keeps_the_rest() -> None:
    new = accepted(FADED_8, outcome(quiet_in_band_percent=30))
    assert shape(new) == [*shape(FADED_8)[:6], (26, 50), (28, 25), (30, 10)]
    assert [session.number for session in new.sessions] == list(range(1, 10))
    assert new.version == 2


def test_easing_is_shorter_then_the_same_again() -> None:
    new = accepted(FADED_8, outcome(pain_during=5))
    assert shape(new)[5:] == [(26, 50), (20.8, 50), (26, 50), (28, 25), (30, 10)]
    walk = accepted(WALK_RUN_6, outcome(number=2, pain_during=5))
    assert walk.sessions[2].distance_m == 1287.5
    assert walk.sessions[3] == msgspec.structs.replace(WALK_RUN_6.sessions[1], number=4)


def test_fading_sooner_moves_the_shares_and_keeps_the_minutes() -> None:
    new = accepted(FADED_8, good(4), good(5))
    assert shape(new)[4:] == [(24, 75), (26, 25), (28, 10), (30, 10)]
    assert FADED_8.version == 1


def test_what_cannot_be_accepted_is_said() -> None:
    hold = propose(FADED_8, [outcome(quiet_in_band_percent=30)])
    assert hold is not None
    new = applied(FADED_8, hold)
    with pytest.raises(ValueError, match="for faded_8 version 1; this is faded_8 version 2"):
        applied(new, hold)
    with pytest.raises(ValueError, match="waits for an answer"):
        accepted(FADED_8, outcome(pain_24h=None))
    full = msgspec.structs.replace(
        FADED_8,
        sessions=tuple(
            msgspec.structs.replace(FADED_8.sessions[0], number=n) for n in range(1, MOST_SESSIONS + 1)
        ),
    )
    with pytest.raises(ValueError, match="at most 60 sessions"):
        accepted(full, outcome(quiet_in_band_percent=30))
    with pytest.raises(ValueError, match="no session 9"):
        propose(FADED_8, [outcome(number=9)])


SCORES = st.none() | st.integers(0, 10)
SHARES = st.none() | st.floats(0, 100)


@given(
    st.sampled_from(list(PRESETS.values())),
    st.lists(st.tuples(SHARES, SHARES, SCORES, SCORES, SCORES, SCORES), min_size=1, max_size=6),
)
def test_whatever_is_accepted_is_a_programme(programme: Programme, told: list[tuple[object, ...]]) -> None:
    history = [made(number, row) for number, row in enumerate(told, 1)]
    found = propose(programme, history)
    if found is None or found.kind is Kind.WAIT_FOR_ANSWER:
        return
    assert isinstance(found, Proposal)
    new = applied(programme, found)
    assert checked(msgspec.to_builtins(new), Programme, "x") == new
    assert new.sessions[: len(history)] == programme.sessions[: len(history)]


def made(number: int, row: tuple[object, ...]) -> SessionOutcome:
    names = ("feedback_in_band_percent", "quiet_in_band_percent", "pain_before", "pain_during", "pain_24h")
    values = dict(zip((*names, "calf_24h"), row, strict=True))
    return msgspec.structs.replace(SessionOutcome(number=number), **values)
