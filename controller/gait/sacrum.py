r"""Initial contact and toe-off of both feet from one accelerometer at the sacrum, sample by sample.

Between steps a runner falls and the sensor feels next to nothing; in stance it feels two or three g.
So the vertical specific force, along gravity as the sensor has felt it lately, crosses a level between
its recent low and high once upwards at each contact, and once downwards shortly before each toe-off.

    high ______        __          __
              /  \    /  \
    level ---/----\--/----\---  up: contact, `LAG_S` ago
            /      \/      \    down: toe-off, `LEAD_S` to come
    low ___/ flight          flight

The lead of the second crossing grows with the stance and shrinks uphill:

    lead = 54 ms + 0.48 (stance up to the crossing - 200 ms) - 1.5 ms per percent of incline

(the 54 ms hold the smoothing's own delay of 9 ms, which differs a little from rate to rate).

A walker is never without weight: while the recent low stays above half a g, the pendulum decides
(pendulum.py), and there is no toe-off.

Levels and offsets were chosen on treadmill running of 13 people at 2.5-4.5 m/s with force-plate truth at
50 N, one of them on slopes of -10 to +10 degrees.
"""

import math

from controller.gait.bounce import BounceMeter
from controller.gait.events import NS, Flight, StanceEnd, Strike, TrunkEvent, crossing_ns
from controller.gait.pendulum import Pendulum
from controller.gait.referee import Referee
from controller.items import SensorSetup

CORNER_HZ = 15.0
GRAVITY_S = 2.0  # time constant of the direction of gravity: several strides
FORGET_S = 1.2  # the recent high and low draw together by half in this time
CONTACT_LEVEL, ARM_LEVEL, TOE_OFF_LEVEL = 0.45, 0.30, 0.40
LAG_NS = int(0.0127 * NS)  # and the smoothing's own delay, which depends on the rate
LEAD_NS, LEAD_GROWS, LEAD_AT_NS = int(0.0633 * NS), 0.48, int(0.2 * NS)
LEAD_INCLINE_NS = int(0.0015 * NS)  # less per percent
LEAD_LIMITS_NS = (int(0.02 * NS), int(0.11 * NS))
FLIGHT_G, NO_FLIGHT_G = 0.45, 0.5  # the recent low of runners is below, of walkers above
SMALLEST_SWING_G = 0.7  # walking slowly stays below, running reaches 1.5-3 g
GATE = 0.6
FIRST_GATE_NS = int(0.2 * NS)
LONGEST_STEP_NS = int(1.0 * NS)
STANCE_NS = (int(0.1 * NS), int(0.6 * NS))  # no stance is shorter or longer than this


