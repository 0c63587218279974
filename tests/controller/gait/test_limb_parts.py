"""The parts of a limb's detector on signals small enough to check by hand."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.gait.cells import Cell, Cells, power_time_ns
from controller.gait.events import NS
from controller.gait.finding import Finding
from controller.gait.impact import ImpactMeter
from controller.gait.rhythm import Jolt, Judge
from controller.gait.stance import Stance, Stances
from controller.items import Placement, SensorSetup, Side

MS = 1_000_000


def sensor(sample_rate_hz: float = 1000.0, range_g: float = 16.0) -> SensorSetup:
    return SensorSetup(
        name="left_shank",
        placement=Placement.SHANK,
        side=Side.LEFT,
        sample_rate_hz=sample_rate_hz,
        range_g=range_g,
        scale_g_per_count=range_g / 32000,
    )


def cell(at_ms: float, peak_g: float = 0.0, felt_g: float = 1.0) -> Cell:
    return Cell(round(at_ms * MS), round(at_ms * MS), peak_g, peak_g**2, felt_g)


def judged(walk: list[tuple[float, float, float]], until_ms: int, *, by_height: bool) -> list[Jolt]:
    """Jolts confirmed when every 5 ms the newest (time in ms, peak, felt) of `walk` holds."""
    cells = Cells()
    judge, sure = Judge(cells, 200.0), []
    for at_ms in range(0, until_ms, 5):
        now = next(((peak, felt) for start, peak, felt in reversed(walk) if start <= at_ms), (0.0, 1.0))
        cells.add(cell(at_ms, *now))
        jolt = judge.cell(cell(at_ms, *now), by_height=by_height)
        if jolt is not None:
            sure.append(jolt)
    return sure


def stride(start_ms: float, swing_g: float = 2.0) -> list[tuple[float, float, float]]:
    """One walking stride: contact of 2 g, quiet stance, a higher push-off, swing."""
    return [
        (start_ms, 2.0, 1.0),
        (start_ms + 10, 0.0, 1.0),
        (start_ms + 650, 3.0, 1.5),
        (start_ms + 660, 0.1, swing_g),
        (start_ms + 1040, 0.1, swing_g),
    ]


def test_a_walkers_push_off_is_higher_than_the_contact_and_weighs_less() -> None:
    walk = [part for start in (1000, 2050, 3100, 4150) for part in stride(start)]
    jolts = judged(walk, 5600, by_height=False)
    contacts = [jolt for jolt in jolts if jolt.height_g == 2.0]
    others = [jolt for jolt in jolts if jolt.height_g == 3.0]
    assert len(contacts) == 3  # before the first the leg had not swung
    assert all(other.weight < 0.6 * contact.weight for other in others for contact in contacts)


def test_while_running_the_highest_jolt_of_the_stride_is_the_contact() -> None:
    run: list[tuple[float, float, float]] = [
        part
        for start in range(1000, 5000, 700)
        for part in (
            (start, 5.0, 1.0),
            (start + 10, 0.0, 2.0),
            (start + 500, 2.5, 1.0),
            (start + 510, 0.0, 2.0),
        )
    ]
    jolts = [jolt for jolt in judged(run, 5600, by_height=True) if jolt.peak_ns < 4900 * MS]
    assert [jolt.height_g for jolt in jolts] == [5.0] * len(jolts)
    assert [b.peak_ns - a.peak_ns for a, b in pairwise(jolts)] == [700 * MS] * (len(jolts) - 1)
    assert len(jolts) >= 5


def never(_: int) -> bool:
    """A referee without doubts."""
    return False


def heard(finding: Finding, jolts: list[Jolt], until_ms: int) -> list[tuple[int, int]]:
    """(contact ms, told ms) when each jolt is found half a second after its top."""
    told = []
    for at_ms in range(0, until_ms, 5):
        for jolt in jolts:
            if jolt.peak_ns == (at_ms - 500) * MS:
                finding.found(jolt)
        told += [(jolt.peak_ns // MS, at_ms) for jolt in finding.ready(at_ms * MS, never).contacts]
    return told


def test_a_fidget_alone_is_no_step() -> None:
    assert heard(Finding(), [Jolt(1000 * MS, 2.0, 3.0)], 8000) == []


def test_the_lift_of_the_foot_before_the_first_step_is_not_told() -> None:
    jolts = [
        Jolt(t * MS, 2.0, w) for t, w in ((1000, 1.0), (1450, 8.0), (2100, 1.5), (2550, 9.0), (3650, 8.0))
    ]
    assert [contact for contact, _ in heard(Finding(), jolts, 6000)] == [1450, 2550, 3650]


def test_two_impacts_alike_begin_a_run_at_once() -> None:
    finding = Finding()
    finding.found(Jolt(1000 * MS, 6.0, 5.0))
    assert finding.ready(1500 * MS, never) == ([], None)
    finding.found(Jolt(1700 * MS, 7.0, 5.5))
    found = finding.ready(2200 * MS, never)
    assert len(found.contacts) == 2
    assert found.stride_ns == 700 * MS


@given(st.lists(st.floats(0.0, 10.0), min_size=1, max_size=60), st.floats(0.05, 0.95))
def test_the_middle_of_a_burst_lies_in_the_burst(peaks: list[float], share: float) -> None:
    cells = [cell(5 * index, peak) for index, peak in enumerate(peaks)]
    middle_ns = power_time_ns(cells, share)
    if sum(c.power for c in cells) <= 0:
        assert middle_ns is None
    else:
        assert middle_ns is not None
        assert cells[0].peak_ns <= middle_ns <= cells[-1].peak_ns


def test_cells_are_kept_long_enough_and_no_longer() -> None:
    cells = Cells()
    for at_ms in range(0, 20_000, 5):
        cells.add(cell(at_ms))
    assert len(cells.between(17_500 * MS, 20_000 * MS)) == 500
    assert not cells.between(0, 10_000 * MS)


def test_a_running_toe_off_is_the_minimum_of_the_felt_force() -> None:
    cells = Cells()
    stances = Stances(cells)
    stances.began(Stance(0, 720 * MS, running=True))
    ends = []
    for at_ms in range(0, 500, 5):
        cells.add(cell(at_ms, 0.1, felt_g=1.0 + abs(at_ms - 250) / 100))
        end = stances.ended(at_ms * MS)
        if end is not None:
            ends.append(end)
    (end,) = ends
    assert end.toe_off_ns == pytest.approx((250 - 10) * MS, abs=4 * MS)
    assert end.decided_ns >= end.toe_off_ns


def bell(rate_hz: float, shift_s: float, height_g: float) -> tuple[np.ndarray, np.ndarray]:
    """Times and a vertical force of 1 g with one bell of 6.5 ms, as the simulator's tibia feels it."""
    times_s = np.arange(0, 0.4, 1 / rate_hz) + 10
    force = 1 + (height_g - 1) * np.exp(-0.5 * ((times_s - 10.15 - shift_s) / 0.0065) ** 2)
    return np.round(times_s * NS).astype(np.int64), force


