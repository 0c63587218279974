"""Before a rhythm is known: which of a limb's jolts are contacts, and when they make a rhythm.

A foot that begins to walk is lifted, swung, put down; it may have fidgeted before. What it did is seen a
step later: next to a contact the other jolts are light. So here jolts are held for a moment, and a jolt
that nothing follows was no step. Two impacts alike at a runner's distance are enough to begin a run, three
contacts at even distances to begin a walk.

Weights are compared as shares; the shares separate contacts from the rest in the shared recordings: of two
neighbouring contacts the lighter has at least 0.61 of the heavier's weight in 95 % of strides, a push-off
has 0.26 (foot) or 0.66 (shank) of its contact's at most, in as many.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from controller.gait.events import NS
from controller.gait.rhythm import Jolt

SHORTEST_STRIDE_S = 0.45
LONGEST_STRIDE_S = 1.8  # slowest walk that is still one gait: 67 steps/min
RUN_STRIDE_NS = int(0.88 * NS)  # runners' strides are shorter (136 steps/min), walkers' longer
REGULAR = 0.25  # two strides within this share of each other are a rhythm
ALIKE = 0.63  # the lighter of two contacts of a foot has more than this share, a push-off less
PUSH_OFF_NS = (int(0.85 * NS), int(0.6 * NS))  # a push-off comes no later after, no sooner before a contact
FIDGET = 0.3  # of the weight of a contact: whatever else a foot does when it begins to walk
RUN_CONTRAST = 2.5  # an impact of a run stands this far above the limb's quiet moments
HELD_NS = int(1.05 * NS)
ALONE_NS = int(2.0 * NS)  # without another in this time a jolt was no step


class Found(NamedTuple):
    """Contacts that are sure now, and the stride time if they make a rhythm."""

    contacts: list[Jolt]
    stride_ns: int | None


class Finding:
    """Holds jolts until they are contacts or none."""

    def __init__(self, told: Iterable[Jolt] = ()) -> None:
        self._held: list[Jolt] = []
        self._told = deque(told, maxlen=3)

    def found(self, jolt: Jolt) -> None:
        """One more jolt that nothing near it outweighs."""
        self._held.append(jolt)
        known = [*self._told, *self._held]
        self._held = [held for held in self._held if not any(_is_none(held, other) for other in known)]

    def ready(self, now_ns: int, doubts: Callable[[int], bool]) -> Found:
        """What is sure by now; no rhythm that the referee doubts."""
        if not self._held:
            return Found([], None)
        known = [*self._told, *self._held]
        stride_ns = stride_of(known) or _first_stride_of_a_run(known)
        if stride_ns is not None and doubts(stride_ns):
            stride_ns = None
        sure = []
        while self._held:
            first = self._held[0]
            alone = all(j is first or abs(j.peak_ns - first.peak_ns) > ALONE_NS for j in known)
            if stride_ns is None and now_ns - first.peak_ns < (ALONE_NS if alone else HELD_NS):
                break
            self._held.pop(0)
            if not alone:
                sure.append(first)
        self._told.extend(sure)
        return Found(sure, stride_ns)


def _is_none(jolt: Jolt, other: Jolt) -> bool:
    """Whether `other` shows that `jolt` was no contact: it is clearly heavier, and near."""
    after_ns = jolt.peak_ns - other.peak_ns
    push_off = jolt.weight < ALIKE * other.weight and -PUSH_OFF_NS[1] < after_ns < PUSH_OFF_NS[0]
    return push_off or (jolt.weight < FIDGET * other.weight and abs(after_ns) < ALONE_NS)


def _first_stride_of_a_run(contacts: list[Jolt]) -> int | None:
    """Two impacts alike, as far apart as runners' are: enough to begin with."""
    if len(contacts) < 2:
        return None
    first, last = contacts[-2:]
    lower_g, higher_g = sorted((first.height_g, last.height_g))
    gap_ns = last.peak_ns - first.peak_ns
    if last.contrast < RUN_CONTRAST:
        return None
    alike = lower_g > ALIKE * higher_g and last.weight > ALIKE * first.weight
    return gap_ns if alike and SHORTEST_STRIDE_S * NS < gap_ns < RUN_STRIDE_NS else None


def stride_of(contacts: Sequence[Jolt]) -> int | None:
    """The stride time of the last three contacts in ns, if they make a rhythm; else None."""
    if len(contacts) < 3:
        return None
    times_ns = [contact.peak_ns for contact in contacts]
    first, second = times_ns[-2] - times_ns[-3], times_ns[-1] - times_ns[-2]
    mean = (first + second) / 2
    if not SHORTEST_STRIDE_S * NS < mean < LONGEST_STRIDE_S * NS or abs(first - second) > REGULAR * mean:
        return None
    if mean < RUN_STRIDE_NS and contacts[-1].contrast < RUN_CONTRAST:
        return None
    return round(mean)
