r"""Contacts and toe-offs from one accelerometer on a shank or a foot, sample by sample, in any orientation.

Gravity and the swing of the leg change slowly, an impact does not. So the specific force *vector* is
high-passed axis by axis and the length of the rest ("sharp") is compared with the runner's own recent
impacts: nothing is absolute, a soft shoe or a strap turned around its leg makes no difference.

While running, the quick half decides within the impact's rise:

                      __ typical height of this runner's impacts
    sharp           /\
    trigger  ---- /---\-/\------- share of the typical height that the phase of the stride allows:
    level    ----/----\/---\----- decided here
    ____________/  ^
       ^        crossing of the level, interpolated; the contact itself came `run_lag_s` earlier
       contact

Early in the stride the trigger is high (a stumble may pass, ringing may not), near the expected contact
it is as low as this runner's late swing permits. The sure half (`Judge`, rhythm.py) finds the rhythm
beforehand and watches over it: two of its contacts without a strike, and the rhythm is looked for anew.

While walking nothing must be quick, for no cue follows a walker's step, and jolts are many: there the sure
half decides, about 0.45 s late, and a contact is dated by the middle of its burst of sharp power.
"""

import math
from collections import deque
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from controller.gait.cells import CELL_NS, Cell, Cells, power_time_ns
from controller.gait.events import NS, LimbEvent, Strike, crossing_ns
from controller.gait.finding import RUN_STRIDE_NS, Finding, stride_of
from controller.gait.impact import ImpactMeter, Vector
from controller.gait.referee import Referee
from controller.gait.rhythm import MERGE_NS, REACH_NS, Jolt, Judge
from controller.gait.stance import Stance, Stances
from controller.gait.trigger import LEVEL, Trigger
from controller.gait.walker import Ruling, Walker
from controller.items import SensorSetup


class LimbTuning(NamedTuple):
    """What differs between shank and foot: from the true contact to its mark in the signal, in s."""

    run_lag_s: float  # to the crossing of LEVEL
    walk_lag_s: float  # to the moment by which `burst_share` of the burst's power has come
    burst_share: float


# Shank: medians over two runs and six walks on a force treadmill (50 N contact); the tibia rises 15-35 ms
# after the contact. Foot: median over walks whose contacts were checked by hand to 10 ms; running unknown,
# taken as the walking foot's.
SHANK = LimbTuning(run_lag_s=0.028, walk_lag_s=0.045, burst_share=0.5)
FOOT = LimbTuning(run_lag_s=0.004, walk_lag_s=-0.008, burst_share=0.2)

CORNER_HZ = 12.0
GATE = 0.55  # of the stride: no strike of a run before it
GIVE_UP = 1.8  # strides without a strike
CLOSEST_NS = int(0.3 * NS)
RISE_NS = int(0.05 * NS)  # a crossing further back than this is not this impact's
AGREE_NS = int(0.06 * NS)
HOLE_NS = int(0.02 * NS)  # samples further apart than this: the filters begin anew
NOTHING: Vector = (0.0, 0.0, 0.0)
BURST_NS = int(0.2 * NS)
WALK_REACH = 0.45  # of the stride: nothing weightier within this


