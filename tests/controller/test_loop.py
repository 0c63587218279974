"""The loop: an exact grid of ticks, one tick after a stall, and the order of play, record, report."""

from queue import Empty, SimpleQueue
from typing import Any

import pytest

from controller.clock import ManualClock
from controller.cues import CancelCues, Cue
from controller.effects import Answer, BeginRecording, FinishRecording
from controller.items import Command, Item, StartSession, StationSetup, Tick
from controller.loop import TICK_NS, Inbox, Loop, Reader, lateness
from controller.messages import Lateness
from controller.prescription import Block, CueModes, Targets
from controller.session import Session

START = StartSession(
    session_id="s-1",
    runner="R",
    targets=Targets(cadence_spm=180),
    blocks=(Block(duration_s=60),),
    cues=CueModes(open_loop=True),
)


class Everything:
    """Player, recorder and outbox in one, so that the order of what reaches them can be seen."""

    def __init__(self) -> None:
        self.log: list[tuple[str, Any]] = []

    def play(self, cue: Cue) -> None:
        self.log.append(("play", cue))

    def cancel(self, cancel: CancelCues) -> None:
        self.log.append(("cancel", cancel))

    def take(self, item: Item, effects: list[Any]) -> None:
        self.log.append(("take", (item, effects)))

    def send(self, message: Any) -> None:
        self.log.append(("send", message))

    def close(self) -> None:
        pass

    def ticks(self) -> list[Tick]:
        return [item for kind, (item, _) in self.takes() if isinstance(item, Tick)]

    def takes(self) -> list[tuple[str, Any]]:
        return [entry for entry in self.log if entry[0] == "take"]


class Late(ManualClock):
    """A clock that moves on its own by a little at each look, as real ones do."""

    def monotonic_ns(self) -> int:
        self.advance_to_ns(super().monotonic_ns() + 1_000_000)
        return super().monotonic_ns()


class Jumping(SimpleQueue[Item]):
    """An inbox on which waiting costs no time of ours: it moves the clock instead."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock

    def get(self, block: bool = True, timeout: float | None = None) -> Item:  # noqa: FBT001, FBT002, ARG002
        try:
            return super().get_nowait()
        except Empty:
            self.clock.advance_to_ns(self.clock.monotonic_ns() + round((timeout or 0) * 1e9))
            raise


def looped(clock: ManualClock) -> tuple[Loop, Inbox, Everything]:
    inbox: Inbox = Jumping(clock)
    seen = Everything()
    health = lambda late: Answer(request_id="health", accepted=True, reason=str(late))  # noqa: E731
    loop = Loop(Session(StationSetup(sensors=())), inbox, [seen], seen, seen, clock, health, lambda _: None)
    return loop, inbox, seen


def test_ticks_are_due_on_an_absolute_grid_however_late_they_come() -> None:
    loop, _, seen = looped(Late(0))
    while len(seen.ticks()) < 50:
        loop.turn()
    dues = [tick.due_ns for tick in seen.ticks()]
    assert [later - dues[0] for later in dues] == [k * TICK_NS for k in range(50)]
    assert all(0 <= tick.time_ns - tick.due_ns <= 3_000_000 for tick in seen.ticks())


def test_after_a_stall_one_tick_stands_for_all() -> None:
    clock = Late(0)
    loop, _, seen = looped(clock)
    while len(seen.ticks()) < 3:
        loop.turn()
    clock.advance_to_ns(5 * 10**9)
    while len(seen.ticks()) < 6:
        loop.turn()
    stalled, following = seen.ticks()[3], seen.ticks()[4]
    assert stalled.time_ns - stalled.due_ns > 4 * 10**9, "the lateness is not hidden"
    assert following.due_ns >= stalled.time_ns + TICK_NS


def test_an_order_is_played_then_recorded_then_reported() -> None:
    loop, inbox, seen = looped(Late(0))
    inbox.put(Command(time_ns=1, request_id="r", order=START))
    loop.turn()
    assert [kind for kind, _ in seen.log] == ["play", "take", "send"]
    assert seen.log[0][1].due_ns == 1
    item, effects = seen.log[1][1]
    assert item.order == START
    assert isinstance(effects[0], BeginRecording)
    assert seen.log[2][1] == Answer(request_id="r", accepted=True)


def test_stopping_ends_the_session_first() -> None:
    loop, inbox, seen = looped(Late(0))
    inbox.put(Command(time_ns=1, request_id="r", order=START))
    loop.turn()
    loop.stop()
    loop.run()
    _, effects = seen.takes()[-1][1]
    assert any(isinstance(effect, FinishRecording) for effect in effects)


def test_lateness_is_told_once_a_second() -> None:
    loop, _, seen = looped(Late(0))
    while len(seen.ticks()) < 300:
        loop.turn()
    told = [m for kind, m in seen.log if kind == "send" and getattr(m, "request_id", "") == "health"]
    assert len(told) == 3
    assert lateness(list(range(100_000, 200_000, 1000))) == Lateness(
        ticks=100, p50_us=150.0, p99_us=199.0, max_us=199.0
    )
    assert lateness([]) is None


@pytest.mark.slow  # it waits a second before it tries again, as it does beside a treadmill
def test_a_reader_survives_its_source_and_says_so_once_in_words() -> None:
    inbox: Inbox = SimpleQueue()
    said: list[str] = []

    class Source:
        name = "left shank"
        reads = 0

        def read(self) -> list[Item]:
            self.reads += 1
            if self.reads < 3:
                raise OSError(121, "Remote I/O error")
            return [Tick(time_ns=self.reads, due_ns=0)]

        def close(self) -> None:
            pass

    reader = Reader(Source(), inbox, said.append)
    reader.start()
    assert isinstance(inbox.get(timeout=10), Tick)
    reader.close()
    (once,) = said  # however often it was tried
    assert once.startswith("left shank does not answer")
    assert "Check its cable" in once
