"""Simulated runners through a whole programme, step by step, in seconds: no sensors, the same coach.

What a runner of flesh would do is not known here; these are seven ways to answer, so that the programme,
its fading, its proposals and its probes can be watched from end to end. The forms of learning (approach,
practice, forgetting) are those of runner.py; their sizes are our choice and no finding.
"""

import heapq
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from controller.coach.coach import Coach, Conditions, Told
from controller.coach.fading import Proposal, SessionOutcome, propose
from controller.coach.programme import Programme, blocks, probe_blocks
from controller.cues import CancelCues, Cue
from controller.items import ReportPain, Side, StartSession
from controller.prescription import Baseline, Block, CueModes, StopWord, Targets
from controller.records import BlockResult, Step
from controller.simulation.runner import Runner, TrueStep
from controller.simulation.scene import RunnerModel, Stretch
from controller.simulation.treadmill import Treadmill

NS = 1_000_000_000
SPEED_MPS = 2.5
TICK_S = 0.09  # cues are handed out up to 0.1 s ahead
TOLD_AFTER_S = 0.03  # a contact is decided this long after it (docs/accuracy.md: 26 to 44 ms)
STEPS_MEANT = 8
DAYS_APART = 2
PROBE_DAYS = (7, 30, 90, 180, 365)


class Person(NamedTuple):
    """A way to answer: the model of the runner, and what happens to them on the way."""

    name: str
    model: RunnerModel
    limps_in_session: int | None = None  # says so after eight minutes of it
    stops_in_session: int | None = None  # steps off for a minute after five


def model(**answers: float) -> RunnerModel:
    """One runner at 166 steps/min, with answers of their own."""
    return RunnerModel(cadence_spm=166.0, **answers)


PEOPLE = (
    Person("fast learner", model(follow=0.97, answer_steps=5, retention=1.0, kept_by_day=0.9995)),
    Person("slow learner", model(follow=0.8, answer_steps=25, retention=0.45, kept_by_day=0.97)),
    Person("non-responder", model(follow=0.05, earcon_percent=0.0, retention=0.0)),
    Person("over-shooter", model(follow=1.45, earcon_percent=3.0, answer_steps=4, retention=0.95)),
    Person("limping", model(retention=0.95), limps_in_session=4),
    Person("stopping", model(retention=0.97, kept_by_day=0.99), stops_in_session=3),
    Person("tiring", model(retention=0.97, kept_by_day=0.99, tires_percent=2.0)),
)


class Visit(NamedTuple):
    """One visit to the belt and what came of it."""

    day: int
    results: tuple[BlockResult, ...]
    pain_action: str
    cues: int

    def share(self, *, feedback: bool) -> float | None:
        """Steps in band in percent, over the blocks with feedback or those without."""
        own = [r for r in self.results if r.feedback is feedback and r.in_band_percent is not None]
        steps = sum(result.steps for result in own)
        return sum((r.in_band_percent or 0.0) * r.steps for r in own) / steps if steps else None

    def cadence_spm(self) -> float | None:
        """The last block's median: what was left at the end."""
        return self.results[-1].cadence_spm


class Course(NamedTuple):
    """A person's way through a programme."""

    person: str
    sessions: list[Visit]
    probes: list[Visit]
    proposals: list[Proposal | None]


def run_course(person: Person, programme: Programme, seed: int = 1) -> Course:
    """All sessions as planned, whatever is proposed: nobody accepts a proposal here; then the probes."""
    targets = Targets(cadence_factor=1.075)
    retained_spm, day, history = 0.0, 0, list[SessionOutcome]()
    course = Course(person.name, [], [], [])
    for planned in programme.sessions:
        own = blocks(planned, SPEED_MPS)
        visit, runner = run_visit(person, targets, own, day, retained_spm, seed, planned.number)
        course.sessions.append(visit)
        limped = person.limps_in_session == planned.number
        history.append(
            SessionOutcome(
                number=planned.number,
                feedback_in_band_percent=visit.share(feedback=True),
                quiet_in_band_percent=visit.share(feedback=False),
                pain_before=0,
                stop_word=StopWord.LIMP if limped else None,
                pain_24h=0,
                calf_24h=1,
            )
        )
        course.proposals.append(propose(programme, history))
        if limped:
            return course  # the programme pauses until a clinician has seen the runner
        retained_spm, day = runner.after(DAYS_APART), day + DAYS_APART
    for apart, probe in zip(_apart(), programme.probes[1:], strict=False):
        day, retained_spm = day + apart, retained_spm * person.model.kept_by_day**apart
        visit, _ = run_visit(person, targets, probe_blocks(probe.kinds), day, retained_spm, seed, 100 + day)
        course.probes.append(visit)
    return course


def _apart() -> Iterator[int]:
    yield PROBE_DAYS[0]
    yield from (later - earlier for earlier, later in pairwise(PROBE_DAYS))


