"""The tables of station.toml that say what is wired where: sensors, belt, buttons, lights."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from controller.items import Axis, Placement, SensorName, Side
from controller.treadmills.events import Units

Gpio = Annotated[int, Meta(ge=0, le=27)]


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every table of station.toml."""


class PinsTable(Table, frozen=True):
    """Who moves the pins: gpiozero's factory by name, and the Pi's own power button where it has one.

    "rpigpio" is for a Pi 4 or older with the classic RPi.GPIO; everything else is "lgpio". `power_button` is
    the GPIO of `dtoverlay=gpio-shutdown`: the kernel's, named here so that nobody else takes it.
    """

    factory: Literal["lgpio", "rpigpio"] = "lgpio"
    power_button: Gpio | None = None


class SensorTable(Table, frozen=True):
    """One accelerometer: `spi` as in /dev/spidev0.1, `i2c` as in /dev/i2c-1, or the `port` of a leg board.

    `ready` is the pin of its interrupt, on SPI and I2C; `address` its address on I2C. `spi_hz` and `i2c_hz`
    are what its lead can carry, not what the chip could; `up_axis` and `left_axis` as it is worn. A `port` is
    a device (best below /dev/serial/by-id) or "simulated"; `baud` is the board's, and means nothing over USB.
    """

    name: SensorName
    placement: Placement
    side: Side
    chip: str
    sample_rate_hz: float
    range_g: float
    spi: Annotated[str, Meta(pattern=r"^([0-6]\.[0-2])?$")] = ""
    i2c: Annotated[int, Meta(ge=0, le=22)] | None = None
    port: Annotated[str, Meta(max_length=200)] = ""
    ready: Gpio | None = None
    address: Annotated[int, Meta(ge=0x08, le=0x77)] | None = None
    spi_hz: Annotated[int, Meta(ge=100_000, le=10_000_000)] = 2_000_000
    i2c_hz: Annotated[int, Meta(ge=10_000, le=1_000_000)] = 400_000
    baud: Annotated[int, Meta(ge=9600, le=3_000_000)] = 1_000_000
    up_axis: Axis | None = None
    left_axis: Axis | None = None

    def __post_init__(self) -> None:
        """One way, with what it needs."""
        if bool(self.spi) + (self.i2c is not None) + bool(self.port) != 1:
            raise ValueError("a sensor is on `spi`, on `i2c` or on a leg board's `port`: give one of them")
        if self.port and (self.ready is not None or self.address is not None):
            raise ValueError(
                "a leg board has its own interrupt and address: `ready`, `address` are not for it"
            )
        if not self.port and self.ready is None:
            raise ValueError("`ready` is missing: the GPIO of the sensor's interrupt INT1")
        if (self.i2c is None) != (self.address is None):
            raise ValueError("`address` belongs to a sensor on `i2c`, and such a sensor needs it")


class StepPulseTable(Table, frozen=True):
    """A part that gives one edge a step: footswitch, insole, activity interrupt of a chip.

    `contact` is the level that means "foot down": a switch to ground says low. `settle_s` is how long a
    contact bounces: what is shorter is no step, so it is 0 for a chip's short clean pulses. No two steps come
    within `quiet_s`; left out, 0.3 s, and 0.15 s for a part that feels both feet.
    """

    name: SensorName
    placement: Placement
    side: Side
    gpio: Gpio
    contact: Literal["low", "high"] = "low"
    settle_s: Annotated[float, Meta(ge=0, le=0.1)] = 0.005
    quiet_s: Annotated[float, Meta(ge=0.1, le=1)] | None = None


class HandrailTable(Table, frozen=True):
    """The runner's button at the handrail: to ground, and what one press does; it never moves the belt."""

    gpio: Gpio
    press: Literal["end", "mute", "mark"] = "end"


class BeltTable(Table, frozen=True):
    """The treadmill: `port` is a device (best below /dev/serial/by-id), a pyserial URL, or "simulated".

    `units` is what its console counts, where frames don't say; `baud` only where it isn't the make's own.
    """

    protocol: str
    port: Annotated[str, Meta(min_length=1, max_length=200)]
    units: Units | None = None
    baud: Annotated[int, Meta(ge=300, le=4_000_000)] | None = None


class BeltSensorTable(Table, frozen=True):
    """A belt sensor: a board on a `port`, or pulses on a pin; `gpio_b` is an encoder's second channel.

    `metres_per_pulse` is measured on the belt: twenty turns by hand, the metres over the pulses.
    """

    metres_per_pulse: Annotated[float, Meta(gt=0, le=10)]
    port: Annotated[str, Meta(max_length=200)] = ""
    gpio: Gpio | None = None
    gpio_b: Gpio | None = None

    def __post_init__(self) -> None:
        """One way, not two."""
        if bool(self.port) == (self.gpio is not None):
            raise ValueError("a belt sensor is on a `port` or on a `gpio` pin: give one of them")
        if self.gpio_b is not None and self.gpio_b == self.gpio:
            raise ValueError("the two channels of an encoder are on two pins")
        if self.gpio_b is not None and self.gpio is None:
            raise ValueError("`gpio_b` is the second channel of an encoder: `gpio` is missing")


class LightsTable(Table, frozen=True):
    """LEDs on pins: `more`, `inside`, `less` are a traffic light, `row` shows a bar or a strip from the left.

    `rgb`, red, green and blue, is the traffic light in one LED. `active_low`: they light when the pin is low.
    """

    more: Gpio | None = None
    inside: Gpio | None = None
    less: Gpio | None = None
    rgb: tuple[Gpio, Gpio, Gpio] | None = None
    row: Annotated[tuple[Gpio, ...], Meta(max_length=15)] = ()
    active_low: bool = False

    def __post_init__(self) -> None:
        """A row has a middle."""
        if self.row and len(self.row) % 2 == 0:
            raise ValueError("the row needs an odd number of lights: the middle one says that all is well")
        if self.rgb and self.traffic():
            raise ValueError("the traffic light is one RGB LED or three LEDs: give `rgb` or the three")

    def traffic(self) -> tuple[int, ...]:
        """The traffic light's pins."""
        return tuple(gpio for gpio in (self.more, self.inside, self.less) if gpio is not None)

    def gpios(self) -> tuple[int, ...]:
        """All pins."""
        return (*self.traffic(), *(self.rgb or ()), *self.row)


class StripTable(Table, frozen=True):
    """Addressable LEDs on an SPI bus of their own, first LED on the left: APA102 (and SK9822), or WS2812."""

    spi: Annotated[str, Meta(pattern=r"^[0-6]\.[0-2]$")]
    leds: Annotated[int, Meta(ge=3, le=300)]
    kind: Literal["apa102", "ws2812"] = "apa102"
    brightness: Annotated[float, Meta(gt=0, le=1)] = 0.3


class BuzzerTable(Table, frozen=True):
    """A buzzer with a sound of its own, for rooms without a loudspeaker: beats and earcons."""

    gpio: Gpio
    active_low: bool = False
