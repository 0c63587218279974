"""One recording, one set of its sensors: what the station said against what was true."""

from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

from controller.items import Placement, Side, StationSetup
from controller.recording.export import Outcome, summary
from controller.recording.folder import Folder, read_folder, recording_of
from controller.replay import replay_folder, start_order
from controller.validation.matching import match
from controller.validation.truth import TrueContact, Truth, read_truth

NS = 1e9
WIDE_S, NARROW_S = 0.05, 0.02
UNSCORED = 2  # contacts of each foot: the station is still finding the step
STRIDES = 10
GAP = 1.6  # a true interval longer than this share of the usual is a hole in the truth
BEFORE_FIRST_S = 1.0  # further before the first true contact than this, nobody has begun to step


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """Raw comparisons; lists are in seconds, signed as found minus true, unless their names say otherwise."""

    collection: str
    name: str
    person: str | None
    condition: str
    sensors: str
    true_contacts: int
    errors_50: int
    errors_20: int
    contact_errors_s: list[float]
    latencies_s: list[float]
    sides_right: int
    sides_told: int
    while_standing: int
    toe_offs: int
    toe_off_hits: int
    toe_off_told: int
    toe_off_errors_s: list[float]
    stances_s: list[tuple[float, float]]  # found, true
    strides_s: list[tuple[float, float]]  # found, true; what a Bland-Altman plot shows
    cadence_errors_spm: list[float]
    prediction_errors_s: list[float]
    asymmetry_percent: tuple[float, float] | None  # found, true
    bounce_m: tuple[float, float] | None  # found, true
    cadence_spm: float | None
    duration_s: float


PULSES = "pulses"


def placements_of(folder: Folder) -> list[str]:
    """Every placement by itself, parts that pulse, and all of them together where there are several."""
    there = [p.value for p in Placement if any(s.placement is p for s in folder.setup.sensors)]
    there += [PULSES] if folder.setup.pulses else []
    return [*there, "all"] if len(there) > 1 else there


def measure(path: Path) -> list[Trial]:
    """Replay one recording folder once for each placement in it."""
    folder = read_folder(path)
    truth = read_truth(path, recording_of(path))
    return [_measure(path, folder, truth, sensors) for sensors in placements_of(folder)]


def _only(folder: Folder, sensors: str) -> Folder:
    if sensors == "all":
        return folder
    kept = tuple(s for s in folder.setup.sensors if s.placement.value == sensors)
    parts = folder.setup.pulses if sensors == PULSES else ()
    setup = msgspec.structs.replace(folder.setup, sensors=kept, pulses=parts)
    pulses = folder.pulses if parts else []
    return folder._replace(setup=setup, pulses=pulses, samples={s.name: folder.samples[s.name] for s in kept})


def _measure(path: Path, folder: Folder, truth: Truth, sensors: str) -> Trial:
    folder = _only(folder, sensors)
    outcome = replay_folder(folder, start_order(None, None))
    sides = {s.side for s in folder.setup.sensors} | {part.side for part in folder.setup.pulses}
    known = truth.known
    told = summary(outcome)
    true = truth.of(sides)
    compared = Comparison(outcome, true, named=any(side is not Side.BOTH for side in sides))
    bounce, asymmetry = told["vertical_oscillation_m"], told["asymmetry_percent"]["value"]
    true_mm, true_percent = known.true_vertical_oscillation_mm, known.true_contact_asymmetry_percent
    return Trial(
        collection=path.parent.name,
        name=path.name,
        person=known.person,
        condition=known.condition or "unknown",
        sensors=_words(folder.setup, sensors),
        asymmetry_percent=None if asymmetry is None or true_percent is None else (asymmetry, true_percent),
        bounce_m=None if bounce is None or true_mm is None else (bounce, true_mm / 1000),
        cadence_spm=told["cadence_spm"],
        duration_s=outcome.duration_s,
        **compared.figures(),
    )


def _words(setup: StationSetup, sensors: str) -> str:
    """`two shanks`, `shank`, `sacrum`, `all`."""
    count = len(setup.sensors) + len(setup.pulses)
    return f"{count} {sensors}" if sensors != "all" and count > 1 else sensors


