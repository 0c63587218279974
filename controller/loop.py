"""The one loop: inbox -> session -> players, recorder, reports. It waits for nobody.

Reader threads block on hardware and post; the loop alone owns the session's state. Its only wait is for
the next item or the next tick, whichever comes first, and every tick says how late it came.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Protocol

from controller.clock import Clock
from controller.cues import CancelCues, Cue
from controller.devices.ports import Player, Source
from controller.effects import Answer, BeltConfirmed, Effect, Live
from controller.items import Command, EndSession, Item, Tick
from controller.messages import Lateness, Message
from controller.realtime import READER_PRIORITY, take_priority
from controller.records import Step
from controller.session import Session

TICK_NS = 10_000_000
LATENESS_TICKS = 1000  # ten seconds of them
STALLED_NS = 10 * TICK_NS  # ticks missed for longer than this are not made up for
HEALTH_TICKS = 100
REOPEN_S = 1.0

Inbox = SimpleQueue[Item]


class Recording(Protocol):
    """What the loop needs of a recorder."""

    def take(self, item: Item, effects: list[Effect]) -> None: ...


class Outbox(Protocol):
    """What the loop needs of the socket server."""

    def send(self, message: Message) -> None: ...


class Loop:
    """Owner of the session; `run` until `stop` was called."""

    def __init__(
        self,
        session: Session,
        inbox: Inbox,
        players: Sequence[Player],
        recorder: Recording,
        outbox: Outbox,
        clock: Clock,
        health: Callable[[Lateness | None], Message],
        keep: Callable[[BeltConfirmed], None],
    ) -> None:
        self._session = session
        self._inbox = inbox
        self._players = players
        self._recorder = recorder
        self._outbox = outbox
        self._clock = clock
        self._health = health
        self._keep = keep
        self._late_ns: deque[int] = deque(maxlen=LATENESS_TICKS)
        self._ticks = 0
        self._due_ns = clock.monotonic_ns() + TICK_NS
        self._stopping = False

    def run(self) -> None:
        """Take items in the order they came, and a tick whenever one is due."""
        while not self._stopping:
            self.turn()
        if self._session.recording:
            now_ns = self._clock.monotonic_ns()
            self.handle(Command(time_ns=now_ns, request_id="shutdown", order=EndSession()))

    def turn(self) -> None:
        """One item or one tick."""
        now_ns = self._clock.monotonic_ns()
        if now_ns >= self._due_ns:
            self._tick(now_ns)
            return
        try:
            item = self._inbox.get(timeout=(self._due_ns - now_ns) / 1e9)
        except Empty:
            return
        self.handle(item)

    def stop(self) -> None:
        """From a signal handler: end the session, then the loop, at the next turn."""
        self._stopping = True

    def handle(self, item: Item) -> None:
        """Everything that follows from one item, in order: play, record, report."""
        effects = self._session.receive(item)
        for effect in effects:
            if isinstance(effect, Cue):
                for player in self._players:
                    player.play(effect)
            elif isinstance(effect, CancelCues):
                for player in self._players:
                    player.cancel(effect)
        self._recorder.take(item, effects)
        for effect in effects:
            if isinstance(effect, Live | Answer | Step):
                self._outbox.send(effect)
            elif isinstance(effect, BeltConfirmed):
                self._keep(effect)

    def _tick(self, now_ns: int) -> None:
        due_ns = self._due_ns
        self._late_ns.append(now_ns - due_ns)
        # After a stall one tick stands for all that were missed: cues must not come in a burst.
        self._due_ns = now_ns + TICK_NS if now_ns - due_ns > STALLED_NS else due_ns + TICK_NS
        self.handle(Tick(time_ns=now_ns, due_ns=due_ns))
        self._ticks += 1
        if self._ticks % HEALTH_TICKS == 0:
            self._outbox.send(self._health(lateness(self._late_ns)))


def lateness(late_ns: Sequence[int]) -> Lateness | None:
    """Median, 99th percentile and maximum of tick lateness, in microseconds."""
    if not late_ns:
        return None
    ordered = sorted(late_ns)
    return Lateness(
        ticks=len(ordered),
        p50_us=ordered[len(ordered) // 2] / 1e3,
        p99_us=ordered[len(ordered) * 99 // 100] / 1e3,
        max_us=ordered[-1] / 1e3,
    )


class Reader:
    """A thread that blocks on one source and posts what it says."""

    def __init__(self, source: Source, inbox: Inbox, trouble: Callable[[str], None]) -> None:
        self._source = source
        self._inbox = inbox
        self._trouble = trouble
        self._said = ""  # of the trouble there is now: said once
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._read, name=source.name, daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def _read(self) -> None:
        take_priority(READER_PRIORITY)
        while not self._closing.is_set():
            try:
                items = self._source.read()
            except OSError as problem:
                # Tried again for ever at a fixed pace: whoever plugs it in again need not ask us.
                self._say(f"{self._source.name} does not answer ({problem})")
                self._closing.wait(REOPEN_S)
                continue
            self._said = ""
            for item in items:
                self._inbox.put(item)

    def _say(self, silent: str) -> None:
        if silent != self._said:
            self._trouble(f"{silent}. Check its cable; it is tried again every second.")
        self._said = silent

    def close(self) -> None:
        """End the thread and give the source back."""
        self._closing.set()
        self._thread.join(timeout=1.0)
        self._source.close()
