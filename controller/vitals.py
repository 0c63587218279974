"""PURE: what the station hears of each sensor, and how old it is: see docs/stale-table.md."""

from collections import deque

import numpy as np

from controller.effects import PulseReport, SensorReport, SensorState
from controller.items import PulseSetup, Samples, SensorSetup, StationSetup, StepPulse

NS = 1_000_000_000
SENSOR_LOST_NS = 300_000_000
FIRST_SAMPLE_NS = NS  # a sensor that has said nothing this long after the start is lost, not waiting
NO_STEP_NS = 2 * NS  # after this, nobody knows whether the runner stands or the part is silent
RATE_WINDOW_NS = 5 * NS
RATE_MARK_NS = 100_000_000


class SensorVitals:
    """One sensor: newest sample, measured rate, counts of what went wrong."""

    def __init__(self, setup: SensorSetup) -> None:
        self._setup = setup
        self._clip_counts = round(0.995 * setup.range_g / setup.scale_g_per_count)
        self._started_ns: int | None = None
        self.newest_ns: int | None = None
        self._marks: deque[tuple[int, int]] = deque()  # (time of the last sample, samples so far)
        self.samples = self.clipped = 0
        self._overflows = self._errors = 0

    def heard(self, batch: Samples) -> None:
        """Take the batch's times and counters."""
        if not len(batch.times_ns):
            return
        self.newest_ns = int(batch.times_ns[-1])
        self.samples += len(batch.times_ns)
        # Batches are small: a list is quicker than two numpy reductions.
        flat = batch.counts.ravel().tolist()
        if max(flat) >= self._clip_counts or min(flat) <= -self._clip_counts:
            self.clipped += int(
                (np.abs(batch.counts.astype(np.int32)).max(axis=1) >= self._clip_counts).sum()
            )
        self._overflows, self._errors = batch.overflows, batch.errors
        if not self._marks or self.newest_ns - self._marks[-1][0] >= RATE_MARK_NS:
            self._marks.append((self.newest_ns, self.samples))
            if self.newest_ns - self._marks[0][0] > RATE_WINDOW_NS:
                self._marks.popleft()

    def state(self, now_ns: int) -> SensorState:
        """Waiting for the first sample, well, or lost."""
        if self.newest_ns is None:
            self._started_ns = now_ns if self._started_ns is None else self._started_ns
            waiting = now_ns - self._started_ns <= FIRST_SAMPLE_NS
            return SensorState.WAITING if waiting else SensorState.LOST
        return SensorState.LOST if now_ns - self.newest_ns > SENSOR_LOST_NS else SensorState.OK

    def report(self, now_ns: int) -> SensorReport:
        """For the pages; the rate is that of the last five seconds."""
        age_s = None if self.newest_ns is None else max(0.0, (now_ns - self.newest_ns) / NS)
        rate_hz = None
        if len(self._marks) > 1 and self.state(now_ns) is SensorState.OK:
            (first_ns, before), (last_ns, total) = self._marks[0], self._marks[-1]
            rate_hz = (total - before) * NS / (last_ns - first_ns)
        return SensorReport(
            name=self._setup.name,
            placement=self._setup.placement,
            side=self._setup.side,
            state=self.state(now_ns),
            age_s=age_s,
            rate_hz=rate_hz,
            overflows=self._overflows,
            errors=self._errors,
            clipped_percent=100 * self.clipped / self.samples if self.samples else 0.0,
        )


class PulseVitals:
    """One part that pulses once per step: how many steps, and when the last one was."""

    def __init__(self, setup: PulseSetup) -> None:
        self._setup = setup
        self._steps = 0
        self._newest_ns: int | None = None

    def heard(self, pulse: StepPulse) -> None:
        """A step."""
        self._steps += 1
        self._newest_ns = pulse.time_ns

    def report(self, now_ns: int) -> PulseReport:
        """For the pages."""
        setup, newest_ns = self._setup, self._newest_ns
        age_s = None if newest_ns is None else max(0.0, (now_ns - newest_ns) / NS)
        return PulseReport(
            name=setup.name, placement=setup.placement, side=setup.side, steps=self._steps, age_s=age_s
        )

    def stepping(self, now_ns: int) -> bool:
        """A step was felt just now."""
        return self._newest_ns is not None and now_ns - self._newest_ns <= NO_STEP_NS


class Vitals:
    """All sensors, and all parts that pulse."""

    def __init__(self, setup: StationSetup) -> None:
        self._sensors = {sensor.name: SensorVitals(sensor) for sensor in setup.sensors}
        self._pulses = {part.name: PulseVitals(part) for part in setup.pulses}

    def samples(self, batch: Samples) -> None:
        """A sensor was heard."""
        sensor = self._sensors.get(batch.sensor)
        if sensor is not None:
            sensor.heard(batch)

    def pulse(self, pulse: StepPulse) -> None:
        """A part felt a step."""
        part = self._pulses.get(pulse.sensor)
        if part is not None:
            part.heard(pulse)

    def sensor_lost(self, now_ns: int) -> bool:
        """Any sensor silent for longer than the table allows."""
        return any(sensor.state(now_ns) is SensorState.LOST for sensor in self._sensors.values())

    def silent_ns(self, now_ns: int) -> int:
        """How long ago the newest sample of any sensor was taken; 0 while none ever came."""
        return max(0, now_ns - max((s.newest_ns or now_ns for s in self._sensors.values()), default=now_ns))

    def unheard_ns(self, now_ns: int) -> int:
        """How long nothing has told of steps: 0 while a part feels them, else the silence of the sensors."""
        return 0 if any(part.stepping(now_ns) for part in self._pulses.values()) else self.silent_ns(now_ns)

    def knows_standing(self, mode: str) -> bool:
        """Whether a runner who seems to stand does: where only pulses tell of steps, they may be silent."""
        return mode != "standing" or bool(self._sensors) or not self._pulses

    def counted(self) -> tuple[int, int]:
        """Samples received and, of them, clipped: of all sensors since the session began."""
        sensors = self._sensors.values()
        return sum(s.samples for s in sensors), sum(s.clipped for s in sensors)

    def sensors(self, now_ns: int) -> tuple[SensorReport, ...]:
        """Every sensor's report, in the order of the setup."""
        return tuple(sensor.report(now_ns) for sensor in self._sensors.values())

    def pulses(self, now_ns: int) -> tuple[PulseReport, ...]:
        """The report of every part that pulses, in the order of the setup."""
        return tuple(part.report(now_ns) for part in self._pulses.values())