@pytest.mark.parametrize("rate_hz", [200.0, 400.0, 800.0, 1600.0, 3200.0])
@given(shift_s=st.floats(0, 0.005), height_g=st.floats(2.0, 14.0), turn=st.integers(0, 2))
def test_a_peak_between_samples_is_measured_within_three_percent(
    rate_hz: float, shift_s: float, height_g: float, turn: int
) -> None:
    times_ns, force = bell(rate_hz, shift_s, height_g)
    meter = ImpactMeter(sensor(rate_hz))
    counts = np.zeros((len(force), 3), np.int16)
    counts[:, turn] = np.round(force * 2000)
    gravity = tuple(2000.0 if axis == turn else 0.0 for axis in range(3))
    meter.add(times_ns, counts)
    meter.struck(round(10.12 * NS))
    peak = meter.felt(round(10.3 * NS), (gravity[0], gravity[1], gravity[2]))
    assert peak is not None
    assert peak.peak_g == pytest.approx(height_g, rel=0.03)
    assert peak.axial_g == pytest.approx(height_g, rel=0.03)
    assert not peak.clipped


def test_a_clipped_peak_is_never_restored_and_a_gap_gives_none() -> None:
    times_ns, force = bell(1000.0, 0.0, 30.0)
    counts = np.zeros((len(force), 3), np.int16)
    counts[:, 0] = np.clip(np.round(force * 2000), -32000, 32000)
    meter = ImpactMeter(sensor())
    meter.add(times_ns, counts)
    meter.struck(round(10.12 * NS))
    peak = meter.felt(round(10.3 * NS), (2000.0, 0.0, 0.0))
    assert peak is not None
    assert peak.clipped
    assert peak.peak_g == pytest.approx(16.0, rel=0.001)

    holed = np.abs(times_ns - round(10.15 * NS)) > 4 * MS
    meter = ImpactMeter(sensor())
    meter.add(times_ns[holed], counts[holed])
    meter.struck(round(10.12 * NS))
    assert meter.felt(round(10.3 * NS), (2000.0, 0.0, 0.0)) is None
