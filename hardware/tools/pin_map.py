"""The pin map: the station's own pin plan of our three station files, with the drawing of each pin."""

from controller.config import read_config
from controller.pin_plan import HEADER, Use, conflicts, drawing, notes, uses
from hardware.tools.wiring import HARDWARE, Sheet, header_wires

PLANS = {
    "station.reference.toml": "The clinic's station, on a Raspberry Pi 5",
    "station.bench.toml": "The bench: accelerometers on SPI and I2C, five lights in a row, an encoder",
    "station.small.toml": "A small station on a Raspberry Pi 4: footswitches, RGB light, I2S sound",
}
NO_DRAWING = "none: leave it open, or its board takes it"
HEAD = """# Pin map

Made by `hardware/build` from the three station files beside it, by the code of `treadcoach pins`; each wiring
drawing is checked against it. See it for yourself, or your own file, with

```sh
treadcoach pins --config hardware/station.reference.toml
```

Pin 1 is at the top left, at the board's corner with the hole; 5 V is on the outer row. Arrows point out of
the Pi (→) or into it (←). No pin takes more than 3.3 V.
"""


def written(sheets: list[Sheet]) -> str:
    """The file. ValueError where a station file can't be."""
    lines = [HEAD]
    for plan, title in PLANS.items():
        found = uses(read_config(HARDWARE / plan))
        problems = conflicts(found)
        if problems:
            raise ValueError(f"{plan}: {' '.join(problems)}")
        lines += [f"## {title}", "", f"[{plan}]({plan})", "", "```text", *drawing(found), "```", ""]
        lines += ["| GPIO | header pin | who | drawing |", "|---|---|---|---|"]
        for use in sorted(found):
            drawn = _drawings(sheets, use)
            where = ", ".join(f"[{name}](wiring/diagrams/{name}.svg)" for name in drawn)
            place = HEADER.index(use.gpio) + 1
            lines.append(f"| {use.gpio} | {place} | {use.name} | {where or NO_DRAWING} |")
        free = sorted({pin for pin in HEADER if isinstance(pin, int)} - {use.gpio for use in found} - {0, 1})
        lines += ["", f"Free: GPIO {', '.join(map(str, free))}.", ""]
        lines += [*(f"- {note}" for note in notes(found)), ""]
    return "\n".join(lines).rstrip() + "\n"


def _drawings(sheets: list[Sheet], use: Use) -> list[str]:
    """The drawings in which this pin does just this."""
    place = HEADER.index(use.gpio) + 1
    return [
        sheet.name
        for sheet in sheets
        if any((wire.position, wire.role) == (place, use.name) for wire in header_wires(sheet))
    ]