class Comparison:
    """The found and the true contacts of one replay, paired."""

    def __init__(self, outcome: Outcome, true: list[TrueContact], *, named: bool) -> None:
        self._outcome = outcome
        self._true = true
        self._named = named
        self._found = sorted(outcome.contacts, key=lambda contact: contact.initial_contact_ns)
        self._found_s = [contact.initial_contact_ns / NS for contact in self._found]
        self._true_s = [contact.contact_s for contact in true]
        self._pairs = match(self._found_s, self._true_s, WIDE_S).pairs
        self._scored = self._scored_indices()

    def _scored_indices(self) -> set[int]:
        seen: dict[Side, int] = {}
        scored = set()
        for index, contact in enumerate(self._true):
            seen[contact.side] = seen.get(contact.side, 0) + 1
            unscored = UNSCORED * 2 if contact.side is Side.UNKNOWN else UNSCORED
            if seen[contact.side] > unscored:
                scored.add(index)
        return scored

    def figures(self) -> dict[str, Any]:
        """Everything of a `Trial` that comes from contacts."""
        scored = [(found, true) for found, true in self._pairs if true in self._scored]
        errors_s = [self._found_s[found] - self._true_s[true] for found, true in scored]
        latencies = [self._found[found].decided_ns / NS - self._true_s[true] for found, true in scored]
        told = [(f, t) for f, t in scored if self._named and self._true[t].side is not Side.UNKNOWN]
        first_s = self._true_s[0] if self._true_s else float("-inf")
        return {
            "true_contacts": len(self._scored),
            "errors_50": self._errors(WIDE_S),
            "errors_20": self._errors(NARROW_S),
            "contact_errors_s": errors_s,
            "latencies_s": latencies,
            "sides_told": len(told),
            "sides_right": sum(self._found[f].side is self._true[t].side for f, t in told),
            "while_standing": sum(time_s < first_s - BEFORE_FIRST_S for time_s in self._found_s),
            "strides_s": self._strides(1),
            "cadence_errors_spm": [
                120 * STRIDES * (1 / found - 1 / true) for found, true in self._strides(STRIDES)
            ],
            "prediction_errors_s": self._predictions(),
            **self._toe_offs(),
        }

    def _errors(self, tolerance_s: float) -> int:
        """Missed and false ones, where the truth is without a hole and the step has been found."""
        if not self._scored:
            return 0
        matching = match(self._found_s, self._true_s, tolerance_s)
        missed = sum(index in self._scored for index in matching.missed)
        return missed + sum(self._counts(self._found_s[index]) for index in matching.false)

    def _counts(self, time_s: float) -> bool:
        """Whether a contact found here would be a false one."""
        usual_s = median(b - a for a, b in pairwise(self._true_s)) if len(self._true_s) > 1 else 0.0
        first_s = self._true_s[min(self._scored)] - WIDE_S
        if not first_s <= time_s <= self._true_s[-1] + WIDE_S:
            return False
        around = [(a, b) for a, b in pairwise(self._true_s) if a - WIDE_S <= time_s <= b + WIDE_S]
        return all(b - a <= GAP * usual_s for a, b in around)

    def _strides(self, count: int) -> list[tuple[float, float]]:
        """(found, true) time of every run of `count` strides of one foot whose two ends were found."""
        found_of = {true: self._found_s[found] for found, true in self._pairs if true in self._scored}
        spans = []
        for side in {contact.side for contact in self._true}:
            own = [i for i, contact in enumerate(self._true) if contact.side is side]
            several = 2 * count if side is Side.UNKNOWN and self._both_feet() else count
            for first, last in zip(own, own[several:], strict=False):
                if first in found_of and last in found_of:
                    spans.append((found_of[last] - found_of[first], self._true_s[last] - self._true_s[first]))
        return spans

    def _both_feet(self) -> bool:
        """Contacts of no known side: of both feet where they come quicker than any stride."""
        intervals = [b - a for a, b in pairwise(self._true_s)]
        return bool(intervals) and median(intervals) < 0.5

    def _predictions(self) -> list[float]:
        """Predicted minus true, for each contact that was awaited, by the last word before it."""
        errors = []
        for prediction in self._outcome.predictions:
            predicted_s = prediction.predicted_contact_ns / NS
            near = [
                self._true[index]
                for index in self._scored
                if prediction.side in (self._true[index].side, Side.UNKNOWN)
                or self._true[index].side is Side.UNKNOWN
            ]
            best = min((c.contact_s for c in near), key=lambda t: abs(t - predicted_s), default=None)
            if best is not None and abs(best - predicted_s) < 0.15:
                errors.append(predicted_s - best)
        return errors

    def _toe_offs(self) -> dict[str, Any]:
        told = {t.initial_contact_ns: t.toe_off_ns / NS for t in self._outcome.toe_offs}
        ends, stances = [], []
        scored = {index for index in self._scored if self._true[index].toe_off_s is not None}
        for found, index in self._pairs:
            true = self._true[index]
            toe_off_s = told.get(self._found[found].initial_contact_ns)
            if index not in scored or toe_off_s is None or true.toe_off_s is None:
                continue
            ends.append(toe_off_s - true.toe_off_s)
            stances.append((toe_off_s - self._found_s[found], true.toe_off_s - true.contact_s))
        return {
            "toe_offs": len(scored),
            "toe_off_told": len(ends),
            "toe_off_hits": sum(abs(error) <= WIDE_S for error in ends),
            "toe_off_errors_s": ends,
            "stances_s": stances,
        }
