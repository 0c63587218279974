"""What players of cues have in common: cues on their way, and a thread that acts when they are due."""

import threading
from queue import Empty, SimpleQueue
from typing import Protocol

from controller.clock import Clock
from controller.cues import CancelCues, Cue
from controller.items import Played

NS = 1_000_000_000
Told = Cue | CancelCues


class Due:
    """Cues until they are due, in that order; owned by the player's thread."""

    def __init__(self) -> None:
        self._waiting: list[Cue] = []

    @property
    def next_ns(self) -> int | None:
        return self._waiting[0].due_ns if self._waiting else None

    def take(self, told: Told) -> None:
        """A cue to wait for, or some to forget."""
        if isinstance(told, Cue):
            self._waiting.append(told)
            self._waiting.sort(key=lambda cue: cue.due_ns)
        else:
            self._waiting = [c for c in self._waiting if c.due_ns < told.from_ns or c.kind not in told.kinds]

    def popped(self, now_ns: int) -> list[Cue]:
        """What is due by now."""
        ready = [cue for cue in self._waiting if cue.due_ns <= now_ns]
        self._waiting = self._waiting[len(ready) :]
        return ready


class Worker(Protocol):
    """What a player does on its thread."""

    def take(self, told: Told) -> None:
        """Hear of a cue, or of a cancellation."""

    def act(self) -> None:
        """Do what is due by now."""

    def next_ns(self) -> int | None:
        """When there will be something to do again."""


class CueThread:
    """The thread: it blocks until the worker has something to do or is told something."""

    def __init__(self, name: str, worker: Worker, clock: Clock) -> None:
        self._worker = worker
        self._clock = clock
        self._told: SimpleQueue[Told | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def tell(self, told: Told) -> None:
        """Never blocks."""
        self._told.put(told)

    def close(self) -> None:
        """End the thread."""
        self._told.put(None)
        self._thread.join()

    def _run(self) -> None:
        while True:
            self._worker.act()
            next_ns = self._worker.next_ns()
            wait_s = None if next_ns is None else max(0.0, (next_ns - self._clock.monotonic_ns()) / NS)
            try:
                told = self._told.get(timeout=wait_s)
            except Empty:
                continue
            if told is None:
                return
            self._worker.take(told)


def soonest(*times_ns: int | None) -> int | None:
    """Of those that there are."""
    return min((ns for ns in times_ns if ns is not None), default=None)


def played(player: str, cue: Cue, acted_ns: int) -> Played:
    """What a player says of a cue on which it has just acted."""
    cites = cue.cites
    return Played(
        time_ns=acted_ns,
        player=player,
        kind=cue.kind,
        due_ns=cue.due_ns,
        acted_ns=acted_ns,
        contact_ns=cites.contact_ns if cites else None,
        decided_ns=cites.decided_ns if cites else None,
    )
