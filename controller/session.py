"""PURE: the heart. `Session.receive(item) -> list[Effect]`; no clock, no callback, no thread.

The station's whole behaviour is this function from what happened to what is to be done. A session
starts with a fresh gait state, so that its recording, given to a new `Session`, yields the same again.
"""

import msgspec

from controller.belt import Belt, aged
from controller.coach import safety
from controller.coach.coach import Coach, Conditions
from controller.coach.guard import Guard
from controller.effects import (
    Answer,
    BeginRecording,
    BeltConfirmed,
    Effect,
    FinishRecording,
    Live,
    MountFault,
    Reading,
    ReadingState,
    Silence,
)
from controller.gait.gait import Gait, GaitStatus
from controller.items import (
    HANDRAIL,
    BeltSpeed,
    CaptureBaseline,
    Command,
    ConfirmBelt,
    EndSession,
    Item,
    Mark,
    Played,
    ReportPain,
    Samples,
    SetCues,
    SetMute,
    SetSpeed,
    SetTargets,
    StartSession,
    StationSetup,
    StepPulse,
    Tick,
    ToggleMute,
)
from controller.prescription import Body, CueModes
from controller.records import Contact, Prediction, Record, Step
from controller.vitals import SENSOR_LOST_NS, Vitals

LIVE_EVERY_NS = 50_000_000  # 20 reports a second
READING_GONE_NS = 2_000_000_000
NO_SESSION = "No session is running; start one first."
RUNNING = "A session is running; end it before starting another."
NO_BELT = "No treadmill and no belt sensor is configured, so there is nothing to confirm."
HAS_BELT = "The station reads this treadmill's speed itself, so none can be typed."
NOT_ALIGNED = "The phase-aligned metronome is switched off at this station (docs/patents.md)."
LATE_SOUND = (
    "The loudspeaker is a Bluetooth one, a tenth of a second late or more: it can't answer a step. "
    "Use the click, the beep or a wired loudspeaker."
)
TYPED = "typed"
TYPED_EVERY_NS = 1_000_000_000
TURNED = (MountFault.LOOSE,)


