"""The mixer: sounds start at frames, blocks of any length come out, the same whatever the length."""

import numpy as np
import numpy.typing as npt

from controller.cues import Cue, CueKind
from controller.devices.sound.waveforms import RATE_HZ, Wave, falling, wave_of

FULL_SCALE = 32_767
CAP_DBFS = -20.0  # until somebody has measured the level at the runner's ear
KNEE = 0.75  # of the cap: below it sounds pass as they are, above it they are pressed together
FADE_FRAMES = round(0.02 * RATE_HZ)  # a sound that is taken back ends within 20 ms, and without a click
FADE = falling(FADE_FRAMES).astype(np.float32)


class Voice:
    """One sound: its cue, its first frame, and the frame from which it fades."""

    def __init__(self, start: int, cue: Cue, wave: Wave) -> None:
        self.start, self.cue, self._wave = start, cue, wave
        self.end = start + len(wave)

    def fade(self, from_frame: int) -> None:
        """End within 20 ms from there; what ends by then anyhow is left as it is."""
        if self.end <= from_frame + FADE_FRAMES:
            return
        kept = max(0, from_frame - self.start)
        wave = self._wave[: kept + FADE_FRAMES].copy()
        tail = wave[kept:]
        tail *= FADE[: len(tail)]
        self._wave, self.end = wave, self.start + len(wave)

    def mix_into(self, block: npt.NDArray[np.float32], at: int) -> None:
        """Add what falls into the block that begins at frame `at`."""
        first, last = max(self.start, at), min(self.end, at + len(block))
        if first < last:
            block[first - at : last - at] += self._wave[first - self.start : last - self.start]


class Engine:
    """Owner of what is sounding; `frame` is the number of the next frame to be rendered."""

    def __init__(self, prompts: dict[str, Wave] | None = None, cap_dbfs: float = CAP_DBFS) -> None:
        self.frame = 0
        self.cap = 10 ** (cap_dbfs / 20)
        self._prompts = prompts or {}
        self._voices: list[Voice] = []

    def schedule(self, frame: int, cue: Cue) -> Voice | None:
        """Let the cue's sound begin at `frame`; cues that have no sound are ignored."""
        wave = wave_of(cue, self._prompts)
        if wave is None:
            return None
        voice = Voice(frame, cue, wave)
        self._voices.append(voice)
        return voice

    def cancel(self, from_frame: int, kinds: tuple[CueKind, ...]) -> None:
        """Forget sounds of `kinds` that begin at `from_frame` or later; what sounds then fades out."""
        at = max(from_frame, self.frame)
        self._voices = [v for v in self._voices if v.start < from_frame or v.cue.kind not in kinds]
        for voice in self._voices:
            if voice.cue.kind in kinds:
                voice.fade(at)

    def render(self, frames: int) -> npt.NDArray[np.int16]:
        """The next `frames` frames, int16, shape (frames, 2): equal on both sides, never above the cap."""
        block = np.zeros(frames, dtype=np.float32)
        for voice in self._voices:
            voice.mix_into(block, self.frame)
        self.frame += frames
        self._voices = [v for v in self._voices if v.end > self.frame]
        pcm = np.round(limited(block) * np.float32(self.cap * FULL_SCALE)).astype(np.int16)
        return np.repeat(pcm[:, None], 2, axis=1)

    def begun(self, before: int) -> list[Voice]:
        """The voices that began since frame `before` and still sound."""
        return [voice for voice in self._voices if before <= voice.start < self.frame]


def limited(block: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """As it is below the knee, smoothly towards 1 above it: two sounds at once are never a harsh one."""
    size = np.abs(block)
    if size.max(initial=0.0) <= KNEE:
        return block
    pressed = KNEE + (1 - KNEE) * np.tanh((size - KNEE) / (1 - KNEE))
    return np.where(size <= KNEE, block, np.sign(block) * pressed).astype(np.float32)
