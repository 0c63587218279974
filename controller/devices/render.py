"""Cues as a sound file, through the very engine that plays them live."""

import wave
from collections.abc import Sequence
from pathlib import Path

from controller.cues import CancelCues, Cue
from controller.devices.sound.engine import CAP_DBFS, Engine
from controller.devices.sound.waveforms import RATE_HZ, Wave

NS = 1_000_000_000
BLOCK_FRAMES = RATE_HZ


def render_wav(
    cues: Sequence[Cue],
    end_ns: int,
    path: Path,
    block_frames: int = BLOCK_FRAMES,
    cancels: Sequence[CancelCues] = (),
    prompts: dict[str, Wave] | None = None,
    cap_dbfs: float = CAP_DBFS,
) -> None:
    """16-bit PCM, 48 kHz, stereo, from time 0 to `end_ns`; a cue begins on frame round(due x 48 kHz).

    `cues` are those that were played; a sound still under way at a cancel of its kind fades there.
    """
    engine = Engine(prompts, cap_dbfs)
    waiting = sorted(cues, key=lambda cue: cue.due_ns)
    frames = round(end_ns * RATE_HZ / NS)
    taken = 0
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        while engine.frame < frames:
            block = min(block_frames, frames - engine.frame)
            while taken < len(waiting) and frame_of(waiting[taken].due_ns) < engine.frame + block:
                cue, taken = waiting[taken], taken + 1
                voice = engine.schedule(frame_of(cue.due_ns), cue)
                until = next(
                    (c.from_ns for c in cancels if c.from_ns > cue.due_ns and cue.kind in c.kinds), None
                )
                if voice is not None and until is not None and frame_of(until) < voice.end:
                    voice.fade(frame_of(until))
            file.writeframes(engine.render(block).astype("<i2").tobytes())


def frame_of(time_ns: int) -> int:
    """The frame that sounds at this time after the file's start."""
    return round(time_ns * RATE_HZ / NS)
