"""The station listens to itself: delays found in what was heard, and honest words where nothing was."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from controller.config import Config, SoundTable
from controller.cues import CueKind
from controller.devices.sound.duplex import Heard, NoSoundError
from controller.devices.sound.loopback import Loopback, measure
from controller.devices.sound.waveforms import RATE_HZ, WAVES
from controller.selftest.sound import latency, light_latency

CLICK = WAVES[CueKind.CLICK].astype(float)
ONSETS = [round((0.5 + 0.5 * k) * RATE_HZ) for k in range(6)]
ROOT = Path(__file__).parents[3]


def room(
    delay_frames: float, noise: float = 0.0, seed: int = 0, lost: tuple[int, ...] = ()
) -> npt.NDArray[np.float64]:
    """What a microphone hears: each click later by `delay_frames`, weaker, in noise and hum."""
    heard = (
        np.random.default_rng(seed).normal(0, noise, ONSETS[-1] + RATE_HZ)
        if noise
        else np.zeros(ONSETS[-1] + RATE_HZ)
    )
    heard += 5 * noise * np.sin(2 * np.pi * 50 * np.arange(len(heard)) / RATE_HZ)
    whole, part = divmod(delay_frames, 1)
    late = (1 - part) * np.append(CLICK, 0) + part * np.insert(CLICK, 0, 0)
    for number, onset in enumerate(ONSETS):
        if number not in lost:
            at = onset + int(whole)
            heard[at : at + len(late)] += 0.05 * late
    return heard


@given(st.floats(0, 12_000))
@example(0.375)  # less than half a frame
@example(0.49)
def test_a_delay_is_found_to_a_tenth_of_a_frame(delay_frames: float) -> None:
    found = measure(room(delay_frames), ONSETS, CLICK)
    assert len(found.delays_s) == 6
    assert [d * RATE_HZ for d in found.delays_s] == pytest.approx([delay_frames] * 6, abs=0.25)


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.integers(0, 2**32))
def test_noise_and_hum_do_not_move_it(delay_frames: int, seed: int) -> None:
    found = measure(room(delay_frames, 0.002, seed), ONSETS, CLICK)
    assert found.wired
    assert found.median_ms == pytest.approx(1000 * delay_frames / RATE_HZ, abs=0.05)


def test_a_lost_click_is_missing_and_half_of_them_lost_is_not_wired() -> None:
    one = measure(room(700, lost=(2,)), ONSETS, CLICK)
    assert (len(one.delays_s), one.wired) == (5, True)
    assert not measure(room(700, lost=(1, 2, 3)), ONSETS, CLICK).wired


@pytest.mark.parametrize("noise", [0.0, 0.01])
def test_silence_and_noise_are_nothing(noise: float) -> None:
    found = measure(room(0, noise, lost=tuple(range(6))), ONSETS, CLICK)
    assert found.delays_s == ()
    assert not found.wired


def heard(loopback: Loopback | None) -> Heard:
    return Heard(loopback, 0.012, "No microphone." if loopback is None else "")


def test_what_is_measured_and_what_is_computed_is_said() -> None:
    measured = latency(Config(), lambda *_: heard(Loopback(20, (0.0107,) * 20)))
    assert measured.text.startswith("10.7 ms from loudspeaker to microphone, measured on 20 clicks")
    assert measured.figures is not None
    assert measured.figures["how"] == "measured"
    for nothing in (None, Loopback(20, (0.01,) * 3)):
        computed = latency(Config(), lambda *_, given=nothing: heard(given))
        assert "17.3 ms, computed, not measured" in computed.text
        assert "wire the line-out to a line-in" in computed.text
        assert computed.level == "ok"
    assert "computed, not measured" in light_latency(None).text
    assert "measured" in light_latency(0.4).text


def test_no_loudspeaker_is_a_failure_with_what_to_do() -> None:
    def deaf(_device: str | None, _cap: float) -> Heard:
        raise NoSoundError("No loudspeaker can be opened (none).")

    line = latency(Config(), deaf)
    assert (line.level, "Plug one in" in line.text) == ("bad", True)
    off = latency(Config(sound=SoundTable(enabled=False)), deaf)
    assert off.level == "look"


PULSE = """
load-module module-native-protocol-unix socket={folder}/native auth-anonymous=1
load-module module-null-sink sink_name=room rate=48000
set-default-sink room
set-default-source room.monitor
"""
ALSA = """
pcm.!default {{ type pulse server "unix:{folder}/native" }}
ctl.!default {{ type pulse server "unix:{folder}/native" }}
"""


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A real sound server whose loudspeaker is its own microphone; the environment that finds it."""
    folder = tmp_path / "pulse"
    folder.mkdir(mode=0o700)
    (folder / "room.pa").write_text(PULSE.format(folder=folder))
    (folder / "asound.conf").write_text(ALSA.format(folder=folder))
    own = {**os.environ, "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder), "PYTHONPATH": str(ROOT)}
    options = ["--exit-idle-time=-1", "--daemonize=no", "--use-pid-file=no", f"--file={folder}/room.pa"]
    server = subprocess.Popen(["pulseaudio", "-n", *options], env=own, stderr=subprocess.DEVNULL)
    while not (folder / "native").exists():
        assert server.poll() is None, "the sound server ended"
    yield {**own, "ALSA_CONFIG_PATH": f"/usr/share/alsa/alsa.conf:{folder / 'asound.conf'}"}
    server.terminate()
    server.wait()


@pytest.mark.slow
def test_the_command_measures_a_real_loop(loop: dict[str, str], tmp_path: Path) -> None:
    config = tmp_path / "station.toml"
    config.write_text(f'[station]\ndata_dir = "{tmp_path}"\n')
    command = [sys.executable, "-m", "controller.cli", "selftest", "--latency", "--config", str(config)]
    ran = subprocess.run(
        [*command, "--json", str(tmp_path / "out.json")],
        env=loop,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    parts = {line["part"]: line for line in json.loads((tmp_path / "out.json").read_text())}
    assert parts["sound"]["figures"]["how"] == "measured", ran.stdout
    assert parts["sound"]["figures"]["clicks"] >= 16
    assert 0 < parts["sound"]["figures"]["latency_ms"] < 450
    assert "computed, not measured" in parts["light"]["text"]
