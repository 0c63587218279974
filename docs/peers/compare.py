"""Treadcoach beside installable peers, on the same recordings: accuracy and samples per second.

    python compare.py RECORDINGS_DIR [--json FILE]

Peers look at a whole recording before they decide; Treadcoach is told one sample after the other. "deb." is
what remains when one constant offset per set is removed, which flatters whoever has an offset.
"""

import argparse
import json
import warnings
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import msgspec
import numpy as np
from adapters import PEERS, Array

from controller.clock import processor_s
from controller.recording.folder import Folder, read_folder, recording_of
from controller.replay import replay_folder, start_order
from controller.validation.matching import f1, match
from controller.validation.truth import TrueContact, read_truth

WIDE_S = 0.05
UNSCORED = 2  # contacts of each foot
HOLE = 1.6
HALF_STRIDE_S = 0.5


class Run(NamedTuple):
    """One method on one recording: what it found, what was true, how fast."""

    found_s: Array
    true_s: list[float]
    unscored: int
    samples: int
    used_s: float
    failed: str


def main() -> None:
    """Run everything, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recordings", type=Path)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    runs: dict[tuple[str, str, str, str], list[Run]] = defaultdict(list)
    for path in sorted(p.parent for p in arguments.recordings.rglob("recording.json")):
        for placement, method, run in compared(path):
            recording = recording_of(path)
            condition = str(recording.get("condition") or "unknown")
            runs[path.parent.name, condition, placement, method].append(run)
    rows = [row(key, own) for key, own in sorted(runs.items())]
    print(table(rows))
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1) + "\n")


def compared(path: Path) -> Iterator[tuple[str, str, Run]]:
    """(placement, method, run) of every method that applies to a recording."""
    folder = read_folder(path)
    truth = read_truth(path, recording_of(path))
    if not truth.contacts:
        return
    for placement in sorted({sensor.placement.value for sensor in folder.setup.sensors}):
        sensors = [s for s in folder.setup.sensors if s.placement.value == placement]
        true = truth.of({sensor.side for sensor in sensors})
        yield placement, "Treadcoach", ours(folder, placement, true)
        for method in PEERS[placement]:
            yield placement, method, theirs(folder, placement, method, true)


def ours(folder: Folder, placement: str, true: list[TrueContact]) -> Run:
    """Treadcoach, told sample by sample."""
    kept = tuple(s for s in folder.setup.sensors if s.placement.value == placement)
    setup = msgspec.structs.replace(folder.setup, sensors=kept)
    only = folder._replace(setup=setup, samples={s.name: folder.samples[s.name] for s in kept})
    used = []
    for _ in range(3):
        began = processor_s()
        outcome = replay_folder(only, start_order(None, None))
        used.append(processor_s() - began)
    found = np.array(sorted(c.initial_contact_ns for c in outcome.contacts)) / 1e9
    samples = sum(len(times) for times, _ in only.samples.values())
    return Run(found, [c.contact_s for c in true], _unscored(true), samples, min(used), "")


def theirs(folder: Folder, placement: str, method: str, true: list[TrueContact]) -> Run:
    """A peer, given each sensor's whole recording; several sensors of a placement are put together."""
    detect = PEERS[placement][method]
    found: list[float] = []
    samples, used_s, failed = 0, 0.0, ""
    for sensor in folder.setup.sensors:
        if sensor.placement.value != placement:
            continue
        times_ns, counts = folder.samples[sensor.name]
        force_g = counts.astype(float) * sensor.scale_g_per_count
        if force_g.shape[1] < 3:
            force_g = np.hstack([force_g, np.zeros((len(force_g), 3 - force_g.shape[1]))])
        samples += len(times_ns)
        runs = []
        for _ in range(3):
            began = processor_s()
            try:
                contacts = detect(times_ns / 1e9, force_g, sensor.sample_rate_hz)
            except Exception as problem:  # noqa: BLE001  a peer may refuse a recording; it is counted as found nothing
                contacts, failed = np.empty(0), f"{type(problem).__name__}: {problem}"
            runs.append(processor_s() - began)
        found += [float(contact) for contact in contacts]
        used_s += min(runs)
    true_s = [contact.contact_s for contact in true]
    return Run(np.array(sorted(found)), true_s, _unscored(true), samples, used_s, failed)


