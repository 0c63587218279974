"""PURE: what is kept of a session beside what came in: contacts, steps, blocks, timings.

Records stand in the session file, so that a replay can be compared with what was live.
"""

import msgspec

from controller.items import Side, Tagged
from controller.prescription import Probe


class Contact(Tagged, frozen=True):
    """Record: one physical initial contact after fusion; announced once, never revised."""

    sensor: str
    side: Side
    initial_contact_ns: int
    decided_ns: int
    quality: float


class Impact(Tagged, frozen=True):
    """Record: the peak of the specific force after the contact of one foot, in g.

    `peak_g` is the largest length of the vector (resultant), `axial_g` the largest component along
    gravity. Known 0.1 s after the contact. `clipped`: the sensor's range was reached, the
    true peak is larger.
    """

    sensor: str
    side: Side
    initial_contact_ns: int
    peak_g: float
    axial_g: float
    clipped: bool


class ToeOff(Tagged, frozen=True):
    """Record: the end of the stance of the `Contact` announced with this `initial_contact_ns`."""

    sensor: str
    initial_contact_ns: int
    toe_off_ns: int
    decided_ns: int


class Prediction(Tagged, frozen=True):
    """Record: where the next contact of one foot is expected, with its standard deviation."""

    side: Side
    predicted_contact_ns: int
    issued_ns: int
    sd_ns: int


class Step(Tagged, frozen=True):
    """Record and report: from this contact to the next one, which was decided at `decided_ns`.

    Measures of the stance belong to the foot that landed at `initial_contact_ns`; None where a measure
    is not known. With one sensor on one leg, strides are seen: `step_time_s` is then None and
    `cadence_spm` twice the stride rate. What the spring-mass model says (Morin 2005) is named `..._model_...`
    or a stiffness, in kN/m; it is None on an incline and where the incline is not known.

    Flags: `irregular` (a stumble, a pause: shown, never averaged), `unsure` (the step was still being found),
    `gap` (samples are missing in it), `clipped` (the true peak is larger than `peak_g`).
    """

    side: Side
    initial_contact_ns: int
    decided_ns: int
    mode: str
    irregular: bool
    unsure: bool
    gap: bool
    step_time_s: float | None
    stride_time_s: float | None
    cadence_spm: float | None
    contact_time_s: float | None
    flight_time_s: float | None
    duty_factor: float | None
    step_length_m: float | None
    vertical_oscillation_m: float | None
    vertical_oscillation_model_m: float | None
    vertical_stiffness_kn_per_m: float | None
    leg_stiffness_kn_per_m: float | None
    peak_g: float | None
    peak_axial_g: float | None
    clipped: bool
    belt_speed_mps: float | None


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """One stretch of the way from a step to its cue, over the session: milliseconds."""

    name: str
    n: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float


class SessionTimings(Tagged, frozen=True):
    """Record: at the session's end, how long it took from steps to their cues."""

    spreads: tuple[Spread, ...]


class BlockResult(Tagged, frozen=True):
    """Record and report: what one block of the session came to; medians over its regular steps."""

    number: int
    feedback: bool
    probe: Probe | None
    steps: int
    in_band_percent: float | None
    cadence_spm: float | None
    goal_cadence_spm: float | None
    peak_left_g: float | None
    peak_right_g: float | None
    vertical_oscillation_m: float | None
    contact_time_s: float | None
    pain: int | None


Record = Contact | Impact | ToeOff | Prediction | Step | BlockResult | SessionTimings
