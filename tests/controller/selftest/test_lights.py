"""The lights in the self-test: lit one after the other on gpiozero's mock pins; and who saw them."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from gpiozero.pins.mock import MockFactory

from controller.config import Config, StationTable
from controller.hardware_tables import LightsTable
from controller.selftest.lights import lights, seconds, shows
from controller.selftest.line import Audience, Line

pytestmark = pytest.mark.slow
TRAFFIC = LightsTable(more=5, inside=6, less=13)
ORDER = ["more wanted (GPIO 5)", "all is well (GPIO 6)", "less wanted (GPIO 13)"]


def station(folder: Path, table: LightsTable | None) -> Config:
    return Config(station=StationTable(data_dir=str(folder)), lights=table)


def test_each_light_is_lit_alone_and_goes_out_again(
    tmp_path: Path, audience: Callable[..., Audience], pins: MockFactory
) -> None:
    told: list[str] = []
    (line,) = lights(station(tmp_path, TRAFFIC), audience(told, answer=True))
    assert line == Line("lights", "ok", f"shown one after the other: {', '.join(ORDER)}. Seen.")
    assert told == ["Look at the lights:", *(f"  {words}" for words in ORDER)]
    for gpio in TRAFFIC.gpios():
        levels = [state.state for state in pins.pin(gpio).states]
        changes = [new for old, new in pairwise(levels) if new != old]
        assert changes == [1, 0], "on once, for its own time"


@pytest.mark.parametrize(
    ("answer", "level", "says"),
    [(None, "look", "Nobody was there to ask."), (False, "bad", "Not all were seen")],
)
def test_who_saw_them_decides(
    tmp_path: Path,
    audience: Callable[..., Audience],
    pins: MockFactory,
    answer: bool | None,  # noqa: FBT001
    level: str,
    says: str,
) -> None:
    (line,) = lights(station(tmp_path, LightsTable(more=5)), audience([], answer=answer))
    assert line.level == level
    assert says in line.text


def test_a_pin_that_another_program_has_is_said_in_words(
    tmp_path: Path, audience: Callable[..., Audience], pins: MockFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_number: int) -> None:
        raise RuntimeError("GPIO busy")

    monkeypatch.setattr(pins, "pin", busy)
    (line,) = lights(station(tmp_path, TRAFFIC), audience([]))
    assert line.level == "bad"
    assert "GPIO" in line.text


def test_a_machine_without_pins_says_so(tmp_path: Path, audience: Callable[..., Audience]) -> None:
    (line,) = lights(station(tmp_path, TRAFFIC), audience([]))
    assert line.level == "bad"
    assert "pins" in line.text.lower()


def test_what_is_shown_is_what_there_is(tmp_path: Path, audience: Callable[..., Audience]) -> None:
    row = station(tmp_path, LightsTable(row=(5, 6, 13)))
    assert [show.words for show in shows(row)][::2] == ["row, left end", "row, middle", "row, right end"]
    assert seconds(row) == pytest.approx(3.5)
    (none,) = lights(station(tmp_path, None), audience([]))
    assert (none.level, none.text[:19]) == ("ok", "None are configured")
