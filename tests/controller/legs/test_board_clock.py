"""A board's clock on ours: deliveries late by chance, by a poll, by a busy machine; crystals that drift."""

from collections.abc import Callable

import numpy as np
import pytest

from controller.legs.board_clock import TICKS_US, BoardClock

NS = 10**9
MS = 10**6
FRAMES_HZ = 208.4
Delay = Callable[[np.random.Generator, int], float]
DELAYS: dict[str, Delay] = {
    "evenly up to 8 ms": lambda chance, _: chance.uniform(0, 8 * MS),
    "mostly 1 ms": lambda chance, _: min(8 * MS, chance.exponential(MS)),
    "a poll every 5.3 ms": lambda chance, now_ns: -now_ns % 5_300_000 + chance.uniform(0, MS / 5),
    "a machine busy for two of three seconds": lambda chance, now_ns: (
        chance.uniform(0, MS / 5) + (8 * MS if now_ns // NS % 3 else 0)
    ),
}


class Heard:
    """A clock that hears frames, and how wrong it was on each, in ms."""

    def __init__(self, crystal_ppm: float, delay: Delay, born_us: int = 0) -> None:
        self.clock = BoardClock()
        self._pace = 1 + crystal_ppm / 1e6
        self._delay = delay
        self._born_us = born_us
        self._chance = np.random.default_rng(11)
        self.wrong_ms: list[float] = []

    def us(self, at_ns: int) -> int:
        return (self._born_us + int(at_ns * self._pace / 1000)) % TICKS_US

    def hear(self, from_s: float, to_s: float) -> None:
        for number in range(int((to_s - from_s) * FRAMES_HZ)):
            at_ns = round((from_s + number / FRAMES_HZ) * NS)
            self.clock.heard(self.us(at_ns), NS + at_ns + int(self._delay(self._chance, at_ns)))
            if self.clock.settled:
                told = self.clock.station_ns(np.array([self.clock.board_ns(self.us(at_ns))]))
                self.wrong_ms.append(abs(int(told[0]) - NS - at_ns) / MS)


@pytest.mark.slow
@pytest.mark.parametrize("crystal_ppm", [-50.0, 0.0, 50.0])
@pytest.mark.parametrize("name", DELAYS)
def test_late_deliveries_do_not_make_it_late(name: str, crystal_ppm: float) -> None:
    heard = Heard(crystal_ppm, DELAYS[name])
    heard.hear(0, 60)
    assert np.percentile(heard.wrong_ms, 99) < 0.25
    assert max(heard.wrong_ms[int(10 * FRAMES_HZ) :]) < 0.15
    assert heard.clock.drift_ppm == pytest.approx(-crystal_ppm, abs=2)


def test_it_has_settled_after_a_tenth_of_a_second() -> None:
    heard = Heard(50, DELAYS["mostly 1 ms"])
    heard.hear(0, 0.09)
    assert not heard.clock.settled
    heard.hear(0.09, 0.5)
    assert heard.clock.settled
    assert max(heard.wrong_ms) < 0.5


def test_it_follows_a_crystal_that_warms_up() -> None:
    heard = Heard(30, DELAYS["mostly 1 ms"])
    heard.hear(0, 30)
    heard._pace += 20e-6  # as if it had always been so: the board's time jumps by 0.6 ms
    heard.hear(30, 70)
    assert heard.clock.drift_ppm == pytest.approx(-50, abs=2)
    assert max(heard.wrong_ms[int(55 * FRAMES_HZ) :]) < 0.1


@pytest.mark.parametrize("silent_s", [1.0, 600.0, 1200.0, 4000.0])
def test_its_microseconds_wrap_also_while_it_is_not_heard(silent_s: float) -> None:
    heard = Heard(50, DELAYS["mostly 1 ms"], born_us=TICKS_US - 2_000_000)
    heard.hear(0, 3)
    before = heard.clock.board_ns(heard.us(3 * NS))
    heard.hear(3 + silent_s, 6 + silent_s)
    assert heard.clock.board_ns(heard.us(round((6 + silent_s) * NS))) - before == pytest.approx(
        (3 + silent_s) * NS, rel=1e-4
    )
    assert max(heard.wrong_ms[-100:]) < 0.3


def test_a_moment_before_a_wrap_is_told_after_it() -> None:
    clock = BoardClock()
    clock.heard(TICKS_US - 100, NS)
    clock.heard(400, NS + 500_000)
    assert clock.board_ns(TICKS_US - 50) == clock.board_ns(400) - 450_000
