"""The talk with a treadmill, against treadmills made of software, in simulated time."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.simulation.belts import METRES_PER_PULSE, Belt, FaultyLine, machine
from controller.simulation.scene import Fault
from controller.treadmills.events import Event, InclineRead, NotSupported, Problem, SpeedRead
from controller.treadmills.link import AGAIN_NS, Heard, Link, LinkState
from controller.treadmills.makes import MAKES, Settings

NS = 10**9
TICK_NS = 10_000_000
SETTINGS = Settings(units="kmh", metres_per_pulse=METRES_PER_PULSE)
SIMULATED = ("trackmaster", "medisoft", "woodway", "csafe", "kettler", "belt_sensor", "bertec", "gaitway")
READ_NS = 100_000_000  # the longest that reading a port takes
WATCHDOG_NS = 500_000_000  # of a belt started by its host (service manual 317-160-406 Rev 4, chapter 8)
TENTH_KMH = 0.1 / 3.6
RAMP_MPS2 = 0.5
LINE_S = 0.1


def fault(what: str, at_s: float, duration_s: float) -> Fault:
    return Fault(what=what, at_s=at_s, duration_s=duration_s)


def ramp(at_s: float) -> float:
    """Standing, up to 4 m/s, and down again."""
    return min(4.0, max(0.0, RAMP_MPS2 * (at_s - 2)), max(0.0, 4.0 - RAMP_MPS2 * (at_s - 20)))


def resolution(name: str, at_s: float) -> float:
    """The least step a protocol can say, m/s; a pulse sensor's: what the belt gains until a pulse is told."""
    if name != "belt_sensor":
        return 1.01 * (0.01 / 3.6 if name == "csafe" else TENTH_KMH)
    second_pulse_s = (
        4 * METRES_PER_PULSE / RAMP_MPS2
    ) ** 0.5  # after standing: the first one says nothing yet
    standing = ramp(at_s) < RAMP_MPS2 * second_pulse_s
    return RAMP_MPS2 * (LINE_S + (second_pulse_s if standing else METRES_PER_PULSE / ramp(at_s)))


def talk(
    name: str, seconds: float, speed: Callable[[float], float], *faults: Fault, asks: str = ""
) -> tuple[list[Heard], Belt, Link]:
    """`asks` is the protocol the installer chose, by default the right one."""
    belt = Belt(incline_percent=2.0)
    line = FaultyLine(machine(name, belt, SETTINGS), faults)
    link = Link(MAKES[asks or name], SETTINGS)
    link.opened(0)
    heard: list[Heard] = []
    for now_ns in range(0, round(seconds * NS), TICK_NS):
        belt.speed_mps = speed(now_ns / NS)
        sent = link.due(now_ns)
        assert sent is None or sent in MAKES[asks or name].requests
        heard += link.received(line.carry(sent or b"", now_ns), now_ns)
    assert belt.moved == []
    return heard, belt, link


def read(heard: list[Heard]) -> list[tuple[float, float]]:
    return [(one.time_ns / NS, one.event.speed_mps) for one in heard if isinstance(one.event, SpeedRead)]


def longest_gap_s(heard: list[Heard], end_s: float) -> float:
    times = [0.0, *(at_s for at_s, _ in read(heard)), end_s]
    return max(later - sooner for sooner, later in pairwise(times))


@pytest.mark.parametrize("name", SIMULATED)
def test_a_ramp_is_read_to_the_protocols_resolution_and_never_older_than_half_a_second(name: str) -> None:
    heard, _, link = talk(name, 35, ramp)
    assert link.state is LinkState.READING
    for at_s, speed_mps in read(heard):
        assert speed_mps == pytest.approx(ramp(at_s), abs=resolution(name, at_s))
    assert max(speed_mps for _, speed_mps in read(heard)) == pytest.approx(4.0, abs=TENTH_KMH)
    assert longest_gap_s(heard, 35) <= 0.5
    assert not [one for one in heard if isinstance(one.event, Problem)]
    if name != "belt_sensor":
        slopes = [one.event.percent for one in heard if isinstance(one.event, InclineRead)]
        assert slopes
        assert slopes == pytest.approx([2.0] * len(slopes), abs=0.01)


@pytest.mark.parametrize("name", SIMULATED)
def test_after_a_silence_it_is_asked_who_it_is_and_read_again(name: str) -> None:
    heard, _, link = talk(name, 30, lambda _: 2.5, fault("silence", 10, 7))
    assert link.state is LinkState.READING
    assert not [at_s for at_s, _ in read(heard) if 10.01 < at_s < 17]
    assert [at_s for at_s, _ in read(heard) if 17 <= at_s <= 17 + AGAIN_NS / NS + 0.5]


