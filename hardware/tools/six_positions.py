"""The six-position check: each capsule lay on its six faces; offset and gain of each axis come of it.

`.venv/bin/python -m hardware.tools.six_positions SESSION.mcap`. An axis read up and down under gravity gives
its offset as half the sum and its gain as half the difference.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from controller.checked import BadInputError
from controller.items import Samples
from controller.recording.session_file import SessionReading, read_session

STILL_S = 1.0
STILL_SD_G = 0.03  # a table and a hand that has let go
UPRIGHT_G = 0.75  # of one axis: the capsule lies on a face; on an edge it reads 0.71
OFFSET_MOST_G, GAIN_MOST = 0.10, 0.03


class Axis(NamedTuple):
    """What one axis reads too much when nothing pulls, and how much it reads for one g."""

    name: str
    offset_g: float
    gain: float

    @property
    def good(self) -> bool:
        return abs(self.offset_g) <= OFFSET_MOST_G and abs(self.gain - 1) <= GAIN_MOST


def axes(readings_g: npt.NDArray[np.float64], sample_rate_hz: float) -> tuple[list[Axis], list[str]]:
    """The axes that lay up and down, and the positions that are missing."""
    length = max(2, round(STILL_S * sample_rate_hz))
    windows = readings_g[: len(readings_g) // length * length].reshape(-1, length, 3)
    still = windows[windows.std(axis=1).max(axis=1) < STILL_SD_G].mean(axis=1)
    found, missing = [], []
    for number, name in enumerate("xyz"):
        up, down = (still[still[:, number] * sign > UPRIGHT_G, number] for sign in (1, -1))
        missing += [f"{sign}{name}" for sign, held in (("+", up), ("-", down)) if not len(held)]
        if len(up) and len(down):
            high, low = float(np.median(up)), float(np.median(down))
            found.append(Axis(name, (high + low) / 2, (high - low) / 2))
    return found, missing


def readings(session: SessionReading) -> Iterator[tuple[str, float, npt.NDArray[np.float64]]]:
    """Each sensor's name, rate and readings in g."""
    items = [moment.item for moment in session if isinstance(moment.item, Samples)]
    for sensor in session.header.setup.sensors:
        counts = [item.counts for item in items if item.sensor == sensor.name]
        if counts and counts[0].shape[1] == len("xyz"):
            yield (
                sensor.name,
                sensor.sample_rate_hz,
                np.concatenate(counts).astype(np.float64) * sensor.scale_g_per_count,
            )


def main(arguments: list[str] | None = None) -> int:
    """A line for each axis; 0 where all are good and none is missing."""
    parser = argparse.ArgumentParser(prog="hardware.tools.six_positions", description=__doc__)
    parser.add_argument("session", type=Path, help="the session's .mcap file")
    try:
        session = read_session(parser.parse_args(arguments).session)
    except (OSError, BadInputError) as problem:
        print(problem, file=sys.stderr)
        return 2
    well = True
    for name, rate_hz, values_g in readings(session):
        found, missing = axes(values_g, rate_hz)
        for axis in found:
            word = "good" if axis.good else "not good: try again, then take another sensor"
            print(f"{name} {axis.name}: offset {axis.offset_g:+.3f} g, gain {axis.gain:.3f}, {word}")
        if missing:
            print(f"{name}: never lay still with {', '.join(missing)} up.")
        well = well and not missing and all(axis.good for axis in found)
    return int(not well)


if __name__ == "__main__":
    sys.exit(main())
