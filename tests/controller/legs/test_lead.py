"""A lead from chip to samples: none lost or doubled, each in time, gaps exact, every fault in words."""

from itertools import pairwise

import msgspec
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.chips.adxl345 import Adxl345
from controller.chips.chip import Chip, Wires
from controller.chips.lis3dh import Lis3dh
from controller.chips.lsm6dso32 import Lsm6dso32
from controller.items import Samples
from controller.legs.frames import (
    BATCH,
    BATCH_BODY,
    FAULT,
    FAULT_BODY,
    HEAD,
    HELLO,
    HELLO_BODY,
    SYNC,
    Decoder,
    FaultCode,
)
from controller.legs.lead import Lead
from controller.simulation.leg_board import Counters, Way, packed
from tests.controller.legs.conftest import MS, NS, Rig, numbers_of, times_of

CHIPS = [(Lsm6dso32, 1667.0, 32.0), (Lsm6dso32, 833.0, 32.0), (Adxl345, 1600.0, 16.0), (Lis3dh, 1344.0, 16.0)]
JITTER_MS = 8.0
BODY = len(SYNC) + HEAD.size  # where it begins
Frames = list[tuple[int, bytes]]


def late(frames: Frames, seed: int = 3) -> Frames:
    """Delivered up to 8 ms late, and in order."""
    chance = np.random.default_rng(seed)
    arrived, last_ns = [], 0
    for at_ns, frame in frames:
        last_ns = max(last_ns, at_ns + int(chance.uniform(0, JITTER_MS * MS)))
        arrived.append((last_ns, frame))
    return arrived


def wrong_ms(rig: Rig, batches: list[Samples]) -> npt.NDArray[np.float64]:
    return np.asarray(np.abs(times_of(batches) - rig.true_ns(numbers_of(batches))) / MS)


@pytest.mark.slow
@pytest.mark.parametrize(("error", "crystal_ppm"), [(-0.02, 50.0), (0.02, -50.0)])
@pytest.mark.parametrize(("kind", "rate_hz", "range_g"), CHIPS)
def test_no_sample_is_lost_or_doubled_and_each_has_its_time(
    kind: type[Chip], rate_hz: float, range_g: float, error: float, crystal_ppm: float
) -> None:
    """Two clocks that are off and every delivery late: half a millisecond for 99 of 100, from the first."""
    rig = Rig(kind(Wires.SPI), rate_hz, range_g, error, Way(crystal_ppm))
    batches = rig.heard(late(rig.frames(9)))
    numbers = numbers_of(batches)
    assert np.array_equal(np.diff(numbers), np.ones(len(numbers) - 1))
    assert len(numbers) == pytest.approx((9 - 0.1) * rate_hz * (1 + error), rel=0.01)
    assert np.percentile(wrong_ms(rig, batches), 99) <= 0.5
    assert np.all(np.diff(times_of(batches)) > 0)
    assert batches[-1].overflows == batches[-1].errors == 0
    assert f"{100 * error:+.2f} % off its rate" in rig.lead.state()


@pytest.mark.slow
@given(st.sets(st.integers(20, 200), max_size=40))
@settings(max_examples=20)
def test_a_lost_frame_costs_its_own_samples_and_leaves_an_exact_gap(lost: set[int]) -> None:
    rig = Rig(error=0.01, way=Way(50))
    frames = rig.frames(1.2)
    whole = rig.heard(frames)
    again = Lead(rig.setup, rig.chip, 8)
    again.opened(NS)
    left = [
        batch
        for number, (at_ns, frame) in enumerate(frames)
        for batch in again.received(b"" if number in lost else frame, at_ns)
    ]
    numbers = numbers_of(left)
    assert set(numbers) <= set(numbers_of(whole))
    assert len(numbers_of(whole)) - len(numbers) <= 8 * len(lost)
    assert left[-1].errors == len(lost)
    assert np.max(np.abs(times_of(left) - rig.true_ns(numbers))) < 0.5 * MS
    before_each_gap = np.flatnonzero(np.diff(numbers) > 1)
    gaps_ns = np.diff(times_of(left))[before_each_gap]
    period_ns = NS / (1667 * 1.01)
    assert gaps_ns == pytest.approx(np.diff(numbers)[before_each_gap] * period_ns, abs=0.2 * MS)


def test_all_counters_wrap_without_a_trace() -> None:
    shortly_before = Counters(
        us=2**30 - 1_500_000, sample=2**32 - 2000, frame=2**16 - 300, overruns=2**16 - 1
    )
    rig = Rig(error=0.02, way=Way(-50), begins=shortly_before)
    batches = rig.heard(late(rig.frames(4)))
    numbers = numbers_of(batches)
    assert np.array_equal(np.diff(numbers), np.ones(len(numbers) - 1))
    assert len(numbers) > 6000
    assert np.percentile(wrong_ms(rig, batches), 99) <= 0.5
    assert batches[-1].overflows == batches[-1].errors == 0
    rig.clock.advance_to_ns(rig.clock.monotonic_ns() + NS)  # the board stalls, its FIFO runs over
    assert rig.heard(rig.frames(0.5))[-1].overflows == 1


