"""The bill of materials: how much of what for the station and each option, and every part's datasheet."""

import math
import tomllib
from collections import defaultdict
from typing import Any

from hardware.tools.wiring import HARDWARE, Sheet, amounts

NONE_NEEDED = "none needed"
UNVERIFIED = "**unverified: check before buying**"
HEAD = """# Bill of materials

Made by `hardware/build` from the wiring sources and `parts.toml`: change those, not this file. The name in
the first column is the P/N of the drawings. Nothing here has been built yet; what was not read in a datasheet
says so, and no order number was checked with a shop.
"""


def parts() -> dict[str, dict[str, Any]]:
    """Every part by its P/N."""
    return {key: part for key, part in _raw().items() if key != "more"}


def _raw() -> dict[str, Any]:
    return tomllib.loads((HARDWARE / "parts.toml").read_text())


def needs(sheets: list[Sheet]) -> dict[str, dict[str, tuple[float, list[str]]]]:
    """By group and part: how much, and for which drawings."""
    found: dict[str, dict[str, tuple[float, list[str]]]] = defaultdict(dict)
    known = parts()
    by_metre = {key for key, part in known.items() if part.get("unit") == "m"}
    for sheet in sorted(sheets, key=lambda sheet: sheet.group != "station"):
        station = sheet.group == "station"
        group = found["station" if station else sheet.name]
        for part, amount in amounts(sheet, by_metre).items():
            before, drawings = group.get(part, (0, []))
            once = known[part].get("once", False)
            if once and not station and part in found["station"]:
                continue
            group[part] = (1 if once else before + amount * sheet.pieces, [*drawings, sheet.name])
    for more in _raw()["more"]:
        for part, amount in more["parts"].items():
            before, drawings = found[more["group"]].get(part, (0, []))
            found[more["group"]][part] = (before + amount, drawings)
    return found


def written(sheets: list[Sheet]) -> str:
    """The file."""
    known, needed = parts(), needs(sheets)
    lines = [
        HEAD,
        "## The station",
        "",
        "| P/N | part | maker, number | quantity | drawings |",
        "|---|---|---|---|---|",
    ]
    for part, (amount, drawings) in sorted(needed["station"].items()):
        where = ", ".join(f"[{name}](wiring/diagrams/{name}.svg)" for name in drawings) or "guide"
        entry, quantity = known[part], _amount(part, amount)
        maker = f"{entry['maker']}: {entry['number']}"
        lines.append(f"| {part} | {entry['name']} | {maker} | {quantity} | {where} |")
    lines += ["", "## Options and bench leads, each by itself", "", "| drawing | parts |", "|---|---|"]
    for sheet in sheets:
        if sheet.group != "station":
            listed = "; ".join(
                f"{part} × {_amount(part, amount)}"
                for part, (amount, _) in sorted(needed[sheet.name].items())
            )
            lines.append(f"| [{sheet.title}](wiring/diagrams/{sheet.name}.svg) | {listed} |")
    lines += [
        "",
        "## Every part",
        "",
        "| P/N | what for | datasheet | read in it | instead |",
        "|---|---|---|---|---|",
    ]
    for part, entry in sorted(known.items()):
        read = entry.get("read", "–" if entry["datasheet"] == NONE_NEEDED else UNVERIFIED)
        lines.append(f"| {part} | {entry['use']} | {entry['datasheet']} | {read} | {entry['instead']} |")
    return "\n".join(lines) + "\n"


def _amount(part: str, amount: float) -> str:
    unit = parts()[part].get("unit")
    if unit == "m":
        return f"{math.ceil(amount * 10 - 1e-9) / 10:g} m"
    return f"{amount:g} {unit}" if unit else f"{amount:g}"
