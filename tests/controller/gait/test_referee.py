"""The referee on signals whose period is known."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.gait.events import NS
from controller.gait.referee import GRID_NS, Referee


def objections(true_s: float, claimed_s: float, *, seconds: int = 8, half_share: float = 0.4) -> int:
    """How often the referee objects to `claimed_s` in a signal of period `true_s`."""
    referee, count = Referee(), 0
    for step in range(seconds * 100):
        time_ns = step * GRID_NS
        turn = 2 * math.pi * time_ns / NS / true_s
        referee.add(
            time_ns, math.sin(turn) + half_share * math.sin(2 * turn + 0.4) + 0.3 * math.sin(5 * turn)
        )
        count += referee.objects(time_ns, round(claimed_s * NS))
    return count


@given(st.floats(0.55, 1.5), st.floats(-0.05, 0.05), st.floats(0.0, 0.7))
def test_the_true_period_is_never_objected_to(true_s: float, error: float, half_share: float) -> None:
    assert objections(true_s, true_s * (1 + error * 0.4), half_share=half_share) == 0


@pytest.mark.parametrize("true_s", [0.6, 0.72, 0.9, 1.1])
def test_a_period_twice_as_long_or_half_as_long_is_objected_to(true_s: float) -> None:
    assert objections(true_s, 2 * true_s) > 0
    assert objections(true_s, true_s / 2) > 0


def test_standing_is_not_judged() -> None:
    referee = Referee()
    for step in range(1000):
        referee.add(step * GRID_NS, 1.0)
        assert not referee.objects(step * GRID_NS, 700_000_000)
