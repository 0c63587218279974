"""The drivers on chip models: no sample lost or doubled, each at its time, and every fault in words."""

import numpy as np
import numpy.typing as npt
import pytest

from controller.bench_sensors import STEP, Run
from controller.checked import BadInputError
from controller.chips.adxl345 import Adxl345
from controller.chips.chip import Chip, Wires, checked_address, checked_rate, needed_hz
from controller.chips.lis3dh import Lis3dh
from controller.chips.lsm6dso32 import Lsm6dso32
from controller.items import Samples

NS = 10**9
MS = 1_000_000
CHIPS = [(Lsm6dso32, 1667.0, 32.0), (Adxl345, 1600.0, 16.0), (Lis3dh, 1344.0, 16.0)]
KINDS = [(kind, rate, span, wires) for kind, rate, span in CHIPS for wires in Wires]


def numbers_of(batches: list[Samples]) -> npt.NDArray[np.int64]:
    counts = np.concatenate([batch.counts for batch in batches]).astype(np.int64) // STEP
    return counts[:, 0] + 128 * counts[:, 1]


def times_of(batches: list[Samples]) -> npt.NDArray[np.int64]:
    return np.concatenate([batch.times_ns for batch in batches])


@pytest.mark.slow
@pytest.mark.parametrize("error", [-0.02, 0.0, 0.02])
@pytest.mark.parametrize(("kind", "rate_hz", "range_g", "wires"), KINDS)
def test_no_sample_is_lost_or_doubled_and_each_has_its_time(
    kind: type[Chip], rate_hz: float, range_g: float, wires: Wires, error: float
) -> None:
    run = Run(kind(wires), rate_hz, range_g, error, seed=7)
    batches = run.samples(8)
    numbers = numbers_of(batches)
    assert np.array_equal(numbers, np.arange(len(numbers)) % (128 * 128))
    assert len(numbers) == pytest.approx(8 * rate_hz * (1 + error), rel=0.01)
    true_ns = np.array([run.model.time_ns(number) for number in range(len(numbers))])
    wrong_ms = np.abs(times_of(batches) - true_ns) / MS
    assert np.percentile(wrong_ms, 99) <= 0.5
    assert np.all(np.diff(times_of(batches)) > 0)
    assert run.driver.rate_hz == pytest.approx(rate_hz * (1 + error), rel=0.001)
    assert batches[-1].overflows == batches[-1].errors == 0


@pytest.mark.parametrize(("kind", "rate_hz", "range_g", "wires"), KINDS)
def test_an_overflow_is_counted_and_the_samples_after_it_are_in_time(
    kind: type[Chip], rate_hz: float, range_g: float, wires: Wires
) -> None:
    run = Run(kind(wires), rate_hz, range_g, 0.0, seed=7)
    before = run.samples(1)
    run.clock.advance_to_ns(run.clock.monotonic_ns() + round(2 * kind.depth / rate_hz * NS))
    after = run.samples(1)
    assert before[-1].overflows == 0
    assert after[-1].overflows == 1
    assert run.model.lost > 0
    numbers = numbers_of(before + after)
    assert len(set(numbers)) == len(numbers)  # a gap, and nothing twice
    true_ns = np.array([run.model.time_ns(int(number)) for number in numbers_of(after[2:])])
    assert np.max(np.abs(times_of(after[2:]) - true_ns)) < 5 * MS
    assert np.all(np.diff(times_of(before + after)) > 0)


@pytest.mark.parametrize(
    ("fault", "wires", "says"),
    [
        ("unplugged", Wires.SPI, "nobody answers"),
        ("unplugged", Wires.I2C, "Remote I/O error"),
        ("stuck bus", Wires.I2C, "timed out"),
        ("other chip", Wires.SPI, "another chip"),
    ],
)
def test_a_fault_at_the_start_is_said_in_words_and_ends_by_itself(
    fault: str, wires: Wires, says: str
) -> None:
    run = Run(Lsm6dso32(wires), 833.0, 32.0, 0.0, seed=7)
    run.model.fault = fault  # type: ignore[assignment]
    with pytest.raises(OSError, match=says):
        run.driver.read()
    run.model.fault = ""
    assert run.samples(0.5)


