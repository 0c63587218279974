"""station.toml as typed structs: limits in the types, unknown keys refused, one sentence per mistake."""

import os
import tomllib
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from controller.checked import BadInputError, checked
from controller.items import StartSession
from controller.prescription import Baseline, Block, Body, CueModes, Pseudonym, Speed, Targets
from controller.simulation.scene import Scene

CAP_DBFS = -20.0  # until the level at the ear is measured; as the sound engine has it
LOOPBACK = ("127.0.0.1", "::1", "localhost")


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
    """The whole file. Only the simulated station can be configured so far."""

    station: StationTable = StationTable()
    simulation: Scene = Scene()
    sound: SoundTable = SoundTable()
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
    if config.web.host not in LOOPBACK:
        raise BadInputError(
            f"{path.name}: web, host is {config.web.host!r}: the pages have no accounts yet, so they are "
            "served to this machine only. Use 127.0.0.1."
        )
    return config
