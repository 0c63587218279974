"""The hardware folder holds together: sources, what was made of them, the pin plan, the firmware.

`hardware/build` makes what is generated and writes `manifest.json`; here that is held against today's sources
and code. That the files are what the sources give is checked by `.ci/hardware`, which has the programs.
"""

import hashlib
import importlib.util
import json
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from controller.config import read_config
from controller.pin_plan import HEADER, conflicts, drawing, uses

ROOT = Path(__file__).parent.parent.parent
HARDWARE = ROOT / "hardware"
MANIFEST = json.loads((HARDWARE / "manifest.json").read_text())
PARTS = tomllib.loads((HARDWARE / "parts.toml").read_text())
PLANS = sorted(path.name for path in HARDWARE.glob("station.*.toml"))
SOURCES = ("*.toml", "requirements.lock", "wiring/*.yml", "drawings/*.svg", "enclosure/*.scad")
SAID = ("name", "maker", "number", "use", "datasheet", "instead")
# Taken by the bus or by a board on the header: no wire of ours.
UNWIRED = ("strip, SPI 1 MISO", "strip, chip select", "sound,")
FACET = np.dtype([("normal", "<f4", (3,)), ("corners", "<f4", (3, 3)), ("spare", "<u2")])
# What a board's settings.py calls what the drawing calls otherwise.
FIRMWARE = {
    "belt_sensor": ("belt-sensor-board", {"CHANNEL_A": "channel A"}),
    "leg_board": (
        "leg-capsule",
        {
            "TX": "data",
            "SCK": "clock",
            "MOSI": "to sensor",
            "MISO": "from sensor",
            "SELECT": "select",
            "READY": "interrupt",
        },
    ),
}
BOARDS = sorted(path.parent.name for path in HARDWARE.glob("firmware/*/settings.py"))


def test_what_was_made_was_made_of_these_sources() -> None:
    now = {
        str(path.relative_to(HARDWARE)): hashlib.sha256(path.read_bytes()).hexdigest()
        for pattern in SOURCES
        for path in HARDWARE.glob(pattern)
    }
    assert now == MANIFEST["sources"], "Run hardware/build, and look at the pictures."


def test_everything_made_is_there_and_nothing_else() -> None:
    there = {
        str(path.relative_to(HARDWARE))
        for pattern in ("wiring/diagrams/*", "drawings/*.png", "enclosure/stl/*", "enclosure/pictures/*")
        for path in HARDWARE.glob(pattern)
    }
    assert {*there, "bill-of-materials.md", "pin-map.md"} == set(MANIFEST["made"])


def test_every_drawing_has_its_source_and_every_source_its_drawing() -> None:
    sheets = {path.stem for path in HARDWARE.glob("wiring/*.yml")}
    assert sheets == {path.stem for path in HARDWARE.glob("wiring/diagrams/*.svg")} == set(MANIFEST["header"])


@pytest.mark.parametrize("part", sorted(PARTS.keys() - {"more"}))
def test_every_part_says_what_it_is_and_where_that_stands(part: str) -> None:
    assert all(str(PARTS[part].get(key, "")).strip() for key in SAID), part
    assert f"| {part} |" in (HARDWARE / "bill-of-materials.md").read_text()


def test_every_part_in_a_drawing_is_in_the_bill() -> None:
    drawn = {part for parts in MANIFEST["parts"].values() for part in parts}
    more = {part for group in PARTS["more"] for part in group["parts"]}
    assert drawn <= PARTS.keys()
    assert PARTS.keys() - {"more"} == drawn | more, "a part that nothing needs"


@pytest.mark.parametrize("sheet", sorted(MANIFEST["header"]))
def test_each_wire_at_the_header_is_where_the_pin_plan_has_it(sheet: str) -> None:
    plan, wires = MANIFEST["header"][sheet]["plan"], MANIFEST["header"][sheet]["wires"]
    roles = {use.gpio: use.name for use in uses(read_config(HARDWARE / plan))} if plan else {}
    for position, label, role in wires:
        pin = HEADER[position - 1]
        assert label == (f"GPIO {pin}" if isinstance(pin, int) else pin)
        if plan and isinstance(pin, int):
            assert roles.get(pin) == role, f"GPIO {pin} in {plan}"


@pytest.mark.parametrize("plan", PLANS)
def test_a_station_file_can_be_built(plan: str) -> None:
    found = uses(read_config(HARDWARE / plan))
    assert conflicts(found) == []
    wired = {
        (HEADER[place - 1], role) for held in MANIFEST["header"].values() for place, _, role in held["wires"]
    }
    for use in found:
        assert use.name.startswith(UNWIRED) or (use.gpio, use.name) in wired, f"no drawing shows {use}"


@pytest.mark.parametrize("plan", PLANS)
def test_the_pin_map_is_what_treadcoach_pins_draws_today(plan: str) -> None:
    drawn = "\n".join(drawing(uses(read_config(HARDWARE / plan))))
    assert drawn in (HARDWARE / "pin-map.md").read_text(), "Run hardware/build."


def test_what_no_plan_names_stands_in_nobodys_way() -> None:
    taken = {use.gpio for use in uses(read_config(HARDWARE / "station.reference.toml"))}
    for sheet, held in MANIFEST["header"].items():
        if held["plan"] is None:
            pins = {HEADER[place - 1] for place, _, _ in held["wires"]}
            assert not pins & taken, sheet


def test_the_voltage_of_a_csafe_socket_goes_nowhere() -> None:
    assert MANIFEST["ends"]["treadmill-csafe"]["CSAFE"] == ["3", "4", "7"]


def test_nobody_but_the_treadmills_two_and_ground_is_on_nine_pins() -> None:
    assert MANIFEST["ends"]["treadmill-rs232"]["TREADMILL"] == ["2", "3", "5"]


@pytest.mark.parametrize("board", BOARDS)
def test_a_boards_firmware_and_its_drawing_agree(board: str) -> None:
    sheet, names = FIRMWARE[board]
    settings = _settings(board)
    for setting, wire in names.items():
        drawn, set_to = MANIFEST["boards"][sheet][wire], getattr(settings, setting)
        assert drawn == set_to, (
            f"{board}: {setting} is GP{set_to} in settings.py, GP{drawn} in wiring/{sheet}.yml"
        )


def _settings(board: str) -> Any:
    spec = importlib.util.spec_from_file_location("board", HARDWARE / f"firmware/{board}/settings.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("solid", sorted(path.name for path in HARDWARE.glob("enclosure/stl/*.stl")))
def test_a_solid_is_closed_so_that_it_can_be_printed(solid: str) -> None:
    data = (HARDWARE / "enclosure/stl" / solid).read_bytes()
    facets = np.frombuffer(data, FACET, offset=84)["corners"]
    assert len(facets) == int.from_bytes(data[80:84], "little") > 0
    edges: Counter[tuple[bytes, bytes]] = Counter()
    for facet in facets:
        a, b, c = (corner.tobytes() for corner in facet)
        edges.update(((a, b), (b, c), (c, a)))
    assert all(edges[there, here] == count for (here, there), count in edges.items())


def test_the_enclosure_stays_small() -> None:
    assert sum(path.stat().st_size for path in HARDWARE.glob("enclosure/**/*") if path.is_file()) < 1_500_000


@pytest.mark.parametrize("page", sorted(HARDWARE.glob("**/*.md")), ids=lambda path: path.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text()):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name}: {target}"
