"""Which detected event is which true one."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple


class Matching(NamedTuple):
    """`pairs` of (index of the found, index of the true) in order of time, and what is left over."""

    pairs: list[tuple[int, int]]
    false: list[int]
    missed: list[int]

    @property
    def errors(self) -> int:
        """What was found and is not there, and what is there and was not found."""
        return len(self.false) + len(self.missed)


def match(found_s: Sequence[float], true_s: Sequence[float], tolerance_s: float) -> Matching:
    """Pair each true time with at most one found time no further than `tolerance_s`, nearest pairs first.

    Both lists in seconds and in increasing order.
    """
    near: list[tuple[float, int, int]] = []
    for index, time_s in enumerate(true_s):
        first = bisect_left(found_s, time_s - tolerance_s)
        last = bisect_right(found_s, time_s + tolerance_s)
        near += [(abs(found_s[other] - time_s), other, index) for other in range(first, last)]
    pairs: list[tuple[int, int]] = []
    used_found: set[int] = set()
    used_true: set[int] = set()
    for _, other, index in sorted(near):
        if other not in used_found and index not in used_true:
            pairs.append((other, index))
            used_found.add(other)
            used_true.add(index)
    return Matching(
        pairs=sorted(pairs, key=lambda pair: pair[1]),
        false=[i for i in range(len(found_s)) if i not in used_found],
        missed=[i for i in range(len(true_s)) if i not in used_true],
    )


def f1(hits: int, errors: int) -> float | None:
    """The harmonic mean of the share found and the share right: 2 TP / (2 TP + FP + FN)."""
    return 2 * hits / (2 * hits + errors) if hits + errors else None
