"""What several devices do with the queue between a library's thread and their own."""

from queue import Empty, SimpleQueue
from typing import TypeVar

T = TypeVar("T")


def taken(queue: SimpleQueue[T]) -> list[T]:
    """Everything that waits, in order; never blocks."""
    found: list[T] = []
    while True:
        try:
            found.append(queue.get_nowait())
        except Empty:
            return found
