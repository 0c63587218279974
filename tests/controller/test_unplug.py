"""Every input on wires is pulled out in a session and put back: by the stale table, without a restart.

Elsewhere: treadmills and leg boards on real ptys (belt/test_on_a_pty.py, legs/test_on_a_pty.py), switches
(test_session_pulses.py, devices/test_step_pulses.py). Another kind of input is another `Plug`
(unplug_rig.py), and another test or another row here.
"""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from controller.chips.chip import Wires
from controller.cues import DARK, Cue
from controller.effects import ReadingState, SensorState, Silence
from controller.items import BeltSpeed, Placement, Samples, Side
from controller.simulation.scene import SimulatedSensor
from tests.controller.unplug_rig import (
    METRES_PER_PULSE,
    NS,
    SPEED_MPS,
    START_NS,
    ChipPlug,
    PulsesPlug,
    Rig,
    Runs,
)

SECONDS, CUT_S, MEND_S = 21.0, 8.0, 12.0
LOST_S, SILENT_S = 0.3, 0.5  # docs/stale-table.md: corrective cues by half a second at the latest
GAP_S, BATCH_S = 0.005, 0.006  # a hole; a batch and its reader's wake-up
BACK_S = 1.0 + BATCH_S  # the reader tries again every second
AGAIN_S = 6.0  # until the step is found and a cue is due
CHIPS = {"lsm6dso32": (833.0, 32.0), "adxl345": (800.0, 16.0), "lis3dh": (400.0, 16.0)}
LEFT = "left_shank"
SAMPLE_BYTES = 6
STANDS_S = 0.5  # until silent pulses are a standing belt
DOUBTED_S = 5.2  # until feet and belt are said to differ
PULSES_MEND_S = 16.0
LATE_S = 0.15  # a speed is said ten times a second


def chip(side: Side, runs: Runs, name: str = "lsm6dso32", wires: Wires = Wires.SPI) -> ChipPlug:
    rate_hz, range_g = CHIPS[name]
    config = SimulatedSensor(
        name=f"{side}_shank",
        placement=Placement.SHANK,
        side=side,
        sample_rate_hz=rate_hz,
        range_g=range_g,
        chip=name,
        clock_error_ppm=15_000 if side is Side.LEFT else -15_000,
    )
    return ChipPlug(config, wires, runs)


def corrective(cues: list[Cue]) -> list[Cue]:
    return [cue for cue in cues if cue.value != DARK]


def since_s(time_ns: int) -> float:
    return (time_ns - START_NS) / NS


def states_follow_the_table(rig: Rig, plugs: list[ChipPlug]) -> None:
    """Every report of every sensor says what its age says; the cadence by the newest of them."""
    for live in rig.lives:
        ages_s = [rig.age_s(live, plug.sensor.name) for plug in plugs]
        for report, age_s in zip(live.sensors, ages_s, strict=True):
            if age_s is not None:
                assert report.state is (SensorState.LOST if age_s > LOST_S else SensorState.OK)
        lost = any(age_s is not None and age_s > LOST_S for age_s in ages_s)
        assert (Silence.SENSOR_LOST in live.silences) is lost
        known_s = [age_s for age_s in ages_s if age_s is not None]
        if known_s and min(known_s) > LOST_S:
            assert live.cadence.state is (ReadingState.MISSING if min(known_s) > 2 else ReadingState.HELD)


def silent_in_time_and_back(rig: Rig, gone_s: float, back_s: float) -> None:
    """Cues before, none from half a second after it went until it came, and cues again."""
    assert corrective(rig.played(gone_s - 3, gone_s))
    assert not corrective(rig.played(gone_s + SILENT_S, back_s))
    assert corrective(rig.played(back_s + AGAIN_S, SECONDS))
    assert all(live.session is not None and not live.session.ended_reason for live in rig.lives[:-1])


def found_at(stream: bytes, piece: bytes, first: int) -> int:
    """The first sample from there on at which this piece begins."""
    at = stream.find(piece, first * SAMPLE_BYTES)
    while at % SAMPLE_BYTES:
        at = stream.find(piece, at + 1)
    assert at >= 0, "a sample that the chip never made"
    return at // SAMPLE_BYTES


