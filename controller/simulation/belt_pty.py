"""A treadmill made of software behind a real pseudo-terminal: what a serial cable would carry, faults too.

A pty has no baud rate and no modem lines (pty(7)); all else is the kernel's: the exclusive lock, the hangup
when the cable is pulled, bytes that come in pieces.
"""

import os
import select
import threading
import tty
from collections.abc import Callable
from pathlib import Path

from controller.clock import Clock
from controller.simulation.belts import Belt, FaultyLine

TURN_S = 0.01
OUT_NS = 50_000_000
TAKE_BYTES = 4096


class BeltPty:
    """Owner of the pty and of the machine behind it; `path` stays the same over an unplugging."""

    def __init__(self, path: Path, belt: Belt, line: FaultyLine, speed_mps: Callable[[int], float]) -> None:
        self.path = path
        self._belt = belt
        self._line = line
        self._speed_mps = speed_mps
        self._ends: tuple[int, int] | None = None

    def turn(self, now_ns: int) -> int:
        """Hear what was sent, say what is due; how many bytes were said."""
        self._belt.speed_mps = self._speed_mps(now_ns)
        if "unplugged" in self._line.active(now_ns):
            self._unplug()
            return 0
        ours = self._plug()
        try:
            heard = os.read(ours, TAKE_BYTES)
        except BlockingIOError:
            heard = b""
        said = self._line.carry(heard, now_ns)
        try:
            return os.write(ours, said)
        except BlockingIOError:
            return 0  # nobody reads: the wire doesn't wait

    def _plug(self) -> int:
        """The other end is kept open too, so that a reader that comes and goes is no hangup."""
        if self._ends is None:
            ours, theirs = os.openpty()
            tty.setraw(theirs)
            os.set_blocking(ours, False)
            self._ends = ours, theirs
            self.path.unlink(missing_ok=True)
            self.path.symlink_to(os.ttyname(theirs))
        return self._ends[0]

    def _unplug(self) -> None:
        if self._ends is not None:
            self.path.unlink(missing_ok=True)
            for end in self._ends:
                os.close(end)
            self._ends = None

    @property
    def plugged(self) -> bool:
        """The port is there."""
        return self._ends is not None

    def wait(self, timeout_s: float) -> None:
        """Until the host has sent something; at once while the cable is out."""
        if self._ends is not None:
            select.select([self._ends[0]], [], [], timeout_s)

    def close(self) -> None:
        """Pull the cable for good."""
        self._unplug()


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
