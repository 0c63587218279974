"""The command `treadcoach belt`: what a treadmill's bytes mean, what may be sent to it."""

from collections.abc import Iterable

import msgspec

from controller.checked import BadInputError
from controller.treadmills.events import Units
from controller.treadmills.makes import FACTS_WANTED, MAKES, Settings, make_of

LONGEST_M = 10.0  # a belt's whole length, once round


def decoded(name: str, settings: Settings, lines: Iterable[str]) -> int:
    """Each line one received chunk in hex → one JSON event a line, as soon as it is known."""
    decoder = make_of(name).decoder(settings)
    for number, line in enumerate(lines, 1):
        try:
            chunk = bytes.fromhex(line)
        except ValueError:
            raise BadInputError(f"Line {number} is no hex: {line.strip()[:60]!r}.") from None
        for event in decoder.feed(chunk):
            print(msgspec.json.encode(event).decode(), flush=True)
    return 0


def requested(name: str) -> int:
    """Every byte string the station can ever send to this make, in hex."""
    for request in make_of(name).requests:
        print(request.hex())
    return 0


def listed() -> int:
    """The makes, a line each."""
    for name, make in MAKES.items():
        print(f"{name:12} {make.title} ({make.link})")
    for name, why in FACTS_WANTED.items():
        print(f"{name:12} not readable yet. {why}")
    return 0


def settings_of(units: Units | None, metres_per_pulse: float | None) -> Settings:
    """What the installer says, checked."""
    if metres_per_pulse is not None and not 0 < metres_per_pulse <= LONGEST_M:
        raise BadInputError(
            f"--metres-per-pulse is {metres_per_pulse:g}: it must be above 0, at most {LONGEST_M:g} m."
        )
    return Settings(units, metres_per_pulse)
