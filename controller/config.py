"""station.toml as typed structs: limits in the types, unknown keys refused, one sentence per mistake."""

import os
import tomllib
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from controller.checked import BadInputError, checked
from controller.hardware_tables import (
    BeltSensorTable,
    BeltTable,
    BuzzerTable,
    HandrailTable,
    LightsTable,
    PinsTable,
    SensorTable,
    StepPulseTable,
    StripTable,
    Table,
)
from controller.items import StartSession
from controller.prescription import Baseline, Block, Body, CueModes, Pseudonym, Speed, Targets
from controller.simulation.scene import Scene, faulty_lead
from controller.treadmills.makes import Settings, key_of, make_of

CAP_DBFS = -20.0  # until the level at the ear is measured; as the sound engine has it
SIMULATED = "simulated"  # a port, and a loudspeaker
SENSOR_PROTOCOL = "belt_sensor"
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class StationTable(Table, frozen=True):
    """Who and where: `data_dir` holds recordings, `socket` is where controller and pages meet."""

    name: Annotated[str, Meta(min_length=1, max_length=40)] = "Treadcoach"
    data_dir: str = ""
    socket: str = ""


class SoundTable(Table, frozen=True):
    """The loudspeaker: an ALSA or PortAudio device name, empty for the system's default, or "simulated".

    Nothing is louder than `cap_dbfs`. Above -20 dBFS somebody must have measured the level at the runner's
    ear and say so in `calibrated` ("2026-11-20, 81 dB(A) at the ear"). `i2s`: the sound card is a board on
    the Pi's header, which takes GPIO 18 to 21.
    """

    enabled: bool = True
    device: str = ""
    bluetooth: bool = False
    i2s: bool = False
    cap_dbfs: Annotated[float, Meta(ge=-60, le=0)] = CAP_DBFS
    calibrated: Annotated[str, Meta(max_length=80)] = ""

    def __post_init__(self) -> None:
        """Louder only with a measurement."""
        if self.cap_dbfs > CAP_DBFS and not self.calibrated:
            raise ValueError("above -20 dBFS the level at the ear must be measured: write it in `calibrated`")


class CoachingTable(Table, frozen=True):
    """Optional parts of the coaching; read docs/patents.md before switching one on."""

    phase_aligned: bool = False


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
    """The whole file. Without `sensors` and `step_pulses` runner and sensors are simulated."""

    station: StationTable = StationTable()
    simulation: Scene = Scene()
    sound: SoundTable = SoundTable()
    sensors: Annotated[tuple[SensorTable, ...], Meta(max_length=6)] = ()
    belt: BeltTable | None = None
    belt_sensor: BeltSensorTable | None = None
    step_pulses: Annotated[tuple[StepPulseTable, ...], Meta(max_length=2)] = ()
    handrail: HandrailTable | None = None
    lights: LightsTable | None = None
    strip: StripTable | None = None
    buzzer: BuzzerTable | None = None
    pins: PinsTable = PinsTable()
    coaching: CoachingTable = CoachingTable()
    web: WebTable = WebTable()
    session: SessionTable = SessionTable()

    def __post_init__(self) -> None:
        """What no table can know of another."""
        _require_own_bus(self.strip, self.sensors)
        _require_boards(self.simulation, self.sensors)

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


def _require_own_bus(strip: StripTable | None, sensors: tuple[SensorTable, ...]) -> None:
    """A strip's frames would hold a sensor's bus up, and its sensor would take them for commands."""
    shared = [table.name for table in sensors if strip is not None and table.spi[:1] == strip.spi[0]]
    if strip is not None and shared:
        raise ValueError(
            f"the strip is on SPI {strip.spi[0]} with {', '.join(shared)}: give it a bus of its own"
        )


def _require_boards(scene: Scene, sensors: tuple[SensorTable, ...]) -> None:
    """A fault of a leg board that isn't there would be none."""
    boards = {table.name for table in sensors if table.port == SIMULATED}
    for fault in scene.faults:
        board = faulty_lead(fault)
        if board and board not in boards:
            raise ValueError(
                f'a fault of {fault.what!r}: no [[sensors]] named {board!r} has port = "simulated"'
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