@pytest.mark.slow
@given(st.lists(st.integers(0, 10**6), max_size=30))
@settings(max_examples=20)
def test_bytes_in_any_pieces_are_the_same_samples(places: list[int]) -> None:
    rig = Rig()
    frames = rig.frames(0.5)
    stream, end_ns = b"".join(frame for _, frame in frames), frames[-1][0]
    whole = rig.heard(frames)
    again = Lead(rig.setup, rig.chip, 8)
    again.opened(NS)
    edges = [0, *sorted(place % (len(stream) + 1) for place in places), len(stream)]
    pieces = [batch for start, end in pairwise(edges) for batch in again.received(stream[start:end], end_ns)]
    assert np.array_equal(numbers_of(pieces), numbers_of(whole))
    assert [len(batch.counts) for batch in pieces] == [len(batch.counts) for batch in whole]


def test_an_overflow_is_counted_and_said_and_what_follows_is_in_time() -> None:
    rig = Rig()
    before = rig.heard(rig.frames(1))
    rig.clock.advance_to_ns(rig.clock.monotonic_ns() + NS)
    after = rig.heard(rig.frames(1))
    assert (before[-1].overflows, after[-1].overflows) == (0, 1)
    assert rig.model.lost > 1000
    assert "overflowed" in rig.lead.doubt(rig.clock.monotonic_ns())
    assert rig.lead.doubt(rig.clock.monotonic_ns() + 10 * NS) == ""
    numbers, times = numbers_of(before + after), times_of(before + after)
    assert len(set(numbers)) == len(numbers)
    assert np.all(np.diff(times) > 0)
    settled = slice(-1000, None)
    assert np.max(np.abs(times[settled] - rig.true_ns(numbers[settled]))) < 0.5 * MS


def test_a_board_that_lost_its_power_begins_another_life() -> None:
    rig = Rig(error=-0.02, way=Way(50, out=[(3 * NS, 5 * NS)]))
    batches = rig.heard(rig.frames(6))
    times = times_of(batches)
    gaps = np.flatnonzero(np.diff(times) > 5 * MS)
    assert len(gaps) == 1
    assert 3 * NS - 8 * MS < times[gaps[0]] < 3 * NS
    assert 5 * NS < times[gaps[0] + 1] < 5 * NS + 200 * MS
    assert batches[-1].errors == 0  # its frames were numbered anew
    assert not rig.lead.trouble(rig.clock.monotonic_ns())


def test_a_port_opened_anew_while_the_board_ran_on_needs_no_new_acquaintance() -> None:
    rig = Rig(way=Way(50))
    before = rig.heard(rig.frames(1.5))
    missed = rig.frames(1)
    rig.lead.failed()
    rig.lead.opened(rig.clock.monotonic_ns())
    after = rig.heard(rig.frames(0.1))
    assert after[0].times_ns[0] - before[-1].times_ns[-1] == pytest.approx(NS, abs=10 * MS)
    assert after[-1].errors == len(missed) + 1
    assert np.max(wrong_ms(rig, before + after)) < 0.5


def hello(rig: Rig, **changes: object) -> bytes:
    said = {
        "protocol": 1,
        "unique_id": b"12345678",
        "firmware": b"0.1.0",
        "chip": b"LSM6DSO32",
        "rate_mhz": 1_667_000,
        "range_mg": 32_000,
        "scale_ng": 976_000,
        "watermark": 8,
        "baud": 1_000_000,
    }
    return packed(HELLO, 1, 0, 0, HELLO_BODY.pack(*{**said, **changes}.values()))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, ""),
        ({"protocol": 2}, "speaks protocol 2, and this station 1: copy"),
        ({"chip": b"ADXL345"}, "has a ADXL345 at 1667 Hz, ±32 g, and station.toml says LSM6DSO32 at 1667 Hz"),
        ({"rate_mhz": 833_000}, "833 Hz, ±32 g, and station.toml says LSM6DSO32 at 1667 Hz, ±32 g: change"),
        ({"range_mg": 16_000}, "±16 g, and station.toml says LSM6DSO32 at 1667 Hz, ±32 g: change"),
        ({"scale_ng": 488_000}, "a count is 0.000488 g there and 0.000976 g here"),
        ({"watermark": 80}, "gathers 80 samples, longer than 5 ms"),
    ],
)
def test_a_board_that_is_not_what_the_station_expects_says_what_to_change(
    changes: dict[str, object], says: str
) -> None:
    rig = Rig()
    rig.lead.received(hello(rig, **changes), NS)
    assert says in rig.lead.trouble(NS)
    assert bool(rig.lead.trouble(NS)) == bool(says)


