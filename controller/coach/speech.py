"""Spoken prompts: corrective ones at most one every N seconds, others where the session turns.

What is said is a key; how it sounds is the voice's business (docs/voices.md).
"""

from controller.coach.advice import Finding
from controller.coach.band import cited
from controller.cues import Cue, CueKind
from controller.effects import Advice
from controller.prescription import CueModes
from controller.records import Step

NS = 1_000_000_000
LASTS_NS = 5 * NS  # outside the band for this long, before a word is worth its interruption
CORRECTIVE = {
    Advice.QUICKER: "quicker",
    Advice.SLOWER: "slower",
    Advice.SOFTER_LEFT: "softer_left",
    Advice.SOFTER_RIGHT: "softer_right",
    Advice.LESS_BOUNCE: "less_bounce",
    Advice.EVEN: "even",
}
PRAISE = "well"
INFORMATIVE = ("next_stage", "feedback_on", "feedback_off", "ease_off", "press_stop", "finished")


def spoken(key: str, modes: CueModes) -> str:
    """The prompt's name as players know it: language and key."""
    return f"{modes.language}/{key}"


def key_of(cue: Cue) -> str:
    """The key without the language."""
    return cue.text.rpartition("/")[2]


class Speech:
    """Remembers what was said and when."""

    def __init__(self) -> None:
        self._last_ns: int | None = None
        self._outside_ns: int | None = None
        self._corrected = False

    def step(self, step: Step, found: tuple[Finding, ...], modes: CueModes) -> list[Cue]:
        """The prompt that this step calls for, if any."""
        every_s = modes.speech_every_s
        now_ns = step.decided_ns
        if not found:
            self._outside_ns = None
            if not self._corrected or not self._rested(now_ns, every_s):
                return []
            self._corrected = False
            return [self.say(PRAISE, now_ns, modes)]
        self._outside_ns = now_ns if self._outside_ns is None else self._outside_ns
        if now_ns - self._outside_ns < LASTS_NS or not self._rested(now_ns, every_s):
            return []
        self._last_ns, self._corrected = now_ns, True
        text = spoken(CORRECTIVE[found[0].advice], modes)
        return [Cue(due_ns=now_ns, kind=CueKind.SAY, value=0.0, text=text, cites=cited(step, found[0]))]

    def say(self, key: str, now_ns: int, modes: CueModes) -> Cue:
        """A prompt that does not answer a step; it counts for the rest between prompts."""
        self._last_ns = now_ns
        return Cue(due_ns=now_ns, kind=CueKind.SAY, value=0.0, text=spoken(key, modes))

    def _rested(self, now_ns: int, every_s: float) -> bool:
        return self._last_ns is None or now_ns - self._last_ns >= every_s * NS
