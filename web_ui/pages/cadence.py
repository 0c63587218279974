"""PURE: the cadence's state in shape and word, and the gauge."""

import msgspec

from controller.effects import Advice, Live, ReadingState, Silence
from web_ui.pages.parts import no_step
from web_ui.pages.words import age, number, remembered

WIDTH = 1000.0  # the gauge's own units
LABEL_APART = 75.0  # two labels nearer than this would touch on a phone


NOTHING = ("none", "")
ADVISED = {
    Advice.IN_BAND: ("good", "In band"),
    Advice.QUICKER: ("quicker", "Quicker"),
    Advice.SLOWER: ("slower", "Slower"),
    Advice.SOFTER_LEFT: ("less", "Softer, left"),
    Advice.SOFTER_RIGHT: ("less", "Softer, right"),
    Advice.LESS_BOUNCE: ("less", "Less bounce"),
    Advice.EVEN: ("less", "More even"),
}


class StateWord(msgspec.Struct, frozen=True, kw_only=True):
    """Shape (an icon's name), word, and why."""

    kind: str  # good | quicker | slower | less | unsure | held | missing | muted | click | none
    word: str
    note: str = ""


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """A number under the gauge."""

    x: float
    text: str
    role: str  # baseline | low | target | high


class Gauge(msgspec.Struct, frozen=True, kw_only=True):
    """Positions in units of `WIDTH`; None where there is nothing to show."""

    low_x: float | None = None
    high_x: float | None = None
    target_x: float | None = None
    baseline_x: float | None = None
    pointer_x: float | None = None
    labels: tuple[Label, ...] = ()
    spoken: str = "No target is set."


def state_word(live: Live | None) -> StateWord:
    """One of the eight states of a number."""
    if live is None:
        return StateWord(kind="missing", word="No data")
    reading = live.cadence
    if reading.state is ReadingState.MISSING:
        session = live.session
        if session is not None and session.cues.open_loop and session.cues.click and not _all_off(live):
            return StateWord(kind="click", word="Click only", note="the metronome goes on without a sensor")
        if no_step(live):
            return StateWord(kind="none", word=no_step(live), note="standing, or a step switch is silent")
        if live.mode == "standing" and reading.last is None:
            return StateWord(kind="none", word="Standing")
        return StateWord(kind="missing", word="No data", note=remembered(reading))
    if reading.state is ReadingState.HELD:
        return StateWord(kind="held", word=f"{age(reading.age_s)} old")
    if reading.state is ReadingState.UNSURE:
        return StateWord(kind="unsure", word="Finding the step")
    if Silence.PAIN in live.silences:
        return StateWord(kind="muted", word="Cues ended: pain")
    if Silence.MUTED in live.silences:
        at_handrail = live.session is not None and live.session.muted_at_handrail
        return StateWord(kind="muted", word="Muted at the handrail" if at_handrail else "Muted by you")
    return _advised(live)


def _all_off(live: Live) -> bool:
    """Even the open-loop metronome is silent."""
    return any(s in live.silences for s in (Silence.NO_SESSION, Silence.MUTED, Silence.NO_FEEDBACK))


def _advised(live: Live) -> StateWord:
    kind, word = ADVISED[live.advice] if live.advice else NOTHING
    return StateWord(kind=kind, word=word or live.mode.capitalize())


def gauge(live: Live | None) -> Gauge:
    """The band takes a little less than a third; baseline and cadence are kept inside the track."""
    session = live.session if live else None
    goals = session.goals if session else None
    if live is None or goals is None or session is None or session.ended_reason:
        return Gauge()
    target, low, high = goals.cadence_spm, goals.cadence_low_spm, goals.cadence_high_spm
    if target is None or low is None or high is None:
        return Gauge(spoken="No cadence target holds now.")
    half = high - target
    baseline = goals.baseline.cadence_spm if goals.baseline else None
    reach = max(3.5 * half, 1.15 * abs(target - baseline) if baseline else 0.0)

    def x(spm: float) -> float:
        share = (spm - target + reach) / (2 * reach)
        return round(WIDTH * min(max(share, 0.0), 1.0), 1)

    shown = live.cadence.value if live.cadence.state is not ReadingState.MISSING else None
    marks = [("low", low), ("target", target), ("high", high)]
    labels = [Label(x=x(spm), text=number(spm), role=role) for role, spm in marks]
    if baseline is not None and all(abs(x(baseline) - label.x) >= LABEL_APART for label in labels):
        labels.insert(0, Label(x=x(baseline), text=number(baseline), role="baseline"))
    return Gauge(
        low_x=x(low),
        high_x=x(high),
        target_x=x(target),
        baseline_x=None if baseline is None else x(baseline),
        pointer_x=None if shown is None else x(shown),
        labels=tuple(labels),
        spoken=(
            f"Cadence {number(shown)}, target {number(target)}, band {number(low)} to {number(high)} "
            "steps per minute."
        ),
    )
