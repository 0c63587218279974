"""Bytes of addressable LEDs, against the datasheets' own pictures of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.chips.strips import RESET, WS2812_HZ, Colour, apa102, ws2812

channel = st.integers(0, 255)
colours = st.lists(st.tuples(channel, channel, channel), min_size=1, max_size=80)


def test_an_apa102_frame_is_start_leds_and_enough_clocks_at_the_end() -> None:
    assert apa102([(0x11, 0x22, 0x33)]).hex() == "00000000" + "ff332211" + "00000000" + "00"
    assert apa102([(1, 2, 3), (4, 5, 6)], brightness=5)[4:12].hex() == "e5030201e5060504"


@given(colours, st.integers(0, 31))
def test_every_apa102_led_begins_with_three_ones_and_the_end_clocks_it_through(
    wanted: list[Colour], brightness: int
) -> None:
    frame = apa102(wanted, brightness)
    assert frame[:4] == bytes(4)
    leds = frame[4 : 4 + 4 * len(wanted)]
    for number, (red, green, blue) in enumerate(wanted):
        assert tuple(leds[4 * number : 4 * number + 4]) == (0xE0 | brightness, blue, green, red)
    end = frame[4 + 4 * len(wanted) :]
    assert set(end) == {0}
    assert len(end) * 8 >= 32 + len(wanted) / 2, "32 zeros for an SK9822, half a clock for each LED"


def test_a_ws2812_frame_is_green_red_blue_the_highest_bit_first() -> None:
    frame = ws2812([(0x00, 0xA5, 0xFF)])
    assert frame == RESET + bytes.fromhex("e8e88e8e" + "88888888" + "eeeeeeee") + RESET
    assert len(RESET) * 8 / WS2812_HZ > 280e-6


def pulses(frame: bytes) -> list[tuple[float, float]]:
    """High and low times in µs of every bit on the wire."""
    bits = "".join(f"{byte:08b}" for byte in frame).strip("0")
    return [
        (len(part) * 1e6 / WS2812_HZ, 0.0 if not low else low * 1e6 / WS2812_HZ) for part, low in _runs(bits)
    ]


def _runs(bits: str) -> list[tuple[str, int]]:
    found = []
    while bits:
        high = len(bits) - len(bits.lstrip("1"))
        low = len(bits[high:]) - len(bits[high:].lstrip("0"))
        found.append((bits[:high], low))
        bits = bits[high + low :]
    return found


@given(colours)
def test_every_ws2812_bit_keeps_the_datasheets_times(wanted: list[Colour]) -> None:
    told = [bit for red, green, blue in wanted for value in (green, red, blue) for bit in f"{value:08b}"]
    seen = pulses(ws2812(wanted))
    assert len(seen) == len(told)
    for bit, (high_us, low_us) in zip(told, seen, strict=True):
        wanted_us = (0.8, 0.45) if bit == "1" else (0.4, 0.85)
        assert high_us == pytest.approx(wanted_us[0], abs=0.15)
        assert (0.58 <= high_us <= 1.0) if bit == "1" else (0.22 <= high_us <= 0.38)
        if low_us:  # the last bit's low is the reset
            assert low_us == pytest.approx(wanted_us[1], abs=0.15)
