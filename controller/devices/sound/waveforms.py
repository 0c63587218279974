"""The station's sounds, made once by arithmetic: a click and two earcons.

Levels are fixed so that the worst overlap that cues can cause, one click on one earcon, stays below the
cap: what a runner hears at the ear is not known until an installer has measured it, and until then
nothing may be louder than -20 dBFS.
"""

import numpy as np
import numpy.typing as npt

from controller.effects import CueKind

RATE_HZ = 48_000
CAP_DBFS = -20.0
CAP = 10 ** (CAP_DBFS / 20)
CLICK_PEAK, EARCON_PEAK = 0.55 * CAP, 0.4 * CAP
CLICK_S, CLICK_HZ, CLICK_DECAY_S = 0.015, 1800.0, 0.004  # short, where a treadmill's rumble is weak
EARCON_TONE_S, EARCON_LOW_HZ, EARCON_HIGH_HZ = 0.12, 660.0, 880.0  # a fourth, up or down
EDGE_S = 0.008

Wave = npt.NDArray[np.float32]


def click() -> Wave:
    """A decaying tone whose very first frame sounds: the beat is that frame."""
    frames = np.arange(round(CLICK_S * RATE_HZ))
    tone = np.sin(2 * np.pi * CLICK_HZ * (frames + 1) / RATE_HZ) * np.exp(-frames / (CLICK_DECAY_S * RATE_HZ))
    tail = len(tone) // 4
    tone[-tail:] *= np.linspace(1, 0, tail)
    return _levelled(tone, CLICK_PEAK)


def earcon(first_hz: float, second_hz: float) -> Wave:
    """Two tones, each rising from and falling to silence."""
    return _levelled(np.concatenate([_tone(first_hz), _tone(second_hz)]), EARCON_PEAK)


def _tone(pitch_hz: float) -> npt.NDArray[np.float64]:
    frames = np.arange(round(EARCON_TONE_S * RATE_HZ))
    tone = np.sin(2 * np.pi * pitch_hz * frames / RATE_HZ)
    edge = round(EDGE_S * RATE_HZ)
    rise = 0.5 - 0.5 * np.cos(np.pi * np.arange(edge) / edge)
    tone[:edge] *= rise
    tone[-edge:] *= rise[::-1]
    return np.asarray(tone)


def _levelled(tone: npt.NDArray[np.float64], peak: float) -> Wave:
    return np.asarray(tone * (peak / np.abs(tone).max()), dtype=np.float32)


WAVES: dict[CueKind, Wave] = {
    CueKind.CLICK: click(),
    CueKind.QUICKER: earcon(EARCON_LOW_HZ, EARCON_HIGH_HZ),
    CueKind.SLOWER: earcon(EARCON_HIGH_HZ, EARCON_LOW_HZ),
}
