"""The station's GPIO pins: gpiozero's lgpio factory, named and never guessed, or a plain sentence why not."""

from typing import Any

from controller.checked import BadInputError


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
