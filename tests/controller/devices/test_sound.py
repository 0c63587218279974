"""Sound: frames counted, nothing louder than the cap, nothing that clicks but the click."""

import os
import subprocess
import sys
import wave
from pathlib import Path
from queue import SimpleQueue

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.cues import CLICKS, CancelCues, Cue, CueKind
from controller.devices.render import render_wav
from controller.devices.sound.engine import CAP_DBFS, FADE_FRAMES, FULL_SCALE, KNEE, Engine
from controller.devices.sound.frames import ClickTrack, FrameClock
from controller.devices.sound.speaker import BLOCK_FRAMES, Mixer, is_wireless
from controller.devices.sound.speech import prompts
from controller.devices.sound.waveforms import RATE_HZ, WAVES, wave_of

CAP = 10 ** (CAP_DBFS / 20)
SOUNDS = [CueKind.CLICK, CueKind.ACCENT, CueKind.QUICKER, CueKind.SLOWER]
FADED = 10 ** (-60 / 20)  # of full scale: no step above this outside onsets


def click(due_ns: int) -> Cue:
    return Cue(due_ns=due_ns, kind=CueKind.CLICK, value=180)


def cue(kind: CueKind, value: float = 0.0) -> Cue:
    return Cue(due_ns=0, kind=kind, value=value)


@given(
    st.lists(st.tuples(st.integers(0, 20_000), st.sampled_from(SOUNDS)), max_size=8),
    st.lists(st.integers(1, 4000), min_size=1, max_size=12),
)
def test_blocks_of_any_length_sound_the_same(plan: list[tuple[int, CueKind]], lengths: list[int]) -> None:
    whole, parts = Engine(), Engine()
    for frame, kind in plan:
        whole.schedule(frame, cue(kind))
        parts.schedule(frame, cue(kind))
    cut = np.concatenate([parts.render(length) for length in lengths])
    assert np.array_equal(whole.render(sum(lengths)), cut)
    assert np.abs(cut).max(initial=0) <= round(CAP * FULL_SCALE)
    assert np.array_equal(cut[:, 0], cut[:, 1]), "equal on both sides"


@pytest.mark.parametrize("kind", SOUNDS)
def test_sounds_end_in_silence_without_a_step(kind: CueKind) -> None:
    sound = CAP * WAVES[kind]
    assert abs(sound[-1]) < FADED
    assert np.abs(np.diff(sound[-200:])).max() < 20 * FADED
    if kind not in CLICKS:
        assert abs(sound[0]) < FADED
    else:
        assert sound[0] != 0, "the beat is the first frame"


def test_a_single_sound_passes_as_it_is_and_overlaps_stay_below_the_cap() -> None:
    assert max(np.abs(wave).max() for wave in WAVES.values()) < KNEE
    engine = Engine()
    for _ in range(6):
        engine.schedule(0, cue(CueKind.CLICK))
        engine.schedule(0, cue(CueKind.QUICKER))
    assert np.abs(engine.render(20_000)).max() <= round(CAP * FULL_SCALE)


def test_a_cancel_takes_back_what_has_not_begun() -> None:
    engine = Engine()
    for frame in (100, 5000):
        engine.schedule(frame, cue(CueKind.CLICK))
    engine.schedule(6000, cue(CueKind.QUICKER))
    engine.render(200)
    engine.cancel(200, (CueKind.CLICK,))
    rest = engine.render(20_000)[:, 0]
    assert rest[:600].any(), "the click that sounds is not cut off"
    assert not rest[700:5800].any()
    assert rest[5800:].any()


