"""Half an hour of a simulated session as sound: every click on its frame, no step but a sound's own onset.

The session goes through tempo changes, switches of every mode and mutes; what it played is rendered by the
engine that plays it live, and then looked at frame by frame.
"""

import wave
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt
import pytest

from controller.coach.presets import FADED_8
from controller.coach.programme import blocks
from controller.cues import CLICKS, CancelCues, Cue, CueKind
from controller.devices.render import frame_of, render_wav
from controller.devices.sound.engine import CAP_DBFS, FADE_FRAMES, FULL_SCALE
from controller.devices.sound.speaker import BLOCK_FRAMES, Mixer, Work
from controller.devices.sound.speech import all_prompts
from controller.devices.sound.waveforms import RATE_HZ, SOUNDING, wave_of
from controller.items import Order, Played, SetCues, SetMute, SetTargets, StartSession
from controller.prescription import Baseline, ClickMode, CueModes, Targets
from controller.replay import Collector
from controller.simulation.offline import simulate
from controller.simulation.scene import DEFAULT_SENSORS, RunnerModel, Scene, Stretch

pytestmark = pytest.mark.slow
NS = 10**9
LENGTH_S = 1800
STEP_DBFS = -60.0
ALL_ON = CueModes(tone=True, speech=True, speech_every_s=20)
OWN = Baseline(speed_mps=2.5, cadence_spm=166, peak_left_g=6.2, peak_right_g=6.8)


class Rendered(NamedTuple):
    cues: list[Cue]
    cancels: list[CancelCues]
    sound: npt.NDArray[np.int16]


