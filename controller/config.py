"""station.toml as typed structs: limits in the types, unknown keys refused, one sentence per mistake."""

import os
import tomllib
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from controller.checked import BadInputError, checked
from controller.items import Axis, Placement, SensorName, Side, StartSession
from controller.prescription import Baseline, Block, Body, CueModes, Pseudonym, Speed, Targets
from controller.simulation.scene import Scene
from controller.treadmills.events import Units
from controller.treadmills.makes import Settings, key_of, make_of

CAP_DBFS = -20.0  # until the level at the ear is measured; as the sound engine has it
SIMULATED = "simulated"  # a port, and a loudspeaker
SENSOR_PROTOCOL = "belt_sensor"
LOOPBACK = ("127.0.0.1", "::1", "localhost")

Gpio = Annotated[int, Meta(ge=0, le=27)]


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every table of station.toml."""


class StationTable(Table, frozen=True):
    """Who and where: `data_dir` holds recordings, `socket` is where controller and pages meet."""

    name: Annotated[str, Meta(min_length=1, max_length=40)] = "Treadcoach"
    data_dir: str = ""
    socket: str = ""


class SoundTable(Table, frozen=True):
    """The loudspeaker: an ALSA or PortAudio device name, empty for the system's default, or "simulated".

    Nothing is louder than `cap_dbfs`. Above -20 dBFS somebody must have measured the level at the runner's
    ear and say so in `calibrated` ("2026-11-20, 81 dB(A) at the ear").
    """

    enabled: bool = True
    device: str = ""
    bluetooth: bool = False
    cap_dbfs: Annotated[float, Meta(ge=-60, le=0)] = CAP_DBFS
    calibrated: Annotated[str, Meta(max_length=80)] = ""

    def __post_init__(self) -> None:
        """Louder only with a measurement."""
        if self.cap_dbfs > CAP_DBFS and not self.calibrated:
            raise ValueError("above -20 dBFS the level at the ear must be measured: write it in `calibrated`")


class CoachingTable(Table, frozen=True):
    """Optional parts of the coaching; read docs/patents.md before switching one on."""

    phase_aligned: bool = False


class SensorTable(Table, frozen=True):
    """One accelerometer on SPI: `spi` as in /dev/spidev0.1, `ready` the pin of its interrupt.

    `spi_hz` is what its lead can carry, not what the chip could; `up_axis` and `left_axis` as it is worn.
    """

    name: SensorName
    placement: Placement
    side: Side
    chip: str
    spi: Annotated[str, Meta(pattern=r"^[0-6]\.[0-2]$")]
    ready: Gpio
    sample_rate_hz: float
    range_g: float
    spi_hz: Annotated[int, Meta(ge=100_000, le=10_000_000)] = 2_000_000
    up_axis: Axis | None = None
    left_axis: Axis | None = None


class BeltTable(Table, frozen=True):
    """The treadmill: `port` is a device (best below /dev/serial/by-id), a pyserial URL, or "simulated".

    `units` is what its console counts, where frames don't say; `baud` only where it isn't the make's own.
    """

    protocol: str
    port: Annotated[str, Meta(min_length=1, max_length=200)]
    units: Units | None = None
    baud: Annotated[int, Meta(ge=300, le=4_000_000)] | None = None


class BeltSensorTable(Table, frozen=True):
    """A belt sensor: a board on a `port`, or pulses on a pin; `gpio_b` is an encoder's second channel.

    `metres_per_pulse` is measured on the belt: twenty turns by hand, the metres over the pulses.
    """

    metres_per_pulse: Annotated[float, Meta(gt=0, le=10)]
    port: Annotated[str, Meta(max_length=200)] = ""
    gpio: Gpio | None = None
    gpio_b: Gpio | None = None

    def __post_init__(self) -> None:
        """One way, not two."""
        if bool(self.port) == (self.gpio is not None):
            raise ValueError("a belt sensor is on a `port` or on a `gpio` pin: give one of them")
        if self.gpio_b is not None and self.gpio_b == self.gpio:
            raise ValueError("the two channels of an encoder are on two pins")
        if self.gpio_b is not None and self.gpio is None:
            raise ValueError("`gpio_b` is the second channel of an encoder: `gpio` is missing")


class LightsTable(Table, frozen=True):
    """LEDs on pins: `more`, `inside`, `less` are a traffic light, `row` shows a bar or a strip from the left.

    `active_low`: they light when the pin is low.
    """

    more: Gpio | None = None
    inside: Gpio | None = None
    less: Gpio | None = None
    row: Annotated[tuple[Gpio, ...], Meta(max_length=15)] = ()
    active_low: bool = False

    def __post_init__(self) -> None:
        """A row has a middle."""
        if self.row and len(self.row) % 2 == 0:
            raise ValueError("the row needs an odd number of lights: the middle one says that all is well")

    def traffic(self) -> tuple[int, ...]:
        """The traffic light's pins."""
        return tuple(gpio for gpio in (self.more, self.inside, self.less) if gpio is not None)

    def gpios(self) -> tuple[int, ...]:
        """All pins."""
        return (*self.traffic(), *self.row)


