"""The station's GPIO pins: a factory of gpiozero, named and never guessed, or a plain sentence why not."""

from collections.abc import Callable
from functools import cache
from typing import Any, Literal

from controller.checked import BadInputError
from controller.devices.rpi_gpio import installed, judged


class PinError(BadInputError, OSError):
    """A pin can't be used now; the text says why. Who reads or lights it tries again."""


@cache
def pin_factory(name: Literal["lgpio", "rpigpio"]) -> Any:
    """The pins of this machine, opened once for all who use them: gpiozero keeps them in one table anyway.

    BadInputError where it has none that can be used.
    """
    if name == "rpigpio":
        return _rpigpio()
    try:
        from gpiozero.pins.lgpio import LGPIOFactory
    except ImportError as problem:
        raise BadInputError(
            f"Pins can't be used: {problem}. Install the packages for the Pi: pip install '.[pi]', on "
            "Raspberry Pi OS also: sudo apt install python3-lgpio."
        ) from None
    try:
        return LGPIOFactory()
    except Exception as problem:  # lgpio's own error is no more than an Exception
        raise BadInputError(f"This machine has no GPIO pins that can be used: {problem}.") from problem


def _rpigpio() -> Any:
    """Outputs on a Pi 4 or older; RPi.GPIO knows no owner of a pin, and passes no times of edges on."""
    verdict = judged(installed(), "rpigpio")
    if not verdict.ok:
        raise BadInputError(f"Pins can't be used: {verdict.text}")
    try:
        from gpiozero.pins.rpigpio import GPIO, RPiGPIOFactory

        factory = RPiGPIOFactory()
        GPIO.gpio_function(2)  # whether the registers can be reached is said now, not at the first light
    except Exception as problem:  # a RuntimeError for each reason
        raise BadInputError(f"RPi.GPIO can't use the pins of this machine: {problem}") from problem
    return factory


def input_pin(factory: Any, number: int, changed: Callable[[float, int], None]) -> Any:
    """A pin as an input, pulled up, that tells both edges; not debounced, which would delay their times.

    gpiozero refers to `changed` weakly: whoever gives it keeps it. PinError where another program has it.
    """

    def prepare(pin: Any) -> None:
        pin.input_with_pull("up")
        pin.bounce = None
        pin.edges = "both"
        pin.when_changed = changed

    return _claimed(factory, number, prepare)


def output_pin(factory: Any, number: int, *, on: bool) -> Any:
    """A pin as an output at this level. PinError where another program has it."""
    return _claimed(factory, number, lambda pin: pin.output_with_state(int(on)))


def _claimed(factory: Any, number: int, prepare: Callable[[Any], None]) -> Any:
    try:
        pin = factory.pin(number)
        prepare(pin)
    except Exception as problem:  # lgpio's own error is no more than an Exception
        raise PinError(f"GPIO {number} can't be used: another program has it ({problem})") from problem
    return pin
