"""What every test of a protocol needs: bytes in hex, events out."""

from controller.treadmills.events import Decoder, Event, InclineRead, Problem, SpeedRead
from controller.treadmills.makes import MAKES, Settings

KMH = Settings(units="kmh", metres_per_pulse=0.25)


def decoder(name: str, settings: Settings = KMH) -> Decoder:
    return MAKES[name].decoder(settings)


def events(name: str, *chunks: str, settings: Settings = KMH) -> list[Event]:
    made = decoder(name, settings)
    return [event for chunk in chunks for event in made.feed(bytes.fromhex(chunk))]


def speeds(found: list[Event]) -> list[float]:
    return [event.speed_mps for event in found if isinstance(event, SpeedRead)]


def slopes(found: list[Event]) -> list[float]:
    return [event.percent for event in found if isinstance(event, InclineRead)]


def problems(found: list[Event]) -> list[str]:
    return [event.reason for event in found if isinstance(event, Problem)]
