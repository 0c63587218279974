"""Toe-off from one limb: where in the stride the foot left the ground.

Running: between the push of the stance and the pull of the swing the limb feels least; that minimum of the
felt force comes with the toe-off. (Behind the impact there may be another: a slight preference for the
usual place in the stride tells them apart.) Walking: the limb is jerked off the ground, and the middle of
that burst is the toe-off. Both windows are shares of the stride, so nothing else is searched.

The contact time is measured from a second date of the contact: the middle of the impact's power. It is
known only after the impact, too late to announce a contact by, but moves less between the feet of one
runner than the crossing that announced it (SD 4 against 7 ms).

Windows and offsets: shank, two runs and six walks on a force treadmill (50 N). They are placed before the
hand-checked walks of ten other people were looked at, whose feet they also serve.
"""

from collections import deque
from typing import NamedTuple

from controller.gait.cells import Cells, power_time_ns
from controller.gait.events import NS, StanceEnd

RUN_WINDOW = (0.2, 0.45)  # shares of the stride since contact
RUN_USUAL, RUN_TILT = (
    0.38,
    40.0,
)  # the felt force counts for more away from this share, in g per share squared
RUN_LAG_NS = int(0.010 * NS)  # from toe-off to the minimum
IMPACT_NS, HALF_NS = int(0.1 * NS), int(0.05 * NS)  # the impact's top is this near, its power around it
IMPACT_SHARE = 0.3
IMPACT_LAG_NS = int(0.037 * NS)
BELIEVED_NS = int(0.03 * NS)  # a second date further off than this is not used
WALK_WINDOW = (0.52, 0.74)
WALK_SHARE = 0.4  # of the burst's power
WALK_LAG_NS = int(0.020 * NS)


class Stance(NamedTuple):
    """A contact whose toe-off is still to come."""

    contact_ns: int
    stride_ns: int
    running: bool

    @property
    def due_ns(self) -> int:
        """When everything that is searched has been felt."""
        window = RUN_WINDOW if self.running else WALK_WINDOW
        return self.contact_ns + round(window[1] * self.stride_ns)


class Stances:
    """Waits for the end of each stance of one foot."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        self._open: deque[Stance] = deque(maxlen=4)

    def began(self, stance: Stance) -> None:
        """A contact was told."""
        self._open.append(stance)

    def ended(self, now_ns: int) -> StanceEnd | None:
        """The oldest stance that has ended by now, if one has."""
        while self._open and now_ns >= self._open[0].due_ns:
            stance = self._open.popleft()
            toe_off_ns = self._toe_off_ns(stance)
            if toe_off_ns is not None:
                return StanceEnd(stance.contact_ns, toe_off_ns, now_ns, toe_off_ns - self._began_ns(stance))
        return None

    def _began_ns(self, stance: Stance) -> int:
        """The better date of the contact, where there is one."""
        near = self._cells.between(stance.contact_ns, stance.contact_ns + IMPACT_NS)
        if not stance.running or not near:
            return stance.contact_ns
        top_ns = max(near, key=lambda cell: cell.peak_g).peak_ns
        power_ns = power_time_ns(self._cells.between(top_ns - HALF_NS, top_ns + HALF_NS), IMPACT_SHARE)
        if power_ns is None or abs(power_ns - IMPACT_LAG_NS - stance.contact_ns) > BELIEVED_NS:
            return stance.contact_ns
        return power_ns - IMPACT_LAG_NS

    def _toe_off_ns(self, stance: Stance) -> int | None:
        first, last = RUN_WINDOW if stance.running else WALK_WINDOW
        stride_ns = stance.stride_ns
        cells = self._cells.between(
            stance.contact_ns + round(first * stride_ns), stance.contact_ns + round(last * stride_ns)
        )
        if not stance.running:
            burst_ns = power_time_ns(cells, WALK_SHARE)
            return None if burst_ns is None else burst_ns - WALK_LAG_NS
        places = [(cell.end_ns - stance.contact_ns) / stride_ns - RUN_USUAL for cell in cells]
        weighed_g = [cell.felt_g + RUN_TILT * place**2 for cell, place in zip(cells, places, strict=True)]
        lowest_ns = _lowest_ns([cell.end_ns for cell in cells], weighed_g)
        return None if lowest_ns is None else lowest_ns - RUN_LAG_NS


def _lowest_ns(times_ns: list[int], values: list[float]) -> int | None:
    """When the values are least, between samples by a parabola through three of them."""
    if len(values) < 3:
        return None
    index = min(range(len(values)), key=values.__getitem__)
    if not 0 < index < len(values) - 1:
        return times_ns[index]
    before, least, after = values[index - 1 : index + 2]
    bend = before - 2 * least + after
    shift = (before - after) / (2 * bend) if bend > 0 else 0.0
    return times_ns[index] + round(shift * (times_ns[index + 1] - times_ns[index - 1]) / 2)
