"""Which twin stands behind each port: the only place that chooses between software and hardware."""

from typing import NamedTuple

import msgspec

from controller.clock import Clock
from controller.config import Config
from controller.devices.lights import LampPlayer
from controller.devices.ports import Player, Report, Source, Speaker
from controller.devices.sound.speaker import PortAudioSpeaker
from controller.items import StationSetup
from controller.simulation.devices import Senses, SimulatedHardware, SimulatedLamp


class Station(NamedTuple):
    """What a controller works with."""

    setup: StationSetup
    sources: list[Source]
    players: list[Player]
    speaker: Speaker | None


def assemble(config: Config, clock: Clock, report: Report) -> Station:
    """The simulated station; its runner perceives cues directly, and so do you if there is a loudspeaker."""
    senses = Senses()
    hardware = SimulatedHardware(config.simulation, senses, clock)
    sound = config.sound
    speaker = PortAudioSpeaker(clock, sound.device or None, report, sound.cap_dbfs) if sound.enabled else None
    players: list[Player] = [senses, LampPlayer(SimulatedLamp(), clock, report)]
    setup = msgspec.structs.replace(
        hardware.setup, late_sound=sound.bluetooth, phase_aligned=config.coaching.phase_aligned
    )
    return Station(setup, [hardware], players if speaker is None else [*players, speaker], speaker)
