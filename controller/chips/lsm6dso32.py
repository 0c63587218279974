"""ST LSM6DSO32, the reference part: ±32 g, a FIFO of 512 samples with a tag each.

Datasheet DocID032891 Rev 1 (March 2020), register names as there and in ST's own driver lsm6dso32_reg.h.
Reading on past the last byte of a FIFO word goes on with the next word's tag. Its address on I2C is 110101xb
with SA0 as the last bit; fast mode, 400 kHz.
"""

from typing import ClassVar

import numpy as np

from controller.chips.chip import Chip, Fifo, Setting, Transfer, Wires

FIFO_CTRL1, FIFO_CTRL2, FIFO_CTRL3, FIFO_CTRL4 = 0x07, 0x08, 0x09, 0x0A
INT1_CTRL, CTRL1_XL, CTRL3_C = 0x0D, 0x10, 0x12
FIFO_STATUS1, FIFO_DATA_OUT_TAG = 0x3A, 0x78
CONTINUOUS, BYPASS = 0x06, 0x00
BDU_AND_INCREMENT = 0x44
INT1_FIFO_TH = 0x08
OVERRUN = 0x40 | 0x08  # now, or latched since the last status
ACCELEROMETER = 0x02  # tag
WORD = 7  # bytes: tag, then x, y, z
FULL_SCALES = {4.0: 0, 32.0: 1, 8.0: 2, 16.0: 3}


class Lsm6dso32(Chip):
    """Accelerometer only; the gyroscope stays asleep."""

    name = "LSM6DSO32"
    identity = Setting(0x0F, 0x6C)
    depth = 512
    rates_hz: ClassVar[dict[float, int]] = {208: 5, 417: 6, 833: 7, 1667: 8, 3333: 9}
    scales_g: ClassVar[dict[float, float]] = {4: 0.000122, 8: 0.000244, 16: 0.000488, 32: 0.000976}
    spi_hz = 10_000_000
    addresses: ClassVar[dict[int, str]] = {0x6A: "SDO at ground", 0x6B: "SDO at 3.3 V"}
    multiple: ClassVar[dict[Wires, int]] = {Wires.SPI: 0, Wires.I2C: 0}

    def settings(self, rate_hz: float, range_g: float, watermark: int) -> list[Setting]:
        rate = self.rates_hz[rate_hz]
        return [
            Setting(FIFO_CTRL4, BYPASS),
            Setting(CTRL3_C, BDU_AND_INCREMENT),
            Setting(CTRL1_XL, rate << 4 | FULL_SCALES[range_g] << 2),
            Setting(FIFO_CTRL1, watermark & 0xFF),
            Setting(FIFO_CTRL2, watermark >> 8),
            Setting(FIFO_CTRL3, rate),
            Setting(INT1_CTRL, INT1_FIFO_TH),
            Setting(FIFO_CTRL4, CONTINUOUS),
        ]

    def drain(self, samples: int) -> tuple[Transfer, ...]:
        return self.read(FIFO_STATUS1, 2), self.read(FIFO_DATA_OUT_TAG, WORD * samples)

    def drained(self, replies: list[bytes]) -> Fifo:
        status, data = replies
        level = status[0] | (status[1] & 3) << 8
        words = np.frombuffer(data, np.uint8).reshape(-1, WORD)[:level]
        words = words[words[:, 0] >> 3 == ACCELEROMETER]
        return Fifo(level, bool(status[1] & OVERRUN), words[:, 1:].copy().view("<i2"))
