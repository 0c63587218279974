"""Simulated switches: feet and hands close them, they bounce, and the station's own debouncer hears them."""

import heapq
from collections.abc import Iterator

import numpy as np

from controller.devices.handrail import DOES, Handrail, pressed
from controller.items import Command, PulseSetup, Side, StepPulse
from controller.messages import PartState
from controller.simulation.runner import TrueStep
from controller.simulation.scene import Fault, SimulatedHandrail, SimulatedPulses
from controller.switch import Closing, Edge, Switch, press_switch, step_switch

NS = 1_000_000_000
BOUNCES = 4  # at most, each time it closes or opens
SHORT_S = 0.08  # a part that feels both feet says so briefly: two feet may be on the ground at once
PRESS_S, PRESS_BOUNCE_S = 0.15, 0.004


class Contactor:
    """A switch to ground with a pull-up; while its cable is out, it is open."""

    def __init__(self, switch: Switch, faults: tuple[Fault, ...], origin_ns: int, seed: list[int]) -> None:
        self.switch = switch
        switch.begin(1)
        self._origin_ns = origin_ns
        self._random = np.random.default_rng(seed)
        self._coming: list[tuple[float, int, bool, bool]] = []  # when, count, cable or contact, on
        self._count = 0
        self._closed, self._plugged, self._level = False, True, 1
        for fault in faults:
            self._push(fault.at_s, cable=True, on=False)
            self._push(fault.at_s + fault.duration_s, cable=True, on=True)

    def _push(self, at_s: float, *, cable: bool, on: bool) -> None:
        self._count += 1
        heapq.heappush(self._coming, (at_s, self._count, cable, on))

    def change(self, at_s: float, bounce_s: float, *, closed: bool) -> None:
        """It will close or open then, and chatter for a while."""
        self._push(at_s, cable=False, on=closed)
        bounces = 2 * int(self._random.integers(0, BOUNCES + 1))
        later_s = np.sort(self._random.uniform(0, bounce_s, bounces))
        for number, after_s in enumerate(later_s.tolist()):
            self._push(at_s + after_s, cable=False, on=closed is bool(number % 2))

    def until(self, end_s: float) -> list[Closing]:
        """What became sure up to then."""
        found = []
        while self._coming and self._coming[0][0] < end_s:
            at_s, _, cable, on = heapq.heappop(self._coming)
            if cable:
                self._plugged = on
            else:
                self._closed = on
            level = 1 - int(self._closed and self._plugged)
            if level != self._level:
                self._level = level
                found += self.switch.edge(Edge(self._origin_ns + round(at_s * NS), level))
        return found + self.switch.until(self._origin_ns + round(end_s * NS))


class PulsePart:
    """A footswitch or the like in a runner's shoe."""

    def __init__(self, config: SimulatedPulses, faults: tuple[Fault, ...], origin_ns: int, seed: int) -> None:
        self.setup = PulseSetup(name=config.name, placement=config.placement, side=config.side)
        self._config = config
        self._random = np.random.default_rng([seed, 3, *config.name.encode()])
        switch = step_switch(0, config.side, config.settle_s, config.quiet_s)
        self._contactor = Contactor(switch, faults, origin_ns, [seed, 4, *config.name.encode()])
        self._planned_s = -1.0

    def until(self, end_s: float, steps: list[TrueStep]) -> Iterator[StepPulse]:
        """The contacts that became sure up to then, of the steps whose plan is known."""
        config = self._config
        for step in steps:
            if step.contact_s > self._planned_s and config.side in (step.side, Side.BOTH):
                self._planned_s = step.contact_s
                on_s = step.contact_s + abs(float(self._random.normal(0, config.jitter_s)))
                off_s = on_s + SHORT_S if config.side is Side.BOTH else max(step.toe_off_s, on_s + SHORT_S)
                self._contactor.change(on_s, config.bounce_s, closed=True)
                self._contactor.change(off_s, config.bounce_s, closed=False)
        for one in self._contactor.until(end_s):
            yield StepPulse(
                time_ns=one.time_ns, sensor=config.name, side=config.side, decided_ns=one.decided_ns
            )

    @property
    def part(self) -> PartState:
        """For the health page."""
        switch = self._contactor.switch
        name = f"steps, {self.setup.name.replace('_', ' ')}"
        return PartState(name=name, state=f"simulated: {switch.edges} edges, {switch.closings} steps")


class SimulatedButton:
    """The handrail's button, and a hand that presses it at given times."""

    def __init__(self, config: SimulatedHandrail, origin_ns: int, seed: int) -> None:
        self._press = config.press
        self._contactor = Contactor(press_switch(), (), origin_ns, [seed, 5])
        for at_s in config.presses_s:
            self._contactor.change(at_s, PRESS_BOUNCE_S, closed=True)
            self._contactor.change(at_s + PRESS_S, PRESS_BOUNCE_S, closed=False)

    def until(self, end_s: float) -> Iterator[Command]:
        """The orders up to then."""
        return (pressed(one.decided_ns, self._press) for one in self._contactor.until(end_s))

    @property
    def part(self) -> PartState:
        """For the health page."""
        count = self._contactor.switch.closings
        return PartState(name=Handrail.name, state=f"simulated: {DOES[self._press]}; pressed {count} times")