class Session:
    """Owner of everything that is known between two items."""

    def __init__(self, setup: StationSetup) -> None:
        self._setup = setup
        self._coach: Coach | None = None
        self._guard = Guard(setup)
        self._belt = Belt(setup)
        self._live_due_ns = self._typed_due_ns = 0
        self._refresh()

    def _refresh(self, body: Body | None = None) -> None:
        self._gait = Gait(self._setup, body)
        self._last_cadence_spm: float | None = None
        self._vitals = Vitals(self._setup)
        self._belt.forget()
        self._turned = False

    @property
    def recording(self) -> bool:
        """A session is running, so what comes in is being recorded."""
        return self._coach is not None and self._coach.running

    def counted(self) -> tuple[int, int]:
        """Samples received and, of them, clipped, since the session began."""
        return self._vitals.counted()

    def receive(self, item: Item) -> list[Effect]:
        """What is to be done because this happened, as far as the guard lets it pass."""
        return self._guard.passed(item, self._received(item))

    def _received(self, item: Item) -> list[Effect]:
        if isinstance(item, Samples):
            self._vitals.samples(item)
            return self._recorded(self._gait.samples(item))
        if isinstance(item, Tick):
            return self._tick(item.time_ns)
        if isinstance(item, BeltSpeed):
            believed = self._belt.heard(item)
            if believed is not None:
                self._gait.belt(believed)
            return []
        if isinstance(item, StepPulse):
            self._vitals.pulse(item)
            return self._recorded(self._gait.pulse(item))
        if isinstance(item, Played):
            if self._coach is not None:
                self._coach.timings.played(item)
            return []
        return self._command(item)

    def _recorded(self, records: list[Record]) -> list[Effect]:
        """Records go out as they are; a step may also call for a cue."""
        if not records:
            return []
        effects: list[Effect] = list(records)
        coach = self._coach
        if coach is None or not coach.running:
            return effects
        for record in records:
            if isinstance(record, Step):
                effects += coach.step(record, self._conditions(record.decided_ns))
            elif isinstance(record, Contact):
                coach.timings.contact(record.initial_contact_ns, record.decided_ns)
            elif isinstance(record, Prediction):
                coach.prediction(record)
        return effects

    def _conditions(self, now_ns: int) -> Conditions:
        belt = self._belt.speed(now_ns)
        return Conditions(
            now_ns=now_ns,
            sensor_lost=self._vitals.sensor_lost(now_ns),
            sure=self._gait.sure(now_ns),
            mode=self._gait.mode(now_ns),
            cadence_spm=self._gait.cadence_spm(now_ns),
            belt_speed_mps=belt.value,
            has_belt=self._setup.has_belt,
            sensor_turned=self._turned,
        )

    def _tick(self, now_ns: int) -> list[Effect]:
        effects: list[Effect] = []
        coach = self._coach
        if coach is not None and coach.running:
            self._tell_typed_speed(coach, now_ns)
            if coach.over(now_ns):
                effects += self._end(coach, now_ns, "The planned time is over.")
            else:
                effects += coach.act(self._conditions(now_ns))
        if now_ns >= self._live_due_ns:
            effects.append(self._live(now_ns))
            # From the grid, not from this late tick: 20 a second stay 20 a second.
            self._live_due_ns = max(self._live_due_ns + LIVE_EVERY_NS, now_ns - LIVE_EVERY_NS)
        return effects

    def _tell_typed_speed(self, coach: Coach, now_ns: int) -> None:
        """A typed speed does not age: somebody is asked when it seems to have changed."""
        speed_mps = coach.typed_speed_mps
        if speed_mps is not None and not self._setup.has_belt and now_ns >= self._typed_due_ns:
            self._gait.belt(BeltSpeed(time_ns=now_ns, speed_mps=speed_mps, source=TYPED))
            self._typed_due_ns = now_ns + TYPED_EVERY_NS

    def _command(self, command: Command) -> list[Effect]:
        order, now_ns, coach = command.order, command.time_ns, self._coach
        if isinstance(order, StartSession):
            return self._start(command, order)
        if isinstance(order, ConfirmBelt):
            return self._confirm(command, order)
        if coach is None or not coach.running:
            return [Answer(request_id=command.request_id, accepted=False, reason=NO_SESSION)]
        effects, refusal = self._ordered(coach, command)
        if refusal is not None:
            return [Answer(request_id=command.request_id, accepted=False, reason=refusal)]
        if coach.running:
            effects += coach.act(self._conditions(now_ns))
        # The new truth goes out with the answer, so that no page shows the old one after it.
        return [*effects, self._live(now_ns), Answer(request_id=command.request_id, accepted=True)]

    def _ordered(self, coach: Coach, command: Command) -> tuple[list[Effect], str | None]:
        """What an order leads to, or why it is refused."""
        order, now_ns, by_runner = command.order, command.time_ns, command.request_id == HANDRAIL
        if isinstance(order, SetTargets | SetCues | SetSpeed):
            return [], self._set(coach, order, now_ns)
        effects: list[Effect] = []
        if isinstance(order, SetMute | ToggleMute):
            muted = order.muted if isinstance(order, SetMute) else not coach.muted
            effects += coach.set_mute(now_ns, muted=muted, at_handrail=by_runner)
        elif isinstance(order, CaptureBaseline):
            effects += coach.capture(now_ns)
        elif isinstance(order, ReportPain):
            effects += coach.report_pain(order, now_ns)
        elif isinstance(order, Mark):
            coach.mark()
        elif isinstance(order, EndSession):
            effects += self._end(coach, now_ns, "Ended at the handrail." if by_runner else "Ended by hand.")
        return effects, None

    def _set(self, coach: Coach, order: SetTargets | SetCues | SetSpeed, now_ns: int) -> str | None:
        """Something is to be otherwise from now on; why it can't be."""
        if isinstance(order, SetTargets):
            return coach.set_targets(order.targets, self._conditions(now_ns))
        if isinstance(order, SetCues):
            refusal = self._refused_cues(order.cues)
            if refusal is None:
                coach.set_cues(order.cues)
            return refusal
        if self._setup.has_belt:
            return HAS_BELT
        coach.set_speed(order.speed_mps)
        self._typed_due_ns = now_ns
        return None

    def _refused_cues(self, cues: CueModes) -> str | None:
        if cues.follow and not self._setup.phase_aligned:
            return NOT_ALIGNED
        if self._setup.late_sound and (cues.tone or cues.follow):
            return LATE_SOUND
        return None

    def _start(self, command: Command, order: StartSession) -> list[Effect]:
        refusal = RUNNING if self.recording else self._refused_cues(order.cues)
        refusal = refusal or safety.refusal_of_start(order)
        if refusal is not None:
            return [Answer(request_id=command.request_id, accepted=False, reason=refusal)]
        self._refresh(order.body)
        self._live_due_ns = self._typed_due_ns = command.time_ns
        self._coach = Coach(order, command.time_ns)
        return [
            BeginRecording(session_id=order.session_id, setup=self._setup),
            *self._coach.act(self._conditions(command.time_ns)),
            Answer(request_id=command.request_id, accepted=True),
        ]

    def _confirm(self, command: Command, order: ConfirmBelt) -> list[Effect]:
        """The belt's speed against the console, whether a session runs or not."""
        refusal = None if self._setup.belt_sources else NO_BELT
        if refusal is None and order.console_mps is not None:
            refusal = self._belt.confirm(order.console_mps, command.time_ns)
        elif refusal is None:
            self._belt.doubt_all()
        if refusal is not None:
            return [Answer(request_id=command.request_id, accepted=False, reason=refusal)]
        self._setup = msgspec.structs.replace(self._setup, unconfirmed=tuple(sorted(self._belt.unconfirmed)))
        kept = BeltConfirmed(console_mps=order.console_mps)
        return [kept, self._live(command.time_ns), Answer(request_id=command.request_id, accepted=True)]

    def _end(self, coach: Coach, now_ns: int, reason: str) -> list[Effect]:
        return [*coach.end(now_ns, reason), FinishRecording(reason=reason)]

    def _live(self, now_ns: int) -> Live:
        gait = self._gait.status(now_ns)
        conditions = self._conditions(now_ns)
        coach = self._coach
        silent_ns, unheard_ns = self._vitals.silent_ns(now_ns), self._vitals.unheard_ns(now_ns)
        known = unheard_ns <= SENSOR_LOST_NS and self._vitals.knows_standing(gait.mode)
        belt_speed, source = self._speed(now_ns)
        mounts = self._gait.mounts()
        cadence_spm = conditions.cadence_spm if conditions.sure else None
        self._turned = any(finding.fault in TURNED for finding in mounts)  # often enough for a target
        return Live(
            time_ns=now_ns,
            mode=gait.mode if known else "unknown",
            cadence=self._cadence(gait, unheard_ns),
            belt_speed=belt_speed,
            speed_source=source,
            speed_verified=self._belt.verified,
            speed_unconfirmed=self._belt.asking(now_ns),
            speed_doubt=self._belt.doubt(now_ns, conditions.mode, cadence_spm),
            incline_percent=self._belt.incline(now_ns),
            contact_time_s=_shown(gait, gait.contact_time_s, silent_ns),
            vertical_oscillation_m=_shown(gait, gait.vertical_oscillation_m, silent_ns),
            peak_left_g=_shown(gait, gait.peak_left_g, silent_ns, above=gait.clipped_left),
            peak_right_g=_shown(gait, gait.peak_right_g, silent_ns, above=gait.clipped_right),
            sides_from=gait.sides_from,
            advice=coach.advice(conditions) if coach else None,
            silences=coach.silences(conditions) if coach else (Silence.NO_SESSION,),
            sensors=self._vitals.sensors(now_ns),
            pulses=self._vitals.pulses(now_ns),
            mounts=mounts,
            session=coach.report(conditions) if coach else None,
            cues_held_back=self._guard.held_back,
        )

    def _speed(self, now_ns: int) -> tuple[Reading, str]:
        """The belt's own word, or what was typed where there is no belt."""
        if self._setup.has_belt or self._coach is None or self._coach.typed_speed_mps is None:
            return self._belt.speed(now_ns), self._belt.source
        speed_mps = self._coach.typed_speed_mps
        return Reading(state=ReadingState.LIVE, value=speed_mps, last=speed_mps, age_s=0.0), TYPED

    def _cadence(self, gait: GaitStatus, silent_ns: int) -> Reading:
        """Cadence by the table: held or missing by age, unsure while the step is being found."""
        if silent_ns > SENSOR_LOST_NS:
            return aged(self._last_cadence_spm, silent_ns, SENSOR_LOST_NS, READING_GONE_NS)
        self._last_cadence_spm = gait.cadence_spm
        reading = aged(gait.cadence_spm, silent_ns, SENSOR_LOST_NS, READING_GONE_NS)
        if reading.state is ReadingState.LIVE and not gait.sure:
            return Reading(
                state=ReadingState.UNSURE, value=reading.value, last=reading.last, age_s=reading.age_s
            )
        return reading


def _shown(gait: GaitStatus, value: float | None, silent_ns: int, *, above: bool = False) -> Reading:
    """A measure of moving feet: nothing while standing, otherwise by its age."""
    if gait.mode == "standing":
        return Reading()
    return msgspec.structs.replace(aged(value, silent_ns, SENSOR_LOST_NS, READING_GONE_NS), above=above)
