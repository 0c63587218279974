"""What an exchange folder holds beside samples: belt.csv, and the contacts of each part that pulses."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
from msgspec import Meta

from controller.checked import BadInputError
from controller.items import BeltSpeed, Placement, PulseSetup, SensorName, Side, StepPulse

NS = 1_000_000_000
LATEST_S = 9e9  # in nanoseconds this still fits into 64 bits
FileName = Annotated[str, Meta(pattern=r"^[^/\\]+\.csv$")]


class PulseEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One part of recording.json's `step_pulses`; unknown keys are ignored."""

    name: SensorName
    file: FileName
    placement: Placement
    side: Side

    def setup(self) -> PulseSetup:
        """What a session must know of it."""
        return PulseSetup(name=self.name, placement=self.placement, side=self.side)


def read_belt(path: Path) -> list[BeltSpeed]:
    """The belt's words in order of time; none without the file."""
    if not path.is_file():
        return []
    rows = []
    for number, row in _rows(path, ("t_s", "belt_speed_mps"), "t_s, belt_speed_mps, incline_percent"):
        time_s = number_of(row.get("t_s") or "", path.name, number)
        speed_mps = number_of(row.get("belt_speed_mps") or "", path.name, number)
        incline = number_of(row.get("incline_percent") or "", path.name, number)
        if speed_mps < 0:
            raise BadInputError(f"{path.name}, line {number}: belt_speed_mps is {speed_mps:g}, below 0.")
        if np.isfinite(time_s) and np.isfinite(speed_mps) and abs(time_s) < LATEST_S:
            known = incline if np.isfinite(incline) else None
            rows.append(BeltSpeed(time_ns=round(time_s * NS), speed_mps=speed_mps, incline_percent=known))
    return sorted(rows, key=lambda belt: belt.time_ns)


def read_pulses(folder: Path, entry: PulseEntry) -> list[StepPulse]:
    """The contacts of one part, in order; `decided_s`, where it is given, is when each was sure."""
    path = folder / entry.file
    if not path.is_file():
        raise BadInputError(f"{folder.name}: the file {entry.file} named in recording.json is missing.")
    found: list[StepPulse] = []
    for number, row in _rows(path, ("t_s",), "t_s, decided_s"):
        time_s = number_of(row.get("t_s") or "", path.name, number)
        decided_s = number_of(row.get("decided_s") or "", path.name, number)
        if not np.isfinite(time_s) or abs(time_s) >= LATEST_S:
            continue
        time_ns = round(time_s * NS)
        decided_ns = round(decided_s * NS) if np.isfinite(decided_s) else time_ns
        if decided_ns < time_ns:
            raise BadInputError(f"{path.name}, line {number}: decided_s is before t_s.")
        if not found or time_ns > found[-1].time_ns:
            found.append(
                StepPulse(time_ns=time_ns, sensor=entry.name, side=entry.side, decided_ns=decided_ns)
            )
    return found


def _rows(path: Path, needed: tuple[str, ...], columns: str) -> Iterator[tuple[int, dict[str, str]]]:
    with open(path, newline="", encoding="utf-8-sig", errors="replace") as file:
        reader = csv.DictReader(file)
        if not set(needed) <= set(reader.fieldnames or ()):
            raise BadInputError(f"{path.name}, line 1: the columns must be {columns}.")
        yield from enumerate(reader, start=2)


def number_of(cell: str, file: str, line: int) -> float:
    """Nan for a blank one."""
    try:
        return float(cell) if cell.strip() not in ("", "null") else float("nan")
    except ValueError:
        raise BadInputError(f"{file}, line {line}: {cell[:40]!r} is no number.") from None
