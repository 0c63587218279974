"""Which twin stands behind each port: the only place that chooses between software and hardware."""

from typing import NamedTuple

import msgspec

from controller.belt_assembly import Belts, assemble_belts, with_belts
from controller.clock import Clock
from controller.config import Config
from controller.devices.gpio_lamp import GpioLamp
from controller.devices.leg_board import LegBoard
from controller.devices.lights import Lamp, LampPlayer
from controller.devices.pins import pin_factory
from controller.devices.ports import Player, Report, Source, Speaker
from controller.devices.sound.speaker import PortAudioSpeaker
from controller.items import StationSetup
from controller.lead_assembly import simulated_leads
from controller.sensor_assembly import sensors, setups
from controller.simulation.devices import Senses, SimulatedHardware, SimulatedLamp
from controller.simulation.speaker import NAME, SimulatedSpeaker


class Station(NamedTuple):
    """What a controller works with."""

    setup: StationSetup
    sources: list[Source]
    players: list[Player]
    speaker: Speaker | None
    belts: Belts
    leg_boards: list[LegBoard]


def _speaker(config: Config, clock: Clock, report: Report) -> Speaker | None:
    sound = config.sound
    if not sound.enabled:
        return None
    if sound.device == NAME:
        return SimulatedSpeaker(clock, report, sound.cap_dbfs)
    return PortAudioSpeaker(clock, sound.device or None, report, sound.cap_dbfs)


def _lamp(config: Config) -> Lamp:
    """The station's LEDs, or a lamp that only remembers."""
    if config.lights is None:
        return SimulatedLamp()
    return GpioLamp(config.lights, pin_factory(config.pins.factory))


def assemble(config: Config, clock: Clock, report: Report) -> Station:
    """The station of these tables; without sensors of its own, with a runner who perceives its cues."""
    belts = assemble_belts(config, clock)
    setup = setups(config)
    leads = simulated_leads(config)
    wired = any(table.ready is not None for table in config.sensors)
    pins = pin_factory(config.pins.factory) if wired else None
    heard = sensors(config, pins, clock)
    sources: list[Source] = [*heard]
    perceivers: list[Player] = []
    if leads or not config.sensors:
        senses = Senses()
        # Where a port says the belt's speed, the world's own belt is silent.
        silent = msgspec.structs.replace(config.simulation, has_belt=False)
        scene = silent if belts.sources else config.simulation
        hardware = SimulatedHardware(scene, senses, clock, leads)
        setup, sources, perceivers = hardware.setup, [hardware, *sources], [senses]
    setup = msgspec.structs.replace(
        setup,
        has_belt=setup.has_belt or bool(belts.sources),
        late_sound=config.sound.bluetooth,
        phase_aligned=config.coaching.phase_aligned,
    )
    speaker = _speaker(config, clock, report)
    players = [*perceivers, LampPlayer(_lamp(config), clock, report), *([] if speaker is None else [speaker])]
    boards = [source for source in heard if isinstance(source, LegBoard)]
    whole = with_belts(setup, config, belts)
    return Station(whole, [*sources, *belts.sources], players, speaker, belts, boards)
