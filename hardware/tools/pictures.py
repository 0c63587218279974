"""Pictures: our own drawings as PNG, and every PNG small."""

import subprocess
from pathlib import Path

from PIL import Image, ImageChops

WIDE = "1600"
COLOURS = 64
MARGIN = 30


def rendered(drawing: Path, picture: Path) -> None:
    """An SVG of ours as PNG."""
    command = [
        "rsvg-convert",
        "--width",
        WIDE,
        "--background-color",
        "white",
        "--output",
        str(picture),
        str(drawing),
    ]
    subprocess.run(command, check=True)
    small(picture)


def trimmed(picture: Path) -> None:
    """Without the empty space around what is shown."""
    with Image.open(picture) as full:
        seen = full.convert("RGB")
    empty = Image.new("RGB", seen.size, seen.getpixel((0, 0)))
    left, top, right, bottom = ImageChops.difference(seen, empty).getbbox()
    seen.crop((left - MARGIN, top - MARGIN, right + MARGIN, bottom + MARGIN)).save(picture)


def small(picture: Path) -> None:
    """Few colours: a third of the size, and no eye sees it."""
    with Image.open(picture) as full:
        few = full.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(picture, optimize=True)
