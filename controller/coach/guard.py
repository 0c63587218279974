"""The last look before a player: a second, independent pair of eyes on every corrective cue.

It keeps its own account of mutes, blocks, pain and sensors from the items themselves, and knows nothing of
how the coach decided. A corrective cue must answer a step it has seen, agree in sign with what it cites, and
come while feedback is due. What fails is held back, counted and shown; no test may ever see one.
"""

from collections import deque

from controller.coach.blocks import Course
from controller.coach.speech import CORRECTIVE, PRAISE, key_of
from controller.cues import CLICKS, DARK, LIGHTS, Citation, Cue, CueKind
from controller.effects import Answer, Effect, FinishRecording
from controller.items import (
    Command,
    EndSession,
    Item,
    ReportPain,
    Samples,
    SetMute,
    StartSession,
    StationSetup,
    ToggleMute,
)
from controller.records import Step

NS = 1_000_000_000
AHEAD_NS = NS // 10
SILENT_NS = NS // 2  # docs/stale-table.md: step-driven cues are silent by 0.5 s
STEPS_SEEN = 16
PAIN_STOPS = 6
BELOW = -1
ABOVE = 1
# Which way a measure must lie from its limit for this cue to be right.
SIGNS = {CueKind.QUICKER: BELOW, CueKind.SLOWER: ABOVE, CueKind.TONE_LEFT: ABOVE, CueKind.TONE_RIGHT: ABOVE}
CORRECTIVE_PROMPTS = {prompt: BELOW if prompt == "quicker" else ABOVE for prompt in CORRECTIVE.values()}


class Guard:
    """Told of every item and of what the session wants done because of it."""

    def __init__(self, setup: StationSetup) -> None:
        self._setup = setup
        self._order: StartSession | None = None
        self._course: Course | None = None
        self._started_ns = 0
        self._muted = self._pained = False
        self._steps: deque[tuple[int, int]] = deque(maxlen=STEPS_SEEN)
        self._heard_ns: dict[str, int] = {}
        self.held_back = 0

    def passed(self, item: Item, effects: list[Effect]) -> list[Effect]:
        """The effects without the cues that must not be played."""
        if isinstance(item, Samples):
            if len(item.times_ns):
                self._heard_ns[item.sensor] = int(item.times_ns[-1])
        elif isinstance(item, Command):
            self._command(item, effects)
        if not effects:
            return effects
        self._steps.extend((e.initial_contact_ns, e.decided_ns) for e in effects if isinstance(e, Step))
        if any(isinstance(effect, Cue) for effect in effects):
            now_ns = int(item.times_ns[-1]) if isinstance(item, Samples) else item.time_ns
            kept = [
                effect for effect in effects if not isinstance(effect, Cue) or self._allows(effect, now_ns)
            ]
            self.held_back += len(effects) - len(kept)
            effects = kept
        if any(isinstance(effect, FinishRecording) for effect in effects):
            self._order = self._course = None
        return effects

    def _command(self, command: Command, effects: list[Effect]) -> None:
        order = command.order
        if not any(isinstance(effect, Answer) and effect.accepted for effect in effects):
            return
        if isinstance(order, StartSession):
            self._order, self._course = order, Course(order.blocks)
            self._started_ns = command.time_ns
            self._muted = self._pained = False
            self._steps.clear()
            self._heard_ns.clear()
        elif isinstance(order, SetMute):
            self._muted = order.muted
        elif isinstance(order, ToggleMute):
            self._muted = not self._muted
        elif isinstance(order, ReportPain):
            hurts = order.score is not None and order.score >= PAIN_STOPS
            self._pained |= hurts or order.word is not None
        elif isinstance(order, EndSession):
            self._muted = True

    def _allows(self, cue: Cue, now_ns: int) -> bool:
        if not corrective(cue):
            return True
        order, course = self._order, self._course
        if order is None or course is None or self._muted or self._pained:
            return False
        here = course.place(max(0, now_ns - self._started_ns) / NS)
        if not here.block.feedback or cue.due_ns > now_ns + AHEAD_NS:
            return False
        if order.sham is not None or cue.kind in CLICKS or key_of(cue) == PRAISE:
            return True
        return cue.cites is not None and self._true(cue, cue.cites)

    def _true(self, cue: Cue, cites: Citation) -> bool:
        if (
            cites.contact_ns,
            cites.decided_ns,
        ) not in self._steps or cue.due_ns - cites.decided_ns > SILENT_NS:
            return False
        silent = (cites.decided_ns - self._heard_ns.get(s.name, 0) for s in self._setup.sensors)
        return all(ns <= SILENT_NS for ns in silent) and agrees(cue, cites)


def corrective(cue: Cue) -> bool:
    """Whether the cue wants the runner to run otherwise, or says that they need not."""
    if cue.kind in LIGHTS:
        return cue.value != DARK
    if cue.kind is CueKind.SAY:
        return key_of(cue) in CORRECTIVE_PROMPTS or key_of(cue) == PRAISE
    return True


def agrees(cue: Cue, cites: Citation) -> bool:
    """The cue asks for the change that the cited measure calls for."""
    side = (cites.value > cites.limit) - (cites.value < cites.limit)
    if cue.kind in (CueKind.BAR, CueKind.STRIP):
        return True  # pictures of a measure, not wishes
    if cue.kind is CueKind.LIGHT:
        return side == {-1.0: BELOW, 0.0: 0, 1.0: ABOVE}.get(cue.value)
    if cue.kind is CueKind.SAY:
        return side == CORRECTIVE_PROMPTS[key_of(cue)]
    measured = {CueKind.TONE_LEFT: "peak_left_g", CueKind.TONE_RIGHT: "peak_right_g"}.get(
        cue.kind, "cadence_spm"
    )
    same_way = (cue.value > 0) - (cue.value < 0) == side
    return side == SIGNS[cue.kind] and same_way and cites.measure == measured