@settings(max_examples=30)
@given(st.floats(-150, 150), st.integers(0, 2**32))
def test_the_frame_clock_finds_a_quartz_that_is_off(ppm: float, seed: int) -> None:
    chance = np.random.default_rng(seed)
    clock, true_rate = FrameClock(), RATE_HZ * (1 + ppm / 1e6)
    for number in range(12_000):  # a minute of blocks
        heard_ns = number * BLOCK_FRAMES / true_rate * 1e9
        clock.observe(number * BLOCK_FRAMES, round(heard_ns + chance.normal(0, 300_000)))
    due_ns = 64.2 * 1e9
    assert clock.frame_at(round(due_ns)) == pytest.approx(due_ns / 1e9 * true_rate, abs=48)  # 1 ms


def test_clicks_keep_their_interval_while_the_clocks_drift() -> None:
    clock = FrameClock()
    track = ClickTrack(clock)
    true_rate = RATE_HZ * (1 + 300e-6)
    frames, due_ns, interval_ns = [], 10**9, 60 * 10**9 // 180
    for number in range(60_000):
        heard_ns = round(number * BLOCK_FRAMES / true_rate * 1e9)
        clock.observe(number * BLOCK_FRAMES, heard_ns)
        while due_ns < heard_ns + 100_000_000:
            frames.append(track.place(due_ns))
            due_ns += interval_ns
    gaps = np.diff(frames[200:])
    assert np.abs(gaps / (interval_ns * RATE_HZ / 1e9) - 1).max() <= 0.0006
    assert frames[-1] == pytest.approx((due_ns - interval_ns) / 1e9 * true_rate, abs=96), (
        "and do not run away"
    )


