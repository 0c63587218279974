"""The loudspeaker in the self-test, on the real PortAudio: with a card, without one, and with another one."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from controller.config import Config, SoundTable, StationTable
from controller.selftest.line import Audience
from controller.selftest.sound import loudspeaker

ROOT = Path(__file__).parents[3]
NO_CARD = ""
NULL = 'pcm.!default { type plug slave.pcm "null" }\nctl.!default { type hw card 0 }\n'


def ran(folder: Path, alsa: str, device: str = "") -> tuple[int, str]:
    """`treadcoach selftest sound` in a process of its own, with this ALSA configuration."""
    (folder / "asound.conf").write_text(alsa)
    config = folder / "station.toml"
    config.write_text(f'[station]\ndata_dir = "{folder}"\n[sound]\ndevice = "{device}"\n')
    path = f"/usr/share/alsa/alsa.conf:{folder / 'asound.conf'}"
    command = [sys.executable, "-m", "controller.cli", "selftest", "sound", "--config", str(config)]
    done = subprocess.run(
        command,
        env={**os.environ, "ALSA_CONFIG_PATH": path, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.slow
def test_a_card_that_plays_is_named_with_its_cap_and_whether_it_was_measured(tmp_path: Path) -> None:
    status, said = ran(tmp_path, NULL)
    assert status == 0, said
    assert said.startswith("look  loudspeaker: default was opened and played; at most -20 dBFS, not measured")
    assert "Did you hear two tones? Nobody was there to ask." in said


@pytest.mark.slow
@pytest.mark.parametrize(
    ("alsa", "device", "says"),
    [
        (NO_CARD, "", "This machine knows of no sound card: aplay -l must list one."),
        (NULL, "USB Audio", "[sound] device is 'USB Audio'; this machine knows "),
    ],
)
def test_no_card_is_said_with_what_to_do(tmp_path: Path, alsa: str, device: str, says: str) -> None:
    status, said = ran(tmp_path, alsa, device)
    assert status == 1
    assert said.startswith("bad   loudspeaker: No loudspeaker can be opened. Plug one in;")
    assert says in said


@pytest.mark.slow
@pytest.mark.parametrize(("answer", "level"), [(True, "ok"), (False, "bad")])
def test_who_listens_is_believed(
    tmp_path: Path,
    audience: Callable[..., Audience],
    answer: bool,  # noqa: FBT001
    level: str,
) -> None:
    measured = SoundTable(device="simulated", cap_dbfs=-12, calibrated="2026-11-20, 81 dB(A) at the ear")
    config = Config(station=StationTable(data_dir=str(tmp_path)), sound=measured)
    line = loudspeaker(config, audience([], answer=answer))
    assert line.level == level
    assert line.text.startswith("simulated was opened and played; at most -12 dBFS, 2026-11-20, 81 dB(A)")


def test_sound_that_is_switched_off_is_said(audience: Callable[..., Audience]) -> None:
    line = loudspeaker(Config(sound=SoundTable(enabled=False)), audience([]))
    assert (line.level, line.text) == ("look", "Sound is switched off in station.toml.")
