"""Pairing what was found with what was true."""

from hypothesis import given
from hypothesis import strategies as st

from controller.validation.matching import f1, match

TIMES = st.lists(st.integers(0, 20_000), unique=True, max_size=40).map(
    lambda ms: sorted(m / 1000 for m in ms)
)


@given(TIMES, TIMES)
def test_every_time_is_used_once_or_left_over_once(found: list[float], true: list[float]) -> None:
    matching = match(found, true, 0.05)
    assert sorted([f for f, _ in matching.pairs] + matching.false) == list(range(len(found)))
    assert sorted([t for _, t in matching.pairs] + matching.missed) == list(range(len(true)))
    assert all(abs(found[f] - true[t]) <= 0.05 for f, t in matching.pairs)


@given(TIMES)
def test_what_is_right_matches_itself(true: list[float]) -> None:
    matching = match(true, true, 0.02)
    assert [f for f, _ in matching.pairs] == [t for _, t in matching.pairs] == list(range(len(true)))
    assert matching.errors == 0


def test_the_nearest_pair_wins() -> None:
    matching = match([1.00, 1.04], [1.03], 0.05)
    assert matching.pairs == [(1, 0)]
    assert matching.false == [0]


def test_f1_counts_both_kinds_of_error() -> None:
    assert f1(90, 20) == 0.9
    assert f1(0, 0) is None
