"""Cues as a sound file, through the very engine that plays them live."""

import wave
from collections.abc import Sequence
from pathlib import Path

from controller.devices.sound.engine import Engine
from controller.devices.sound.waveforms import RATE_HZ
from controller.effects import Cue

NS = 1_000_000_000
BLOCK_FRAMES = RATE_HZ


def render_wav(cues: Sequence[Cue], end_ns: int, path: Path, block_frames: int = BLOCK_FRAMES) -> None:
    """16-bit PCM, 48 kHz, stereo, from time 0 to `end_ns`; a cue begins on frame round(due x 48 kHz)."""
    engine = Engine()
    waiting = sorted(cues, key=lambda cue: cue.due_ns)
    frames = round(end_ns * RATE_HZ / NS)
    taken = 0
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        while engine.frame < frames:
            block = min(block_frames, frames - engine.frame)
            while taken < len(waiting) and _frame(waiting[taken]) < engine.frame + block:
                engine.schedule(_frame(waiting[taken]), waiting[taken].kind)
                taken += 1
            file.writeframes(engine.render(block).astype("<i2").tobytes())


def _frame(cue: Cue) -> int:
    return round(cue.due_ns * RATE_HZ / NS)
