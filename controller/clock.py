"""The only place that asks for the time."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Where time comes from; tests hand in a `ManualClock`."""

    def monotonic_ns(self) -> int:
        """Nanoseconds of CLOCK_MONOTONIC (clock_gettime(2)): never steps back, shared by processes."""

    def wall_time(self) -> datetime:
        """Civil time in UTC; may jump, so it only ever labels things."""

    def sleep_until_ns(self, due_ns: int) -> None:
        """Return at `due_ns` or as soon after it as the system allows."""


class SystemClock:
    """The machine's own clocks."""

    def monotonic_ns(self) -> int:
        return time.monotonic_ns()

    def wall_time(self) -> datetime:
        return datetime.now(UTC)

    def sleep_until_ns(self, due_ns: int) -> None:
        remaining_ns = due_ns - time.monotonic_ns()
        if remaining_ns > 0:
            time.sleep(remaining_ns / 1e9)


def resolution_ns() -> int:
    """The smallest step of CLOCK_MONOTONIC (clock_getres(2))."""
    return round(time.clock_getres(time.CLOCK_MONOTONIC) * 1e9)


def processor_s() -> float:
    """Processor seconds that this process has used (clock_gettime(2), CLOCK_PROCESS_CPUTIME_ID)."""
    return time.process_time()


class ManualClock:
    """A clock that moves only when told; sleeping moves it."""

    def __init__(self, now_ns: int = 0, wall: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self._now_ns = now_ns
        self._wall = wall

    def monotonic_ns(self) -> int:
        return self._now_ns

    def wall_time(self) -> datetime:
        return self._wall

    def sleep_until_ns(self, due_ns: int) -> None:
        self.advance_to_ns(due_ns)

    def advance_to_ns(self, now_ns: int) -> None:
        """Move forward; never back, as CLOCK_MONOTONIC never does."""
        self._now_ns = max(self._now_ns, now_ns)
