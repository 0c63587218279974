"""The weeks: sessions whose feedback fades, the days they may fall on, and probes of what stayed.

A programme is data and says nothing by itself: `blocks` turns one session into what the belt's loop
runs, `dates` into days. Feedback throughout is what is kept worst (systematic review PMC7083994), so a
faded session is cut into stretches with and without, and always ends without: what the runner does in the
last stretch is what already stays. Where no source is named, the choice is ours.
"""

import math
from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Annotated

from msgspec import Meta

from controller.prescription import Activity, Block, Percent, Probe, Strict

MINUTE_S = 60
WALK_MPS = 1.4  # a comfortable walk, 5 km/h: our choice
MOST_BLOCKS = 100  # as many as a session takes
MOST_S = 14_400
MOST_SESSIONS = 60
WARM_UP_S, PROBE_S = 5 * MINUTE_S, 2 * MINUTE_S
PAIN_RESTS = 2  # above this pain the first week's sessions are 48 h apart: our choice
PAIN_REST_H = 48
WEEK_DAYS = 7

ProgrammeName = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,31}\Z")]
Title = Annotated[str, Meta(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]*\Z")]
Words = Annotated[str, Meta(min_length=3, max_length=600, pattern=r"^[^\x00-\x1f\x7f]*\Z")]
Hint = Annotated[str, Meta(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*\Z")]
Minutes = Annotated[float, Meta(ge=1, le=240)]
Metres = Annotated[float, Meta(ge=100, le=50_000)]
Interval = Annotated[int, Meta(ge=30, le=3600)]


class Venue(StrEnum):
    """Where a session is run: on the station's belt, or by the runner alone."""

    CLINIC = "clinic"
    HOME = "home"


class WalkRun(Strict, frozen=True, kw_only=True):
    """Walking and running in turn, in seconds; walking comes first and has no feedback."""

    walk_s: Interval
    run_s: Interval


class PlannedSession(Strict, frozen=True, kw_only=True, omit_defaults=True):
    """One visit, or one run at home: as long as `minutes`, or as far as `distance_m`.

    Feedback is either a share of the time, or one minute at each `feedback_every_m` metres. The impact
    tone answers each `every_strides`-th stride. `rpe`: how hard it may feel, 0 to 10.
    """

    number: Annotated[int, Meta(ge=1, le=MOST_SESSIONS)]
    minutes: Minutes | None = None
    distance_m: Metres | None = None
    feedback_percent: Percent | None = None
    feedback_every_m: Annotated[float, Meta(ge=100, le=10_000)] | None = None
    every_strides: Annotated[int, Meta(ge=1, le=20)] = 1
    place: Venue = Venue.CLINIC
    walk_run: WalkRun | None = None
    rpe: Annotated[int, Meta(ge=0, le=10)] | None = None
    note: Hint = ""

    def __post_init__(self) -> None:
        """One length, one way to fade."""
        if (self.minutes is None) == (self.distance_m is None):
            raise ValueError("give either minutes or distance_m")
        if (self.feedback_percent is None) == (self.feedback_every_m is None):
            raise ValueError("give either feedback_percent or feedback_every_m")
        if self.walk_run is not None and self.feedback_percent not in (0, 100):
            raise ValueError("with walk_run every run has feedback or none: feedback_percent is 100 or 0")

    @property
    def needs_speed(self) -> bool:
        """Metres become seconds only with a belt speed."""
        return self.distance_m is not None or self.feedback_every_m is not None


class ProbeVisit(Strict, frozen=True, kw_only=True):
    """What is tested so many days after the last session; 0: on the same day."""

    days_after_end: Annotated[int, Meta(ge=0, le=1000)]
    kinds: Annotated[tuple[Probe, ...], Meta(min_length=1, max_length=3)]

    def __post_init__(self) -> None:
        """Each kind once."""
        if len(set(self.kinds)) != len(self.kinds):
            raise ValueError("each kind of probe stands once")


class Programme(Strict, frozen=True, kw_only=True):
    """A whole programme; a change a clinician accepts makes a new one with the next `version`.

    `source` says where its numbers come from, `evidence` what is known of the result. At most `per_week`
    sessions in any seven days, each at least `min_rest_h` hours after the one before.
    """

    name: ProgrammeName
    title: Title
    version: Annotated[int, Meta(ge=1, le=100_000)] = 1
    source: Words
    evidence: Words
    per_week: Annotated[int, Meta(ge=1, le=7)]
    min_rest_h: Annotated[int, Meta(ge=12, le=168)] = 24
    sessions: Annotated[tuple[PlannedSession, ...], Meta(min_length=1, max_length=MOST_SESSIONS)]
    probes: Annotated[tuple[ProbeVisit, ...], Meta(max_length=20)] = ()

    def __post_init__(self) -> None:
        """Sessions count from 1; probes come one after the other."""
        if [session.number for session in self.sessions] != list(range(1, len(self.sessions) + 1)):
            raise ValueError("the sessions' numbers must be 1, 2, 3 and so on")
        if any(one.days_after_end >= other.days_after_end for one, other in pairwise(self.probes)):
            raise ValueError("the probes must be in order of days_after_end, each on a day of its own")


# --- one session as blocks -----------------------------------------------------------------------


def blocks(
    session: PlannedSession, belt_speed_mps: float | None = None, walk_speed_mps: float | None = WALK_MPS
) -> tuple[Block, ...]:
    """The session in whole seconds; ValueError, with a sentence, where that can't be.

    Speeds in m/s; they matter only where the session counts in metres.
    """
    speed_mps = _speed(session, belt_speed_mps) if session.needs_speed else 0.0
    if session.walk_run is not None:
        made = _walk_run(session, session.walk_run, speed_mps, walk_speed_mps)
    else:
        whole_s = _seconds(session.minutes, session.distance_m, speed_mps)
        if session.feedback_every_m is not None:
            made = _by_distance(whole_s, session.feedback_every_m, speed_mps)
        else:
            made = _by_share(whole_s, session.feedback_percent or 0)
    if len(made) > MOST_BLOCKS or sum(block.duration_s for block in made) > MOST_S:
        raise ValueError(
            f"Session {session.number} would have more than {MOST_BLOCKS} blocks or last more than "
            f"{MOST_S // 3600} hours. Shorten it, or make its stretches longer."
        )
    return made


def probe_blocks(kinds: Sequence[Probe]) -> tuple[Block, ...]:
    """Five minutes' warm-up, then two minutes each, nothing with feedback (counting aloud: Cheung 2018).

    Always retention, then recall, then distraction: nothing may remind the runner before the first is done.
    """
    probes = tuple(Block(duration_s=PROBE_S, feedback=False, probe=kind) for kind in Probe if kind in kinds)
    return (Block(duration_s=WARM_UP_S, feedback=False), *probes)


def _speed(session: PlannedSession, belt_speed_mps: float | None) -> float:
    if belt_speed_mps is None or not belt_speed_mps > 0:
        raise ValueError(f"Session {session.number} counts in metres: give the belt's speed.")
    return belt_speed_mps


def _seconds(minutes: float | None, distance_m: float | None, speed_mps: float) -> int:
    """Whole seconds; a distance is covered, never cut short."""
    if minutes is not None:
        return round(minutes * MINUTE_S)
    return max(1, math.ceil((distance_m or 0.0) / speed_mps - 1e-6))


def _by_share(whole_s: int, percent: float) -> tuple[Block, ...]:
    """Feedback first, then in turn, the end without; exact to the second over the session.

    Up to half the time the stretches with feedback take a minute; above, those without do, so that with a
    share p feedback lasts p / (1 - p) minutes at a time.
    """
    on_s = round(whole_s * percent / 100)
    if percent in (0, 100) or whole_s < 2:
        return (Block(duration_s=whole_s, feedback=percent > 0),)
    on_s = min(max(on_s, 1), whole_s - 1)
    off_s = whole_s - on_s
    pairs = min(max(1, round(min(on_s, off_s) / MINUTE_S)), MOST_BLOCKS // 2)
    made: list[Block] = []
    for on, off in zip(_spread(on_s, pairs), _spread(off_s, pairs), strict=True):
        made += [Block(duration_s=on), Block(duration_s=off, feedback=False)]
    made[-1] = Block(duration_s=made[-1].duration_s, feedback=False, probe=Probe.RETENTION)
    return tuple(made)


def _spread(whole_s: int, parts: int) -> list[int]:
    """As even as whole seconds allow, and the sum exact."""
    ends = [whole_s * k // parts for k in range(parts + 1)]
    return [last - first for first, last in pairwise(ends)]


def _by_distance(whole_s: int, every_m: float, speed_mps: float) -> tuple[Block, ...]:
    """A minute of feedback from each mark on, where some quiet is left after it."""
    if every_m / speed_mps <= MINUTE_S:
        raise ValueError(
            f"At {speed_mps * 3.6:.1f} km/h {every_m:g} m take {every_m / speed_mps:.0f} s, no longer than "
            "the minute of feedback. Choose a longer distance."
        )
    made: list[Block] = []
    now_s, mark = 0, 1
    while (at_s := round(mark * every_m / speed_mps)) + MINUTE_S < whole_s:
        made += [Block(duration_s=at_s - now_s, feedback=False), Block(duration_s=MINUTE_S)]
        now_s, mark = at_s + MINUTE_S, mark + 1
    return (*made, Block(duration_s=whole_s - now_s, feedback=False, probe=Probe.RETENTION if made else None))


def _walk_run(
    session: PlannedSession, turn: WalkRun, speed_mps: float, walk_speed_mps: float | None
) -> tuple[Block, ...]:
    """Walk, run, walk, run, until the time or the distance is covered; the last one is cut."""
    if session.distance_m is not None and (walk_speed_mps is None or not walk_speed_mps > 0):
        raise ValueError(f"Session {session.number} counts in metres: give the walking speed.")
    left = round((session.minutes or 0) * MINUTE_S) if session.distance_m is None else session.distance_m
    made: list[Block] = []
    while left > 1e-6 and len(made) <= MOST_BLOCKS:
        walks = len(made) % 2 == 0
        per_s = 1.0 if session.distance_m is None else (walk_speed_mps or WALK_MPS) if walks else speed_mps
        seconds = min(turn.walk_s if walks else turn.run_s, _seconds(None, left, per_s))
        activity = Activity.WALK if walks else Activity.RUN
        made.append(
            Block(
                duration_s=seconds, feedback=not walks and session.feedback_percent == 100, activity=activity
            )
        )
        left -= seconds * per_s
    return tuple(made)


# --- days ----------------------------------------------------------------------------------------


def dates(
    programme: Programme, first_day: date, pain: int | None = None, held: Sequence[date] = ()
) -> tuple[date, ...]:
    """The earliest day of each session; `held` are the days of those that were, the rest follow from them.

    No session before `first_day`, at most `per_week` in any seven days, and rest between two: `min_rest_h`,
    in the first week at least 48 h with a `pain` above 2 of 10. A day counts as 24 h.
    """
    days = list(held[: len(programme.sessions)])
    while len(days) < len(programme.sessions):
        day = first_day
        if days:
            first_week = (days[-1] - days[0]).days < WEEK_DAYS
            sore = first_week and pain is not None and pain > PAIN_RESTS
            rest_h = max(programme.min_rest_h, PAIN_REST_H if sore else 0)
            day = max(day, days[-1] + timedelta(days=math.ceil(rest_h / 24)))
        if len(days) >= programme.per_week:
            day = max(day, days[-programme.per_week] + timedelta(days=WEEK_DAYS))
        days.append(day)
    return tuple(days)


def probe_dates(programme: Programme, last_day: date) -> tuple[date, ...]:
    """The day of each probe visit, counted from the last session's."""
    return tuple(last_day + timedelta(days=visit.days_after_end) for visit in programme.probes)
