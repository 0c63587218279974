"""station.toml: every mistake is one sentence with field, value and limit."""

from pathlib import Path

import pytest

from controller.checked import BadInputError, checked
from controller.config import Config, read_config

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[web]\nport = 99999", "web, port is 99999: it must be at most 65535"),
        ("[web]\nprt = 80", "prt is not known here"),
        ('[web]\nhost = "0.0.0.0"', "no accounts yet"),
        ("[web]\nport = 'eighty'", "web, port is 'eighty': it must be a number, not str"),
        ("[session.targets]\ncadence_spm = 90", "cadence_spm is 90: it must be at least 100"),
        ('[session]\nrunner = "<b>"', "session, runner is '<b>': it must match"),
        (
            "[[simulation.sensors]]\nname = 'a'\nplacement = 'knee'",
            "'knee' is none of the values allowed here",
        ),
        ("[simulation.runner]\ncadence_spm = 300", "runner, cadence_spm is 300: it must be at most 210"),
        ("[web\nport = 1", "is not TOML"),
        ('[belt]\nprotocol = "toaster"\nport = "x"', "There is no protocol 'toaster'"),
        ('[belt]\nprotocol = "coscom"\nport = "x"', "can't be read yet"),
        ('[belt]\nprotocol = "trackmaster"\nport = "x"', "units are missing"),
        ('[belt]\nprotocol = "medisoft"\nport = "x"\nunits = "kmh"', "baud is missing"),
        ('[belt]\nprotocol = "bertec"\nport = "/dev/ttyUSB0"', "no socket://ADDRESS:PORT"),
        ('[belt]\nprotocol = "ftms"\nport = "x"', "only decoded so far"),
        ('[belt]\nprotocol = "biodex"\nport = "x"', "only decoded so far"),
        ('[belt]\nprotocol = "belt-sensor"\nport = "x"', "[belt_sensor]"),
        ("[belt_sensor]\nmetres_per_pulse = 0.2", "`port` or on a `gpio` pin"),
        ('[belt_sensor]\nmetres_per_pulse = 0.2\nport = "x"\ngpio = 4', "`port` or on a `gpio` pin"),
        ('[belt_sensor]\nmetres_per_pulse = 0.2\nport = "x"\ngpio_b = 4', "`gpio` is missing"),
        ('[belt_sensor]\nmetres_per_pulse = 0\nport = "x"', "more than 0"),
        ('[[simulation.faults]]\nwhat = "treadmil_garble"\nat_s = 1\nduration_s = 1', "'treadmil_garble'"),
        ("[[sensor]]\nkind = 'lsm6dso32'", "sensor is not known here"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "station.toml"
    path.write_text(text)
    with pytest.raises(BadInputError) as problem:
        read_config(path)
    assert sentence in str(problem.value)
    assert "station.toml" in str(problem.value)
    assert "\n" not in str(problem.value).strip() or "not TOML" in str(problem.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"nowhere.toml can't be read"):
        read_config(tmp_path / "nowhere.toml")


def test_without_a_file_the_station_is_simulated_on_localhost() -> None:
    config = read_config(None)
    assert config == Config()
    assert config.web.host == "127.0.0.1"
    assert {sensor.name for sensor in config.simulation.sensors} == {"left_shank", "right_shank", "sacrum"}


def test_the_example_in_the_docs_is_true() -> None:
    example = read_config(ROOT / "docs" / "station.example.toml")
    assert example.start_order().targets.cadence_spm == 178
    assert [block.feedback for block in example.session.blocks] == [True, False]


def test_a_form_may_write_numbers_as_text() -> None:
    assert checked({"port": "81"}, type(Config().web), "x", strict=False).port == 81
