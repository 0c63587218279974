"""The mixer: sounds start at frames, blocks of any length come out, the same whatever the length."""

import numpy as np
import numpy.typing as npt

from controller.devices.sound.waveforms import CAP, WAVES, Wave
from controller.effects import CueKind

FULL_SCALE = 32_767


class _Voice:
    def __init__(self, start: int, kind: CueKind, wave: Wave) -> None:
        self.start, self.kind, self.wave = start, kind, wave

    def mix_into(self, block: npt.NDArray[np.float32], at: int) -> None:
        """Add what falls into the block that begins at frame `at`."""
        first, last = max(self.start, at), min(self.start + len(self.wave), at + len(block))
        if first < last:
            block[first - at : last - at] += self.wave[first - self.start : last - self.start]


class Engine:
    """Owner of what is sounding; `frame` is the number of the next frame to be rendered."""

    def __init__(self) -> None:
        self.frame = 0
        self._voices: list[_Voice] = []

    def schedule(self, frame: int, kind: CueKind) -> None:
        """Let the sound of `kind` begin at `frame`; kinds that have no sound are ignored."""
        wave = WAVES.get(kind)
        if wave is not None:
            self._voices.append(_Voice(frame, kind, wave))

    def cancel(self, from_frame: int, kinds: tuple[CueKind, ...]) -> None:
        """Forget sounds of `kinds` that begin at `from_frame` or later; what sounds already ends by itself.

        A click lasts 15 ms, an earcon a quarter of a second: to end them in mid-air would be a click too.
        """
        self._voices = [v for v in self._voices if v.start < from_frame or v.kind not in kinds]

    def render(self, frames: int) -> npt.NDArray[np.int16]:
        """The next `frames` frames, int16, shape (frames, 2): equal on both sides, never above the cap."""
        block = np.zeros(frames, dtype=np.float32)
        for voice in self._voices:
            voice.mix_into(block, self.frame)
        self.frame += frames
        self._voices = [v for v in self._voices if v.start + len(v.wave) > self.frame]
        np.clip(block, -CAP, CAP, out=block)
        pcm = np.round(block * FULL_SCALE).astype(np.int16)
        return np.repeat(pcm[:, None], 2, axis=1)
