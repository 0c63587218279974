"""A belt sensor on pins: gpiozero's own pins, with the kernel's part, the times, played by the test."""

import pytest
from gpiozero.pins.mock import MockFactory, MockPin

from controller.clock import ManualClock
from controller.devices.belt_pulses import BeltPulses
from controller.devices.pins import pin_factory
from controller.items import BeltSpeed

NS = 10**9
METRES = 0.25


class TimedPin(MockPin):  # type: ignore[misc]  # gpiozero has no types
    """A pin whose edges come with the time we say, as lgpio's do with the kernel's."""

    def drive(self, at_s: float, level: int) -> None:
        self._state = bool(level)
        listener = self._when_changed and self._when_changed()
        if listener:
            listener(at_s, level)


def sensor(pins: list[int]) -> tuple[BeltPulses, list[TimedPin], ManualClock]:
    clock = ManualClock(NS)
    factory = MockFactory(pin_class=TimedPin)
    source = BeltPulses("belt sensor", pins, METRES, factory, clock)
    return source, [factory.pin(number) for number in pins], clock


def test_pulses_become_speeds_ten_times_a_second_and_standing_becomes_zero() -> None:
    source, (pin,), clock = sensor([17])
    said: list[BeltSpeed] = []
    for pulse in range(10, 60):  # ten pulses a second: 2.5 m/s
        pin.drive(pulse / 10 - 0.03, 1)
        pin.drive(pulse / 10, 0)
        clock.advance_to_ns(round((pulse / 10 + 0.02) * NS))
        said += [item for item in source.read() if isinstance(item, BeltSpeed)]
    assert [item.speed_mps for item in said[5:]] == pytest.approx([2.5] * len(said[5:]))
    assert {item.source for item in said} == {"belt sensor"}
    for _ in range(60):
        said += [item for item in source.read() if isinstance(item, BeltSpeed)]
    assert said[-1].speed_mps == 0.0
    speeds = [item.speed_mps for item in said[50:]]
    assert speeds == sorted(speeds, reverse=True)
    assert source.state.state == "100 edges seen"
    source.close()


def test_a_late_reader_measures_as_well_as_a_quick_one() -> None:
    source, (pin,), clock = sensor([17])
    for pulse in range(10, 40):
        pin.drive(pulse / 10 - 0.03, 1)
        pin.drive(pulse / 10, 0)
    clock.advance_to_ns(round(3.95 * NS))
    (item,) = source.read()
    assert isinstance(item, BeltSpeed)
    assert item.speed_mps == pytest.approx(2.5)


def test_an_encoder_in_reverse_is_negative() -> None:
    source, (a, b), clock = sensor([17, 27])
    for pulse in range(10, 40):
        for quarter, (pin, level) in enumerate(((b, 1), (a, 1), (b, 0), (a, 0))):
            pin.drive((pulse + quarter / 4) / 10, level)
    clock.advance_to_ns(4 * NS)
    (item,) = source.read()
    assert isinstance(item, BeltSpeed)
    assert item.speed_mps == pytest.approx(-2.5)


def test_a_doubled_pulse_is_trouble_for_the_health_page_and_no_speed() -> None:
    source, (pin,), clock = sensor([17])
    for pulse in (10, 11, 12, 13, 13.4, 14, 15, 16):
        pin.drive(pulse / 10 - 0.02, 1)
        pin.drive(pulse / 10, 0)
    clock.advance_to_ns(round(1.41 * NS))
    (item,) = source.read()
    assert isinstance(item, BeltSpeed)
    assert item.speed_mps == pytest.approx(2.5)
    assert "no belt's acceleration" in source.state.trouble


def test_a_machine_without_pins_is_told_what_to_install() -> None:
    with pytest.raises(ValueError, match=r"pip install|no GPIO pins"):
        pin_factory("lgpio")
