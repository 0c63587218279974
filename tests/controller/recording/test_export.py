"""What a replay leaves behind: exact times, joined rows, medians that are null when unknown."""

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.cues import Cue, CueKind
from controller.items import Played, Side
from controller.recording.export import Outcome, _s, summary, write_outcome
from controller.records import Contact, Impact, Prediction, Step, ToeOff

NS = 10**9
EMPTY = Outcome("x", 0, 10.0, [], [], [], [], [], [], [], [], [], [], 0, 0)


def step(number: int, **changes: Any) -> Step:
    """A running step of 0.36 s; sides alternate from the left."""
    given: dict[str, Any] = {
        "side": Side.RIGHT if number % 2 else Side.LEFT,
        "initial_contact_ns": number * 360_000_000,
        "decided_ns": number * 360_000_000 + 400_000_000,
        "mode": "running",
        "irregular": False,
        "unsure": False,
        "gap": False,
        "step_time_s": 0.36,
        "stride_time_s": 0.72,
        "cadence_spm": 166.0,
        "contact_time_s": 0.26,
        "flight_time_s": 0.1,
        "duty_factor": 0.36,
        "step_length_m": 0.9,
        "vertical_oscillation_m": 0.08,
        "vertical_oscillation_model_m": None,
        "vertical_stiffness_kn_per_m": None,
        "leg_stiffness_kn_per_m": None,
        "peak_g": 6.0,
        "peak_axial_g": 5.5,
        "clipped": False,
        "belt_speed_mps": 2.5,
    }
    return Step(**{**given, **changes})


def outcome(steps: list[Step], **changes: Any) -> Outcome:
    return EMPTY._replace(steps=steps, samples=1000, **changes)


def table(path: Path) -> list[dict[str, str]]:
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


@given(st.integers(-(2**62), 2**62), st.integers(-(2**62), 2**62))
def test_seconds_are_written_exactly(time_ns: int, zero_ns: int) -> None:
    text = _s(time_ns, zero_ns)
    assert Decimal(text) * 10**9 == time_ns - zero_ns
    assert len(text.split(".")[1]) == 9


def test_a_contact_is_joined_with_its_impact_and_toe_off(tmp_path: Path) -> None:
    contacts = [
        Contact(sensor="a", side=side, initial_contact_ns=t, decided_ns=t + 30_000_000, quality=0.5)
        for t, side in ((5 * 10**8, Side.LEFT), (9 * 10**8, Side.UNKNOWN))
    ]
    impact = Impact(
        sensor="a",
        side=Side.LEFT,
        initial_contact_ns=5 * 10**8,
        peak_g=6.25,
        axial_g=6.0,
        clipped=True,
    )
    toe_off = ToeOff(sensor="a", initial_contact_ns=5 * 10**8, toe_off_ns=75 * 10**7, decided_ns=8 * 10**8)
    write_outcome(tmp_path, EMPTY._replace(contacts=contacts, impacts=[impact], toe_offs=[toe_off]))
    lines = (tmp_path / "contacts.csv").read_text().splitlines()
    assert lines == [
        "sensor,side,initial_contact_s,toe_off_s,decided_s,peak_g,clipped,quality",
        "a,left,0.500000000,0.750000000,0.530000000,6.25,1,0.5",
        "a,unknown,0.900000000,,0.930000000,,,0.5",
    ]


def test_predictions_and_cues_count_from_the_zero_of_the_recording(tmp_path: Path) -> None:
    prediction = Prediction(
        side=Side.LEFT, predicted_contact_ns=12 * 10**8, issued_ns=11 * 10**8, sd_ns=9 * 10**6
    )
    cue = Cue(due_ns=10**9 + 1, kind=CueKind.CLICK, value=172.5)
    write_outcome(tmp_path, EMPTY._replace(zero_ns=10**9, predictions=[prediction], cues=[cue]))
    assert (tmp_path / "predictions.csv").read_text() == (
        "side,predicted_contact_s,issued_s,sd_s\nleft,0.200000000,0.100000000,0.009000000\n"
    )
    assert (tmp_path / "cues.csv").read_text() == "due_s,kind,value\n0.000000001,click,172.5\n"


