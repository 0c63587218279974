"""The bandwidth cue and the tones: silent inside the band; outside it one sign, then a rest.

Feedback that never stops is soon ignored, so an earcon rests after it was played. Its value is the
distance to the target; a tone's is the excess over the limit, which its pitch follows (Wood & Kipp 2014).
"""

from controller.coach.advice import Finding
from controller.cues import Citation, Cue, CueKind
from controller.effects import Advice, Goals
from controller.items import Side
from controller.records import Step

REST_NS = 4_000_000_000  # about eleven steps: time to answer before being told again
EARCONS = {Advice.QUICKER: CueKind.QUICKER, Advice.SLOWER: CueKind.SLOWER}
TONES = {
    Side.LEFT: (Advice.SOFTER_LEFT, CueKind.TONE_LEFT),
    Side.RIGHT: (Advice.SOFTER_RIGHT, CueKind.TONE_RIGHT),
}
MOST_EXCESS_PERCENT = 100.0


class Band:
    """Remembers when it last spoke."""

    def __init__(self) -> None:
        self._last_earcon_ns: int | None = None
        self.earcons = 0

    def step(self, step: Step, found: tuple[Finding, ...], goals: Goals) -> list[Cue]:
        """The earcon that this step calls for, if any."""
        own = next((finding for finding in found if finding.advice in EARCONS), None)
        now_ns = step.decided_ns
        if own is None or goals.cadence_spm is None:
            return []
        if self._last_earcon_ns is not None and now_ns - self._last_earcon_ns < REST_NS:
            return []
        self._last_earcon_ns = now_ns
        self.earcons += 1
        away = own.value - goals.cadence_spm
        return [Cue(due_ns=now_ns, kind=EARCONS[own.advice], value=away, cites=cited(step, own))]


class Tones:
    """A tone for a landing of the leg that lands too hard, at each n-th of its strides."""

    def __init__(self) -> None:
        self._strides = {Side.LEFT: 0, Side.RIGHT: 0}

    def step(self, step: Step, found: tuple[Finding, ...], every_strides: int) -> list[Cue]:
        """The tone for this landing, if its leg's five-step mean is above the limit."""
        if step.side not in TONES:
            return []
        advice, kind = TONES[step.side]
        own = next((finding for finding in found if finding.advice is advice), None)
        if own is None:
            self._strides[step.side] = 0
            return []
        self._strides[step.side] += 1
        if (self._strides[step.side] - 1) % every_strides:
            return []
        excess = min(100 * (own.value / own.limit - 1), MOST_EXCESS_PERCENT)
        return [Cue(due_ns=step.decided_ns, kind=kind, value=excess, cites=cited(step, own))]


def cited(step: Step, finding: Finding) -> Citation:
    """The step and the finding that a cue answers."""
    return Citation(
        contact_ns=step.initial_contact_ns,
        decided_ns=step.decided_ns,
        measure=finding.measure,
        value=finding.value,
        limit=finding.limit,
    )
