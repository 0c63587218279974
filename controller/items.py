"""What comes into the station: samples, belt speed, step pulses, commands, time.

An *item* is something that happened: samples came, the belt said its speed, a clinician pressed a
button, time passed. An *effect* (see effects.py) is something to be done.
`Session.receive(item) -> list[Effect]` turns one into the other, and the list of all items, in the
order received, is the session's recording.

Every struct is frozen and tagged. Times are integer nanoseconds of CLOCK_MONOTONIC and end in `_ns`.
"""

from enum import StrEnum
from typing import Annotated

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec import Meta


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


class Tagged(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag=_snake):
    """Base of everything that flows; the tag names the struct in JSON and in recordings."""


# --- the station as it is built ------------------------------------------------------------------


class Placement(StrEnum):
    """Where on the body a sensor is worn."""

    SHANK = "shank"
    FOOT = "foot"
    SACRUM = "sacrum"


class Side(StrEnum):
    """Which leg; `both` for a sensor at the trunk, `unknown` where nothing says which."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"
    UNKNOWN = "unknown"


SensorName = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,31}$")]


Axis = Annotated[str, Meta(pattern=r"^[+-][xyz]$")]


class SensorSetup(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One accelerometer: specific force = counts x scale_g_per_count, in g, in sensor axes.

    `up_axis` and `left_axis`, where known, say which sensor axis points up, and at the trunk to the left,
    when the sensor is worn as drawn. Detection needs neither; the mount check does.
    """

    name: SensorName
    placement: Placement
    side: Side
    sample_rate_hz: Annotated[float, Meta(ge=10, le=10_000)]
    range_g: Annotated[float, Meta(gt=0, le=400)]
    scale_g_per_count: Annotated[float, Meta(gt=0, le=1)]
    axes: tuple[str, ...] = ("x", "y", "z")
    up_axis: Axis | None = None
    left_axis: Axis | None = None


class StationSetup(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a session must know of the station: enough to replay its recording elsewhere."""

    sensors: tuple[SensorSetup, ...]
    has_belt: bool = False
    simulated: bool = False
    version: str = ""


# --- items: what happened ------------------------------------------------------------------------


class Samples(Tagged, frozen=True, eq=False):
    """One drained FIFO: `counts` int16 of shape (n, axes), `times_ns` int64 of shape (n,).

    `overflows` and `errors` count, since the sensor was opened, FIFO overruns and failed reads.
    """

    sensor: str
    times_ns: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int16]
    overflows: int = 0
    errors: int = 0


class BeltSpeed(Tagged, frozen=True):
    """The belt's own word: metres per second at `time_ns`, incline where it is known."""

    time_ns: int
    speed_mps: float
    incline_percent: float | None = None
    source: str = "treadmill"


class StepPulse(Tagged, frozen=True):
    """One edge from a part that pulses once per step (footswitch, activity interrupt, insole)."""

    time_ns: int
    sensor: str
    side: Side


class Tick(Tagged, frozen=True):
    """Time passed: the tick was due at `due_ns` and came at `time_ns`; the difference is lateness."""

    time_ns: int
    due_ns: int


class CueModes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which cues may reach the runner. `open_loop`: the metronome goes on without a sensor."""

    click: bool = True
    beep: bool = True
    light: bool = True
    open_loop: bool = False


class Targets(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the clinician set. Silence between the two edges of the band.

    Limits bracket human running: 140-220 steps/min is the range detection is specified for, and
    walking begins near 100; a band under 1 % is below what six steps can resolve (gait step jitter).
    """

    cadence_spm: Annotated[float, Meta(ge=100, le=240)]
    band_percent: Annotated[float, Meta(ge=1, le=10)] = 3.0

    @property
    def cadence_low_spm(self) -> float:
        return self.cadence_spm * (1 - self.band_percent / 100)

    @property
    def cadence_high_spm(self) -> float:
        return self.cadence_spm * (1 + self.band_percent / 100)


class Block(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stretch of the session with feedback, or without; a probe tests what stays without."""

    duration_s: Annotated[float, Meta(ge=1, le=14_400)]
    feedback: bool = True
    probe: bool = False


# Names that become file names and page text: opaque, never a person's.
Pseudonym = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}$")]
SessionId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,63}$")]
Note = Annotated[str, Meta(max_length=200)]


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the spring-mass model must know of the runner; leg stiffness needs the height too."""

    mass_kg: Annotated[float, Meta(gt=0, le=400)]
    height_m: Annotated[float, Meta(ge=0.5, le=2.5)] | None = None


class StartSession(Tagged, frozen=True, forbid_unknown_fields=True):
    """Everything a session needs, so that it runs to its end with no browser and no database."""

    session_id: SessionId
    runner: Pseudonym
    targets: Targets
    blocks: Annotated[tuple[Block, ...], Meta(min_length=1, max_length=100)]
    cues: CueModes = CueModes()
    baseline_cadence_spm: Annotated[float, Meta(ge=100, le=240)] | None = None
    body: Body | None = None


class EndSession(Tagged, frozen=True, forbid_unknown_fields=True):
    """The clinician or the runner ends cues and recording; the belt keeps running."""


class SetTargets(Tagged, frozen=True, forbid_unknown_fields=True):
    """New targets, from the next step on."""

    targets: Targets


class SetCues(Tagged, frozen=True, forbid_unknown_fields=True):
    """Other cue modes, from now on."""

    cues: CueModes


class SetMute(Tagged, frozen=True, forbid_unknown_fields=True):
    """Silence everything corrective at once, or give it back."""

    muted: bool


class Mark(Tagged, frozen=True, forbid_unknown_fields=True):
    """A clinician's mark in the recording: "look here later"."""

    note: Note = ""


Order = StartSession | EndSession | SetTargets | SetCues | SetMute | Mark


class Command(Tagged, frozen=True):
    """An order as it came in; `request_id` is echoed in the `Answer`."""

    time_ns: int
    request_id: str
    order: Order


Item = Samples | BeltSpeed | StepPulse | Tick | Command
