"""What the self-test says of the belt, with simulated treadmills on real ptys."""

from pathlib import Path

import pytest

from controller.clock import SystemClock
from controller.config import Config, StationTable
from controller.hardware_tables import BeltSensorTable, BeltTable, SensorTable
from controller.items import Placement, Side
from controller.selftest.belt import belt
from controller.selftest.line import Line
from controller.simulation.belt_pty import BeltPty, BeltThread
from controller.simulation.belts import Belt, FaultyLine, machine
from controller.simulation.scene import Fault, Scene, Stretch
from controller.treadmills.makes import Settings

NS = 10**9
RUNS = (Stretch(duration_s=100, belt_speed_mps=2.5),)
CSAFE = BeltTable(protocol="csafe", port="simulated")


def station(
    folder: Path,
    treadmill: BeltTable | None = None,
    sensor: BeltSensorTable | None = None,
    fault: str = "",
) -> list[Line]:
    faults = (Fault(what=fault, at_s=0, duration_s=100),) if fault else ()
    config = Config(
        station=StationTable(data_dir=str(folder)),
        belt=treadmill,
        belt_sensor=sensor,
        simulation=Scene(course=RUNS, faults=faults),
    )
    return list(belt(config, SystemClock(), listen_ns=NS))


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
    assert found == Line("belt", "ok", "No port is configured. It is simulated.")


def test_with_sensors_of_its_own_nothing_is_simulated() -> None:
    table = SensorTable(
        name="left_shank",
        placement=Placement.SHANK,
        side=Side.LEFT,
        chip="lsm6dso32",
        sample_rate_hz=1667,
        range_g=32,
        spi="0.0",
        ready=25,
    )
    (found,) = belt(Config(sensors=(table,)), SystemClock())
    assert found == Line("belt", "look", "No port is configured. Its speed is typed by hand.")


@pytest.mark.slow
def test_another_make_at_the_port_is_told_from_nobody(tmp_path: Path) -> None:
    plugged, settings = Belt(speed_mps=2.5), Settings(units="kmh")
    line = FaultyLine(machine("trackmaster", plugged, settings))
    prop = BeltThread(BeltPty(tmp_path / "port", plugged, line, lambda _: 2.5), SystemClock())
    (found,) = station(tmp_path, BeltTable(protocol="csafe", port=str(prop.path)))
    prop.close()
    assert found.level == "bad"
    assert found.text.startswith("somebody answers, but not this make: set the right protocol")
    assert "Last bytes: bf" in found.text
    assert plugged.moved == []
