"""A treadmill made of software at the end of a cable: what the cable would carry, faults too."""

import threading
from collections.abc import Callable
from pathlib import Path

from controller.clock import Clock
from controller.simulation.belts import Belt, FaultyLine
from controller.simulation.pty import Pty

TURN_S = 0.01
OUT_NS = 50_000_000


class BeltPty(Pty):
    """The cable, and the machine behind it."""

    def __init__(self, path: Path, belt: Belt, line: FaultyLine, speed_mps: Callable[[int], float]) -> None:
        super().__init__(path)
        self._belt = belt
        self._line = line
        self._speed_mps = speed_mps

    def turn(self, now_ns: int) -> int:
        """Hear what was sent, say what is due; how many bytes were said."""
        self._belt.speed_mps = self._speed_mps(now_ns)
        if "unplugged" in self._line.active(now_ns):
            self.unplug()
            return 0
        self.plug()
        return self.say(self._line.carry(self.hear(), now_ns))


class BeltThread:
    """Turns a `BeltPty` in real time; the thread is its only owner."""

    def __init__(self, pty: BeltPty, clock: Clock) -> None:
        self._pty = pty
        self._clock = clock
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="simulated treadmill", daemon=True)
        self._pty.turn(clock.monotonic_ns())  # the port is there before anybody looks for it
        self._thread.start()

    @property
    def path(self) -> Path:
        """Where the port is."""
        return self._pty.path

    def _run(self) -> None:
        while not self._closing.is_set():
            now_ns = self._clock.monotonic_ns()
            self._pty.turn(now_ns)
            self._pty.wait(TURN_S)
            if not self._pty.plugged:
                self._clock.sleep_until_ns(now_ns + OUT_NS)
        self._pty.close()

    def close(self) -> None:
        """End the thread and pull the cable."""
        self._closing.set()
        self._thread.join(timeout=1.0)
