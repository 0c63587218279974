"""The leg boards as station.toml wants them: on a port, or all of them made of software."""

from pathlib import Path

from controller.checked import BadInputError
from controller.chips.chip import Chip
from controller.clock import Clock
from controller.config import SIMULATED, Config
from controller.devices.leg_board import LegBoard
from controller.hardware_tables import SensorTable
from controller.items import SensorSetup
from controller.legs.frames import check_baud
from controller.legs.lead import Lead
from controller.simulation.leads import SimulatedLead
from controller.simulation.scene import Fault, SimulatedSensor, faults_of

CHIP_PPM, CRYSTAL_PPM = 20_000.0, 50.0  # how far a simulated board's clocks are off, every other one slow


def leg_board(
    config: Config, table: SensorTable, setup: SensorSetup, chip: Chip, watermark: int, clock: Clock
) -> LegBoard:
    """One of them. BadInputError for a lead that can't carry its samples."""
    check_baud(chip, table.sample_rate_hz, watermark, table.baud)
    url = str(_pty(config, table)) if table.port == SIMULATED else table.port
    return LegBoard(table.name, Lead(setup, chip, watermark), table.port, url, table.baud, clock)


def simulated_leads(config: Config) -> list[SimulatedLead]:
    """All of them, or none. BadInputError for some."""
    tables = [table for table in config.sensors if table.port == SIMULATED]
    real = [table.name for table in config.sensors if table.port != SIMULATED]
    real += [table.name for table in config.step_pulses]
    if tables and real:
        raise BadInputError(
            f"Some of the [[sensors]] are simulated, and {', '.join(real)} not: a runner made of software "
            "and one on the belt can't be felt together. Simulate all of them, or none."
        )
    return [_lead(config, table, 1 - 2 * (place % 2)) for place, table in enumerate(tables)]


def _lead(config: Config, table: SensorTable, sign: int) -> SimulatedLead:
    sensor = SimulatedSensor(
        name=table.name,
        placement=table.placement,
        side=table.side,
        sample_rate_hz=table.sample_rate_hz,
        range_g=table.range_g,
        chip=table.chip,
        clock_error_ppm=sign * CHIP_PPM,
        up_axis=table.up_axis,
        left_axis=table.left_axis,
    )
    return SimulatedLead(
        sensor=sensor,
        crystal_ppm=sign * CRYSTAL_PPM,
        baud=table.baud,
        path=_pty(config, table),
        faults=_faults(config, table.name),
    )


def _faults(config: Config, name: str) -> tuple[Fault, ...]:
    """Those of its lead; a sensor that says nothing, `what` its bare name, is a silent one."""
    silent = [fault for fault in config.simulation.faults if fault.what == name]
    bare = tuple(Fault(what="silence", at_s=one.at_s, duration_s=one.duration_s) for one in silent)
    return faults_of(config.simulation, name) + bare


def _pty(config: Config, table: SensorTable) -> Path:
    return config.data_dir / f"simulated-{table.name}"
