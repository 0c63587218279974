"""Checks of the belt sensor's firmware for CPython and MicroPython alike: no library, plain assertions.

Run by test_firmware.py in the everyday tests, and in MicroPython itself by .ci/micropython.
"""

from belt_counter import WRAP, Clock, Counter

TICKS = 1 << 30  # where time.ticks_us wraps on the RP2040's port
FORWARD, REVERSE = (0, 1, 3, 2), (0, 2, 3, 1)


def difference(later: int, sooner: int) -> int:
    """As time.ticks_diff."""
    return ((later - sooner + TICKS // 2) % TICKS) - TICKS // 2


def fields(line: str) -> list[str]:
    """The numbers and words between $BELT and the checksum."""
    return line[1 : line.index("*")].split(",")[1:]


def check_ticks_that_wrap_become_one_time() -> None:
    ticks = TICKS - 1000
    clock = Clock(ticks, difference)
    for turn in range(1, 20000):
        ticks = (ticks + 300_000_000) % TICKS
        assert clock.us(ticks) == turn * 300_000_000 % WRAP


def check_one_channel_counts_falling_edges() -> None:
    counter = Counter(False, 1)
    for pulse in range(1, 11):
        counter.edge(pulse * 100_000 - 30_000, 1)
        counter.edge(pulse * 100_000, 0)
    assert (counter.pulses, counter.period_us, counter.direction) == (10, 100_000, "?")


def check_a_bouncing_contact_counts_once() -> None:
    counter = Counter(False, 1)
    for pulse in range(1, 11):
        at = pulse * 100_000
        for after, level in (
            (0, 0),
            (20, 1),
            (45, 0),
            (60, 1),
            (90, 0),
            (30_000, 1),
            (30_020, 0),
            (30_050, 1),
        ):
            counter.edge(at + after, level)
    assert (counter.pulses, counter.period_us) == (10, 100_000)


def check_quadrature_counts_turns_and_knows_the_way() -> None:
    for order, direction in ((FORWARD, "F"), (REVERSE, "R")):
        counter = Counter(True, 0)
        for step in range(1, 41):
            counter.edge(step * 10_000, order[step % 4])
        assert (counter.pulses, counter.period_us, counter.direction) == (10, 40_000, direction)


def check_trembling_at_an_edge_is_no_pulse() -> None:
    counter = Counter(True, 0)
    for turn in range(1000):
        counter.edge(turn * 1000, (turn + 1) % 2)
    assert counter.pulses == 0


def check_turning_round_has_no_period() -> None:
    counter = Counter(True, 0)
    for step in range(1, 9):
        counter.edge(step * 10_000, FORWARD[step % 4])
    for step in range(1, 5):
        counter.edge(80_000 + step * 10_000, REVERSE[step % 4])
    assert (counter.pulses, counter.period_us, counter.direction) == (3, 0, "R")


def check_after_standing_the_first_pulse_has_no_period() -> None:
    counter = Counter(False, 1)
    for at in (100_000, 200_000):
        counter.edge(at - 30_000, 1)
        counter.edge(at, 0)
    assert counter.period_us == 100_000
    counter.line(20_000_000, False)
    counter.edge(20_100_000, 1)
    counter.edge(20_200_000, 0)
    assert (counter.pulses, counter.period_us) == (3, 0)


def check_the_line_has_its_checksum_and_its_number() -> None:
    counter = Counter(False, 1)
    line = counter.line(5, False)
    assert line == "$BELT,0,5,0,0,?,0*15\r\n", line
    for number in range(1, 65537):
        line = counter.line(number * 100_000 % WRAP, number == 65536)
    assert fields(line) == ["0", str(65536 * 100_000 % WRAP), "0", "0", "?", "LOST"]


def check_counters_wrap() -> None:
    counter = Counter(False, 1)
    counter.pulses = WRAP - 1
    counter.edge(WRAP - 50_000, 1)
    counter.edge(WRAP - 20_000, 0)
    counter.edge(50_000, 1)
    counter.edge(80_000, 0)
    assert (counter.pulses, counter.period_us) == (1, 100_000)


def main() -> int:
    """Every check; how many there were."""
    checks = [check for name, check in sorted(globals().items()) if name.startswith("check_")]
    for check in checks:
        check()
    return len(checks)
