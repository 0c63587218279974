"""Addressable LEDs as a lamp: what it says is said by place and pattern, and by colour once more.

Left is less than wanted, right is more, in the middle all is well. Colours are those of the RGB LED.
"""

from collections.abc import Callable

from controller.chips.chip import Transfer
from controller.chips.strips import APA102_HZ, WS2812_HZ, Colour, apa102, ws2812
from controller.cues import DARK, CueKind
from controller.devices.accelerometer import Bus
from controller.hardware_tables import StripTable

OUT, MARK = (0, 0, 0), (48, 48, 48)
# Along the line from blue to yellow, which red-green blindness leaves alone (Viénot 1999).
MORE, INSIDE, LESS = (0, 0, 255), (0, 255, 160), (255, 140, 0)
HZ = {"apa102": APA102_HZ, "ws2812": WS2812_HZ}
ENCODE = {"apa102": apa102, "ws2812": ws2812}
POINTER_SHARE = 12  # the pointer takes a twelfth of the strip
STRIP_MOST = 3.0


class Strip:
    """A lamp of `LampPlayer`; its thread is the only one that touches the bus."""

    def __init__(self, table: StripTable, open_bus: Callable[[], Bus]) -> None:
        self._table = table
        self._lit: dict[CueKind, float] = {}  # the newest last
        self._bus = open_bus()
        self._draw([OUT] * table.leds)

    def show(self, kind: CueKind, value: float) -> None:
        """Show this value from now on; of several kinds that are lit, the newest."""
        self._lit.pop(kind, None)
        if value != DARK:
            self._lit[kind] = value
        leds = self._table.leds
        shown = [picture(*one, leds) for one in self._lit.items()]
        self._draw(shown[-1] if shown else [OUT] * leds)

    def _draw(self, colours: list[Colour]) -> None:
        share = self._table.brightness
        dimmed = [
            (round(red * share), round(green * share), round(blue * share)) for red, green, blue in colours
        ]
        self._bus.exchange([Transfer(ENCODE[self._table.kind](dimmed))])

    def close(self) -> None:
        """Dark, and the bus given back."""
        try:
            self._draw([OUT] * self._table.leds)
        finally:
            self._bus.close()


def picture(kind: CueKind, value: float, leds: int) -> list[Colour]:
    """The LEDs from left to right.

    The light fills a third: left, middle or right. The strip is a pointer between the band's two edges, which
    are marked white, or beyond them. The bar grows from the middle, marked white, to the leg that lands
    harder.
    """
    shown = [OUT] * leds
    if kind is CueKind.LIGHT:
        third = leds // 3
        first = {-1.0: 0, 0.0: (leds - third) // 2, 1.0: leds - third}[value]
        shown[first : first + third] = [_colour(value)] * third
        return shown
    if kind is CueKind.BAR:
        middle, end = _place(0.0, leds), _place(value, leds)
        first, last = sorted((middle, end))
        shown[first : last + 1] = [LESS] * (last + 1 - first)
        shown[middle] = MARK if middle != end else INSIDE
        return shown
    for edge in (-1.0, 1.0):
        shown[_place(edge / STRIP_MOST, leds)] = MARK
    wide = leds // POINTER_SHARE | 1  # odd, so that it has a middle
    first = min(max(0, _place(value / STRIP_MOST, leds) - wide // 2), leds - wide)
    inside = abs(value) <= 1.0
    shown[first : first + wide] = [INSIDE if inside else _colour(value)] * wide
    return shown


def _colour(value: float) -> Colour:
    return INSIDE if value == 0 else MORE if value < 0 else LESS


def _place(share: float, leds: int) -> int:
    """The LED at -1 (left end) to 1 (right end)."""
    return round((min(max(share, -1.0), 1.0) + 1) / 2 * (leds - 1))
