"""The enclosure: OpenSCAD sources as binary STL, one for each part, and as pictures."""

import math
import subprocess
from pathlib import Path
from typing import NamedTuple

import numpy as np

from hardware.tools.pictures import small, trimmed
from hardware.tools.wiring import HARDWARE

SOURCES = HARDWARE / "enclosure"
# Source, and the parts it has: `part = "..."` chooses one, "all" shows them together for the picture.
PARTS = {
    "station_box": ("base", "lid"),
    "leg_capsule": ("base", "lid", "pad"),
    "waistband_clip": ("clip", "cover"),
    "handrail_button": ("housing", "back"),
    "belt_roller": ("bracket", "roller", "base"),
}
# Binary STL: a normal, three corners, two spare bytes.
FACET = np.dtype([("normal", "<f4", (3,)), ("corners", "<f4", (3, 3)), ("spare", "<u2")])
# How each is looked at: three turns, in degrees.
VIEWS = {
    "station_box": "40,0,14",
    "leg_capsule": "62,0,28",
    "waistband_clip": "58,0,32",
    "handrail_button": "64,0,28",
    "belt_roller": "66,0,32",
}


class Solid(NamedTuple):
    """What of an STL can be compared: triangulation and its order are the program's own business."""

    volume_mm3: float
    corners_mm: tuple[float, ...]
    centre_mm: tuple[float, ...]
    spread_mm: float  # how far its surface lies from the origin, root of the mean square


def carve(name: str, part: str, made: Path) -> None:
    """One part as STL."""
    command = ["openscad", "-q", "--export-format", "binstl", "-D", f'part="{part}"', "-o", str(made)]
    subprocess.run([*command, str(SOURCES / f"{name}.scad")], check=True, capture_output=True)


def picture(name: str, made: Path) -> None:
    """All its parts side by side, in colours. OpenSCAD draws on a screen that is not there."""
    camera = ["--camera", f"0,0,0,{VIEWS[name]},0", "--viewall", "--autocenter", "--projection", "ortho"]
    command = [
        "xvfb-run",
        "-a",
        "openscad",
        "-q",
        "--imgsize",
        "1600,1200",
        *camera,
        "--colorscheme",
        "Tomorrow",
    ]
    source = str(SOURCES / f"{name}.scad")
    subprocess.run([*command, "-D", 'part="all"', "-o", str(made), source], check=True, capture_output=True)
    trimmed(made)
    small(made)


def solid(path: Path) -> Solid:
    """Volume and centre by the divergence theorem, and the box around it."""
    facets = np.frombuffer(path.read_bytes(), FACET, offset=84)["corners"].astype(float)
    volumes = np.einsum("ij,ij->i", facets[:, 0], np.cross(facets[:, 1], facets[:, 2])) / 6
    volume = float(volumes.sum())
    centre = (facets.sum(axis=1) / 4 * volumes[:, None]).sum(axis=0) / volume
    corners = np.concatenate((facets.min(axis=(0, 1)), facets.max(axis=(0, 1))))
    areas = np.linalg.norm(np.cross(facets[:, 1] - facets[:, 0], facets[:, 2] - facets[:, 0]), axis=1) / 2
    squares = ((facets**2).sum(axis=(1, 2)) + (facets.sum(axis=1) ** 2).sum(axis=1)) / 12
    spread = math.sqrt(float((areas * squares).sum() / areas.sum()))
    return Solid(volume, tuple(corners.tolist()), tuple(centre.tolist()), spread)
