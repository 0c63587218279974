"""PURE: what a person filled in becomes an order, or a sentence that says what to change."""

from collections.abc import Mapping
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta

from controller.checked import BadInputError, checked
from controller.effects import SessionReport
from controller.items import (
    ConfirmBelt,
    Mark,
    Order,
    ReportPain,
    SetCues,
    SetMute,
    SetSpeed,
    SetTargets,
    StartSession,
)
from controller.prescription import (
    Baseline,
    Block,
    Cadence,
    ClickMode,
    Contraindication,
    CueModes,
    KioskStyle,
    Language,
    LightStyle,
    Note,
    PainScore,
    Probe,
    Pseudonym,
    Reason,
    SessionId,
    StopWord,
    Targets,
)
from controller.treadmills.events import MPS_PER, Units

T = TypeVar("T")
KMH = 3.6
Kmh = Annotated[float, Meta(ge=1, le=36)]
Band = Annotated[float, Meta(ge=1, le=10)]
WORDS = ("runner", "note", "override_reason", "confirmed")  # a comma in these is a comma
FADED_ON_S = FADED_OFF_S = 60.0  # blocks of one minute on, one minute off


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of what forms may hold."""


class StartForm(Form, frozen=True):
    """The start of a session; a box that is not ticked does not come. Percentages are of the own baseline."""

    runner: Pseudonym
    target_cadence: Cadence | None = None
    target_percent: Annotated[float, Meta(ge=-15, le=30)] | None = None
    band_percent: Band = 3.0
    impact_percent: Annotated[float, Meta(ge=50, le=100)] | None = None
    bounce_percent: Annotated[float, Meta(ge=70, le=100)] | None = None
    asymmetry_percent: Annotated[float, Meta(ge=2, le=30)] | None = None
    override_reason: Reason | None = None
    minutes: Annotated[float, Meta(ge=1, le=240)] = 20.0
    feedback: Literal["all", "faded"] = "all"
    baseline_cadence: Cadence | None = None
    baseline_speed: Kmh | None = None
    belt_speed: Kmh | None = None
    pain_before: PainScore | None = None
    check_acute_fracture: bool = False
    check_clot: bool = False
    check_surgery: bool = False
    check_heart: bool = False
    check_balance: bool = False
    check_calf_history: bool = False
    confirmed: Reason | None = None
    click: bool = False
    beep: bool = False
    tone: bool = False
    light: bool = False
    speech: bool = False


class TargetForm(Form, frozen=True):
    """A new target, or a nudge of the one the station has."""

    target_cadence: Cadence | None = None
    target_percent: Annotated[float, Meta(ge=-15, le=30)] | None = None
    nudge: Annotated[float, Meta(ge=-5, le=5)] | None = None
    band_percent: Band | None = None
    override_reason: Reason | None = None


class CuesForm(Form, frozen=True):
    """Cue modes; what is absent stays as it is."""

    click: bool | None = None
    click_mode: ClickMode | None = None
    follow: bool | None = None
    beep: bool | None = None
    tone: bool | None = None
    light: bool | None = None
    light_style: LightStyle | None = None
    speech: bool | None = None
    language: Language | None = None
    kiosk: KioskStyle | None = None
    open_loop: bool | None = None


class SpeedForm(Form, frozen=True):
    """The belt's speed as the console shows it."""

    belt_speed: Kmh


class ConsoleForm(Form, frozen=True):
    """The speed on the treadmill's console, in the units it counts."""

    console_speed: Annotated[float, Meta(ge=0.5, le=36)]
    units: Units = "kmh"


class PainForm(Form, frozen=True):
    """What the runner says."""

    score: PainScore | None = None
    word: StopWord | None = None


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
    return {name: _point(value) if name not in WORDS else value for name, value in filled.items()}


def _point(value: str) -> str:
    return value.replace(",", ".") if value.count(",") == 1 else value


