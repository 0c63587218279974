"""One end of a cable made of software: a real pseudo-terminal that can be pulled and plugged in again.

A pty has no baud rate and no modem lines (pty(7)); all else is the kernel's: the exclusive lock, the hangup
when the cable is pulled, bytes that come in pieces.
"""

import os
import select
import tty
from pathlib import Path

TAKE_BYTES = 4096


class Pty:
    """Owner of both ends; `path` stays the same over an unplugging."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ends: tuple[int, int] | None = None

    def plug(self) -> None:
        """The other end is kept open too, so that a reader that comes and goes is no hangup."""
        if self._ends is None:
            ours, theirs = os.openpty()
            tty.setraw(theirs)
            os.set_blocking(ours, False)
            self._ends = ours, theirs
            self.path.unlink(missing_ok=True)
            self.path.symlink_to(os.ttyname(theirs))

    def unplug(self) -> None:
        """The cable is out."""
        if self._ends is not None:
            self.path.unlink(missing_ok=True)
            for end in self._ends:
                os.close(end)
            self._ends = None

    @property
    def plugged(self) -> bool:
        """The port is there."""
        return self._ends is not None

    def hear(self) -> bytes:
        """What the host has sent."""
        try:
            return b"" if self._ends is None else os.read(self._ends[0], TAKE_BYTES)
        except BlockingIOError:
            return b""

    def say(self, said: bytes) -> int:
        """To the host; how many bytes the kernel took."""
        try:
            return 0 if self._ends is None else os.write(self._ends[0], said)
        except BlockingIOError:
            return 0  # nobody reads: the wire doesn't wait

    def wait(self, timeout_s: float) -> None:
        """Until the host has sent something; at once while the cable is out."""
        if self._ends is not None:
            select.select([self._ends[0]], [], [], timeout_s)

    def close(self) -> None:
        """Pull the cable for good."""
        self.unplug()