def orders() -> dict[float, Order]:
    """Something every half minute: targets, modes, mutes."""
    made: dict[float, Order] = {}
    modes = (
        ALL_ON,
        CueModes(click_mode=ClickMode.ACCENT, tone=True),
        CueModes(click_mode=ClickMode.STRIDE, speech=True, language="de"),
        CueModes(click=False, tone=True),
    )
    for k in range(1, LENGTH_S // 30):
        at_s = 30.0 * k + 0.137 * (k % 7)
        if k % 5 == 0:
            made |= {at_s: SetMute(muted=True), at_s + 6.3: SetMute(muted=False)}
        elif k % 2:
            made[at_s] = SetCues(cues=modes[(k // 2) % 4])
        else:
            made[at_s] = SetTargets(
                targets=Targets(cadence_factor=1.0 + 0.02 * (k % 5), impact_factor=0.9, stage_s=10)
            )
    return made


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    start = StartSession(
        session_id="s-1",
        runner="R",
        targets=Targets(cadence_factor=1.075, impact_factor=0.9, stage_s=10),
        blocks=blocks(FADED_8.sessions[4])[:10] + blocks(FADED_8.sessions[0]),
        cues=ALL_ON,
        baselines=(OWN,),
    )
    # Two shanks at 208 Hz: what matters here are the cues, and half an hour of them.
    shanks = tuple(msgspec.structs.replace(s, sample_rate_hz=208.0, watermark=8) for s in DEFAULT_SENSORS[:2])
    scene = Scene(
        seed=5,
        course=(Stretch(duration_s=LENGTH_S, belt_speed_mps=2.5),),
        runner=RunnerModel(follow=0.6),
        sensors=shanks,
    )
    collector = Collector()
    for _, effects in simulate(scene, start, LENGTH_S, orders()):
        collector.take(effects)
    path = tmp_path_factory.mktemp("sound") / "session.wav"
    render_wav(collector.cues, LENGTH_S * NS, path, cancels=collector.cancels, prompts=all_prompts())
    with wave.open(str(path)) as file:
        sound = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
    return Rendered(collector.cues, collector.cancels, sound)


def test_every_kind_of_sound_is_in_it(rendered: Rendered) -> None:
    heard = {cue.kind for cue in rendered.cues if cue.kind in SOUNDING}
    assert heard >= {CueKind.CLICK, CueKind.ACCENT, CueKind.QUICKER, CueKind.TONE_RIGHT, CueKind.SAY}
    assert len([c for c in rendered.cues if c.kind in CLICKS]) > 2000


def test_both_sides_are_equal_and_nothing_is_above_the_cap(rendered: Rendered) -> None:
    assert np.array_equal(rendered.sound[:, 0], rendered.sound[:, 1])
    assert np.abs(rendered.sound.astype(int)).max() <= round(10 ** (CAP_DBFS / 20) * FULL_SCALE)


def ends_ns(rendered: Rendered, cue: Cue) -> int:
    """When the cue was taken back, or long after."""
    return min(
        (c.from_ns for c in rendered.cancels if c.from_ns > cue.due_ns and cue.kind in c.kinds),
        default=10**18,
    )


def expected(rendered: Rendered) -> npt.NDArray[np.float64]:
    """The sum of all sounds at their frames, written down once more without the engine."""
    whole = np.zeros(len(rendered.sound) + 5 * RATE_HZ)
    spoken = all_prompts()
    for cue in rendered.cues:
        sound = wave_of(cue, spoken)
        if sound is None:
            continue
        first, cut = frame_of(cue.due_ns), frame_of(ends_ns(rendered, cue)) - frame_of(cue.due_ns)
        own = sound.astype(float)
        if cut + FADE_FRAMES < len(own):
            own = own[: cut + FADE_FRAMES].copy()
            own[cut:] *= 0.5 + 0.5 * np.cos(np.pi * (np.arange(FADE_FRAMES) + 0.5) / FADE_FRAMES)
        whole[first : first + len(own)] += own
    return whole[: len(rendered.sound)]


def test_every_click_is_within_one_sample_of_its_schedule(rendered: Rendered) -> None:
    """Where nothing else sounds, the click's first frame is the first that is not silent."""
    sound = rendered.sound[:, 0].astype(int)
    lonely = 0
    for cue in rendered.cues:
        if cue.kind in CLICKS:
            first = frame_of(cue.due_ns)
            if first > 50 and not sound[first - 50 : first - 1].any():
                lonely += 1
                onset = first - 1 + int(np.flatnonzero(sound[first - 1 : first + 5])[0])
                assert abs(onset - first) <= 1
    assert lonely > 1000


def test_there_is_no_step_above_60_dbfs_but_where_a_sound_begins(rendered: Rendered) -> None:
    """The sound equals the sum of whole, faded waves: a step would stand out of the difference."""
    wanted = expected(rendered)
    cap = 10 ** (CAP_DBFS / 20)
    plain = np.abs(wanted) <= 0.75
    difference = np.abs(rendered.sound[:, 0] / FULL_SCALE - cap * wanted)
    assert difference[plain].max() < 10 ** (STEP_DBFS / 20) / 10
    pressed = rendered.sound[:, 0] / FULL_SCALE
    jumps = np.abs(np.diff(pressed) - np.diff(cap * wanted))[~(plain[1:] & plain[:-1])]
    assert jumps.max(initial=0.0) < 20 * 10 ** (STEP_DBFS / 20), "overlaps are pressed smoothly"
    assert (~plain).mean() < 0.01


@pytest.mark.parametrize("ppm", [-100.0, 100.0])
def test_sounds_that_answer_steps_stay_within_a_millisecond_of_an_audio_clock_100_ppm_off(ppm: float) -> None:
    """Half an hour of blocks: what is due at a time is heard at that time, by the true clock."""
    true_rate = RATE_HZ * (1 + ppm / 1e6)
    reports: list[Played] = []
    mixer, work, chance = Mixer(report=reports.append), Work(), np.random.default_rng(3)
    heard_s: dict[int, float] = {}
    dues = [round((5 + 0.7 * k) * NS) for k in range(int((LENGTH_S - 6) / 0.7))]
    waiting, last = list(dues), np.zeros((BLOCK_FRAMES, 2), np.int16)
    begun: list[tuple[int, float]] = []
    for number in range(round(LENGTH_S * true_rate / BLOCK_FRAMES)):
        start_s = number * BLOCK_FRAMES / true_rate
        while waiting and waiting[0] / NS < start_s + 0.08:
            work.put(Cue(due_ns=waiting.pop(0), kind=CueKind.TONE_LEFT, value=20.0))
        reports.clear()
        sound = mixer.block(BLOCK_FRAMES, round((start_s + chance.normal(0, 0.0003)) * NS), work)
        for due_ns, block_s in begun:  # a tone swells: its first frames may be the next block's
            onset = int(np.flatnonzero(np.concatenate([last, sound])[:, 0])[0])
            heard_s[due_ns] = block_s + onset / true_rate
        begun, last = [(played.due_ns, start_s) for played in reports], sound
    late_ms = np.array([1000 * (heard_s[due] - due / NS) for due in dues if due in heard_s])
    assert len(late_ms) > 0.99 * len(dues)
    assert np.abs(late_ms).max() < 1.0
