"""Addressable LEDs as bytes for an SPI bus whose data line they hang on: APA102 and SK9822, WS2812.

APA102 (Shenzhen LED Color, APA102C datasheet, "data format"): 32 zero bits begin; each LED takes three one
bits, five of global brightness, then blue, green, red, the highest bit first. Its end frame of 32 ones serves
64 LEDs only, and only as clock: every LED passes its data on half a clock later, so n LEDs need n/2 more bits
(cpldcpu, "Understanding the APA102 Superled", 2014). The SK9822, of the same datasheet, shows what it got at
the next 32 zero bits (cpldcpu, "SK9822, a clone of the APA102?", 2016). So we end with 32 zeros and n/2 more:
zeros, unlike ones, light nothing on a strip that is longer than it was said to be. Global brightness stays
full: it is modulated at some 600 Hz, which a camera sees, the colours at more than 19 kHz (same author).

WS2812B (Worldsemi datasheets, "data transfer time"): green, red, blue, the highest bit first. A 0 is high
for 0.40 and low for 0.85 µs, a 1 for 0.80 and 0.45, each ±0.15; WS2812B-2020: 0.22 to 0.38 and 0.58 to 1.0,
0.58 to 1.0 and 0.22 to 0.42; low for more than 280 µs resets. At 3.2 MHz a bit is four: 1000 is 0.31 and
0.94 µs, 1110 is 0.94 and 0.31: inside both. They end low, so a bus that rests between bytes only lengthens a
low.
"""

from collections.abc import Sequence

Colour = tuple[int, int, int]  # red, green, blue, 0 to 255

APA102_HZ = 4_000_000
FULL = 31  # of the global brightness
WS2812_HZ = 3_200_000
RESET = bytes(120)  # 300 µs
_ZERO, _ONE = 0b1000, 0b1110
_CODES = tuple(
    sum((_ONE if value >> bit & 1 else _ZERO) << 4 * bit for bit in range(8)).to_bytes(4, "big")
    for value in range(256)
)


def apa102(colours: Sequence[Colour], brightness: int = FULL) -> bytes:
    """One frame for a strip of as many LEDs, the first of them nearest to the station."""
    leds = b"".join(bytes((0b1110_0000 | brightness, blue, green, red)) for red, green, blue in colours)
    return bytes(4) + leds + bytes(4) + bytes(-(-len(colours) // 16))


def ws2812(colours: Sequence[Colour]) -> bytes:
    """One frame, with a reset before it, as the line may have rested high, and one behind."""
    leds = b"".join(_CODES[green] + _CODES[red] + _CODES[blue] for red, green, blue in colours)
    return RESET + leds + RESET
