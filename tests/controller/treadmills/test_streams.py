"""For every make: the same bytes cut anywhere say the same, and noise says nothing."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.treadmills.events import SpeedRead
from controller.treadmills.makes import MAKES, Settings
from tests.controller.treadmills.conftest import decoder
from tests.controller.treadmills.test_text_protocols import line

PACKETS = ("ftms", "rsc")
STREAMS = sorted(set(MAKES) - set(PACKETS))
ALL = Settings(units="kmh", metres_per_pulse=0.25)
PIECES = [
    bytes.fromhex(piece)
    for piece in (
        "d130303430", "d230303530", "d031", "d1303034", "54", "bf", "c1", "b3", "30",
        "f105a503320031a0f2", "f105a803e2ff4cfff2", "f105a503f302f3013292f2", "f18989f2", "f1", "f3", "f2",
        "a0303235", "a70040", "96", "0003e803e8000000000000" + "00" * 21,
        "3400010001000000000000000000000000004844000020410000a0c0cdcccc3dcdcc4c3e000040400000a03f0000000000000000",
    )
] + [b"000\t012\t0023\t02\t0094\t02:03\t000\t01\r\n", b"v=2.78\r\n", b"\n", b"x" * 130]  # fmt: skip
PIECES += [line(n, n / 10, n, 100_000) for n in range(4)]
STREAM = st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=8)), max_size=25).map(b"".join)


@pytest.mark.parametrize("name", STREAMS)
@given(stream=STREAM, cuts=st.lists(st.integers(0, 600), max_size=12))
def test_cut_anywhere(name: str, stream: bytes, cuts: list[int]) -> None:
    whole, cut = decoder(name, ALL), decoder(name, ALL)
    places = [0, *sorted(min(place, len(stream)) for place in cuts), len(stream)]
    pieces = [cut.feed(stream[a:b]) for a, b in pairwise(places)]
    assert [event for piece in pieces for event in piece] == whole.feed(stream)
    assert cut.identified == whole.identified


@pytest.mark.parametrize("name", STREAMS)
def test_a_million_random_bytes_say_no_speed_and_are_not_kept(name: str) -> None:
    noise = np.random.default_rng(20261124).bytes(1_000_000)
    machine = decoder(name, ALL)
    found = [
        event for start in range(0, len(noise), 997) for event in machine.feed(noise[start : start + 997])
    ]
    assert not [event for event in found if isinstance(event, SpeedRead)]
    assert held_bytes(machine) < 20_000


def held_bytes(machine: object) -> int:
    """The bytes and text a decoder holds, its parts included."""
    parts = vars(machine).values() if hasattr(machine, "__dict__") else ()
    return sum(len(part) if isinstance(part, (bytes, bytearray, str)) else held_bytes(part) for part in parts)


@pytest.mark.parametrize("name", PACKETS)
@given(packet=st.binary(max_size=40))
def test_any_packet_says_a_belts_speed_or_none(name: str, packet: bytes) -> None:
    for event in decoder(name, ALL).feed(packet):
        assert not isinstance(event, SpeedRead) or 0 <= event.speed_mps <= 12.5
