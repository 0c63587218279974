"""Where in the session's blocks a moment lies."""

from bisect import bisect_right
from itertools import accumulate
from typing import NamedTuple

from controller.prescription import Block


class Place(NamedTuple):
    """The current block (`number` counts from 0), what is left of the whole, and whether all is `over`."""

    number: int
    block: Block
    elapsed_s: float
    left_s: float
    over: bool


class Course:
    """A session's blocks in a row; each is [start, end)."""

    def __init__(self, blocks: tuple[Block, ...]) -> None:
        self._blocks = blocks
        self._ends_s = list(accumulate(block.duration_s for block in blocks))

    def place(self, elapsed_s: float) -> Place:
        """The block that runs `elapsed_s` seconds after the start; after the end, the last one."""
        whole_s = self._ends_s[-1]
        if elapsed_s >= whole_s:
            return Place(len(self._blocks) - 1, self._blocks[-1], whole_s, 0.0, over=True)
        number = bisect_right(self._ends_s, elapsed_s)
        return Place(number, self._blocks[number], elapsed_s, whole_s - elapsed_s, over=False)
