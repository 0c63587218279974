"""ST LIS3DH: ±16 g, a FIFO of 32 samples, read in one burst.

Datasheet DocID17530 Rev 2: FIFO section 5.1 (the watermark interrupt comes when FTH + 1 samples are held),
registers section 8, sensitivity table 4: 12 mg a digit of 12 bits at ±16 g, left-justified; addresses on I2C
section 6.1.1, up to 400 kHz (table 8).
"""

from typing import ClassVar

import numpy as np

from controller.chips.chip import Chip, Fifo, Setting, Transfer, Wires

CTRL_REG1, CTRL_REG3, CTRL_REG4, CTRL_REG5 = 0x20, 0x22, 0x23, 0x24
OUT_X_L, FIFO_CTRL_REG, FIFO_SRC_REG = 0x28, 0x2E, 0x2F
ALL_AXES = 0x07
I1_WTM = 0x04
BDU_AND_HIGH_RESOLUTION = 0x88
FIFO_EN = 0x40
BYPASS, STREAM = 0x00, 0x80
OVERRUN, LEVEL, EMPTY = 0x40, 0x1F, 0x20
FULL_SCALES = {2.0: 0, 4.0: 1, 8.0: 2, 16.0: 3}


class Lis3dh(Chip):
    """In high resolution."""

    name = "LIS3DH"
    identity = Setting(0x0F, 0x33)
    depth = 32
    rates_hz: ClassVar[dict[float, int]] = {100: 5, 200: 6, 400: 7, 1344: 9}
    scales_g: ClassVar[dict[float, float]] = {2: 0.001 / 16, 4: 0.002 / 16, 8: 0.004 / 16, 16: 0.012 / 16}
    spi_hz = 10_000_000
    addresses: ClassVar[dict[int, str]] = {0x18: "SDO at ground", 0x19: "SDO at 3.3 V"}
    multiple: ClassVar[dict[Wires, int]] = {Wires.SPI: 0x40, Wires.I2C: 0x80}

    def settings(self, rate_hz: float, range_g: float, watermark: int) -> list[Setting]:
        return [
            Setting(FIFO_CTRL_REG, BYPASS),
            Setting(CTRL_REG1, self.rates_hz[rate_hz] << 4 | ALL_AXES),
            Setting(CTRL_REG4, BDU_AND_HIGH_RESOLUTION | FULL_SCALES[range_g] << 4),
            Setting(CTRL_REG3, I1_WTM),
            Setting(CTRL_REG5, FIFO_EN),
            Setting(FIFO_CTRL_REG, STREAM | watermark - 1),
        ]

    def drain(self, samples: int) -> tuple[Transfer, ...]:
        return self.read(FIFO_SRC_REG), self.read(OUT_X_L, 6 * samples)

    def drained(self, replies: list[bytes]) -> Fifo:
        source, data = replies[0][0], replies[1]
        # Five bits can't say 32: a full FIFO says 31 and the overrun.
        level = 0 if source & EMPTY else (source & LEVEL) + bool(source & OVERRUN)
        counts = np.frombuffer(data, "<i2").reshape(-1, 3)[:level]
        return Fifo(level, bool(source & OVERRUN), counts)