class SacrumDetector:
    """One sensor's state machine; the same stream cut anywhere gives the same events."""

    def __init__(self, sensor: SensorSetup, meter: BounceMeter) -> None:
        sample_rate_hz = sensor.sample_rate_hz
        self._scale = sensor.scale_g_per_count
        self._meter = meter
        self._follow = 1 - math.exp(-2 * math.pi * CORNER_HZ / sample_rate_hz)
        self._delay_ns = round((1 - self._follow) / self._follow / sample_rate_hz * NS)
        self._turn = 1 - math.exp(-1 / (GRAVITY_S * sample_rate_hz))
        self._relax = 1 - 0.5 ** (1 / (FORGET_S * sample_rate_hz))
        self._count = 0
        self._gravity = (0.0, 0.0, 0.0)
        self._vertical = self._high = self._low = 1.0
        self._before_ns = 0
        self._armed = False
        self._contact_ns: int | None = None
        self._step_ns: int | None = None
        self._in_stance = False
        self._toe_off_ns: int | None = None
        self._referee = Referee()
        self._pendulum = Pendulum(sample_rate_hz)
        self._flies = False
        self._incline_percent = 0.0

    def incline(self, percent: float) -> None:
        """The belt's incline from now on; 0 until it is known."""
        self._incline_percent = percent

    def feed(self, times_ns: list[int], rows: list[list[int]]) -> list[TrunkEvent]:
        """Counts, one row of three axes per time (strictly increasing), any number of rows."""
        events: list[TrunkEvent] = []
        for time_ns, (x, y, z) in zip(times_ns, rows, strict=True):
            along_g = self._along_gravity(x, y, z)
            self._meter.add(time_ns, along_g)
            self._one(time_ns, along_g, events)
        return events

    def _along_gravity(self, x: int, y: int, z: int) -> float:
        """The share of a sample along gravity, in g; moves the estimate of gravity's direction on."""
        self._count += 1
        # A plain mean at first, then one that forgets: the first stride already has a direction.
        turn = max(self._turn, 1 / self._count)
        down_x, down_y, down_z = self._gravity
        down_x += turn * (x - down_x)
        down_y += turn * (y - down_y)
        down_z += turn * (z - down_z)
        self._gravity = (down_x, down_y, down_z)
        square = down_x * down_x + down_y * down_y + down_z * down_z
        along = x * down_x + y * down_y + z * down_z
        return self._scale * along / math.sqrt(square) if square else 0.0

    def _one(self, time_ns: int, along_g: float, events: list[TrunkEvent]) -> None:
        before_ns, before = self._before_ns, self._vertical
        if self._count == 1:
            before_ns, before = time_ns, along_g
            self._high = self._low = along_g
        vertical = before + self._follow * (along_g - before)
        self._before_ns, self._vertical = time_ns, vertical
        self._high += (vertical - self._high) * (1.0 if vertical > self._high else self._relax)
        self._low += (vertical - self._low) * (1.0 if vertical < self._low else self._relax)
        swing = self._high - self._low
        level = self._low + CONTACT_LEVEL * swing
        if vertical < self._low + ARM_LEVEL * swing:
            self._armed = True
        if self._flies and self._armed and before < level <= vertical and swing > SMALLEST_SWING_G:
            self._contact(crossing_ns(before_ns, before, time_ns, vertical, level), time_ns, events)
        self._watch_toe_off((before_ns, before), (time_ns, vertical), swing, events)
        flies = self._low < (NO_FLIGHT_G if self._flies else FLIGHT_G)
        if flies is not self._flies:
            self._flies = flies
            events.append(Flight(flies, time_ns))
        self._referee.add(time_ns, vertical)
        if self._flies and self._step_ns and self._referee.objects(time_ns, self._step_ns):
            self._step_ns = None
        walked = self._pendulum.feed(time_ns, along_g)
        if not self._flies:
            events += walked

    def _contact(self, crossed_ns: int, time_ns: int, events: list[TrunkEvent]) -> None:
        contact_ns = crossed_ns - LAG_NS - self._delay_ns
        if self._contact_ns is not None:
            gap_ns = contact_ns - self._contact_ns
            if gap_ns < (GATE * self._step_ns if self._step_ns else FIRST_GATE_NS):
                return
            if gap_ns > LONGEST_STEP_NS:
                self._step_ns = None
            elif self._step_ns is None:
                self._step_ns = gap_ns
            elif 0.6 < gap_ns / self._step_ns < 1.6:
                self._step_ns += round(0.3 * (gap_ns - self._step_ns))
        self._contact_ns, self._armed, self._in_stance, self._toe_off_ns = contact_ns, False, True, None
        events.append(Strike(contact_ns, time_ns, 1.0 if self._step_ns else 0.5))

    def _watch_toe_off(
        self, before: tuple[int, float], now: tuple[int, float], swing: float, events: list[TrunkEvent]
    ) -> None:
        """Toe-off lies ahead of the crossing that foretells it, and is announced when it has come."""
        if not self._in_stance or self._contact_ns is None:
            return
        stance_ns = now[0] - self._contact_ns
        level = self._low + TOE_OFF_LEVEL * swing
        if self._toe_off_ns is None and stance_ns > STANCE_NS[0] and now[1] <= level < before[1]:
            self._toe_off_ns = self._foreseen_ns(crossing_ns(*before, *now, level))
        if self._toe_off_ns is not None and now[0] >= self._toe_off_ns:
            lasted_ns = self._toe_off_ns - self._contact_ns
            events.append(StanceEnd(self._contact_ns, self._toe_off_ns, now[0], lasted_ns))
            self._in_stance = False
        elif stance_ns > STANCE_NS[1]:
            self._in_stance = False

    def _foreseen_ns(self, crossed_ns: int) -> int:
        """When the stance ends whose force fell through the level at `crossed_ns`."""
        assert self._contact_ns is not None
        grown_ns = LEAD_GROWS * (crossed_ns - self._contact_ns - LEAD_AT_NS)
        lead_ns = LEAD_NS - self._delay_ns + grown_ns - LEAD_INCLINE_NS * self._incline_percent
        return crossed_ns + round(min(max(lead_ns, LEAD_LIMITS_NS[0]), LEAD_LIMITS_NS[1]))
