r"""Initial contacts from one accelerometer on a shank or a foot, sample by sample, in any orientation.

Gravity and the swing of the leg change slowly, an impact does not. So the specific force *vector* is
high-passed axis by axis and the length of the rest is compared with the runner's own recent impacts:
nothing is absolute, a soft shoe or a strap turned around its leg makes no difference.

                      __ typical height of this runner's impacts
    sharp           /\
                   /  \ /\
    trigger  ---- /----\--\------ share of the typical height that the phase of the stride allows:
    onset    --- /                 decided here
    ____________/  ^
       ^        onset, interpolated; the contact itself came `lag_s` earlier
       contact

Early in the stride the trigger is high (a stumble may pass, ringing may not), near the expected
contact it is as low as this runner's late swing permits. The `Finder` watches: two of its dominant
bumps without a strike, and the rhythm is looked for anew.

Constants were chosen on the shared recordings of three laboratories; the 10-15 Hz corner separates
impact from late swing there in 97-100 % of running strides, a high-passed *magnitude* in 51-95 %.
"""

import math
from collections import deque
from math import sqrt
from typing import NamedTuple

from controller.gait.events import NS, LimbEvent, Peak, Strike, crossing_ns
from controller.gait.rhythm import Bump, Finder, stride_of
from controller.items import SensorSetup


class LimbTuning(NamedTuple):
    """What differs between shank and foot."""

    lag_s: float  # from the 50 N contact to the onset at this placement


# Shank: the median over two runs on a force treadmill (50 N contact); the tibia rises 15-35 ms after
# the contact. Foot: not settled yet, for its recordings are of walking and resolve 10 ms.
SHANK = LimbTuning(lag_s=0.0195)
FOOT = LimbTuning(lag_s=0.0)

CORNER_HZ = 12.0
FORGET_S = 1.5  # the envelope halves in this time without an impact
QUIET_G, QUIET_SHARE = 0.1, 0.1  # below both (the share is of the typical height) nothing is looked at
FLOOR_G = 0.3  # below this nothing is an impact: standing, shifting weight, sensor noise
ONSET_SHARE = 0.15
NEAR_SHARE, NEAR_SHARE_MAX = 0.3, 0.75  # of the typical height, near the expected contact
FAR_SHARE = 0.9  # and far from it
GATE, RAMP_FROM, NEAR_FROM, NEAR_TO = 0.55, 0.7, 0.8, 1.35  # phases of the stride
GIVE_UP = 1.8  # strides without a strike
CLOSEST_NS = int(0.3 * NS)
RISE_NS = int(0.05 * NS)  # an onset further back than this is not this impact's
AGREE_NS = int(0.045 * NS)
IMPACT_NS = int(0.07 * NS)  # the tibial peak comes 28-42 ms after contact; the forefoot's a little later
CLIP_SHARE = 0.995


