"""The strip says what it says by place and pattern; the colour only repeats it."""

from collections.abc import Sequence

import pytest

from controller.chips.chip import Transfer
from controller.chips.strips import apa102, ws2812
from controller.cues import DARK, CueKind
from controller.devices.strip import INSIDE, LESS, MARK, MORE, OUT, Strip, picture
from controller.hardware_tables import StripTable

LEDS = 31
LETTERS = {OUT: ".", MARK: "|", MORE: "<", INSIDE: "o", LESS: ">"}


def drawn(kind: CueKind, value: float, leds: int = LEDS) -> str:
    return "".join(LETTERS[colour] for colour in picture(kind, value, leds))


@pytest.mark.parametrize(
    ("kind", "value", "wanted"),
    [
        (CueKind.LIGHT, -1.0, "<<<<<<<<<<....................."),
        (CueKind.LIGHT, 0.0, "..........oooooooooo..........."),
        (CueKind.LIGHT, 1.0, ".....................>>>>>>>>>>"),
        (CueKind.STRIP, -3.0, "<<<.......|.........|.........."),
        (CueKind.STRIP, -1.5, ".......<<<|.........|.........."),
        (CueKind.STRIP, 0.0, "..........|...ooo...|.........."),
        (CueKind.STRIP, 0.5, "..........|......ooo|.........."),
        (CueKind.STRIP, 3.0, "..........|.........|.......>>>"),
        (CueKind.BAR, -1.0, ">>>>>>>>>>>>>>>|..............."),
        (CueKind.BAR, 0.0, "...............o..............."),
        (CueKind.BAR, 0.4, "...............|>>>>>>........."),
    ],
)
def test_the_picture_of_each_value(kind: CueKind, value: float, wanted: str) -> None:
    assert drawn(kind, value) == wanted


@pytest.mark.parametrize("leds", [3, 8, 30, 144, 300])
def test_without_colour_no_two_states_look_alike(leds: int) -> None:
    for kind, values in ((CueKind.LIGHT, (-1.0, 0.0, 1.0)), (CueKind.STRIP, (-3.0, 0.0, 3.0))):
        shapes = {drawn(kind, v, leds).translate(str.maketrans("<o>", "###")) for v in values}
        assert len(shapes) == len(values)
        assert all(len(shape) == leds for shape in shapes)


class Wire:
    """A bus that keeps what it was sent, and can be pulled."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.closed = False

    def exchange(self, transfers: Sequence[Transfer]) -> list[bytes]:
        self.sent += [transfer.write for transfer in transfers]
        return [b"" for _ in transfers]

    def close(self) -> None:
        self.closed = True


def test_a_strip_is_dark_at_the_start_and_at_the_end() -> None:
    wire = Wire()
    strip = Strip(StripTable(spi="1.0", leds=9, brightness=0.5), lambda: wire)
    dark = apa102([OUT] * 9)
    assert wire.sent == [dark]
    strip.show(CueKind.LIGHT, -1.0)
    assert wire.sent[-1] == apa102([(0, 0, 128)] * 3 + [OUT] * 6), "half as bright as it could be"
    strip.close()
    assert wire.sent[-1] == dark
    assert wire.closed


def test_a_change_of_style_leaves_the_new_one_lit() -> None:
    wire = Wire()
    strip = Strip(StripTable(spi="1.0", leds=9, kind="ws2812", brightness=1), lambda: wire)
    strip.show(CueKind.STRIP, 3.0)
    for kind, value in ((CueKind.LIGHT, 0.0), (CueKind.STRIP, DARK)):  # the order in which cues come
        strip.show(kind, value)
    assert wire.sent[-1] == ws2812(picture(CueKind.LIGHT, 0.0, 9))
    strip.show(CueKind.LIGHT, DARK)
    assert wire.sent[-1] == ws2812([OUT] * 9)
