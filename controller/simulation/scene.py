"""What is simulated: the runner, the course of the belt, the sensors and what goes wrong with them."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from controller.items import Axis, Placement, SensorName, Side

Share = Annotated[float, Meta(ge=0, le=1)]


class Frozen(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base: typed once, unknown keys refused."""


class RunnerModel(Frozen, frozen=True):
    """How this runner runs at 2.5 m/s, and how they answer to cues."""

    cadence_spm: Annotated[float, Meta(ge=140, le=210)] = 166.0
    asymmetry_percent: Annotated[float, Meta(ge=-20, le=20)] = 1.0  # right steps longer than left
    step_jitter_s: Annotated[float, Meta(ge=0, le=0.05)] = 0.009
    contact_time_s: Annotated[float, Meta(ge=0.12, le=0.35)] = 0.255
    impact_left_g: Annotated[float, Meta(ge=1, le=40)] = 6.2
    impact_right_g: Annotated[float, Meta(ge=1, le=40)] = 6.8
    phase_coupling: Share = 0.0  # of the distance to a click, made up with a step (Repp 2005: 0.1 to 0.5)
    follow: Annotated[float, Meta(ge=0, le=2)] = 0.92  # of the way from their own cadence to the metronome's
    answer_steps: Annotated[float, Meta(ge=1, le=100)] = 9.0  # time constant of every answer
    earcon_percent: Annotated[float, Meta(ge=0, le=10)] = 1.5  # what one earcon is worth
    softens: Share = 0.2  # of the impact, at best, when told to land softer
    retention: Share = 0.5  # of a practised change that stays when the cues end
    kept_by_day: Share = 0.95  # of what stayed, a day later
    tires_percent: Annotated[float, Meta(ge=0, le=20)] = 0.0  # of cadence lost in ten minutes of running


class Stretch(Frozen, frozen=True):
    """A belt speed held for a while; below 0.3 m/s the runner stands, from 1.9 m/s they run."""

    duration_s: Annotated[float, Meta(gt=0, le=100_000)]
    belt_speed_mps: Annotated[float, Meta(ge=0, le=6)]


class SimulatedSensor(Frozen, frozen=True):
    """One accelerometer: true rate = nominal x (1 + clock_error_ppm / 1e6)."""

    name: SensorName
    placement: Placement
    side: Side
    sample_rate_hz: Annotated[float, Meta(ge=50, le=6_700)]
    range_g: Annotated[float, Meta(gt=0, le=400)]
    noise_g: Annotated[float, Meta(ge=0, le=2)] = 0.01
    clock_error_ppm: Annotated[float, Meta(ge=-200_000, le=200_000)] = 0.0
    turned_deg: tuple[float, float, float] = (4.0, -9.0, 20.0)  # about x, then y, then z
    watermark: Annotated[int, Meta(ge=1, le=512)] = 4
    up_axis: Axis | None = "+z"  # as the station believes
    left_axis: Axis | None = None
    worn_on: Side | None = None  # the leg it is really on, where that is not `side`
    slips_s: Annotated[float, Meta(ge=0)] | None = None  # from then on it sits otherwise
    slipped_deg: tuple[float, float, float] = (0.0, 40.0, 0.0)
    chip: str = ""  # lsm6dso32, adxl345 or lis3dh: through the chip's own registers and driver
    stuck_s: Annotated[float, Meta(ge=0)] | None = None  # from then on it says one value
    well_s: Annotated[float, Meta(ge=0)] | None = None  # from then on it is no longer slipped or stuck


class SimulatedPulses(Frozen, frozen=True):
    """A footswitch or insole: closed while the foot is down, a little late, chattering at both ends.

    `settle_s` and `quiet_s` are what the station does about it, as in [[step_pulses]].
    """

    name: SensorName
    side: Side
    placement: Placement = Placement.FOOT
    jitter_s: Annotated[float, Meta(ge=0, le=0.05)] = 0.002
    bounce_s: Annotated[float, Meta(ge=0, le=0.05)] = 0.003
    settle_s: Annotated[float, Meta(ge=0, le=0.1)] = 0.005
    quiet_s: Annotated[float, Meta(ge=0.1, le=1)] | None = None


