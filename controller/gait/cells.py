"""A fast stream in slices of five milliseconds, for everything that need not be decided at once.

The quick half of a detector looks at every sample; rhythm, stance and toe-off need only what each slice
("cell") held: how sharp its sharpest moment was, how much sharp power it had, and how hard the limb was
pushed in all. Cells lie on multiples of `CELL_NS` of the clock, so that however samples are cut into
batches, the cells are the same. At 100 Hz each sample is a cell of its own.
"""

from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

CELL_NS = 5_000_000
KEPT_NS = 2_600_000_000  # longer than the slowest stride that is still a rhythm, and its judgement
TRIM = 512  # dropped at once, so that dropping costs next to nothing per cell


class Cell(NamedTuple):
    """`peak_g` came at `peak_ns`; `power` is the mean square of the sharpened signal in g^2.

    `felt_g` is the length of the low-passed specific force when the cell ended: 1 at rest.
    """

    peak_ns: int
    end_ns: int
    peak_g: float
    power: float
    felt_g: float


class Cells:
    """The cells of the last seconds, oldest first."""

    def __init__(self) -> None:
        self._cells: list[Cell] = []
        self._ends_ns: list[int] = []

    def add(self, cell: Cell) -> None:
        """The next cell, later than all before."""
        self._cells.append(cell)
        self._ends_ns.append(cell.end_ns)
        if len(self._ends_ns) > TRIM and self._ends_ns[TRIM] < cell.end_ns - KEPT_NS:
            del self._cells[:TRIM], self._ends_ns[:TRIM]

    def between(self, start_ns: int, end_ns: int) -> list[Cell]:
        """Cells that ended in [start_ns, end_ns)."""
        return self._cells[bisect_left(self._ends_ns, start_ns) : bisect_left(self._ends_ns, end_ns)]

    def backwards(self, from_ns: int) -> Iterator[Cell]:
        """Cells that ended at `from_ns` or before, newest first."""
        index = bisect_left(self._ends_ns, from_ns + 1) - 1
        while index >= 0:
            yield self._cells[index]
            index -= 1


def power_time_ns(cells: list[Cell], share: float, noise: float = 0.0) -> int | None:
    """When `share` of the sharp power of these cells beyond `noise` (g^2) had come; None without any.

    The middle of a burst moves less from step to step than its beginning or its highest point.
    """
    powers = [max(0.0, cell.power - noise) for cell in cells]
    wanted = share * sum(powers)
    if wanted <= 0:
        return None
    sofar, before_ns = 0.0, cells[0].peak_ns
    for cell, power in zip(cells, powers, strict=True):
        if sofar + power >= wanted:
            return before_ns + round((wanted - sofar) / power * (cell.peak_ns - before_ns))
        sofar, before_ns = sofar + power, cell.peak_ns
    return before_ns
