"""The wiring sources: read, checked against the station's own pin plan, drawn by WireViz in one style."""

import copy
import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from wireviz.wireviz import parse

from controller.config import read_config
from controller.pin_plan import HEADER, uses

HARDWARE = Path(__file__).parent.parent
PI, HEADER_WORDS = "PI", "40-pin header"
BOARDS = ("BOARD", "PICO")
GREEN, BLUE = "#dff0df", "#eef3fb"
OPTIONS = {"fontname": "DejaVu Sans", "color_mode": "FULL", "mini_bom_mode": False}


class Sheet(NamedTuple):
    """One drawing: `plan` is the station.toml whose pins it wires, `outside` why it wires none."""

    name: str
    title: str
    group: str
    pieces: int
    plan: str | None
    outside: str | None
    data: dict[str, Any]


class Wire(NamedTuple):
    """A wire that leaves the Pi's header."""

    position: int
    label: str
    role: str


def sheets() -> list[Sheet]:
    """All of them, in the order of their names."""
    return [read(path) for path in sorted((HARDWARE / "wiring").glob("*.yml"))]


def read(path: Path) -> Sheet:
    """One source; what it says beside what WireViz understands stands in its metadata."""
    data = yaml.safe_load(path.read_text())
    words = data["metadata"]
    return Sheet(
        name=path.stem,
        title=words["title"],
        group=words["group"],
        pieces=words["pieces"],
        plan=words.get("plan"),
        outside=words.get("outside_plan"),
        data=data,
    )


def styled(sheet: Sheet) -> dict[str, Any]:
    """For a technician: what a thing is, not how the source calls it; colours in words; close together."""
    connectors = {
        name: {"show_name": False, "show_pincount": False, "bgcolor": GREEN if name == PI else BLUE, **entry}
        for name, entry in sheet.data["connectors"].items()
    }
    plain = {"show_name": False, "show_wirecount": False, "show_wirenumbers": False}
    cables = {name: {**plain, **entry} for name, entry in sheet.data["cables"].items()}
    made = {
        "metadata": {"title": sheet.title},
        "options": OPTIONS,
        "tweak": {"append": ["ranksep=0.45"]},
        "connectors": connectors,
        "cables": cables,
        "connections": sheet.data["connections"],
    }
    return copy.deepcopy(made)  # WireViz writes into what it is given


@cache
def _harness(name: str) -> Any:
    """A sheet as WireViz understands it."""
    return parse(styled(read(HARDWARE / f"wiring/{name}.yml")), return_types="harness")


def draw(sheet: Sheet, folder: Path) -> None:
    """The sheet as SVG and PNG in `folder`; the SVG without remarks on who made it."""
    parse(styled(sheet), output_formats=("svg", "png"), output_dir=folder, output_name=sheet.name)
    drawn = folder / f"{sheet.name}.svg"
    drawn.write_text(re.sub(r"<!--.*?-->\n?|<!DOCTYPE.*?>\n?", "", drawn.read_text(), flags=re.DOTALL))


def amounts(sheet: Sheet, by_metre: set[str]) -> dict[str, float]:
    """How much of each part one of these needs, by WireViz's own bill: metres of some, pieces of the rest."""
    found: dict[str, float] = {}
    for line in _harness(sheet.name).bom():
        if line["pn"]:
            ready_made = line.get("unit") == "m" and line["pn"] not in by_metre
            amount = len(line["designators"]) if ready_made else line["qty"]
            found[line["pn"]] = found.get(line["pn"], 0) + amount
    return found


def header_wires(sheet: Sheet) -> list[Wire]:
    """The wires at the 40-pin header, with what their labels say."""
    harness = _harness(sheet.name)
    pi = harness.connectors.get(PI)
    if pi is None or pi.subtype != HEADER_WORDS:
        return []
    found = []
    for cable in harness.cables.values():
        for end in cable.connections:
            if end.from_name == PI:
                label = pi.pinlabels[pi.pins.index(end.from_pin)]
                found.append(Wire(int(end.from_pin), label, cable.wirelabels[end.via_port - 1]))
    return sorted(found)


def board_pins(sheet: Sheet) -> dict[str, int]:
    """What leaves an RP2040 board at which GP number: of a sheet with such a board."""
    harness = _harness(sheet.name)
    found = {}
    for cable in harness.cables.values():
        for end in cable.connections:
            for name, pin in ((end.from_name, end.from_pin), (end.to_name, end.to_pin)):
                connector = harness.connectors[name]
                label = str((connector.pinlabels or connector.pins)[connector.pins.index(pin)])
                if name in BOARDS and re.fullmatch(r"GP\d+", label):
                    found[cable.wirelabels[end.via_port - 1]] = int(label[2:])
    return found


def ends(sheet: Sheet) -> dict[str, list[str]]:
    """Which pins of each connector a wire goes to."""
    found: dict[str, set[str]] = {}
    for cable in _harness(sheet.name).cables.values():
        for end in cable.connections:
            for name, pin in ((end.from_name, end.from_pin), (end.to_name, end.to_pin)):
                if name is not None:
                    found.setdefault(name, set()).add(str(pin))
    return {name: sorted(pins) for name, pins in sorted(found.items())}


def label_of(position: int) -> str:
    """What the pin plan calls a place of the header."""
    pin = HEADER[position - 1]
    return f"GPIO {pin}" if isinstance(pin, int) else pin


def planned(plan: str) -> dict[int, str]:
    """Who has which GPIO in one of our station files."""
    return {use.gpio: use.name for use in uses(read_config(HARDWARE / plan))}


def faults(sheet: Sheet, parts: set[str]) -> list[str]:
    """What a sheet says that can't be, a sentence each."""
    said = [
        f"{sheet.name}: {part} is not in parts.toml." for part in sorted(amounts(sheet, set()).keys() - parts)
    ]
    if (sheet.plan is None) == (sheet.outside is None):
        said.append(f"{sheet.name}: either `plan`, or `outside_plan` with the reason.")
    roles = planned(sheet.plan) if sheet.plan else {}
    for wire in header_wires(sheet):
        if wire.label != label_of(wire.position):
            said.append(f"{sheet.name}: pin {wire.position} is {label_of(wire.position)}, not {wire.label}.")
        gpio = HEADER[wire.position - 1]
        if sheet.plan and isinstance(gpio, int) and roles.get(gpio) != wire.role:
            said.append(
                f"{sheet.name}: GPIO {gpio} is {roles.get(gpio, 'nobody')} in {sheet.plan}, not {wire.role}."
            )
    return said
