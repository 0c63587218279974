"""The exchange folder: what is absent, blank or wrong in it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from controller.checked import BadInputError
from controller.items import Samples, StepPulse, Tick
from controller.recording.folder import items, read_folder
from controller.replay import start_order

SENSOR = {
    "name": "left_shank",
    "file": "left_shank.csv",
    "placement": "shank",
    "side": "left",
    "sample_rate_hz": 100,
    "range_g": 8,
    "maker": "unknown keys are ignored",
}


def folder(path: Path, csv: str, **changes: Any) -> Path:
    sensor = {**SENSOR, **changes}
    (path / "recording.json").write_text(json.dumps({"sensors": [sensor], "belt_speed_mps": None, "x": 1}))
    (path / "left_shank.csv").write_text(csv)
    return path


def rows(count: int) -> str:
    return "".join(f"{k / 100:.2f},{np.sin(k / 9):.5f},0,1\n" for k in range(count))


def test_blank_cells_and_backward_times_are_dropped_and_counted(tmp_path: Path) -> None:
    csv = "t_s,x_g,z_g\n0.00,1,0\n0.01,,0\n0.02,2,0\n0.02,3,0\n0.01,3,0\n0.03,4,null\n0.04,1.5,1\n"
    read = read_folder(folder(tmp_path, csv))
    times, counts = read.samples["left_shank"]
    assert times.tolist() == [0, 20_000_000, 40_000_000]
    assert read.dropped == 4
    assert read.setup.sensors[0].axes == ("x", "z")
    assert counts[1, 0] * read.setup.sensors[0].scale_g_per_count == pytest.approx(2, abs=0.001)


def test_a_range_that_is_not_known_does_not_depend_on_the_data(tmp_path: Path) -> None:
    read = read_folder(folder(tmp_path, "t_s,x_g\n0,99\n1,-99\n", range_g=None))
    assert read.setup.sensors[0].range_g == 32
    assert read.samples["left_shank"][1].tolist() == [[32767], [-32768]]


@pytest.mark.parametrize(
    ("csv", "changes", "sentence"),
    [
        ("t_s,x_g\n0,1\n1,abc\n", {}, r"left_shank.csv, line 3: 'abc' is no number"),
        ("t_s,x_g\n0,1\n1\n2,3\n", {}, r"left_shank.csv, line 3: 1 values, expected 2"),
        ("t_s,x_g\n0,1\n1e9,1\n", {}, r"t_s 1e\+09 lies more than a day from the first"),
        ("t_s,x_g,x_g\n0,1,1\n", {}, r"line 1: the columns must be"),
        ("time,x\n0,1\n", {}, r"line 1: the columns must be t_s"),
        ("t_s,x_g\n0,1\n", {"side": "lft"}, r"sensors 1, side is 'lft'"),
        ("t_s,x_g\n0,1\n", {"sample_rate_hz": 1}, r"sample_rate_hz is 1: it must be at least 10"),
        ("t_s,x_g\n0,1\n", {"file": "../other.csv"}, r"file is '../other.csv'"),
        ("t_s,x_g\n0,1\n", {"file": "missing.csv"}, r"missing.csv named in recording.json is missing"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, csv: str, changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadInputError, match=sentence):
        read_folder(folder(tmp_path, csv, **changes))


def test_not_a_number_is_a_number_that_is_not_known(tmp_path: Path) -> None:
    folder(tmp_path, "t_s,x_g\n0,1\n")
    text = (tmp_path / "recording.json").read_text().replace('"x": 1', '"body_mass_kg": NaN')
    (tmp_path / "recording.json").write_text(text)
    assert read_folder(tmp_path).constant_belt is None


def test_no_folder_and_broken_json_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"it has no recording.json"):
        read_folder(tmp_path)
    (tmp_path / "recording.json").write_text("{")
    with pytest.raises(BadInputError, match="is not JSON"):
        read_folder(tmp_path)


@pytest.mark.parametrize("kept", [40, 171, 299])
def test_a_folder_cut_short_gives_the_same_items_up_to_the_cut(tmp_path: Path, kept: int) -> None:
    for name in ("whole", "part"):
        (tmp_path / name).mkdir()
    whole = read_folder(folder(tmp_path / "whole", "t_s,x_g,y_g,z_g\n" + rows(300)))
    part = read_folder(folder(tmp_path / "part", "t_s,x_g,y_g,z_g\n" + rows(kept)))
    start = start_order(None, None)
    mine, theirs = list(items(part, start))[1:-1], list(items(whole, start))[1:-1]
    for one, other in zip(mine, theirs, strict=False):
        if isinstance(one, Samples) and isinstance(other, Samples):
            assert np.array_equal(one.counts, other.counts)
        else:
            assert one == other


def test_a_tick_comes_after_all_samples_up_to_it(tmp_path: Path) -> None:
    read = read_folder(folder(tmp_path, "t_s,x_g,y_g,z_g\n" + rows(300)))
    newest = -1
    for item in items(read, start_order(None, None)):
        if isinstance(item, Samples):
            assert item.times_ns[0] > newest
        elif isinstance(item, Tick):
            newest = item.time_ns


def pulsing(path: Path, text: str, **changes: Any) -> Path:
    """A folder of one footswitch and nothing else."""
    part = {"name": "left_switch", "file": "steps.csv", "placement": "foot", "side": "left", **changes}
    path.mkdir()
    (path / "recording.json").write_text(json.dumps({"sensors": [], "step_pulses": [part]}))
    (path / "steps.csv").write_text(text)
    return path


def test_step_pulses_are_read_with_the_moment_at_which_each_was_sure(tmp_path: Path) -> None:
    read = read_folder(pulsing(tmp_path / "r", "t_s,decided_s\n0.5,0.505\n1.2,\n1.1,1.2\n,\n1.9,1.905\n"))
    assert [(p.time_ns, p.decided_ns) for p in read.pulses] == [
        (500_000_000, 505_000_000),
        (1_200_000_000, 1_200_000_000),
        (1_900_000_000, 1_905_000_000),
    ]
    assert [part.name for part in read.setup.pulses] == ["left_switch"]
    assert (read.start_ns, read.end_ns) == (0, 1_905_000_000)
    told = [item for item in items(read, start_order(None, None)) if isinstance(item, StepPulse)]
    assert told == read.pulses


@pytest.mark.parametrize(
    ("text", "changes", "sentence"),
    [
        ("time\n1\n", {}, "the columns must be t_s, decided_s"),
        ("t_s,decided_s\n1,0.9\n", {}, "line 2: decided_s is before t_s"),
        ("t_s\nsoon\n", {}, "'soon' is no number"),
        ("t_s\n1\n", {"file": "gone.csv"}, "the file gone.csv named in recording.json is missing"),
        ("t_s\n1\n", {"side": "lft"}, "side is 'lft'"),
    ],
)
def test_what_is_wrong_with_step_pulses_is_named(
    tmp_path: Path, text: str, changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(BadInputError, match=sentence):
        read_folder(pulsing(tmp_path / "r", text, **changes))


def test_a_folder_of_nothing_is_none(tmp_path: Path) -> None:
    (tmp_path / "recording.json").write_text('{"sensors": []}')
    with pytest.raises(BadInputError, match="it names no sensor and no step_pulses"):
        read_folder(tmp_path)
