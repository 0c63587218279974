"""LEDs on pins, through gpiozero's own mock pins."""

from typing import Any

import pytest
from gpiozero.pins.mock import MockFactory

from controller.cues import DARK, LIGHTS, CueKind
from controller.devices.gpio_lamp import RGB, GpioLamp, kinds
from controller.hardware_tables import LightsTable

TABLE = LightsTable(more=5, inside=6, less=13, row=(16, 19, 20, 21, 26))


def lit(factory: MockFactory, *, low: bool = False) -> set[int]:
    return {gpio for gpio in TABLE.gpios() if bool(factory.pin(gpio).state) != low}


@pytest.mark.parametrize(
    ("kind", "value", "wanted"),
    [
        (CueKind.LIGHT, -1.0, {5}),
        (CueKind.LIGHT, 0.0, {6}),
        (CueKind.LIGHT, 1.0, {13}),
        (CueKind.LIGHT, DARK, set()),
        (CueKind.BAR, -1.0, {16}),
        (CueKind.BAR, 0.1, {20}),
        (CueKind.BAR, 1.0, {26}),
        (CueKind.STRIP, -3.0, {16}),
        (CueKind.STRIP, 0.5, {20}),
        (CueKind.STRIP, 1.5, {21}),
        (CueKind.STRIP, 9.0, set()),
    ],
)
@pytest.mark.parametrize("low", [False, True])
def test_each_value_lights_one_led(kind: CueKind, value: float, wanted: set[int], low: bool) -> None:  # noqa: FBT001
    factory = MockFactory()
    table = LightsTable(more=5, inside=6, less=13, row=TABLE.row, active_low=low)
    lamp = GpioLamp(table, factory)
    assert lit(factory, low=low) == set()
    lamp.show(kind, value)
    assert lit(factory, low=low) == wanted
    lamp.show(kind, DARK)
    assert lit(factory, low=low) == set()


@pytest.mark.parametrize(("value", "wanted"), [(-1.0, {13}), (0.0, {6, 13}), (1.0, {5, 6}), (DARK, set())])
@pytest.mark.parametrize("low", [False, True])
def test_an_rgb_led_says_it_in_blue_bluish_green_and_amber(
    value: float,
    wanted: set[int],
    low: bool,  # noqa: FBT001
) -> None:
    factory = MockFactory()
    lamp = GpioLamp(LightsTable(rgb=(5, 6, 13), active_low=low), factory)
    lamp.show(CueKind.LIGHT, value)
    assert {gpio for gpio in (5, 6, 13) if bool(factory.pin(gpio).state) != low} == wanted


def test_the_three_colours_differ_for_a_red_green_blind_runner() -> None:
    """Viénot 1999: to a protanope or deuteranope red and green are one, and beside that there is blue."""
    for red_share in (0.11, 0.29):
        seen = {
            (red_share * red + (1 - red_share) * green > 0.5, bool(blue)) for red, green, blue in RGB.values()
        }
        assert len(seen) == len(RGB)


def test_a_pin_that_fails_is_said_and_the_others_go_dark(factory: Any) -> None:
    lamp = GpioLamp(TABLE, factory)
    lamp.show(CueKind.LIGHT, 0.0)
    lamp.show(CueKind.BAR, -1.0)
    factory.pin(6).broken = True
    with pytest.raises(OSError, match="GPIO 6 can't be set"):
        lamp.show(CueKind.LIGHT, 0.0)
    lamp.close()
    assert not factory.pin(16).state


def test_what_leds_can_show() -> None:
    assert kinds(LightsTable(less=13)) == {CueKind.LIGHT}
    assert kinds(LightsTable(row=(16, 19, 20))) == {CueKind.BAR, CueKind.STRIP}
    assert kinds(LightsTable(rgb=(5, 6, 13), row=(16, 19, 20))) == set(LIGHTS)


def test_the_traffic_light_and_the_row_are_lit_side_by_side_and_dark_at_the_end() -> None:
    factory = MockFactory()
    lamp = GpioLamp(TABLE, factory)
    lamp.show(CueKind.LIGHT, 0.0)
    lamp.show(CueKind.BAR, -1.0)
    assert lit(factory) == {6, 16}
    pins = [factory.pin(gpio) for gpio in TABLE.gpios()]
    lamp.close()
    assert not any(pin.state for pin in pins)


def test_a_light_that_is_not_there_is_not_shown() -> None:
    factory = MockFactory()
    lamp = GpioLamp(LightsTable(less=13), factory)
    lamp.show(CueKind.LIGHT, -1.0)
    lamp.show(CueKind.STRIP, 2.0)
    assert not factory.pin(13).state
