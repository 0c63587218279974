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
    """The largest magnitude of the specific force, in g, in the impact of the strike at `contact_ns`."""

    contact_ns: int
    peak_g: float
    clipped: bool
    decided_ns: int


class StanceEnd(NamedTuple):
    """The toe-off at `toe_off_ns`, ending the stance that began at `contact_ns`."""

    contact_ns: int
    toe_off_ns: int
    decided_ns: int


LimbEvent = Strike | Peak
TrunkEvent = Strike | StanceEnd


def crossing_ns(before_ns: int, before: float, after_ns: int, after: float, level: float) -> int:
    """When a straight line from one sample to the next passes `level`; the later one if it never does."""
    if not before < level <= after and not after <= level < before:
        return after_ns
    return before_ns + round((level - before) / (after - before) * (after_ns - before_ns))