def test_a_cue_a_little_late_is_played_at_once_and_a_very_late_one_not() -> None:
    mixer, work = Mixer(), SimpleQueue[Cue | CancelCues]()
    mixer.block(BLOCK_FRAMES, 10**9, work)
    work.put(Cue(due_ns=10**9 - 10_000_000, kind=CueKind.QUICKER, value=-5))
    work.put(Cue(due_ns=10**9 - 900_000_000, kind=CueKind.SLOWER, value=5))
    block = mixer.block(BLOCK_FRAMES, 10**9 + BLOCK_FRAMES * 10**9 // RATE_HZ, work)
    assert (mixer.late, mixer.dropped) == (1, 1)
    assert block.any()


@pytest.mark.parametrize("block_frames", [997, 48_000])
def test_every_click_of_a_rendered_metronome_is_on_its_frame(tmp_path: Path, block_frames: int) -> None:
    cues = [click(round(k * 60e9 / 172.5)) for k in range(60)]
    render_wav(cues, 21 * 10**9, tmp_path / "a.wav", block_frames)
    with wave.open(str(tmp_path / "a.wav")) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (48_000, 2, 2)
        assert file.getnframes() == 21 * 48_000
        sound = np.frombuffer(file.readframes(file.getnframes()), "<i2")[::2]
    loud = np.flatnonzero(sound)
    onsets = loud[np.concatenate(([True], np.diff(loud) > 5000))]
    assert onsets.tolist() == [round(k * 60 / 172.5 * 48_000) for k in range(len(onsets))]
    assert len(onsets) == 60


PLAYED = """
import sys, threading
from queue import SimpleQueue
import numpy as np, sounddevice
from controller.devices.sound.speaker import BLOCK_FRAMES, Mixer, is_wireless
from controller.devices.sound.speech import prompts
from controller.devices.sound.waveforms import RATE_HZ
from controller.cues import Cue, CueKind
mixer, work, done = Mixer(), SimpleQueue(), threading.Event()
dues, frames = [round(k * 60e9 / 174.3) + 10**8 for k in range(150)], 0
def callback(out, count, time, status):
    global frames
    now_ns = round(frames * 1e9 / RATE_HZ)  # the station's clock, as the frames make it
    while dues and dues[0] <= now_ns + 100_000_000:
        work.put(Cue(due_ns=dues.pop(0), kind=CueKind.CLICK, value=174.3))
    out[:] = mixer.block(count, now_ns, work)
    frames += count
    if frames > 55 * RATE_HZ:
        done.set()
        raise sounddevice.CallbackStop
with sounddevice.OutputStream(device="cuefile", samplerate=RATE_HZ, channels=2, dtype="int16",
                              blocksize=BLOCK_FRAMES, callback=callback):
    done.wait(60)
print(mixer.late, mixer.dropped)
"""
ALSA = """
pcm.cuefile {{ type file slave.pcm "null" file "{raw}" format "raw" }}
pcm.!default {{ type plug slave.pcm "cuefile" }}
ctl.!default {{ type hw card 0 }}
"""


@pytest.mark.slow
def test_portaudio_and_alsa_play_every_click_on_its_frame(tmp_path: Path) -> None:
    (tmp_path / "asound.conf").write_text(ALSA.format(raw=tmp_path / "cue.raw"))
    alsa = f"/usr/share/alsa/alsa.conf:{tmp_path / 'asound.conf'}"
    ran = subprocess.run(
        [sys.executable, "-c", PLAYED],
        env={**os.environ, "ALSA_CONFIG_PATH": alsa, "PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert ran.stdout.split() == ["0", "0"], "none late, none dropped"
    sound = np.fromfile(tmp_path / "cue.raw", "<i2")[::2]
    loud = np.flatnonzero(sound)
    onsets = loud[np.concatenate(([True], np.diff(loud) > 5000))]
    wanted = np.array([round((round(k * 60e9 / 174.3) + 10**8) * RATE_HZ / 1e9) for k in range(len(onsets))])
    assert len(onsets) == 150
    assert np.abs(onsets - wanted - (onsets[0] - wanted[0])).max() <= 1, "one constant offset"


@pytest.mark.parametrize(
    ("name", "wireless"),
    [
        ("bluez_sink.00_11.a2dp_sink", True),
        ("AirPods", True),
        ("USB Audio: - (hw:1,0)", False),
        ("default", False),
    ],
)
def test_a_wireless_loudspeaker_is_known_by_its_name(name: str, *, wireless: bool) -> None:
    assert is_wireless(name) is wireless


@settings(max_examples=40)
@given(st.floats(-50, 300), st.sampled_from([CueKind.TONE_LEFT, CueKind.TONE_RIGHT]))
def test_a_tone_rises_with_the_excess_up_to_an_octave(excess: float, kind: CueKind) -> None:
    def pitch_hz(value: float) -> float:
        sound = wave_of(cue(kind, value), {})
        assert sound is not None
        assert np.abs(sound).max() < KNEE
        return float(
            np.count_nonzero(np.diff(np.sign(sound[600:-600])) > 0) / ((len(sound) - 1200) / RATE_HZ)
        )

    base = pitch_hz(0)
    assert base * 0.95 <= pitch_hz(excess) <= 2.1 * base
    assert pitch_hz(100) == pytest.approx(2 * base, rel=0.06)


def test_a_mute_fades_a_sentence_within_20_ms_and_without_a_click() -> None:
    spoken = prompts("en")
    engine = Engine(spoken)
    engine.schedule(0, Cue(due_ns=0, kind=CueKind.SAY, value=0.0, text="en/quicker"))
    engine.render(20_000)
    engine.cancel(20_000, (CueKind.SAY,))
    rest = engine.render(4000)[:, 0].astype(float) / FULL_SCALE / CAP
    whole = spoken["en/quicker"][20_000 : 20_000 + FADE_FRAMES]
    assert np.abs(rest[:FADE_FRAMES]).max() > 0
    assert np.all(np.abs(rest[:FADE_FRAMES]) <= np.abs(whole) + 1e-3), "quieter and quieter"
    assert not rest[FADE_FRAMES:].any()


def test_a_cue_without_a_sound_is_silence() -> None:
    engine = Engine()
    assert engine.schedule(0, Cue(due_ns=0, kind=CueKind.SAY, value=0.0, text="xx/quicker")) is None
    assert engine.schedule(0, cue(CueKind.LIGHT)) is None
