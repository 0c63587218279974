"""The station's GPIO pins: gpiozero's lgpio factory, named and never guessed, or a plain sentence why not."""

from collections.abc import Callable
from typing import Any

from controller.checked import BadInputError


class PinError(BadInputError, OSError):
    """A pin can't be used now; the text says why. Who reads or lights it tries again."""


def pin_factory() -> Any:
    """The pins of this machine; BadInputError where it has none that can be used."""
    try:
        from gpiozero.exc import BadPinFactory
        from gpiozero.pins.lgpio import LGPIOFactory
    except ImportError as problem:
        raise BadInputError(
            f"Pins can't be used: {problem}. Install the packages for the Pi: pip install '.[pi]', on "
            "Raspberry Pi OS also: sudo apt install python3-lgpio."
        ) from None
    try:
        return LGPIOFactory()
    except (BadPinFactory, OSError) as problem:
        raise BadInputError(f"This machine has no GPIO pins that can be used: {problem}.") from None


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