@pytest.mark.parametrize(("kind", "rate_hz", "range_g", "wires"), KINDS)
@pytest.mark.parametrize("fault", ["unplugged", "deaf"])
def test_a_chip_that_goes_and_comes_back_is_read_again_with_an_exact_gap(
    kind: type[Chip], rate_hz: float, range_g: float, wires: Wires, fault: str
) -> None:
    run = Run(kind(wires), rate_hz, range_g, 0.0, seed=7)
    before = run.samples(1)
    run.model.fault = "unplugged" if fault == "unplugged" else "deaf"
    gone_ns = run.clock.monotonic_ns()
    faults = 0
    while run.clock.monotonic_ns() < gone_ns + 2 * NS:
        try:
            before += [item for item in run.driver.read() if isinstance(item, Samples)]
        except OSError:
            faults += 1
            run.clock.advance_to_ns(run.clock.monotonic_ns() + NS)
    back_ns = run.clock.monotonic_ns()
    run.model.fault = ""
    after = run.samples(1)
    assert after[-1].errors == faults
    assert after[0].times_ns[0] >= back_ns - round(NS * kind.depth / rate_hz)
    assert np.all(np.diff(times_of(before + after)) > 0)
    assert faults
    if fault == "unplugged":
        assert before[-1].times_ns[-1] <= gone_ns


def test_a_rate_that_the_bus_cannot_carry_is_refused_with_its_number() -> None:
    with pytest.raises(BadInputError, match="need a bus of 152 kHz"):
        checked_rate(Lsm6dso32(Wires.I2C), 1667, 32, 100_000)
    with pytest.raises(BadInputError, match="has 100 kHz"):
        checked_rate(Adxl345(Wires.I2C), 3200, 16, 100_000)
    assert checked_rate(Lsm6dso32(Wires.I2C), 833, 32, 400_000) == 4


@pytest.mark.parametrize(
    ("chip", "rate_hz", "bits_a_second"),
    [
        # A status: five bytes, and three bits of start and stop. As much without its bytes before the words.
        (Lsm6dso32(Wires.I2C), 1667, 1667 / 8 * (5 * 9 + 3 + 3 * 9 + 3 + 8 * 7 * 9)),
        # Two statuses and eight samples, each with three bytes and three bits before it.
        (Adxl345(Wires.I2C), 1600, 200 * (10 * (3 * 9 + 3) + 2 * 9 + 8 * 6 * 9)),
        (Lis3dh(Wires.SPI), 1344, 1344 / 6 * 8 * (2 + 1 + 6 * 6)),
    ],
)
def test_what_a_rate_needs_is_every_bit_on_the_wire_and_a_fifth_more(
    chip: Chip, rate_hz: float, bits_a_second: float
) -> None:
    assert needed_hz(chip, rate_hz) == pytest.approx(bits_a_second / 0.8)


def test_pauses_take_their_part_of_a_bus() -> None:
    # 200 times a second ten pauses of 5 µs: one per cent of the time.
    assert needed_hz(Adxl345(Wires.SPI), 1600) == pytest.approx(200 * 8 * (2 + 2 + 8 * 7) / 0.79)


@pytest.mark.parametrize(
    ("kind", "address", "says"),
    [
        (Lsm6dso32, 0x53, r"has 0x6a \(SDO at ground\) or 0x6b \(SDO at 3.3 V\)"),
        (Adxl345, 0x6A, r"has 0x53 \(SDO at ground\) or 0x1d"),
        (Lis3dh, 0x1D, r"never has the address 0x1d. It has 0x18 \(SDO at ground\) or 0x19"),
    ],
)
def test_an_address_the_chip_cannot_have_is_refused_with_those_it_has(
    kind: type[Chip], address: int, says: str
) -> None:
    with pytest.raises(BadInputError, match=says):
        checked_address(kind(Wires.I2C), address)


def test_a_rate_or_range_the_chip_does_not_have_is_refused_with_those_it_has() -> None:
    with pytest.raises(BadInputError, match="It has: 100, 200, 400, 1344"):
        checked_rate(Lis3dh(Wires.SPI), 1600, 16, 10_000_000)
    with pytest.raises(BadInputError, match="It has: 4, 8, 16, 32"):
        checked_rate(Lsm6dso32(Wires.SPI), 1667, 2, 10_000_000)