def _unscored(true: list[TrueContact]) -> int:
    """Contacts at the beginning that are not judged: two of each foot; a step of no known side is of two."""
    feet = {contact.side for contact in true}
    quick = len(true) > 1 and median(np.diff([c.contact_s for c in true])) < HALF_STRIDE_S
    return UNSCORED * (2 if len(feet) > 1 or quick else 1)


def row(key: tuple[str, str, str, str], runs: list[Run]) -> dict[str, Any]:
    """The figures of one method on one set."""
    offset_s = _offset(runs)
    raw, debiased = _errors(runs, 0.0), _errors(runs, offset_s)
    errors_ms = [1000 * abs(error) for error in debiased[2]]
    return {
        "set": key[0],
        "condition": key[1],
        "placement": key[2],
        "method": key[3],
        "true": raw[0] + raw[3],
        "errors": raw[1],
        "f1": f1(raw[0], raw[1]),
        "f1_debiased": f1(debiased[0], debiased[1]),
        "offset_ms": 1000 * offset_s,
        "median_ms": median(errors_ms) if errors_ms else None,
        "p95_ms": float(np.percentile(errors_ms, 95)) if errors_ms else None,
        "samples_per_s": sum(r.samples for r in runs) / max(sum(r.used_s for r in runs), 1e-9),
        "refused": sum(bool(run.failed) for run in runs),
        "recordings": len(runs),
    }


def _offset(runs: list[Run]) -> float:
    """The constant offset within 0.2 s that leaves the fewest errors."""
    candidates = np.arange(-0.2, 0.2001, 0.005)
    best = min(candidates, key=lambda offset: (_errors(runs, float(offset))[1], abs(offset)))
    return float(best)


def _errors(runs: list[Run], offset_s: float) -> tuple[int, int, list[float], int]:
    """Hits, errors, signed errors of the hits in s, and misses, of all recordings."""
    hits, errors, missed = 0, 0, 0
    signed: list[float] = []
    for run in runs:
        true_s, found_s = run.true_s[run.unscored :] or run.true_s, [t - offset_s for t in run.found_s]
        matching = match(found_s, run.true_s, WIDE_S)
        scored = {index for index, time_s in enumerate(run.true_s) if time_s >= true_s[0]}
        own = [(f, t) for f, t in matching.pairs if t in scored]
        lost = sum(index in scored for index in matching.missed)
        false = sum(_counts(found_s[index], run.true_s, true_s[0]) for index in matching.false)
        hits, missed, errors = hits + len(own), missed + lost, errors + lost + false
        signed += [found_s[f] - run.true_s[t] for f, t in own]
    return hits, errors, signed, missed


def _counts(time_s: float, true_s: list[float], from_s: float) -> bool:
    """Whether a contact found here is a false one: in the scored time and in no hole of the truth."""
    if not from_s - WIDE_S <= time_s <= true_s[-1] + WIDE_S:
        return False
    usual_s = median(np.diff(true_s)) if len(true_s) > 1 else 0.0
    after = int(np.searchsorted(true_s, time_s))
    return not 0 < after < len(true_s) or bool(true_s[after] - true_s[after - 1] <= HOLE * usual_s)


def table(rows: list[dict[str, Any]]) -> str:
    """Aligned text."""
    names = ("set", "condition", "placement", "method", "true", "errors", "f1", "f1_debiased")
    names += ("offset_ms", "median_ms", "p95_ms", "samples_per_s", "refused")
    lines = [list(names)] + [[_cell(row[name]) for name in names] for row in rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(names))]
    return "\n".join("  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) for line in lines)


def _cell(value: Any) -> str:
    if value is None:
        return "--"
    if isinstance(value, float):
        return f"{value:.0f}" if value >= 1000 else f"{value:.3f}".rstrip("0").rstrip(".")
    return str(value)


if __name__ == "__main__":
    main()
