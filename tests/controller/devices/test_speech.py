"""The spoken prompts: every key in every language, equally loud, with soft edges."""

import shutil
import wave
from pathlib import Path

import numpy as np
import pytest

from controller.checked import BadInputError
from controller.devices.sound.engine import KNEE
from controller.devices.sound.speech import KEYS, VOICES, doubled, languages, levelled, prompts
from controller.devices.sound.waveforms import RATE_HZ

SILENT = 10 ** (-60 / 20)


@pytest.mark.parametrize("language", languages())
def test_every_prompt_is_short_level_and_soft_at_its_edges(language: str) -> None:
    spoken = prompts(language)
    assert set(spoken) == {f"{language}/{key}" for key in KEYS}
    loudness = []
    for sound in spoken.values():
        assert 0.3 < len(sound) / RATE_HZ < 3.0
        assert np.abs(sound).max() < KNEE
        assert max(abs(sound[0]), abs(sound[-1])) < SILENT
        loudness.append(20 * np.log10(np.sqrt(np.mean(sound**2))))
    assert max(loudness) - min(loudness) < 1.0, "dB between the loudest and the quietest"


def test_english_and_german_are_there() -> None:
    assert set(languages()) >= {"de", "en"}


def test_doubling_the_rate_keeps_a_tone() -> None:
    at = np.arange(4800) / 24_000
    fade = np.hanning(4800)
    wanted_at = np.arange(9600) / 48_000
    wanted = np.sin(2 * np.pi * 1000 * wanted_at) * np.interp(wanted_at, at, fade)
    assert np.abs(doubled(np.sin(2 * np.pi * 1000 * at) * fade) - wanted).max() < 1e-3
    assert np.abs(levelled(wanted)).max() < KNEE


@pytest.fixture
def voices(tmp_path: Path) -> Path:
    shutil.copytree(str(VOICES), tmp_path / "voices")
    return tmp_path / "voices"


def test_a_missing_file_is_named(voices: Path) -> None:
    (voices / "en" / "even.wav").unlink()
    with pytest.raises(BadInputError, match=r"voices/en/even.wav is missing. Render or record it"):
        prompts("en", voices)


def test_a_wrong_rate_is_named_with_what_to_save(voices: Path) -> None:
    with wave.open(str(voices / "de" / "well.wav"), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(44_100)
        file.writeframes(b"\0" * 400)
    with pytest.raises(BadInputError, match=r"44100 Hz, 2 channels, 16 bit\. Save it as 24000 Hz, mono"):
        prompts("de", voices)


def test_a_missing_sentence_is_named(voices: Path) -> None:
    path = voices / "en" / "prompts.toml"
    path.write_text("\n".join(line for line in path.read_text().splitlines() if not line.startswith("even")))
    with pytest.raises(BadInputError, match="no sentence for even"):
        prompts("en", voices)


def test_what_is_no_sound_is_said(voices: Path) -> None:
    (voices / "en" / "even.wav").write_bytes(b"hello")
    with pytest.raises(BadInputError, match="is no WAV file"):
        prompts("en", voices)
