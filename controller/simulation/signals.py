"""What accelerometers feel of true steps: specific force in g, axes forward, left, up.

Each part is a smooth function of the time since contact or toe-off, so any sample can be computed by
itself: the same world sampled in any blocks and at any rate gives the same values.
"""

from itertools import zip_longest

import numpy as np
import numpy.typing as npt

from controller.items import Placement, Side
from controller.simulation.runner import TrueStep

Array = npt.NDArray[np.float64]

# The tibia feels a contact late: it begins to rise 15-35 ms after 50 N and peaks at 28-42 ms.
SHANK_PEAK_S, SHANK_WIDTH_S = 0.033, 0.0065
FOOT_PEAK_S, FOOT_WIDTH_S = 0.012, 0.004
SHANK_DIRECTION = np.array([0.35, 0.15, 0.92])  # unit length: an impact is mostly axial
FOOT_DIRECTION = np.array([0.5, 0.1, 0.86])


def felt(placement: Placement, side: Side, times_s: Array, steps: list[TrueStep]) -> Array:
    """Specific force (n, 3) at `times_s` (n,), given every step that touches them."""
    if placement is Placement.SACRUM:
        return _sacrum(times_s, steps)
    own = [step for step in steps if step.side is side]
    return _limb(times_s, own, foot=placement is Placement.FOOT)


def _bell(times_s: Array, centre_s: float, width_s: float) -> Array:
    return np.asarray(np.exp(-0.5 * ((times_s - centre_s) / width_s) ** 2))


def _limb(times_s: Array, own: list[TrueStep], *, foot: bool) -> Array:
    force = np.zeros((len(times_s), 3))
    force[:, 2] = 1.0
    direction = FOOT_DIRECTION if foot else SHANK_DIRECTION
    for step, following in zip_longest(own, own[1:]):
        near = (times_s > step.contact_s - 0.02) & (times_s < step.contact_s + 1.6)
        if near.any():
            here = times_s[near]
            force[near] += _impact(here, step, foot=foot)[:, None] * direction
            force[near] += _push_off(here, step)
            if following is not None:
                force[near] += _swing(here, step.toe_off_s, following.contact_s, running=step.running)
    return force


def _impact(times_s: Array, step: TrueStep, *, foot: bool) -> Array:
    """The impact's peak and the ringing of the soft tissue behind it."""
    peak_s, width_s = (FOOT_PEAK_S, FOOT_WIDTH_S) if foot else (SHANK_PEAK_S, SHANK_WIDTH_S)
    since_s = times_s - step.contact_s
    height_g = step.impact_g * (1.3 if foot else 1.0) - 1.0  # gravity is felt on top
    ringing = -0.35 * _bell(since_s, peak_s + 2.6 * width_s, width_s)
    ringing += 0.18 * _bell(since_s, peak_s + 5.2 * width_s, width_s)
    return np.asarray(height_g * (_bell(since_s, peak_s, width_s) + ringing))


def _push_off(times_s: Array, step: TrueStep) -> Array:
    bell = _bell(times_s, step.toe_off_s, 0.022)[:, None]
    push = np.array([0.7, 0.0, 0.5]) if step.running else np.array([0.45, 0.0, 0.3])
    return np.asarray(bell * push)


def _swing(times_s: Array, start_s: float, end_s: float, *, running: bool) -> Array:
    """The leg swings through: a slow forward and upward sweep, braked late before the next contact."""
    phase = np.clip((times_s - start_s) / (end_s - start_s), 0.0, 1.0)
    window = np.sin(np.pi * phase) ** 2
    reach = 2.2 if running else 0.7
    late = _bell(phase, 0.84, 0.09) * np.sin(np.pi * phase) ** 0.5
    forward = reach * window * np.cos(np.pi * phase) - 0.5 * reach * late
    upward = 0.45 * reach * window + 0.8 * reach * late
    return np.stack([forward, 0.12 * reach * window, upward], axis=1)


def _sacrum(times_s: Array, steps: list[TrueStep]) -> Array:
    force = np.zeros((len(times_s), 3))
    moving = np.zeros(len(times_s), dtype=bool)
    for step in steps:
        inside = (times_s >= step.contact_s) & (times_s < step.next_s)
        if inside.any():
            force[inside] = (
                _trunk_running(times_s[inside], step)
                if step.running
                else _trunk_walking(times_s[inside], step)
            )
        moving |= inside
        if step.running:
            near = abs(times_s - step.contact_s - 0.03) < 0.04
            force[near, 2] += 0.5 * _bell(times_s[near] - step.contact_s, 0.03, 0.008)
    force[~moving, 2] = 1.0
    return force


def _trunk_running(times_s: Array, step: TrueStep) -> Array:
    """Stance carries the flight's weight too: a half sine whose mean over the step is 1 g.

    Morin 2005, J. Appl. Biomech. 21:167: F(t) = m g (pi / 2) (flight / contact + 1) sin(pi t / contact).
    """
    stance_s, whole_s = step.toe_off_s - step.contact_s, step.next_s - step.contact_s
    share = np.clip((times_s - step.contact_s) / stance_s, 0.0, 1.0)
    up = np.pi / 2 * whole_s / stance_s * np.sin(np.pi * share)
    forward = -0.3 * np.sin(2 * np.pi * share)
    sideways = _push(step, 0.12) * np.sin(np.pi * share)
    return np.stack([forward, sideways, up], axis=1)


def _trunk_walking(times_s: Array, step: TrueStep) -> Array:
    """An inverted pendulum: lowest and most loaded in double support, just after contact."""
    phase = (times_s - step.contact_s) / (step.next_s - step.contact_s)
    up = 1 + 0.22 * np.cos(2 * np.pi * (phase - 0.12)) + 0.15 * _bell(times_s - step.contact_s, 0.02, 0.01)
    forward = -0.15 * np.sin(2 * np.pi * phase)
    sideways = _push(step, 0.08) * np.sin(np.pi * phase)
    return np.stack([forward, sideways, up], axis=1)


def _push(step: TrueStep, size_g: float) -> float:
    """The ground pushes the trunk away from the standing foot, towards the middle; positive is left."""
    return -size_g if step.side is Side.LEFT else size_g
