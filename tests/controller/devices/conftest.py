"""gpiozero's own mock pins, with the kernel's part, the times of the edges, played by the test."""

from typing import Any

import pytest
from gpiozero.pins.mock import MockFactory, MockPin


class TimedPin(MockPin):  # type: ignore[misc]  # gpiozero has no types
    """A pin whose edges come with the time we say, as lgpio's do with the kernel's, and that can break."""

    broken = False

    def drive(self, at_s: float, level: int) -> None:
        """Something outside changes the level."""
        self._state = bool(level)
        listener = self._when_changed and self._when_changed()
        if listener:
            listener(at_s, level)

    def _set_state(self, value: int) -> None:
        if self.broken:
            raise RuntimeError("bad handle")
        super()._set_state(value)

    def input_with_pull(self, pull: str) -> None:
        if self.broken:
            raise RuntimeError("GPIO busy")
        super().input_with_pull(pull)

    def output_with_state(self, state: int) -> None:
        if self.broken:
            raise RuntimeError("GPIO busy")
        super().output_with_state(state)


@pytest.fixture
def factory() -> Any:
    """A machine with such pins."""
    return MockFactory(pin_class=TimedPin)
