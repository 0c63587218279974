"""PURE: what a person filled in becomes an order, or a sentence that says what to change."""

from collections.abc import Mapping
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta

from controller.checked import BadInputError, checked
from controller.effects import SessionReport
from controller.items import (
    Block,
    CueModes,
    Mark,
    Note,
    Order,
    Pseudonym,
    SessionId,
    SetCues,
    SetMute,
    SetTargets,
    StartSession,
    Targets,
)

T = TypeVar("T")
Cadence = Annotated[float, Meta(ge=100, le=240)]
Band = Annotated[float, Meta(ge=1, le=10)]
FADED_ON_S = FADED_OFF_S = 60.0  # blocks of one minute on, one minute off


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of what forms may hold."""


class StartForm(Form, frozen=True):
    """The start of a session; a box that is not ticked does not come."""

    runner: Pseudonym
    target_cadence: Cadence
    band_percent: Band = 3.0
    minutes: Annotated[float, Meta(ge=1, le=240)] = 20.0
    feedback: Literal["all", "faded"] = "all"
    baseline_cadence: Cadence | None = None
    click: bool = False
    beep: bool = False
    light: bool = False


class TargetForm(Form, frozen=True):
    """A new target, or a nudge of the one the station has."""

    target_cadence: Cadence | None = None
    nudge: Annotated[float, Meta(ge=-5, le=5)] | None = None
    band_percent: Band | None = None


class CuesForm(Form, frozen=True):
    """Cue modes; what is absent stays as it is."""

    click: bool | None = None
    beep: bool | None = None
    light: bool | None = None
    open_loop: bool | None = None


class MuteForm(Form, frozen=True):
    """Mute or not."""

    muted: bool


class MarkForm(Form, frozen=True):
    """A mark with a few words."""

    note: Note = ""


def _read(form: Mapping[str, str], wanted: type[T]) -> T:
    """The form as typed values; a sentence about a field names it as the page does."""
    try:
        return checked(_filled(form), wanted, "The form", strict=False)
    except BadInputError as problem:
        raise BadInputError(str(problem).replace("_", " ")) from None


def _filled(form: Mapping[str, str]) -> dict[str, str]:
    """Without what was left empty; a decimal comma is as good as a point."""
    filled = {name: value.strip() for name, value in form.items() if value.strip()}
    return {
        name: _point(value) if name not in ("runner", "note") else value for name, value in filled.items()
    }


def _point(value: str) -> str:
    return value.replace(",", ".") if value.count(",") == 1 else value


def start(form: Mapping[str, str], session_id: SessionId) -> StartSession:
    """The order that starts a session."""
    wanted = _read(form, StartForm)
    return StartSession(
        session_id=session_id,
        runner=wanted.runner,
        targets=Targets(cadence_spm=wanted.target_cadence, band_percent=wanted.band_percent),
        blocks=blocks(wanted.minutes, faded=wanted.feedback == "faded"),
        cues=CueModes(click=wanted.click, beep=wanted.beep, light=wanted.light),
        baseline_cadence_spm=wanted.baseline_cadence,
    )


def blocks(minutes: float, *, faded: bool) -> tuple[Block, ...]:
    """Feedback throughout, or a minute with and a minute without in turn, ending with a probe."""
    whole_s = minutes * 60
    if not faded or whole_s < FADED_ON_S + FADED_OFF_S:
        return (Block(duration_s=whole_s),)
    pairs = int(whole_s // (FADED_ON_S + FADED_OFF_S))
    made = [
        b
        for _ in range(pairs)
        for b in (Block(duration_s=FADED_ON_S), Block(duration_s=FADED_OFF_S, feedback=False))
    ]
    left_s = whole_s - pairs * (FADED_ON_S + FADED_OFF_S)
    made[-1] = Block(duration_s=FADED_OFF_S + left_s, feedback=False, probe=True)
    return tuple(made)


def targets(form: Mapping[str, str], session: SessionReport | None) -> SetTargets:
    """New targets, worked out from those the station reported last, never from what a page shows."""
    wanted = _read(form, TargetForm)
    current = _running(session).targets
    cadence_spm = wanted.target_cadence or current.cadence_spm
    cadence_spm += wanted.nudge or 0.0
    raw = {"cadence_spm": cadence_spm, "band_percent": wanted.band_percent or current.band_percent}
    return SetTargets(targets=checked(raw, Targets, "The new target"))


def undo(session: SessionReport | None) -> SetTargets:
    """Back to the targets before the last change."""
    change = _running(session).last_change
    if change is None:
        raise BadInputError("There is no change of the target to undo.")
    return SetTargets(targets=change.previous)


def cues(form: Mapping[str, str], session: SessionReport | None) -> SetCues:
    """Other cue modes."""
    wanted = _read(form, CuesForm)
    changes = {name: value for name, value in msgspec.structs.asdict(wanted).items() if value is not None}
    return SetCues(cues=msgspec.structs.replace(_running(session).cues, **changes))


def mute(form: Mapping[str, str]) -> Order:
    """Mute, or give the cues back."""
    return SetMute(muted=_read(form, MuteForm).muted)


def mark(form: Mapping[str, str]) -> Order:
    """A mark in the recording."""
    return Mark(note=_read(form, MarkForm).note)


def _running(session: SessionReport | None) -> SessionReport:
    if session is None or session.ended_reason:
        raise BadInputError("No session is running; start one first.")
    return session
