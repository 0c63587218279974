"""A belt sensor on pins: gpiozero's own pins, with the kernel's part, the times, played by the test."""

from typing import Any

import pytest

from controller.clock import ManualClock
from controller.devices.belt_pulses import BeltPulses
from controller.devices.pins import pin_factory
from controller.items import BeltSpeed

NS = 10**9
METRES = 0.25


def sensor(factory: Any, pins: list[int]) -> tuple[BeltPulses, list[Any], ManualClock]:
    clock = ManualClock(NS)
    source = BeltPulses("belt sensor", pins, METRES, factory, clock)
    assert source.read() == []
    return source, [factory.pin(number) for number in pins], clock


def test_pulses_become_speeds_ten_times_a_second_and_standing_becomes_zero(factory: Any) -> None:
    source, (pin,), clock = sensor(factory, [17])
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


def test_a_late_reader_measures_as_well_as_a_quick_one(factory: Any) -> None:
    source, (pin,), clock = sensor(factory, [17])
    for pulse in range(10, 40):
        pin.drive(pulse / 10 - 0.03, 1)
        pin.drive(pulse / 10, 0)
    clock.advance_to_ns(round(3.95 * NS))
    (item,) = source.read()
    assert isinstance(item, BeltSpeed)
    assert item.speed_mps == pytest.approx(2.5)


def test_an_encoder_in_reverse_is_negative(factory: Any) -> None:
    source, (a, b), clock = sensor(factory, [17, 27])
    for pulse in range(10, 40):
        for quarter, (pin, level) in enumerate(((b, 1), (a, 1), (b, 0), (a, 0))):
            pin.drive((pulse + quarter / 4) / 10, level)
    clock.advance_to_ns(4 * NS)
    (item,) = source.read()
    assert isinstance(item, BeltSpeed)
    assert item.speed_mps == pytest.approx(-2.5)


def test_a_doubled_pulse_is_trouble_for_the_health_page_and_no_speed(factory: Any) -> None:
    source, (pin,), clock = sensor(factory, [17])
    for pulse in (10, 11, 12, 13, 13.4, 14, 15, 16):
        pin.drive(pulse / 10 - 0.02, 1)
        pin.drive(pulse / 10, 0)
    clock.advance_to_ns(round(1.41 * NS))
    (item,) = source.read()
    assert isinstance(item, BeltSpeed)
    assert item.speed_mps == pytest.approx(2.5)
    assert "no belt's acceleration" in source.state.trouble


def test_a_pin_that_another_program_has_is_tried_again_and_said_in_words(factory: Any) -> None:
    factory.pin(27).broken = True
    source = BeltPulses("belt sensor", [17, 27], METRES, factory, ManualClock(NS))
    with pytest.raises(OSError, match="GPIO 27 can't be used: another program has it"):
        source.read()
    assert "GPIO 27" in source.state.trouble
    factory.pin(27).broken = False
    assert source.read() == []
    assert source.state.trouble == ""
    source.close()


def test_a_machine_without_pins_is_told_what_to_install() -> None:
    with pytest.raises(ValueError, match=r"pip install|no GPIO pins"):
        pin_factory("lgpio")
