"""A loudspeaker made of software: blocks at the pace of the clock, through the mixer that real ones use."""

import threading

from controller.clock import Clock
from controller.cues import CancelCues, Cue
from controller.devices.ports import Report
from controller.devices.sound.engine import CAP_DBFS
from controller.devices.sound.speaker import BLOCK_FRAMES, Mixer, Work
from controller.devices.sound.speech import all_prompts
from controller.devices.sound.waveforms import RATE_HZ, SOUNDING
from controller.messages import SoundState

NS = 1_000_000_000
NAME = "simulated"


class SimulatedSpeaker:
    """Nobody hears it, but everything that a loudspeaker reports is reported."""

    def __init__(self, clock: Clock, report: Report, cap_dbfs: float = CAP_DBFS) -> None:
        self._clock = clock
        self._cap_dbfs = cap_dbfs
        self._work = Work()
        self._mixer = Mixer(all_prompts(), cap_dbfs, report)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="speaker", daemon=True)
        self._thread.start()

    def play(self, cue: Cue) -> None:
        """Sound this at `cue.due_ns`."""
        if cue.kind in SOUNDING:
            self._work.put(cue)

    def cancel(self, cancel: CancelCues) -> None:
        """Take back what has not begun."""
        self._work.put(cancel)

    def state(self) -> SoundState:
        """Always well."""
        return SoundState(playing=True, device=NAME, cap_dbfs=self._cap_dbfs)

    def close(self) -> None:
        """Fall silent."""
        self._closing.set()
        self._thread.join()

    def _run(self) -> None:
        began_ns = self._clock.monotonic_ns()
        for number in range(1 << 60):
            if self._closing.is_set():
                return
            due_ns = began_ns + round(number * BLOCK_FRAMES * NS / RATE_HZ)
            self._clock.sleep_until_ns(due_ns)
            # There is no card behind it: what it renders is heard as it is rendered.
            self._mixer.block(BLOCK_FRAMES, due_ns, self._work, self._clock.monotonic_ns())
