"""What may change in a programme after a session: proposals with their reason, and what accepting one makes.

A proposal is only ever returned. Nothing here or elsewhere applies one by itself: a clinician accepts it,
and the programme that comes of it has the next version.
"""

from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise
from typing import Annotated

import msgspec
from msgspec import Meta

from controller.coach.programme import MOST_SESSIONS, PlannedSession, Programme
from controller.coach.safety import (
    CALF_HOLD,
    OUR_CHOICE,
    PAIN_EASE,
    PAIN_RISE,
    PAIN_SOURCE,
    PainAction,
    during,
    progress_held,
)
from controller.prescription import PainScore, Percent, StopWord, Strict

SOONER_PERCENT = 80  # in band without feedback, two sessions in a row
QUIET_LEAST_PERCENT = 50
FEEDBACK_LEAST_PERCENT = 60
EASED = 0.8  # of the length
IN_BAND_SOURCE = f"feedback kept on is kept worst (review PMC7083994); the limits are {OUR_CHOICE}"


class Kind(StrEnum):
    """Fade sooner, repeat the session, ease it, or wait for the answer of the day after."""

    FADE_SOONER = "fade_sooner"
    HOLD = "hold"
    EASE = "ease"
    WAIT_FOR_ANSWER = "wait_for_answer"


class SessionOutcome(Strict, frozen=True, kw_only=True):
    """What one session came to; None where it was not measured, or nobody has asked.

    Shares of the steps in band with feedback and without; pain and calf soreness from 0 to 10, `_24h` on
    the day after; `stop_word` ended the cues.
    """

    number: Annotated[int, Meta(ge=1, le=MOST_SESSIONS)]
    feedback_in_band_percent: Percent | None = None
    quiet_in_band_percent: Percent | None = None
    pain_before: PainScore | None = None
    pain_during: PainScore | None = None
    stop_word: StopWord | None = None
    pain_24h: PainScore | None = None
    calf_24h: PainScore | None = None


class Proposal(Strict, frozen=True, kw_only=True):
    """For the clinician to accept or not: after session `number` of this `version`."""

    kind: Kind
    programme: str
    version: int
    number: int
    sentence: str
    source: str


def propose(programme: Programme, history: Sequence[SessionOutcome]) -> Proposal | None:
    """From the sessions held, oldest first: the most careful proposal that has a reason, or None."""
    if not history:
        return None
    last = history[-1]
    if last.number > len(programme.sessions):
        raise ValueError(f"{programme.name} has no session {last.number}: the outcome is of another version.")
    found = _ease(last) or _hold(last) or _wait(programme, last) or _sooner(programme, history)
    if found is None:
        return None
    kind, sentence, source = found
    return Proposal(
        kind=kind,
        programme=programme.name,
        version=programme.version,
        number=last.number,
        sentence=sentence,
        source=source,
    )


Found = tuple[Kind, str, str] | None


def _ease(last: SessionOutcome) -> Found:
    """Rules "pain during", "pain too high" and "stop word", and a clear rise on the day after."""
    action = during(last.pain_during, last.stop_word, last.pain_before)
    then = f"Repeat session {last.number} at {100 * EASED:.0f} % of its length, then as it was."
    how_much = f"{PAIN_SOURCE}; how much shorter is {OUR_CHOICE}"
    if action is PainAction.END:
        what = last.stop_word.replace("_", " ") if last.stop_word else f"pain {last.pain_during} of 10"
        sentence = (
            f"The cues of session {last.number} ended: {what}. The programme pauses until you have seen the "
            f"runner. {then}"
        )
        return Kind.EASE, sentence, how_much
    if action is PainAction.EASE_OFF:
        sentence = (
            f"Pain was {last.pain_during} of 10 during session {last.number}; from {PAIN_EASE} on the load "
            f"is eased. {then}"
        )
        return Kind.EASE, sentence, how_much
    before = last.pain_before or 0
    if last.pain_24h is not None and last.pain_24h >= before + PAIN_RISE:
        sentence = (
            f"Pain a day after session {last.number} was {last.pain_24h} of 10, before it {before}. {then}"
        )
        return Kind.EASE, sentence, f"{PAIN_SOURCE}; the rise and how much shorter are {OUR_CHOICE}"
    return None


