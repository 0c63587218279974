"""The belt's sources as station.toml wants them: treadmill, belt sensor; on a cable or made of software."""

from typing import NamedTuple

import msgspec

from controller.belt import SENSOR
from controller.belt_confirmation import BeltConfirmation
from controller.clock import Clock
from controller.config import SIMULATED, Config
from controller.devices.belt_pulses import BeltPulses
from controller.devices.pins import pin_factory
from controller.devices.treadmill import TreadmillReader, TreadmillSource
from controller.items import StationSetup
from controller.simulation.belt_pty import BeltPty, BeltThread
from controller.simulation.belts import Belt, FaultyLine, machine
from controller.simulation.scene import faults_of
from controller.simulation.treadmill import Treadmill
from controller.treadmills.makes import Settings, key_of, make_of

NS = 1_000_000_000
TREADMILL = "treadmill"
ANY_BAUD = 115_200  # where there is no baud rate: a network port, a pty


class Belts(NamedTuple):
    """Who says the belt's speed, and what of it is made of software."""

    sources: list[TreadmillSource | BeltPulses]
    props: list[BeltThread]


class _Port(NamedTuple):
    """One table of station.toml that has a port."""

    name: str
    protocol: str
    port: str
    baud: int | None
    settings: Settings


def assemble_belts(config: Config, clock: Clock) -> Belts:
    """Both tables' sources. BadInputError where this machine has no pins."""
    belts = Belts([], [])
    treadmill, sensor = config.belt, config.belt_sensor
    if treadmill is not None:
        settings = Settings(units=treadmill.units)
        port = _Port(TREADMILL, treadmill.protocol, treadmill.port, treadmill.baud, settings)
        _add(belts, port, config, clock)
    if sensor is not None and sensor.gpio is not None:
        pins = [sensor.gpio] if sensor.gpio_b is None else [sensor.gpio, sensor.gpio_b]
        factory = pin_factory(config.pins.factory)
        belts.sources.append(BeltPulses(SENSOR, pins, sensor.metres_per_pulse, factory, clock))
    elif sensor is not None:
        settings = Settings(metres_per_pulse=sensor.metres_per_pulse)
        _add(belts, _Port(SENSOR, "belt_sensor", sensor.port, None, settings), config, clock)
    return belts


def with_belts(setup: StationSetup, config: Config, belts: Belts) -> StationSetup:
    """The setup with its belt sources, and who of them nobody has confirmed."""
    names = tuple(source.name for source in belts.sources)
    unconfirmed = () if belt_confirmation(config).confirmed() else names
    return msgspec.structs.replace(setup, belt_sources=names, unconfirmed=unconfirmed)


def belt_confirmation(config: Config) -> BeltConfirmation:
    """The small file that remembers whether the belt's speed was confirmed."""
    return BeltConfirmation(config.data_dir / "belt-confirmed.json", (config.belt, config.belt_sensor))


def _add(belts: Belts, port: _Port, config: Config, clock: Clock) -> None:
    make = make_of(port.protocol)
    url = port.port
    if url == SIMULATED:
        prop = _simulated(port, config, clock)
        belts.props.append(prop)
        url = str(prop.path)
    reader = TreadmillReader(make, port.settings, url, port.baud or make.baud or ANY_BAUD, clock)
    belts.sources.append(TreadmillSource(port.name, make, port.port, reader, clock))


def _simulated(port: _Port, config: Config, clock: Clock) -> BeltThread:
    belt, start_ns = Belt(), clock.monotonic_ns()
    course = Treadmill(config.simulation.course)
    electronics = machine(key_of(port.protocol), belt, port.settings)
    line = FaultyLine(electronics, faults_of(config.simulation, port.name), start_ns)
    path = config.data_dir / f"simulated-{port.name.replace(' ', '-')}"
    pty = BeltPty(path, belt, line, lambda now_ns: course.speed_mps((now_ns - start_ns) / NS))
    return BeltThread(pty, clock)
