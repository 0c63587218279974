"""The spoken prompts: sound files beside this module, one folder for each language (docs/voices.md)."""

import io
import tomllib
import wave
from importlib.resources import files
from importlib.resources.abc import Traversable

import numpy as np
import numpy.typing as npt

from controller.checked import BadInputError
from controller.coach.speech import CORRECTIVE, INFORMATIVE, PRAISE
from controller.devices.sound.waveforms import RATE_HZ, Wave

KEYS = (*CORRECTIVE.values(), PRAISE, *INFORMATIVE)
FILE_RATE_HZ = RATE_HZ // 2
RMS, PEAK = 0.1, 0.6  # on the engine's scale: every prompt as loud as the others, none above its knee
VOICES = files("controller.devices.sound") / "voices"


def languages(voices: Traversable = VOICES) -> tuple[str, ...]:
    """What can be spoken."""
    return tuple(sorted(folder.name for folder in voices.iterdir() if (folder / "prompts.toml").is_file()))


def prompts(language: str, voices: Traversable = VOICES) -> dict[str, Wave]:
    """Every prompt of a language, named as cues name it: `en/quicker`.

    BadInputError, with what to do, where a file is missing or not as it should be.
    """
    folder = voices / language
    said = tomllib.loads((folder / "prompts.toml").read_text(encoding="utf-8"))["prompts"]
    missing = [key for key in KEYS if key not in said]
    if missing:
        raise BadInputError(
            f"voices/{language}/prompts.toml has no sentence for {', '.join(missing)}. Add it."
        )
    return {f"{language}/{key}": levelled(doubled(_read(folder / f"{key}.wav", language))) for key in KEYS}


def all_prompts() -> dict[str, Wave]:
    """Of all languages: a session may change its language at any step."""
    return {name: sound for language in languages() for name, sound in prompts(language).items()}


def _read(path: Traversable, language: str) -> npt.NDArray[np.float64]:
    name = f"voices/{language}/{path.name}"
    try:
        with wave.open(io.BytesIO(path.read_bytes())) as file:
            found = (file.getframerate(), file.getnchannels(), file.getsampwidth())
            frames = file.readframes(file.getnframes())
    except FileNotFoundError:
        raise BadInputError(f"{name} is missing. Render or record it: see docs/voices.md.") from None
    except (wave.Error, EOFError) as problem:
        raise BadInputError(f"{name} is no WAV file ({problem}). Render or record it again.") from None
    if found != (FILE_RATE_HZ, 1, 2):
        raise BadInputError(
            f"{name} has {found[0]} Hz, {found[1]} channels, {8 * found[2]} bit. "
            f"Save it as {FILE_RATE_HZ} Hz, mono, 16 bit."
        )
    return np.frombuffer(frames, "<i2").astype(np.float64) / 32_768


def doubled(sound: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Twice the rate, by the spectrum: exact for a sound that begins and ends in silence."""
    spectrum = np.zeros(len(sound) + 1, complex)
    half = np.fft.rfft(sound)
    spectrum[: len(half)] = half
    return np.asarray(2 * np.fft.irfft(spectrum, 2 * len(sound)))


def levelled(sound: npt.NDArray[np.float64]) -> Wave:
    """At one loudness; single peaks are pressed smoothly under the limit."""
    scaled = sound * (RMS / np.sqrt(np.mean(sound**2)))
    return np.asarray(PEAK * np.tanh(scaled / PEAK), dtype=np.float32)
