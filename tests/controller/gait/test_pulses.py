"""Steps from switches against the simulator's truth: bouncing contacts, walks and runs, one foot and two."""

from itertools import pairwise
from statistics import mean

import pytest

from controller.gait.gait import Gait
from controller.gait.order import EventOrder
from controller.items import Item, Placement, PulseSetup, Side, StationSetup, StepPulse
from controller.records import Contact, Record, Step
from controller.replay import run
from controller.simulation.runner import TrueStep
from controller.simulation.scene import Scene, SimulatedPulses, Stretch
from controller.simulation.world import World

NS = 10**9
SETTLE_NS = 5_000_000
COURSE = (
    Stretch(duration_s=3, belt_speed_mps=0),
    Stretch(duration_s=20, belt_speed_mps=1.3),
    Stretch(duration_s=40, belt_speed_mps=2.5),
)
END_NS = 63 * NS
LEFT, RIGHT = (
    SimulatedPulses(name=f"{side}_switch", side=side, bounce_s=0.0045) for side in (Side.LEFT, Side.RIGHT)
)
BOTH = SimulatedPulses(name="plate", side=Side.BOTH)


def ran(*parts: SimulatedPulses) -> tuple[list[Record], list[TrueStep]]:
    world = World(Scene(seed=8, course=COURSE, sensors=(), step_pulses=parts))
    items: list[Item] = world.advance(END_NS)
    return run(world.setup, items).records, [s for s in world.truth if s.contact_s < END_NS / NS - 0.1]


@pytest.mark.parametrize("parts", [(LEFT, RIGHT), (LEFT,), (RIGHT,), (BOTH,)])
def test_every_landing_is_one_contact_dated_by_its_first_edge(parts: tuple[SimulatedPulses, ...]) -> None:
    records, truth = ran(*parts)
    sides = {part.side for part in parts}
    felt = [step for step in truth if step.side in sides or Side.BOTH in sides]
    contacts = [r for r in records if isinstance(r, Contact) and r.initial_contact_ns < END_NS - NS // 10]
    assert len(contacts) == len(felt)
    for contact, step in zip(contacts, felt, strict=True):
        late_ns = contact.initial_contact_ns - step.contact_s * NS
        assert -1 <= late_ns < 9_000_000, "the switch's own scatter, four times its deviation"
        assert contact.decided_ns - contact.initial_contact_ns == SETTLE_NS
        assert contact.side is (Side.UNKNOWN if parts == (BOTH,) else step.side)


@pytest.mark.parametrize("parts", [(LEFT, RIGHT), (LEFT,), (BOTH,)])
def test_cadence_is_that_of_both_feet_whichever_are_felt(parts: tuple[SimulatedPulses, ...]) -> None:
    records, truth = ran(*parts)
    steps = [r for r in records if isinstance(r, Step) and r.initial_contact_ns > 30 * NS]
    assert {step.mode for step in steps} == {"running"}
    assert not any(step.irregular or step.unsure for step in steps)
    late = [step for step in truth if step.contact_s > 30]
    true_spm = 60 / mean(after.contact_s - before.contact_s for before, after in pairwise(late))
    told = [step.cadence_spm for step in steps if step.cadence_spm is not None]
    assert 60 / mean(60 / spm for spm in told) == pytest.approx(true_spm, abs=0.5)
    assert all((step.step_time_s is None) is (len(parts) == 1 and parts != (BOTH,)) for step in steps)


def test_what_a_switch_cannot_measure_is_not_there() -> None:
    records, _ = ran(LEFT, RIGHT)
    steps = [record for record in records if isinstance(record, Step)]
    for step in steps:
        assert (step.peak_g, step.contact_time_s, step.flight_time_s, step.vertical_oscillation_m) == (
            None,
        ) * 4
    assert any(step.step_length_m is not None for step in steps), "the belt's speed is known"


def test_a_switch_is_not_waited_for_and_waits_for_nobody_who_lags() -> None:
    order = EventOrder(["shank", "switch"])
    strike = object()
    order._waiting = [(100_000_000, 1, 1, "switch", strike)]  # type: ignore[list-item]
    assert order.heard("shank", 97_000_000) == [], "the shank may still say something earlier"
    assert order.passed(100_000_000) == []
    assert order.heard("shank", 100_000_000) == [("switch", strike)]
    order._waiting = [(200_000_000, 1, 2, "switch", strike)]  # type: ignore[list-item]
    assert order.passed(200_000_000) == [("switch", strike)], (
        "the shank is 100 ms behind, on its way to be lost"
    )


def test_alone_each_pulse_is_told_at_once() -> None:
    part = PulseSetup(name="left_switch", placement=Placement.FOOT, side=Side.LEFT)
    gait = Gait(StationSetup(sensors=(), pulses=(part,)))
    told = gait.pulse(StepPulse(time_ns=NS, sensor="left_switch", side=Side.LEFT, decided_ns=NS + SETTLE_NS))
    (contact,) = told
    assert isinstance(contact, Contact)
    assert (contact.sensor, contact.initial_contact_ns, contact.decided_ns) == (
        "left_switch",
        NS,
        NS + SETTLE_NS,
    )
