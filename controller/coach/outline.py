"""A programme as lines of text: a bar of minutes for each session, with feedback, without, or walking."""

from controller.coach.programme import MINUTE_S, WALK_MPS, PlannedSession, Programme, blocks
from controller.prescription import Activity, Block

LEGEND = "One sign is a minute: # feedback, . quiet, w walking."


def outline(programme: Programme, belt_speed_mps: float | None = None) -> list[str]:
    """Title, source, sessions, probes; sessions in metres have a bar only with a belt speed."""
    lines = [
        f"{programme.name} version {programme.version}: {programme.title}",
        f"Source: {programme.source}",
        f"Evidence: {programme.evidence}",
        f"At most {programme.per_week} a week, {programme.min_rest_h} h or more between two. {LEGEND}",
    ]
    lines += [_line(session, belt_speed_mps) for session in programme.sessions]
    if belt_speed_mps is None and any(session.needs_speed for session in programme.sessions):
        lines.append("Sessions in metres get their bars with a belt speed: --speed 10")
    for visit in programme.probes:
        when = "after the last session" if visit.days_after_end == 0 else f"day {visit.days_after_end}"
        lines.append(f"Probe {when}: {', '.join(visit.kinds)}")
    return lines


def bar(made: tuple[Block, ...]) -> str:
    """One sign a minute, by what is most of it; the last minute may be a part."""
    whole_s = int(sum(block.duration_s for block in made))
    signs = "".join(_sign(block) * int(block.duration_s) for block in made)
    parts = (signs[at : at + MINUTE_S] for at in range(0, whole_s, MINUTE_S))
    return "".join(max("#.w", key=part.count) for part in parts)


def _sign(block: Block) -> str:
    return "w" if block.activity is Activity.WALK else "#" if block.feedback else "."


def _line(session: PlannedSession, belt_speed_mps: float | None) -> str:
    head = f"{session.number:3} {session.place:6} {_length(session)}"
    tail = "".join(f"  {words}" for words in _asides(session))
    if session.needs_speed and belt_speed_mps is None:
        return f"{head}  {_dose(session)}{tail}"
    made = blocks(session, belt_speed_mps, WALK_MPS)
    on_s = sum(block.duration_s for block in made if block.feedback)
    whole_s = sum(block.duration_s for block in made)
    return f"{head}  {on_s / 60:4.1f} of {whole_s / 60:4.1f} min  {bar(made)}{tail}"


def _asides(session: PlannedSession) -> list[str]:
    """What a bar does not show."""
    found = [f"tone each {session.every_strides} strides."] if session.every_strides > 1 else []
    found += [f"RPE {session.rpe}."] if session.rpe is not None else []
    return found + ([session.note] if session.note else [])


def _length(session: PlannedSession) -> str:
    if session.minutes is not None:
        return f"{session.minutes:5g} min"
    return f"{session.distance_m or 0:5.0f} m  "


def _dose(session: PlannedSession) -> str:
    if session.feedback_every_m is not None:
        return f"feedback 1 min each {session.feedback_every_m:g} m"
    turn = session.walk_run
    walks = f", walk {turn.walk_s} s, run {turn.run_s} s in turn" if turn else ""
    return f"feedback {session.feedback_percent:g} %{walks}"
