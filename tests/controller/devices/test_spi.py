"""What crosses to the kernel's spidev, played back by a chip model behind linux/spi/spidev.h's structures."""

import ctypes
import struct
from pathlib import Path

import pytest

from controller.chips.chip import Transfer, Wires
from controller.chips.lsm6dso32 import Lsm6dso32
from controller.devices.spi import MESSAGE, MODE_0, SpiBus
from controller.simulation.chips.parts import model_of


class Kernel:
    """spidev's side of the ioctls."""

    def __init__(self) -> None:
        chip = Lsm6dso32(Wires.SPI)
        self.model = model_of(chip, lambda times: times.reshape(-1, 1).repeat(3, axis=1) * 0)
        self.settings: list[tuple[int, bytes]] = []
        self.calls = 0
        self.released: list[int] = []

    def ioctl(self, _file: int, request: int, argument: bytes) -> int:
        if request & 0xFFFF != MESSAGE & 0xFFFF:
            self.settings.append((request & 0xFF, argument))
            return 0
        self.calls += 1
        assert request >> 16 & 0x3FFF == len(argument)
        assert request >> 30 == 1  # the direction: from us to the kernel
        for at in range(0, len(argument), 32):
            sent, got, length, _, _, bits, released = struct.unpack_from("=QQIIHBB", argument, at)
            assert bits == 8
            out = ctypes.string_at(sent, length)
            head = 2 if not out[0] & 0x80 else 1  # a register is written, or read
            said = self.model.exchange(Transfer(out[:head], length - head), 0)
            ctypes.memmove(got, bytes(head) + said, length)
            self.released.append(released)
        return 0


@pytest.fixture
def device(tmp_path: Path) -> str:
    (tmp_path / "spidev0.0").write_bytes(b"")
    return str(tmp_path / "spidev0.0")


def test_a_device_is_set_to_mode_3_and_asked_many_things_in_one_call(device: str) -> None:
    kernel, chip = Kernel(), Lsm6dso32(Wires.SPI)
    bus = SpiBus(device, 4_000_000, pause_us=5, ioctl=kernel.ioctl)
    assert kernel.settings == [(1, b"\x03"), (3, b"\x08"), (4, struct.pack("=I", 4_000_000))]
    written = [chip.write(setting) for setting in chip.settings(1667, 32, 8)]
    assert bus.exchange(written) == [b""] * len(written)
    asked = [chip.read(0x0F), chip.read(0x10), chip.read(0x3A, 2)]
    assert bus.exchange(asked) == [b"\x6c", b"\x84", b"\x00\x00"]
    assert kernel.calls == 2
    assert kernel.released[-3:] == [1, 1, 0]  # between them, not after the last
    bus.close()


def test_leds_want_mode_0(device: str) -> None:
    kernel = Kernel()
    SpiBus(device, 3_200_000, mode=MODE_0, ioctl=kernel.ioctl).close()
    assert kernel.settings[0] == (1, b"\x00")


def test_a_device_that_is_not_there_is_an_oserror_that_says_what_to_do() -> None:
    with pytest.raises(OSError, match=r"there is no /dev/spidev9\.0: switch that bus on by its overlay"):
        SpiBus("/dev/spidev9.0", 1_000_000)
