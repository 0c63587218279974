"""The exchange folder: recording.json, a CSV per sensor, and belt.csv and truth.csv where known.

Parts that pulse once per step stand in `step_pulses` (name, file, placement, side), their contacts in a CSV
of `t_s` and, where it is known, `decided_s`; with them, `sensors` may be empty.

Reading never looks ahead: scale and times of a sample do not depend on later ones, so a recording cut
short yields the same items up to the cut.
"""

import json
import warnings
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec import Meta

from controller.checked import BadInputError, checked
from controller.items import (
    BeltSpeed,
    Command,
    EndSession,
    Item,
    Placement,
    Samples,
    SensorName,
    SensorSetup,
    Side,
    StartSession,
    StationSetup,
    StepPulse,
    Tick,
)
from controller.prescription import Body
from controller.recording.side_tables import (
    LATEST_S,
    NS,
    FileName,
    PulseEntry,
    number_of,
    read_belt,
    read_pulses,
)

TICK_NS = 10_000_000
BATCH_NS = 5_000_000
BELT_EVERY_NS = 100_000_000
A_DAY_S = 86_400.0
DEFAULT_RANGE_G = 32.0
COUNTS = 32_000  # at full range, so that a sample a little beyond it still fits into int16
ZERO_WITHIN_NS = 10 * NS  # a recording whose first sample is later than this has its own zero

FloatArray = npt.NDArray[np.float64]


class SensorEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One sensor of recording.json; unknown keys are ignored."""

    name: SensorName
    file: FileName
    placement: Placement
    side: Side
    sample_rate_hz: Annotated[float, Meta(ge=10, le=10_000)]
    range_g: Annotated[float, Meta(gt=0, le=400)] | None = None


class RecordingEntry(msgspec.Struct, frozen=True, kw_only=True):
    """recording.json; unknown keys are ignored."""

    sensors: Annotated[tuple[SensorEntry, ...], Meta(max_length=32)]
    step_pulses: Annotated[tuple[PulseEntry, ...], Meta(max_length=32)] = ()
    belt_speed_mps: Annotated[float, Meta(ge=0, le=20)] | None = None
    incline_percent: Annotated[float, Meta(ge=-50, le=50)] | None = None
    body_mass_kg: Annotated[float, Meta(gt=0, le=400)] | None = None
    height_m: Annotated[float, Meta(ge=0.5, le=2.5)] | None = None


class Folder(NamedTuple):
    """A recording folder read: samples as counts, belt as rows of (time_ns, m/s, incline or nan)."""

    setup: StationSetup
    samples: dict[str, tuple[npt.NDArray[np.int64], npt.NDArray[np.int16]]]
    pulses: list[StepPulse]
    belt: list[BeltSpeed]
    constant_belt: tuple[float, float | None] | None
    body: Body | None
    dropped: int  # samples with a blank axis or a time that does not increase

    @property
    def start_ns(self) -> int:
        """Recording time 0, or the first sample or step where that lies far from it."""
        firsts = [int(t[0]) for t, _ in self.samples.values() if len(t)]
        first_ns = min([*firsts, *(pulse.time_ns for pulse in self.pulses)], default=0)
        return 0 if abs(first_ns) < ZERO_WITHIN_NS else first_ns

    @property
    def end_ns(self) -> int:
        """The last sample of any sensor, or the last step."""
        lasts = [int(t[-1]) for t, _ in self.samples.values() if len(t)]
        return max([*lasts, *(pulse.decided_ns for pulse in self.pulses)], default=0)


def read_folder(path: Path) -> Folder:
    """BadInputError names file, line, field, value and limit."""
    if not (path / "recording.json").is_file():
        raise BadInputError(f"{path.name} is no recording folder: it has no recording.json.")
    entry = checked(recording_of(path), RecordingEntry, f"{path.name}/recording.json")
    names = [*(sensor.name for sensor in entry.sensors), *(part.name for part in entry.step_pulses)]
    if not names:
        raise BadInputError(f"{path.name}/recording.json: it names no sensor and no step_pulses.")
    if len(set(names)) < len(names):
        raise BadInputError(f"{path.name}/recording.json: two sensors have the same name.")
    setups, samples, dropped = [], {}, 0
    for sensor in entry.sensors:
        axes, values = _read_csv(path / sensor.file)
        setup = _setup(sensor, axes)
        kept = _clean(values)
        counts = np.clip(np.round(kept[:, 1:] / setup.scale_g_per_count), -32768, 32767).astype(np.int16)
        samples[sensor.name] = (_times_ns(kept), counts)
        setups.append(setup)
        dropped += len(values) - len(kept)
    constant = None if entry.belt_speed_mps is None else (entry.belt_speed_mps, entry.incline_percent)
    belt = read_belt(path / "belt.csv")
    has_belt = bool(belt) or constant is not None
    body = None if entry.body_mass_kg is None else Body(mass_kg=entry.body_mass_kg, height_m=entry.height_m)
    parts = tuple(part.setup() for part in entry.step_pulses)
    station = StationSetup(sensors=tuple(setups), pulses=parts, has_belt=has_belt)
    pulses = [pulse for part in entry.step_pulses for pulse in read_pulses(path, part)]
    return Folder(station, samples, pulses, belt, constant, body, dropped)


def recording_of(folder: Path) -> Any:
    """recording.json, parsed; NaN, which some programs write for a number that is not known, is null."""
    try:
        return json.loads((folder / "recording.json").read_text(), parse_constant=lambda _: None)
    except (ValueError, RecursionError) as problem:
        raise BadInputError(f"{folder.name}/recording.json is not JSON: {problem}.") from None


def _setup(sensor: SensorEntry, axes: tuple[str, ...]) -> SensorSetup:
    range_g = sensor.range_g or DEFAULT_RANGE_G
    return SensorSetup(
        name=sensor.name,
        placement=sensor.placement,
        side=sensor.side,
        sample_rate_hz=sensor.sample_rate_hz,
        range_g=range_g,
        scale_g_per_count=range_g / COUNTS,
        axes=axes,
    )


def _times_ns(values: FloatArray) -> npt.NDArray[np.int64]:
    return np.round(values[:, 0] * NS).astype(np.int64)


def _clean(values: FloatArray) -> FloatArray:
    """Rows with every value known and a time later than all before it."""
    known = values[np.isfinite(values).all(axis=1)]
    if not len(known):
        return known
    times = _times_ns(known)
    latest = np.maximum.accumulate(times)
    later = np.concatenate(([True], times[1:] > latest[:-1]))
    return known[later]


def _read_csv(path: Path) -> tuple[tuple[str, ...], FloatArray]:
    """The axes present and the rows (t_s, axes...), blank cells as nan."""
    if not path.is_file():
        raise BadInputError(f"{path.parent.name}: the file {path.name} named in recording.json is missing.")
    with open(path, newline="", encoding="utf-8-sig", errors="replace") as file:
        header = [name.strip() for name in file.readline().split(",")]
        axes = tuple(name[0] for name in header[1:] if name in ("x_g", "y_g", "z_g"))
        if header[:1] != ["t_s"] or not axes or len(set(axes)) != len(header) - 1:
            raise BadInputError(f"{path.name}, line 1: the columns must be t_s and some of x_g, y_g, z_g.")
        try:
            with warnings.catch_warnings(action="ignore"):  # no rows yet is no fault
                values = np.loadtxt(file, delimiter=",", ndmin=2, comments=None)
        except ValueError:
            values = _read_rows(path, len(header))
    if values.size and values.shape[1] != len(header):
        values = _read_rows(path, len(header))  # says which line
    values = values.reshape(-1, len(header))
    _require_a_day(path, values[:, 0])
    return axes, values


def _require_a_day(path: Path, times_s: FloatArray) -> None:
    """One corrupt time must not make a recording of years."""
    known = times_s[np.isfinite(times_s)]
    if not len(known):
        return
    far = known[(np.abs(known - known[0]) > A_DAY_S) | (np.abs(known) > LATEST_S)]
    if len(far):
        raise BadInputError(f"{path.name}: t_s {far[0]:g} lies more than a day from the first, {known[0]:g}.")


def _read_rows(path: Path, columns: int) -> FloatArray:
    """The slow way, for files with blanks; says which line can't be read."""
    rows = []
    with open(path, newline="", errors="replace") as file:
        lines = file.read().split("\n")
    for number, line in enumerate(lines[1:], start=2):
        cells = line.rstrip("\r").split(",")
        last = number == len(lines)  # without its line end: blank, or cut off while being written
        if line.strip() == "" or (last and len(cells) < columns):
            continue
        if len(cells) != columns:
            raise BadInputError(f"{path.name}, line {number}: {len(cells)} values, expected {columns}.")
        rows.append([number_of(cell, path.name, number) for cell in cells])
    return np.array(rows, dtype=np.float64).reshape(-1, columns)


