"""`hardware/build`: everything that is generated in this folder, made anew or held against what is kept."""

import argparse
import hashlib
import json
import shutil
import sys
import tempfile
from pathlib import Path

from hardware.tools import bill, compare, pictures, pin_map, solids, wiring
from hardware.tools.wiring import HARDWARE, Sheet

MANIFEST = "manifest.json"
SOURCES = ("*.toml", "requirements.lock", "wiring/*.yml", "drawings/*.svg", "enclosure/*.scad")
DIAGRAMS = "wiring/diagrams"
MADE = (DIAGRAMS, "drawings", "enclosure/stl", "enclosure/pictures")


def main() -> int:
    """Make, or check."""
    parser = argparse.ArgumentParser(prog="hardware/build", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say what differs from what is committed")
    check = parser.parse_args().check
    sheets = wiring.sheets()
    faults = [fault for sheet in sheets for fault in wiring.faults(sheet, set(bill.parts()))]
    if faults:
        print("\n".join(faults), file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        made = make(sheets, out)
        return held_against(made, out) if check else kept(made, out)


def make(sheets: list[Sheet], out: Path) -> list[str]:
    """Everything, below `out`; its names."""
    for folder in MADE:
        (out / folder).mkdir(parents=True)
    for sheet in sheets:
        wiring.draw(sheet, out / DIAGRAMS)
        pictures.small(out / f"{DIAGRAMS}/{sheet.name}.png")
    for drawing in sorted((HARDWARE / "drawings").glob("*.svg")):
        pictures.rendered(drawing, out / f"drawings/{drawing.stem}.png")
    for name, parts in solids.PARTS.items():
        for part in parts:
            solids.carve(name, part, out / f"enclosure/stl/{name}_{part}.stl")
        solids.picture(name, out / f"enclosure/pictures/{name}.png")
    (out / "bill-of-materials.md").write_text(bill.written(sheets))
    (out / "pin-map.md").write_text(pin_map.written(sheets))
    made = sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file())
    (out / MANIFEST).write_text(json.dumps(manifest(sheets, made), indent=1, ensure_ascii=False) + "\n")
    return [*made, MANIFEST]


def manifest(sheets: list[Sheet], made: list[str]) -> dict[str, object]:
    """What came of which sources, for a test that has none of these programs."""
    sources = sorted(path for pattern in SOURCES for path in HARDWARE.glob(pattern))
    return {
        "sources": {
            str(path.relative_to(HARDWARE)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sources
        },
        "made": made,
        "parts": {sheet.name: sorted(wiring.amounts(sheet, set())) for sheet in sheets},
        "ends": {sheet.name: wiring.ends(sheet) for sheet in sheets},
        "boards": {sheet.name: pins for sheet in sheets if (pins := wiring.board_pins(sheet))},
        "header": {
            sheet.name: {"plan": sheet.plan, "wires": [list(wire) for wire in wiring.header_wires(sheet)]}
            for sheet in sheets
        },
    }


def kept(made: list[str], out: Path) -> int:
    """Put everything in its place, and take away what nothing makes any more."""
    for folder in MADE:
        for old in (HARDWARE / folder).glob("*"):
            ours = old.suffix in (".png", ".stl") or folder == DIAGRAMS
            if ours and str(old.relative_to(HARDWARE)) not in made:
                old.unlink()
    for name in made:
        (HARDWARE / name).parent.mkdir(parents=True, exist_ok=True)
        # OpenSCAD cuts the same solid into other triangles each time: that is no news.
        if not name.endswith(".stl") or compare.differs(out / name, HARDWARE / name):
            shutil.copyfile(out / name, HARDWARE / name)
    print(f"{len(made)} files made. Look at the pictures before you commit them.")
    return 0


def held_against(made: list[str], out: Path) -> int:
    """A line for each file that is not as its sources say."""
    said = {name: compare.differs(out / name, HARDWARE / name) for name in made}
    wrong = {name: difference for name, difference in said.items() if difference}
    for name, difference in wrong.items():
        print(f"hardware/{name}: what the sources give {difference}. Run hardware/build and look at it.")
    print(f"{len(made) - len(wrong)} of {len(made)} files are as their sources say.")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
