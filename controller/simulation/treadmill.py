"""The simulated belt: it ramps from one stretch's speed to the next."""

from itertools import pairwise

from controller.simulation.scene import Stretch

RAMP_MPS2 = 0.5  # a comfortable treadmill ramp: 0 to 9 km/h in five seconds


class Treadmill:
    """Belt speed as a function of time since the start, in seconds."""

    def __init__(self, course: tuple[Stretch, ...]) -> None:
        self._corners: list[tuple[float, float]] = [(0.0, course[0].belt_speed_mps)]
        at_s = 0.0
        for before, after in pairwise(course):
            at_s += before.duration_s
            self._corner(at_s, before.belt_speed_mps)
            ramp_s = abs(after.belt_speed_mps - before.belt_speed_mps) / RAMP_MPS2
            self._corner(at_s + min(ramp_s, after.duration_s), after.belt_speed_mps)

    def _corner(self, at_s: float, speed_mps: float) -> None:
        if at_s > self._corners[-1][0]:
            self._corners.append((at_s, speed_mps))

    def speed_mps(self, at_s: float) -> float:
        """Linear between the corners of the course, constant after the last."""
        before = self._corners[0]
        for after in self._corners:
            if after[0] >= at_s:
                span_s = after[0] - before[0]
                share = (at_s - before[0]) / span_s if span_s > 0 else 1.0
                return before[1] + share * (after[1] - before[1])
            before = after
        return self._corners[-1][1]
