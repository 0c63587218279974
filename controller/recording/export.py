"""What a replay leaves behind: the CSV files and the summary that other tools rely on."""

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from controller.cues import CancelCues, Cue, CueKind
from controller.gait.window import MEDIANS, Window, impact_refusal, window
from controller.items import Played
from controller.records import BlockResult, Contact, Impact, Prediction, Spread, Step, ToeOff

NS = 1_000_000_000
SURE_STEPS, FAIR_STEPS = 60, 20  # valid steps for high and for medium confidence
CLIPPED_MUCH = 0.01  # of all samples: confidence is then low


class Outcome(NamedTuple):
    """Everything one replay produced, in the order it was produced."""

    version: str
    zero_ns: int
    duration_s: float
    contacts: list[Contact]
    impacts: list[Impact]
    toe_offs: list[ToeOff]
    predictions: list[Prediction]
    steps: list[Step]
    blocks: list[BlockResult]
    timings: list[Spread]
    played: list[Played]
    cues: list[Cue]  # those that were played
    cancels: list[CancelCues]  # what sounded already then, fades
    samples: int
    clipped: int


def write_outcome(folder: Path, outcome: Outcome) -> None:
    """contacts, predictions, steps and cues as CSV, the medians as summary.json."""
    folder.mkdir(parents=True, exist_ok=True)
    zero_ns = outcome.zero_ns
    _contacts(folder / "contacts.csv", outcome)
    _table(
        folder / "predictions.csv",
        ("side", "predicted_contact_s", "issued_s", "sd_s"),
        (
            (p.side, _s(p.predicted_contact_ns, zero_ns), _s(p.issued_ns, zero_ns), _s(p.sd_ns, 0))
            for p in outcome.predictions
        ),
    )
    _steps(folder / "steps.csv", outcome)
    cues = ((_s(cue.due_ns, zero_ns), cue.kind, _cued(cue)) for cue in outcome.cues)
    _table(folder / "cues.csv", ("due_s", "kind", "value"), cues)
    (folder / "summary.json").write_text(json.dumps(summary(outcome), indent=1) + "\n")


def _cued(cue: Cue) -> str:
    return cue.text if cue.kind is CueKind.SAY else _value(cue.value)


def _s(time_ns: int, zero_ns: int) -> str:
    """Nanoseconds as seconds with nine decimals: exact."""
    since_ns = time_ns - zero_ns
    sign = "-" if since_ns < 0 else ""
    return f"{sign}{abs(since_ns) // NS}.{abs(since_ns) % NS:09d}"


def _value(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def _contacts(path: Path, outcome: Outcome) -> None:
    toe_offs = {toe_off.initial_contact_ns: toe_off.toe_off_ns for toe_off in outcome.toe_offs}
    impacts = {impact.initial_contact_ns: impact for impact in outcome.impacts}
    rows = []
    for contact in outcome.contacts:
        time_ns = contact.initial_contact_ns
        impact, toe_off_ns = impacts.get(time_ns), toe_offs.get(time_ns)
        rows.append(
            (
                contact.sensor,
                contact.side,
                _s(time_ns, outcome.zero_ns),
                "" if toe_off_ns is None else _s(toe_off_ns, outcome.zero_ns),
                _s(contact.decided_ns, outcome.zero_ns),
                _value(impact.peak_g if impact else None),
                int(impact.clipped) if impact else "",
                _value(contact.quality),
            )
        )
    names = "sensor,side,initial_contact_s,toe_off_s,decided_s,peak_g,clipped,quality"
    _table(path, names.split(","), rows)


def _steps(path: Path, outcome: Outcome) -> None:
    fields = list(msgspec.structs.fields(Step))
    columns = [f.name.removesuffix("_ns") + "_s" if f.name.endswith("_ns") else f.name for f in fields]
    # What first answered a step: when that was due, and when a player says it began.
    answers: dict[int, Played] = {}
    for played in outcome.played:
        if played.contact_ns is not None:
            answers.setdefault(played.contact_ns, played)
    rows = []
    for step in outcome.steps:
        answer = answers.get(step.initial_contact_ns)
        told: list[str | int] = (
            [_s(t, outcome.zero_ns) for t in (answer.due_ns, answer.acted_ns)] if answer else ["", ""]
        )
        values = [(f.name, getattr(step, f.name)) for f in fields]
        rows.append(
            [
                _s(v, outcome.zero_ns)
                if name.endswith("_ns")
                else int(v)
                if isinstance(v, bool)
                else _value(v)
                for name, v in values
            ]
            + told
        )
    _table(path, [*columns, "cue_due_s", "cue_acted_s"], rows)


def summary(outcome: Outcome) -> dict[str, Any]:
    """Medians over locked time: regular steps of the mode that lasted longest; null when unknown."""
    seconds = {mode: _mode_s(outcome.steps, mode) for mode in ("running", "walking")}
    main = max(seconds, key=lambda mode: seconds[mode])
    steps = [step for step in outcome.steps if not step.irregular and step.mode == main]
    one_leg = bool(steps) and all(step.step_time_s is None for step in steps)
    all_over = window(outcome.steps, main)
    return {
        "version": outcome.version,
        "duration_s": round(outcome.duration_s, 3),
        "running_s": round(seconds["running"], 3),
        "walking_s": round(seconds["walking"], 3),
        "steps": len(outcome.contacts) * (2 if one_leg else 1),
        "cadence_from": "strides of one leg, doubled" if one_leg else "steps of both feet",
        **{name: _rounded(getattr(all_over, name)) for name in MEDIANS},
        "asymmetry_percent": _asymmetry(all_over),
        "asymmetries": msgspec.to_builtins(all_over.asymmetries),
        "peak_tibial_acceleration_g": {
            "left": _rounded(all_over.peak_left_g),
            "right": _rounded(all_over.peak_right_g),
        },
        "peak_axial_acceleration_g": {
            "left": _rounded(all_over.peak_axial_left_g),
            "right": _rounded(all_over.peak_axial_right_g),
        },
        "step_variability_percent": _rounded(all_over.step_variability_percent),
        "drifts": msgspec.to_builtins(all_over.drifts),
        "irregular_steps": all_over.irregular_steps,
        "steps_with_gaps": all_over.gap_steps,
        "clipped_impacts": _rounded(all_over.clipped_share),
        "impact_target_refused": impact_refusal(all_over, None),
        "clipped_fraction": round(outcome.clipped / outcome.samples, 6) if outcome.samples else None,
        "timings": msgspec.to_builtins(outcome.timings),
        "blocks": msgspec.to_builtins(outcome.blocks),
        "quality": _quality(len(steps), outcome),
    }


def _mode_s(steps: list[Step], mode: str) -> float:
    return sum(step.step_time_s or step.stride_time_s or 0.0 for step in steps if step.mode == mode)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def _asymmetry(all_over: Window) -> dict[str, Any]:
    """Of contact time, by Robinson's symmetry index 200 (R - L) / (R + L) (Robinson 1987)."""
    named = {(a.measure, a.formula): a.value for a in all_over.asymmetries}
    value = named.get(("contact_time_s", "robinson_si"))
    return {
        "formula": "robinson_si of contact_time_s",
        "value": None if value is None else round(value, 3),
    }


def _quality(valid_steps: int, outcome: Outcome) -> str | None:
    if not valid_steps:
        return None
    if outcome.clipped > CLIPPED_MUCH * outcome.samples or valid_steps < FAIR_STEPS:
        return "low"
    return "high" if valid_steps >= SURE_STEPS else "medium"
