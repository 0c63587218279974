"""Pulses of a belt or roller sensor → speed: for edges on a pin and for counts that a board reports.

A pulse says how fast the belt was; no pulse says how fast it can't be any more. Between pulses the speed is
at most the metres of one pulse over the time since the last one; twice the slowest period without any is a
standing belt.
"""

import msgspec

from controller.treadmills.events import FASTEST_MPS

NS = 10**9
HARDEST_MPS2 = 2.0  # treadmills change speed by less; a jump beyond is a missed or a doubled pulse
SLOWEST_MPS = 0.5 / 3.6  # the slowest speed a treadmill's panel offers
CONVINCED = 3  # so many refused readings that agree among themselves are the truth after all


class PulseSpeed(msgspec.Struct):
    """Speed of a belt from its pulses. `metres_per_pulse` is measured once, on the belt."""

    metres_per_pulse: float
    speed_mps: float | None = None  # None: nobody knows yet
    pulse_ns: int | None = None
    judged_ns: int | None = None
    refused: tuple[float, ...] = ()

    @property
    def timeout_ns(self) -> int:
        """The silence after which the belt stands: two periods of the slowest speed."""
        return round(2 * self.metres_per_pulse / SLOWEST_MPS * NS)

    def period(self, at_ns: int, period_s: float) -> str | None:
        """A pulse at `at_ns`, `period_s` after the one before; a refusal in words, or None."""
        self.pulse_ns = at_ns
        if period_s * FASTEST_MPS < self.metres_per_pulse:
            return f"{period_s * 1e3:.3g} ms from pulse to pulse is faster than any belt"
        speed = self.metres_per_pulse / period_s
        if not self._possible(speed, at_ns):
            self.refused = (*self.refused, speed)[-CONVINCED:]
            if not self._convinced():
                return f"{speed:.2f} m/s after {self.speed_mps or 0:.2f} m/s is no belt's acceleration"
        self.speed_mps, self.judged_ns, self.refused = speed, at_ns, ()
        return None

    def silence(self, now_ns: int) -> None:
        """No pulse until `now_ns`: the speed falls to what is still possible, at last to 0."""
        if self.pulse_ns is None:
            self.pulse_ns = now_ns
        since_ns = now_ns - self.pulse_ns
        if since_ns >= self.timeout_ns:
            self.speed_mps, self.judged_ns, self.refused = 0.0, now_ns, ()
        elif self.speed_mps and since_ns > 0:
            self.speed_mps = min(self.speed_mps, self.metres_per_pulse * NS / since_ns)

    def _possible(self, speed: float, at_ns: int) -> bool:
        if self.speed_mps is None or self.judged_ns is None:
            return True
        margin = (
            0.05 * max(speed, self.speed_mps) + 0.05
        )  # unevenly spaced magnets, and the belt's own ripple
        return abs(speed - self.speed_mps) <= HARDEST_MPS2 * (at_ns - self.judged_ns) / NS + margin

    def _convinced(self) -> bool:
        low, high = min(self.refused), max(self.refused)
        return len(self.refused) == CONVINCED and high - low <= 0.05 * high
