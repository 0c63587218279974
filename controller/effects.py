"""PURE: what the session wants done: cues to play, records to keep, reports to send.

Reports cross the socket; the page needs nothing else.
"""

from enum import StrEnum

import msgspec

from controller.cues import CancelCues, Cue
from controller.items import Placement, Side, StationSetup, Tagged
from controller.prescription import Baseline, Block, CueModes, Targets
from controller.records import BlockResult, Record, Spread


class ReadingState(StrEnum):
    """How a number may be shown beside its shape and word."""

    LIVE = "live"
    UNSURE = "unsure"
    HELD = "held"
    MISSING = "missing"


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """A number with its truth: `value` is None when missing; `last` and `age_s` remember it.

    `above`: the sensor's range was reached, the true value is larger.
    """

    state: ReadingState = ReadingState.MISSING
    value: float | None = None
    last: float | None = None
    age_s: float | None = None
    above: bool = False


class SensorState(StrEnum):
    """What the station hears from a sensor."""

    WAITING = "waiting"  # nothing has come yet
    OK = "ok"
    LOST = "lost"


class SensorReport(msgspec.Struct, frozen=True, kw_only=True):
    """One sensor's health: measured rate, age of its newest sample, counts of what went wrong."""

    name: str
    placement: Placement
    side: Side
    state: SensorState
    age_s: float | None
    rate_hz: float | None
    overflows: int
    errors: int
    clipped_percent: float


class PulseReport(msgspec.Struct, frozen=True, kw_only=True):
    """One part that pulses once per step. It has no heartbeat: silent, it may be broken, or nobody steps."""

    name: str
    placement: Placement
    side: Side
    steps: int
    age_s: float | None  # of the last step; None: none since the session's start


class MountFault(StrEnum):
    """What can be wrong."""

    STUCK = "stuck"
    CLIPPED = "clipped"
    WRONG_RATE = "wrong_rate"
    LOOSE = "loose"
    UPSIDE_DOWN = "upside_down"
    SWAPPED = "swapped"


class MountFinding(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with one sensor, and what to do about it."""

    sensor: str
    fault: MountFault
    what: str
    todo: str


class BeltDoubt(msgspec.Struct, frozen=True, kw_only=True):
    """Why the belt's speed can't be true, and what to do about it."""

    kind: str  # apart | stands | step length
    what: str
    todo: str


class Silence(StrEnum):
    """Why nothing corrective reaches the runner now; the rows of docs/stale-table.md."""

    NO_SESSION = "no_session"
    PAIN = "pain"  # the runner said so; only a new session ends it
    MUTED = "muted"
    CAPTURING = "capturing"  # a baseline is being taken: it must be the runner's own running
    NO_FEEDBACK = "no_feedback"  # a block without feedback, or a probe
    SENSOR_LOST = "sensor_lost"
    UNSURE = "unsure"  # "finding your step"
    NOT_RUNNING = "not_running"  # targets are for running: a walk to warm up is not corrected
    NO_SPEED = "no_speed"  # a target depends on the belt's speed, and that is not known any more
    NO_BASELINE = "no_baseline"  # none holds at this speed


class Advice(StrEnum):
    """The decision; the cue is what the runner perceives of it."""

    QUICKER = "quicker"
    SLOWER = "slower"
    SOFTER_LEFT = "softer_left"
    SOFTER_RIGHT = "softer_right"
    LESS_BOUNCE = "less_bounce"
    EVEN = "even"
    IN_BAND = "in_band"


class Goals(msgspec.Struct, frozen=True, kw_only=True):
    """What the targets mean now, at this belt speed and at this stage of the way there."""

    cadence_spm: float | None = None
    cadence_low_spm: float | None = None
    cadence_high_spm: float | None = None
    peak_left_g: float | None = None  # at most
    peak_right_g: float | None = None
    vertical_oscillation_m: float | None = None
    contact_asymmetry_percent: float | None = None
    baseline: Baseline | None = None
    stage: int = 0  # of `stages`; at the target when they are equal
    stages: int = 0


class Capture(msgspec.Struct, frozen=True, kw_only=True):
    """A baseline being taken: what is left of its minute, and the words that say why it waits."""

    left_s: float
    waiting: str = ""


class TargetChange(msgspec.Struct, frozen=True, kw_only=True):
    """The last change of targets in this session, kept so that it can be undone."""

    elapsed_s: float
    targets: Targets
    previous: Targets


class SessionReport(msgspec.Struct, frozen=True, kw_only=True):
    """The running session, or the one that ended last (`ended_reason` is then not empty)."""

    session_id: str
    runner: str
    targets: Targets
    goals: Goals | None
    cues: CueModes
    muted: bool
    muted_since_s: float | None
    baselines: tuple[Baseline, ...]
    capture: Capture | None
    typed_speed_mps: float | None
    speed_doubted: bool  # the typed speed must be asked again
    blocks: tuple[Block, ...]
    block_index: int
    results: tuple[BlockResult, ...]
    elapsed_s: float
    left_s: float
    steps: int
    stumbles: int  # irregular steps: told, never averaged
    in_band_percent: float | None  # share of the last minute's steps
    in_band_steps: int  # of the block
    earcons: int
    marks: int
    pain: int | None  # the last score
    pain_action: str  # what safety rules say to it: go on | ease off | end
    sham: bool
    warnings: tuple[str, ...]
    timings: tuple[Spread, ...]
    last_change: TargetChange | None
    ended_reason: str = ""
    muted_at_handrail: bool = False


class Live(Tagged, frozen=True):
    """Report, 20 a second: the whole truth a page needs, so that a page may open at any moment."""

    time_ns: int
    mode: str  # standing | walking | running | unknown
    cadence: Reading
    belt_speed: Reading
    speed_source: str  # treadmill | belt sensor | simulated | typed | "" where none
    speed_verified: bool  # no: from a board whose lines carry no checksum
    speed_unconfirmed: dict[str, Reading]  # by source, what nobody has held against the console yet
    speed_doubt: BeltDoubt | None
    incline_percent: Reading
    contact_time_s: Reading
    vertical_oscillation_m: Reading
    peak_left_g: Reading
    peak_right_g: Reading
    sides_from: Side  # both: contacts of both feet are seen; left/right: one shank, cadence doubled
    advice: Advice | None
    silences: tuple[Silence, ...]
    sensors: tuple[SensorReport, ...]
    mounts: tuple[MountFinding, ...]  # what is wrong with how sensors are worn and wired
    session: SessionReport | None
    pulses: tuple[PulseReport, ...] = ()
    cues_held_back: int = 0  # by the guard, since the start: never more than 0, or something is wrong


class Answer(Tagged, frozen=True):
    """Report: what became of a command; `reason` is a sentence for the person who sent it."""

    request_id: str
    accepted: bool
    reason: str = ""


Report = Live | Answer


class BeginRecording(Tagged, frozen=True):
    """The recorder opens a file; the item that caused this is the first one in it."""

    session_id: str
    setup: StationSetup


class BeltConfirmed(Tagged, frozen=True):
    """To be kept: the belt's speed was held against the console; `console_mps` None: no longer believed."""

    console_mps: float | None


class FinishRecording(Tagged, frozen=True):
    """The recorder closes the file; the item that caused this is the last one in it."""

    reason: str


Effect = Cue | CancelCues | Record | Report | BeginRecording | FinishRecording | BeltConfirmed
