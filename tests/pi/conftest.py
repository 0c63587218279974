"""What is connected to the virtual machine's pins: levels, put there and read back through the kernel."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

CHIPS = sorted(Path("/sys/devices/platform").glob("gpio-sim.0/gpiochip*"))


class Wire:
    """What is connected to a pin: a level, put there at a time known from both sides, or read back."""

    def __init__(self, number: int, level: int = 1) -> None:
        line = CHIPS[0] / f"sim_gpio{number}"
        self._pull, self._value = line / "pull", line / "value"
        self.drive(level)

    def drive(self, level: int) -> tuple[int, int]:
        """Between these two times the level changed."""
        before_ns = time.monotonic_ns()
        self._pull.write_text("pull-up" if level else "pull-down")
        return before_ns, time.monotonic_ns()

    def level(self) -> int:
        """What stands on the line now."""
        return int(self._value.read_text())


@pytest.fixture
def wire() -> Callable[..., Wire]:
    """The wire at a GPIO."""
    if not CHIPS:
        pytest.skip("needs a kernel with a simulated GPIO chip")
    return Wire
