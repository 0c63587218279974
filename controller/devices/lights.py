"""Lights: a thread of their own that waits for each cue's time and then says what it did."""

import threading
from queue import Empty, SimpleQueue
from typing import Protocol

from controller.clock import Clock
from controller.cues import LIGHTS, CancelCues, Cue, CueKind
from controller.devices.ports import Report
from controller.items import Played

NS = 1_000_000_000


class Lamp(Protocol):
    """What is lit: LEDs, a bar, a strip, or their simulated twin."""

    def show(self, kind: CueKind, value: float) -> None:
        """Show this value from now on; the values are those of `CueKind`."""

    def close(self) -> None:
        """Dark, and the pins given back."""


class LampPlayer:
    """Acts at `due_ns`; a cue whose time has passed is shown at once, the newest one wins."""

    def __init__(self, lamp: Lamp, clock: Clock, report: Report) -> None:
        self._lamp = lamp
        self._clock = clock
        self._report = report
        self._told: SimpleQueue[Cue | CancelCues | None] = SimpleQueue()
        self._waiting: list[Cue] = []
        self._thread = threading.Thread(target=self._run, name="lights", daemon=True)
        self._thread.start()

    def play(self, cue: Cue) -> None:
        """Show this at `cue.due_ns`; other kinds are not for lights."""
        if cue.kind in LIGHTS:
            self._told.put(cue)

    def cancel(self, cancel: CancelCues) -> None:
        """Forget what has not been shown yet."""
        self._told.put(cancel)

    def close(self) -> None:
        """Dark."""
        self._told.put(None)
        self._thread.join()
        self._lamp.close()

    def _run(self) -> None:
        while True:
            try:
                told = self._told.get(timeout=self._wait_s())
            except Empty:
                self._act()
                continue
            if told is None:
                return
            self._take(told)
            self._act()

    def _wait_s(self) -> float | None:
        if not self._waiting:
            return None
        return max(0.0, (self._waiting[0].due_ns - self._clock.monotonic_ns()) / NS)

    def _take(self, told: Cue | CancelCues) -> None:
        if isinstance(told, Cue):
            self._waiting.append(told)
            self._waiting.sort(key=lambda cue: cue.due_ns)
        else:
            self._waiting = [c for c in self._waiting if c.due_ns < told.from_ns or c.kind not in told.kinds]

    def _act(self) -> None:
        while self._waiting and self._waiting[0].due_ns <= self._clock.monotonic_ns():
            cue = self._waiting.pop(0)
            self._lamp.show(cue.kind, cue.value)
            acted_ns = self._clock.monotonic_ns()
            cites = cue.cites
            self._report(
                Played(
                    time_ns=acted_ns,
                    player="light",
                    kind=cue.kind,
                    due_ns=cue.due_ns,
                    acted_ns=acted_ns,
                    contact_ns=cites.contact_ns if cites else None,
                    decided_ns=cites.decided_ns if cites else None,
                )
            )
