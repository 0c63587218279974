"""`treadcoach pins`: the header as a picture, and what can't be."""

from pathlib import Path
from typing import Any

import pytest

from controller.cli import main
from controller.pin_plan import HEADER

GOOD = """
[belt_sensor]
gpio = 17
gpio_b = 27
metres_per_pulse = 0.02
[lights]
inside = 6
row = [14, 23, 24]
"""


def run(folder: Path, text: str, command: str = "pins") -> int:
    path = folder / "station.toml"
    path.write_text(text)
    return main([command, "--config", str(path)])


def test_the_header_has_every_gpio_once_and_eight_grounds() -> None:
    assert sorted(pin for pin in HEADER if isinstance(pin, int)) == list(range(28))
    assert HEADER.count("ground") == 8
    assert len(HEADER) == 40


def test_each_pin_stands_where_it_is(tmp_path: Path, capsys: Any) -> None:
    assert run(tmp_path, GOOD) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[5] == "             belt sensor ←  GPIO 17 11 │ 12 GPIO 18"
    assert lines[3].endswith("8  GPIO 14  light 1 of the row →")
    assert "console" in lines[-1]


@pytest.mark.parametrize("command", ["pins", "controller", "run"])
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[lights]\nmore = 5\nless = 5", "GPIO 5 is used twice: light: more, and light: less."),
        (GOOD.replace("14,", "17,"), "GPIO 17 is used twice: belt sensor, and light 1 of the row."),
        ("[lights]\nmore = 0", "GPIO 0 (light: more) identifies an attached board"),
        ("[lights]\nmore = 28", "must be at most 27"),
        ("[lights]\nrow = [5, 6]", "odd number of lights"),
    ],
)
def test_what_cannot_be_is_said_before_anything_starts(
    tmp_path: Path, capsys: Any, command: str, text: str, says: str
) -> None:
    assert run(tmp_path, text, command) == 2
    assert says in capsys.readouterr().err


def test_without_pins_it_says_so(capsys: Any) -> None:
    assert main(["pins"]) == 0
    assert "No pin is used" in capsys.readouterr().out
