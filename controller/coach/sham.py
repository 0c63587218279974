"""Feedback from another session, for trials: the cues of that session, at their times in it.

What it says need not fit the runner's steps, so no cue cites one and the guard's sign rule is off; mutes,
pain, blocks and caps hold as always. The session's record says that it was a sham.
"""

from controller.coach.metronome import AHEAD_NS
from controller.cues import Cue, CueKind
from controller.prescription import Sham

NS = 1_000_000_000


class ShamPlayer:
    """Owner of the place in the other session's cues."""

    def __init__(self, sham: Sham, started_ns: int) -> None:
        self._cues = [
            Cue(
                due_ns=started_ns + round(cue.at_s * NS),
                kind=CueKind(cue.kind),
                value=cue.value,
                text=cue.text,
            )
            for cue in sorted(sham.cues, key=lambda cue: cue.at_s)
        ]
        self._next = 0

    def advance(self, now_ns: int, *, silent: bool) -> list[Cue]:
        """What falls due within 100 ms; while silent it passes unheard."""
        due: list[Cue] = []
        while self._next < len(self._cues) and self._cues[self._next].due_ns <= now_ns + AHEAD_NS:
            due.append(self._cues[self._next])
            self._next += 1
        return [] if silent else [cue for cue in due if cue.due_ns >= now_ns]