def run_visit(
    person: Person,
    targets: Targets,
    planned: tuple[Block, ...],
    day: int,
    retained_spm: float,
    seed: int,
    number: int,
) -> tuple[Visit, Runner]:
    """One session, from the first step to the end of its last block or to its stop word."""
    length_s = sum(block.duration_s for block in planned)
    course = (
        _stopped(length_s)
        if person.stops_in_session == number
        else (Stretch(duration_s=1e5, belt_speed_mps=SPEED_MPS),)
    )
    limp = {"asymmetry_percent": 12.0} if person.limps_in_session == number else {}
    changed = RunnerModel(
        **{name: getattr(person.model, name) for name in RunnerModel.__struct_fields__} | limp
    )
    treadmill = Treadmill(course)
    runner = Runner(changed, treadmill, (), seed * 1000 + number, retained_spm)
    baseline = Baseline(speed_mps=SPEED_MPS, cadence_spm=person.model.cadence_spm)
    order = StartSession(
        session_id=f"s-{number}",
        runner=person.name,
        targets=targets,
        blocks=planned,
        cues=CueModes(light=False),
        baselines=(baseline,),
        pain_before=0,
    )
    belt = _Belt(order, runner, treadmill)
    belt.run(length_s, stop_word_s=480.0 if limp else None)
    return Visit(day, tuple(belt.results), belt.pain_action, belt.cues), runner


def _stopped(length_s: float) -> tuple[Stretch, ...]:
    run = Stretch(duration_s=300, belt_speed_mps=SPEED_MPS)
    return (
        run,
        Stretch(duration_s=60, belt_speed_mps=0.0),
        Stretch(duration_s=length_s, belt_speed_mps=SPEED_MPS),
    )


class _Belt:
    """The runner on the belt and the coach beside it; owner of the cues on their way."""

    def __init__(self, order: StartSession, runner: Runner, treadmill: Treadmill) -> None:
        self._coach = Coach(order, 0)
        self._runner = runner
        self._treadmill = treadmill
        self._intervals_s: deque[float] = deque(maxlen=STEPS_MEANT)
        self._due: list[tuple[int, int, Cue]] = []
        self._ticks = 0
        self._last_s = -10.0
        self.cues = 0
        self.results: list[BlockResult] = []
        self.pain_action = "go on"

    def run(self, length_s: float, stop_word_s: float | None) -> None:
        """Until the last block or the stop word ends it."""
        at_s = 0.0
        while at_s < length_s and (stop_word_s is None or at_s < stop_word_s):
            step = self._runner.plan()
            at_s = self._runner.planned_s
            self._ticks_until(min(at_s, length_s))
            if step is not None and at_s < length_s:
                self._step(step)
        now_ns = round(min(at_s, length_s) * NS)
        if stop_word_s is not None:
            self._take(self._coach.report_pain(ReportPain(word=StopWord.LIMP), now_ns))
        self._take(self._coach.end(now_ns, "The planned time is over."))
        self.pain_action = self._coach.report(self._conditions(at_s)).pain_action

    def _conditions(self, at_s: float) -> Conditions:
        known = len(self._intervals_s) >= STEPS_MEANT // 2 and at_s - self._last_s < 1.0
        mean_s = sum(self._intervals_s) / len(self._intervals_s) if self._intervals_s else None
        return Conditions(
            now_ns=round(at_s * NS),
            sensor_lost=False,
            sure=known,
            mode="running" if known else "standing",
            cadence_spm=60 / mean_s if mean_s else None,
            belt_speed_mps=self._treadmill.speed_mps(at_s),
            has_belt=True,
        )

    def _step(self, step: TrueStep) -> None:
        interval_s = step.next_s - step.contact_s
        if step.contact_s - self._last_s > 1.0:
            self._intervals_s.clear()
        self._intervals_s.append(interval_s)
        self._last_s = step.next_s
        now = self._conditions(step.next_s + TOLD_AFTER_S)
        self._take(self._coach.step(_told(step, now), now))

    def _ticks_until(self, until_s: float) -> None:
        while self._ticks * TICK_S < until_s:
            at_s = self._ticks * TICK_S
            self._ticks += 1
            self._take(self._coach.act(self._conditions(at_s)))
            while self._due and self._due[0][0] <= round(at_s * NS):
                cue = heapq.heappop(self._due)[2]
                self._runner.hear(cue, cue.due_ns / NS)

    def _take(self, told: Sequence[Told]) -> None:
        for effect in told:
            if isinstance(effect, Cue):
                self.cues += 1
                heapq.heappush(self._due, (effect.due_ns, self.cues, effect))
            elif isinstance(effect, CancelCues):
                self._due = [d for d in self._due if d[0] < effect.from_ns or d[2].kind not in effect.kinds]
                heapq.heapify(self._due)
            elif isinstance(effect, BlockResult):
                self.results.append(effect)


def _told(step: TrueStep, now: Conditions) -> Step:
    """The step as the gait would report it."""
    interval_s = step.next_s - step.contact_s
    contact_time_s = step.toe_off_s - step.contact_s
    return Step(
        side=step.side if step.side in (Side.LEFT, Side.RIGHT) else Side.UNKNOWN,
        initial_contact_ns=round(step.contact_s * NS),
        decided_ns=now.now_ns,
        mode=now.mode,
        irregular=False,
        unsure=not now.sure,
        gap=False,
        step_time_s=interval_s,
        stride_time_s=2 * interval_s,
        cadence_spm=now.cadence_spm,
        contact_time_s=contact_time_s,
        flight_time_s=max(0.0, interval_s - contact_time_s),
        duty_factor=contact_time_s / (2 * interval_s),
        step_length_m=None,
        vertical_oscillation_m=None,
        vertical_oscillation_model_m=None,
        vertical_stiffness_kn_per_m=None,
        leg_stiffness_kn_per_m=None,
        peak_g=step.impact_g,
        peak_axial_g=None,
        clipped=False,
        belt_speed_mps=now.belt_speed_mps,
    )
