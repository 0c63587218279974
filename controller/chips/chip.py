"""What all accelerometer chips have in common: an identity, settings to write and read back, a FIFO to drain.

A chip knows no bus: it says which bytes are to be exchanged, and reads the answers.
"""

from abc import ABC, abstractmethod
from enum import StrEnum
from typing import ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from controller.checked import BadInputError

Counts = npt.NDArray[np.int16]
LONGEST_BATCH_S = 0.005  # a decision waits for the whole batch
BUSY = 0.8  # of a bus's time: the rest is for gaps between two calls


class Wires(StrEnum):
    """How the chip is connected."""

    SPI = "spi"
    I2C = "i2c"


class Transfer(NamedTuple):
    """The chip is selected, `write` is sent, `read` bytes come back, the chip is released."""

    write: bytes
    read: int = 0


class Setting(NamedTuple):
    """One register and what is to stand in it."""

    register: int
    value: int


class Fifo(NamedTuple):
    """What a drain brought: samples held when the status was read, whether some were lost, the samples."""

    level: int
    overflowed: bool
    counts: Counts


class Chip(ABC):
    """One kind of chip on one kind of wires."""

    name: ClassVar[str]
    identity: ClassVar[Setting]
    depth: ClassVar[int]  # samples
    rates_hz: ClassVar[dict[float, int]]  # → code
    scales_g: ClassVar[dict[float, float]]  # range → g per count
    spi_hz: ClassVar[int]  # at most; all of them in SPI mode 3
    i2c_hz: ClassVar[int] = 400_000  # at most
    addresses: ClassVar[dict[int, str]]  # on I2C → how its address pin is tied
    pause_us: ClassVar[int] = 0  # between two transfers on SPI
    multiple: ClassVar[dict[Wires, int]]  # set in the address to read or write more than one byte

    def __init__(self, wires: Wires) -> None:
        self.wires = wires

    def read(self, register: int, count: int = 1) -> Transfer:
        """So many bytes from this register on."""
        reading = 0x80 if self.wires is Wires.SPI else 0
        several = self.multiple[self.wires] if count > 1 else 0
        return Transfer(bytes([register | reading | several]), count)

    def write(self, setting: Setting) -> Transfer:
        """One register."""
        return Transfer(bytes([setting.register, setting.value]))

    @abstractmethod
    def settings(self, rate_hz: float, range_g: float, watermark: int) -> list[Setting]:
        """What is written at the start, in this order; the FIFO is empty after it."""

    @abstractmethod
    def drain(self, samples: int) -> tuple[Transfer, ...]:
        """The status, then so many samples: one exchange."""

    @abstractmethod
    def drained(self, replies: list[bytes]) -> Fifo:
        """What the replies to `drain` say; never more samples than the status said were there."""


def watermark_of(chip: Chip, rate_hz: float) -> int:
    """Samples in a batch."""
    return max(1, min(int(rate_hz * LONGEST_BATCH_S), chip.depth // 2))


def needed_hz(chip: Chip, rate_hz: float) -> float:
    """The clock of a bus that carries this rate, statuses and addresses with it.

    On I2C a byte takes nine bits with its acknowledge, starts and stops one each, and a read has the address
    twice (UM10204, 3.1).
    """
    samples = watermark_of(chip, rate_hz)
    transfers = chip.drain(samples)
    drains_hz = rate_hz / samples
    if chip.wires is Wires.SPI:
        bits = sum(8 * (len(one.write) + one.read) for one in transfers)
        return drains_hz * bits / (BUSY - drains_hz * len(transfers) * chip.pause_us / 1e6)
    return drains_hz * sum(9 * (len(one.write) + one.read + 2) + 3 for one in transfers) / BUSY


def checked_address(chip: Chip, address: int) -> int:
    """BadInputError for an address on I2C that the chip can't have."""
    if address not in chip.addresses:
        ways = " or ".join(f"{one:#04x} ({tied})" for one, tied in chip.addresses.items())
        raise BadInputError(f"A {chip.name} never has the address {address:#04x}. It has {ways}.")
    return address


def checked_rate(chip: Chip, rate_hz: float, range_g: float, bus_hz: int) -> int:
    """The watermark for this rate, in samples. BadInputError for what chip or bus can't do."""
    if rate_hz not in chip.rates_hz:
        rates = ", ".join(f"{rate:g}" for rate in sorted(chip.rates_hz))
        raise BadInputError(f"The {chip.name} has no rate of {rate_hz:g} Hz. It has: {rates}.")
    if range_g not in chip.scales_g:
        ranges = ", ".join(f"{one:g}" for one in sorted(chip.scales_g))
        raise BadInputError(f"The {chip.name} has no range of {range_g:g} g. It has: {ranges}.")
    wanted_hz = needed_hz(chip, rate_hz)
    if wanted_hz > bus_hz:
        raise BadInputError(
            f"{rate_hz:g} samples/s of a {chip.name} need a bus of {wanted_hz / 1000:.0f} kHz, and this one "
            f"has {bus_hz / 1000:.0f} kHz. Take a lower rate, a faster bus, or SPI."
        )
    return watermark_of(chip, rate_hz)
