"""The phase-aligned metronome: a click that meets the predicted step and leads it to the target tempo.

Off unless the clinic has switched it on (docs/patents.md). It is a phase-locked oscillator, after the linear
phase and period correction by which people keep time with each other (Repp 2005, Psychon Bull Rev 12:969):
each interval is the runner's own, pulled towards the target, corrected by a share of how far the last beats
were from their steps, and never more than 2.5 % from the one before.
"""

from controller.coach.metronome import AHEAD_NS, beat
from controller.cues import Cue
from controller.prescription import ClickMode
from controller.records import Prediction

NS = 1_000_000_000
MINUTE_NS = 60 * NS
PHASE_GAIN = 0.3  # of the distance to where the beat should be, made up with the next one
PERIOD_GAIN = 0.1  # of what a new interval says about the runner's own
SLOW_GAIN = 0.02  # and about how far they still are from the target
LEAD = 4.0  # of the way still to go, as a share of an interval, the beat comes ahead of the step
THERE = 0.01
LEAD_MOST = 0.11  # of an interval: at most some 40 ms ahead
MOST_CHANGE = 0.024  # of an interval; 2.5 % is what listeners notice (Friberg & Sundberg 1995)
SHORTEST_NS, LONGEST_NS = NS // 5, NS // 2  # between two steps of a run: 300 to 120 a minute
FORGOTTEN_NS = 2 * NS  # without a prediction for longer, there is no step to meet


class Follower:
    """Told of predictions; hands out clicks like the metronome."""

    def __init__(self) -> None:
        self._last: tuple[float, float] | None = None  # the last beat and the interval before it
        self._predicted: tuple[int, int] | None = None  # (when, issued)
        self._own_ns = self._slow_ns = 0.0  # the runner's interval, smoothed
        self._learnt = 0
        self._beats = 0

    @property
    def running(self) -> bool:
        return self._last is not None

    def halt(self) -> None:
        """No further clicks; the runner's rhythm is learnt anew."""
        self._last = self._predicted = None
        self._own_ns = self._slow_ns = 0.0
        self._learnt = 0

    def prediction(self, prediction: Prediction) -> None:
        """The next contact is expected then."""
        at_ns = prediction.predicted_contact_ns
        before, self._predicted = self._predicted, (at_ns, prediction.issued_ns)
        interval_ns = float(at_ns - before[0]) if before else 0.0
        if not SHORTEST_NS < interval_ns < 2 * LONGEST_NS:
            return
        if interval_ns > LONGEST_NS:  # one leg alone is seen: a beat for the other one lies between
            interval_ns /= 2
        self._learnt += 1  # the first ones are simply averaged
        self._own_ns += (interval_ns - self._own_ns) * max(PERIOD_GAIN, 1 / self._learnt)
        self._slow_ns += (interval_ns - self._slow_ns) * max(SLOW_GAIN, 1 / self._learnt)

    def advance(self, now_ns: int, target_spm: float, mode: ClickMode) -> list[Cue]:
        """The clicks that fall due up to 100 ms after `now_ns` and were not handed out yet."""
        if self._predicted is None or now_ns - self._predicted[1] > FORGOTTEN_NS or not self._own_ns:
            return []
        clicks: list[Cue] = []
        while (following := self._following(target_spm))[0] <= now_ns + AHEAD_NS:
            due_ns, interval_ns = following
            if due_ns > now_ns:
                clicks += beat(round(due_ns), MINUTE_NS / interval_ns, mode, self._beats)
            self._last = following
            self._beats += 1
        return clicks

    def _following(self, target_spm: float) -> tuple[float, float]:
        """The next beat, by all that is known now, and the interval that leads to it."""
        assert self._predicted is not None
        if self._last is None:
            return float(self._predicted[0]), self._own_ns
        last_ns, before_ns = self._last
        # How late the last beat was for its step: the step nearest to it, counted from the newest prediction.
        late_ns = last_ns - self._predicted[0]
        late_ns -= self._own_ns * round(late_ns / self._own_ns)
        wanted = (MINUTE_NS / target_spm) / self._slow_ns - 1  # a share of an interval: negative is quicker
        # Within a percent the runner is there: what is left is the scatter of their steps.
        wanted -= min(max(wanted, -THERE), THERE)
        ahead_ns = min(max(LEAD * wanted, -LEAD_MOST), LEAD_MOST) * self._own_ns
        led_ns = self._own_ns - PHASE_GAIN * (late_ns - ahead_ns)
        most = MOST_CHANGE * before_ns
        interval_ns = before_ns + min(max(led_ns - before_ns, -most), most)
        return last_ns + interval_ns, interval_ns
