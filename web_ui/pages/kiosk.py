"""PURE: the runner's screen: one word, one measure, nothing to do."""

import msgspec

from controller.effects import Advice, Live, ReadingState, SessionReport, Silence
from web_ui.pages.words import minutes, number

# The band is always the middle half of the track, so that "home" is always at the same place.
WIDTH, BAND_LOW, BAND_HIGH = 1000.0, 240.0, 760.0
STILL_MPS = 0.05


class KioskView(msgspec.Struct, frozen=True, kw_only=True):
    """`kind` chooses colour and shape; the pointer carries the number."""

    kind: str  # good | quicker | slower | alone | lost | finding | muted | ready | ended
    word: str
    line: str = ""
    left: str = ""
    below: str = ""
    pointer: str = ""
    pointer_x: float | None = None
    low: str = ""
    high: str = ""
    progress: float = 0.0


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
    if Silence.MUTED in live.silences:
        return KioskView(
            kind="muted",
            word="Keep running",
            line="Cues are paused.",
            left=left,
            below="Nothing for you to do.",
        )
    if Silence.NO_FEEDBACK in live.silences:
        done = session.elapsed_s / (session.elapsed_s + session.left_s)
        return KioskView(kind="alone", word="On your own", left=left, progress=round(WIDTH * done, 1))
    if Silence.SENSOR_LOST in live.silences:
        line = "Cues are off. No signal from the sensors."
        if session.cues.open_loop and session.cues.click:
            line = "Follow the click. No signal from the sensors."
        return KioskView(
            kind="lost", word="Keep running", line=line, left=left, below="Nothing for you to do."
        )
    if Silence.NOT_RUNNING in live.silences:
        return KioskView(
            kind="finding", word="When you are ready", line="Cues begin when you run.", left=left
        )
    if live.advice is None or live.cadence.state is not ReadingState.LIVE:
        line = "The station is finding your step."
        return KioskView(
            kind="finding", word="Keep running", line=line, left=left, below="Nothing for you to do."
        )
    return _measured(live, session, left)


def _measured(live: Live, session: SessionReport, left: str) -> KioskView:
    words = {Advice.IN_BAND: ("good", "Good"), Advice.QUICKER: ("quicker", "Quicker steps")}
    kind, word = words.get(live.advice or Advice.IN_BAND, ("slower", "Slower steps"))
    targets = session.targets
    cadence = live.cadence.value or 0.0
    share = (cadence - targets.cadence_low_spm) / (targets.cadence_high_spm - targets.cadence_low_spm)
    x = BAND_LOW + share * (BAND_HIGH - BAND_LOW)
    end_s = sum(block.duration_s for block in session.blocks[: session.block_index + 1])
    return KioskView(
        kind=kind,
        word=word,
        left=left,
        below=f"Feedback for {minutes(end_s - session.elapsed_s)} more",
        pointer=number(cadence),
        pointer_x=round(min(max(x, 60.0), WIDTH - 60.0), 1),
        low=number(targets.cadence_low_spm),
        high=number(targets.cadence_high_spm),
    )
