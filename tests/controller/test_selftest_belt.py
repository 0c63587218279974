"""What the self-test says of belt and pins, against simulated treadmills on real ptys."""

from pathlib import Path

import pytest

from controller.clock import SystemClock
from controller.config import Config, StationTable
from controller.hardware_tables import BeltSensorTable, BeltTable, LightsTable
from controller.selftest_belt import Found, belt_and_pins
from controller.simulation.scene import Fault, Scene, Stretch

NS = 10**9
RUNS = (Stretch(duration_s=100, belt_speed_mps=2.5),)
CSAFE = BeltTable(protocol="csafe", port="simulated")


def station(
    folder: Path,
    belt: BeltTable | None = None,
    sensor: BeltSensorTable | None = None,
    lights: LightsTable | None = None,
    fault: str = "",
) -> list[Found]:
    faults = (Fault(what=fault, at_s=0, duration_s=100),) if fault else ()
    config = Config(
        station=StationTable(data_dir=str(folder)),
        belt=belt,
        belt_sensor=sensor,
        lights=lights,
        simulation=Scene(course=RUNS, faults=faults),
    )
    return list(belt_and_pins(config, SystemClock(), listen_ns=NS))


@pytest.mark.slow
def test_a_treadmill_and_a_sensor_that_speak_say_their_speed(tmp_path: Path) -> None:
    sensor = BeltSensorTable(metres_per_pulse=0.02, port="simulated")
    treadmill, second = station(tmp_path, CSAFE, sensor)
    assert (treadmill.part, treadmill.level) == ("treadmill", "look")
    assert treadmill.text == "9.0 km/h. Nobody has held it against the console yet: page Station."
    assert (second.part, second.text[:8]) == ("belt sensor", "9.0 km/h")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "level", "says"),
    [
        ("treadmill_silence", "bad", "nobody answered. Is the treadmill on"),
        ("treadmill_unplugged", "bad", "plug its cable in"),
        ("treadmill_inverted", "bad", "somebody answers, but not this make"),
    ],
)
def test_a_belt_that_does_not_speak_is_said_in_words(
    tmp_path: Path, fault: str, level: str, says: str
) -> None:
    (found,) = station(tmp_path, CSAFE, fault=fault)
    assert found.level == level
    assert says in found.text


def test_without_a_port_it_says_who_knows_the_speed(tmp_path: Path) -> None:
    (found,) = station(tmp_path)
    assert found == Found("belt", "ok", "No port is configured. It is simulated.")


def test_pins_used_twice_and_pins_used_well(tmp_path: Path) -> None:
    bad, _ = station(tmp_path, lights=LightsTable(more=5, less=5))
    assert bad.level == "bad"
    assert "used twice" in bad.text
    good, _ = station(tmp_path, lights=LightsTable(more=5, less=6))
    assert good == Found("pins", "ok", "2 used, none twice: treadcoach pins draws them.")
