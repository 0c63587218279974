"""PURE: the runner's screen: one word, one measure, nothing to do."""

import msgspec

from controller.effects import Advice, Live, ReadingState, SessionReport, Silence
from controller.prescription import Activity, Block, Probe
from web_ui.pages.parts import no_step
from web_ui.pages.words import minutes, number

# The band is always the middle half of the track, so that "home" is always at the same place.
WIDTH, BAND_LOW, BAND_HIGH = 1000.0, 240.0, 760.0
STILL_MPS = 0.05
WORDS = {
    Advice.IN_BAND: ("good", "Good"),
    Advice.QUICKER: ("quicker", "Quicker steps"),
    Advice.SLOWER: ("slower", "Slower steps"),
    Advice.SOFTER_LEFT: ("less", "Softer, left foot"),
    Advice.SOFTER_RIGHT: ("less", "Softer, right foot"),
    Advice.LESS_BOUNCE: ("less", "Stay lower"),
    Advice.EVEN: ("less", "Even steps"),
}


class KioskView(msgspec.Struct, frozen=True, kw_only=True):
    """`kind` chooses colour and shape; the pointer carries the number."""

    kind: str  # good | quicker | slower | less | alone | lost | finding | muted | ready | ended
    word: str
    line: str = ""
    left: str = ""
    below: str = ""
    pointer: str = ""
    pointer_x: float | None = None
    low: str = ""
    high: str = ""
    unit: str = ""
    progress: float = 0.0
    style: str = "gauge"  # gauge | trace | counter
    count: str = ""


def screen(live: Live | None, *, linked: bool) -> KioskView:
    """What the runner sees."""
    session = live.session if live else None
    if live is None or not linked:
        return KioskView(
            kind="lost",
            word="Keep running",
            line="This screen lost the station.",
            below="Nothing for you to do.",
        )
    if session is None:
        return KioskView(kind="ready", word="Ready", line="Your session starts soon.")
    if session.ended_reason:
        speed = live.belt_speed
        still = speed.state is ReadingState.LIVE and speed.value is not None and speed.value < STILL_MPS
        line = "The belt stands still." if still else "The belt keeps running until you do."
        return KioskView(kind="ended", word="Press the treadmill’s stop, then step off.", line=line)
    return _running(live, session)


def _running(live: Live, session: SessionReport) -> KioskView:
    left = minutes(session.left_s)
    if Silence.PAIN in live.silences:
        line = "Your cues have ended."
        return KioskView(kind="ended", word="Press the treadmill’s stop, then step off.", line=line)
    if Silence.MUTED in live.silences:
        return KioskView(
            kind="muted",
            word="Keep running",
            line="Cues are paused.",
            left=left,
            below="Nothing for you to do.",
        )
    if session.capture is not None:
        below = f"{minutes(session.capture.left_s)} more" if not session.capture.waiting else ""
        line = "The station learns how you run."
        return KioskView(kind="alone", word="Run as you like", line=line, left=left, below=below)
    if Silence.NO_FEEDBACK in live.silences:
        done = session.elapsed_s / (session.elapsed_s + session.left_s)
        word, line = _alone(session.blocks[session.block_index])
        return KioskView(kind="alone", word=word, line=line, left=left, progress=round(WIDTH * done, 1))
    if Silence.SENSOR_LOST in live.silences:
        line = "Cues are off. No signal from the sensors."
        if session.cues.open_loop and session.cues.click:
            line = "Follow the click. No signal from the sensors."
        return KioskView(
            kind="lost", word="Keep running", line=line, left=left, below="Nothing for you to do."
        )
    if Silence.NOT_RUNNING in live.silences:
        # A runner whose step switch is silent runs already.
        line = "The station feels no step." if no_step(live) else "Cues begin when you run."
        return KioskView(kind="finding", word="When you are ready", line=line, left=left)
    if live.advice is None or live.cadence.state is not ReadingState.LIVE or live.silences:
        return KioskView(
            kind="finding", word="Keep running", line=_why(live), left=left, below="Nothing for you to do."
        )
    return _measured(live, session, left)


def _alone(block: Block) -> tuple[str, str]:
    """What the runner does without feedback."""
    if block.activity is Activity.WALK:
        return "Walk", ""
    if block.probe is Probe.RECALL:
        return "On your own", "Run as you have learnt it."
    if block.probe is Probe.DISTRACTION:
        return "On your own", "Count aloud backwards in threes, from 300."
    return "On your own", ""


def _why(live: Live) -> str:
    if Silence.NO_SPEED in live.silences:
        return "Cues are off. The belt’s speed is not known."
    if Silence.NO_BASELINE in live.silences:
        return "Cues are off at this speed."
    return "The station is finding your step."


def _measured(live: Live, session: SessionReport, left: str) -> KioskView:
    kind, word = WORDS[live.advice or Advice.IN_BAND]
    end_s = sum(block.duration_s for block in session.blocks[: session.block_index + 1])
    view = KioskView(
        kind=kind,
        word=word,
        line="Ease off: slow the belt, or walk." if session.pain_action == "ease off" else "",
        left=left,
        below=f"Feedback for {minutes(end_s - session.elapsed_s)} more",
        style=session.cues.kiosk,
        count=f"{session.in_band_steps}",
    )
    goals = session.goals
    if goals is None or goals.cadence_low_spm is None or goals.cadence_high_spm is None:
        return view
    cadence = live.cadence.value or 0.0
    share = (cadence - goals.cadence_low_spm) / (goals.cadence_high_spm - goals.cadence_low_spm)
    x = BAND_LOW + share * (BAND_HIGH - BAND_LOW)
    return msgspec.structs.replace(
        view,
        pointer=number(cadence),
        pointer_x=round(min(max(x, 60.0), WIDTH - 60.0), 1),
        low=number(goals.cadence_low_spm),
        high=number(goals.cadence_high_spm),
        unit="steps per minute",
    )
