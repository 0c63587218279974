"""The exchange folder under any blanks, any cut and any line that can't be read."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.checked import BadInputError
from controller.items import BeltSpeed, Command, Item, Samples
from controller.recording.folder import BATCH_NS, items, read_folder
from controller.replay import start_order

CELL = st.sampled_from(["", " ", "null", "nan", "inf", "0", "-1.5", "2e-1", "7"])
TIME = st.sampled_from(["", "nan", "0", "0.01", "0.02", "0.03", "0.0300000001", "1"])


def recording(path: Path, sensors: dict[str, str], belt: str | None = None) -> Path:
    """A folder with these CSV texts; every sensor has the same nominal rate."""
    path.mkdir(parents=True, exist_ok=True)
    entries = [
        {
            "name": name,
            "file": name + ".csv",
            "placement": "shank",
            "side": "left",
            "sample_rate_hz": 500,
            "range_g": 32,
        }
        for name in sensors
    ]
    (path / "recording.json").write_text(json.dumps({"sensors": entries}))
    for name, text in sensors.items():
        (path / (name + ".csv")).write_text(text)
    if belt is not None:
        (path / "belt.csv").write_text(belt)
    return path


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("folders")


def number(cell: str) -> float:
    return float(cell) if cell.strip() not in ("", "null") else math.nan


@pytest.mark.slow
@given(st.lists(st.tuples(TIME, CELL, CELL), max_size=12))
def test_exactly_the_whole_rows_in_rising_time_are_kept(
    place: Path, cells: list[tuple[str, str, str]]
) -> None:
    expected: list[tuple[int, int, int]] = []
    for row in cells:
        time_s, x_g, z_g = (number(cell) for cell in row)
        if all(map(math.isfinite, (time_s, x_g, z_g))):
            time_ns = round(time_s * 1e9)
            if not expected or time_ns > expected[-1][0]:
                expected.append((time_ns, round(x_g * 1000), round(z_g * 1000)))
    text = "t_s,x_g,z_g\n" + "".join(",".join(row) + "\n" for row in cells)
    read = read_folder(recording(place / "blanks", {"a": text}))
    times, counts = read.samples["a"]
    assert list(zip(times.tolist(), *counts.T.tolist(), strict=True)) == expected
    assert read.dropped == len(cells) - len(expected)


@pytest.mark.parametrize("header", ["t_s,y_g", "t_s,z_g,x_g", "t_s,x_g,y_g,z_g"])
def test_axes_are_those_of_the_header_in_its_order(place: Path, header: str) -> None:
    columns = header.count(",")
    row = ",".join(["0.5", *(str(k + 1) for k in range(columns))])
    read = read_folder(recording(place / "axes", {"a": f"{header}\n{row}\n"}))
    assert read.setup.sensors[0].axes == tuple(name[0] for name in header.split(",")[1:])
    assert read.samples["a"][1].tolist() == [[1000 * (k + 1) for k in range(columns)]]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("blank", ["", "null"])
def test_line_ends_of_either_kind_are_read_alike(place: Path, newline: str, blank: str) -> None:
    text = newline.join(["t_s,x_g", "0,1", f"0.01,{blank}", "0.02,2", ""])
    (place / "ends").mkdir(exist_ok=True)
    path = recording(place / "ends", {"a": ""})
    (path / "a.csv").write_bytes(text.encode())
    assert read_folder(path).samples["a"][0].tolist() == [0, 20_000_000]


@pytest.mark.parametrize("body", ["0,1\n1,2\n", "0,1\n1,\n", "0\n1\n", "0,1,2\n1,2,3\n"])
@pytest.mark.parametrize("wrong", ["1,\xb5", "oops,1", "1,2,3,4"])
def test_a_line_that_cannot_be_read_is_named_by_file_and_number(place: Path, body: str, wrong: str) -> None:
    lines = body.splitlines()
    bad = next((k for k, line in enumerate(lines) if line.count(",") != 1), len(lines))
    path = recording(place / "wrong", {"a": ""})
    (path / "a.csv").write_bytes(f"t_s,x_g\n{body}{wrong}\n".encode("latin-1"))
    with pytest.raises(BadInputError, match=rf"^a\.csv, line {bad + 2}: "):
        read_folder(path)


def test_a_belt_line_that_cannot_be_read_is_named(place: Path) -> None:
    belt = "t_s,belt_speed_mps,incline_percent\n0,2.5,\n1,,1\n2,fast,1\n"
    with pytest.raises(BadInputError, match=r"^belt\.csv, line 4: 'fast' is no number\.$"):
        read_folder(recording(place / "belt", {"a": "t_s,x_g\n0,1\n"}, belt))


def test_a_belt_keeps_what_is_known_of_each_row(place: Path) -> None:
    belt = "t_s,belt_speed_mps,incline_percent,note\n0,2.5,,a\n1,,1,b\n,2,1,c\n2,3,-4.5,d\n"
    read = read_folder(recording(place / "belt2", {"a": "t_s,x_g\n0,1\n"}, belt))
    assert [(b.time_ns, b.speed_mps, b.incline_percent) for b in read.belt] == [
        (0, 2.5, None),
        (2_000_000_000, 3.0, -4.5),
    ]


def test_a_file_cut_at_any_byte_gives_the_rows_before_the_cut(place: Path) -> None:
    text = "t_s,x_g,y_g\n" + "".join(f"{k / 500:.4f},{k % 7 - 3}.5,{k / 8}\n" for k in range(12))
    path = recording(place / "bytes", {"a": text})
    whole_times, whole_counts = read_folder(path).samples["a"]
    for cut in range(text.index("\n") + 2, len(text)):
        (path / "a.csv").write_text(text[:cut])
        times, counts = read_folder(path).samples["a"]
        sure = text[:cut].count("\n") - 1
        # A row cut inside its last number can't be told from a whole one; all rows before it are exact.
        assert sure <= len(times) <= sure + 1
        assert times.tolist() == whole_times[: len(times)].tolist()
        assert counts[:sure].tolist() == whole_counts[:sure].tolist()


def arrival_ns(item: Item) -> int:
    return int(item.times_ns[-1]) if isinstance(item, Samples) else item.time_ns


def plain(item: Item) -> object:
    return (item.sensor, item.times_ns.tolist(), item.counts.tolist()) if isinstance(item, Samples) else item


def rows(rate_hz: float, until_s: float) -> str:
    count = math.ceil(until_s * rate_hz)
    return "t_s,x_g\n" + "".join(f"{k / rate_hz:.6f},{math.sin(k):.4f}\n" for k in range(count))


@pytest.mark.slow
@given(st.floats(0.02, 0.99))
def test_a_recording_cut_at_any_time_gives_the_same_items_up_to_there(place: Path, cut_s: float) -> None:
    def told(name: str, until_s: float) -> list[Item]:
        belt = "t_s,belt_speed_mps\n" + "".join(f"{k / 10},2.5\n" for k in range(math.ceil(until_s * 10)))
        path = recording(place / name, {"a": rows(833, until_s), "b": rows(208, until_s)}, belt)
        return [i for i in items(read_folder(path), start_order(None, None)) if not isinstance(i, Command)]

    part, whole = told("part", cut_s), told("whole", 1.0)
    # The batch that the cut runs through arrives earlier and shorter; nothing before it changes.
    sure_ns = max(map(arrival_ns, part)) - BATCH_NS
    mine = [plain(item) for item in part if arrival_ns(item) <= sure_ns]
    assert mine == [plain(item) for item in whole if arrival_ns(item) <= sure_ns]


def test_every_sample_and_belt_row_arrives_once_and_in_order(place: Path) -> None:
    folder = read_folder(recording(place / "once", {"a": rows(833, 1), "b": rows(208, 1)}))
    told = list(items(folder, start_order(None, None)))
    assert [arrival_ns(item) for item in told] == sorted(arrival_ns(item) for item in told)
    for name in ("a", "b"):
        batches = [item for item in told if isinstance(item, Samples) and item.sensor == name]
        assert [t for b in batches for t in b.times_ns.tolist()] == folder.samples[name][0].tolist()
        assert all(b.times_ns[-1] - b.times_ns[0] < BATCH_NS for b in batches)
    assert not any(isinstance(item, BeltSpeed) for item in told)
