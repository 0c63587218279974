"""Each protocol on a real pty, in a session: unplugged, garbage, the wrong protocol, two programs."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from serial import Serial

from controller.effects import ReadingState
from controller.items import BeltSpeed
from controller.recording.session_file import read_session
from controller.simulation.scene import Fault
from tests.controller.belt.conftest import NS, Rig, Station

SIMULATED = ("trackmaster", "medisoft", "woodway", "csafe", "kettler", "belt_sensor", "bertec", "gaitway")
TENTH_KMH = 0.1 / 3.6
OLDEST_S = 0.5  # of a speed, while all is well
REOPENED_S, PROBED_S = 1.0, 5.0  # the longest waits before the port, and the make, is tried again
MakeRig = Callable[..., Rig]


def fault(what: str, at_s: float, duration_s: float) -> Fault:
    return Fault(what=what, at_s=at_s, duration_s=duration_s)


def by_the_table(age_s: float) -> ReadingState:
    if age_s > 2:
        return ReadingState.MISSING
    return ReadingState.HELD if age_s > 1 else ReadingState.LIVE


@pytest.mark.slow
@pytest.mark.parametrize("protocol", SIMULATED)
def test_a_session_goes_on_by_the_stale_table_and_its_gaps_are_exact(
    protocol: str, rig: MakeRig, station: Station
) -> None:
    made = rig(protocol, lambda _: 2.5, fault("unplugged", 4, 4), fault("garble", 16, 4))
    station.run(made, 30)
    assert made.belt.moved == []
    assert any("cable" in trouble for trouble in made.troubles)
    assert all(live.session and not live.session.ended_reason for live in station.lives[:-1])
    for live in station.lives:
        heard = [speed.time_ns for speed in station.speeds if speed.time_ns <= live.time_ns]
        if heard and live.time_ns - heard[-1] > NS // 10:  # younger ones may be under way
            assert live.belt_speed.state is by_the_table((live.time_ns - heard[-1]) / NS)
        if live.belt_speed.value is not None:
            assert live.belt_speed.value == pytest.approx(2.5, abs=TENTH_KMH)
    (path,) = station.folder.glob("*.mcap")
    kept = [moment.item for moment in read_session(path) if isinstance(moment.item, BeltSpeed)]
    assert kept == station.speeds
    gaps_are_exact(protocol, [(speed.time_ns - made.start_ns) / NS for speed in kept])


def gaps_are_exact(protocol: str, times_s: list[float]) -> None:
    """Two gaps and no third; each from the last speed before the fault to the first that can come after."""
    gaps = [pair for pair in pairwise(times_s) if pair[1] - pair[0] > OLDEST_S]
    assert len(gaps) == 2
    (unplugged_s, plugged_s), (garbled_s, readable_s) = gaps
    assert 4 - OLDEST_S <= unplugged_s <= 4
    assert 8 <= plugged_s <= 8 + REOPENED_S + OLDEST_S
    assert 16 - OLDEST_S <= garbled_s <= 16
    again_s = 0 if protocol == "belt_sensor" else PROBED_S  # its next line is good whatever came before
    assert 20 <= readable_s <= 20 + again_s + OLDEST_S


def ramp(at_s: float) -> float:
    """Standing for two seconds, then up to 4 m/s."""
    return min(4.0, max(0.0, 0.5 * (at_s - 2)))


@pytest.mark.slow
@pytest.mark.parametrize("protocol", SIMULATED)
def test_a_ramp_comes_through_the_port(protocol: str, rig: MakeRig, station: Station) -> None:
    made = rig(protocol, ramp)
    station.run(made, 12)
    resolution = {"belt_sensor": 0.25, "csafe": 0.01 / 3.6}.get(protocol, TENTH_KMH)
    for speed in station.speeds:
        assert speed.speed_mps == pytest.approx(ramp((speed.time_ns - made.start_ns) / NS), abs=resolution)
    assert station.speeds[-1].speed_mps == pytest.approx(4.0, abs=resolution)
    for live in station.lives[40:]:  # from 2 s on
        assert live.belt_speed.age_s is not None
        assert live.belt_speed.age_s <= OLDEST_S


@pytest.mark.slow
@pytest.mark.parametrize(
    ("protocol", "asks", "says"),
    [
        ("trackmaster", "csafe", "somebody answers, but not this make"),
        ("csafe", "trackmaster", "no answer yet"),
        ("belt_sensor", "kettler", "somebody answers, but not this make"),
        ("kettler", "bertec", "nothing that can be read"),
    ],
)
def test_the_wrong_protocol_says_so_and_moves_nothing(
    protocol: str, asks: str, says: str, rig: MakeRig, station: Station
) -> None:
    made = rig(protocol, lambda _: 2.5, asks=asks)
    states: set[str] = set()
    while made.at_s() < 20:
        for item in made.turn():
            station.take(item)
        states.add(made.source.state.state)
    assert station.speeds == []
    assert made.belt.moved == []
    assert any(says in state for state in states)


def test_two_programs_on_one_port(rig: MakeRig) -> None:
    made = rig("trackmaster", lambda _: 2.5)
    made.turn()  # the port is there, and ours
    made.source.close()
    with Serial(str(made.pty.path), exclusive=True):
        while not made.troubles:
            made.turn()
    assert "another program has this port open" in made.troubles[0]
    assert made.source.state.trouble == made.troubles[0]
    while not any(isinstance(item, BeltSpeed) for item in made.turn()):  # it is free again
        pass


def test_nobody_else_gets_in_while_we_have_it(rig: MakeRig) -> None:
    made = rig("csafe", lambda _: 2.5)
    made.turn()
    with pytest.raises(OSError, match="exclusively lock"):
        Serial(str(made.pty.path), exclusive=True)
