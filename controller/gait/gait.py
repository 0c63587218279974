"""The gait core put together: batches of samples in, contacts, steps and predictions out."""

from collections import deque
from typing import NamedTuple

from controller.effects import MountFinding
from controller.gait.bounce import BounceMeter
from controller.gait.events import Flight, LimbEvent, Peak, StanceEnd, Strike, TrunkEvent
from controller.gait.fusion import Fusion, Teller
from controller.gait.gaps import Gaps
from controller.gait.limb import FOOT, SHANK, LimbDetector
from controller.gait.lock import Lock
from controller.gait.mount import MountCheck
from controller.gait.order import EventOrder
from controller.gait.predict import Predictor
from controller.gait.sacrum import SacrumDetector
from controller.gait.steps import Impulse, Seen, StepBuilder
from controller.items import BeltSpeed, Placement, Samples, SensorSetup, Side, StationSetup, StepPulse
from controller.prescription import Body
from controller.records import Contact, Impact, Record, Step, ToeOff

AXES = 3
STEPS_SHOWN = 5  # fields follow the mean of five steps: one step alone scatters too much to be read


class GaitStatus(NamedTuple):
    """What is known of the gait at one moment; None where it is not known."""

    mode: str
    sure: bool
    sides_from: Side
    cadence_spm: float | None
    contact_time_s: float | None
    vertical_oscillation_m: float | None
    peak_left_g: float | None
    peak_right_g: float | None
    clipped_left: bool  # the true peak is larger
    clipped_right: bool


