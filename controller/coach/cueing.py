"""All cues of one session: which of them a step calls for, and what is taken back when it falls silent."""

from collections.abc import Sequence

from controller.coach.advice import Finding
from controller.coach.band import Band, Tones
from controller.coach.follow import Follower
from controller.coach.lights import Light
from controller.coach.measures import Measures
from controller.coach.metronome import Metronome
from controller.coach.speech import Speech
from controller.cues import CLICKS, CancelCues, Cue, CueKind
from controller.effects import Goals, Silence
from controller.prescription import CueModes
from controller.records import Prediction, Step

EVERY = tuple(CueKind)
ANSWERS = tuple(kind for kind in EVERY if kind not in CLICKS)


class Cueing:
    """Owner of the metronomes, the band, the tones, the lights and the prompts."""

    def __init__(self) -> None:
        self._metronome = Metronome()
        self._follower = Follower()
        self._band = Band()
        self._tones = Tones()
        self._light = Light()
        self._speech = Speech()
        self._clicking = False
        self._hushed = True

    @property
    def earcons(self) -> int:
        return self._band.earcons

    def step(
        self, step: Step, found: tuple[Finding, ...], measures: Measures, goals: Goals, modes: CueModes
    ) -> list[Cue]:
        """What this step calls for, while nothing is silent."""
        cues: list[Cue] = []
        if modes.beep:
            cues += self._band.step(step, found, goals)
        if modes.tone:
            cues += self._tones.step(step, found, modes.tone_every_strides)
        if modes.light:
            cues += self._light.step(step, modes.light_style, found, measures, goals)
        if modes.speech:
            cues += self._speech.step(step, found, modes)
        return cues

    def prediction(self, prediction: Prediction) -> None:
        """The next contact is expected then."""
        self._follower.prediction(prediction)

    def say(self, key: str, now_ns: int, modes: CueModes) -> Cue:
        """A prompt that answers no step."""
        return self._speech.say(key, now_ns, modes)

    def act(
        self, now_ns: int, silences: tuple[Silence, ...], tempo_spm: float | None, modes: CueModes
    ) -> list[Cue | CancelCues]:
        """Bring metronome and lights to where they should be now."""
        effects = self._hush(now_ns, silent=bool(silences))
        effects += self._pace(now_ns, silences, tempo_spm, modes)
        if silences or not modes.light:
            effects += self._light.dark(now_ns)
        return effects

    def _hush(self, now_ns: int, *, silent: bool) -> list[Cue | CancelCues]:
        """As it falls silent, what answers steps is taken back, a sentence under way too; beats see _pace."""
        was, self._hushed = self._hushed, silent
        return [CancelCues(from_ns=now_ns, kinds=ANSWERS)] if silent and not was else []

    def _pace(
        self, now_ns: int, silences: tuple[Silence, ...], tempo_spm: float | None, modes: CueModes
    ) -> list[Cue | CancelCues]:
        # A fixed tempo needs no step to follow, so being unsure of the steps does not end it; a lost
        # sensor or a walk does, unless the clinician chose the open loop. What meets the step needs the step.
        forgiven = set() if modes.follow else {Silence.UNSURE}
        if modes.open_loop and not modes.follow:
            forgiven |= {Silence.SENSOR_LOST, Silence.NOT_RUNNING}
        if not modes.click or tempo_spm is None or set(silences) - forgiven:
            return self._halt(now_ns)
        if modes.follow:
            return self._followed(now_ns, tempo_spm, modes)
        effects: list[Cue | CancelCues] = []
        if not self._metronome.running:
            effects += self._halt(now_ns)
            self._metronome.start(now_ns, tempo_spm)
        self._metronome.retune(tempo_spm)
        effects += self._metronome.advance(now_ns, modes.click_mode)
        self._clicking = True
        return effects

    def _followed(self, now_ns: int, tempo_spm: float, modes: CueModes) -> list[Cue | CancelCues]:
        effects: list[Cue | CancelCues] = []
        if self._metronome.running:
            effects += self._halt(now_ns)
        effects += self._follower.advance(now_ns, tempo_spm, modes.click_mode)
        self._clicking = True
        return effects

    def _halt(self, now_ns: int) -> list[Cue | CancelCues]:
        """No further clicks, and those that were handed out are taken back."""
        self._metronome.halt()
        self._follower.halt()
        was, self._clicking = self._clicking, False
        return [CancelCues(from_ns=now_ns, kinds=CLICKS)] if was else []

    def play_sham(self, cues: Sequence[Cue], now_ns: int, *, silent: bool) -> list[Cue | CancelCues]:
        """Another session's cues; when it falls silent what is under way is taken back."""
        for cue in cues:
            self._light.took(cue)
        if not silent:
            self._clicking = True
            return list(cues)
        if not self._clicking:
            return []
        return self.silence(now_ns)

    def silence(self, now_ns: int) -> list[Cue | CancelCues]:
        """Everything corrective ends at once."""
        self._metronome.halt()
        self._follower.halt()
        self._clicking = False
        return [CancelCues(from_ns=now_ns, kinds=EVERY), *self._light.dark(now_ns)]