class LimbDetector:
    """One sensor's state machine; the same stream cut anywhere gives the same events."""

    def __init__(self, tuning: LimbTuning, sensor: SensorSetup) -> None:
        sample_rate_hz = sensor.sample_rate_hz
        self._lag_ns = round(tuning.lag_s * NS)
        self._scale = sensor.scale_g_per_count
        self._clip_counts = CLIP_SHARE * sensor.range_g / self._scale
        self._wake_ns = 0
        self._quiet_g = QUIET_G
        self._follow = 1 - math.exp(-2 * math.pi * CORNER_HZ / sample_rate_hz)
        self._fade = 0.5 ** (1 / (FORGET_S * sample_rate_hz))
        self._slow: tuple[float, float, float] | None = None
        self._envelope = 0.0
        self._before_ns, self._before = 0, 0.0
        self._onset_ns = 0
        self._finder = Finder()
        self._dominant: deque[int] = deque(maxlen=3)  # onsets of the last dominant bumps
        self._heights: deque[float] = deque(maxlen=3)
        self._strikes: deque[Strike] = deque(maxlen=4)
        self._stride_ns: int | None = None  # known while the rhythm is
        self._typical = 0.0
        self._swing_share = 0.0
        self._misses = 0
        self._peak_until_ns = 0
        self._peak_g, self._peak_clipped = 0.0, False

    def feed(self, times_ns: list[int], rows: list[list[int]]) -> list[LimbEvent]:
        """Counts, one row of three axes per time (strictly increasing), at least one row.

        The loop is the station's hottest: it only sharpens, and leaves the rest to `_one` for the few
        samples that stand out or that somebody waits for.
        """
        events: list[LimbEvent] = []
        if self._slow is None:
            self._slow = (float(rows[0][0]), float(rows[0][1]), float(rows[0][2]))
        slow_x, slow_y, slow_z = self._slow
        follow, fade, scale, envelope = self._follow, self._fade, self._scale, self._envelope
        for time_ns, (x, y, z) in zip(times_ns, rows, strict=True):
            rest_x, rest_y, rest_z = x - slow_x, y - slow_y, z - slow_z
            slow_x += follow * rest_x
            slow_y += follow * rest_y
            slow_z += follow * rest_z
            sharp = scale * sqrt(rest_x * rest_x + rest_y * rest_y + rest_z * rest_z)
            envelope *= fade
            envelope = max(envelope, sharp)
            if self._peak_until_ns:
                self._watch_peak(time_ns, (x, y, z), events)
            if sharp > self._quiet_g or self._before > self._quiet_g or time_ns >= self._wake_ns:
                self._envelope = envelope
                self._one(time_ns, sharp, events)
            self._before_ns, self._before = time_ns, sharp
        self._slow, self._envelope = (slow_x, slow_y, slow_z), envelope
        return events

    def _one(self, time_ns: int, sharp: float, events: list[LimbEvent]) -> None:
        """One sample that stands out, or that comes when a bump is to be judged or a strike is overdue."""
        before_ns, before = self._before_ns, self._before
        base = self._typical if self._stride_ns else self._envelope
        onset = max(ONSET_SHARE * base, QUIET_G)
        if before < onset <= sharp:
            self._onset_ns = crossing_ns(before_ns, before, time_ns, sharp, onset)
        if self._stride_ns and sharp >= FLOOR_G:
            trigger = self._trigger(time_ns)
            if before < trigger <= sharp:
                self._strike(self._recent_onset(time_ns), time_ns, 1.0, events)
        bump = self._finder.feed(time_ns, sharp, self._recent_onset(time_ns))
        if bump is not None and bump.height >= FLOOR_G:
            self._dominant_bump(bump, time_ns, events)
        elif self._stride_ns and time_ns - self._strikes[-1].contact_ns > GIVE_UP * self._stride_ns:
            self._stride_ns = None
        self._wake_ns = self._finder.due_ns()
        self._quiet_g = max(QUIET_G, QUIET_SHARE * self._typical) if self._stride_ns else QUIET_G

    def _recent_onset(self, time_ns: int) -> int:
        return max(self._onset_ns, time_ns - RISE_NS)

    def _trigger(self, time_ns: int) -> float:
        """The height in g that decides a contact at this phase of the stride; infinite while gated."""
        assert self._stride_ns is not None
        phase = (time_ns - self._strikes[-1].contact_ns) / self._stride_ns
        if phase < GATE:
            return math.inf
        near = min(NEAR_SHARE_MAX, max(NEAR_SHARE, (1 + self._swing_share) / 2))
        if phase < RAMP_FROM or phase > NEAR_TO:
            share = FAR_SHARE
        elif phase < NEAR_FROM:
            share = FAR_SHARE + (near - FAR_SHARE) * (phase - RAMP_FROM) / (NEAR_FROM - RAMP_FROM)
        else:
            share = near
        return max(share * self._typical, FLOOR_G)

    def _strike(self, onset_ns: int, time_ns: int, quality: float, events: list[LimbEvent]) -> None:
        contact_ns = onset_ns - self._lag_ns
        if self._strikes:
            gap_ns = contact_ns - self._strikes[-1].contact_ns
            if gap_ns < CLOSEST_NS:
                return
            if self._stride_ns and 0.6 < gap_ns / self._stride_ns < 1.6:
                self._stride_ns += round(0.3 * (gap_ns - self._stride_ns))
        strike = Strike(contact_ns, time_ns, quality)
        self._strikes.append(strike)
        events.append(strike)
        if quality == 1.0:
            self._peak_until_ns = contact_ns + self._lag_ns + IMPACT_NS
            self._peak_g, self._peak_clipped = 0.0, False

    def _watch_peak(self, time_ns: int, row: tuple[int, int, int], events: list[LimbEvent]) -> None:
        if time_ns > self._peak_until_ns:
            events.append(Peak(self._strikes[-1].contact_ns, self._peak_g, self._peak_clipped, time_ns))
            self._peak_until_ns = 0
            return
        self._peak_g = max(self._peak_g, self._scale * sqrt(sum(count * count for count in row)))
        self._peak_clipped = self._peak_clipped or any(abs(count) >= self._clip_counts for count in row)

    def _dominant_bump(self, bump: Bump, time_ns: int, events: list[LimbEvent]) -> None:
        """The sure, late judgement: learn from it, and fall back to it while there is no rhythm."""
        self._dominant.append(bump.onset_ns)
        self._heights.append(bump.height)
        if self._stride_ns:
            self._learn(bump, self._stride_ns)
            self._misses = 0 if self._was_struck(bump) else self._misses + 1
            if self._misses < 2:
                return
            self._stride_ns, self._misses = None, 0
        self._strike(bump.onset_ns, time_ns, 0.5, events)
        stride_ns = stride_of(list(self._dominant))
        if stride_ns is not None and self._strikes:
            self._stride_ns = stride_ns
            self._typical = sum(self._heights) / len(self._heights)
            self._swing_share = self._finder.swing_height(bump, stride_ns * 45 // 100) / bump.height

    def _learn(self, bump: Bump, stride_ns: int) -> None:
        self._typical += 0.25 * (min(bump.height, 2 * self._typical) - self._typical)
        swing = self._finder.swing_height(bump, stride_ns * 45 // 100) / bump.height
        self._swing_share += 0.3 * (swing - self._swing_share)

    def _was_struck(self, bump: Bump) -> bool:
        return any(
            -AGREE_NS < bump.peak_ns - strike.decided_ns < 2 * AGREE_NS
            or abs(strike.contact_ns + self._lag_ns - bump.onset_ns) < AGREE_NS
            for strike in self._strikes
        )
