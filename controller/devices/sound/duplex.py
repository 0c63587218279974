"""Clicks out, microphone in, on one clock: the device half of the loopback measurement."""

import threading
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from controller.cues import Cue, CueKind
from controller.devices.sound.engine import Engine
from controller.devices.sound.loopback import Loopback, measure
from controller.devices.sound.waveforms import RATE_HZ, WAVES

BLOCK_FRAMES = 256
CLICKS = 20
FIRST_S, APART_S, AFTER_S = 0.5, 0.5, 0.6


class Heard(NamedTuple):
    """What the loopback gave: the measurement, or None without an input; and the device's own word, in s."""

    loopback: Loopback | None
    device_s: float
    detail: str = ""


class NoSoundError(OSError):
    """No loudspeaker can be opened."""


def listen(device: str | None, cap_dbfs: float) -> Heard:
    """Play twenty clicks and hear them, some eleven seconds; without an input only the device's word."""
    try:
        import sounddevice
    except OSError:
        raise NoSoundError("Sound needs the package libportaudio2. Install it.") from None
    try:
        return _duplex(sounddevice, device, cap_dbfs)
    except sounddevice.PortAudioError as problem:
        no_input = str(problem)
    except ValueError as problem:  # no device of that name
        no_input = str(problem)
    try:
        with sounddevice.OutputStream(RATE_HZ, BLOCK_FRAMES, device, 2, "int16", "low") as stream:
            return Heard(None, float(stream.latency), f"No microphone or line-in can be opened ({no_input}).")
    except (sounddevice.PortAudioError, ValueError) as problem:
        raise NoSoundError(f"No loudspeaker can be opened ({problem}).") from None


def _duplex(sounddevice: Any, device: str | None, cap_dbfs: float) -> Heard:
    engine, done = Engine(cap_dbfs=cap_dbfs), threading.Event()
    onsets = [round((FIRST_S + k * APART_S) * RATE_HZ) for k in range(CLICKS)]
    for onset in onsets:
        engine.schedule(onset, Cue(due_ns=0, kind=CueKind.CLICK, value=120.0))
    whole = round((FIRST_S + CLICKS * APART_S + AFTER_S) * RATE_HZ)
    heard = np.zeros(whole + 10 * RATE_HZ, np.float64)
    at = 0

    def callback(
        inward: npt.NDArray[np.int16], out: npt.NDArray[np.int16], frames: int, _time: Any, _status: Any
    ) -> None:
        nonlocal at
        out[:] = engine.render(frames)
        heard[at : at + frames] = inward[:, 0] / 32768
        at += frames
        if at >= whole:
            done.set()
            raise sounddevice.CallbackStop

    with sounddevice.Stream(
        samplerate=RATE_HZ,
        blocksize=BLOCK_FRAMES,
        device=(device, device),
        channels=(1, 2),
        dtype="int16",
        latency="low",
        callback=callback,
    ) as stream:
        device_s = float(stream.latency[1])
        done.wait(60)
    return Heard(measure(heard[:at], onsets, WAVES[CueKind.CLICK].astype(np.float64)), device_s)