def items(folder: Folder, start: StartSession) -> Iterator[Item]:
    """The folder as a station would have received it, from `start` to the end of the last sample.

    The runner's body is the folder's, unless the order names one.

    Batches of at most 5 ms arrive when their last sample was taken, a tick after all samples up to it.
    """
    start_ns, end_ns = folder.start_ns, folder.end_ns
    start = msgspec.structs.replace(start, body=start.body or folder.body)
    arrivals: list[tuple[int, int, Item]] = []
    for name, (times, counts) in folder.samples.items():
        arrivals += ((int(b.times_ns[-1]), 0, b) for b in _batches(name, times, counts, start_ns))
    steps = (pulse for pulse in folder.pulses if pulse.time_ns >= start_ns)
    arrivals += ((pulse.decided_ns, 0, pulse) for pulse in steps)
    arrivals += ((belt.time_ns, 1, belt) for belt in _belt(folder) if start_ns <= belt.time_ns <= end_ns)
    ticks = range(start_ns + TICK_NS, end_ns + 1, TICK_NS)
    arrivals += ((due_ns, 2, Tick(time_ns=due_ns, due_ns=due_ns)) for due_ns in ticks)
    arrivals.sort(key=lambda arrival: arrival[:2])
    yield Command(time_ns=start_ns, request_id="start", order=start)
    for _, _, item in arrivals:
        yield item
    yield Command(time_ns=end_ns, request_id="end", order=EndSession())


def _batches(
    name: str, times: npt.NDArray[np.int64], counts: npt.NDArray[np.int16], start_ns: int
) -> Iterator[Samples]:
    cells = (times - start_ns - 1) // BATCH_NS  # a sample on a tick belongs before it
    edges = [0, *(np.flatnonzero(np.diff(cells)) + 1).tolist(), len(times)]
    for first, last in pairwise(edges):
        if last > first:
            yield Samples(sensor=name, times_ns=times[first:last], counts=counts[first:last])


def _belt(folder: Folder) -> Iterator[BeltSpeed]:
    if folder.belt:
        yield from folder.belt
    elif folder.constant_belt is not None:
        speed_mps, incline = folder.constant_belt
        for time_ns in range(folder.start_ns, folder.end_ns + 1, BELT_EVERY_NS):
            yield BeltSpeed(
                time_ns=time_ns, speed_mps=speed_mps, incline_percent=incline, source="recording.json"
            )


def write_folder(
    path: Path,
    recording: Mapping[str, Any],
    sensors: Mapping[str, tuple[Sequence[str], npt.NDArray[np.int64], FloatArray]],
    tables: Mapping[str, tuple[Sequence[str], Sequence[Sequence[object]]]],
) -> None:
    """Write a folder: `sensors` maps a file to (axes, times_ns (n,), g (n, axes)), `tables` to rows."""
    path.mkdir(parents=True, exist_ok=True)
    (path / "recording.json").write_text(json.dumps(recording, indent=1) + "\n")
    for file, (axes, times_ns, values) in sensors.items():
        header = ",".join(["t_s", *(f"{axis}_g" for axis in axes)])
        rows = (
            f"{t / NS:.9f}," + ",".join(f"{v:.5f}" for v in row)
            for t, row in zip(times_ns.tolist(), values.tolist(), strict=True)
        )
        (path / file).write_text("\n".join([header, *rows]) + "\n")
    for file, (columns, table) in tables.items():
        lines = (",".join("" if cell is None else str(cell) for cell in row) for row in table)
        (path / file).write_text("\n".join([",".join(columns), *lines]) + "\n")
