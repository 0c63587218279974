"""PURE: from the station's reports to what a page shows. All words and positions are made here.

The page's scripts only place text, classes and SVG attributes; every rule about what may be shown and
when a number is too old stands in Python, where it is tested.
"""

from datetime import datetime

import msgspec

from controller.effects import Live, Reading, ReadingState, SessionReport, Silence
from controller.messages import Health
from controller.prescription import CueModes
from web_ui.pages import alarms, blocks, cadence, kiosk, wishes
from web_ui.pages.alarms import HealthLine
from web_ui.pages.blocks import Timeline
from web_ui.pages.cadence import Gauge, StateWord
from web_ui.pages.kiosk import KioskView
from web_ui.pages.words import MISSING, minutes, number, passed, remembered

NS = 1_000_000_000
HELD_NS = 500_000_000  # a report older than this greys the page's numbers,
GONE_NS = 1_000_000_000  # and older than this takes them away


READINGS = tuple(field.name for field in msgspec.structs.fields(Live) if field.type is Reading)


class Number(msgspec.Struct, frozen=True, kw_only=True):
    """One field: the number as text, its state for the style sheet, and the small line under it."""

    text: str = MISSING
    state: ReadingState = ReadingState.MISSING
    note: str = ""


class StripPoint(msgspec.Struct, frozen=True, kw_only=True):
    """One quarter of a second of the strip chart; cadence None is a gap."""

    t_s: float
    cadence: float | None
    lane: str  # feedback | quiet | off | idle
    low: float | None
    high: float | None
    target: float | None
    earcons: int


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """The last change of the target, for the line with Undo."""

    text: str
    undone: str


class LiveView(msgspec.Struct, frozen=True, kw_only=True):
    """Everything on the console and on the runner's screen at one moment."""

    clock: str
    phase: str  # idle | running | ended
    who: str
    plan: str
    left: str
    whole: str
    simulated: bool
    health: HealthLine
    cadence: Number
    word: StateWord
    in_band: str
    gauge: Gauge
    belt: Number
    impact_left: Number
    impact_right: Number
    bounce: Number
    contact: Number
    target: str
    band: str
    stage: str
    others: str
    ask_speed: str
    confirm_belt: str
    belt_confirmed: bool
    capture: str
    capturing: bool
    warning: str
    pain: str
    sham: bool
    muted: bool
    may_follow: bool  # the station has the phase-aligned metronome switched on
    cues: CueModes
    change: Change | None
    timeline: Timeline
    ended: str
    kiosk: KioskView
    strip: StripPoint | None


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the health page: what, how it is, and a sentence."""

    what: str
    level: str  # ok | note | caution
    text: str


class HealthView(msgspec.Struct, frozen=True, kw_only=True):
    """The station's health in words."""

    line: HealthLine
    rows: tuple[Row, ...]
    notices: tuple[str, ...]


def live_view(live: Live | None, health: Health | None, now_ns: int, wall: datetime) -> LiveView:
    """The whole page; `live` may be old, and is then shown as the stale table wants it."""
    report = aged_report(live, now_ns)
    session = report.session if report else None
    running = session is not None and not session.ended_reason
    return LiveView(
        clock=f"{wall.astimezone():%H:%M}",
        phase="idle" if session is None else "running" if running else "ended",
        who=session.runner if session else "",
        plan=_plan(session),
        left=minutes(session.left_s) if session else MISSING,
        whole=f"of {whole_minutes(session)} min" if session else "",
        simulated=bool(health and health.simulated),
        health=alarms.worst(report, health, silent_s=silent_s(live, now_ns)),
        cadence=field(report.cadence if report else None),
        word=cadence.state_word(report),
        in_band=_in_band(session),
        gauge=cadence.gauge(report),
        belt=field(report.belt_speed if report else None, 1, 3.6, wishes.source(report)),
        ask_speed=wishes.ask_speed(report),
        confirm_belt=wishes.confirm_belt(report),
        belt_confirmed=bool(health and health.belts and report and not report.speed_unconfirmed),
        capture=wishes.capture(report),
        capturing=bool(session and session.capture),
        warning=" ".join(session.warnings) if running and session else "",
        pain=wishes.pain(session),
        sham=bool(running and session and session.sham),
        impact_left=field(report.peak_left_g if report else None, 1),
        impact_right=field(report.peak_right_g if report else None, 1),
        bounce=field(report.vertical_oscillation_m if report else None, 1, 100, "up and down"),
        contact=field(report.contact_time_s if report else None, 0, 1000, "foot on the belt"),
        target=number(session.goals.cadence_spm) if session and session.goals else MISSING,
        band=wishes.band(session),
        stage=wishes.stage(session),
        others=wishes.others(session),
        muted=bool(session and session.muted),
        may_follow=bool(health and health.phase_aligned),
        cues=session.cues if session else CueModes(),
        change=_change(session),
        timeline=blocks.timeline(session, report.silences if report else ()),
        ended=_ended(session),
        kiosk=kiosk.screen(report, linked=report is not None),
        strip=strip_point(report) if report else None,
    )


