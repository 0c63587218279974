"""Kettler's status line and our belt sensor's."""

from functools import reduce
from operator import xor

import pytest

from controller.treadmills.events import Decoder, Event, SpeedRead
from controller.treadmills.makes import Settings
from tests.controller.treadmills.conftest import decoder, problems, slopes, speeds

METRES = 0.25


def test_kettlers_actual_speed_is_not_its_set_speed() -> None:
    found = decoder("kettler").feed(b"000\t012\t0023\t02\t0094\t02:03\t000\t01\r\n")
    assert (speeds(found), slopes(found)) == ([0.0], [1.0])
    found = decoder("kettler").feed(b"120\t100\t0023\t02\t0094\t02;03\t098\t02\r\n")
    assert speeds(found) == [pytest.approx(9.8 / 3.6)]


def test_kettler_refuses_a_line_of_other_fields() -> None:
    assert "eight fields" in problems(decoder("kettler").feed(b"000\t012\t0023\r\nERROR\r\n"))[0]


def line(seq: int, t_s: float, pulses: int, period_us: int, direction: str = "F", status: str = "0") -> bytes:
    body = f"BELT,{seq % 65536},{round(t_s * 1e6) % 2**32},{pulses % 2**32},{period_us},{direction},{status}"
    return f"${body}*{reduce(xor, body.encode()):02X}\r\n".encode()


def told(machine: Decoder, *lines: bytes) -> list[Event]:
    return [event for one in lines for event in machine.feed(one)]


def steady(machine: Decoder, speed_mps: float, start_s: float = 0.0, lines: int = 20) -> list[Event]:
    """A belt at constant speed, ten lines a second; counters shortly before they wrap."""
    period_us = round(METRES / speed_mps * 1e6)
    begun_s = 2**32 / 1e6 - 1.0
    count = 2**32 - 5
    found: list[Event] = []
    for number in range(lines):
        t_s = start_s + number / 10
        found += machine.feed(
            line(65530 + number, begun_s + t_s, count + int(t_s * 1e6 / period_us), period_us)
        )
    return found


@pytest.mark.parametrize("speed_mps", [0.3, 1.25, 2.78, 6.0])
def test_speed_is_metres_per_pulse_over_the_period_and_counters_wrap(speed_mps: float) -> None:
    found = steady(decoder("belt_sensor"), speed_mps, lines=40)
    assert not problems(found)
    assert speeds(found)[-1] == pytest.approx(speed_mps, rel=1e-4)
    assert max(speeds(found)) <= speed_mps * 1.0001


def test_without_metres_per_pulse_there_is_no_speed() -> None:
    found = decoder("belt_sensor", Settings()).feed(line(0, 1, 5, 90_000))
    assert not speeds(found)
    assert "metres per pulse" in problems(found)[0]


def test_a_belt_that_stops_is_seen_to_stop_and_a_slow_one_is_not_called_standing() -> None:
    machine = decoder("belt_sensor")
    slow_us = 1_800_000  # 0.14 m/s, 0.5 km/h
    told(machine, *(line(n, n / 10, n // 18, slow_us) for n in range(60)))
    assert speeds(machine.feed(line(60, 6.0, 3, slow_us)))[0] > 0.1
    found = told(machine, *(line(61 + n, 6.1 + n / 10, 3, slow_us) for n in range(40)))
    assert speeds(found) == sorted(speeds(found), reverse=True)
    assert speeds(found)[-1] == 0.0


def test_a_doubled_pulse_is_refused_and_a_lasting_change_is_believed() -> None:
    machine = decoder("belt_sensor")
    told(machine, *(line(n, n / 10, n, 100_000) for n in range(20)))
    found = told(machine, line(20, 2.0, 22, 25_000), line(21, 2.1, 23, 100_000))
    assert speeds(found) == [pytest.approx(2.5)]
    assert "acceleration" in problems(found)[0]
    found = told(machine, *(line(22 + n, 2.2 + n / 10, 24 + n, 40_000) for n in range(4)))
    assert len(problems(found)) == 2
    assert speeds(found) == [pytest.approx(6.25)] * 2


def test_nothing_is_believed_before_the_first_good_checksum() -> None:
    machine = decoder("belt_sensor")
    assert not told(machine, b"MicroPython v1.24 on Pico\r\n", b",4,100000,F,0*11\r\n", line(0, 0, 0, 0))
    assert "no good checksum" in problems(machine.feed(b"debug iiiiii\r\n"))[0]
    assert "no good checksum" in problems(machine.feed(line(1, 0.1, 1, 90_000).replace(b",1,", b",7,", 1)))[0]


def test_reverse_and_a_status_are_said() -> None:
    machine = decoder("belt_sensor")
    found = told(machine, *(line(n, n / 10, n, 100_000, "R", "4") for n in range(3)))
    assert speeds(found)[-1] == pytest.approx(-2.5)
    assert "status 4" in problems(found)[0]


def test_a_board_that_begins_anew_gives_no_speed_from_two_lives() -> None:
    machine = decoder("belt_sensor")
    told(machine, *(line(n, 100 + n / 10, 1000 + n, 100_000) for n in range(5)))
    found = told(machine, line(0, 0.1, 0, 0), line(1, 0.2, 1, 100_000))
    assert "began anew" in problems(found)[0]
    assert speeds(found) == [pytest.approx(2.5)]


def test_plain_lines_are_read_and_marked_until_a_checksum_was_seen() -> None:
    machine = decoder("belt_sensor")
    assert machine.feed(b"v=2.78\r\n2.5 m/s\n") == [SpeedRead(2.78, False), SpeedRead(2.5, False)]
    told(machine, line(0, 0, 0, 0))
    assert not speeds(machine.feed(b"v=2.78\r\n"))
