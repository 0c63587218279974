"""Which twin stands behind each port: the only place that chooses between software and hardware."""

from typing import NamedTuple

from controller.clock import Clock
from controller.config import Config
from controller.devices.ports import Player, Source, Speaker
from controller.devices.sound.speaker import PortAudioSpeaker
from controller.items import StationSetup
from controller.simulation.devices import Senses, SimulatedHardware


class Station(NamedTuple):
    """What a controller works with."""

    setup: StationSetup
    sources: list[Source]
    players: list[Player]
    speaker: Speaker | None


def assemble(config: Config, clock: Clock) -> Station:
    """The simulated station; its runner perceives cues directly, and so do you if there is a loudspeaker."""
    senses = Senses()
    hardware = SimulatedHardware(config.simulation, senses, clock)
    speaker = PortAudioSpeaker(clock, config.sound.device or None) if config.sound.enabled else None
    players: list[Player] = [senses] if speaker is None else [senses, speaker]
    return Station(hardware.setup, [hardware], players, speaker)
