r"""Initial contacts of a walker from the trunk: an inverted pendulum is pushed up once per step.

Walking has no flight. The trunk is lightest over the standing leg and heaviest in double support, so the
vertical specific force, smoothed to little more than its step frequency, rises through its mean once a step,
shortly after the contact.

Smoothing and offset were chosen on overground walks of ten people with a sensor at the lower back and
hand-checked contacts; more detail in the signal differs from person to person and misleads.
"""

import math

from controller.gait.events import NS, Strike, crossing_ns

CORNER_HZ = 1.5
MEAN_S = 0.5  # time constant of the mean
LAG_NS = int(-0.152 * NS)  # and the delay of both smoothings: 50 ms together at 100 Hz
FORGET_S = 2.5  # the recent amplitude halves in this time
SMALLEST_G = 0.02  # of the smoothed force: standing and shifting weight stay below
ARM_SHARE = 0.3  # of the recent amplitude below the mean, before the next rise counts
SHORTEST_STEP_NS = int(0.3 * NS)
LONGEST_STEP_NS = int(1.1 * NS)
CLOSEST = 0.6  # of the usual step


class Pendulum:
    """Vertical specific force in, strikes of a walker out; the same stream cut anywhere gives the same."""

    def __init__(self, sample_rate_hz: float) -> None:
        self._follow = 1 - math.exp(-2 * math.pi * CORNER_HZ / sample_rate_hz)
        self._lag_ns = LAG_NS + round(2 * (1 - self._follow) / self._follow / sample_rate_hz * NS)
        self._drift = 1 - math.exp(-1 / (MEAN_S * sample_rate_hz))
        self._fade = 0.5 ** (1 / (FORGET_S * sample_rate_hz))
        self._first = self._smooth = self._mean = 1.0
        self._amplitude = 0.0
        self._before_ns, self._before = 0, 0.0
        self._armed = False
        self._last_ns: int | None = None
        self._step_ns: int | None = None

    def feed(self, time_ns: int, along_g: float) -> list[Strike]:
        """One sample of the force along gravity, in g; the strikes that are sure by now.

        One rise alone may be a shift of weight: the first step is told with the second.
        """
        self._first += self._follow * (along_g - self._first)
        self._smooth += self._follow * (self._first - self._smooth)
        self._mean += self._drift * (self._smooth - self._mean)
        value = self._smooth - self._mean
        before_ns, before = self._before_ns, self._before
        self._before_ns, self._before = time_ns, value
        self._amplitude = max(self._amplitude * self._fade, abs(value))
        if self._amplitude < SMALLEST_G:
            return []
        if value < -ARM_SHARE * self._amplitude:
            self._armed = True
        if not (self._armed and before < 0 <= value):
            return []
        self._armed = False
        return self._rise(crossing_ns(before_ns, before, time_ns, value, 0.0) - self._lag_ns, time_ns)

    def _rise(self, contact_ns: int, time_ns: int) -> list[Strike]:
        gap_ns = LONGEST_STEP_NS if self._last_ns is None else contact_ns - self._last_ns
        if gap_ns < (CLOSEST * self._step_ns if self._step_ns else SHORTEST_STEP_NS):
            return []
        self._last_ns = contact_ns
        if gap_ns >= LONGEST_STEP_NS:
            self._step_ns = None
            return []
        if self._step_ns is None:
            self._step_ns = gap_ns
            return [Strike(contact_ns - gap_ns, time_ns, 0.5), Strike(contact_ns, time_ns, 0.5)]
        self._step_ns += round(0.3 * (gap_ns - self._step_ns))
        return [Strike(contact_ns, time_ns, 1.0)]
