"""An output that may fail: it is closed then and opened again after a second, and nobody is stopped by it."""

from collections.abc import Callable
from contextlib import suppress
from typing import Generic, Protocol, TypeVar

from controller.clock import Clock

RETRY_NS = 1_000_000_000


class Closes(Protocol):
    """What can be given back."""

    def close(self) -> None: ...


T = TypeVar("T", bound=Closes)


class Kept(Generic[T]):
    """Owned by one thread; `trouble` may be read by others. `restore` brings it to where it should be."""

    def __init__(
        self,
        name: str,
        open_it: Callable[[], T],
        restore: Callable[[T], None],
        clock: Clock,
        said: Callable[[str], None],
    ) -> None:
        self.name = name
        self.trouble = ""
        self._open, self._restore = open_it, restore
        self._clock, self._said = clock, said
        self._thing: T | None = None
        self._retry_ns = clock.monotonic_ns()

    @property
    def due_ns(self) -> int | None:
        """When to look after it; None while it is well."""
        return None if self._thing is not None else self._retry_ns

    def look(self) -> None:
        """Open it, if that is due."""
        if self._thing is None and self._clock.monotonic_ns() >= self._retry_ns:
            self.use(lambda _: None)

    def use(self, act: Callable[[T], None]) -> bool:
        """Whether it did this. What goes wrong is said, never raised: its thread must live."""
        if self._thing is None and self._clock.monotonic_ns() < self._retry_ns:
            return False
        try:
            if self._thing is None:
                self._thing = self._open()
                self._restore(self._thing)
            act(self._thing)
        except Exception as problem:  # noqa: BLE001  # lgpio's own error is no more than an Exception
            self._failed(str(problem) or type(problem).__name__)
            return False
        if self.trouble:
            self.trouble = ""
            self._said(f"{self.name.capitalize()}: well again.")
        return True

    def _failed(self, problem: str) -> None:
        if problem != self.trouble:
            self._said(
                f"{self.name.capitalize()}: {problem}. Check the wires; it is tried again every second."
            )
        self.trouble = problem
        self._retry_ns = self._clock.monotonic_ns() + RETRY_NS
        self.close()

    def close(self) -> None:
        """Dark or silent as far as it can be, and given back."""
        thing, self._thing = self._thing, None
        if thing is not None:
            with suppress(Exception):
                thing.close()
