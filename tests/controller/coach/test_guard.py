"""The guard before the players holds back what the coach should never have said."""

from typing import Any

import msgspec
import pytest

from controller.coach.guard import Guard
from controller.cues import Citation, Cue, CueKind
from controller.effects import Answer, Effect
from controller.items import Command, Order, ReportPain, SetMute, Side, StationSetup, ToggleMute
from controller.prescription import Block, Sham, StopWord

NS = 10**9
YES = Answer(request_id="r", accepted=True)


def told(kit: Any, **changes: Any) -> Guard:
    guard = Guard(StationSetup(sensors=()))
    command(guard, kit.order(**changes), 0)
    guard.passed(command_item(0), [kit.step(5.0)])
    return guard


def command_item(at_s: float) -> Command:
    return Command(time_ns=round(at_s * NS), request_id="r", order=SetMute(muted=False))


def command(guard: Guard, order: Order, at_s: float, *, accepted: bool = True) -> None:
    answer = msgspec.structs.replace(YES, accepted=accepted)
    guard.passed(Command(time_ns=round(at_s * NS), request_id="r", order=order), [answer])


def cue(kind: CueKind, shown: float, text: str = "", cites: dict[str, Any] | None = None) -> Cue:
    made = {
        "contact_ns": round(4.6 * NS),
        "decided_ns": 5 * NS,
        "measure": "cadence_spm",
        "value": 165.0,
        "limit": 173.0,
        **(cites or {}),
    }
    return Cue(due_ns=5 * NS, kind=kind, value=shown, text=text, cites=Citation(**made))


def passes(guard: Guard, told_cue: Cue) -> bool:
    held = guard.held_back
    effects: list[Effect] = guard.passed(command_item(5), [told_cue])
    assert guard.held_back - held == (not effects)
    return bool(effects)


TOO_HARD = {"measure": "peak_left_g", "value": 6.0, "limit": 4.8}


@pytest.mark.parametrize(
    ("told_cue", "right"),
    [
        (cue(CueKind.QUICKER, -8.0), True),
        (cue(CueKind.QUICKER, 8.0), False),
        (cue(CueKind.SLOWER, -8.0), False),
        (cue(CueKind.SLOWER, 8.0, cites={"value": 190.0, "limit": 184.0}), True),
        (cue(CueKind.TONE_LEFT, 25.0, cites=TOO_HARD), True),
        (cue(CueKind.TONE_RIGHT, 25.0, cites=TOO_HARD), False),
        (cue(CueKind.TONE_LEFT, 25.0, cites={**TOO_HARD, "value": 4.0}), False),
        (cue(CueKind.SAY, 0.0, "en/quicker"), True),
        (cue(CueKind.SAY, 0.0, "en/slower"), False),
        (cue(CueKind.LIGHT, -1.0), True),
        (cue(CueKind.LIGHT, 1.0), False),
        (cue(CueKind.LIGHT, 0.0), False),
        (cue(CueKind.QUICKER, -8.0, cites={"contact_ns": 1}), False),
        (msgspec.structs.replace(cue(CueKind.QUICKER, -8.0), cites=None), False),
        (msgspec.structs.replace(cue(CueKind.QUICKER, -8.0), due_ns=round(5.6 * NS)), False),
        (Cue(due_ns=5 * NS, kind=CueKind.CLICK, value=178.0), True),
        (Cue(due_ns=5 * NS, kind=CueKind.LIGHT, value=9.0), True),
    ],
)
def test_a_cue_agrees_in_sign_with_a_step_that_was_seen(kit: Any, told_cue: Cue, *, right: bool) -> None:
    assert passes(told(kit), told_cue) is right


@pytest.mark.parametrize(
    ("order", "accepted", "silent"),
    [
        (SetMute(muted=True), True, True),
        (SetMute(muted=True), False, False),
        (ToggleMute(), True, True),
        (ToggleMute(), False, False),
        (ReportPain(score=6), True, True),
        (ReportPain(score=5), True, False),
        (ReportPain(word=StopWord.LIMP), True, True),
    ],
)
def test_nothing_corrective_passes_while_muted_or_after_pain(
    kit: Any, order: Order, *, accepted: bool, silent: bool
) -> None:
    guard = told(kit)
    command(guard, order, 4.9, accepted=accepted)
    assert passes(guard, cue(CueKind.QUICKER, -8.0)) is not silent
    assert passes(guard, Cue(due_ns=5 * NS, kind=CueKind.CLICK, value=178.0)) is not silent
    assert passes(guard, Cue(due_ns=5 * NS, kind=CueKind.SAY, value=0.0, text="en/press_stop"))


def test_nothing_corrective_passes_in_a_block_without_feedback_or_outside_a_session(kit: Any) -> None:
    guard = told(kit, blocks=(Block(duration_s=600, feedback=False),))
    assert not passes(guard, cue(CueKind.QUICKER, -8.0))
    assert not passes(Guard(StationSetup(sensors=())), cue(CueKind.QUICKER, -8.0))


def test_a_sham_needs_no_agreement_but_obeys_the_mute(kit: Any) -> None:
    guard = told(kit, sham=Sham(role="researcher", trial_consent="form 3", of_session="s-2"))
    lie = Cue(due_ns=5 * NS, kind=CueKind.SLOWER, value=8.0)
    assert passes(guard, lie)
    command(guard, SetMute(muted=True), 4.9)
    assert not passes(guard, lie)


def test_the_side_of_the_cited_leg_is_its_own(kit: Any) -> None:
    assert passes(told(kit), cue(CueKind.TONE_LEFT, 25.0, cites=TOO_HARD))
    assert kit.step(5.0).side is Side.LEFT
