"""Whether two generated files say the same: to the letter where a person reads, else within a hair."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from hardware.tools.solids import Solid, solid

POINTS = 3.0  # an SVG's coordinates; another font engine rounds otherwise
SHADES = 4.0  # of 255, on average over a picture
SMALLER = (400, 300)  # pictures are compared at this size: antialiasing is no difference
NUMBER = re.compile(r"-?\d+\.?\d*(?:e-?\d+)?")


class Element(NamedTuple):
    """A line or a word of an SVG: what it is, how it looks and what it says; where it is."""

    words: str
    numbers: list[float]


def differs(made: Path, kept: Path) -> str | None:
    """What is different, or None."""
    if not kept.exists():
        return "is not there"
    return {".svg": _svg, ".png": _png, ".stl": _stl}.get(made.suffix, _text)(made, kept)


def _text(made: Path, kept: Path) -> str | None:
    return None if made.read_text() == kept.read_text() else "says something else"


def _svg(made: Path, kept: Path) -> str | None:
    ours, theirs = list(_elements(made)), list(_elements(kept))
    if len(ours) != len(theirs):
        return "has more or fewer lines"
    for new, old in zip(ours, theirs, strict=True):
        if new.words != old.words or len(new.numbers) != len(old.numbers):
            return f"has {new.words} where there was {old.words}"
        if any(abs(a - b) > POINTS for a, b in zip(new.numbers, old.numbers, strict=True)):
            return f"has {new.words} in another place"
    return None


def _elements(path: Path) -> Iterator[Element]:
    """One after the other. Ids are the program's own."""
    for element in ET.parse(path).iter():
        said = [value for key, value in element.attrib.items() if key not in ("id", "class")]
        words = [element.tag.rpartition("}")[2], (element.text or "").strip()]
        words += [NUMBER.sub("#", value) for value in said if not value.startswith("#")]
        words += [value for value in said if value.startswith("#")]
        placed = [value for value in said if not value.startswith("#")]
        numbers = [float(number) for value in placed for number in NUMBER.findall(value)]
        yield Element(" ".join(words), numbers)


def _png(made: Path, kept: Path) -> str | None:
    shapes, pixels = [], []
    for path in (made, kept):
        with Image.open(path) as picture:
            shapes.append(picture.size)
            pixels.append(np.asarray(picture.convert("L").resize(SMALLER), float))
    if any(abs(a - b) > 0.03 * b for a, b in zip(*shapes, strict=True)):
        return f"is {shapes[0]} pixels large, not {shapes[1]}"
    shades = float(np.abs(pixels[0] - pixels[1]).mean())
    return None if shades <= SHADES else f"looks different ({shades:.1f} of 255)"


def _places(one: Solid) -> tuple[float, ...]:
    return (*one.centre_mm, one.spread_mm)


def _stl(made: Path, kept: Path) -> str | None:
    new, old = solid(made), solid(kept)
    if abs(new.volume_mm3 - old.volume_mm3) > 0.002 * abs(old.volume_mm3):
        return f"has a volume of {new.volume_mm3:.0f} mm³, not {old.volume_mm3:.0f}"
    if any(abs(a - b) > 0.02 for a, b in zip(new.corners_mm, old.corners_mm, strict=True)):
        return "has another size"
    if any(abs(a - b) > 0.02 for a, b in zip(*(_places(one) for one in (new, old)), strict=True)):
        return "has something in another place"
    return None
