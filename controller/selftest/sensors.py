"""The accelerometers in the self-test: each is heard for some seconds, and what it says is judged."""

from collections import defaultdict
from collections.abc import Iterator

import msgspec
import numpy as np

from controller.checked import BadInputError
from controller.config import Config
from controller.gait.mount import RATE_OFF
from controller.hardware_tables import SensorTable
from controller.items import Samples
from controller.pin_plan import SELECTS
from controller.selftest.felt import NS, Felt
from controller.selftest.line import Audience, Figures, Line, worst
from controller.selftest.listening import Listening, alone, give_back, opened
from controller.selftest.mount import mount_at_rest
from controller.simulation.scene import Stretch

LISTEN_S = 4.0  # the mount check at rest needs three, beside the start
STANDS = (Stretch(duration_s=1000, belt_speed_mps=0),)  # a simulated runner does what a person is asked to
OFF_G = 0.10  # as in hardware/calibration.md, six positions
# Our own bound. The noisiest of the three chips, an ADXL345, has 1.1 digits of 3.9 mg at 100 Hz (datasheet
# Rev. G, table 1), and so some 17 mg in the sixteen times wider band of 1600 Hz.
NOISE_G = 0.05


def sensors(config: Config, audience: Audience) -> Iterator[Line]:
    """A line for each, and one for how they are worn as far as standing tells."""
    standing = msgspec.structs.replace(config.simulation, course=STANDS)
    only = alone(msgspec.structs.replace(config, simulation=standing), "sensors", "step_pulses", "simulation")
    try:
        station = opened(only, audience.clock)
    except BadInputError as problem:
        yield Line("sensors", "bad", str(problem))
        return
    if not station.setup.sensors:
        yield Line("sensors", "ok", "None: steps come from switches.")
        give_back(station)
        return
    audience.say(f"Listening to the sensors for {LISTEN_S:g} s: leave them alone, or stand still.")
    heard: dict[str, list[Samples]] = defaultdict(list)
    with Listening(station, audience.clock) as listening:
        for item in listening.until(audience.clock.monotonic_ns() + round(LISTEN_S * NS)):
            if isinstance(item, Samples):
                heard[item.sensor].append(item)
    tables = {table.name: table for table in config.sensors}
    for sensor in station.setup.sensors:
        yield judged(
            Felt(sensor, heard[sensor.name]), tables.get(sensor.name), listening.trouble(sensor.name)
        )
    yield mount_at_rest(station.setup, [batch for batches in heard.values() for batch in batches])


def judged(felt: Felt, table: SensorTable | None, trouble: OSError | None) -> Line:
    """What is to be said of one sensor; the worst of what is wrong gives the level."""
    if not felt.heard:
        return Line(felt.sensor.name, "bad", _silent(table, trouble))
    told_hz, off = felt.sensor.sample_rate_hz, felt.rate_hz / felt.sensor.sample_rate_hz - 1
    figures: Figures = {
        "samples": len(felt.times_ns),
        "rate_hz": round(felt.rate_hz, 2),
        "rate_error_percent": round(100 * off, 2),
        "overflows": felt.overflows,
        "errors": felt.errors,
        "holes": felt.holes,
        "clipped_percent": round(100 * felt.clipped, 2),
    }
    good, wrong = _at_rest(felt, figures)
    wrong += _lost(felt, trouble)
    if abs(off) > RATE_OFF:
        wrong.append(("bad", f"Set its rate in station.toml to what it really delivers, {felt.rate_hz:.0f}."))
    if felt.clipped:
        wrong.append(("look", f"{felt.clipped:.1%} of its samples are at its {felt.sensor.range_g:g} g."))
    text = f"{felt.rate_hz:.0f} samples/s ({off:+.1%} of {told_hz:g}); {good}."
    return Line(felt.sensor.name, worst(wrong), " ".join([text, *(words for _, words in wrong)]), figures)


def _at_rest(felt: Felt, figures: Figures) -> tuple[str, list[tuple[str, str]]]:
    """What a sensor says that nobody moves; and what is wrong with that."""
    if felt.stuck:
        todo = "Unplug it and plug it in again; if that does not help, use another sensor."
        return "always the same value", [("bad", todo)]
    if not felt.still:
        return "it moves, so its zero and its noise were not judged", []
    wrong: list[tuple[str, str]] = []
    mean_g, noise_g = float(np.linalg.norm(felt.mean_g)), felt.noise_g
    figures |= {"mean_g": round(mean_g, 4), "noise_mg": round(1000 * noise_g, 2)}
    if abs(mean_g - 1) > OFF_G:
        wrong.append(
            ("look", "At rest it should feel 1 g: lay it on its six faces (hardware/calibration.md).")
        )
    if noise_g > NOISE_G:
        wrong.append(("look", "No chip of ours is so noisy: check its supply, or what shakes it."))
    return f"at rest {mean_g:.3f} g, noise {1000 * noise_g:.1f} mg", wrong


def _lost(felt: Felt, trouble: OSError | None) -> list[tuple[str, str]]:
    """What did not arrive."""
    wrong = []
    if felt.overflows:
        wrong.append(("look", f"Its FIFO overflowed {felt.overflows} times: is this machine too busy?"))
    if felt.errors:
        words = "" if trouble is None else f", last: {trouble}"
        wrong.append(("look", f"{felt.errors} reads failed{words}. A bad contact?"))
    if felt.holes and not wrong:
        wrong.append(("look", f"{felt.holes} holes in its samples."))
    return wrong


def _silent(table: SensorTable | None, trouble: OSError | None) -> str:
    """The driver's own words, and where to look next."""
    words = "nothing came" if trouble is None else str(trouble)
    return f"does not answer: {words}. {'' if table is None else _wires(table)}".strip()


def _wires(table: SensorTable) -> str:
    """What is to be looked at."""
    if table.port:
        return "ls /dev/serial/by-id must show its board; try another USB socket."
    wires = [f"interrupt GPIO {table.ready}"]
    if table.spi in SELECTS:
        wires.insert(0, f"chip select GPIO {SELECTS[table.spi]}")
    if table.address is not None:
        wires.insert(0, f"address {table.address:#04x} (i2cdetect -y {table.i2c} must show it)")
    bus = f"SPI {table.spi}" if table.spi else f"I2C {table.i2c}"
    return (
        f"Its wires: {bus}, {', '.join(wires)}. Try it on another sensor's lead: that tells chip from cable."
    )