class WebTable(Table, frozen=True):
    """Where the pages are served."""

    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=1, le=65_535)] = 8080


class SessionTable(Table, frozen=True):
    """What a session starts with when nobody says otherwise: a replay, and the start form."""

    runner: Pseudonym = "Practice runner"
    targets: Targets = Targets(cadence_spm=178.0)
    baselines: tuple[Baseline, ...] = ()
    cues: CueModes = CueModes()
    body: Body | None = None
    typed_speed_mps: Speed | None = None
    blocks: Annotated[tuple[Block, ...], Meta(min_length=1, max_length=100)] = (Block(duration_s=1200),)


class Config(Table, frozen=True):
    """The whole file. Without `sensors` runner and sensors are simulated."""

    station: StationTable = StationTable()
    simulation: Scene = Scene()
    sound: SoundTable = SoundTable()
    sensors: Annotated[tuple[SensorTable, ...], Meta(max_length=6)] = ()
    belt: BeltTable | None = None
    belt_sensor: BeltSensorTable | None = None
    lights: LightsTable | None = None
    coaching: CoachingTable = CoachingTable()
    web: WebTable = WebTable()
    session: SessionTable = SessionTable()

    @property
    def data_dir(self) -> Path:
        """Recordings live below it; without a setting, the place the XDG base directory rules name."""
        if self.station.data_dir:
            return Path(self.station.data_dir).expanduser()
        state = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
        return Path(state).expanduser() / "treadcoach"

    @property
    def recordings_dir(self) -> Path:
        return self.data_dir / "recordings"

    @property
    def socket(self) -> Path:
        """The Unix socket between controller and pages."""
        if self.station.socket:
            return Path(self.station.socket).expanduser()
        return self.data_dir / "controller.sock"

    def start_order(self) -> StartSession:
        """The configured session."""
        table = self.session
        return StartSession(
            session_id="configured",
            runner=table.runner,
            targets=table.targets,
            blocks=table.blocks,
            cues=table.cues,
            baselines=table.baselines,
            body=table.body,
            typed_speed_mps=table.typed_speed_mps,
        )


def belt_table(protocol: str, port: str, baud: int | None, settings: Settings) -> BeltTable | BeltSensorTable:
    """A command line's words as station.toml would have them. BadInputError where it can't be read."""
    if key_of(protocol) == SENSOR_PROTOCOL:
        if settings.metres_per_pulse is None:
            raise BadInputError("A belt sensor needs --metres-per-pulse, measured on the belt.")
        return BeltSensorTable(metres_per_pulse=settings.metres_per_pulse, port=port)
    belt = BeltTable(protocol=protocol, port=port, units=settings.units, baud=baud)
    _usable(belt, "belt watch")
    return belt


def _usable(belt: BeltTable, source: str) -> None:
    """BadInputError where this treadmill can't be read as configured."""
    try:
        make, simulated = make_of(belt.protocol), belt.port == SIMULATED
    except BadInputError as problem:
        raise BadInputError(f"{source}: belt, protocol: {problem}") from None
    if key_of(belt.protocol) == SENSOR_PROTOCOL:
        raise BadInputError(f"{source}: belt: a belt sensor has a table of its own, [belt_sensor].")
    if make.transport in ("radio", "none"):
        raise BadInputError(f"{source}: belt, protocol {belt.protocol} is only decoded so far: {make.link}.")
    if "units" in make.needs and belt.units is None:
        raise BadInputError(f"{source}: belt, units are missing: kmh or mph, as the console shows them.")
    if make.transport == "tcp" and not (simulated or belt.port.startswith("socket://")):
        raise BadInputError(f"{source}: belt, port {belt.port!r} is no socket://ADDRESS:PORT ({make.link}).")
    if make.transport == "serial" and make.baud is None and belt.baud is None and not simulated:
        raise BadInputError(f"{source}: belt, baud is missing: it stands in the treadmill's manual.")


def read_config(path: Path | None) -> Config:
    """The file at `path`, or the simulated station without one."""
    if path is None:
        return Config()
    try:
        raw = tomllib.loads(path.read_text())
    except OSError as problem:
        raise BadInputError(f"{path} can't be read: {problem.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise BadInputError(f"{path.name} is not TOML: {problem}.") from None
    config = checked(raw, Config, path.name)
    if config.belt is not None:
        _usable(config.belt, path.name)
    if config.web.host not in LOOPBACK:
        raise BadInputError(
            f"{path.name}: web, host is {config.web.host!r}: the pages have no accounts yet, so they are "
            "served to this machine only. Use 127.0.0.1."
        )
    return config
