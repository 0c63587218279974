"""The whole station from station.toml, on gpiozero's mock pins: who reads, who acts, who is shown."""

from pathlib import Path
from queue import SimpleQueue

import pytest
from gpiozero.pins.mock import MockFactory

from controller import assembly
from controller.assembly import Station, assemble
from controller.checked import BadInputError
from controller.clock import SystemClock
from controller.config import read_config
from controller.items import Item, PulseSetup, Side
from controller.simulation.devices import SimulatedHardware

QUIET = "[sound]\nenabled = false\n"
SWITCHES = """
[[step_pulses]]
name = "left_switch"
placement = "foot"
side = "left"
gpio = 22
[[step_pulses]]
name = "right_switch"
placement = "foot"
side = "right"
gpio = 23
"""
OUTPUTS = """
[handrail]
gpio = 26
[lights]
rgb = [5, 6, 13]
[strip]
spi = "1.0"
leds = 30
[buzzer]
gpio = 12
"""


class Room:
    """What a station of this text is made of."""

    def __init__(self, folder: Path, text: str) -> None:
        path = folder / "station.toml"
        path.write_text(QUIET + text)
        self.inbox: SimpleQueue[Item] = SimpleQueue()
        self.said: SimpleQueue[str] = SimpleQueue()
        self.station: Station = assemble(read_config(path), SystemClock(), self.inbox.put, self.said.put)

    def parts(self) -> dict[str, str]:
        return {part.name: part.state for owner in self.station.parts for part in owner.parts}

    def close(self) -> None:
        for source in self.station.sources:
            source.close()
        for player in self.station.players:
            player.close()


@pytest.fixture
def pins(monkeypatch: pytest.MonkeyPatch) -> MockFactory:
    """This machine has pins, all made of software."""
    factory = MockFactory()
    monkeypatch.setattr(assembly, "pin_factory", lambda _name: factory)
    return factory


@pytest.mark.usefixtures("pins")
def test_step_switches_alone_make_a_real_station(tmp_path: Path) -> None:
    room = Room(tmp_path, SWITCHES)
    setup = room.station.setup
    assert not setup.simulated
    assert setup.sensors == ()
    assert [(part.name, part.side) for part in setup.pulses] == [
        ("left_switch", Side.LEFT),
        ("right_switch", Side.RIGHT),
    ]
    assert isinstance(setup.pulses[0], PulseSetup)
    assert [source.name for source in room.station.sources] == ["left_switch", "right_switch"]
    assert room.station.players == [], "no lights, no sound: nobody claims to have shown anything"
    room.close()


@pytest.mark.usefixtures("pins")
def test_a_simulated_runner_may_have_real_lights_and_a_real_button(tmp_path: Path) -> None:
    room = Room(tmp_path, OUTPUTS)
    assert room.station.setup.simulated
    assert any(isinstance(source, SimulatedHardware) for source in room.station.sources)
    parts = room.parts()
    assert parts["lights"] == "GPIO 5, 6, 13: shows light"
    assert parts["light strip"] == "SPI 1.0, 30 LEDs: shows bar, strip", "the LED has the traffic light"
    assert parts["handrail button"].startswith("GPIO 26: ends the session")
    assert "its loudness is its own" in parts["buzzer"]
    said = room.said.get(timeout=10)
    assert said.startswith("Light strip: there is no /dev/spidev1.0: switch that bus on by its overlay")
    room.close()


def test_a_strip_alone_shows_everything_and_needs_no_pins(tmp_path: Path) -> None:
    room = Room(tmp_path, '[strip]\nspi = "1.0"\nleds = 30\n')
    assert room.parts() == {"light strip": "SPI 1.0, 30 LEDs: shows light, bar, strip"}
    room.close()


def test_a_machine_without_pins_says_so_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"pip install|no GPIO pins"):
        Room(tmp_path, SWITCHES)


def test_the_simulation_has_switches_and_a_button_too(tmp_path: Path) -> None:
    text = """
    [simulation]
    sensors = []
    handrail = { press = "mute", presses_s = [60] }
    [[simulation.step_pulses]]
    name = "left_switch"
    side = "left"
    """
    room = Room(tmp_path, text)
    assert [part.name for part in room.station.setup.pulses] == ["left_switch"]
    assert room.parts()["steps, left switch"].startswith("simulated: ")
    assert room.parts()["handrail button"] == "simulated: mutes the cues, or gives them back; pressed 0 times"
    room.close()


SENSOR = """
[[sensors]]
name = "left_shank"
placement = "shank"
side = "left"
chip = "lsm6dso32"
spi = "0.0"
ready = 25
sample_rate_hz = 1667
range_g = 32
"""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (SENSOR + '[strip]\nspi = "0.1"\nleds = 30\n', "the strip is on SPI 0 with left_shank"),
        ("[simulation]\nsensors = []\n", "no sensor and no step pulses"),
        (
            '[simulation]\nstep_pulses = [{ name = "sacrum", side = "both" }]\n',
            "two parts have one name",
        ),
        ("[simulation]\nhandrail = { press = 'stop' }\n", "none of the values allowed here"),
    ],
)
def test_what_cannot_be_is_said(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(BadInputError, match=says):
        Room(tmp_path, text)


@pytest.mark.usefixtures("pins")
def test_a_switch_and_a_sensor_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="Two sensors have one name"):
        Room(tmp_path, SENSOR.replace("left_shank", "left_switch") + SWITCHES)
