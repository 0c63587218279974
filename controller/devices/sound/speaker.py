"""The loudspeaker: PortAudio through `sounddevice`, cues placed by counting frames in the callback."""

import threading
from queue import Empty, SimpleQueue
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from controller.clock import Clock
from controller.devices.sound.engine import Engine
from controller.devices.sound.frames import ClickTrack, FrameClock
from controller.devices.sound.waveforms import RATE_HZ, WAVES
from controller.effects import CancelCues, Cue, CueKind
from controller.messages import SoundState

BLOCK_FRAMES = 256  # 5.3 ms
STILL_GOOD_FRAMES = round(0.03 * RATE_HZ)  # a cue this little late is played at once, a later one not
RETRY_S = 5.0
NO_SOUND = "No loudspeaker can be opened. Plug one in; sound starts by itself."
WENT_AWAY = "The loudspeaker went away. Plug it in again; sound starts by itself."
NO_LIBRARY = "Sound needs the package libportaudio2. Install it, then restart the station."


class Mixer:
    """What happens inside one callback: clock, cues, frames. No device, no thread."""

    def __init__(self) -> None:
        self.late = self.dropped = 0
        self._engine = Engine()
        self._frames = FrameClock()
        self._clicks = ClickTrack(self._frames)

    def block(self, frames: int, heard_ns: int, work: SimpleQueue[Cue | CancelCues]) -> npt.NDArray[np.int16]:
        """The next block, whose first frame is heard at `heard_ns`, with all cues that have come."""
        self._frames.observe(self._engine.frame, heard_ns)
        while True:
            try:
                told = work.get_nowait()
            except Empty:
                return self._engine.render(frames)
            if isinstance(told, Cue):
                self._place(told)
            else:
                self._engine.cancel(round(self._frames.frame_at(told.from_ns)), told.kinds)

    def _place(self, cue: Cue) -> None:
        click = cue.kind is CueKind.CLICK
        frame = self._clicks.place(cue.due_ns) if click else round(self._frames.frame_at(cue.due_ns))
        behind = self._engine.frame - frame
        if behind > STILL_GOOD_FRAMES:
            self.dropped += 1
            return
        self.late += behind > 0
        self._engine.schedule(max(frame, self._engine.frame), cue.kind)


class Stream(Protocol):
    """What is used of a `sounddevice.OutputStream`."""

    latency: float
    active: bool

    def start(self) -> None: ...

    def close(self) -> None: ...


class PortAudioSpeaker:
    """A thread of its own opens the device and opens it again when it went away; nobody waits for it.

    The delay from callback to ear is taken from PortAudio; what a given station's really is, is not
    measured yet.
    """

    def __init__(self, clock: Clock, device: str | None) -> None:
        self._clock = clock
        self._device = device
        self._work: SimpleQueue[Cue | CancelCues] = SimpleQueue()
        self._mixer = Mixer()
        self._stream: Stream | None = None
        self._underruns = 0
        self._detail = "Sound is being started."
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._keep_open, name="speaker", daemon=True)
        self._thread.start()

    def play(self, cue: Cue) -> None:
        """Sound this at `cue.due_ns`; without a device nobody hears it."""
        if cue.kind in WAVES and self._stream is not None:
            self._work.put(cue)

    def cancel(self, cancel: CancelCues) -> None:
        """Take back what has not begun."""
        self._work.put(cancel)

    def state(self) -> SoundState:
        """Whether the runner can hear the station."""
        playing = self._stream is not None
        return SoundState(
            playing=playing,
            device=self._device or "default",
            detail="" if playing else self._detail,
            underruns=self._underruns,
        )

    def close(self) -> None:
        """Fall silent."""
        self._closing.set()
        self._thread.join()

    def _keep_open(self) -> None:
        while not self._closing.is_set():
            if self._stream is None:
                self._open()
            elif not self._stream.active:
                self._stream, self._detail = None, WENT_AWAY
                continue
            self._closing.wait(RETRY_S if self._stream is None else 0.5)
        if self._stream is not None:
            self._stream.close()

    def _open(self) -> None:
        try:
            import sounddevice
        except OSError:
            self._detail = NO_LIBRARY
            return
        try:
            # PortAudio lists devices once, when it starts: to see a new one it must start again.
            sounddevice._terminate()
            sounddevice._initialize()
            stream = sounddevice.OutputStream(
                samplerate=RATE_HZ,
                blocksize=BLOCK_FRAMES,
                device=self._device,
                channels=2,
                dtype="int16",
                latency="low",
                callback=self._callback,
            )
            self._latency_ns = round(stream.latency * 1e9)
            self._mixer = Mixer()
            stream.start()
        except (sounddevice.PortAudioError, ValueError):
            self._detail = NO_SOUND
            return
        self._stream = stream

    def _callback(self, out: npt.NDArray[np.int16], frames: int, _time: Any, status: Any) -> None:
        if status.output_underflow:
            self._underruns += 1
        out[:] = self._mixer.block(frames, self._clock.monotonic_ns() + self._latency_ns, self._work)
