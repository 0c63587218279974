"""The simulated runner: plans one step after the other, hears cues, learns a little.

What is not cited is our choice, made to look like the shared recordings, not a finding. A heard
metronome is approached exponentially and not quite reached; an earcon shifts the runner's own cadence
for a while; what was practised stays in part. Step times scatter around that.
"""

import math
from typing import NamedTuple

import numpy as np

from controller.cues import CLICKS, DARK, Cue, CueKind
from controller.items import Side
from controller.simulation.scene import RunnerModel
from controller.simulation.treadmill import Treadmill

RUN_MPS, STAND_MPS = 1.9, 0.3
SPEED_SPM_PER_MPS = 6.0
REFERENCE_MPS = 2.5
HEARD_FOR_S = 2.0  # a metronome silent for this long is no metronome any more
EARCON_LASTS_STEPS = 40
MOST_PERCENT = 6.0
PRACTICE_STEPS = 400.0
STEPS_TO_SOFTEN, STEPS_OF_SOFTNESS = 8, 60  # tones until a landing is soft, steps until that is forgotten
TONES = (CueKind.TONE_LEFT, CueKind.TONE_RIGHT)
SOFTER = ("softer_left", "softer_right")
WISHES = {"quicker": 1.0, "slower": -1.0}  # by kind of cue and by prompt


class TrueStep(NamedTuple):
    """One contact as it really was; times in seconds since the world began."""

    contact_s: float
    toe_off_s: float
    next_s: float  # the other foot's contact
    side: Side
    running: bool
    impact_g: float


