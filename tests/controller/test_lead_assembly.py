"""Leg boards from station.toml: what they become, what can't be, and a whole station of simulated ones."""

import select
from pathlib import Path
from typing import Any

import pytest

from controller.assembly import assemble
from controller.checked import BadInputError
from controller.clock import ManualClock
from controller.config import Config, read_config
from controller.effects import Live, SensorState
from controller.items import EndSession, Samples
from controller.messages import Health
from controller.recording.session_file import read_session
from controller.simulation.devices import SimulatedHardware

BOARD = """
[[sensors]]
name = "{side}_shank"
placement = "shank"
side = "{side}"
chip = "lsm6dso32"
port = "{port}"
sample_rate_hz = {rate}
range_g = 32
{more}
"""
SILENT = "[sound]\nenabled = false\n"


def board(side: str, port: str = "simulated", rate: int = 1667, more: str = "") -> str:
    return BOARD.format(side=side, port=port, rate=rate, more=more)


def station_of(folder: Path, text: str) -> Config:
    path = folder / "station.toml"
    path.write_text(f'[station]\ndata_dir = "{folder}"\n{SILENT}{text}')
    return read_config(path)


def test_boards_on_ports_become_sources_that_need_no_pins(tmp_path: Path) -> None:
    text = board("left", "/dev/serial/by-id/left") + board("right", "/dev/serial/by-id/right")
    made = assemble(station_of(tmp_path, text), ManualClock(), lambda _: None, lambda _: None)
    assert [source.name for source in made.sources] == ["left_shank", "right_shank"]
    assert not made.setup.simulated
    assert made.setup.sensors[0].scale_g_per_count == 0.000976
    with pytest.raises(OSError, match="it isn't there: plug its cable in"):
        made.sources[0].read()
    state = made.leg_boards[0].state
    assert (state.port, state.state) == ("/dev/serial/by-id/left", "not open")
    assert "plug its cable in" in state.trouble


def test_simulated_boards_feel_the_simulated_runner(tmp_path: Path) -> None:
    config = station_of(tmp_path, board("left") + board("right", more='up_axis = "-z"'))
    made = assemble(config, ManualClock(), lambda _: None, lambda _: None)
    hardware, left, right = made.sources
    assert isinstance(hardware, SimulatedHardware)
    assert made.setup.simulated
    assert [sensor.name for sensor in made.setup.sensors] == ["left_shank", "right_shank"]
    assert [sensor.up_axis for sensor in made.setup.sensors] == [None, "-z"]
    assert left.read() == right.read() == []  # open, before the boards begin to speak
    ports: list[Any] = [board._port for board in made.leg_boards]
    waiting = {port._port: source for port, source in zip(ports, (left, right), strict=True)}
    heard = {"left_shank": 0, "right_shank": 0}
    while min(heard.values()) < 1000:
        assert not any(isinstance(item, Samples) for item in hardware.read())
        for port in select.select(list(waiting), [], [], 0)[0]:
            for item in waiting[port].read():
                assert isinstance(item, Samples)
                heard[item.sensor] += len(item.counts)
    for source in made.sources:
        source.close()
    assert list(tmp_path.glob("simulated-*")) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            board("left") + board("right", "/dev/ttyUSB0"),
            "right_shank not: a runner made of software and one on the belt can't be felt together",
        ),
        (board("left", more="baud = 115200"), "need a lead of 227 kbaud"),
        (board("left", rate=1600), "The LSM6DSO32 has no rate of 1600 Hz"),
        (board("left", more="ready = 25"), "a leg board has its own interrupt"),
        (board("left", more="baud = 1200"), "it must be at least 9600"),
        (
            board("left") + '[[simulation.faults]]\nwhat = "left_shnk_cut"\nat_s = 1\nduration_s = 1\n',
            r"'left_shnk_cut': no \[\[sensors\]\] named 'left_shnk' has port",
        ),
        (
            '[[simulation.faults]]\nwhat = "left_shank_unplugged"\nat_s = 1\nduration_s = 1\n',
            "named 'left_shank' has port",
        ),
        (
            '[[simulation.faults]]\nwhat = "treadmill_nonsense"\nat_s = 1\nduration_s = 1\n',
            "a fault of 'treadmill_nonsense'",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(text: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=says):
        assemble(station_of(tmp_path, text), ManualClock(), lambda _: None, lambda _: None)


@pytest.mark.slow
def test_a_station_with_two_boards_loses_one_and_finds_it_again(station: Any, station_tools: Any) -> None:
    fault = '[[simulation.faults]]\nwhat = "left_shank_unplugged"\nat_s = 3\nduration_s = 2\n'
    station.config.write_text(station.config.read_text() + board("left") + board("right") + fault)
    station.start()
    talk = station.talk()
    assert talk.ask(station_tools.start_order()).accepted
    well = talk.until(Live, lambda live: all(one.state is SensorState.OK for one in live.sensors))
    assert [one.name for one in well.sensors] == ["left_shank", "right_shank"]
    health = talk.until(Health, lambda health: all("heard" in lead.state for lead in health.leads))
    assert health.simulated
    assert [lead.source for lead in health.leads] == ["lead left_shank", "lead right_shank"]
    lost = talk.until(Live, lambda live: live.sensors[0].state is SensorState.LOST)
    assert lost.sensors[1].state is SensorState.OK
    pulled = talk.until(Health, lambda health: health.leads[0].trouble)
    assert any("left_shank does not answer" in notice.text for notice in pulled.notices)
    talk.until(Live, lambda live: live.sensors[0].state is SensorState.OK)
    assert talk.ask(EndSession()).accepted
    assert station.end() == 0
    (path,) = (station.data / "recordings").glob("*.mcap")
    kept = [item for item, _ in read_session(path) if isinstance(item, Samples)]
    assert {batch.sensor for batch in kept} == {"left_shank", "right_shank"}
    assert kept[-1].overflows == 0
