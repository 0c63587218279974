"""PURE: the session's blocks as a picture and a sentence: what is now, what comes, and when."""

import msgspec

from controller.effects import SessionReport, Silence
from controller.prescription import Activity, Block, Probe
from web_ui.pages.words import minutes

WIDTH = 1000.0
FIRST = {
    Silence.PAIN: "Cues ended: pain",
    Silence.MUTED: "Muted",
    Silence.CAPTURING: "Taking a baseline, no cues",
}
LAST = {
    Silence.NO_SPEED: "Cues off: belt speed unknown",
    Silence.NO_BASELINE: "No baseline at this speed",
    Silence.UNSURE: "Finding the step",
}
PROBES = {
    Probe.RETENTION: "Retention probe, no feedback",
    Probe.RECALL: "Recall probe: as you learnt it, no feedback",
    Probe.DISTRACTION: "Distraction probe: count aloud, no feedback",
}


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """One block, or the part of it that is over; positions in units of `WIDTH`."""

    x: float
    width: float
    kind: str  # feedback | quiet
    over: bool
    label: str


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """The bars, where now is, and the heading."""

    heading: str = ""
    rest: str = ""
    feedback: bool = False
    now_x: float | None = None
    bars: tuple[Bar, ...] = ()
    ticks: tuple[tuple[float, str], ...] = ()


def timeline(session: SessionReport | None, silences: tuple[Silence, ...]) -> Timeline:
    """Empty without a session."""
    if session is None:
        return Timeline()
    whole_s = sum(block.duration_s for block in session.blocks)
    scale = WIDTH / whole_s
    bars: list[Bar] = []
    ticks: list[tuple[float, str]] = [(0.0, "0")]
    start_s = 0.0
    for block in session.blocks:
        end_s = start_s + block.duration_s
        bars += _bars(block, start_s, end_s, session.elapsed_s, scale)
        ticks.append((round(end_s * scale, 1), f"{end_s / 60:g}"))
        start_s = end_s
    current = session.blocks[session.block_index]
    return Timeline(
        heading=_heading(current, silences),
        rest=_rest(session),
        feedback=current.feedback,
        now_x=round(min(session.elapsed_s, whole_s) * scale, 1),
        bars=tuple(bars),
        ticks=tuple(_thinned(ticks)),
    )


def _bars(block: Block, start_s: float, end_s: float, now_s: float, scale: float) -> list[Bar]:
    kind = "feedback" if block.feedback else "quiet"
    label = block.probe or (
        "walk" if block.activity is Activity.WALK else "feedback" if block.feedback else ""
    )
    parts = [(start_s, min(end_s, now_s), True), (max(start_s, now_s), end_s, False)]
    return [
        Bar(
            x=round(first * scale, 1),
            width=round((last - first) * scale, 1),
            kind=kind,
            over=over,
            label=label if not over and (last - first) * scale > 110 else "",
        )
        for first, last, over in parts
        if last > first
    ]


def _thinned(ticks: list[tuple[float, str]]) -> list[tuple[float, str]]:
    """First and last always, and between them those that do not touch."""
    kept = [ticks[0]]
    for tick in ticks[1:-1]:
        if tick[0] - kept[-1][0] >= 60 and ticks[-1][0] - tick[0] >= 60:
            kept.append(tick)
    return [*kept, (ticks[-1][0], ticks[-1][1] + " min")]


def _heading(current: Block, silences: tuple[Silence, ...]) -> str:
    if Silence.NO_SESSION in silences:
        return "Session over"
    for silence, heading in FIRST.items():
        if silence in silences:
            return heading
    if not current.feedback:
        return PROBES[current.probe] if current.probe else "No feedback"
    if Silence.SENSOR_LOST in silences:
        return "Cues off"
    if Silence.NOT_RUNNING in silences:
        return "Waiting for the run"
    for silence, heading in LAST.items():
        if silence in silences:
            return heading
    return "Feedback on"


def _rest(session: SessionReport) -> str:
    end_s = sum(block.duration_s for block in session.blocks[: session.block_index + 1])
    until = minutes(end_s - session.elapsed_s)
    if session.block_index + 1 >= len(session.blocks):
        return f"to the end, {until} more"
    following = session.blocks[session.block_index + 1]
    name = (
        f"a {following.probe} probe"
        if following.probe
        else "feedback"
        if following.feedback
        else "no feedback"
    )
    return f"then {following.duration_s / 60:g} min {name}, in {until}"
