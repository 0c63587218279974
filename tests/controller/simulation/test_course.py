"""Seven simulated runners through the eight faded sessions and their probes (docs/courses.md)."""

import pytest

from controller.coach.fading import Kind
from controller.coach.presets import FADED_8
from controller.simulation.course import PEOPLE, Course, run_course

pytestmark = pytest.mark.slow
BAND = (166 * 1.075 * 0.97, 166 * 1.075 * 1.03)


@pytest.fixture(scope="module")
def courses() -> dict[str, Course]:
    return {person.name: run_course(person, FADED_8) for person in PEOPLE}


def kinds(course: Course) -> set[Kind]:
    return {proposal.kind for proposal in course.proposals if proposal is not None}


def quiet(course: Course) -> list[float]:
    return [share for visit in course.sessions if (share := visit.share(feedback=False)) is not None]


def test_feedback_fades_as_planned(courses: dict[str, Course]) -> None:
    for course in courses.values():
        with_feedback = [
            sum(r.feedback for r in visit.results) / len(visit.results) for visit in course.sessions
        ]
        assert with_feedback[:4] == [1.0] * min(4, len(with_feedback))
        assert all(not visit.results[-1].feedback for visit in course.sessions[4:]), (
            "each ends as a small probe"
        )
        assert all(not result.feedback for visit in course.probes for result in visit.results)


def test_who_learns_keeps_it_and_may_fade_sooner(courses: dict[str, Course]) -> None:
    fast = courses["fast learner"]
    assert min(quiet(fast)) > 90
    assert kinds(fast) == {Kind.FADE_SOONER}
    assert [visit.day for visit in fast.probes] == [23, 46, 106, 196, 381]
    assert all((visit.share(feedback=False) or 0) > 90 for visit in fast.probes)


def test_who_learns_slowly_is_in_band_with_feedback_alone_and_is_held(courses: dict[str, Course]) -> None:
    slow = courses["slow learner"]
    assert all((visit.share(feedback=True) or 0) > 75 for visit in slow.sessions)
    assert max(quiet(slow)) < 40
    assert kinds(slow) == {Kind.HOLD}
    assert all((visit.share(feedback=False) or 0) < 10 for visit in slow.probes)


def test_who_does_not_respond_is_held_from_the_first_session(courses: dict[str, Course]) -> None:
    own = courses["non-responder"]
    assert [proposal.kind if proposal else None for proposal in own.proposals] == [Kind.HOLD] * 8
    assert all(abs((visit.cadence_spm() or 0) - 166) < 1.5 for visit in own.sessions)


def test_who_overshoots_is_told_so_and_not_praised(courses: dict[str, Course]) -> None:
    over = courses["over-shooter"]
    assert all((visit.share(feedback=True) or 100) < 70 for visit in over.sessions)
    assert (over.sessions[0].cadence_spm() or 0) == pytest.approx(BAND[1], abs=2)


def test_a_limp_ends_the_cues_and_pauses_the_programme(courses: dict[str, Course]) -> None:
    limping = courses["limping"]
    assert len(limping.sessions) == 4
    assert limping.sessions[-1].pain_action == "end"
    assert [p.kind for p in limping.proposals if p] == [Kind.EASE]
    assert not limping.probes


def test_a_stop_in_the_middle_costs_nothing_but_its_minute(courses: dict[str, Course]) -> None:
    third = courses["stopping"].sessions[2]
    steps = [visit.results[0].steps for visit in courses["stopping"].sessions[:3]]
    assert (third.share(feedback=True) or 0) > 95
    assert steps[2] == pytest.approx(steps[1] * 19 / 17 - 177, rel=0.02)


def test_who_tires_leaves_the_band_late_in_the_long_sessions(courses: dict[str, Course]) -> None:
    tiring = courses["tiring"]
    last = [r.cadence_spm or 0 for r in tiring.sessions[-1].results if not r.feedback]
    assert last[0] > BAND[0] > last[-1]
    assert quiet(tiring)[-1] < quiet(tiring)[0] - 20
