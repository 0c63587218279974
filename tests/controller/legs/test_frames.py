"""Frames in a stream: cut anywhere, with garbage between them, damaged; and nothing out of nothing."""

import struct
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.checked import BadInputError
from controller.chips.adxl345 import Adxl345
from controller.chips.chip import Wires
from controller.chips.lsm6dso32 import Lsm6dso32
from controller.legs.frames import (
    BATCH,
    FRAME_BYTES,
    HELLO,
    LONGEST_BODY,
    SYNC,
    Batch,
    Decoder,
    Frame,
    Hello,
    batch_bytes,
    check_baud,
)
from controller.simulation.leg_board import packed
from tests.controller.legs.conftest import Rig

LONGEST = FRAME_BYTES + LONGEST_BODY
HERE = [frame for _, frame in Rig().frames(1.1)]  # hello, two hundred batches, hello, twenty batches


def fed(chunks: list[bytes]) -> list[Frame]:
    decoder = Decoder()
    frames = []
    for chunk in chunks:
        frames += decoder.feed(chunk)
        assert len(decoder._held) <= LONGEST
    return frames


def cut(stream: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(stream) + 1) for place in places), len(stream)]
    return [stream[a:b] for a, b in pairwise(edges)]


WHOLE = fed([b"".join(HERE)])


def test_what_the_board_says_is_understood() -> None:
    assert len(WHOLE) == len(HERE)
    hello, first = WHOLE[0].told, WHOLE[1].told
    assert isinstance(hello, Hello)
    assert (hello.chip, hello.rate_hz, hello.range_g, hello.scale_g) == ("LSM6DSO32", 1667, 32, 0.000976)
    assert (hello.protocol, hello.watermark, hello.baud) == (1, 8, 1_000_000)
    assert isinstance(first, Batch)
    assert (first.first, first.complete, first.samples, first.overruns) == (0, 7, 8, 0)
    assert [frame.number for frame in WHOLE] == list(range(len(HERE)))
    assert WHOLE[1].size == batch_bytes(Lsm6dso32(Wires.SPI), 8) == 87


@given(st.lists(st.integers(0, 10**6), max_size=60))
def test_a_stream_cut_anywhere_says_the_same(places: list[int]) -> None:
    assert fed(cut(b"".join(HERE), places)) == WHOLE


def test_a_byte_at_a_time_says_the_same() -> None:
    assert fed([bytes([byte]) for byte in b"".join(HERE[:40])]) == WHOLE[:40]


@given(
    st.lists(st.binary(max_size=40), min_size=12, max_size=12), st.lists(st.integers(0, 10**6), max_size=9)
)
def test_garbage_between_frames_costs_none(garbage: list[bytes], places: list[int]) -> None:
    """What looks like a beginning may hold frames up, until a longest frame's bytes have come."""
    mixed = [piece for pair in zip(garbage, HERE, strict=False) for piece in pair]
    stream = b"".join(mixed) + bytes(LONGEST)
    assert fed(cut(stream, places)) == WHOLE[:12]


@given(st.integers(0, 10**6), st.integers(1, 255), st.integers(0, 10**6))
def test_a_damaged_byte_costs_its_own_frame(at: int, flip: int, place: int) -> None:
    stream = bytearray(b"".join(HERE[:10]) + bytes(LONGEST))
    at %= len(stream) - LONGEST
    stream[at] ^= flip
    lost = next(n for n in range(10) if at < sum(map(len, HERE[: n + 1])))
    assert fed(cut(bytes(stream), [place])) == WHOLE[:lost] + WHOLE[lost + 1 : 10]


@given(st.integers(0, 10**6), st.integers(1, 200))
def test_bytes_that_were_lost_cost_the_frames_they_are_of(at: int, count: int) -> None:
    stream = b"".join(HERE[:10])
    at %= len(stream) - count
    ends = [sum(map(len, HERE[: n + 1])) for n in range(10)]
    left = [
        frame for n, frame in enumerate(WHOLE[:10]) if ends[n] <= at or ends[n] - len(HERE[n]) >= at + count
    ]
    assert fed([stream[:at] + stream[at + count :] + bytes(LONGEST)]) == left


@pytest.mark.slow
def test_a_million_random_bytes_are_no_frame() -> None:
    noise = np.random.default_rng(5).bytes(1_000_000)
    full_of_beginnings = noise.replace(b"\xa5", SYNC).replace(b"\x5a", SYNC)
    for stream in (noise, full_of_beginnings):
        assert fed(cut(stream, list(range(0, len(stream), 4096)))) == []


def test_what_is_not_known_yet_is_passed_by() -> None:
    later = packed(9, 1, 0, 0, b"a kind of tomorrow")
    short = packed(BATCH, 1, 1, 0, b"too short")
    hello = HERE[0][len(SYNC) + struct.calcsize("<BBHHI") : -4]
    longer = packed(HELLO, 1, 2, 0, hello + b"and more")
    told = [frame.told for frame in fed([later + short + longer])]
    assert told == [None, None, WHOLE[0].told]


def test_a_lead_that_is_too_slow_is_refused_with_its_number() -> None:
    check_baud(Lsm6dso32(Wires.SPI), 1667, 8, 1_000_000)
    check_baud(Lsm6dso32(Wires.SPI), 3333, 16, 1_000_000)
    with pytest.raises(BadInputError, match=r"need a lead of 227 kbaud, and this one has 115\.2 kbaud"):
        check_baud(Lsm6dso32(Wires.SPI), 1667, 8, 115_200)
    assert batch_bytes(Adxl345(Wires.SPI), 8) == FRAME_BYTES + 13 + 2 + 48
