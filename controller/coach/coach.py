"""One session on the belt: its blocks, its targets, and what may reach the runner now."""

from collections import deque
from typing import NamedTuple

from controller.coach.advice import advise
from controller.coach.band import Band
from controller.coach.blocks import Course, Place
from controller.coach.metronome import Metronome
from controller.effects import Advice, CancelCues, Cue, CueKind, SessionReport, Silence, Step, TargetChange
from controller.items import CueModes, StartSession, Targets

NS = 1_000_000_000
MINUTE_NS = 60 * NS
CUES = tuple(CueKind)


class Conditions(NamedTuple):
    """What the coach must know of the station at one moment."""

    now_ns: int
    sensor_lost: bool
    sure: bool
    mode: str
    cadence_spm: float | None


class Coach:
    """Owner of one session's state, from its start to its end."""

    def __init__(self, order: StartSession, started_ns: int) -> None:
        self._order = order
        self._started_ns = started_ns
        self._course = Course(order.blocks)
        self._targets = order.targets
        self._cues = order.cues
        self._muted_ns: int | None = None
        self._metronome = Metronome()
        self._band = Band()
        self._in_band: deque[tuple[int, bool]] = deque()
        self._steps = self._stumbles = 0
        self._marks = 0
        self._change: TargetChange | None = None
        self._ended: tuple[int, str] | None = None

    @property
    def running(self) -> bool:
        return self._ended is None

    def over(self, now_ns: int) -> bool:
        """The last block has ended."""
        return self._place(now_ns).over

    def _place(self, now_ns: int) -> Place:
        until_ns = self._ended[0] if self._ended else now_ns
        return self._course.place(max(0, until_ns - self._started_ns) / NS)

    def silences(self, conditions: Conditions) -> tuple[Silence, ...]:
        """Why nothing corrective may sound now; empty while feedback is due (docs/stale-table.md)."""
        here = self._place(conditions.now_ns)
        reasons = (
            (Silence.NO_SESSION, not self.running or here.over),
            (Silence.MUTED, self._muted_ns is not None),
            (Silence.NO_FEEDBACK, not here.block.feedback),
            (Silence.SENSOR_LOST, conditions.sensor_lost),
            (Silence.UNSURE, not conditions.sure),
            (Silence.NOT_RUNNING, conditions.mode != "running"),
        )
        return tuple(reason for reason, holds in reasons if holds)

    def advice(self, conditions: Conditions) -> Advice | None:
        """The decision at this moment, whether or not it may be cued; None when nothing is known."""
        known = conditions.sure and not conditions.sensor_lost and conditions.mode == "running"
        if not self.running or not known or conditions.cadence_spm is None:
            return None
        return advise(conditions.cadence_spm, self._targets)

    def step(self, step: Step, conditions: Conditions) -> list[Cue]:
        """A step was completed: count it, and say what it calls for."""
        self._steps += 1
        self._stumbles += step.irregular
        advice = self.advice(conditions)
        if advice is None:
            return []
        self._in_band.append((step.decided_ns, advice is Advice.IN_BAND))
        if self.silences(conditions) or not self._cues.beep or conditions.cadence_spm is None:
            return []
        return self._band.step(step.decided_ns, conditions.cadence_spm, advice, self._targets)

    def act(self, conditions: Conditions) -> list[Cue | CancelCues]:
        """Time passed or something was changed: bring metronome and light to where they should be."""
        silences = self.silences(conditions)
        effects = self._pace(conditions.now_ns, silences)
        advice = self.advice(conditions) if self._cues.light and not silences else None
        effects += self._band.light(conditions.now_ns, advice)
        while self._in_band and conditions.now_ns - self._in_band[0][0] > MINUTE_NS:
            self._in_band.popleft()
        return effects

    def _pace(self, now_ns: int, silences: tuple[Silence, ...]) -> list[Cue | CancelCues]:
        # A fixed tempo needs no step to follow, so being unsure of the steps does not end it; a lost
        # sensor or a walk does, unless the clinician chose the open loop.
        forgiven = {Silence.UNSURE}
        if self._cues.open_loop:
            forgiven |= {Silence.SENSOR_LOST, Silence.NOT_RUNNING}
        if not self._cues.click or set(silences) - forgiven:
            if not self._metronome.running:
                return []
            self._metronome.halt()
            return [CancelCues(from_ns=now_ns, kinds=(CueKind.CLICK,))]
        if not self._metronome.running:
            self._metronome.start(now_ns, self._targets.cadence_spm)
        self._metronome.retune(self._targets.cadence_spm)
        return list(self._metronome.advance(now_ns))

    def set_targets(self, targets: Targets, now_ns: int) -> None:
        """New targets from now on; the previous ones are kept for an undo."""
        if targets != self._targets:
            elapsed_s = self._place(now_ns).elapsed_s
            self._change = TargetChange(elapsed_s=elapsed_s, targets=targets, previous=self._targets)
            self._targets = targets

    def set_cues(self, cues: CueModes) -> None:
        """Other cue modes from now on."""
        self._cues = cues

    def set_mute(self, now_ns: int, *, muted: bool) -> list[CancelCues]:
        """Muting takes back what was handed out and not yet played."""
        if not muted:
            self._muted_ns = None
            return []
        self._muted_ns = now_ns if self._muted_ns is None else self._muted_ns
        self._metronome.halt()
        return [CancelCues(from_ns=now_ns, kinds=CUES)]

    def mark(self) -> None:
        """The clinician marked this moment."""
        self._marks += 1

    def end(self, now_ns: int, reason: str) -> list[Cue | CancelCues]:
        """Cues end at once, the light goes dark."""
        self._ended = (now_ns, reason)
        self._metronome.halt()
        return [CancelCues(from_ns=now_ns, kinds=CUES), *self._band.light(now_ns, None)]

    def report(self, now_ns: int) -> SessionReport:
        """The session as a page shows it."""
        here = self._place(now_ns)
        inside = [within for _, within in self._in_band]
        muted_ns = self._muted_ns
        return SessionReport(
            session_id=self._order.session_id,
            runner=self._order.runner,
            targets=self._targets,
            cues=self._cues,
            muted=muted_ns is not None,
            muted_since_s=None if muted_ns is None else (muted_ns - self._started_ns) / NS,
            baseline_cadence_spm=self._order.baseline_cadence_spm,
            blocks=self._order.blocks,
            block_index=here.number,
            elapsed_s=here.elapsed_s,
            left_s=here.left_s,
            steps=self._steps,
            stumbles=self._stumbles,
            in_band_percent=100 * sum(inside) / len(inside) if inside else None,
            earcons=self._band.earcons,
            marks=self._marks,
            last_change=self._change,
            ended_reason=self._ended[1] if self._ended else "",
        )
