"""A person before the self-test's screen, and pins that are gpiozero's own mock."""

from collections.abc import Callable

import pytest
from gpiozero.pins.mock import MockFactory

from controller import assembly, belt_assembly
from controller.clock import SystemClock
from controller.selftest.line import Audience


@pytest.fixture
def audience() -> Callable[..., Audience]:
    """Somebody who answers like this, or nobody; what they were told is kept."""

    def made(told: list[str], *, answer: bool | None = None) -> Audience:
        return Audience(SystemClock(), told.append, lambda _: answer)

    return made


@pytest.fixture
def pins(monkeypatch: pytest.MonkeyPatch) -> MockFactory:
    """The pins of a Pi, as gpiozero plays them."""
    factory = MockFactory()
    for module in (assembly, belt_assembly):
        monkeypatch.setattr(module, "pin_factory", lambda *_: factory)
    return factory
