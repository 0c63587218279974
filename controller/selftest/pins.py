"""Pins and buses in the self-test, as far as files tell: who has which, at what clock, by which library."""

from collections.abc import Iterator

from controller.bus_plan import clock_notes
from controller.config import Config
from controller.devices.rpi_gpio import installed, judged
from controller.pin_plan import conflicts, unheard, uses
from controller.selftest.line import Line


def pins(config: Config) -> Iterator[Line]:
    """A line, if station.toml names pins; others, where the system is not as it says."""
    used = uses(config)
    problems = [*conflicts(used), *unheard(config)]
    if problems:
        yield Line("pins", "bad", " ".join(problems))
    elif used:
        yield Line("pins", "ok", f"{len(used)} used, none twice: treadcoach pins draws them.")
    for note in clock_notes(config.sensors):
        yield Line("buses", "look", note)
    verdict = judged(installed(), config.pins.factory)
    if used and not verdict.ok:
        yield Line("RPi.GPIO", "bad" if config.pins.factory == "rpigpio" else "look", verdict.text)