def _hold(last: SessionOutcome) -> Found:
    """Any rise of pain, the calf, or too little in band: the session is repeated as it was."""
    again = f"Repeat session {last.number} as it was before fading further."
    sore = last.calf_24h is not None and last.calf_24h >= CALF_HOLD
    worse = last.pain_24h is not None and last.pain_24h > (last.pain_before or 0)
    if sore or worse:
        why = progress_held(last.pain_before, last.pain_24h or 0, last.calf_24h or 0) or ""
        source = f"Chan 2018; the limit is {OUR_CHOICE}" if not worse else PAIN_SOURCE
        return Kind.HOLD, f"{why} {again}", source
    for percent, least, when in (
        (last.quiet_in_band_percent, QUIET_LEAST_PERCENT, "without feedback"),
        (last.feedback_in_band_percent, FEEDBACK_LEAST_PERCENT, "with feedback"),
    ):
        if percent is not None and percent < least:
            sentence = f"{percent:.0f} % of the steps {when} were in band, less than {least} %. {again}"
            return Kind.HOLD, sentence, IN_BAND_SOURCE
    return None


def _wait(programme: Programme, last: SessionOutcome) -> Found:
    """Rule "pain after 24 hours": while nobody has asked, no step forward."""
    if last.number == len(programme.sessions) or None not in (last.pain_24h, last.calf_24h):
        return None
    sentence = progress_held(last.pain_before, last.pain_24h, last.calf_24h) or ""
    return Kind.WAIT_FOR_ANSWER, sentence, PAIN_SOURCE


def _sooner(programme: Programme, history: Sequence[SessionOutcome]) -> Found:
    """What stays without feedback needs less of it: the shares to come move one session forward."""
    last_two = [outcome.quiet_in_band_percent for outcome in history[-2:]]
    if len(last_two) < 2 or any(percent is None or percent < SOONER_PERCENT for percent in last_two):
        return None
    number = history[-1].number
    coming = programme.sessions[number:]
    if not coming or _sooner_sessions(coming)[0] == coming[0]:
        return None
    percent = _sooner_sessions(coming)[0].feedback_percent
    sentence = (
        f"In the last two sessions {SOONER_PERCENT} % or more of the steps without feedback were in band. "
        f"Take session {number + 1} with {percent:g} % feedback instead of {coming[0].feedback_percent:g} %, "
        "and those after it one stage further too."
    )
    return Kind.FADE_SOONER, sentence, IN_BAND_SOURCE


def _sooner_sessions(coming: Sequence[PlannedSession]) -> tuple[PlannedSession, ...]:
    """Each takes the share of the one after it, where that is less; walk-runs and distances stay."""
    made = list(coming)
    for place, (own, after) in enumerate(pairwise(coming)):
        one, other = own.feedback_percent, after.feedback_percent
        if own.walk_run is None and one is not None and other is not None and other < one:
            made[place] = msgspec.structs.replace(own, feedback_percent=other)
    return tuple(made)


def applied(programme: Programme, proposal: Proposal) -> Programme:
    """The programme a clinician's yes makes, with the next version; ValueError where it can't be."""
    if (proposal.programme, proposal.version) != (programme.name, programme.version):
        raise ValueError(
            f"The proposal is for {proposal.programme} version {proposal.version}; this is {programme.name} "
            f"version {programme.version}. Look at the newest proposal."
        )
    done, coming = programme.sessions[: proposal.number], programme.sessions[proposal.number :]
    if proposal.kind is Kind.WAIT_FOR_ANSWER:
        raise ValueError("This proposal waits for an answer; there is nothing to change.")
    if proposal.kind is Kind.FADE_SOONER:
        coming = _sooner_sessions(coming)
    elif proposal.kind is Kind.HOLD:
        coming = (done[-1], *coming)
    else:
        coming = (_shorter(done[-1]), done[-1], *coming)
    if len(done) + len(coming) > MOST_SESSIONS:
        raise ValueError(f"A programme has at most {MOST_SESSIONS} sessions. Begin a new one.")
    numbered = (
        msgspec.structs.replace(session, number=number)
        for number, session in enumerate((*done, *coming), start=1)
    )
    return msgspec.structs.replace(programme, version=programme.version + 1, sessions=tuple(numbered))


def _shorter(session: PlannedSession) -> PlannedSession:
    """Less of the same; never less than a programme may hold."""
    if session.minutes is not None:
        return msgspec.structs.replace(session, minutes=max(1.0, round(session.minutes * EASED, 1)))
    return msgspec.structs.replace(
        session, distance_m=max(100.0, round((session.distance_m or 0) * EASED, 1))
    )