class Runner:
    """Owner of the runner's state; `plan` makes the next step, `hear` takes a cue that was played."""

    def __init__(
        self,
        model: RunnerModel,
        treadmill: Treadmill,
        stumbles_s: tuple[float, ...],
        seed: int,
        retained_spm: float = 0.0,
    ) -> None:
        self._model = model
        self._treadmill = treadmill
        self._stumbles = list(stumbles_s)
        self._random = np.random.default_rng([seed, 1])
        self._at_s = 0.0  # the next contact, if a step is under way
        self._moving = False
        self._side = Side.LEFT
        self._offset_spm = self._retained_spm = retained_spm
        self._ran_s = 0.0
        self._jitter_s = 0.0
        self._click: tuple[float, float] | None = None  # (when, tempo)
        self._urge_percent = 0.0
        self._light = 0.0
        self._softness = 0.0  # 0: lands as ever, 1: as softly as this runner can

    def hear(self, cue: Cue, at_s: float) -> None:
        """A cue was played at `at_s`."""
        if cue.kind in CLICKS:
            self._hear_click(cue.value, at_s)
        elif cue.kind in (CueKind.LIGHT, CueKind.STRIP):
            outside = abs(cue.value) >= 1.0 and cue.value != DARK
            self._light = -math.copysign(1.0, cue.value) if outside else 0.0
        elif cue.kind in TONES or cue.text.rpartition("/")[2] in SOFTER:
            self._softness = min(1.0, self._softness + 1 / STEPS_TO_SOFTEN)
        elif cue.kind is not CueKind.BAR:
            self._push(WISHES.get(cue.text.rpartition("/")[2] or cue.kind, 0.0))

    def _hear_click(self, tempo_spm: float, at_s: float) -> None:
        """The tempo is what the ear makes of two clicks, be they a step apart or a stride."""
        last, heard_spm = self._click, tempo_spm
        if last is not None and 0.2 < at_s - last[0] < 1.0:
            steps = max(1, round((at_s - last[0]) * tempo_spm / 60))
            heard_spm = 60 * steps / (at_s - last[0])
        self._click = (at_s, heard_spm)

    def _push(self, sign: float) -> None:
        push = sign * self._model.earcon_percent
        self._urge_percent = float(np.clip(self._urge_percent + push, -MOST_PERCENT, MOST_PERCENT))

    def plan(self) -> TrueStep | None:
        """The next step; None for a tenth of a second of standing."""
        speed_mps = self._treadmill.speed_mps(self._at_s)
        if speed_mps < STAND_MPS:
            self._at_s += 0.1
            self._moving = False
            return None
        running = speed_mps >= RUN_MPS
        interval_s = 60 / self._cadence_spm(speed_mps, running=running)
        interval_s *= 1 + self._sign() * self._model.asymmetry_percent / 200
        jitter_s = float(self._random.normal(0, self._model.step_jitter_s)) if self._moving else 0.0
        # Runners correct a late step with the next one: neighbouring step times lean the other way.
        interval_s = max(0.2, interval_s + jitter_s - 0.5 * self._jitter_s - self._pull_s(interval_s))
        impact_g = self._impact_g(speed_mps, running=running)
        if self._stumbles and self._at_s >= self._stumbles[0]:
            self._stumbles.pop(0)
            interval_s, impact_g = interval_s * 1.75, impact_g * 1.4
        step = TrueStep(
            contact_s=self._at_s,
            toe_off_s=self._at_s + self._stance_s(speed_mps, interval_s, running=running),
            next_s=self._at_s + interval_s,
            side=self._side,
            running=running,
            impact_g=impact_g,
        )
        self._at_s, self._jitter_s, self._moving = step.next_s, jitter_s, True
        self._ran_s += interval_s if running else 0.0
        self._side = Side.RIGHT if self._side is Side.LEFT else Side.LEFT
        return step

    def after(self, days: float) -> float:
        """What of the practised change is left so many days later, in steps per minute."""
        return self._retained_spm * float(self._model.kept_by_day**days)

    @property
    def planned_s(self) -> float:
        """Up to here the future is decided."""
        return self._at_s

    def _sign(self) -> int:
        return 1 if self._side is Side.RIGHT else -1

    def _cadence_spm(self, speed_mps: float, *, running: bool) -> float:
        if not running:
            return 78 + 28 * speed_mps  # 112 steps/min at a quiet 1.2 m/s
        own_spm = self._model.cadence_spm + SPEED_SPM_PER_MPS * (speed_mps - REFERENCE_MPS)
        own_spm *= 1 - self._model.tires_percent / 100 * self._ran_s / 600
        wanted_spm = self._retained_spm + own_spm * (self._urge_percent + self._light) / 100
        if self._click is not None and self._at_s - self._click[0] < HEARD_FOR_S:
            wanted_spm = self._model.follow * (self._click[1] - own_spm)
        self._offset_spm += (wanted_spm - self._offset_spm) / self._model.answer_steps
        self._retained_spm += (self._model.retention * self._offset_spm - self._retained_spm) / PRACTICE_STEPS
        self._urge_percent -= self._urge_percent / EARCON_LASTS_STEPS
        return own_spm + self._offset_spm

    def _pull_s(self, interval_s: float) -> float:
        """Steps drift towards clicks: how much earlier the next one comes for the beat heard last."""
        if self._click is None or not 0 <= self._at_s - self._click[0] < HEARD_FOR_S:
            return 0.0
        late_s = (self._at_s - self._click[0] + interval_s / 2) % interval_s - interval_s / 2
        return self._model.phase_coupling * late_s

    def _stance_s(self, speed_mps: float, interval_s: float, *, running: bool) -> float:
        if not running:
            return 1.24 * interval_s  # stance is 62 % of a walking stride (Perry, Gait Analysis)
        stance_s = self._model.contact_time_s - 0.03 * (speed_mps - REFERENCE_MPS)
        return min(stance_s, 0.85 * interval_s)

    def _impact_g(self, speed_mps: float, *, running: bool) -> float:
        model = self._model
        own_g = model.impact_left_g if self._side is Side.LEFT else model.impact_right_g
        if not running:
            return 0.32 * own_g
        # A quicker, shorter step lands softer: by 1 % for each 1 % of cadence.
        softer = self._offset_spm / model.cadence_spm
        scatter = 1 + 0.06 * float(self._random.normal())
        softer += model.softens * self._softness
        self._softness -= self._softness / STEPS_OF_SOFTNESS
        return own_g * (1 + 0.25 * (speed_mps - REFERENCE_MPS)) * (1 - softer) * max(0.5, scatter)
