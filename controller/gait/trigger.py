"""How sharp a runner's limb must be to have landed: a height for this runner and this phase of the stride.

Everything is a share of the typical height of this runner's own impacts. Near the expected contact the
trigger is as low as this runner's late swing permits, far from it higher than any usual impact.
"""

import math

FLOOR_G = 0.3  # no trigger below this
LEVEL = 0.4  # of the typical height: here the rise of an impact differs least between runners
NEAR_MOST, FAR = 0.85, 1.1  # of the typical height: the trigger near the expected contact at most, and far
RAMP_FROM, NEAR_FROM, NEAR_TO = 0.78, 0.88, 1.35  # phases of the stride
LEARN, LEARN_SWING = 0.25, 0.3


class Trigger:
    """Owner of what is typical of this runner's impacts; heights in, squares of counts out."""

    def __init__(self, scale_g_per_count: float) -> None:
        self._scale = scale_g_per_count
        self._typical_g = 0.0
        self._swing_share = 0.0
        self.level = math.inf  # where an impact is dated, in counts squared; infinite unless running

    def begin(self, heights_g: list[float], swing_share: float) -> None:
        """The first impacts of a run, and the share of their height that late swing reaches."""
        self._typical_g = sum(heights_g) / len(heights_g)
        self._swing_share = swing_share
        self.level = self._squared(LEVEL)

    def learn(self, height_g: float, swing_share: float) -> None:
        """One more impact; one of double height counts as no more than double."""
        self._typical_g += LEARN * (min(height_g, 2 * self._typical_g) - self._typical_g)
        self._swing_share += LEARN_SWING * (swing_share - self._swing_share)
        self.level = self._squared(LEVEL)

    def end(self) -> None:
        """No run any more: nothing is dated."""
        self.level = math.inf

    def at(self, phase: float) -> float:
        """What decides a contact at this phase of the stride (1 where it is expected), in counts squared."""
        near = min(NEAR_MOST, max(LEVEL, (1 + self._swing_share) / 2))
        if phase < RAMP_FROM or phase > NEAR_TO:
            return self._squared(FAR)
        ramp = min(1.0, (phase - RAMP_FROM) / (NEAR_FROM - RAMP_FROM))
        return self._squared(FAR + (near - FAR) * ramp)

    def _squared(self, share: float) -> float:
        return float((max(share * self._typical_g, FLOOR_G) / self._scale) ** 2)