def test_nothing_is_believed_of_a_board_that_is_another_than_expected() -> None:
    rig = Rig(rate_hz=833.0)
    rig.lead = Lead(msgspec.structs.replace(rig.setup, sample_rate_hz=1667.0), rig.chip, 8)
    assert rig.heard(rig.frames(1)) == []


def test_another_board_at_the_same_port_is_said_once_and_then_taken() -> None:
    rig = Rig()
    rig.lead.received(hello(rig), NS)
    other = packed(HELLO, 2, 0, 0, hello(rig, unique_id=b"87654321")[BODY:-4])
    rig.lead.received(other, NS)
    assert "another board (3837363534333231) than before (3132333435363738)" in rig.lead.trouble(NS)
    rig.lead.opened(2 * NS)
    rig.lead.received(other, 2 * NS)
    assert rig.lead.trouble(2 * NS) == ""
    assert rig.lead.state().startswith("heard; board 3837363534333231")


@pytest.mark.parametrize(
    ("code", "register", "found", "says"),
    [
        (FaultCode.STRANGER, 0x0F, 0xFF, "LSM6DSO32 expected: nobody answers"),
        (FaultCode.STRANGER, 0x0F, 0x69, r"another chip \(LSM6DS3"),
        (FaultCode.UNSETTLED, 0x10, 0x00, "register 0x10 was set to 0x84 and says 0x00"),
        (FaultCode.IDLE, 0, 0, "takes no samples"),
        (FaultCode.DEAF, 0, 0, "its interrupt never comes"),
        (FaultCode.IMPOSSIBLE, 0x3A, 1023, "says 1023 samples"),
        (99, 0, 0, "fault 99, which this station doesn't know"),
    ],
)
def test_what_the_board_finds_wrong_with_its_chip_is_said_in_words(
    code: int, register: int, found: int, says: str
) -> None:
    rig = Rig()
    rig.lead.received(packed(FAULT, 1, 0, 0, FAULT_BODY.pack(code, register, found)), NS)
    with pytest.raises(OSError, match=f"on its leg board: .*{says}"):
        raise OSError(rig.lead.trouble(NS))


def test_a_chip_that_goes_is_a_fault_and_comes_back_by_itself() -> None:
    rig = Rig()
    before = rig.heard(rig.frames(1))
    rig.model.fault = "unplugged"
    gone_ns = rig.clock.monotonic_ns()
    rig.heard(rig.frames(1.5))
    assert "on its leg board: LSM6DSO32 expected: nobody answers" in rig.lead.trouble(NS)
    rig.model.fault = ""
    rig.lead.opened(rig.clock.monotonic_ns())
    back_ns = rig.clock.monotonic_ns()
    after = rig.heard(rig.frames(1.5))
    assert before[-1].times_ns[-1] <= gone_ns
    assert after[0].times_ns[0] > back_ns
    assert rig.lead.trouble(rig.clock.monotonic_ns()) == ""


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "nothing comes"),
        (b"\x00\xf8\x80" * 1000, "3000 bytes have come and no whole frame: is `baud` the board's"),
        (packed(HELLO, 1, 0, 0, b"?"), "doesn't say who it is"),
    ],
)
def test_silence_is_explained_by_what_has_come_instead(data: bytes, says: str) -> None:
    rig = Rig()
    assert rig.heard([(NS + MS, data)]) == []
    assert rig.lead.trouble(4 * NS) == ""
    assert says in rig.lead.trouble(4 * NS + MS)


def test_a_board_that_only_says_hello_is_not_enough() -> None:
    rig = Rig()
    rig.lead.received(hello(rig), NS)
    assert "sends no samples" in rig.lead.trouble(5 * NS)


@pytest.mark.slow
def test_a_lead_that_loses_frames_is_doubted_with_the_share() -> None:
    rig = Rig()
    frames = rig.frames(4)
    rig.heard(frame for number, frame in enumerate(frames) if number % 10)
    share, _, words = rig.lead.doubt(7 * NS).partition(" % of its frames are lost or damaged: ")
    assert float(share) == pytest.approx(10, abs=3)
    assert words.startswith("check plugs")
    rig.heard(rig.frames(8))
    assert rig.lead.doubt(rig.clock.monotonic_ns()) == ""


def test_replies_that_cannot_be_the_chips_are_an_error_and_no_sample() -> None:
    rig = Rig()
    assert rig.heard(rig.frames(1))
    (at_ns, frame), *rest = rig.frames(0.05)
    told = Decoder().feed(frame)[0]
    body = bytearray(frame[BODY:-4])
    body[BATCH_BODY.size + 2] ^= 0xFF  # the first word's tag: no accelerometer's
    odd = packed(BATCH, told.life, told.number, told.sent_us, bytes(body))
    assert rig.heard([(at_ns, odd)]) == []
    assert rig.heard(rest)[-1].errors == 1
