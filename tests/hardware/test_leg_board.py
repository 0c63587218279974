"""The leg board's firmware: its own checks, its bytes in the station's decoder, main.py on a Pico of ours."""

import builtins
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.chips.chip import Wires, checked_rate
from controller.chips.lsm6dso32 import Lsm6dso32
from controller.legs.board_clock import TICKS_US
from controller.legs.frames import PROTOCOL, Batch, Decoder, FaultCode, Frame, Hello, batch_bytes
from controller.simulation.leg_board import packed
from tests.controller.legs.conftest import MS, NS, Rig, numbers_of, times_of
from tests.hardware.pico import Off, Pico

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "hardware" / "firmware" / "leg_board"
PARTS = ("leg_chip", "leg_frames", "leg_board", "settings", "check_leg_board")
CHIP = Lsm6dso32(Wires.SPI)
U16, U32 = st.integers(0, 2**16 - 1), st.integers(0, 2**32 - 1)


@pytest.fixture(scope="module")
def firmware() -> Iterator[dict[str, Any]]:
    """Its parts and their checks, as the board would import them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(FOLDER))
        patch.syspath_prepend(str(ROOT / "tests" / "hardware"))
        yield {name: __import__(name) for name in PARTS}
        for name in PARTS:
            sys.modules.pop(name)


def test_its_own_checks_pass(firmware: dict[str, Any]) -> None:
    assert firmware["check_leg_board"].main() == 11


def test_its_registers_are_those_of_the_stations_driver(firmware: dict[str, Any]) -> None:
    chip = firmware["leg_chip"]
    assert chip.NAME.decode() == CHIP.name
    assert CHIP.identity == (chip.WHO_AM_I, chip.IDENTITY)
    assert CHIP.rates_hz == chip.RATES
    assert {g: ng / 1e9 for g, (_, ng) in chip.RANGES.items()} == pytest.approx(CHIP.scales_g)
    assert CHIP.depth == chip.DEPTH
    for rate_hz, range_g in product(CHIP.rates_hz, CHIP.scales_g):
        watermark = checked_rate(CHIP, rate_hz, range_g, CHIP.spi_hz)
        assert chip.watermark_of(rate_hz) == watermark
        assert chip.settings(rate_hz, range_g, watermark) == CHIP.settings(rate_hz, range_g, watermark)
    status, data = CHIP.drain(1)
    assert status.write == bytes([chip.FIFO_STATUS | 0x80])
    assert data.write == bytes([chip.FIFO_DATA | 0x80])
    assert data.read == chip.WORD
    for word in ((0x00, 0x00), (0xFF, 0x01), (0x08, 0x40), (0x00, 0x48), (0x08, 0x88)):
        fifo = CHIP.drained([bytes(word), b""])
        assert (chip.level(word), chip.overrun(word)) == (fifo.level, fifo.overflowed)


def test_its_numbers_are_those_of_the_protocol(firmware: dict[str, Any]) -> None:
    frames = firmware["leg_frames"]
    assert frames.PROTOCOL == PROTOCOL
    assert {code.value for code in FaultCode} == {1, 2, 3, 4, 5}
    for code in FaultCode:
        assert getattr(frames, code.name) == code.value
    assert firmware["check_leg_board"].TICKS == TICKS_US
    most = firmware["leg_board"].MOST
    assert batch_bytes(CHIP, most) <= 255 + 16 < batch_bytes(CHIP, most + 1)


class Ticks:
    """Of a board's time module."""

    def __init__(self, us: int) -> None:
        self.ticks_us = lambda: us


@given(
    life=U16,
    sent_us=st.integers(0, TICKS_US - 1),
    moment_us=st.integers(0, TICKS_US - 1),
    first=U32,
    complete=st.integers(0, 511),
    overruns=U16,
    words=st.lists(st.binary(min_size=7, max_size=7), min_size=1, max_size=34),
)
def test_what_it_packs_is_what_the_station_unpacks(
    firmware: dict[str, Any],
    life: int,
    sent_us: int,
    moment_us: int,
    first: int,
    complete: int,
    overruns: int,
    words: list[bytes],
) -> None:
    courier = firmware["leg_frames"].Courier(
        b"12345678", Ticks(sent_us), lambda _: life.to_bytes(2, "little")
    )
    replies = bytes([len(words), 0]) + b"".join(words)
    courier.replies(0, len(replies))[:] = replies
    batch = bytes(courier.batch(first, moment_us, complete, len(words), overruns, len(replies)))
    hello = bytes(courier.hello(b"LSM6DSO32", 1667, 32, 976000, 8, 1000000))
    fault = bytes(courier.fault(2, 0x10, overruns))
    told = Decoder().feed(batch + hello + fault)
    assert [frame.number for frame in told] == [0, 1, 2]
    assert told[0] == Frame(
        life, 0, sent_us, len(batch), Batch(first, moment_us, complete, len(words), overruns, replies)
    )
    assert told[1].told == Hello(1, b"12345678", "0.1.0", "LSM6DSO32", 1667, 32, 0.000976, 8, 1_000_000)
    for number, (frame, kind) in enumerate(((batch, 2), (hello, 1), (fault, 3))):
        assert packed(kind, life, number, sent_us, frame[12:-4]) == frame  # so packs our software board


def run_main(pico: Pico) -> None:
    """main.py as at power-on, until the power goes."""
    modules: dict[str, Any] = {"machine": pico.machine, "time": pico.time}

    def imported(name: str, *rest: Any) -> Any:
        return modules[name] if name in modules else __import__(name, *rest)

    namespace = {"__name__": "__main__", "__builtins__": {**vars(builtins), "__import__": imported}}
    with pytest.raises(Off):
        exec(compile((FOLDER / "main.py").read_text(), "main.py", "exec"), namespace)


@pytest.mark.slow
@pytest.mark.parametrize(("error", "crystal_ppm"), [(0.02, 50.0), (-0.02, -50.0)])
def test_main_on_a_pico_of_ours_and_the_stations_lead(
    firmware: dict[str, Any], error: float, crystal_ppm: float
) -> None:
    rig = Rig(error=error)
    pico = Pico(rig.model, rig.clock, crystal_ppm, 7 * NS)
    run_main(pico)
    batches = rig.heard(pico.said)
    numbers = numbers_of(batches)
    assert np.array_equal(np.diff(numbers), np.ones(len(numbers) - 1))
    assert len(numbers) > 5.8 * 1667 * 0.98
    wrong_ms = np.abs(times_of(batches) - rig.true_ns(numbers)) / MS
    assert np.percentile(wrong_ms, 99) <= 0.5
    assert batches[-1].overflows == batches[-1].errors == 0
    assert "board e6616408432b1122, firmware 0.1.0, 1000000 baud" in rig.lead.state()
    assert set(pico.lamp) == {1}


def test_main_with_a_chip_that_does_not_answer_blinks_and_says_so(firmware: dict[str, Any]) -> None:
    rig = Rig()
    rig.model.fault = "unplugged"
    pico = Pico(rig.model, rig.clock, 0, 2 * NS + NS // 2)
    run_main(pico)
    assert rig.heard(pico.said) == []
    assert "on its leg board: LSM6DSO32 expected: nobody answers" in rig.lead.trouble(2 * NS)
    assert set(pico.lamp) == {0, 1}
