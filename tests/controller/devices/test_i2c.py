"""What crosses to the kernel's i2c-dev, played back by chip models behind linux/i2c.h's structures."""

import ctypes
import errno
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
import smbus2.smbus2 as library
from hypothesis import given
from hypothesis import strategies as st

from controller.bench_sensors import STEP, Run, judged
from controller.chips.adxl345 import Adxl345
from controller.chips.catalogue import CHIPS
from controller.chips.chip import Chip, Transfer, Wires, watermark_of
from controller.chips.lis3dh import Lis3dh
from controller.chips.lsm6dso32 import Lsm6dso32
from controller.clock import ManualClock
from controller.devices.i2c import I2cBus
from controller.simulation.chips.model import ChipModel
from controller.simulation.chips.parts import model_of

NS = 10**9
MOST_MESSAGES = 42  # linux/i2c-dev.h, I2C_RDWR_IOCTL_MAX_MSGS
Adapter = Literal["pi 5", "pi 4", "smbus"]
PARTS = [(Lsm6dso32, 1667.0, 32.0, 0x6A), (Adxl345, 1600.0, 16.0, 0x53), (Lis3dh, 1344.0, 16.0, 0x18)]


class Kernel:
    """i2c-dev's side of the ioctls and the chips on its bus; `messages`: address, flags, length, by call."""

    def __init__(self, adapter: Adapter, clock: ManualClock) -> None:
        self.adapter = adapter
        self.clock = clock
        self.models: dict[int, ChipModel] = {}
        self.messages: list[list[tuple[int, int, int]]] = []
        self.smbus: list[tuple[int, int]] = []
        self.stuck = 0  # an errno
        self._address = 0

    def ioctl(self, _file: int, request: int, argument: Any) -> int:
        if request == library.I2C_FUNCS:
            smbus = library.I2cFunc.SMBUS_BYTE_DATA | library.I2cFunc.SMBUS_I2C_BLOCK
            plain = library.I2cFunc.I2C | library.I2cFunc.SMBUS_EMUL
            argument.value = smbus if self.adapter == "smbus" else plain
        elif request == library.I2C_SLAVE:
            self._address = argument
        elif request == library.I2C_SMBUS:
            self._smbus(argument)
        else:
            assert request == library.I2C_RDWR
            self._rdwr([argument.msgs[number] for number in range(argument.nmsgs)])
        return 0

    def _rdwr(self, messages: list[Any]) -> None:
        assert len(messages) <= MOST_MESSAGES
        self.messages.append([(one.addr, one.flags, one.len) for one in messages])
        if self.stuck:
            raise OSError(self.stuck, "as the kernel has it")
        if self.adapter == "pi 4" and any(one.flags & library.I2C_M_RD for one in messages[:-1]):
            raise OSError(errno.EOPNOTSUPP, "Operation not supported")
        waiting = list(messages)
        while waiting:
            out = waiting.pop(0)
            assert not out.flags & library.I2C_M_RD  # a register is named before it is read
            back = waiting.pop(0) if waiting and waiting[0].flags & library.I2C_M_RD else None
            said = self._chip(out.addr, Transfer(bytes(out), 0 if back is None else back.len))
            if back is not None:
                ctypes.memmove(back.buf, said, back.len)

    def _smbus(self, argument: Any) -> None:
        data = argument.data.contents
        writing = argument.read_write == library.I2C_SMBUS_WRITE
        self.smbus.append((argument.size, argument.command))
        block = argument.size == library.I2C_SMBUS_I2C_BLOCK_DATA
        if writing:
            self._chip(self._address, Transfer(bytes([argument.command, data.byte])))
            return
        count = data.block[0] if block else 1
        said = self._chip(self._address, Transfer(bytes([argument.command]), count))
        for place, value in enumerate(said, int(block)):
            data.block[place] = value

    def _chip(self, address: int, transfer: Transfer) -> bytes:
        if address not in self.models:
            raise OSError(errno.EREMOTEIO, "Remote I/O error")
        return self.models[address].exchange(transfer, self.clock.monotonic_ns())


def kernel(adapter: Adapter, patch: pytest.MonkeyPatch, *chips: tuple[int, Chip]) -> Kernel:
    made = Kernel(adapter, ManualClock(NS))
    for address, chip in chips:
        made.models[address] = model_of(chip, lambda times_s: np.zeros((len(times_s), 3)))
    patch.setattr(library, "ioctl", made.ioctl)
    return made


@pytest.fixture
def device(tmp_path: Path) -> str:
    (tmp_path / "i2c-1").write_bytes(b"")
    return str(tmp_path / "i2c-1")