class SimulatedHandrail(Frozen, frozen=True):
    """The runner's button, and when it is pressed."""

    press: Literal["end", "mute", "mark"] = "end"
    presses_s: tuple[Annotated[float, Meta(ge=0)], ...] = ()


class Fault(Frozen, frozen=True):
    """Something goes wrong from `at_s` for `duration_s`.

    The name of a sensor or of a step-pulse part, or "belt": it says nothing. Of a simulated port, "treadmill"
    or "belt_sensor", and one of `BELT_FAULTS`: "treadmill_garble". Of a simulated leg board, and one of
    `LEAD_FAULTS`: "left_shank_unplugged".
    """

    what: str
    at_s: Annotated[float, Meta(ge=0)]
    duration_s: Annotated[float, Meta(gt=0)]


DEFAULT_SENSORS = (
    SimulatedSensor(
        name="left_shank",
        placement=Placement.SHANK,
        side=Side.LEFT,
        sample_rate_hz=833.0,
        range_g=32.0,
        clock_error_ppm=38.0,
    ),
    SimulatedSensor(
        name="right_shank",
        placement=Placement.SHANK,
        side=Side.RIGHT,
        sample_rate_hz=833.0,
        range_g=32.0,
        clock_error_ppm=-61.0,
        turned_deg=(-3.0, 7.0, -15.0),
    ),
    SimulatedSensor(
        name="sacrum",
        placement=Placement.SACRUM,
        side=Side.BOTH,
        sample_rate_hz=208.0,
        range_g=16.0,
        clock_error_ppm=12.0,
        turned_deg=(2.0, 14.0, 0.0),
        watermark=1,
        left_axis="+y",
    ),
)
BELT_PORTS = ("treadmill", "belt_sensor")
LEAD_FAULTS = ("silence", "garble", "cut", "unplugged")
BELT_FAULTS = ("silence", "garble", "cut", "late", "banner", "inverted", "unplugged")
A_DAY_S = 86_400.0
DEFAULT_COURSE = (
    Stretch(duration_s=3, belt_speed_mps=0),
    Stretch(duration_s=8, belt_speed_mps=1.3),
    Stretch(duration_s=A_DAY_S, belt_speed_mps=2.5),
)


class Scene(Frozen, frozen=True):
    """Everything that makes one simulation what it is; the same scene gives the same world."""

    seed: Annotated[int, Meta(ge=0)] = 1
    runner: RunnerModel = RunnerModel()
    course: Annotated[tuple[Stretch, ...], Meta(min_length=1)] = DEFAULT_COURSE
    sensors: tuple[SimulatedSensor, ...] = DEFAULT_SENSORS
    step_pulses: Annotated[tuple[SimulatedPulses, ...], Meta(max_length=2)] = ()
    handrail: SimulatedHandrail | None = None
    stumbles_s: tuple[float, ...] = ()  # the step nearest to each of these times goes wrong
    faults: tuple[Fault, ...] = ()
    has_belt: bool = True

    def __post_init__(self) -> None:
        """Something feels the steps; names are told apart; a misspelt fault would be none."""
        names = [*(sensor.name for sensor in self.sensors), *(part.name for part in self.step_pulses)]
        if not names:
            raise ValueError("no sensor and no step pulses: nothing would feel the steps")
        if len(set(names)) < len(names):
            raise ValueError(f"two parts have one name: {', '.join(names)}")
        known = {"belt", *names}
        known |= {f"{port}_{fault}" for port in BELT_PORTS for fault in BELT_FAULTS}
        for fault in self.faults:
            if fault.what not in known and not faulty_lead(fault):
                raise ValueError(f"a fault of {fault.what!r}: there are {', '.join(sorted(known))}")


def faulty_lead(fault: Fault) -> str:
    """The leg board whose lead it is of; empty for another one."""
    name, _, what = fault.what.rpartition("_")
    return name if what in LEAD_FAULTS and name not in BELT_PORTS else ""


def faults_of(scene: Scene, source: str) -> tuple[Fault, ...]:
    """The faults of one port, without its name."""
    start = f"{source.replace(' ', '_')}_"
    return tuple(
        msgspec.structs.replace(fault, what=fault.what.removeprefix(start))
        for fault in scene.faults
        if fault.what.startswith(start)
    )
