"""What may be sent, and that it moves no belt, whatever is at the other end of the wire."""

import json
from pathlib import Path
from typing import Any

import pytest

from controller.treadmills.makes import MAKES

TRACKMASTER_FAMILY = ("trackmaster", "woodway", "medisoft")
# What starts, stops or sets a belt, byte by byte, by the makes' own tables.
MOVES = {
    "trackmaster": {0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xAA, 0xAB},
    "woodway": {0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA9, 0xAA, 0xAB, 0xBD},
    "biodex": set(range(0x80, 0x90)),
    "csafe": set(range(0x81, 0x89)),
}


def test_the_list_itself() -> None:
    """Written out, so that an addition is a decision: three bytes, four frames, one word."""
    sent = {name: [request.hex() for request in make.requests] for name, make in MAKES.items()}
    assert {name: requests for name, requests in sent.items() if requests} == {
        **{name: ["c0", "c1", "c2"] for name in TRACKMASTER_FAMILY},
        "csafe": ["f19191f2", "f19393f2", "f1a5a5f2", "f1a8a8f2"],
        "kettler": ["53540d0a"],
    }


@pytest.mark.parametrize("name", sorted(MAKES))
def test_no_request_holds_a_byte_that_moves_any_make(name: str) -> None:
    for request in MAKES[name].requests:
        for make, bytes_that_move in MOVES.items():
            assert not set(request) & bytes_that_move, (request.hex(), make)


def test_this_test_would_see_the_known_traps() -> None:
    """GetTWork of CSAFE and Biodex's read speed start a Trackmaster, GetStatus of CSAFE a Biodex."""
    assert set(bytes.fromhex("f1a0a0f2")) & MOVES["trackmaster"]
    assert set(bytes.fromhex("f18080f2")) & MOVES["biodex"]
    assert set(bytes.fromhex("a0")) & MOVES["trackmaster"]


@pytest.mark.shared
def test_every_request_stands_in_the_collision_table_as_harmless(shared_dir: Path) -> None:
    table = json.loads((shared_dir / "protocols" / "cross_protocol_collisions.json").read_text())
    rows: dict[str, dict[str, Any]] = {row["hex"]: row for row in table["matrix"]}
    for make in MAKES.values():
        for request in make.requests:
            row = rows[request.hex()]
            moves = row["moves_or_stops_trackmaster"], row["moves_or_stops_biodex"]
            assert moves == (False, False), row["request"]


@pytest.mark.parametrize("name", sorted(MAKES))
def test_one_probe_comes_before_any_poll(name: str) -> None:
    make = MAKES[name]
    assert not make.polls or make.probe is not None
    assert not make.once or make.polls
