"""The station's sounds, made once by arithmetic: clicks, earcons and tones; prompts come from files.

All are made to one scale, where 1 is the loudest that may come out. A single sound stays below the engine's
knee; only overlaps reach it.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from controller.cues import Cue, CueKind

RATE_HZ = 48_000
CLICK_PEAK, EARCON_PEAK, TONE_PEAK = 0.55, 0.4, 0.4
CLICK_S, CLICK_DECAY_S = 0.015, 0.004
CLICK_HZ, ACCENT_HZ = 1800.0, 2400.0  # short, and where a treadmill's rumble is weak
EARCON_TONE_S, EARCON_LOW_HZ, EARCON_HIGH_HZ = 0.12, 660.0, 880.0  # a fourth, up or down
TONE_S = 0.14  # over before the next step
TONE_LEFT_HZ, TONE_RIGHT_HZ = 392.0, 523.25  # G4 and C5: which leg is heard by the pitch, never by the side
TONE_FULL_PERCENT, TONE_STEP_PERCENT = 100.0, 5.0  # of excess for a whole octave; in steps that can be told
EDGE_S = 0.008

Wave = npt.NDArray[np.float32]


def click(pitch_hz: float) -> Wave:
    """A decaying tone whose very first frame sounds: the beat is that frame."""
    frames = np.arange(round(CLICK_S * RATE_HZ))
    tone = np.sin(2 * np.pi * pitch_hz * (frames + 1) / RATE_HZ) * np.exp(-frames / (CLICK_DECAY_S * RATE_HZ))
    tail = len(tone) // 4
    tone[-tail:] *= falling(tail)
    return _levelled(tone, CLICK_PEAK)


def earcon(first_hz: float, second_hz: float) -> Wave:
    """Two tones, each rising from and falling to silence."""
    return _levelled(
        np.concatenate([_tone(first_hz, EARCON_TONE_S), _tone(second_hz, EARCON_TONE_S)]), EARCON_PEAK
    )


def falling(frames: int) -> npt.NDArray[np.float64]:
    """Half a cosine from 1 to 0."""
    return np.asarray(0.5 + 0.5 * np.cos(np.pi * (np.arange(frames) + 0.5) / frames))


def _tone(pitch_hz: float, length_s: float) -> npt.NDArray[np.float64]:
    frames = np.arange(round(length_s * RATE_HZ))
    tone = np.sin(2 * np.pi * pitch_hz * frames / RATE_HZ)
    edge = round(EDGE_S * RATE_HZ)
    tone[:edge] *= falling(edge)[::-1]
    tone[-edge:] *= falling(edge)
    return np.asarray(tone)


def _levelled(tone: npt.NDArray[np.float64], peak: float) -> Wave:
    return np.asarray(tone * (peak / np.abs(tone).max()), dtype=np.float32)


@lru_cache(maxsize=64)
def _pitched(base_hz: float, steps: int) -> Wave:
    octaves = steps * TONE_STEP_PERCENT / TONE_FULL_PERCENT
    return _levelled(_tone(base_hz * 2**octaves, TONE_S), TONE_PEAK)


def tone(base_hz: float, excess_percent: float) -> Wave:
    """One leg's tone: an octave higher for twice the impact wanted (Wood & Kipp 2014: pitch by excess)."""
    excess = min(max(excess_percent, 0.0), TONE_FULL_PERCENT)
    return _pitched(base_hz, round(excess / TONE_STEP_PERCENT))


WAVES: dict[CueKind, Wave] = {
    CueKind.CLICK: click(CLICK_HZ),
    CueKind.ACCENT: click(ACCENT_HZ),
    CueKind.QUICKER: earcon(EARCON_LOW_HZ, EARCON_HIGH_HZ),
    CueKind.SLOWER: earcon(EARCON_HIGH_HZ, EARCON_LOW_HZ),
}
TONES = {CueKind.TONE_LEFT: TONE_LEFT_HZ, CueKind.TONE_RIGHT: TONE_RIGHT_HZ}
SOUNDING = frozenset({*WAVES, *TONES, CueKind.SAY})


def wave_of(cue: Cue, prompts: dict[str, Wave]) -> Wave | None:
    """The cue's sound; None where it has none, or the prompt is not there in that language."""
    if cue.kind in TONES:
        return tone(TONES[cue.kind], cue.value)
    if cue.kind is CueKind.SAY:
        return prompts.get(cue.text)
    return WAVES.get(cue.kind)
