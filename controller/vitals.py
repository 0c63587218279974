"""PURE: what the station hears, and how old it is: the left column of docs/stale-table.md."""

from collections import deque

import numpy as np

from controller.effects import Reading, ReadingState, SensorReport, SensorState
from controller.items import BeltSpeed, Samples, SensorSetup, StationSetup

NS = 1_000_000_000
SENSOR_LOST_NS = 300_000_000
FIRST_SAMPLE_NS = NS  # a sensor that has said nothing this long after the start is lost, not waiting
BELT_OLD_NS = NS
BELT_GONE_NS = 2 * NS
RATE_WINDOW_NS = 5 * NS
RATE_MARK_NS = 100_000_000


def aged(value: float | None, age_ns: int, old_ns: int, gone_ns: int) -> Reading:
    """A number by its age: live, held once older than `old_ns`, missing once older than `gone_ns`."""
    if value is None:
        return Reading()
    age_s = age_ns / NS
    if age_ns > gone_ns:
        return Reading(state=ReadingState.MISSING, last=value, age_s=age_s)
    state = ReadingState.HELD if age_ns > old_ns else ReadingState.LIVE
    return Reading(state=state, value=value, last=value, age_s=age_s)


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


class Vitals:
    """All sensors and the belt."""

    def __init__(self, setup: StationSetup) -> None:
        self._sensors = {sensor.name: SensorVitals(sensor) for sensor in setup.sensors}
        self._belt: BeltSpeed | None = None

    def samples(self, batch: Samples) -> None:
        """A sensor was heard."""
        sensor = self._sensors.get(batch.sensor)
        if sensor is not None:
            sensor.heard(batch)

    @property
    def belt_source(self) -> str:
        """Who said the speed: treadmill, belt sensor, simulated; empty while nobody has."""
        return self._belt.source if self._belt else ""

    def belt(self, belt: BeltSpeed) -> None:
        """The belt was heard."""
        self._belt = belt

    def sensor_lost(self, now_ns: int) -> bool:
        """Any sensor silent for longer than the table allows."""
        return any(sensor.state(now_ns) is SensorState.LOST for sensor in self._sensors.values())

    def silent_ns(self, now_ns: int) -> int:
        """How long ago the newest sample of any sensor was taken; 0 while none ever came."""
        return max(0, now_ns - max((s.newest_ns or now_ns for s in self._sensors.values()), default=now_ns))

    def counted(self) -> tuple[int, int]:
        """Samples received and, of them, clipped: of all sensors since the session began."""
        sensors = self._sensors.values()
        return sum(s.samples for s in sensors), sum(s.clipped for s in sensors)

    def sensors(self, now_ns: int) -> tuple[SensorReport, ...]:
        """Every sensor's report, in the order of the setup."""
        return tuple(sensor.report(now_ns) for sensor in self._sensors.values())

    def belt_speed(self, now_ns: int) -> Reading:
        """The belt's speed in m/s by its age."""
        return self._belt_reading(now_ns, self._belt.speed_mps if self._belt else None)

    def incline(self, now_ns: int) -> Reading:
        """The belt's incline in percent by its age."""
        return self._belt_reading(now_ns, self._belt.incline_percent if self._belt else None)

    def _belt_reading(self, now_ns: int, value: float | None) -> Reading:
        age_ns = now_ns - self._belt.time_ns if self._belt else 0
        return aged(value, age_ns, BELT_OLD_NS, BELT_GONE_NS)
