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

from controller.prescription import (
    Baseline,
    Block,
    Body,
    Contraindication,
    CueModes,
    Note,
    PainScore,
    Pseudonym,
    Reason,
    SessionId,
    Sham,
    Speed,
    StopWord,
    Targets,
)


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


class PulseSetup(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part that pulses once per step (footswitch, insole, activity interrupt): it tells contacts only."""

    name: SensorName
    placement: Placement
    side: Side


class StationSetup(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a session must know of the station: enough to replay its recording elsewhere.

    `belt_sources`: who says the belt's speed, where that has to be confirmed; `unconfirmed`: who of them
    nobody has held against the console yet.
    `late_sound`: the loudspeaker is wireless and 0.1 s or more late, so that no sound may answer a step.
    `phase_aligned`: the clinic has switched the phase-aligned metronome on (docs/patents.md).
    """

    sensors: tuple[SensorSetup, ...]
    pulses: tuple[PulseSetup, ...] = ()
    has_belt: bool = False
    simulated: bool = False
    belt_sources: tuple[str, ...] = ()
    unconfirmed: tuple[str, ...] = ()
    late_sound: bool = False
    phase_aligned: bool = False
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
    verified: bool = True  # no: from a line without a checksum


class StepPulse(Tagged, frozen=True):
    """A contact from a part that pulses once per step: its first edge, and when it was sure to be one."""

    time_ns: int
    sensor: str
    side: Side
    decided_ns: int


class Tick(Tagged, frozen=True):
    """Time passed: the tick was due at `due_ns` and came at `time_ns`; the difference is lateness."""

    time_ns: int
    due_ns: int


class Played(Tagged, frozen=True):
    """A player acted: what was due at `due_ns` began at `acted_ns`; with the times of the step it answers."""

    time_ns: int
    player: str  # sound | light
    kind: str
    due_ns: int
    acted_ns: int
    contact_ns: int | None = None
    decided_ns: int | None = None


# --- orders: what a person wants -----------------------------------------------------------------


class StartSession(Tagged, frozen=True, forbid_unknown_fields=True):
    """Everything a session needs, so that it runs to its end with no browser and no database.

    `confirmed` is the clinician's reason for going on where a rule asked for one (docs/safety-rules.md).
    """

    session_id: SessionId
    runner: Pseudonym
    targets: Targets
    blocks: Annotated[tuple[Block, ...], Meta(min_length=1, max_length=100)]
    cues: CueModes = CueModes()
    baselines: Annotated[tuple[Baseline, ...], Meta(max_length=20)] = ()
    typed_speed_mps: Speed | None = None
    body: Body | None = None
    pain_before: PainScore | None = None
    contraindications: tuple[Contraindication, ...] = ()
    confirmed: Reason | None = None
    sham: Sham | None = None


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


class ToggleMute(Tagged, frozen=True, forbid_unknown_fields=True):
    """Mute, or unmute: from a button that can't know which of the two it is."""


class SetSpeed(Tagged, frozen=True, forbid_unknown_fields=True):
    """The belt's speed as the clinician reads it off the console, where the station can't; None: unknown."""

    speed_mps: Speed | None


class ConfirmBelt(Tagged, frozen=True, forbid_unknown_fields=True):
    """The treadmill's console shows this speed now; None: what was confirmed is doubted."""

    console_mps: Speed | None


class CaptureBaseline(Tagged, frozen=True, forbid_unknown_fields=True):
    """Take a baseline from the next minute's running, without cues; again: give it up."""


class ReportPain(Tagged, frozen=True, forbid_unknown_fields=True):
    """What the runner says: pain from 0 to 10, or a word that ends the cues."""

    score: PainScore | None = None
    word: StopWord | None = None


class Mark(Tagged, frozen=True, forbid_unknown_fields=True):
    """A clinician's mark in the recording: "look here later"."""

    note: Note = ""


Order = (
    StartSession
    | EndSession
    | SetTargets
    | SetCues
    | SetMute
    | ToggleMute
    | SetSpeed
    | ConfirmBelt
    | CaptureBaseline
    | ReportPain
    | Mark
)


HANDRAIL = "handrail"  # the request_id of what the runner's own button orders


class Command(Tagged, frozen=True):
    """An order as it came in; `request_id` is echoed in the `Answer`."""

    time_ns: int
    request_id: str
    order: Order


Item = Samples | BeltSpeed | StepPulse | Tick | Played | Command