class Gait:
    """Owner of one runner's gait; knows no clock, only the times in what it is given."""

    def __init__(self, setup: StationSetup, body: Body | None = None) -> None:
        self._sensors = {sensor.name: sensor for sensor in setup.sensors}
        self._pulses = {part.name: part for part in setup.pulses}
        self._tellers: dict[str, Teller] = {**self._sensors, **self._pulses}
        self._limbs: dict[str, LimbDetector] = {}
        self._trunks: dict[str, SacrumDetector] = {}
        self._meters: dict[str, BounceMeter] = {}
        for sensor in setup.sensors:
            self._add(sensor)
        self._fusion = Fusion(setup)
        self._order = EventOrder(list(self._tellers))
        self._gaps = Gaps()
        self._mounts = MountCheck(setup)
        self._lock = Lock()
        self._steps = StepBuilder(body)
        self._predictor = Predictor()
        self._newest_ns = -(1 << 62)
        self._flies: bool | None = None
        self._recent: deque[Step] = deque(maxlen=2 * STEPS_SHOWN)

    def _add(self, sensor: SensorSetup) -> None:
        if sensor.placement is Placement.SACRUM:
            meter = BounceMeter(sensor.sample_rate_hz, sensor.range_g)
            self._meters[sensor.name] = meter
            self._trunks[sensor.name] = SacrumDetector(sensor, meter)
        else:
            tuning = SHANK if sensor.placement is Placement.SHANK else FOOT
            self._limbs[sensor.name] = LimbDetector(tuning, sensor)

    def samples(self, batch: Samples) -> list[Record]:
        """One sensor's next samples; sensors that the setup does not name are ignored."""
        sensor = self._sensors.get(batch.sensor)
        if sensor is None or not len(batch.times_ns):
            return []
        times_ns = batch.times_ns.tolist()
        rows = batch.counts.tolist()
        if len(sensor.axes) < AXES:  # an absent axis felt nothing
            rows = [row + [0] * (AXES - len(row)) for row in rows]
        self._gaps.heard(sensor, times_ns)
        self._mounts.samples(batch, self._lock.mode(times_ns[-1]))
        self._fusion.heard(sensor, times_ns[-1])
        detector = self._limbs.get(sensor.name)
        if detector is not None:
            detector.keep(batch.times_ns, batch.counts)
        for event in (detector or self._trunks[sensor.name]).feed(times_ns, rows):
            self._order.add(sensor.name, event)
        return self._released(self._order.heard(sensor.name, times_ns[-1]))

    def pulse(self, pulse: StepPulse) -> list[Record]:
        """A part felt a contact; parts that the setup does not name are ignored."""
        part = self._pulses.get(pulse.sensor)
        if part is None:
            return []
        self._fusion.heard(part, pulse.time_ns)
        self._order.add(part.name, Strike(pulse.time_ns, pulse.decided_ns, 1.0))
        return self._released(self._order.passed(pulse.decided_ns))

    def _released(self, events: list[tuple[str, LimbEvent | TrunkEvent]]) -> list[Record]:
        return [record for name, event in events for record in self._event(self._tellers[name], event)]

    def belt(self, belt: BeltSpeed) -> None:
        """The belt's newest word."""
        self._steps.belt(belt)
        for trunk in self._trunks.values():
            trunk.incline(belt.incline_percent or 0.0)

    def _event(self, sensor: Teller, event: LimbEvent | TrunkEvent) -> list[Record]:
        if isinstance(event, Flight):
            self._flies = event.flies
            self._fusion.gait(running=event.flies)
            self._lock.flight(flies=event.flies)
            return []
        if isinstance(event, Strike):
            contact = self._fusion.strike(sensor, event)
            return self._contact(contact) if contact else []
        if isinstance(event, Peak):
            own_ns = self._steps.impact(event.contact_ns, Impulse(event.peak_g, event.axial_g, event.clipped))
            if own_ns is None:
                return []
            self._mounts.impact(sensor.name, clipped=event.clipped)
            impact = Impact(
                sensor=sensor.name,
                side=sensor.side,
                initial_contact_ns=own_ns,
                peak_g=event.peak_g,
                axial_g=event.axial_g,
                clipped=event.clipped,
            )
            return [impact]
        return self._stance_end(sensor, event)

    def _stance_end(self, sensor: Teller, event: StanceEnd) -> list[Record]:
        own_ns = self._steps.toe_off(event)
        if own_ns is None:
            return []
        return [
            ToeOff(
                sensor=sensor.name,
                initial_contact_ns=own_ns,
                toe_off_ns=event.toe_off_ns,
                decided_ns=event.decided_ns,
            )
        ]

    def _contact(self, contact: Contact) -> list[Record]:
        records: list[Record] = [contact]
        self._mounts.contact(contact)
        seen = self._fusion.sides_from()
        one_leg = seen in (Side.LEFT, Side.RIGHT)
        if contact.initial_contact_ns <= self._newest_ns:
            return records  # found late, behind a contact already told: kept, but no step begins there
        self._newest_ns = contact.initial_contact_ns
        self._lock.flight(flies=self._flies if self._fusion.trunk_heard() else None)
        lag_ns = contact.decided_ns - contact.initial_contact_ns
        interval_ns, irregular = self._lock.contact(contact.initial_contact_ns, seen, lag_ns)
        previous = self._steps.contact(contact)
        sure = self._lock.sure(contact.decided_ns)
        if previous is not None and interval_ns is not None:
            seen_so = Seen(
                mode=self._lock.mode(contact.decided_ns),
                irregular=irregular,
                unsure=not sure,
                gap=self._gaps.between(previous.initial_contact_ns, contact.initial_contact_ns),
                one_leg=one_leg,
                bounce_m=None if one_leg or irregular else self._bounce_m(),
            )
            step = self._steps.step(previous, contact, seen_so)
            records.append(step)
            self._recent.append(step)
        prediction = self._predictor.contact(contact, one_leg=one_leg, sure=sure)
        return [*records, prediction] if prediction else records

    def _bounce_m(self) -> float | None:
        stride = self._steps.last_stride_ns()
        if stride is None:
            return None
        heights = (meter.stride_m(*stride) for meter in self._meters.values())
        return next((height for height in heights if height is not None), None)

    def mounts(self) -> tuple[MountFinding, ...]:
        """What is wrong with how the sensors are worn and wired, now."""
        return self._mounts.findings()

    def sure(self, now_ns: int) -> bool:
        """The rhythm is known and no contact is overdue."""
        return self._lock.sure(now_ns)

    def mode(self, now_ns: int) -> str:
        """Standing | walking | running | unknown."""
        return self._lock.mode(now_ns)

    def cadence_spm(self, now_ns: int) -> float | None:
        """Steps per minute of both feet; None while standing."""
        return self._lock.cadence_spm(now_ns)

    def status(self, now_ns: int) -> GaitStatus:
        """Everything a page or a cue may want to know of the gait at `now_ns`."""
        steps = [s for s in self._recent if not s.irregular]
        return GaitStatus(
            mode=self.mode(now_ns),
            sure=self.sure(now_ns),
            sides_from=self._fusion.sides_from(),
            cadence_spm=self.cadence_spm(now_ns),
            contact_time_s=_mean([s.contact_time_s for s in steps]),
            vertical_oscillation_m=_mean([s.vertical_oscillation_m for s in steps]),
            peak_left_g=_mean([s.peak_g for s in steps if s.side is Side.LEFT]),
            peak_right_g=_mean([s.peak_g for s in steps if s.side is Side.RIGHT]),
            clipped_left=any(s.clipped for s in steps if s.side is Side.LEFT),
            clipped_right=any(s.clipped for s in steps if s.side is Side.RIGHT),
        )


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values[-STEPS_SHOWN:] if value is not None]
    return sum(known) / len(known) if known else None
