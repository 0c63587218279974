"""What one sensor's detector says: strikes, their peaks, the end of stance."""

from typing import NamedTuple

NS = 1_000_000_000


class Strike(NamedTuple):
    """An initial contact at `contact_ns`, announced when the sample at `decided_ns` was seen.

    `quality` is 1 for a strike that came where the rhythm expected it, less where it was found late.
    """

    contact_ns: int
    decided_ns: int
    quality: float


class Peak(NamedTuple):
    """The impact of the strike at `contact_ns` in g: resultant, and along gravity.

    `clipped`: the sensor's range was reached, the true peak is larger.
    """

    contact_ns: int
    peak_g: float
    axial_g: float
    clipped: bool
    decided_ns: int


class StanceEnd(NamedTuple):
    """The toe-off at `toe_off_ns`, ending the stance of the strike at `contact_ns`, which lasted `stance_ns`.

    The stance may be measured from a better date of the contact than the one announced.
    """

    contact_ns: int
    toe_off_ns: int
    decided_ns: int
    stance_ns: int


class Flight(NamedTuple):
    """The trunk began to fly between steps (a run), or ceased to."""

    flies: bool
    decided_ns: int


LimbEvent = Strike | Peak | StanceEnd
TrunkEvent = Strike | StanceEnd | Flight


def crossing_ns(before_ns: int, before: float, after_ns: int, after: float, level: float) -> int:
    """When a straight line from one sample to the next passes `level`; the later one if it never does."""
    if not before < level <= after and not after <= level < before:
        return after_ns
    return before_ns + round((level - before) / (after - before) * (after_ns - before_ns))
