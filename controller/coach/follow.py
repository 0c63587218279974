"""The phase-aligned metronome: a click that meets the predicted step and leads it to the target tempo.

Off unless the clinic has switched it on (docs/patents.md). It is a phase-locked oscillator, after the linear
phase and period correction by which people keep time with each other (Repp 2005, Psychon Bull Rev 12:969):
each interval is the last one, pulled towards the runner's own, towards the predicted contact and towards the
target, and never more than 2.5 % from the one before.
"""

from controller.coach.metronome import AHEAD_NS, beat
from controller.cues import Cue
from controller.effects import Prediction
from controller.prescription import ClickMode

NS = 1_000_000_000
MINUTE_NS = 60 * NS
PHASE_GAIN = 0.25  # of the distance to the predicted contact, made up with each beat
PERIOD_GAIN = 0.10
LEAD_SHARE = 0.02  # the click comes this share of a step earlier or later than predicted, to lead
MOST_CHANGE = 0.024  # of an interval; 2.5 % is what listeners notice (Friberg & Sundberg 1995)
FORGOTTEN_NS = 2 * NS  # without a prediction for longer, there is no step to meet


class Follower:
    """Told of predictions; hands out clicks like the metronome."""

    def __init__(self) -> None:
        self._interval_ns: float | None = None
        self._next_ns = 0.0  # the next beat
        self._predicted: tuple[int, int] | None = None  # (when, issued)
        self._before_ns: int | None = None  # the predicted contact before
        self._own_ns = 0.0  # the runner's interval, smoothed
        self._beats = 0

    @property
    def running(self) -> bool:
        return self._interval_ns is not None

    def halt(self) -> None:
        """No further clicks; the runner's rhythm is learnt anew."""
        self._interval_ns = self._predicted = self._before_ns = None

    def prediction(self, prediction: Prediction) -> None:
        """The next contact is expected then."""
        at_ns = prediction.predicted_contact_ns
        before_ns, self._before_ns = self._before_ns, at_ns
        self._predicted = (at_ns, prediction.issued_ns)
        if before_ns is None or not NS // 5 < at_ns - before_ns < NS:
            return
        interval_ns = at_ns - before_ns
        self._own_ns += (interval_ns - self._own_ns) * (PERIOD_GAIN if self._own_ns else 1.0)

    def advance(self, now_ns: int, target_spm: float, mode: ClickMode) -> list[Cue]:
        """The clicks that fall due up to 100 ms after `now_ns` and were not handed out yet."""
        if self._predicted is None or now_ns - self._predicted[1] > FORGOTTEN_NS or not self._own_ns:
            return []
        if self._interval_ns is None:
            self._interval_ns, self._beats = self._own_ns, 0
            self._next_ns = float(self._predicted[0])
        clicks: list[Cue] = []
        while self._next_ns <= now_ns + AHEAD_NS:
            if self._next_ns > now_ns:
                clicks += beat(round(self._next_ns), MINUTE_NS / self._interval_ns, mode, self._beats)
            self._beats += 1
            self._move(target_spm)
        return clicks

    def _move(self, target_spm: float) -> None:
        assert self._interval_ns is not None
        assert self._predicted is not None
        lead = min(max((MINUTE_NS / target_spm) / self._own_ns - 1, -LEAD_SHARE), LEAD_SHARE)
        # From the runner's step nearest to the beat just handed out, and a little towards the target.
        late_ns = self._next_ns - self._predicted[0]
        late_ns -= self._own_ns * round(late_ns / self._own_ns)
        wanted = self._own_ns * (1 + lead) - PHASE_GAIN * (late_ns - lead * self._own_ns)
        most = MOST_CHANGE * self._interval_ns
        self._interval_ns += min(max(wanted - self._interval_ns, -most), most)
        self._next_ns += self._interval_ns
