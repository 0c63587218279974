"""A chip's interrupt on a pin: when it rose, by the kernel's clock."""

from typing import Any

from controller.devices.edge_pin import EdgePin


class GpioReadyPin:
    """`factory` is gpiozero's; the pin is claimed by the first wait, or by a later one if it could not be."""

    def __init__(self, factory: Any, gpio: int) -> None:
        self._pin = EdgePin(factory, gpio, only=1)

    def wait(self, timeout_s: float) -> int | None:
        """When it rose; the newest, if it rose more than once. None when it didn't in this time.

        PinError, which is an OSError, while another program has the pin.
        """
        if not self._pin.opened and self._pin.open():
            return None  # high already: what it announces has waited long enough
        rises = self._pin.wait(timeout_s)
        return rises[-1].time_ns if rises else None

    def close(self) -> None:
        """Give the pin back."""
        self._pin.close()