@pytest.mark.parametrize("what", ["garble", "inverted"])
@pytest.mark.parametrize("name", SIMULATED)
def test_a_bad_line_gives_no_wrong_speed_and_recovers(name: str, what: str) -> None:
    heard, _, link = talk(name, 30, lambda _: 2.5, fault(what, 10, 5))
    assert all(speed_mps == pytest.approx(2.5, abs=TENTH_KMH) for _, speed_mps in read(heard))
    assert not [at_s for at_s, _ in read(heard) if 10.01 < at_s < 14.9]
    assert [one for one in heard if isinstance(one.event, Problem)]
    assert link.state is LinkState.READING


@pytest.mark.parametrize("name", [name for name in SIMULATED if MAKES[name].transport == "serial"])
def test_half_replies_give_no_wrong_speed_and_recover(name: str) -> None:
    heard, _, link = talk(name, 30, lambda _: 2.5, fault("cut", 10, 5))
    assert all(speed_mps == pytest.approx(2.5, abs=TENTH_KMH) for _, speed_mps in read(heard))
    assert longest_gap_s([one for one in heard if one.time_ns > 22 * NS], 30) <= 22.5
    assert link.state is LinkState.READING


def test_a_belt_that_its_host_must_feed_is_asked_more_often_than_twice_a_second() -> None:
    line = FaultyLine(machine("trackmaster", Belt(speed_mps=2.5), SETTINGS), (fault("silence", 5, 1.5),))
    link = Link(MAKES["trackmaster"], SETTINGS)
    link.opened(0)
    asked_ns: list[int] = []
    for now_ns in range(0, 10 * NS, READ_NS):  # a silent port blocks for so long
        sent = link.due(now_ns)
        asked_ns += [now_ns] if sent else []
        link.received(line.carry(sent or b"", now_ns), now_ns)
    assert max(later - sooner for sooner, later in pairwise(asked_ns)) <= WATCHDOG_NS


@pytest.mark.parametrize("what", ["late", "banner"])
@pytest.mark.parametrize("name", SIMULATED)
def test_late_answers_and_boot_banners_give_no_wrong_speed(name: str, what: str) -> None:
    heard, _, link = talk(name, 30, ramp, fault(what, 5, 3))
    for at_s, speed_mps in read(heard):
        late = 0.5 * 0.5 if what == "late" and 5 <= at_s < 8.5 else 0  # 0.4 s late on a ramp of 0.5 m/s²
        assert speed_mps == pytest.approx(ramp(at_s), abs=resolution(name, at_s) + late)
    assert link.state is LinkState.READING


@pytest.mark.parametrize("name", SIMULATED)
@pytest.mark.parametrize("asks", [name for name in MAKES if MAKES[name].probe or name == "belt_sensor"])
def test_the_wrong_protocol_moves_nothing_and_reads_nothing(name: str, asks: str) -> None:
    family = {"trackmaster", "medisoft", "woodway"}
    if name == asks or {name, asks} <= family:
        return
    heard, _, link = talk(name, 20, lambda _: 2.5, asks=asks)
    assert not read(heard)
    assert link.state is not LinkState.READING


def test_a_stranger_is_probed_again_only_after_five_seconds() -> None:
    link = Link(MAKES["csafe"], SETTINGS)
    link.opened(0)
    sent: list[int] = []
    for now_ns in range(0, 20 * NS, TICK_NS):
        request = link.due(now_ns)
        if request is not None:
            sent.append(now_ns)
            assert request == MAKES["csafe"].probe
            link.received(b"\xbf\xbf\xbf\xbf", now_ns)
    assert sent == [0, AGAIN_NS, 2 * AGAIN_NS, 3 * AGAIN_NS]
    assert link.state is LinkState.STRANGER or link.state is LinkState.ASKING
    assert link.last_bytes.endswith(b"\xbf")


def test_what_it_does_not_know_is_named() -> None:
    link = Link(MAKES["csafe"], SETTINGS)
    link.opened(0)
    link.due(0)
    link.received(bytes.fromhex("f101910716020354013b01eff2"), 1)
    said: list[Event] = []
    for now_ns in range(NS, 3 * NS, NS // 4):
        if link.due(now_ns) is not None:
            said += [heard.event for heard in link.received(bytes.fromhex("f18989f2"), now_ns)]
    assert NotSupported("f1a8a8f2") in said
    assert NotSupported(None) not in said


@pytest.mark.parametrize("name", sorted(MAKES))
@given(talked=st.lists(st.tuples(st.integers(0, 3 * NS), st.binary(max_size=30)), max_size=30))
def test_whatever_arrives_only_what_is_on_the_list_leaves(name: str, talked: list[tuple[int, bytes]]) -> None:
    link = Link(MAKES[name], SETTINGS)
    now_ns, met = 0, False
    link.opened(now_ns)
    for wait_ns, data in talked:
        now_ns += wait_ns
        sent = link.due(now_ns)
        assert sent is None or sent in MAKES[name].requests
        met = met or link.state is LinkState.READING
        assert sent is None or sent == MAKES[name].probe or met
        link.received(data, now_ns)
        met = met or link.state is LinkState.READING
