"""Where in the session's blocks a moment lies."""

from typing import NamedTuple

from controller.items import Block


class Place(NamedTuple):
    """The current block (`number` counts from 0), what is left of the whole, and whether all is `over`."""

    number: int
    block: Block
    elapsed_s: float
    left_s: float
    over: bool


def place(blocks: tuple[Block, ...], elapsed_s: float) -> Place:
    """The block that runs `elapsed_s` seconds after the start; blocks are [start, end)."""
    end_s = 0.0
    whole_s = sum(block.duration_s for block in blocks)
    for index, block in enumerate(blocks):
        end_s += block.duration_s
        if elapsed_s < end_s:
            return Place(index, block, elapsed_s, whole_s - elapsed_s, over=False)
    return Place(len(blocks) - 1, blocks[-1], whole_s, 0.0, over=True)
