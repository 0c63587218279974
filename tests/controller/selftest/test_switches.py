"""Step switches, the handrail's button and the buzzer in the self-test: on mock pins, and simulated."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from gpiozero.pins.mock import MockFactory

from controller.config import Config, StationTable, read_config
from controller.hardware_tables import BuzzerTable, HandrailTable, StepPulseTable
from controller.items import Placement, Side
from controller.selftest import switches as part
from controller.selftest.buzzer import buzzer
from controller.selftest.line import Audience, Line
from controller.selftest.switches import switches, wired

pytestmark = pytest.mark.slow
LEFT = StepPulseTable(name="left_foot", placement=Placement.FOOT, side=Side.LEFT, gpio=22)


def station(folder: Path) -> Config:
    table = StationTable(data_dir=str(folder))
    return Config(station=table, step_pulses=(LEFT,), handrail=HandrailTable(gpio=26))


def pressing(pins: MockFactory, *gpios: int) -> tuple[threading.Thread, threading.Event]:
    """Somebody who presses and lets go, again and again."""
    done = threading.Event()

    def press() -> None:
        while not done.wait(0.1):
            for gpio in gpios:
                pins.pin(gpio).drive_low()
            done.wait(0.1)
            for gpio in gpios:
                pins.pin(gpio).drive_high()

    hand = threading.Thread(target=press)
    hand.start()
    return hand, done


def test_what_is_stepped_on_and_pressed_has_closed(
    tmp_path: Path, audience: Callable[..., Audience], pins: MockFactory
) -> None:
    hand, done = pressing(pins, 22, 26)
    foot, rail = switches(station(tmp_path), audience([]))
    done.set()
    hand.join()
    assert (foot.part, foot.level, rail.part, rail.level) == (
        "steps, left foot",
        "ok",
        "handrail button",
        "ok",
    )
    assert foot.text.startswith("it closed. GPIO 22: ")
    assert rail.text.startswith("it closed. GPIO 26: ends the session; last pressed")


def test_what_nobody_touched_is_to_be_looked_at(
    tmp_path: Path,
    audience: Callable[..., Audience],
    pins: MockFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(part, "LISTEN_S", 0.5)
    told: list[str] = []
    foot, rail = switches(station(tmp_path), audience(told))
    assert (foot.level, rail.level) == ("look", "look")
    assert foot.text.startswith("it did not close in 0.5 s (GPIO 22: 0 edges, 0 steps). Press it;")
    assert told == ["Within 0.5 s: step on each switch, press the handrail's button."]


def test_a_button_that_is_stuck_is_bad(
    tmp_path: Path,
    audience: Callable[..., Audience],
    pins: MockFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(part, "LISTEN_S", 0.5)
    pin = pins.pin(26)
    monkeypatch.setattr(pin, "_get_state", lambda: 0)
    _, rail = switches(station(tmp_path), audience([]))
    assert rail.level == "bad"
    assert "stuck, or a short?" in rail.text


SIMULATED = """
[[simulation.step_pulses]]
name = "left_foot"
side = "left"
[simulation.handrail]
presses_s = [0.5]
"""


def test_simulated_ones_are_stepped_on_and_pressed_too(
    tmp_path: Path, audience: Callable[..., Audience]
) -> None:
    (tmp_path / "station.toml").write_text(SIMULATED)
    config = read_config(tmp_path / "station.toml")
    assert wired(config)
    lines = list(switches(config, audience([])))
    assert [(line.part, line.level) for line in lines] == [
        ("steps, left foot", "ok"),
        ("handrail button", "ok"),
    ]


def test_without_any_nothing_is_said(audience: Callable[..., Audience]) -> None:
    assert not wired(Config())
    assert [*switches(Config(), audience([])), *buzzer(Config(), audience([]))] == []


@pytest.mark.parametrize(("answer", "level"), [(None, "look"), (True, "ok"), (False, "bad")])
def test_the_buzzer_says_two_short_and_one_long(
    tmp_path: Path,
    audience: Callable[..., Audience],
    pins: MockFactory,
    answer: bool | None,  # noqa: FBT001
    level: str,
) -> None:
    config = Config(station=StationTable(data_dir=str(tmp_path)), buzzer=BuzzerTable(gpio=12))
    (line,) = buzzer(config, audience([], answer=answer))
    assert line.level == level
    assert line.text.startswith("GPIO 12: two short, one long.")
    rises = [state.state for state in pins.pin(12).states].count(True)
    assert rises == 3


def test_a_buzzer_that_cannot_be_had_says_why(
    tmp_path: Path,
    audience: Callable[..., Audience],
    pins: MockFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def busy(_number: int) -> None:
        raise RuntimeError("GPIO busy")

    monkeypatch.setattr(pins, "pin", busy)
    config = Config(station=StationTable(data_dir=str(tmp_path)), buzzer=BuzzerTable(gpio=12))
    (line,) = buzzer(config, audience([]))
    assert isinstance(line, Line)
    assert line.text.startswith("did not sound. GPIO 12 can't be used: another program has it (GPIO busy)")