def nothing_is_invented(rig: Rig, plug: ChipPlug) -> list[tuple[float, float]]:
    """What is recorded is what the chip made, in order and each once; its gaps, in seconds since the start.

    A gap lies between the true times of the samples beside it. Nothing is missing but in a gap.
    """
    kept = [item for item in rig.kept(plug.sensor.name) if isinstance(item, Samples)]
    times_ns = np.concatenate([item.times_ns for item in kept])
    assert np.all(np.diff(times_ns) > 0)
    made, places = plug.made, list[int]()
    stream = b"".join(sample.counts for sample in made)
    for item in kept:  # what came in one batch was made in one piece
        first = found_at(stream, item.counts.astype("<i2").tobytes(), places[-1] + 1 if places else 0)
        places += range(first, first + len(item.counts))
    true_ns = np.array([made[place].time_ns for place in places])
    holes = [
        (one, other)
        for one, other in pairwise(places)
        if made[other].time_ns - made[one].time_ns > GAP_S * NS
    ]
    missing = {at for one, other in holes for at in range(one + 1, other)}
    assert set(places) | missing >= set(range(places[-1]))
    wrong_ns = np.abs(times_ns - true_ns)
    assert np.percentile(wrong_ns, 99) < 0.5e6
    assert wrong_ns.max() < 1.2 * NS / plug.sensor.sample_rate_hz, "unheard, to a sample"
    return [(since_s(made[one].time_ns), since_s(made[other].time_ns)) for one, other in holes]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "name", "wires"),
    [
        ("unplugged", "lsm6dso32", Wires.SPI),
        ("unplugged", "adxl345", Wires.SPI),
        ("unplugged", "lis3dh", Wires.I2C),
        ("stuck bus", "lsm6dso32", Wires.I2C),
        ("stuck bus", "adxl345", Wires.I2C),
    ],
)
def test_a_sensor_whose_lead_or_bus_fails(tmp_path: Path, fault: str, name: str, wires: Wires) -> None:
    runs = Runs(SECONDS)
    left, right = chip(Side.LEFT, runs, name, wires), chip(Side.RIGHT, runs)
    left.cut(fault, CUT_S, MEND_S)
    rig = Rig(tmp_path, [left, right])
    rig.run(SECONDS)
    states_follow_the_table(rig, [left, right])
    ((gone_s, back_s),) = nothing_is_invented(rig, left)
    assert CUT_S - BATCH_S <= gone_s <= CUT_S
    assert MEND_S <= back_s <= MEND_S + BACK_S
    assert nothing_is_invented(rig, right) == []
    silent_in_time_and_back(rig, CUT_S, back_s)
    assert {trouble.name for trouble in rig.timeline.troubles} == {LEFT}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["lsm6dso32", "adxl345"])
def test_a_sensor_whose_interrupt_wire_breaks(tmp_path: Path, name: str) -> None:
    """Three times it is read without having called; then that is said, and it is silent until it calls."""
    runs = Runs(SECONDS)
    left, right = chip(Side.LEFT, runs, name), chip(Side.RIGHT, runs)
    left.cut("deaf", CUT_S, MEND_S)
    rig = Rig(tmp_path, [left, right])
    rig.run(SECONDS)
    states_follow_the_table(rig, [left, right])
    *overflows, (gone_s, back_s) = nothing_is_invented(rig, left)
    assert all(CUT_S <= start_s < end_s <= gone_s for start_s, end_s in overflows), "a small FIFO runs over"
    assert CUT_S + 0.1 <= gone_s <= CUT_S + 0.2
    assert MEND_S <= back_s <= MEND_S + BACK_S
    silent_in_time_and_back(rig, gone_s, back_s)
    assert all("its interrupt never comes: check that wire" in one.words for one in rig.timeline.troubles)


@pytest.mark.slow
def test_a_belt_sensor_on_a_pin_that_is_pulled_out_is_a_belt_that_stands_and_is_doubted(
    tmp_path: Path,
) -> None:
    """Nothing tells a broken wire from a standing belt but the runner's feet."""
    runs = Runs(SECONDS)
    pulses = PulsesPlug(SECONDS)
    pulses.cut("unplugged", CUT_S, PULSES_MEND_S)
    rig = Rig(tmp_path, [chip(Side.LEFT, runs), chip(Side.RIGHT, runs), pulses])
    rig.run(SECONDS)
    for live in rig.lives:
        at_s, said = since_s(live.time_ns), live.belt_speed
        assert said.state is ReadingState.LIVE or at_s < 1
        if 1 < at_s <= CUT_S or at_s > PULSES_MEND_S + 0.5:
            assert said.value == pytest.approx(SPEED_MPS, abs=0.01)
        if CUT_S + STANDS_S < at_s <= PULSES_MEND_S:
            assert said.value is not None
            assert said.value <= METRES_PER_PULSE / (at_s - CUT_S - LATE_S)
        if CUT_S + STANDS_S + DOUBTED_S < at_s <= PULSES_MEND_S:
            assert live.speed_doubt is not None
            assert live.speed_doubt.kind == "stands"
        if at_s > PULSES_MEND_S + 0.5:
            assert live.speed_doubt is None
    kept = [item for item in rig.kept("belt sensor") if isinstance(item, BeltSpeed)]
    assert [(item.time_ns, item.speed_mps) for item in kept] == rig.speeds
    assert rig.timeline.troubles == []
