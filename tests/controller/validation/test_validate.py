"""`treadcoach validate`: on simulated recordings spoiled on purpose, and on the shared ones."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from controller.checked import BadInputError
from controller.cli import main
from controller.simulation.dataset import _make_folder, scenes
from controller.validation.report import folders_under, text, validate
from controller.validation.table import correlation, rows
from controller.validation.trial import Trial, measure


@pytest.fixture(scope="module")
def steady(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("set") / "simulated" / "run-steady"
    _make_folder(folder, scenes()["run-steady"])
    return folder


def spoiled(folder: Path, to: Path, *, later_s: float = 0.0, without: int | None = None) -> Path:
    """A copy whose truth says otherwise: all contacts `later_s` later, every `without`-th left out."""
    to.mkdir(parents=True)
    for path in folder.iterdir():
        (to / path.name).write_bytes(path.read_bytes())
    with open(folder / "truth.csv", newline="") as file:
        table = list(csv.DictReader(file))
    kept = [row for number, row in enumerate(table) if without is None or number % without]
    with open(to / "truth.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, list(table[0]))
        writer.writeheader()
        for row in kept:
            writer.writerow({**row, "initial_contact_s": float(row["initial_contact_s"]) + later_s})
    return to


def by_sensors(folder: Path) -> dict[str, Trial]:
    return {trial.sensors: trial for trial in measure(folder)}


@pytest.mark.slow
def test_a_perfect_recording_has_no_errors(steady: Path) -> None:
    trial = by_sensors(steady)["2 shank"]
    assert trial.true_contacts > 80
    assert trial.errors_50 <= 1
    assert trial.sides_right == trial.sides_told
    assert trial.while_standing == 0
    assert max(abs(error) for error in trial.cadence_errors_spm) < 1.0


@pytest.mark.slow
def test_a_shifted_truth_shows_as_bias_and_not_as_luck(steady: Path, tmp_path: Path) -> None:
    plain = by_sensors(steady)["2 shank"]
    shifted = by_sensors(spoiled(steady, tmp_path / "s" / "late", later_s=0.03))["2 shank"]
    (row,) = rows([plain])
    (late,) = rows([shifted])
    assert row.bias_ms is not None
    assert late.bias_ms is not None
    assert late.bias_ms == pytest.approx(row.bias_ms - 30, abs=0.5)
    assert late.errors_20 > 100
    assert late.errors_50 == row.errors_50


@pytest.mark.slow
def test_where_the_truth_has_a_hole_nothing_is_judged(steady: Path, tmp_path: Path) -> None:
    fewer = by_sensors(spoiled(steady, tmp_path / "s" / "fewer", without=10))["2 shank"]
    assert fewer.errors_50 <= 1
    assert fewer.true_contacts < by_sensors(steady)["2 shank"].true_contacts


def test_rows_group_by_set_condition_and_sensors_and_leave_people_out() -> None:
    def trial(person: str, error_s: float) -> Trial:
        return Trial(
            collection="c",
            name=person,
            person=person,
            condition="running",
            sensors="shank",
            true_contacts=3,
            errors_50=0,
            errors_20=0,
            contact_errors_s=[error_s] * 3,
            latencies_s=[0.03] * 3,
            sides_right=3,
            sides_told=3,
            while_standing=0,
            toe_offs=0,
            toe_off_hits=0,
            toe_off_told=0,
            toe_off_errors_s=[],
            stances_s=[],
            strides_s=[],
            cadence_errors_spm=[],
            prediction_errors_s=[],
            asymmetry_percent=None,
            bounce_m=None,
            cadence_spm=None,
            duration_s=1.0,
        )

    (row,) = rows([trial("a", 0.010), trial("b", 0.014), trial("c", 0.012)])
    assert row.recordings == row.people == 3
    assert row.bias_ms == pytest.approx(12)
    # a against b and c: 10 - 13 (between 12 and 14); b: 14 - 11; c: 12 - 12.
    assert row.left_out_median_ms == pytest.approx(3)
    assert row.toe_off_f1 is None


def test_correlation_needs_three_pairs_and_some_spread() -> None:
    assert correlation([(1, 1), (2, 2)]) is None
    assert correlation([(1, 1), (1, 2), (1, 3)]) is None
    assert correlation([(1, 2), (2, 4), (3, 6)]) == pytest.approx(1.0)


@pytest.mark.slow
def test_the_command_prints_the_table_and_writes_json(
    steady: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", str(steady.parent), "--json", str(tmp_path / "v.json")]) == 0
    shown = capsys.readouterr().out
    assert "Initial contacts" in shown
    assert "2 shank" in shown
    kept = json.loads((tmp_path / "v.json").read_text())
    assert {row["sensors"] for row in kept["rows"]} >= {"2 shank"}
    assert kept["trials"][0]["contact_errors_s"]


def test_a_folder_without_recordings_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="no recording folder"):
        folders_under(tmp_path)


GOALS = [
    # set, condition, sensors, F1 at 50 ms, median and p95 in ms; below the figures of docs/accuracy.md
    ("bach2022_shank", "running", "shank", 0.99, 5.0, 12.0),
    ("bach2022_shank", "walking", "shank", 0.98, 12.0, 40.0),
    ("alcantara2022_sacrum", "running", "sacrum", 0.99, 6.0, 18.0),
]


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: f"{goal[0]}-{goal[1]}")
def test_the_shared_recordings_stay_as_accurate_as_they_are(
    shared_dir: Path, goal: tuple[str, str, str, float, float, float]
) -> None:
    collection, condition, sensors, wanted_f1, median_ms, p95_ms = goal
    report = validate(shared_dir / "data/recordings" / collection)
    (row,) = (r for r in report.rows if (r.condition, r.sensors) == (condition, sensors))
    assert row.f1_50 is not None
    assert row.f1_50 >= wanted_f1
    assert row.median_ms is not None
    assert row.median_ms <= median_ms
    assert row.p95_ms is not None
    assert row.p95_ms <= p95_ms
    assert collection in text(report)


@pytest.mark.shared
@pytest.mark.slow
def test_feet_and_lower_back_of_walkers(shared_dir: Path) -> None:
    """Two walks of each of ten people: contacts, sides, and nothing while they stand."""
    walks = shared_dir / "data/recordings" / "voisard2023_walk"
    trials = [t for person in range(1, 11) for n in (1, 2) for t in measure(walks / f"{person}-{n}")]
    feet, back = (next(row for row in rows(trials) if row.sensors == s) for s in ("2 foot", "sacrum"))
    assert feet.f1_50 is not None
    assert feet.f1_50 >= 0.97
    assert feet.sides_right >= feet.sides_told - 1
    assert feet.while_standing == 0
    assert back.f1_50 is not None
    assert back.f1_50 >= 0.93


def resampled(folder: Path, to: Path, rate_hz: float) -> Path:
    """The first sensor of a folder at another rate, by Fourier interpolation; truth as it is."""
    to.mkdir(parents=True)
    entry = json.loads((folder / "recording.json").read_text().replace("NaN", "null"))
    (sensor,) = entry["sensors"]
    values = np.loadtxt(folder / sensor["file"], delimiter=",", skiprows=1)
    own_hz = sensor["sample_rate_hz"]
    even_s = np.arange(values[0, 0], values[-1, 0], 1 / own_hz)
    even = np.stack([np.interp(even_s, values[:, 0], values[:, axis]) for axis in (1, 2, 3)], axis=1)
    count = round(len(even) * rate_hz / own_hz)
    spectrum = np.fft.rfft(even, axis=0)
    wider = np.zeros((count // 2 + 1, 3), complex)
    kept = min(len(spectrum), len(wider))
    wider[:kept] = spectrum[:kept]
    force = np.fft.irfft(wider, count, axis=0) * count / len(even)
    times_s = even_s[0] + np.arange(count) * len(even) / own_hz / count
    rows = np.column_stack([times_s, force])
    np.savetxt(to / sensor["file"], rows, delimiter=",", header="t_s,x_g,y_g,z_g", comments="", fmt="%.7f")
    sensor["sample_rate_hz"] = rate_hz
    (to / "recording.json").write_text(json.dumps(entry))
    (to / "truth.csv").write_bytes((folder / "truth.csv").read_bytes())
    return to


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize("rate_hz", [100.0, 400.0, 1600.0])
@pytest.mark.parametrize("name", ["trial00_running", "trial03_walking"])
def test_the_same_recording_at_another_rate_gives_the_same_contacts(
    shared_dir: Path, tmp_path: Path, name: str, rate_hz: float
) -> None:
    folder = shared_dir / "data/recordings/bach2022_shank" / name
    (trial,) = measure(resampled(folder, tmp_path / "other" / name, rate_hz))
    assert trial.errors_50 == 0
    (own,) = measure(folder)
    (row,), (own_row,) = rows([trial]), rows([own])
    assert row.bias_ms == pytest.approx(own_row.bias_ms, abs=5.0)
