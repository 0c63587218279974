"""The command: which parts, in which order, what a running station says for them, a person at a terminal."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from controller.cli import main
from controller.config import Config
from controller.effects import Live, SensorState
from controller.hardware_tables import BeltTable
from controller.selftest.command import Wanted, parts

ROOT = Path(__file__).parents[3]


def test_all_parts_but_those_that_need_help_and_how_long_they_take() -> None:
    every = ["disk", "clock", "pins", "sensors", "switches", "belt", "lights", "buzzer", "sound"]
    assert list(parts(Config(), Wanted())) == every
    assert list(parts(Config(), Wanted(["belt", "clock"], walk=True))) == ["clock", "walk", "belt"]
    wired = Config(belt=BeltTable(protocol="csafe", port="simulated"))
    assert parts(wired, Wanted())["belt"].seconds == 4


def test_a_part_that_is_none_is_named_with_those_there_are(capsys: Any) -> None:
    assert main(["selftest", "treadmill"]) == 2
    assert (
        "There is no part treadmill. There are: disk, clock, pins, sensors, walk" in capsys.readouterr().err
    )


@pytest.mark.slow
def test_words_status_and_json_say_the_same(tmp_path: Path, capsys: Any) -> None:
    config = tmp_path / "station.toml"
    config.write_text(f'[station]\ndata_dir = "{tmp_path}"\n[lights]\nmore = 5\nless = 5\n')
    out = tmp_path / "out.json"
    assert main(["selftest", "disk", "pins", "--config", str(config), "--json", str(out)]) == 1
    said = capsys.readouterr()
    disk, pins = json.loads(out.read_text())
    assert (disk["part"], disk["level"], pins["part"], pins["level"]) == ("recordings", "ok", "pins", "bad")
    assert f"bad   pins: {pins['text']}" in said.out
    assert "disk, pins: up to 0 s. The belt is never moved." in said.err


@pytest.mark.slow
def test_at_a_terminal_it_asks_and_believes_what_it_hears(tmp_path: Path) -> None:
    config = tmp_path / "station.toml"
    config.write_text(f'[station]\ndata_dir = "{tmp_path}"\n[sound]\ndevice = "simulated"\n')
    command = [sys.executable, "-m", "controller.cli", "selftest", "sound", "--config", str(config)]
    ours, theirs = pty.openpty()
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    for answer, level, status in ((b"\n", "ok", 0), (b"no\n", "bad", 1)):
        process = subprocess.Popen(command, env=env, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs)
        asked = b""
        while b"[Y/n]" not in asked:
            asked += os.read(ours, 1000)
        os.write(ours, answer)
        said, _ = process.communicate(timeout=60)
        assert (process.returncode, said.decode().split()[0]) == (status, level)
    os.close(ours)
    os.close(theirs)


@pytest.mark.slow
def test_a_station_that_runs_speaks_for_its_devices(station: Any, capsys: Any) -> None:
    text = station.config.read_text()
    fault = '[[simulation.faults]]\nwhat = "sacrum"\nat_s = 0\nduration_s = 10000\n'
    belt = '[belt]\nprotocol = "csafe"\nport = "simulated"\n'
    station.config.write_text(text.replace("[sound]", f"{belt}[sound]") + fault)
    station.start()
    talk = station.talk()
    talk.until(Live, lambda live: live.sensors[2].state is SensorState.LOST and live.sensors[0].rate_hz)
    assert main(["selftest", "sensors", "belt", "sound", "pins", "--config", str(station.config)]) == 1
    said = capsys.readouterr().out
    assert "look  station: It is running and has the devices, so they were not opened" in said
    assert "End it to test them: sudo systemctl stop treadcoach" in said
    assert "ok    left_shank: 8" in said
    assert "bad   sacrum: lost; last heard never. Check its cable." in said
    assert "ok    treadmill: heard" in said
    assert "look  loudspeaker: none, it does not play: Sound is switched off in station.toml." in said
    assert station.end() == 0


@pytest.mark.slow
def test_the_disk_needs_no_station_to_be_asked(station: Any, capsys: Any) -> None:
    station.start()
    station.talk().until(Live)
    assert main(["selftest", "disk", "--config", str(station.config)]) == 0
    assert "station:" not in capsys.readouterr().out
    assert station.end() == 0


def test_a_part_that_is_not_configured_says_so(capsys: Any) -> None:
    assert main(["selftest", "pins", "switches", "buzzer"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said == [f"ok    {part}: None is configured." for part in ("pins", "switches", "buzzer")]
