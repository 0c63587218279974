"""Step pulses from a pin: what the kernel timed becomes contacts, whatever the reader's pace."""

from queue import SimpleQueue
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from controller.clock import ManualClock
from controller.devices.pins import PinError
from controller.devices.step_pulses import StepPulses
from controller.hardware_tables import StepPulseTable
from controller.items import Item, Placement, Side, StepPulse
from controller.loop import Reader

NS = 10**9
TABLE = StepPulseTable(name="left_foot", placement=Placement.FOOT, side=Side.LEFT, gpio=22)
STRIDES = 12
# A stride of 0.7 s, bouncing as it closes and as it opens.
EDGES = [
    (1 + stride * 0.7 + after, level)
    for stride in range(STRIDES)
    for after, level in ((0, 0), (0.0004, 1), (0.0011, 0), (0.25, 1), (0.2507, 0), (0.2512, 1))
]


def part(factory: Any, table: StepPulseTable = TABLE) -> tuple[StepPulses, Any, ManualClock]:
    clock = ManualClock(NS)
    source = StepPulses(table, factory, clock)
    source._pin._begin()  # as the first read would, which then waits for an edge
    return source, factory.pin(22), clock


def test_each_contact_is_one_item_with_the_time_of_its_first_edge(factory: Any) -> None:
    source, pin, clock = part(factory)
    said: list[Item] = []
    for at_s, level in EDGES:
        pin.drive(at_s, level)
        clock.advance_to_ns(round((at_s + 0.0001) * NS))
        said += source.read()
    assert [item.time_ns for item in said if isinstance(item, StepPulse)] == [
        round((1 + stride * 0.7) * NS) for stride in range(STRIDES)
    ]
    first = said[0]
    assert isinstance(first, StepPulse)
    assert (first.sensor, first.side, first.decided_ns - first.time_ns) == ("left_foot", Side.LEFT, 5_000_000)
    (state,) = source.parts
    assert state.name == "steps, left foot"
    assert state.state == f"GPIO 22: {6 * STRIDES} edges, {STRIDES} steps"
    source.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(cuts=st.sets(st.integers(1, len(EDGES)), max_size=12))
def test_edges_taken_in_any_portions_give_the_same_pulses(factory: Any, cuts: set[int]) -> None:
    source, pin, clock = part(factory)
    said: list[Item] = []
    for number, (at_s, level) in enumerate(EDGES, 1):
        pin.drive(at_s, level)
        if number in cuts:
            clock.advance_to_ns(round(at_s * NS))
            said += source.read()
    clock.advance_to_ns(60 * NS)
    said += source.read()
    assert [item.time_ns for item in said if isinstance(item, StepPulse)] == [
        round((1 + stride * 0.7) * NS) for stride in range(STRIDES)
    ]
    source.close()


def test_a_part_that_pulls_high_and_one_that_is_closed_at_the_start(factory: Any) -> None:
    table = StepPulseTable(name="chip", placement=Placement.SHANK, side=Side.LEFT, gpio=22, contact="high")
    source, pin, clock = part(factory, table)  # a pulled-up pin is high: closed already
    pin.drive(1.5, 0)
    pin.drive(2.0, 1)
    clock.advance_to_ns(3 * NS)
    (item,) = source.read()
    assert isinstance(item, StepPulse)
    assert item.time_ns == 2 * NS


def test_pulses_that_are_too_short_say_what_to_change(factory: Any) -> None:
    source, pin, clock = part(factory)
    for step in range(1, 5):
        pin.drive(step, 0)
        pin.drive(step + 0.0006, 1)
    clock.advance_to_ns(6 * NS)
    assert source.read() == []
    (state,) = source.parts
    assert "make that smaller in station.toml" in state.trouble


def test_a_pin_that_another_program_has_is_tried_again_and_said_in_words(factory: Any) -> None:
    pin = factory.pin(22)
    pin.broken = True
    clock = ManualClock(NS)
    source = StepPulses(TABLE, factory, clock)
    with pytest.raises(OSError, match="GPIO 22 can't be used: another program has it"):
        source.read()
    assert "GPIO 22" in source.parts[0].trouble
    pin.broken = False
    assert source.read() == []
    assert source.parts[0].trouble == ""
    pin.drive(2.0, 0)
    clock.advance_to_ns(3 * NS)
    assert len(source.read()) == 1


def test_a_pin_that_is_given_back_listens_when_it_is_opened_anew(factory: Any) -> None:
    source, pin, clock = part(factory)
    source.close()
    pin.drive(1.2, 0)  # nobody hears that
    pin.drive(1.4, 1)
    source._pin._begin()
    pin.drive(2.0, 0)
    clock.advance_to_ns(3 * NS)
    (item,) = source.read()
    assert isinstance(item, StepPulse)
    assert item.time_ns == 2 * NS


@pytest.mark.slow  # it waits a second before it tries again
def test_a_busy_pin_does_not_end_its_reader(factory: Any) -> None:
    pin = factory.pin(22)
    pin.broken = True
    said: SimpleQueue[str] = SimpleQueue()
    inbox: SimpleQueue[Item] = SimpleQueue()
    clock = ManualClock(NS)
    reader = Reader(StepPulses(TABLE, factory, clock), inbox, said.put)
    reader.start()
    assert said.get(timeout=10).startswith("left_foot does not answer (GPIO 22 can't be used")
    pin.broken = False
    clock.advance_to_ns(3 * NS)
    while pin.when_changed is None:  # until it was opened
        pass
    pin.drive(2.0, 0)
    assert isinstance(inbox.get(timeout=10), StepPulse)
    reader.close()
    assert said.empty()


def test_what_a_pin_refuses_is_an_oserror_for_readers_and_bad_input_for_commands() -> None:
    problem = PinError("GPIO 4 can't be used")
    assert isinstance(problem, OSError)
    assert isinstance(problem, ValueError)
    assert str(problem) == "GPIO 4 can't be used"
