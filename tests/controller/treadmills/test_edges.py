"""Edges with the kernel's times → speed: bounce, trembling, direction, standing, what no belt does."""

import math
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.treadmills.edges import Edge, EdgeSpeed
from controller.treadmills.events import FASTEST_MPS
from controller.treadmills.pulses import SLOWEST_MPS

NS = 10**9
METRES = 0.02


def wheel(speed_mps: float, seconds: float, start_ns: int = 0, metres: float = METRES) -> Iterator[Edge]:
    """An encoder in quadrature: four edges a pulse, b a quarter behind a, or before it in reverse."""
    quarter_ns = metres / abs(speed_mps) / 4 * NS
    forward = (("a", 1), ("b", 1), ("a", 0), ("b", 0))
    order = forward if speed_mps > 0 else (("b", 1), ("a", 1), ("b", 0), ("a", 0))
    for number in range(math.floor(seconds * NS / quarter_ns)):
        channel, level = order[number % 4]
        yield Edge(start_ns + round((number + 1) * quarter_ns), "a" if channel == "a" else "b", level)


def told(speed: EdgeSpeed, edges: Iterator[Edge]) -> list[str]:
    return [refusal for edge in edges if (refusal := speed.edge(edge))]


@pytest.mark.parametrize("speed_mps", [0.2, 1.0, 2.78, 6.0, -1.2])
def test_an_encoder_says_speed_and_direction(speed_mps: float) -> None:
    speed = EdgeSpeed(METRES, quadrature=True)
    assert told(speed, wheel(speed_mps, 1.0)) == []
    assert speed.speed_mps == pytest.approx(speed_mps, rel=1e-6)


@pytest.mark.parametrize("metres", [0.02, 0.25])
def test_one_pin_says_speed_though_its_contact_bounces(metres: float) -> None:
    speed = EdgeSpeed(metres, quadrature=False)
    for edge in wheel(2.5, 3.0, metres=metres):
        if edge.channel == "b":
            continue
        speed.edge(edge)
        for bounce in (20_000, 45_000, 60_000, 90_000):  # closing and opening, four edges within 0.1 ms
            level = edge.level if bounce in (45_000, 90_000) else 1 - edge.level
            speed.edge(Edge(edge.time_ns + bounce, "a", level))
    assert speed.speed_mps == pytest.approx(2.5, rel=1e-3)


def test_a_belt_that_trembles_at_an_edge_stands() -> None:
    speed = EdgeSpeed(METRES, quadrature=True)
    for number in range(400):
        speed.edge(Edge(number * 10_000_000, "a", (number + 1) % 2))
    speed.silence(4 * NS)
    assert speed.speed_mps in (None, 0.0)


def test_without_edges_the_speed_falls_and_after_two_slow_periods_it_stands() -> None:
    speed = EdgeSpeed(0.25, quadrature=False)
    for number in range(1, 20):
        speed.edge(Edge(number * 100_000_000, "a", 1))
        speed.edge(Edge(number * 100_000_000 + 50_000_000, "a", 0))
    assert speed.speed_mps == pytest.approx(2.5)
    last_ns = 19 * 100_000_000 + 50_000_000
    speed.silence(last_ns + NS)
    assert speed.speed_mps == pytest.approx(0.25)  # at most one pulse in this second
    slowest_ns = round(0.25 / SLOWEST_MPS * NS)
    speed.silence(last_ns + 2 * slowest_ns - NS // 10)
    assert speed.speed_mps
    speed.silence(last_ns + 2 * slowest_ns)
    assert speed.speed_mps == 0.0


def test_a_doubled_pulse_is_refused_by_name() -> None:
    speed = EdgeSpeed(0.25, quadrature=False)
    refusals = []
    for number in range(1, 20):
        at_ns = number * 100_000_000
        between = (at_ns, at_ns + 40_000_000) if number == 10 else (at_ns,)
        for fell_ns in between:
            speed.edge(Edge(fell_ns - 10_000_000, "a", 1))
            refusals.append(speed.edge(Edge(fell_ns, "a", 0)))
        assert speed.speed_mps is None or speed.speed_mps == pytest.approx(2.5)
    assert len([refusal for refusal in refusals if refusal and "acceleration" in refusal]) == 2


@given(st.lists(st.tuples(st.integers(0, NS), st.sampled_from("ab"), st.integers(0, 1)), max_size=200))
def test_whatever_the_pins_do_the_speed_is_one_a_belt_can_have(edges: list[tuple[int, str, int]]) -> None:
    for quadrature in (False, True):
        speed, now_ns = EdgeSpeed(METRES, quadrature=quadrature), 0
        for wait_ns, channel, level in edges:
            now_ns += wait_ns
            speed.edge(Edge(now_ns, "a" if channel == "a" else "b", level))
            speed.silence(now_ns)
            assert speed.speed_mps is None or abs(speed.speed_mps) <= FASTEST_MPS
