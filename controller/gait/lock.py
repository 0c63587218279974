"""How sure the station is of the runner's rhythm, what it is, and how quick.

Cadence is the mean over the last eight steps: step times scatter by about 9 ms, so eight of them give
it to within one step per minute. A runner who changes by 7.5 % is followed within six steps: when four steps
differ clearly from the four before, those are forgotten.
"""

from collections import deque
from statistics import median

from controller.gait.events import NS
from controller.items import Side

STEPS_MEANT = 8
REGULAR = (0.6, 1.6)  # an interval outside these shares of the usual one is irregular: shown, not averaged
SHORTEST_NS = int(0.2 * NS)  # 300 steps/min: what comes sooner is no step, whatever the usual interval is
CHANGED = 0.04  # of the step time, between four steps and the four before: three times the usual scatter
STEPS_JUDGED = 3  # the newest say whether it is a walk or a run
MOVING = ("running", "walking")
SURE_AFTER = 3  # regular intervals in a row
LATE = 1.6  # intervals without a contact, and the station is no longer sure
STANDING_NS = int(2.0 * NS)
RUNNING_SPM, WALKING_SPM = 142.0, 135.0  # runners start near 140 steps/min, walkers rarely reach 135


class Lock:
    """Fed with each contact; answers for any moment."""

    def __init__(self) -> None:
        self._intervals_ns: deque[int] = deque(maxlen=STEPS_MEANT)
        self._usual: deque[int] = deque(maxlen=5)  # the last intervals, regular or not
        self._usual_ns = 0.0  # their median
        self._in_a_row = 0
        self._last_ns: int | None = None
        self._lag_ns = 0  # the next contact will be told as late
        self._mode = "unknown"
        self._one_leg = False
        self._flies: bool | None = None  # None without a sensor at the trunk

    def contact(self, contact_ns: int, side_seen: Side, lag_ns: int = 0) -> tuple[int | None, bool]:
        """Take the next contact, told `lag_ns` late; the interval before it in ns, if it was irregular."""
        self._lag_ns = lag_ns
        one_leg = side_seen in (Side.LEFT, Side.RIGHT)
        if one_leg != self._one_leg:
            self._forget()
            self._one_leg = one_leg
        last_ns, self._last_ns = self._last_ns, contact_ns
        if last_ns is None or contact_ns - last_ns > STANDING_NS:
            self._forget()
            return None, False
        interval_ns = contact_ns - last_ns
        possible = interval_ns >= SHORTEST_NS * (2 if one_leg else 1)
        usual_ns = self._usual_ns or interval_ns
        if possible:
            self._usual.append(interval_ns)
            self._usual_ns = median(self._usual)
        irregular = not possible or not REGULAR[0] <= interval_ns / usual_ns <= REGULAR[1]
        if irregular:
            self._in_a_row = 0
            self._intervals_ns.clear()
        else:
            self._in_a_row += 1
            self._intervals_ns.append(interval_ns)
            self._notice_change()
            self._judge_mode()
        return interval_ns, irregular

    def _notice_change(self) -> None:
        """When the newest steps differ from those before by more than scatter, only they count."""
        newest = STEPS_MEANT // (4 if self._one_leg else 2)
        if len(self._intervals_ns) < 2 * newest:
            return
        recent = list(self._intervals_ns)[-2 * newest :]
        before, after = sum(recent[:newest]), sum(recent[newest:])
        if abs(after - before) > CHANGED * before:
            self._intervals_ns.clear()
            self._intervals_ns.extend(recent[newest:])

    def _forget(self) -> None:
        self._intervals_ns.clear()
        self._usual.clear()
        self._usual_ns = 0.0
        self._in_a_row = 0
        self._mode = "unknown"

    def flight(self, *, flies: bool | None) -> None:
        """The trunk says whether it flies between steps: surer and sooner than any cadence.

        None when no sensor at the trunk is heard.
        """
        changed, self._flies = flies is not self._flies, flies
        if changed and self._mode in MOVING:
            self._judge_mode()

    def _judge_mode(self) -> None:
        recent = list(self._intervals_ns)[-STEPS_JUDGED:]
        if self._flies is not None:
            running = self._flies
        elif recent:
            cadence = (120.0 if self._one_leg else 60.0) * NS * len(recent) / sum(recent)
            running = cadence > (WALKING_SPM if self._mode == "running" else RUNNING_SPM)
        else:
            return
        mode = "running" if running else "walking"
        if self._mode in MOVING and mode != self._mode:
            self._in_a_row = 0  # walk to run or back: find the step again before any cue
            self._intervals_ns.clear()
            self._intervals_ns.extend(recent[-1:])
        self._mode = mode

    def _mean_spm(self) -> float | None:
        if not self._intervals_ns:
            return None
        recent = list(self._intervals_ns)[-STEPS_MEANT // 2 :] if self._one_leg else self._intervals_ns
        return (120.0 if self._one_leg else 60.0) * NS * len(recent) / sum(recent)

    def sure(self, now_ns: int) -> bool:
        """Enough regular contacts in a row, the last of them not overdue."""
        if self._last_ns is None or self._in_a_row < SURE_AFTER:
            return False
        return now_ns - self._last_ns <= LATE * self._usual_ns + self._lag_ns

    def mode(self, now_ns: int) -> str:
        """Standing | walking | running | unknown at `now_ns`."""
        if self._last_ns is None or now_ns - self._last_ns > STANDING_NS:
            return "standing"
        return self._mode

    def cadence_spm(self, now_ns: int) -> float | None:
        """Steps per minute of both feet; None while standing or before the first interval."""
        return None if self.mode(now_ns) == "standing" else self._mean_spm()
