"""Which twin stands behind each port: the only place that chooses between software and hardware."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple, Protocol

import msgspec

from controller.belt_assembly import Belts, assemble_belts, with_belts
from controller.clock import Clock
from controller.config import SIMULATED, Config
from controller.devices.buzzer import BuzzerPlayer
from controller.devices.leg_board import LegBoard
from controller.devices.lights import LampPlayer
from controller.devices.pins import pin_factory
from controller.devices.ports import Player, Report, Source, Speaker
from controller.devices.sound.speaker import PortAudioSpeaker
from controller.items import StationSetup
from controller.lead_assembly import simulated_leads
from controller.light_assembly import fittings
from controller.messages import PartState
from controller.sensor_assembly import sensors, setups
from controller.simulation.devices import Senses, SimulatedHardware
from controller.simulation.speaker import NAME, SimulatedSpeaker
from controller.switch_assembly import switches


class Parts(Protocol):
    """Who has inputs or outputs that stand on the health page."""

    @property
    def parts(self) -> Sequence[PartState]: ...


class Station(NamedTuple):
    """What a controller works with."""

    setup: StationSetup
    sources: list[Source]
    players: list[Player]
    speaker: Speaker | None
    belts: Belts
    leg_boards: list[LegBoard]
    parts: list[Parts]


def _speaker(config: Config, clock: Clock, report: Report) -> Speaker | None:
    sound = config.sound
    if not sound.enabled:
        return None
    if sound.device == NAME:
        return SimulatedSpeaker(clock, report, sound.cap_dbfs)
    return PortAudioSpeaker(clock, sound.device or None, report, sound.cap_dbfs)


def _outputs(
    config: Config, pins: Callable[[], Any], clock: Clock, report: Report, said: Callable[[str], None]
) -> list[LampPlayer | BuzzerPlayer]:
    """Lights and buzzer, where there are any."""
    lamps = fittings(config, pins, simulated=not real(config))
    found: list[LampPlayer | BuzzerPlayer] = [LampPlayer(lamps, clock, report, said)] if lamps else []
    if config.buzzer is not None:
        found.append(BuzzerPlayer(config.buzzer, pins(), clock, report, said))
    return found


def real(config: Config) -> bool:
    """Something real feels the steps; otherwise a simulated runner makes them."""
    return bool(config.step_pulses) or any(table.port != SIMULATED for table in config.sensors)


def assemble(config: Config, clock: Clock, report: Report, said: Callable[[str], None]) -> Station:
    """The station of these tables; with nothing that feels steps, it has a runner who perceives its cues.

    `report` is how players say what they did, `said` how outputs say what is wrong with them.
    """
    setup, leads = setups(config), simulated_leads(config)
    pins = partial(pin_factory, config.pins.factory)  # opened by the first who needs it, and one for all
    belts = assemble_belts(config, clock)
    buttons = switches(config, pins, clock)
    wired = any(table.ready is not None for table in config.sensors)
    heard = sensors(config, pins() if wired else None, clock)
    sources: list[Source] = [*buttons, *heard]
    parts: list[Parts] = [*buttons]
    perceivers: list[Player] = []
    if not real(config):
        senses = Senses()
        # Where a port says the belt's speed, the world's own belt is silent.
        silent = msgspec.structs.replace(config.simulation, has_belt=False)
        scene = silent if belts.sources else config.simulation
        hardware = SimulatedHardware(scene, senses, clock, leads)
        setup, perceivers = hardware.setup, [senses]
        sources.insert(0, hardware)
        parts.append(hardware)
    setup = msgspec.structs.replace(
        setup,
        has_belt=setup.has_belt or bool(belts.sources),
        late_sound=config.sound.bluetooth,
        phase_aligned=config.coaching.phase_aligned,
    )
    speaker, outputs = _speaker(config, clock, report), _outputs(config, pins, clock, report, said)
    players = [*perceivers, *outputs, *([] if speaker is None else [speaker])]
    sources += belts.sources
    boards = [source for source in heard if isinstance(source, LegBoard)]
    whole = with_belts(setup, config, belts)
    return Station(whole, sources, players, speaker, belts, boards, [*parts, *outputs])
