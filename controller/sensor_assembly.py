"""The accelerometers as station.toml wants them: chip, bus, interrupt; and what a session must know."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from controller import __version__
from controller.bus_plan import check_buses, chip_on, clock_hz
from controller.checked import BadInputError
from controller.chips.chip import Chip, checked_rate
from controller.clock import Clock
from controller.config import Config
from controller.devices.accelerometer import Accelerometer, Bus
from controller.devices.i2c import I2cBus
from controller.devices.leg_board import LegBoard
from controller.devices.ready_pin import GpioReadyPin
from controller.devices.spi import SpiBus
from controller.hardware_tables import SensorTable
from controller.items import SensorSetup, StationSetup
from controller.lead_assembly import leg_board
from controller.switch_assembly import pulse_setups


def setups(config: Config) -> StationSetup:
    """What a session must know of them. BadInputError for a chip, rate or range that can't be."""
    names = [*(table.name for table in config.sensors), *(table.name for table in config.step_pulses)]
    if len(set(names)) < len(names):
        raise BadInputError(f"Two sensors have one name: {', '.join(names)}. Give each its own.")
    checked = tuple(_checked(table).setup for table in config.sensors)
    check_buses(config.sensors)
    return StationSetup(sensors=checked, pulses=pulse_setups(config), version=__version__)


def sensors(config: Config, factory: Any, clock: Clock) -> list[Accelerometer | LegBoard]:
    """Their sources; `factory` is gpiozero's. Buses are opened by their readers, as often as need be."""
    return [
        _board(config, table, clock) if table.port else _wired(table, factory, clock)
        for table in config.sensors
    ]


def _board(config: Config, table: SensorTable, clock: Clock) -> LegBoard:
    """A chip on a board of its own."""
    chip, _, watermark, setup = _checked(table)
    return leg_board(config, table, setup, chip, watermark, clock)


def _wired(table: SensorTable, factory: Any, clock: Clock) -> Accelerometer:
    """A chip on a short lead of the Pi's own bus."""
    assert table.ready is not None
    chip, hz, watermark, setup = _checked(table)
    open_bus: Callable[[], Bus] = partial(SpiBus, f"/dev/spidev{table.spi}", hz, chip.pause_us)
    if table.address is not None:
        open_bus = partial(I2cBus, f"/dev/i2c-{table.i2c}", table.address)
    pin = GpioReadyPin(factory, table.ready)
    return Accelerometer(setup, chip, watermark, open_bus, pin, clock)


class _Checked(NamedTuple):
    """A table that can be."""

    chip: Chip
    hz: int
    watermark: int
    setup: SensorSetup


def _checked(table: SensorTable) -> _Checked:
    chip = chip_on(table)
    hz = clock_hz(table, chip)
    watermark = checked_rate(chip, table.sample_rate_hz, table.range_g, hz)
    setup = SensorSetup(
        name=table.name,
        placement=table.placement,
        side=table.side,
        sample_rate_hz=table.sample_rate_hz,
        range_g=table.range_g,
        scale_g_per_count=chip.scales_g[table.range_g],
        up_axis=table.up_axis,
        left_axis=table.left_axis,
    )
    return _Checked(chip, hz, watermark, setup)
