"""Real recordings through `treadcoach replay`: contacts against force plates, cadence without doubling."""

import csv
import json
from pathlib import Path

import pytest

from controller.cli import main

TOLERANCE_S = 0.050
SETTLED_S = 3.0

pytestmark = pytest.mark.shared


def replayed(source: Path, out: Path) -> tuple[list[dict[str, str]], dict[str, object]]:
    assert main(["replay", str(source), "--out", str(out)]) == 0
    with open(out / "contacts.csv", newline="") as file:
        return list(csv.DictReader(file)), json.loads((out / "summary.json").read_text())


def true_contacts(source: Path) -> list[float]:
    with open(source / "truth.csv", newline="") as file:
        return [float(row["initial_contact_s"]) for row in csv.DictReader(file) if row["initial_contact_s"]]


def found_share(source: Path, out: Path, after_s: float) -> tuple[float, int]:
    """Share of the true contacts that have one of ours near, and how many of ours have no true one."""
    contacts, _ = replayed(source, out)
    ours = [float(row["initial_contact_s"]) for row in contacts]
    truth = true_contacts(source)
    due = [time for time in truth if time >= after_s]
    hits = [time for time in due if any(abs(our - time) <= TOLERANCE_S for our in ours)]
    inside = [our for our in ours if after_s <= our <= max(truth)]
    false = [our for our in inside if all(abs(our - time) > TOLERANCE_S for time in truth)]
    return len(hits) / len(due), len(false)


@pytest.mark.parametrize("trial", ["trial00_running", "trial01_running"])
def test_a_shank_finds_the_contacts_of_a_runner(shared_dir: Path, tmp_path: Path, trial: str) -> None:
    share, false = found_share(shared_dir / "data/recordings/bach2022_shank" / trial, tmp_path, SETTLED_S)
    assert share >= 0.95
    assert false == 0


@pytest.mark.parametrize(
    "trial", ["trial02_v2.50_slope+0", "trial14_v2.50_slope-10", "trial20_v3.33_slope+10"]
)
def test_a_sacrum_finds_the_contacts_of_both_feet(shared_dir: Path, tmp_path: Path, trial: str) -> None:
    source = shared_dir / "data/recordings/alcantara2022_sacrum" / trial
    share, false = found_share(source, tmp_path, SETTLED_S)
    assert share >= 0.95
    assert false == 0


def test_the_cadence_of_a_long_run_is_neither_halved_nor_doubled(shared_dir: Path, tmp_path: Path) -> None:
    _, summary = replayed(shared_dir / "data/recordings/pohl_treadmill_run/run", tmp_path)
    cadence = summary["cadence_spm"]
    assert isinstance(cadence, float)
    assert 180 <= cadence <= 190
    assert summary["cadence_from"] == "strides of one leg, doubled"


def test_a_recording_cut_short_gives_the_same_contacts_up_to_the_cut(
    shared_dir: Path, tmp_path: Path
) -> None:
    source = shared_dir / "data/recordings/bach2022_shank/trial00_running"
    short = tmp_path / "short"
    short.mkdir()
    (short / "recording.json").write_bytes((source / "recording.json").read_bytes())
    lines = (source / "left_shank.csv").read_text().splitlines(keepends=True)
    (short / "left_shank.csv").write_text("".join(lines[: len(lines) * 2 // 3]))
    whole, _ = replayed(source, tmp_path / "a")
    part, _ = replayed(short, tmp_path / "b")
    names = ("sensor", "side", "initial_contact_s", "decided_s", "quality")
    assert len(part) > 5
    assert [[row[n] for n in names] for row in part] == [
        [row[n] for n in names] for row in whole[: len(part)]
    ]
