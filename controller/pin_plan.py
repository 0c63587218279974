"""The station's pins: who uses which, what can't be, and the header as a picture.

The header is that of every Pi with 40 pins (Raspberry Pi documentation, "GPIO and the 40-pin header"). GPIO 0
and 1 are read at power-on to identify an attached board; 2 and 3 have pull-up resistors on the Pi; 14 and 15
are the console's until it is switched off.
"""

from typing import NamedTuple

from controller.config import Config

# By position, 1 to 40: a GPIO number, or what else is there.
HEADER: tuple[int | str, ...] = (
    "3.3 V", "5 V", 2, "5 V", 3, "ground", 4, 14, "ground", 15,
    17, 18, 27, "ground", 22, 23, "3.3 V", 24, 10, "ground",
    9, 25, 11, 8, "ground", 7, 0, 1, 5, "ground",
    6, 12, 13, "ground", 19, 16, 26, 20, "ground", 21,
)  # fmt: skip
COLOURS = ("red", "green", "blue")
RESERVED = {0: "identifies an attached board", 1: "identifies an attached board"}
# Of bus 0 and bus 1 (overlays spi0-2cs and spi1-3cs); other buses depend on their overlay and are not drawn.
SPI = {"0": {"MISO": 9, "MOSI": 10, "SCLK": 11}, "1": {"MISO": 19, "MOSI": 20, "SCLK": 21}}
SELECTS = {"0.0": 8, "0.1": 7, "1.0": 18, "1.1": 17, "1.2": 16}
I2C = {1: {"SDA": 2, "SCL": 3}}
I2S = {"bit clock": 18, "frame clock": 19, "data in": 20, "data out": 21}
NOTES = {
    2: "pulled up on the Pi: an input for open collectors only",
    3: "pulled up on the Pi: an input for open collectors only",
    14: "the console's, until it is switched off in raspi-config",
    15: "the console's, until it is switched off in raspi-config",
}


class Use(NamedTuple):
    """One pin and who has it."""

    gpio: int
    name: str
    output: bool


def uses(config: Config) -> list[Use]:
    """Every pin that station.toml takes, in the order of its tables."""
    found = [*_buses(config), *_sensors(config), *_inputs(config), *_lights(config)]
    if config.sound.i2s:
        found += [Use(gpio, f"sound, {word}", output=word != "data in") for word, gpio in I2S.items()]
    return found


def _buses(config: Config) -> list[Use]:
    """The wires that several devices share; the strip's bus is its own, and so named."""
    found = []
    for bus in sorted({table.spi[0] for table in config.sensors if table.spi} & SPI.keys()):
        found += [Use(gpio, f"SPI {bus} {word}", output=word != "MISO") for word, gpio in SPI[bus].items()]
    for number in sorted({table.i2c for table in config.sensors if table.i2c is not None} & I2C.keys()):
        found += [Use(gpio, f"I2C {number} {word}", output=True) for word, gpio in I2C[number].items()]
    return found


def _sensors(config: Config) -> list[Use]:
    found = []
    for table in config.sensors:
        if table.spi in SELECTS:
            found.append(Use(SELECTS[table.spi], f"{table.name}, chip select", output=True))
        if table.ready is not None:
            found.append(Use(table.ready, f"{table.name}, interrupt", output=False))
    return found


def _inputs(config: Config) -> list[Use]:
    named: list[tuple[str, int | None]] = []
    sensor, handrail = config.belt_sensor, config.handrail
    if sensor is not None:
        named += [("belt sensor", sensor.gpio), ("belt sensor, channel B", sensor.gpio_b)]
    named += [(f"{table.name}, steps", table.gpio) for table in config.step_pulses]
    named.append(("handrail button", None if handrail is None else handrail.gpio))
    named.append(("power button", config.pins.power_button))
    return [Use(gpio, name, output=False) for name, gpio in named if gpio is not None]


def _lights(config: Config) -> list[Use]:
    named: list[tuple[str, int | None]] = []
    lights, strip = config.lights, config.strip
    if lights is not None:
        words = {"more": "light: more", "inside": "light: inside the band", "less": "light: less"}
        named += [(name, getattr(lights, field)) for field, name in words.items()]
        named += [(f"light: {colour}", gpio) for colour, gpio in zip(COLOURS, lights.rgb or (), strict=False)]
        named += [(f"light {place} of the row", gpio) for place, gpio in enumerate(lights.row, 1)]
    if strip is not None:
        named += [
            (f"strip, SPI {strip.spi[0]} {word}", gpio) for word, gpio in SPI.get(strip.spi[0], {}).items()
        ]
        named.append(("strip, chip select", SELECTS.get(strip.spi)))
    if config.buzzer is not None:
        named.append(("buzzer", config.buzzer.gpio))
    return [Use(gpio, name, output=not name.endswith("MISO")) for name, gpio in named if gpio is not None]


def conflicts(found: list[Use]) -> list[str]:
    """What can't be, a sentence each."""
    said: list[str] = []
    taken: dict[int, str] = {}
    for use in found:
        if use.gpio in RESERVED:
            said.append(f"GPIO {use.gpio} ({use.name}) {RESERVED[use.gpio]}: take another.")
        if use.gpio in taken:
            said.append(f"GPIO {use.gpio} is used twice: {taken[use.gpio]}, and {use.name}.")
        taken.setdefault(use.gpio, use.name)
    return said


def unheard(config: Config) -> list[str]:
    """Inputs that the factory can't serve, in a sentence.

    gpiozero's rpigpio passes no times of the kernel on, and on Linux 6.6 or newer the classic RPi.GPIO hears
    no edge at all.
    """
    inputs = [use for use in (*_sensors(config), *_inputs(config)) if not use.output]
    named = [f"GPIO {use.gpio} ({use.name})" for use in inputs if use.gpio != config.pins.power_button]
    if config.pins.factory != "rpigpio" or not named:
        return []
    why = '[pins] factory = "rpigpio" is for outputs: it knows no times of edges by the kernel.'
    return [f'{why} {", ".join(named)} can\'t be read with it: take factory = "lgpio".']


def drawing(found: list[Use]) -> list[str]:
    """The header as one looks at it with its pin 1 at the top left: a line for each pair."""
    names = {use.gpio: f"{use.name} {'→' if use.output else '←'}" for use in found}
    lines = []
    for place in range(1, len(HEADER), 2):
        left, right = HEADER[place - 1], HEADER[place]
        inner = f"{_label(left):>8} {place:>2} │ {place + 1:<2} {_label(right):<8}"
        lines.append(f"{_named(left, names):>26} {inner} {_named(right, names)}".rstrip())
    return lines


def notes(found: list[Use]) -> list[str]:
    """What to know of the pins that are used."""
    return [f"GPIO {use.gpio} ({use.name}) is {NOTES[use.gpio]}." for use in found if use.gpio in NOTES]


def _named(pin: int | str, names: dict[int, str]) -> str:
    return names.get(pin, "") if isinstance(pin, int) else ""


def _label(pin: int | str) -> str:
    return f"GPIO {pin}" if isinstance(pin, int) else pin


def pins(config: Config) -> int:
    """`treadcoach pins`: the picture, and what to know. The configuration has been checked already."""
    found = uses(config)
    print("\n".join(drawing(found)))
    if not found:
        print("\nNo pin is used: station.toml names none.")
    for note in notes(found):
        print(f"\n{note}")
    return 0
