"""One session on the belt: its blocks, its targets, and what may reach the runner now."""

from typing import NamedTuple

from controller.coach import safety
from controller.coach.advice import Finding, anything_known, findings
from controller.coach.aim import Aim
from controller.coach.baseline import Taking
from controller.coach.blocks import Course, Place
from controller.coach.cueing import Cueing
from controller.coach.measures import Means, Measures
from controller.coach.safety import PainAction
from controller.coach.score import Score
from controller.coach.sham import ShamPlayer
from controller.coach.speed import TypedSpeed
from controller.coach.timings import Timings
from controller.cues import CancelCues, Cue
from controller.effects import Advice, Goals, SessionReport, Silence, TargetChange
from controller.items import ReportPain, StartSession
from controller.prescription import CueModes, StopWord, Targets
from controller.records import BlockResult, Prediction, SessionTimings, Step

NS = 1_000_000_000
Told = Cue | CancelCues | BlockResult | SessionTimings


class Conditions(NamedTuple):
    """What the coach must know of the station at one moment."""

    now_ns: int
    sensor_lost: bool
    sure: bool
    mode: str
    cadence_spm: float | None
    belt_speed_mps: float | None = None  # None: not known, or too old
    has_belt: bool = False
    sensor_turned: bool = False


class Coach:
    """Owner of one session's state, from its start to its end."""

    def __init__(self, order: StartSession, started_ns: int) -> None:
        self._order = order
        self._started_ns = started_ns
        self._course = Course(order.blocks)
        self._aim = Aim(order.targets, order.baselines)
        self.cues = order.cues
        self._muted_ns: int | None = None
        self._muted_at_handrail = False
        self._means = Means()
        self._score = Score()
        self._cueing = Cueing()
        self._typed = TypedSpeed(order.typed_speed_mps)
        self._taking: Taking | None = None
        self._sham = ShamPlayer(order.sham, started_ns) if order.sham else None
        self.timings = Timings()
        self._results: list[BlockResult] = []
        self._pain: tuple[int | None, StopWord | None] = (order.pain_before, None)
        self._pain_action = PainAction.GO_ON
        self._marks = 0
        self._change: TargetChange | None = None
        self._ended: tuple[int, str] | None = None
        self._last_place = (started_ns, self._course.place(0.0))

    # --- where the session is --------------------------------------------------------------------

    @property
    def running(self) -> bool:
        return self._ended is None

    def over(self, now_ns: int) -> bool:
        """The last block has ended."""
        return self._place(now_ns).over

    def _place(self, now_ns: int) -> Place:
        """Asked several times at one moment: the last answer is kept."""
        until_ns = self._ended[0] if self._ended else now_ns
        if self._last_place[0] != until_ns:
            place = self._course.place(max(0, until_ns - self._started_ns) / NS)
            self._last_place = (until_ns, place)
        return self._last_place[1]

    @property
    def muted(self) -> bool:
        return self._muted_ns is not None

    def speed_mps(self, now: Conditions) -> float | None:
        """The belt's word where there is a belt; otherwise what was typed."""
        return now.belt_speed_mps if now.has_belt else self._typed.speed_mps

    @property
    def typed_speed_mps(self) -> float | None:
        return self._typed.speed_mps

    def goals(self, now: Conditions) -> Goals:
        """What the targets mean at this moment."""
        quiet = not self._place(now.now_ns).block.feedback
        return self._aim.goals(self.speed_mps(now), quiet=quiet, impact_trusted=not now.sensor_turned)

    def silences(self, now: Conditions) -> tuple[Silence, ...]:
        """Why nothing corrective may reach the runner; empty while feedback is due (docs/stale-table.md)."""
        here = self._place(now.now_ns)
        needs = self._aim.targets.needs_baseline
        speed_gone = needs and now.has_belt and now.belt_speed_mps is None
        missing = needs and self.goals(now).baseline is None
        reasons = (
            (Silence.NO_SESSION, not self.running or here.over),
            (Silence.PAIN, self._pain_action is PainAction.END),
            (Silence.MUTED, self.muted),
            (Silence.CAPTURING, self._taking is not None),
            (Silence.NO_FEEDBACK, not here.block.feedback),
            (Silence.SENSOR_LOST, now.sensor_lost),
            (Silence.UNSURE, not now.sure),
            (Silence.NOT_RUNNING, now.mode != "running"),
            (Silence.NO_SPEED, speed_gone),
            (Silence.NO_BASELINE, missing and not speed_gone),
        )
        return tuple(reason for reason, holds in reasons if holds)

    def advice(self, now: Conditions) -> Advice | None:
        """The decision at this moment, whether or not it may be cued; None when nothing is known."""
        found = self._found(now)
        if found is None:
            return None
        return found[0].advice if found else Advice.IN_BAND

    def _found(self, now: Conditions) -> tuple[Finding, ...] | None:
        known = now.sure and not now.sensor_lost and now.mode == "running"
        if not self.running or not known:
            return None
        measures, goals = self._measures(now), self.goals(now)
        return findings(measures, goals) if anything_known(measures, goals) else None

    def _measures(self, now: Conditions) -> Measures:
        return self._means.now(now.cadence_spm)

    # --- what happens ----------------------------------------------------------------------------

    def step(self, step: Step, now: Conditions) -> list[Told]:
        """A step was completed: count it, and say what it calls for."""
        if step.irregular or step.gap:
            self._means.forget()
        self._means.step(step)
        self._typed.step(step)
        if now.cadence_spm is not None and not self.silences(now):
            self._aim.caught_up(now.cadence_spm, self.goals(now).baseline)
        found = self._found(now)
        goals = self.goals(now)
        self._score.step(step, goals, in_band=None if found is None else not found)
        self._capture(step, now)
        if found is None or self._sham is not None or self.silences(now):
            return []
        return list(self._cueing.step(step, found, self._measures(now), goals, self.cues))

    def _capture(self, step: Step, now: Conditions) -> None:
        if self._taking is None:
            return
        baseline = self._taking.step(step, self.speed_mps(now))
        if baseline is not None:
            self._taking = None
            self._aim.add_baseline(baseline)

    def prediction(self, prediction: Prediction) -> None:
        """The next contact is expected then."""
        self._cueing.prediction(prediction)

    def act(self, now: Conditions) -> list[Told]:
        """Time passed or something was changed: bring metronome, lights and ramp to where they should be."""
        silences = self.silences(now)
        staged = self._aim.pass_time(now.now_ns, active=not silences)
        if self._sham is not None:
            cues = self._sham.advance(now.now_ns, silent=bool(silences))
            return [*self._cueing.play_sham(cues, now.now_ns, silent=bool(silences)), *self._turn_block(now)]
        told: list[Told] = []
        told += self._cueing.act(now.now_ns, silences, self.goals(now).cadence_spm, self.cues)
        if staged and self.cues.speech:
            told.append(self._cueing.say("next_stage", now.now_ns, self.cues))
        # After what was taken back, so that a word about the new block is not taken back with it.
        return told + self._turn_block(now)

    def _turn_block(self, now: Conditions) -> list[Told]:
        here = self._place(now.now_ns)
        done = len(self._results)
        if here.number <= done:
            return []
        before = self._order.blocks[done]
        result = self._score.close(done, before, self._pain[0])
        self._results.append(result)
        told: list[Told] = [result]
        if self.cues.speech and not self.muted and before.feedback != here.block.feedback:
            word = "feedback_on" if here.block.feedback else "feedback_off"
            told.append(self._cueing.say(word, now.now_ns, self.cues))
        return told

    # --- what people want ------------------------------------------------------------------------

    def set_targets(self, targets: Targets, now: Conditions) -> str | None:
        """New targets from now on, the previous ones kept for an undo; or why not."""
        refusal = safety.refusal_of_targets(targets, self._aim.baselines, self._order.pain_before)
        if refusal is not None or targets == self._aim.targets:
            return refusal
        was = self.goals(now)
        elapsed_s = self._place(now.now_ns).elapsed_s
        self._change = TargetChange(elapsed_s=elapsed_s, targets=targets, previous=self._aim.targets)
        self._aim.set_targets(targets, was)
        return None

    def set_cues(self, cues: CueModes) -> None:
        """Other cue modes from now on."""
        self.cues = cues

    def set_mute(self, now_ns: int, *, muted: bool, at_handrail: bool = False) -> list[Told]:
        """Muting takes back what was handed out and not yet played."""
        self._muted_at_handrail = muted and at_handrail
        if not muted:
            self._muted_ns = None
            return []
        self._muted_ns = now_ns if self._muted_ns is None else self._muted_ns
        return list(self._cueing.silence(now_ns))

    def set_speed(self, speed_mps: float | None) -> None:
        """The clinician typed the belt's speed, or confirmed it."""
        self._typed.type(speed_mps)

    def capture(self, now_ns: int) -> list[Told]:
        """Begin to take a baseline, or give it up."""
        self._taking = None if self._taking else Taking()
        return list(self._cueing.silence(now_ns)) if self._taking else []

    def report_pain(self, pain: ReportPain, now_ns: int) -> list[Told]:
        """The runner said how it feels. Rules: coach/safety.py; an end is not taken back in this session."""
        self._pain = (pain.score if pain.score is not None else self._pain[0], pain.word)
        action = safety.during(pain.score, pain.word, self._order.pain_before)
        if self._pain_action is PainAction.END:
            return []
        self._pain_action = action
        if action is PainAction.GO_ON:
            return []
        if action is PainAction.EASE_OFF:
            quiet = self.muted or not self.cues.speech
            return [] if quiet else [self._cueing.say("ease_off", now_ns, self.cues)]
        # Spoken whether or not prompts are on: it is for the runner's safety and corrects nothing.
        return [*self._cueing.silence(now_ns), self._cueing.say("press_stop", now_ns, self.cues)]

    def mark(self) -> None:
        """The clinician marked this moment."""
        self._marks += 1

    def end(self, now_ns: int, reason: str) -> list[Told]:
        """Cues end at once, the light goes dark, the last block is summed up."""
        here = self._place(now_ns)
        result = self._score.close(here.number, here.block, self._pain[0])
        self._results.append(result)
        self._ended = (now_ns, reason)
        self._taking = None
        timings = SessionTimings(spreads=self.timings.report())
        told: list[Told] = [result, timings, *self._cueing.silence(now_ns)]
        if self.cues.speech and self._pain_action is not PainAction.END:
            told.append(self._cueing.say("finished", now_ns, self.cues))
        return told

    def report(self, now: Conditions) -> SessionReport:
        """The session as a page shows it."""
        here = self._place(now.now_ns)
        muted_ns = self._muted_ns
        return SessionReport(
            session_id=self._order.session_id,
            runner=self._order.runner,
            targets=self._aim.targets,
            goals=self.goals(now) if self.running else None,
            cues=self.cues,
            muted=self.muted,
            muted_since_s=None if muted_ns is None else (muted_ns - self._started_ns) / NS,
            baselines=self._aim.baselines,
            capture=self._taking.report() if self._taking else None,
            typed_speed_mps=self._typed.speed_mps,
            speed_doubted=self._typed.doubted,
            blocks=self._order.blocks,
            block_index=here.number,
            results=tuple(self._results),
            elapsed_s=here.elapsed_s,
            left_s=here.left_s,
            steps=self._score.steps,
            stumbles=self._score.stumbles,
            in_band_percent=self._score.in_band_percent(now.now_ns),
            in_band_steps=self._score.block_in_band,
            earcons=self._cueing.earcons,
            marks=self._marks,
            pain=self._pain[0],
            pain_action=self._pain_action.value,
            sham=self._sham is not None,
            warnings=safety.warnings(self._aim.targets, self._aim.baselines),
            timings=self.timings.report(),
            last_change=self._change,
            ended_reason=self._ended[1] if self._ended else "",
            muted_at_handrail=self._muted_at_handrail,
        )
