"""PURE: what the station hears of each sensor, and how old it is: see docs/stale-table.md."""

from collections import deque

import numpy as np

from controller.effects import SensorReport, SensorState
from controller.items import Samples, SensorSetup, StationSetup

NS = 1_000_000_000
SENSOR_LOST_NS = 300_000_000
FIRST_SAMPLE_NS = NS  # a sensor that has said nothing this long after the start is lost, not waiting
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


class Vitals:
    """All sensors."""

    def __init__(self, setup: StationSetup) -> None:
        self._sensors = {sensor.name: SensorVitals(sensor) for sensor in setup.sensors}

    def samples(self, batch: Samples) -> None:
        """A sensor was heard."""
        sensor = self._sensors.get(batch.sensor)
        if sensor is not None:
            sensor.heard(batch)

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