def silent_s(live: Live | None, now_ns: int) -> float | None:
    """How long the station has said nothing; None when it never did."""
    return None if live is None else max(0.0, (now_ns - live.time_ns) / NS)


def aged_report(live: Live | None, now_ns: int) -> Live | None:
    """The report with its numbers aged by the time since it was made; None once it is too old to show."""
    if live is None or now_ns - live.time_ns > GONE_NS:
        return None
    age_ns = now_ns - live.time_ns
    if age_ns <= HELD_NS:
        return live
    held = {name: _held(getattr(live, name), age_ns / NS) for name in READINGS}
    return msgspec.structs.replace(live, advice=None, **held)


def _held(reading: Reading, older_s: float) -> Reading:
    if reading.state is ReadingState.MISSING:
        return reading
    age_s = (reading.age_s or 0.0) + older_s
    return Reading(state=ReadingState.HELD, value=reading.value, last=reading.last, age_s=age_s)


def field(reading: Reading | None, decimals: int = 0, scale: float = 1.0, note: str = "") -> Number:
    """One number in its state; what stands under it when nothing needs to be said is `note`."""
    if reading is None:
        return Number(note=note)
    value = None if reading.value is None else reading.value * scale
    return Number(
        text=("> " if reading.above and value is not None else "") + number(value, decimals),
        state=reading.state if value is not None else ReadingState.MISSING,
        note=remembered(reading, decimals, scale) or note,
    )


def strip_point(live: Live) -> StripPoint:
    """The strip chart's share of a report."""
    session = live.session
    running = session is not None and not session.ended_reason
    shown = live.cadence.state in (ReadingState.LIVE, ReadingState.UNSURE)
    quiet = Silence.NO_FEEDBACK in live.silences
    lane = "idle" if not running else "quiet" if quiet else "off" if live.silences else "feedback"
    goals = session.goals if session is not None and running else None
    return StripPoint(
        t_s=live.time_ns / NS,
        cadence=live.cadence.value if shown else None,
        lane=lane,
        low=goals.cadence_low_spm if goals else None,
        high=goals.cadence_high_spm if goals else None,
        target=goals.cadence_spm if goals else None,
        earcons=session.earcons if session else 0,
    )


def whole_minutes(session: SessionReport) -> str:
    """The planned length in minutes."""
    return f"{sum(block.duration_s for block in session.blocks) / 60:g}"


def _plan(session: SessionReport | None) -> str:
    if session is None:
        return ""
    whole_s = sum(block.duration_s for block in session.blocks)
    with_s = sum(block.duration_s for block in session.blocks if block.feedback)
    return f"feedback {100 * with_s / whole_s:.0f} % of the time"


def _in_band(session: SessionReport | None) -> str:
    if session is None:
        return ""
    parts = [] if session.in_band_percent is None else [f"{session.in_band_percent:.0f} % of the last minute"]
    if session.stumbles:
        parts.append(f"{session.stumbles} irregular step{'s' if session.stumbles > 1 else ''}")
    return ", ".join(parts)


def _change(session: SessionReport | None) -> Change | None:
    if session is None or session.last_change is None:
        return None
    change = session.last_change
    text = f"{passed(change.elapsed_s)} target now {wishes.wanted(change.targets)}"
    if change.targets.band_percent != change.previous.band_percent:
        text += f", band ±{change.targets.band_percent:g} %"
    return Change(text=text, undone=wishes.wanted(change.previous))


def _ended(session: SessionReport | None) -> str:
    if session is None or not session.ended_reason:
        return ""
    return f"{session.ended_reason} {session.steps} steps in {passed(session.elapsed_s)} min."


def health_view(live: Live | None, health: Health | None, now_ns: int) -> HealthView:
    """The health page: every part of the station in one line each."""
    report = aged_report(live, now_ns)
    rows = [Row(what=w, level=lv, text=t) for w, lv, t in alarms.rows(report, health)]
    notices = (
        tuple(f"{n.wall_time[:16].replace('T', ' ')} UTC: {n.text}" for n in health.notices) if health else ()
    )
    line = alarms.worst(report, health, silent_s=silent_s(live, now_ns))
    return HealthView(line=line, rows=tuple(rows), notices=notices)
