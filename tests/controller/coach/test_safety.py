"""Every row of the stale table and every safety rule: one case that trips it, one that just does not."""

import re
from pathlib import Path
from typing import Any

import pytest

from controller.coach import safety
from controller.coach.safety import PainAction
from controller.coach.speed import TypedSpeed
from controller.cues import CancelCues, Cue, CueKind
from controller.effects import Silence
from controller.items import ReportPain, Side
from controller.prescription import Block, Contraindication, CueModes, StopWord, Targets

NS = 10**9
DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize(
    ("changes", "silence", "silent"),
    [
        ({"sensor_lost": True}, Silence.SENSOR_LOST, True),
        ({"sensor_lost": False}, Silence.SENSOR_LOST, False),
        ({"sure": False}, Silence.UNSURE, True),
        ({"mode": "walking"}, Silence.NOT_RUNNING, True),
        ({"mode": "standing"}, Silence.NOT_RUNNING, True),
        ({"belt_speed_mps": None}, Silence.NO_SPEED, True),
        ({"belt_speed_mps": 2.5 * 1.049}, Silence.NO_BASELINE, False),
        ({"belt_speed_mps": 2.5 * 1.051}, Silence.NO_BASELINE, True),
    ],
)
def test_each_row_of_the_table(kit: Any, changes: dict[str, Any], silence: Silence, *, silent: bool) -> None:
    coach = kit.coach()
    now = kit.conditions(5, 160.0, **changes)
    assert coach.silences(now) == ((silence,) if silent else ())
    told = [*coach.step(kit.step(5), now), *coach.act(now)]
    assert bool([c for c in told if isinstance(c, Cue) and c.kind is CueKind.QUICKER]) is not silent


def test_a_fixed_tempo_needs_neither_belt_nor_baseline(kit: Any) -> None:
    coach = kit.coach(targets=Targets(cadence_spm=178), baselines=())
    assert coach.silences(kit.conditions(5, belt_speed_mps=None)) == ()


@pytest.mark.parametrize(("at_s", "silent"), [(9.99, False), (10.0, True), (19.99, True), (20.0, False)])
def test_a_block_without_feedback_begins_and_ends_on_its_second(
    kit: Any, at_s: float, *, silent: bool
) -> None:
    blocks = (Block(duration_s=10), Block(duration_s=10, feedback=False), Block(duration_s=10))
    coach = kit.coach(blocks=blocks)
    assert (Silence.NO_FEEDBACK in coach.silences(kit.conditions(at_s))) is silent


def test_a_mute_is_at_once_and_can_be_taken_back(kit: Any) -> None:
    coach = kit.coach()
    coach.act(kit.conditions(1))
    told = coach.set_mute(2 * NS, muted=True)
    assert [t.from_ns for t in told if isinstance(t, CancelCues)] == [2 * NS]
    assert coach.silences(kit.conditions(2)) == (Silence.MUTED,)
    coach.set_mute(3 * NS, muted=False)
    assert coach.silences(kit.conditions(3)) == ()


@pytest.mark.parametrize(
    ("score", "word", "before", "action"),
    [
        (3, None, None, PainAction.GO_ON),
        (4, None, None, PainAction.EASE_OFF),
        (5, None, 4, PainAction.EASE_OFF),
        (6, None, 5, PainAction.END),
        (3, None, 2, PainAction.GO_ON),
        (3, None, 1, PainAction.END),
        (None, None, 3, PainAction.GO_ON),
        *[(0, word, 0, PainAction.END) for word in StopWord],
    ],
)
def test_pain_during_the_run(
    score: int | None, word: StopWord | None, before: int | None, action: PainAction
) -> None:
    assert safety.during(score, word, before) is action


def test_pain_that_ends_the_cues_stays_and_tells_the_runner_what_to_press(kit: Any) -> None:
    coach = kit.coach(cues=CueModes(), pain_before=2)
    coach.act(kit.conditions(1))
    told = coach.report_pain(ReportPain(score=6), 2 * NS)
    assert [t.text for t in told if isinstance(t, Cue) and t.kind is CueKind.SAY] == ["en/press_stop"]
    assert any(isinstance(t, CancelCues) for t in told)
    coach.report_pain(ReportPain(score=0), 3 * NS)
    assert coach.silences(kit.conditions(4)) == (Silence.PAIN,), "only a new session ends it"
    assert not [t for t in coach.act(kit.conditions(4)) if isinstance(t, Cue)]


def test_a_four_asks_the_runner_to_ease_off_and_the_cues_go_on(kit: Any) -> None:
    coach = kit.coach(cues=CueModes(speech=True))
    told = coach.report_pain(ReportPain(score=4), 2 * NS)
    assert [t.text for t in told if isinstance(t, Cue)] == ["en/ease_off"]
    assert coach.silences(kit.conditions(3)) == ()
    assert coach.report(kit.conditions(3)).pain_action == "ease off"


