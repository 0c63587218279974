"""A bouncing contact closes once, at its first edge, however its edges are told."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from controller.items import Side
from controller.switch import Closing, Edge, Switch, press_switch, step_switch

MS = 1_000_000
SETTLE, QUIET = 5 * MS, 300 * MS


def switch(settle_ns: int = SETTLE) -> Switch:
    made = Switch(0, settle_ns, QUIET)
    made.begin(1)
    return made


def told(made: Switch, *edges_ms: tuple[float, int], until_ms: float = 10_000) -> list[float]:
    """When it closed, in ms."""
    found = [c for at_ms, level in edges_ms for c in made.edge(Edge(round(at_ms * MS), level))]
    return [closing.time_ns / MS for closing in found + made.until(round(until_ms * MS))]


def test_a_bouncing_contact_is_one_dated_at_its_first_edge() -> None:
    bounces = [(100.0, 0), (100.4, 1), (100.5, 0), (101.9, 1), (102.0, 0), (350.0, 1)]
    assert told(switch(), *bounces) == [100.0]


def test_it_is_known_when_it_has_settled_and_not_before() -> None:
    made = switch()
    assert made.edge(Edge(100 * MS, 0)) == []
    assert made.due_ns == 105 * MS
    assert made.until(105 * MS - 1) == []
    assert made.until(105 * MS) == [Closing(100 * MS, 105 * MS)]
    assert made.due_ns is None
    assert made.closed_ns == 100 * MS


def test_chatter_as_it_opens_is_no_second_contact() -> None:
    long_stance = [(0.0, 0), (700.0, 1), (701.0, 0), (702.0, 1), (1100.0, 0)]
    assert told(switch(), *long_stance) == [0.0, 1100.0]


def test_a_spike_is_left_out_and_counted() -> None:
    made = switch()
    assert told(made, (100.0, 0), (100.2, 1), (400.0, 0)) == [400.0]
    assert (made.edges, made.closings, made.spikes) == (3, 1, 1)


def test_a_spike_does_not_hide_the_step_behind_it() -> None:
    assert told(switch(), (90.0, 0), (90.1, 1), (100.0, 0)) == [100.0]


def test_the_same_foot_does_not_land_twice_within_the_quiet_time() -> None:
    again = [(0.0, 0), (120.0, 1), (200.0, 0), (250.0, 1), (700.0, 0)]
    assert told(switch(), *again) == [0.0, 700.0]


def test_what_is_closed_at_the_start_has_not_closed() -> None:
    made = Switch(0, SETTLE, QUIET)
    made.begin(0)
    assert made.closed
    assert made.closed_ns is None
    assert told(made, (500.0, 1), (900.0, 0)) == [900.0]


def test_a_chips_short_pulse_counts_where_nothing_needs_to_settle() -> None:
    short = [(0.0, 0), (0.05, 1), (700.0, 0), (700.05, 1)]
    assert told(switch(0), *short) == [0.0, 700.0]
    assert told(switch(), *short) == []


def test_a_level_told_twice_is_none_the_less_one_level() -> None:
    assert told(switch(), (100.0, 0), (130.0, 0), (131.0, 1), (150.0, 1)) == [100.0]


def test_a_part_for_both_feet_hears_two_steps_in_the_time_of_one_foot() -> None:
    steps = [(k * 260.0 + extra, level) for k in range(8) for extra, level in ((0.0, 0), (80.0, 1))]
    for side, wanted in ((Side.BOTH, 8), (Side.LEFT, 4)):
        made = step_switch(0, side, 0.005, None)
        made.begin(1)
        assert len(told(made, *steps)) == wanted


def test_two_presses_within_a_second_are_one() -> None:
    made = press_switch()
    made.begin(1)
    presses = [(0.0, 0), (80.0, 1), (600.0, 0), (700.0, 1), (1650.0, 0), (1700.0, 1)]
    assert told(made, *presses) == [0.0, 1650.0]


gaps = st.one_of(st.integers(1, 8 * MS), st.integers(8 * MS, 800 * MS))


@given(
    st.lists(st.tuples(gaps, st.integers(0, 1)), max_size=60),
    st.lists(st.integers(0, 30_000 * MS), max_size=80),
    st.sampled_from([0, SETTLE, 20 * MS]),
)
def test_edges_told_at_any_times_and_in_any_portions_give_the_same_closings(
    steps: list[tuple[int, int]], looks: list[int], settle_ns: int
) -> None:
    at_ns, edges = 0, []
    for gap_ns, level in steps:
        at_ns += gap_ns
        edges.append(Edge(at_ns, level))
    end_ns = at_ns + 100 * MS
    whole = switch(settle_ns)
    found = [closing for edge in edges for closing in whole.edge(edge)] + whole.until(end_ns)
    looked = switch(settle_ns)
    again: list[Closing] = []
    waiting = sorted(looks)
    for edge in edges:
        while waiting and waiting[0] < edge.time_ns:
            again += looked.until(waiting.pop(0))
        again += looked.edge(edge)
    again += looked.until(end_ns)
    assert again == found
    assert all(one.decided_ns == one.time_ns + settle_ns for one in found)
    assert all(later.time_ns - sooner.time_ns >= QUIET for sooner, later in pairwise(found))
    assert {one.time_ns for one in found} <= {edge.time_ns for edge in edges if edge.level == 0}
