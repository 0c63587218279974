"""Analog Devices ADXL345: ±16 g, a FIFO of 32 samples, each popped by reading its six bytes.

Datasheet Rev. G, register map, FIFO, and "Data Formatting of Upper Data Rates" on page 32: the lowest bit
is 0 at 1600 and 3200 Hz. At least 5 µs between two reads of the FIFO, which on I2C its own slowness gives;
I2C up to 400 kHz (table 12), addresses under "I2C"; chip select must then be tied high.
"""

from typing import ClassVar

import numpy as np

from controller.chips.chip import Chip, Fifo, Setting, Transfer, Wires

BW_RATE, POWER_CTL, INT_ENABLE, INT_MAP = 0x2C, 0x2D, 0x2E, 0x2F
INT_SOURCE, DATA_FORMAT, DATAX0, FIFO_CTL, FIFO_STATUS = 0x30, 0x31, 0x32, 0x38, 0x39
STANDBY, MEASURE = 0x00, 0x08
FULL_RESOLUTION = 0x08
WATERMARK, OVERRUN = 0x02, 0x01
BYPASS, STREAM = 0x00, 0x80
LEVEL = 0x3F
FULL_SCALES = {2.0: 0, 4.0: 1, 8.0: 2, 16.0: 3}


class Adxl345(Chip):
    """In full resolution: 1/256 g a count in every range."""

    name = "ADXL345"
    identity = Setting(0x00, 0xE5)
    depth = 32
    rates_hz: ClassVar[dict[float, int]] = {200: 11, 400: 12, 800: 13, 1600: 14, 3200: 15}
    scales_g: ClassVar[dict[float, float]] = dict.fromkeys(FULL_SCALES, 1 / 256)
    spi_hz = 5_000_000
    addresses: ClassVar[dict[int, str]] = {0x53: "SDO at ground", 0x1D: "SDO at 3.3 V"}
    pause_us = 5
    multiple: ClassVar[dict[Wires, int]] = {Wires.SPI: 0x40, Wires.I2C: 0}

    def settings(self, rate_hz: float, range_g: float, watermark: int) -> list[Setting]:
        return [
            Setting(POWER_CTL, STANDBY),
            Setting(FIFO_CTL, BYPASS),
            Setting(BW_RATE, self.rates_hz[rate_hz]),
            Setting(DATA_FORMAT, FULL_RESOLUTION | FULL_SCALES[range_g]),
            Setting(INT_MAP, 0),
            Setting(INT_ENABLE, WATERMARK),
            Setting(FIFO_CTL, STREAM | watermark),
            Setting(POWER_CTL, MEASURE),
        ]

    def drain(self, samples: int) -> tuple[Transfer, ...]:
        data = [self.read(DATAX0, 6)] * samples
        return self.read(INT_SOURCE), self.read(FIFO_STATUS), *data

    def drained(self, replies: list[bytes]) -> Fifo:
        source, status, *data = replies
        level = status[0] & LEVEL
        counts = np.frombuffer(b"".join(data[:level]), "<i2").reshape(-1, 3)
        return Fifo(level, bool(source[0] & OVERRUN), counts)
