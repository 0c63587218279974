"""The loudspeaker: PortAudio through `sounddevice`, cues placed by counting frames in the callback."""

import threading
from queue import Empty, SimpleQueue
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from controller.checked import BadInputError
from controller.clock import Clock
from controller.cues import CLICKS, CancelCues, Cue, CueKind
from controller.devices.ports import Report
from controller.devices.sound.engine import CAP_DBFS, Engine, Voice
from controller.devices.sound.frames import ClickTrack, FrameClock
from controller.devices.sound.speech import all_prompts
from controller.devices.sound.waveforms import RATE_HZ, SOUNDING, Wave
from controller.items import Played
from controller.messages import SoundState

BLOCK_FRAMES = 256  # 5.3 ms
MS_FRAMES = RATE_HZ // 1000
# How late a sound may still begin: a beat beside its beat misleads, an answer after 0.15 s belongs to another
# step (sound to step within 100 ms at the 95th percentile is our budget), a sentence may wait for a while.
PATIENCE_FRAMES = {
    CueKind.CLICK: 30 * MS_FRAMES,
    CueKind.ACCENT: 30 * MS_FRAMES,
    CueKind.SAY: 500 * MS_FRAMES,
}
ANSWER_FRAMES = 150 * MS_FRAMES
RETRY_S = 5.0
NO_SOUND = "No loudspeaker can be opened. Plug one in; sound starts by itself."
WENT_AWAY = "The loudspeaker went away. Plug it in again; sound starts by itself."
NO_LIBRARY = "Sound needs the package libportaudio2. Install it, then restart the station."
WIRELESS = ("blue", "a2dp", "airpod", "headset gateway")
STEP_DRIVEN = (CueKind.TONE_LEFT, CueKind.TONE_RIGHT)
LATE = "A Bluetooth loudspeaker is 0.1 s late or more: tones for single steps are not played on it."

Work = SimpleQueue[Cue | CancelCues]


class Mixer:
    """What happens inside one callback: clock, cues, frames. No device, no thread."""

    def __init__(
        self,
        prompts: dict[str, Wave] | None = None,
        cap_dbfs: float = CAP_DBFS,
        report: Report | None = None,
    ) -> None:
        self.late = self.dropped = 0
        self._engine = Engine(prompts, cap_dbfs)
        self._frames = FrameClock()
        self._clicks = ClickTrack(self._frames)
        self._report = report

    def block(
        self, frames: int, heard_ns: int, work: Work, now_ns: int | None = None
    ) -> npt.NDArray[np.int16]:
        """The next block, whose first frame is heard at `heard_ns`, with all cues that have come."""
        first = self._engine.frame
        self._frames.observe(first, heard_ns)
        while True:
            try:
                told = work.get_nowait()
            except Empty:
                break
            if isinstance(told, Cue):
                self._place(told)
            else:
                self._engine.cancel(round(self._frames.frame_at(told.from_ns)), told.kinds)
        block = self._engine.render(frames)
        if self._report is not None:
            for voice in self._engine.begun(first):
                self._report(self._played(voice, heard_ns if now_ns is None else now_ns))
        return block

    def _place(self, cue: Cue) -> None:
        click = cue.kind in CLICKS
        frame = self._clicks.place(cue.due_ns) if click else round(self._frames.frame_at(cue.due_ns))
        behind = self._engine.frame - frame
        if behind > PATIENCE_FRAMES.get(cue.kind, ANSWER_FRAMES):
            self.dropped += 1
            return
        self.late += behind > 0
        self._engine.schedule(max(frame, self._engine.frame), cue)

    def _played(self, voice: Voice, now_ns: int) -> Played:
        cites = voice.cue.cites
        return Played(
            time_ns=now_ns,
            player="sound",
            kind=voice.cue.kind,
            due_ns=voice.cue.due_ns,
            acted_ns=self._frames.time_ns(voice.start),
            contact_ns=cites.contact_ns if cites else None,
            decided_ns=cites.decided_ns if cites else None,
        )


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

    def __init__(self, clock: Clock, device: str | None, report: Report, cap_dbfs: float = CAP_DBFS) -> None:
        self._clock = clock
        self._device = device
        self._report = report
        self._cap_dbfs = cap_dbfs
        self._prompts: dict[str, Wave] = {}
        self._no_voice = ""
        self._work: Work = SimpleQueue()
        self._mixer = Mixer()
        self._wireless = False
        self._found = device or "default"
        self._stream: Stream | None = None
        self._underruns = 0
        self._detail = "Sound is being started."
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._keep_open, name="speaker", daemon=True)
        self._thread.start()

    def play(self, cue: Cue) -> None:
        """Sound this at `cue.due_ns`; without a device nobody hears it."""
        if cue.kind not in SOUNDING or self._stream is None:
            return
        if not (self._wireless and cue.kind in STEP_DRIVEN):
            self._work.put(cue)

    def cancel(self, cancel: CancelCues) -> None:
        """Take back what has not begun."""
        self._work.put(cancel)

    def state(self) -> SoundState:
        """Whether the runner can hear the station."""
        playing = self._stream is not None
        return SoundState(
            playing=playing,
            device=self._found,
            detail=((LATE if self._wireless else "") if playing else self._detail) + self._no_voice,
            underruns=self._underruns,
            cap_dbfs=self._cap_dbfs,
        )

    def close(self) -> None:
        """Fall silent."""
        self._closing.set()
        self._thread.join()

    def _keep_open(self) -> None:
        try:
            self._prompts = all_prompts()
        except BadInputError as problem:
            self._no_voice = f" No voice: {problem}"
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
            self._found = str(sounddevice.query_devices(stream.device)["name"])
            self._wireless = is_wireless(self._found)
            self._mixer = Mixer(self._prompts, self._cap_dbfs, self._report)
            stream.start()
        except (sounddevice.PortAudioError, ValueError):
            self._detail = NO_SOUND
            return
        self._stream = stream

    def _callback(self, out: npt.NDArray[np.int16], frames: int, _time: Any, status: Any) -> None:
        if status.output_underflow:
            self._underruns += 1
        now_ns = self._clock.monotonic_ns()
        out[:] = self._mixer.block(frames, now_ns + self._latency_ns, self._work, now_ns)


def is_wireless(name: str) -> bool:
    """By the name that the system gives the device."""
    return any(word in name.lower() for word in WIRELESS)