def test_registers_are_read_in_one_call_and_each_setting_has_a_stop(
    device: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    chip = Lsm6dso32(Wires.I2C)
    made = kernel("pi 5", monkeypatch, (0x6A, chip))
    bus = I2cBus(device, 0x6A)
    written = [chip.write(setting) for setting in chip.settings(1667, 32, 8)]
    assert bus.exchange(written) == [b""] * len(written)
    assert made.messages == [[(0x6A, 0, 2)]] * len(written)
    asked = [chip.read(0x0F), chip.read(0x10), chip.read(0x3A, 2)]
    assert bus.exchange(asked) == [b"\x6c", b"\x84", b"\x00\x00"]
    assert made.messages[-1] == [(0x6A, 0, 1), (0x6A, 1, 1)] * 2 + [(0x6A, 0, 1), (0x6A, 1, 2)]
    bus.close()


def test_a_pi_4_reads_once_a_call_and_is_asked_for_more_only_once(
    device: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    chip = Adxl345(Wires.I2C)
    made = kernel("pi 4", monkeypatch, (0x53, chip))
    bus = I2cBus(device, 0x53)
    for _ in range(2):
        assert bus.exchange([chip.read(0x00), chip.read(0x39)]) == [b"\xe5", b"\x00"]
    assert [len(call) for call in made.messages] == [4, 2, 2, 2, 2]


@given(data=st.data())
def test_every_adapter_brings_the_same_bytes(data: st.DataObject) -> None:
    chip = data.draw(st.sampled_from([kind(Wires.I2C) for kind, *_ in PARTS]))
    settings = st.sampled_from(chip.settings(min(chip.rates_hz), min(chip.scales_g), 1))
    reads = st.builds(chip.read, st.sampled_from([0x0F, 0x2C, 0x20, 0x10]), st.integers(1, 32))
    transfers = data.draw(st.lists(st.one_of(settings.map(chip.write), reads), max_size=21))
    said = []
    for adapter in ("pi 5", "pi 4", "smbus"):
        with pytest.MonkeyPatch.context() as patch:
            kernel(adapter, patch, (0x42, chip))
            bus = I2cBus("/dev/null", 0x42)
            said.append(bus.exchange(transfers))
            bus.close()
    assert said[0] == said[1] == said[2]


@pytest.mark.parametrize("kind", CHIPS.values())
def test_no_drain_is_longer_than_the_kernel_takes_at_once(kind: type[Chip]) -> None:
    chip = kind(Wires.I2C)
    for rate_hz in chip.rates_hz:
        assert 2 * len(chip.drain(watermark_of(chip, rate_hz))) <= MOST_MESSAGES


@pytest.mark.parametrize("adapter", ["pi 5", "pi 4"])
@pytest.mark.parametrize(("kind", "rate_hz", "range_g", "address"), PARTS)
def test_the_drivers_lose_nothing_over_i2c(
    kind: type[Chip],
    rate_hz: float,
    range_g: float,
    address: int,
    adapter: Adapter,
    device: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = Run(kind(Wires.I2C), rate_hz, range_g, 0.02, seed=7)
    made = Kernel(adapter, run.clock)
    made.models[address] = run.model
    monkeypatch.setattr(library, "ioctl", made.ioctl)
    run.driver._open_bus = lambda: I2cBus(device, address)
    batches = run.samples(1)
    before = len(made.messages)
    batches += run.samples(1)
    figures = judged(run.model, batches)
    assert figures["samples"] == pytest.approx(2 * rate_hz * 1.02, rel=0.02)
    assert figures["lost"] == figures["doubled"] == figures["overflows"] == 0
    drains = len([batch for batch in batches if batch.times_ns[0] > batches[0].times_ns[0] + NS])
    if adapter == "pi 5":
        assert len(made.messages) - before == pytest.approx(drains, abs=12)  # a call for each
    assert batches[0].counts[0, 0] % STEP == 0


def test_two_sensors_on_one_bus_are_told_apart(device: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = kernel("pi 5", monkeypatch, (0x6A, Lsm6dso32(Wires.I2C)), (0x18, Lis3dh(Wires.I2C)))
    left, right = I2cBus(device, 0x6A), I2cBus(device, 0x18)
    read = [Transfer(b"\x0f", 1)]
    assert (left.exchange(read), right.exchange(read)) == ([b"\x6c"], [b"\x33"])
    del made.models[0x18]
    assert left.exchange(read) == [b"\x6c"]
    with pytest.raises(OSError, match="at address 0x18 on I2C 1: check its plug"):
        right.exchange(read)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (errno.ENXIO, "nobody answers at address 0x6a on I2C 1: check its plug.*SDO"),
        (errno.EREMOTEIO, "nobody answers at address 0x6a"),
        (errno.ETIMEDOUT, "I2C 1 is stuck: something holds its wires down.*power off and on"),
        (errno.EIO, "I2C 1 is stuck"),
        (errno.ENOMEM, "as the kernel has it"),
    ],
)
def test_a_fault_is_said_in_words(device: str, monkeypatch: pytest.MonkeyPatch, code: int, says: str) -> None:
    made = kernel("pi 5", monkeypatch, (0x6A, Lsm6dso32(Wires.I2C)))
    bus = I2cBus(device, 0x6A)
    made.stuck = code
    with pytest.raises(OSError, match=says):
        bus.exchange([Transfer(b"\x0f", 1)])
    made.stuck = 0
    assert bus.exchange([Transfer(b"\x0f", 1)]) == [b"\x6c"]


def test_an_adapter_for_smbus_sets_a_chip_and_refuses_to_drain_it(
    device: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    chip = Lsm6dso32(Wires.I2C)
    made = kernel("smbus", monkeypatch, (0x6B, chip))
    bus = I2cBus(device, 0x6B)
    bus.exchange([chip.write(setting) for setting in chip.settings(1667, 32, 8)])
    assert bus.exchange([chip.read(0x0F), chip.read(0x3A, 2)]) == [b"\x6c", b"\x00\x00"]
    assert made.smbus[-2:] == [(library.I2C_SMBUS_BYTE_DATA, 0x0F), (library.I2C_SMBUS_I2C_BLOCK_DATA, 0x3A)]
    with pytest.raises(OSError, match="only speaks SMBus, 32 bytes at once, and 56 are needed"):
        bus.exchange(chip.drain(8))


def test_a_bus_that_is_not_there_or_forbidden_is_said_with_what_to_do(
    device: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(OSError, match="there is no /dev/i2c-99: switch I2C on with raspi-config"):
        I2cBus("/dev/i2c-99", 0x6A)

    def forbidden(*_: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("os.open", forbidden)
    with pytest.raises(OSError, match="add the station's user to the group i2c"):
        I2cBus(device, 0x6A)
