"""PURE: what a clinician sets for one session: targets, baselines, cues, blocks, and what is known before.

Every struct is frozen and checked when it is read, whoever wrote it. Numbers that come from the
literature name it; where no source is named, the choice is ours.
"""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

# Names that become file names and page text: opaque, never a person's.
Pseudonym = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}$")]
SessionId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,63}$")]
Note = Annotated[str, Meta(max_length=200)]
Reason = Annotated[str, Meta(min_length=3, max_length=200)]
Language = Annotated[str, Meta(pattern=r"^[a-z]{2}$")]
# 140-220 steps/min is the range detection is specified for, and walking begins near 100.
Cadence = Annotated[float, Meta(ge=100, le=240)]
Speed = Annotated[float, Meta(ge=0.3, le=10)]
Percent = Annotated[float, Meta(ge=0, le=100)]
PainScore = Annotated[int, Meta(ge=0, le=10)]


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of what a clinician sets."""


class Targets(Strict, frozen=True):
    """What the clinician set. A share is of the runner's own baseline at the belt's speed.

    `cadence_spm` is a fixed tempo, `cadence_factor` a share; at most one of the two. Heard or shown is
    nothing while a measure stays inside its band: cadence within ±`band_percent` of the target (people
    follow a metronome within 2 to 3 %, Adams 2015; under 1 % is below what six steps resolve), impact and
    bounce below the target plus their band, the contact times' |Robinson index| below its limit. A target
    is approached in stages of at most 2.5 % (Van Dyck 2015: larger shifts are noticed), each held for
    `stage_s`. Above +15 % of the baseline a reason must be given.
    """

    cadence_spm: Cadence | None = None
    cadence_factor: Annotated[float, Meta(ge=0.85, le=1.3)] | None = None
    band_percent: Annotated[float, Meta(ge=1, le=10)] = 3.0
    impact_factor: Annotated[float, Meta(ge=0.5, le=1)] | None = None
    impact_band_percent: Annotated[float, Meta(ge=0, le=25)] = 0.0
    bounce_factor: Annotated[float, Meta(ge=0.7, le=1)] | None = None
    bounce_band_percent: Annotated[float, Meta(ge=0, le=25)] = 5.0
    contact_asymmetry_percent: Annotated[float, Meta(ge=2, le=30)] | None = None
    stage_s: Annotated[float, Meta(ge=0, le=600)] = 30.0
    override_reason: Reason | None = None

    def __post_init__(self) -> None:
        """At most one cadence; at least one target."""
        if self.cadence_spm is not None and self.cadence_factor is not None:
            raise ValueError("give the cadence either as steps per minute or as a share, not both")
        if not self.any_set:
            raise ValueError("set at least one target: cadence, impact, bounce or symmetry")

    @property
    def any_set(self) -> bool:
        wanted = (self.cadence_spm, self.contact_asymmetry_percent)
        return self.needs_baseline or any(value is not None for value in wanted)

    @property
    def needs_baseline(self) -> bool:
        """Some target is a share of a baseline, and so depends on the belt's speed."""
        shares = (self.cadence_factor, self.impact_factor, self.bounce_factor)
        return any(share is not None for share in shares)


class Baseline(Strict, frozen=True):
    """The runner's own running at one speed, without cues; None where it was not measured.

    `speed_mps` None: taken where the belt's speed is not known; it holds only there.
    """

    cadence_spm: Cadence
    speed_mps: Speed | None = None
    peak_left_g: Annotated[float, Meta(gt=0)] | None = None
    peak_right_g: Annotated[float, Meta(gt=0)] | None = None
    vertical_oscillation_m: Annotated[float, Meta(gt=0)] | None = None
    clipped_share: Annotated[float, Meta(ge=0, le=1)] | None = None  # of the impacts


class ClickMode(StrEnum):
    """One click a step, one a step with every other one accented, or one a stride."""

    STEP = "step"
    ACCENT = "accent"
    STRIDE = "stride"


class LightStyle(StrEnum):
    """Traffic light; a bar from left to right for the harder leg; a strip for the distance to the target."""

    TRAFFIC = "traffic"
    BAR = "bar"
    STRIP = "strip"


class KioskStyle(StrEnum):
    """What the runner's screen shows: a gauge, the last minute's trace, or steps in band counted."""

    GAUGE = "gauge"
    TRACE = "trace"
    COUNTER = "counter"


class CueModes(Strict, frozen=True):
    """Which cues may reach the runner. `open_loop`: the metronome goes on without a sensor.

    `follow`: clicks meet the predicted step (docs/patents.md; the station must allow it). `tone`: one for
    each landing of a leg whose impact is above the target, or each n-th stride of it.
    """

    click: bool = True
    click_mode: ClickMode = ClickMode.STEP
    follow: bool = False
    beep: bool = True
    tone: bool = False
    tone_every_strides: Annotated[int, Meta(ge=1, le=20)] = 1
    light: bool = True
    light_style: LightStyle = LightStyle.TRAFFIC
    speech: bool = False
    speech_every_s: Annotated[float, Meta(ge=5, le=600)] = 30.0
    language: Language = "en"
    kiosk: KioskStyle = KioskStyle.GAUGE
    open_loop: bool = False


class Activity(StrEnum):
    """What the runner does in a block; a walk is never corrected."""

    RUN = "run"
    WALK = "walk"


class Probe(StrEnum):
    """What a stretch without feedback tests: what stayed, what can be recalled, what survives counting."""

    RETENTION = "retention"
    RECALL = "recall"
    DISTRACTION = "distraction"


class Block(Strict, frozen=True):
    """A stretch of the session with feedback, or without; a probe tests what stays without."""

    duration_s: Annotated[float, Meta(ge=1, le=14_400)]
    feedback: bool = True
    probe: Probe | None = None
    activity: Activity = Activity.RUN

    def __post_init__(self) -> None:
        """A probe with feedback would test nothing."""
        if self.probe is not None and self.feedback:
            raise ValueError("a probe is a block without feedback: set feedback to false")


class Body(Strict, frozen=True):
    """What the spring-mass model must know of the runner; leg stiffness needs the height too."""

    mass_kg: Annotated[float, Meta(gt=0, le=400)]
    height_m: Annotated[float, Meta(ge=0.5, le=2.5)] | None = None


class StopWord(StrEnum):
    """What ends all cues when the runner says it, whatever the pain score."""

    SHARP_PAIN = "sharp_pain"
    LIMP = "limp"
    DIZZINESS = "dizziness"
    CHEST = "chest"


class Contraindication(StrEnum):
    """What speaks against a run, or against a cue, until a clinician says otherwise."""

    ACUTE_FRACTURE = "acute_fracture"
    CLOT = "clot"
    SURGERY = "surgery"
    HEART = "heart"
    BALANCE = "balance"
    CALF_HISTORY = "calf_history"


class ShamCue(Strict, frozen=True):
    """A cue of another session, `at_s` seconds after that session's start."""

    at_s: Annotated[float, Meta(ge=0)]
    kind: str
    value: float
    text: str = ""


class Sham(Strict, frozen=True):
    """Feedback from another session, for trials: it does not follow the runner's own steps.

    Only a researcher may ask for it, and only with the trial's consent on file.
    """

    role: str
    trial_consent: Reason
    of_session: SessionId
    cues: tuple[ShamCue, ...] = ()