@pytest.mark.parametrize(("score", "refused"), [(None, False), (3, False), (4, True)])
def test_pain_before_the_run_needs_a_clinicians_reason(kit: Any, score: int | None, *, refused: bool) -> None:
    plain = {"targets": Targets(cadence_factor=1.05), "pain_before": score}
    assert bool(safety.refusal_of_start(kit.order(**plain))) is refused
    assert safety.refusal_of_start(kit.order(**plain, confirmed="seen, warm-up only")) is None
    impact = kit.order(pain_before=4, confirmed="seen, warm-up only")
    assert "impact" in (safety.refusal_of_start(impact) or ""), "and then no impact is trained"


@pytest.mark.parametrize(
    ("planned", "longest", "warned"),
    [(5.5, 5.0, False), (5.51, 5.0, True), (20.0, None, False), (3.0, 0.0, False)],
)
def test_a_run_much_longer_than_the_longest_is_warned_of(
    planned: float, longest: float | None, *, warned: bool
) -> None:
    assert bool(safety.load_warning(safety.Load(planned, longest))) is warned


@pytest.mark.parametrize(
    ("before", "after", "calf", "held"),
    [(2, 2, 3, False), (2, 3, 3, True), (2, 2, 4, True), (2, None, 0, True), (2, 0, None, True)],
)
def test_progress_waits_for_the_24_hour_answer_and_for_a_quiet_calf(
    before: int, after: int | None, calf: int | None, *, held: bool
) -> None:
    assert bool(safety.progress_held(before, after, calf)) is held


@pytest.mark.parametrize("entry", list(Contraindication))
def test_a_ticked_entry_of_the_check_list_needs_a_reason(kit: Any, entry: Contraindication) -> None:
    plain = {"targets": Targets(cadence_factor=1.05), "contraindications": (entry,)}
    assert safety.CONTRAINDICATIONS[entry] in (safety.refusal_of_start(kit.order(**plain)) or "")
    assert safety.refusal_of_start(kit.order(**plain, confirmed="cleared yesterday")) is None
    assert safety.refusal_of_start(kit.order(targets=plain["targets"])) is None


def test_a_sore_calf_is_not_taught_to_land_softer(kit: Any) -> None:
    calf = {"contraindications": (Contraindication.CALF_HISTORY,), "confirmed": "old, healed"}
    assert "calf" in (safety.refusal_of_start(kit.order(**calf)) or "")
    heart = {"contraindications": (Contraindication.HEART,), "confirmed": "cleared"}
    assert safety.refusal_of_start(kit.order(**heart)) is None


def test_a_sham_needs_a_researcher(kit: Any) -> None:
    from controller.prescription import Sham

    asked = Sham(role="clinician", trial_consent="trial 7, form 3", of_session="s-1")
    assert "researcher" in (safety.refusal_of_start(kit.order(sham=asked)) or "")


def jumps(kit: Any, cadence_spm: float, contact_time_s: float) -> bool:
    typed = TypedSpeed(2.5)
    for number in range(60):
        changed = {"cadence_spm": cadence_spm, "contact_time_s": contact_time_s} if number >= 30 else {}
        typed.step(kit.step(number * 0.36, Side.LEFT, **changed))
    return typed.doubted


@pytest.mark.parametrize(
    ("cadence_spm", "contact_time_s", "doubted"),
    [
        (166 * 1.039, 0.26, False),
        (166 * 1.041, 0.26, True),
        (166, 0.26 * 0.941, False),
        (166, 0.26 * 0.939, True),
    ],
)
def test_a_typed_speed_is_asked_again_when_the_steps_jump(
    kit: Any, cadence_spm: float, contact_time_s: float, *, doubted: bool
) -> None:
    assert jumps(kit, cadence_spm, contact_time_s) is doubted


def test_a_stage_of_the_ramp_does_not_raise_the_question(kit: Any) -> None:
    assert not jumps(kit, 166 * 1.025, 0.26 * 0.98)


def test_a_typed_speed_makes_the_shares_hold_where_there_is_no_belt(kit: Any) -> None:
    blind = {"has_belt": False, "belt_speed_mps": None}
    coach = kit.coach()
    assert coach.silences(kit.conditions(1, **blind)) == (Silence.NO_BASELINE,)
    coach.set_speed(2.5)
    assert coach.silences(kit.conditions(2, **blind)) == ()
    assert coach.goals(kit.conditions(2, **blind)).cadence_spm == pytest.approx(178.45)


def test_the_rules_in_the_docs_are_the_rules_of_the_code() -> None:
    rows = re.findall(
        r"^\| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", (DOCS / "safety-rules.md").read_text(), re.MULTILINE
    )
    assert rows[1:] == [tuple(rule) for rule in safety.RULES]


def test_every_screen_that_ends_cues_names_the_treadmills_own_stop(kit: Any) -> None:
    ends = [rule for rule in safety.RULES if "corrective cues end" in rule.then]
    assert len(ends) == 2
    assert all(safety.PRESS_STOP in rule.then for rule in ends)
