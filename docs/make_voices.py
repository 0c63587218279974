"""Render the spoken prompts of one language: sentences from prompts.toml, one WAV for each.

apt install flite espeak-ng       # for this script alone
python docs/make_voices.py en de

A person's recording is better than either: put 24 kHz, 16 bit, mono WAV files in their place.
"""

import subprocess
import sys
import tempfile
import tomllib
import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt

VOICES = Path(__file__).parent.parent / "controller" / "devices" / "sound" / "voices"
RATE_HZ = 24_000
QUIET = 0.02  # of the peak: what is below at either end is silence
EDGE_S = 0.005
PEAK = 0.9
Sound = npt.NDArray[np.float64]


def main() -> None:
    """Every prompt of the languages named on the command line, with its length and level."""
    for language in sys.argv[1:]:
        prompts = tomllib.loads((VOICES / language / "prompts.toml").read_text(encoding="utf-8"))["prompts"]
        for key, sentence in prompts.items():
            sound = trimmed(spoken(language, sentence))
            write(VOICES / language / f"{key}.wav", sound)
            level = 20 * np.log10(np.sqrt(np.mean(sound**2)))
            print(f"{language}/{key}: {len(sound) / RATE_HZ:.2f} s, RMS {level:.1f} dBFS")


def spoken(language: str, sentence: str) -> Sound:
    """What the program says, at our rate."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        if language == "en":
            command = ["flite", "-voice", "slt", "-t", sentence, "-o", str(path)]
        else:
            command = ["espeak-ng", "-v", language, "-s", "150", "-w", str(path), sentence]
        subprocess.run(command, check=True)
        with wave.open(str(path)) as file:
            raw = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float) / 32768
            return resampled(raw, file.getframerate())


def resampled(sound: Sound, rate_hz: int) -> Sound:
    """By the spectrum: exact for a sound that begins and ends in silence."""
    frames = round(len(sound) * RATE_HZ / rate_hz)
    spectrum = np.fft.rfft(sound)
    wanted = np.zeros(frames // 2 + 1, complex)
    kept = min(len(spectrum), len(wanted))
    wanted[:kept] = spectrum[:kept]
    return np.asarray(np.fft.irfft(wanted, frames) * frames / len(sound))


def trimmed(sound: Sound) -> Sound:
    """Without the silence around it, with soft edges, at one peak."""
    loud = np.flatnonzero(np.abs(sound) > QUIET * np.abs(sound).max())
    margin = round(0.01 * RATE_HZ)
    cut = sound[max(0, loud[0] - margin) : loud[-1] + margin].copy()
    edge = round(EDGE_S * RATE_HZ)
    rise = 0.5 - 0.5 * np.cos(np.pi * np.arange(edge) / edge)
    cut[:edge] *= rise
    cut[-edge:] *= rise[::-1]
    return np.asarray(cut * PEAK / np.abs(cut).max())


def write(path: Path, sound: Sound) -> None:
    """16 bit, mono."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(np.round(sound * 32767).astype("<i2").tobytes())


if __name__ == "__main__":
    main()