def test_every_measure_of_a_step_has_its_column(tmp_path: Path) -> None:
    write_outcome(tmp_path, outcome([step(1, peak_g=None, irregular=True)]))
    (row,) = table(tmp_path / "steps.csv")
    assert row["initial_contact_s"] == "0.360000000"
    assert row["irregular"] == "1"
    assert row["clipped"] == "0"
    assert row["peak_g"] == ""
    measures = {name.removesuffix("_ns").removesuffix("_s") for name in Step.__struct_fields__}
    assert {name.removesuffix("_s") for name in row} == measures | {"cue_due", "cue_acted"}
    assert (row["cue_due_s"], row["cue_acted_s"]) == ("", "")


def test_a_step_keeps_when_its_cue_was_due_and_when_it_began(tmp_path: Path) -> None:
    own = step(1)
    played = Played(
        time_ns=5,
        player="light",
        kind="light",
        due_ns=NS,
        acted_ns=NS + 700_000,
        contact_ns=own.initial_contact_ns,
        decided_ns=NS,
    )
    write_outcome(tmp_path, outcome([own, step(2)])._replace(played=[played]))
    first, second = table(tmp_path / "steps.csv")
    assert (first["cue_due_s"], first["cue_acted_s"]) == ("1.000000000", "1.000700000")
    assert second["cue_due_s"] == ""


def test_nothing_known_is_null_and_never_zero(tmp_path: Path) -> None:
    write_outcome(tmp_path, EMPTY)
    told = json.loads((tmp_path / "summary.json").read_text())
    for name in ("cadence_spm", "contact_time_s", "vertical_oscillation_m", "clipped_fraction", "quality"):
        assert told[name] is None
    assert told["peak_tibial_acceleration_g"] == {"left": None, "right": None}
    assert told["asymmetry_percent"]["value"] is None
    assert told["running_s"] == 0
    assert told["duration_s"] == 10


def test_medians_are_over_regular_steps_of_the_longer_mode() -> None:
    walking = [step(k, mode="walking", step_time_s=0.5, cadence_spm=110.0) for k in range(5)]
    running = [step(k, cadence_spm=float(160 + k)) for k in range(11)]
    wild = [step(k, irregular=True, cadence_spm=300.0) for k in range(40)]
    told = summary(outcome(walking + running + wild))
    assert told["cadence_spm"] == 165
    assert told["walking_s"] == 2.5


def test_asymmetry_is_robinsons_index_of_contact_time() -> None:
    steps = [step(k, contact_time_s=0.26 if k % 2 else 0.24) for k in range(10)]
    told = summary(outcome(steps))["asymmetry_percent"]
    assert told["value"] == pytest.approx(200 * (0.26 - 0.24) / (0.26 + 0.24))
    assert "robinson" in told["formula"]


def test_strides_of_one_leg_are_doubled_and_said_to_be() -> None:
    contacts = [
        Contact(sensor="a", side=Side.LEFT, initial_contact_ns=k, decided_ns=k, quality=1.0) for k in range(6)
    ]
    told = summary(outcome([step(2 * k, step_time_s=None) for k in range(6)], contacts=contacts))
    assert told["steps"] == 12
    assert told["cadence_from"] == "strides of one leg, doubled"
    assert told["running_s"] == pytest.approx(6 * 0.72)


@pytest.mark.parametrize(
    ("steps", "clipped", "quality"),
    [(0, 0, None), (19, 0, "low"), (20, 0, "medium"), (59, 0, "medium"), (60, 10, "high"), (60, 11, "low")],
)
def test_confidence_follows_the_published_table(steps: int, clipped: int, quality: str | None) -> None:
    assert summary(outcome([step(k) for k in range(steps)], clipped=clipped))["quality"] == quality
