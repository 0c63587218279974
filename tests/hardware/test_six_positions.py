"""The six-position check: a capsule's six faces come back as offset and gain, or as what is missing."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from controller.items import Placement, Samples, SensorSetup, Side, StationSetup
from controller.recording.session_file import Header, SessionWriter
from hardware.tools.six_positions import axes, main

RATE_HZ = 100.0
SENSOR = SensorSetup(
    name="left_shank",
    placement=Placement.SHANK,
    side=Side.LEFT,
    sample_rate_hz=RATE_HZ,
    range_g=32,
    scale_g_per_count=0.000976,
)
OFFSETS_G, GAINS = np.array([0.02, -0.05, 0.09]), np.array([1.01, 0.99, 1.02])
FACES = [sign * np.eye(3)[axis] for axis in range(3) for sign in (1, -1)]


def held(faces: list[npt.NDArray[np.float64]], seconds: float = 5.0) -> npt.NDArray[np.float64]:
    """Five seconds on each face, and a second of being turned in a hand between them."""
    noise, parts = np.random.default_rng(3), []
    for face in faces:
        still = np.tile(face * GAINS + OFFSETS_G, (round(seconds * RATE_HZ), 1))
        parts += [still + noise.normal(0, 0.004, still.shape), noise.normal(0, 0.5, (round(RATE_HZ), 3))]
    return np.concatenate(parts)


def recorded(folder: Path, readings_g: npt.NDArray[np.float64]) -> str:
    path = folder / "session.mcap"
    header = Header(
        session_id="s-1", setup=StationSetup(sensors=(SENSOR,)), wall_time="2026-01-01T00:00:00", version="x"
    )
    counts = np.round(readings_g / SENSOR.scale_g_per_count).astype(np.int16)
    times = np.arange(len(counts), dtype=np.int64) * round(1e9 / RATE_HZ)
    with path.open("wb") as file:
        writer = SessionWriter(file, header)
        writer.add(Samples(sensor=SENSOR.name, times_ns=times, counts=counts), [])
        writer.finish()
    return str(path)


def test_offset_and_gain_come_back() -> None:
    found, missing = axes(held(FACES), RATE_HZ)
    assert missing == []
    assert [axis.offset_g for axis in found] == pytest.approx(OFFSETS_G, abs=0.002)
    assert [axis.gain for axis in found] == pytest.approx(GAINS, abs=0.002)
    assert all(axis.good for axis in found)


def test_a_capsule_on_its_edge_is_on_no_face() -> None:
    edge = np.array([0.7, 0.7, 0.1])
    found, missing = axes(held([edge, *FACES[:4]]), RATE_HZ)
    assert [axis.name for axis in found] == ["x", "y"]
    assert missing == ["+z", "-z"]


def test_too_short_to_be_still() -> None:
    assert axes(held(FACES, seconds=0.5), RATE_HZ)[0] == []


def test_a_session_is_read_and_said_in_lines(tmp_path: Path, capsys: Any) -> None:
    assert main([recorded(tmp_path, held(FACES))]) == 0
    assert capsys.readouterr().out.splitlines()[1] == "left_shank y: offset -0.050 g, gain 0.990, good"


def test_a_bad_axis_and_a_missing_face_are_named(tmp_path: Path, capsys: Any) -> None:
    crooked = held(FACES[:5])
    crooked[:, 0] += 0.2
    assert main([recorded(tmp_path, crooked)]) == 1
    said = capsys.readouterr().out
    assert "left_shank x: offset +0.220 g, gain 1.010, not good" in said
    assert "left_shank: never lay still with -z up." in said


def test_something_else_is_refused_in_words(tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "x.mcap").write_bytes(b"nothing")
    assert main([str(tmp_path / "x.mcap")]) == 2
    assert "is not a Treadcoach session file" in capsys.readouterr().err
