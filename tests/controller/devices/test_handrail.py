"""The runner's button: one order for each press, none for a button that is stuck."""

from typing import Any

import pytest

from controller.clock import ManualClock
from controller.devices.handrail import Handrail
from controller.hardware_tables import HandrailTable
from controller.items import Command, EndSession, Item, Mark, Order, ToggleMute

NS = 10**9


def button(factory: Any, table: HandrailTable | None = None) -> tuple[Handrail, Any, ManualClock]:
    clock = ManualClock(NS)
    source = Handrail(table or HandrailTable(gpio=26), factory, clock)
    source._pin._begin()  # as the first read would, which then waits for an edge
    return source, factory.pin(26), clock


def press(pin: Any, at_s: float, held_s: float = 0.15) -> None:
    for after_s, level in (
        (0, 0),
        (0.002, 1),
        (0.004, 0),
        (held_s, 1),
        (held_s + 0.003, 0),
        (held_s + 0.004, 1),
    ):
        pin.drive(at_s + after_s, level)


def read(source: Handrail, clock: ManualClock, at_s: float) -> list[Item]:
    clock.advance_to_ns(round(at_s * NS))
    return list(source.read())


@pytest.mark.parametrize(
    ("word", "order"), [("end", EndSession()), ("mute", ToggleMute()), ("mark", Mark(note="handrail"))]
)
def test_a_press_is_the_order_that_station_toml_names(factory: Any, word: Any, order: Order) -> None:
    source, pin, clock = button(factory, HandrailTable(gpio=26, press=word))
    press(pin, 2.0)
    assert read(source, clock, 3.0) == [Command(time_ns=2_020_000_000, request_id="handrail", order=order)]


def test_a_second_press_within_a_second_and_a_held_button_give_no_second_order(factory: Any) -> None:
    source, pin, clock = button(factory)
    press(pin, 2.0)
    press(pin, 2.6)
    assert len(read(source, clock, 4.0)) == 1
    pin.drive(5.0, 0)
    assert len(read(source, clock, 6.0)) == 1
    assert source.parts[0].trouble == ""
    assert read(source, clock, 17.0) == []
    assert source.parts[0].trouble == "it has been down for 12 s: stuck, or a short?"
    pin.drive(17.5, 1)
    assert read(source, clock, 18.0) == []
    assert source.parts[0].trouble == ""


def test_a_button_that_is_down_at_the_start_does_nothing_and_says_so(factory: Any) -> None:
    class Pressed(type(factory.pin(26))):  # type: ignore[misc]
        def _set_pull(self, value: str) -> None:
            self._pull = value

    factory.pins.clear()
    factory.pin_class = Pressed
    pin = factory.pin(26)
    pin._state = False
    source, pin, clock = button(factory)
    assert read(source, clock, 3.0) == []
    assert "does nothing until it is let go" in source.parts[0].trouble
    pin.drive(4.0, 1)
    assert read(source, clock, 5.0) == []
    assert source.parts[0].trouble == ""
    press(pin, 6.0)
    assert len(read(source, clock, 7.0)) == 1


def test_the_health_page_knows_what_it_does_and_when_it_was_pressed(factory: Any) -> None:
    source, pin, clock = button(factory)
    assert source.parts[0].state == "GPIO 26: ends the session; not pressed since the start"
    press(pin, 2.0)
    read(source, clock, 14.0)
    assert source.parts[0].state == "GPIO 26: ends the session; last pressed 12 s ago"
    source.close()


def test_a_button_whose_pin_is_taken_is_tried_again(factory: Any) -> None:
    pin = factory.pin(26)
    pin.broken = True
    source = Handrail(HandrailTable(gpio=26), factory, ManualClock(NS))
    with pytest.raises(OSError, match="GPIO 26"):
        source.read()
    assert "GPIO 26" in source.parts[0].trouble
    pin.broken = False
    assert list(source.read()) == []
    assert source.parts[0].trouble == ""