class LimbDetector:
    """One sensor's state machine; the same stream cut anywhere gives the same events."""

    def __init__(self, tuning: LimbTuning, sensor: SensorSetup) -> None:
        self._run_lag_ns = round(tuning.run_lag_s * NS)
        self._walk_lag_ns = round(tuning.walk_lag_s * NS)
        self._burst_share = tuning.burst_share
        # Bilinear first-order high-passes: the same corner, and gain 1 at half the rate, at every rate.
        tangent = math.tan(math.pi * CORNER_HZ / sensor.sample_rate_hz)
        self._follow = 2 * tangent / (1 + tangent)
        self._scale = sensor.scale_g_per_count
        self._sharp_scale = self._scale * (1 - self._follow / 2) ** 2  # of the signal after both
        self._hole_ns = max(HOLE_NS, round(3e9 / sensor.sample_rate_hz))
        self._slow: Vector | None = None
        self._slow_rest = NOTHING
        self._before_ns, self._before = 0, 0.0  # the newest sample and its sharp square, in counts squared
        self._cell_until_ns = 0
        self._cell: tuple[int, float, float, int] = (0, 0.0, 0.0, 0)  # peak time, peak, sum, samples
        self._cells = Cells()
        self._judge = Judge(self._cells, sensor.sample_rate_hz)
        self._referee = Referee()
        self._stances = Stances(self._cells)
        self._impacts = ImpactMeter(sensor)
        self._trigger = Trigger(self._sharp_scale)
        self._finding = Finding()
        self._walker = Walker()
        self._strikes: deque[Strike] = deque(maxlen=4)
        self._stride_ns: int | None = None  # known while the rhythm is
        self._running = False
        self._misses = 0
        self._crossed_ns = 0
        self._gate_ns = 0  # no strike before this

    def keep(self, times_ns: npt.NDArray[np.int64], counts: npt.NDArray[np.int16]) -> None:
        """The raw samples that `feed` gets next, for what is measured in them later."""
        self._impacts.add(times_ns, counts)

    def feed(self, times_ns: list[int], rows: list[list[int]]) -> list[LimbEvent]:
        """Counts, one row of three axes per time (strictly increasing), at least one row.

        The loop is the station's hottest: it sharpens, keeps the cell and watches one level.
        """
        events: list[LimbEvent] = []
        if self._slow is None:
            self._slow = (float(rows[0][0]), float(rows[0][1]), float(rows[0][2]))
            self._cell_until_ns = (times_ns[0] // CELL_NS + 1) * CELL_NS
        slow_x, slow_y, slow_z = self._slow
        rest_of_x, rest_of_y, rest_of_z = self._slow_rest
        follow, level = self._follow, self._trigger.level
        peak_ns, peak, power, count = self._cell
        before_ns, before = self._before_ns, self._before
        for time_ns, (x, y, z) in zip(times_ns, rows, strict=True):
            if time_ns >= self._cell_until_ns:
                if count:
                    self._slow = (slow_x, slow_y, slow_z)
                    self._close(Cell(peak_ns, before_ns, *self._in_g(peak, power / count)), events)
                    level = self._trigger.level
                self._cell_until_ns = (time_ns // CELL_NS + 1) * CELL_NS
                peak, power, count = -1.0, 0.0, 0
            if time_ns - before_ns > self._hole_ns:  # what came before says nothing of now
                slow_x, slow_y, slow_z = float(x), float(y), float(z)
                rest_of_x, rest_of_y, rest_of_z = NOTHING
            rest_x, rest_y, rest_z = x - slow_x, y - slow_y, z - slow_z
            slow_x += follow * rest_x
            slow_y += follow * rest_y
            slow_z += follow * rest_z
            rest_x, rest_y, rest_z = rest_x - rest_of_x, rest_y - rest_of_y, rest_z - rest_of_z
            rest_of_x += follow * rest_x
            rest_of_y += follow * rest_y
            rest_of_z += follow * rest_z
            square = rest_x * rest_x + rest_y * rest_y + rest_z * rest_z
            power += square
            count += 1
            if square > peak:
                peak_ns, peak = time_ns, square
            if square >= level and time_ns >= self._gate_ns:
                self._above(before_ns, before, time_ns, square, events)
            before_ns, before = time_ns, square
        self._slow, self._slow_rest = (slow_x, slow_y, slow_z), (rest_of_x, rest_of_y, rest_of_z)
        self._cell = (peak_ns, peak, power, count)
        self._before_ns, self._before = before_ns, before
        return events

    def _in_g(self, peak: float, power: float) -> tuple[float, float, float]:
        """A cell's peak, power and felt force, from counts."""
        sharp = self._sharp_scale
        felt_g = self._scale * math.hypot(*(self._slow or NOTHING))
        return sharp * math.sqrt(peak), sharp * sharp * power, felt_g

    # --- the quick half ---------------------------------------------------------------------------

    def _above(
        self, before_ns: int, before: float, time_ns: int, square: float, events: list[LimbEvent]
    ) -> None:
        """A sample above the level, while running and not gated."""
        assert self._stride_ns is not None
        if before < self._trigger.level:
            level = math.sqrt(self._trigger.level)
            self._crossed_ns = crossing_ns(before_ns, math.sqrt(before), time_ns, math.sqrt(square), level)
        phase = (time_ns - self._strikes[-1].contact_ns) / self._stride_ns
        if before < self._trigger.at(phase) <= square:
            crossed_ns = max(self._crossed_ns, time_ns - RISE_NS)
            self._strike(crossed_ns - self._run_lag_ns, time_ns, 1.0, events)

    def _strike(self, contact_ns: int, time_ns: int, quality: float, events: list[LimbEvent]) -> None:
        if self._strikes:
            gap_ns = contact_ns - self._strikes[-1].contact_ns
            if gap_ns < CLOSEST_NS:
                return
            if self._stride_ns and 0.6 < gap_ns / self._stride_ns < 1.6:
                self._stride_ns += round(0.3 * (gap_ns - self._stride_ns))
        strike = Strike(contact_ns, time_ns, quality)
        self._strikes.append(strike)
        self._impacts.struck(contact_ns)
        events.append(strike)
        if self._stride_ns:
            self._gate_ns = contact_ns + round(GATE * self._stride_ns)
            self._stances.began(Stance(contact_ns, self._stride_ns, self._running))

    # --- the sure half ----------------------------------------------------------------------------

    def _close(self, cell: Cell, events: list[LimbEvent]) -> None:
        self._cells.add(cell)
        self._referee.add(cell.end_ns, cell.felt_g)
        peak = self._impacts.felt(cell.end_ns, self._slow or NOTHING)
        if peak is not None:
            events.append(peak)
        end = self._stances.ended(cell.end_ns)
        if end is not None:
            events.append(end)
        jolt = self._judge.cell(cell, by_height=self._running)
        if jolt is not None:
            if self._running:
                self._watch(jolt, cell.end_ns, events)
            elif self._stride_ns:
                self._walked(jolt, cell.end_ns, events)
            else:
                self._finding.found(jolt)
        if not self._stride_ns:
            self._find(cell.end_ns, events)
        elif self._is_lost(cell.end_ns, self._stride_ns):
            self._lose()

    def _is_lost(self, now_ns: int, stride_ns: int) -> bool:
        overdue = now_ns - self._strikes[-1].contact_ns > GIVE_UP * stride_ns
        return self._referee.objects(now_ns, stride_ns) or overdue

    def _lose(self) -> None:
        """The rhythm is not what it was: find it anew."""
        self._stride_ns, self._running, self._misses = None, False, 0
        self._trigger.end()
        self._judge.reach_ns = REACH_NS
        self._walker, self._finding = Walker(), Finding()

    def _find(self, time_ns: int, events: list[LimbEvent]) -> None:
        """While no rhythm is known: tell what is surely a contact; begin to walk or run when there is one."""
        found = self._finding.ready(time_ns, self._referee.doubts)
        if found.stride_ns is not None:
            self._stride_ns = found.stride_ns
            self._running = found.stride_ns < RUN_STRIDE_NS
        for jolt in found.contacts:
            self._walker.contacts.append(jolt)
            self._strike(self._dated(jolt), time_ns, 0.5, events)
        if self._running:
            self._run()

    def _walked(self, jolt: Jolt, time_ns: int, events: list[LimbEvent]) -> None:
        """While walking: a sure jolt is told if it is a contact."""
        assert self._stride_ns is not None
        last = self._walker.contacts[-1]
        ruling = self._walker.rule(jolt, self._stride_ns)
        if ruling is Ruling.QUICKER_GAIT and not self._referee.doubts(jolt.peak_ns - last.peak_ns):
            self._lose()
            self._finding = Finding([last])
            self._finding.found(jolt)
        elif ruling is Ruling.CONTACT:
            self._strike(self._dated(jolt), time_ns, 1.0, events)
            self._judge.reach_ns = max(REACH_NS, round(WALK_REACH * self._stride_ns))
            stride_ns = stride_of(list(self._walker.contacts))
            if stride_ns and stride_ns < RUN_STRIDE_NS and not self._referee.doubts(stride_ns):
                self._stride_ns = stride_ns
                self._run()

    def _run(self) -> None:
        """From here on the quick half decides."""
        assert self._stride_ns is not None
        self._running, self._misses = True, 0
        self._judge.reach_ns = REACH_NS
        impacts = list(self._walker.contacts)[-2:]
        self._trigger.begin([jolt.height_g for jolt in impacts], self._swing_share(impacts[-1]))
        self._gate_ns = self._strikes[-1].contact_ns + round(GATE * self._stride_ns)

    def _watch(self, jolt: Jolt, time_ns: int, events: list[LimbEvent]) -> None:
        """While running: learn from a sure contact; one that was not struck is told late."""
        self._trigger.learn(jolt.height_g, self._swing_share(jolt))
        if self._was_struck(jolt):
            self._misses = 0
            return
        contact_ns = self._dated(jolt)
        self._misses += 1
        if self._misses > 1:
            self._lose()
        if all(abs(contact_ns - strike.contact_ns) > CLOSEST_NS for strike in self._strikes):
            self._strike(contact_ns, time_ns, 0.5, events)

    def _swing_share(self, jolt: Jolt) -> float:
        """How high late swing comes, as a share of the impact."""
        assert self._stride_ns is not None
        return self._judge.swing_height_g(jolt, self._stride_ns * 45 // 100) / jolt.height_g

    def _was_struck(self, jolt: Jolt) -> bool:
        return any(
            -AGREE_NS < jolt.peak_ns - strike.decided_ns < 2 * AGREE_NS
            or abs(strike.contact_ns + self._run_lag_ns - jolt.peak_ns) < AGREE_NS
            for strike in self._strikes
        )

    def _dated(self, jolt: Jolt) -> int:
        """When the contact was that made this jolt."""
        if self._running:
            return self._rise_ns(jolt) - self._run_lag_ns
        burst = self._cells.between(jolt.peak_ns - BURST_NS, jolt.peak_ns + BURST_NS)
        middle_ns = power_time_ns(burst, self._burst_share, self._judge.noise.power)
        return (middle_ns or jolt.peak_ns) - self._walk_lag_ns

    def _rise_ns(self, jolt: Jolt) -> int:
        """Where the signal passed LEVEL on its way up to the jolt's top."""
        level = LEVEL * jolt.height_g
        above: Cell | None = None
        for cell in self._cells.backwards(jolt.peak_ns + MERGE_NS // 2):
            if cell.peak_ns > jolt.peak_ns:
                continue
            if cell.peak_g < level:
                above = above or cell
                return crossing_ns(cell.peak_ns, cell.peak_g, above.peak_ns, above.peak_g, level)
            above = cell
        return jolt.peak_ns
