"""What a treadmill's bytes say, in one vocabulary for all makes; and what no belt can do."""

from typing import Literal, Protocol

import msgspec

FASTEST_MPS = (
    12.5  # 45 km/h. Our own bound: beyond the fastest sprint treadmills (40 km/h) it is a misreading
)
STEEPEST_PERCENT = 45.0  # our own bound, beyond incline trainers (40 %)
MPS_PER = {"kmh": 1 / 3.6, "mph": 0.44704}  # the international mile, 1609.344 m (NIST SP 811, B.8)

Units = Literal["kmh", "mph"]


class SpeedRead(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="event", tag="belt_speed"):
    """The belt's speed, m/s, negative in reverse. Not `verified`: a form without a checksum."""

    speed_mps: float
    verified: bool = True


class InclineRead(msgspec.Struct, frozen=True, tag_field="event", tag="incline"):
    """The belt's slope: 100 × rise / run."""

    percent: float


class StateRead(msgspec.Struct, frozen=True, tag_field="event", tag="belt_state"):
    """What the treadmill says of itself."""

    state: Literal["running", "stopped", "unknown"]


class NotSupported(msgspec.Struct, frozen=True, tag_field="event", tag="not_supported"):
    """This treadmill doesn't answer this question: `request` in hex, null where the reply doesn't say."""

    request: str | None


class Problem(msgspec.Struct, frozen=True, tag_field="event", tag="error"):
    """Bytes that mean nothing, or something no reader should trust; said in words."""

    reason: str


Event = SpeedRead | InclineRead | StateRead | NotSupported | Problem


class Decoder(Protocol):
    """Bytes in any chunks → events. Never raises, keeps a bounded part of the past."""

    identified: bool
    """The expected machine has answered: only then is there more to ask of it."""

    @property
    def held(self) -> int:
        """How many bytes it holds of something not yet told."""
        ...

    def feed(self, data: bytes) -> list[Event]:
        """What these bytes complete."""
        ...

    def forget(self) -> None:
        """The line was silent or opened anew: half a reply will not be completed."""
        ...


def speed_read(speed_mps: float, *, verified: bool = True) -> SpeedRead | Problem:
    """The speed, unless no belt runs like that."""
    if not abs(speed_mps) <= FASTEST_MPS:  # also for what is no number
        return Problem(f"{speed_mps:.2f} m/s is no belt's speed (at most {FASTEST_MPS:g} m/s)")
    return SpeedRead(speed_mps, verified)


def incline_read(percent: float) -> InclineRead | Problem:
    """The slope, unless no belt stands like that."""
    if not abs(percent) <= STEEPEST_PERCENT:
        return Problem(f"{percent:.1f} % is no belt's slope (at most {STEEPEST_PERCENT:g} %)")
    return InclineRead(percent)