def start(form: Mapping[str, str], session_id: SessionId) -> StartSession:
    """The order that starts a session."""
    wanted = _read(form, StartForm)
    targets = {
        "cadence_spm": wanted.target_cadence if wanted.target_percent is None else None,
        "cadence_factor": None if wanted.target_percent is None else 1 + wanted.target_percent / 100,
        "band_percent": wanted.band_percent,
        "impact_factor": None if wanted.impact_percent is None else wanted.impact_percent / 100,
        "bounce_factor": None if wanted.bounce_percent is None else wanted.bounce_percent / 100,
        "contact_asymmetry_percent": wanted.asymmetry_percent,
        "override_reason": wanted.override_reason,
    }
    baselines = []
    if wanted.baseline_cadence is not None:
        speed = None if wanted.baseline_speed is None else wanted.baseline_speed / KMH
        baselines.append(Baseline(speed_mps=speed, cadence_spm=wanted.baseline_cadence))
    return StartSession(
        session_id=session_id,
        runner=wanted.runner,
        targets=checked(targets, Targets, "The targets"),
        blocks=blocks(wanted.minutes, faded=wanted.feedback == "faded"),
        cues=CueModes(
            click=wanted.click, beep=wanted.beep, tone=wanted.tone, light=wanted.light, speech=wanted.speech
        ),
        baselines=tuple(baselines),
        typed_speed_mps=None if wanted.belt_speed is None else wanted.belt_speed / KMH,
        pain_before=wanted.pain_before,
        contraindications=tuple(c for c in Contraindication if getattr(wanted, f"check_{c}")),
        confirmed=wanted.confirmed,
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
    made[-1] = Block(duration_s=FADED_OFF_S + left_s, feedback=False, probe=Probe.RETENTION)
    return tuple(made)


def targets(form: Mapping[str, str], session: SessionReport | None) -> SetTargets:
    """New targets, worked out from those the station reported last, never from what a page shows."""
    wanted = _read(form, TargetForm)
    now = _running(session)
    raw = msgspec.structs.asdict(now.targets)
    raw["band_percent"] = wanted.band_percent or now.targets.band_percent
    raw["override_reason"] = wanted.override_reason or now.targets.override_reason
    if wanted.target_percent is not None:
        raw |= {"cadence_spm": None, "cadence_factor": 1 + wanted.target_percent / 100}
    elif wanted.target_cadence is not None:
        raw |= {"cadence_spm": wanted.target_cadence, "cadence_factor": None}
    if wanted.nudge is not None:
        raw |= _nudged(now, wanted.nudge)
    return SetTargets(targets=checked(raw, Targets, "The new target"))


def _nudged(now: SessionReport, steps: float) -> dict[str, float]:
    """One step per minute more or less; of a share, what one step is at this speed."""
    if now.targets.cadence_spm is not None:
        return {"cadence_spm": now.targets.cadence_spm + steps}
    baseline = now.goals.baseline if now.goals else None
    if now.targets.cadence_factor is None:
        raise BadInputError("No cadence target is set. Set one first.")
    if baseline is None:
        raise BadInputError("There is no baseline at this speed, so the target can't be moved by steps.")
    return {"cadence_factor": now.targets.cadence_factor + steps / baseline.cadence_spm}


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


def speed(form: Mapping[str, str]) -> Order:
    """The belt's speed, typed."""
    return SetSpeed(speed_mps=_read(form, SpeedForm).belt_speed / KMH)


def confirm_belt(form: Mapping[str, str]) -> Order:
    """The console's speed, to confirm what the treadmill says."""
    wanted = _read(form, ConsoleForm)
    return ConfirmBelt(console_mps=wanted.console_speed * MPS_PER[wanted.units])


def pain(form: Mapping[str, str]) -> Order:
    """The runner's pain, or a word that ends the cues."""
    wanted = _read(form, PainForm)
    if wanted.score is None and wanted.word is None:
        raise BadInputError("Choose a score from 0 to 10, or what the runner said.")
    return ReportPain(score=wanted.score, word=wanted.word)


def mark(form: Mapping[str, str]) -> Order:
    """A mark in the recording."""
    return Mark(note=_read(form, MarkForm).note)


def _running(session: SessionReport | None) -> SessionReport:
    if session is None or session.ended_reason:
        raise BadInputError("No session is running; start one first.")
    return session
