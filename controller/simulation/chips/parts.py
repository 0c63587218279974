"""The three chips, as their datasheets have them: what their registers mean, how their FIFOs are read."""

import numpy as np
import numpy.typing as npt

from controller.chips import adxl345, lis3dh, lsm6dso32
from controller.chips.chip import Chip
from controller.simulation.chips.model import ChipModel, Feel


class Lsm6dso32Model(ChipModel):
    """A word is a tag, with a counter of two bits and a parity bit, and three axes."""

    _part = 0  # of the word that is being read
    _word = b""
    _tag_count = 0

    def running(self) -> tuple[float, float, int] | None:
        rate = next(
            (hz for hz, code in self._chip.rates_hz.items() if code == self.registers[0x10] >> 4), None
        )
        batched = self.registers[lsm6dso32.FIFO_CTRL3] & 0x0F == self.registers[lsm6dso32.CTRL1_XL] >> 4
        if rate is None or not batched or self.registers[lsm6dso32.FIFO_CTRL4] & 7 != lsm6dso32.CONTINUOUS:
            return None
        scale = self.registers[lsm6dso32.CTRL1_XL] >> 2 & 3
        range_g = next(g for g, code in lsm6dso32.FULL_SCALES.items() if code == scale)
        watermark = self.registers[lsm6dso32.FIFO_CTRL1] | (self.registers[lsm6dso32.FIFO_CTRL2] & 1) << 8
        return rate, self._chip.scales_g[range_g], watermark

    def pack(self, counts: npt.NDArray[np.int16]) -> bytes:
        self._tag_count = (self._tag_count + 1) & 3
        tag = lsm6dso32.ACCELEROMETER << 3 | self._tag_count << 1
        return bytes([tag | tag.bit_count() & 1]) + super().pack(counts)

    def byte(self, register: int) -> int:
        level = len(self.fifo)
        if register == lsm6dso32.FIFO_STATUS1:
            return level & 0xFF
        if register == lsm6dso32.FIFO_STATUS1 + 1:
            overrun, self.overrun = self.overrun, False
            return level >> 8 | (0x48 if overrun else 0)
        if register < lsm6dso32.FIFO_DATA_OUT_TAG:
            return super().byte(register)
        if register == lsm6dso32.FIFO_DATA_OUT_TAG:
            self._word = self.popped() or bytes(lsm6dso32.WORD)
        return self._word[register - lsm6dso32.FIFO_DATA_OUT_TAG]

    def after(self, register: int) -> int:
        last = lsm6dso32.FIFO_DATA_OUT_TAG + lsm6dso32.WORD - 1
        return lsm6dso32.FIFO_DATA_OUT_TAG if register == last else super().after(register)


class Adxl345Model(ChipModel):
    """Reading the six data registers takes one sample off the FIFO."""

    _sample = bytes(6)

    def running(self) -> tuple[float, float, int] | None:
        code = self.registers[adxl345.BW_RATE] & 0x0F
        rate = next((hz for hz, known in self._chip.rates_hz.items() if known == code), None)
        fifo = self.registers[adxl345.FIFO_CTL]
        if rate is None or not self.registers[adxl345.POWER_CTL] & adxl345.MEASURE or fifo >> 6 != 2:
            return None
        return rate, 1 / 256, fifo & 0x1F

    def pack(self, counts: npt.NDArray[np.int16]) -> bytes:
        fast = self.registers[adxl345.BW_RATE] >= self._chip.rates_hz[1600]
        limited = np.clip(counts, -4096, 4095)
        return super().pack(limited & ~1 if fast else limited)

    def byte(self, register: int) -> int:
        if register == adxl345.INT_SOURCE:
            return adxl345.OVERRUN if self.overrun else 0
        if register == adxl345.FIFO_STATUS:
            return len(self.fifo)
        if register == adxl345.DATAX0:
            self.overrun = False  # cleared by reading data
            self._sample = self.popped() or self._sample
        if adxl345.DATAX0 <= register < adxl345.DATAX0 + 6:
            return self._sample[register - adxl345.DATAX0]
        return super().byte(register)


class Lis3dhModel(ChipModel):
    """A burst goes round the six data registers, a sample a round."""

    _sample = bytes(6)

    def running(self) -> tuple[float, float, int] | None:
        code = self.registers[lis3dh.CTRL_REG1] >> 4
        rate = next((hz for hz, known in self._chip.rates_hz.items() if known == code), None)
        fifo = self.registers[lis3dh.FIFO_CTRL_REG]
        if rate is None or not self.registers[lis3dh.CTRL_REG5] & lis3dh.FIFO_EN or fifo >> 6 != 2:
            return None
        scale = self.registers[lis3dh.CTRL_REG4] >> 4 & 3
        range_g = next(g for g, known in lis3dh.FULL_SCALES.items() if known == scale)
        return rate, self._chip.scales_g[range_g], (fifo & 0x1F) + 1

    def pack(self, counts: npt.NDArray[np.int16]) -> bytes:
        return super().pack(counts & ~0x0F)  # twelve bits, left-justified

    def byte(self, register: int) -> int:
        if register == lis3dh.FIFO_SRC_REG:
            level = len(self.fifo)
            flags = (lis3dh.OVERRUN if self.overrun else 0) | (0 if level else lis3dh.EMPTY)
            return flags | min(level, 31)
        if register == lis3dh.OUT_X_L:
            self.overrun = False
            self._sample = self.popped() or self._sample
        if lis3dh.OUT_X_L <= register < lis3dh.OUT_X_L + 6:
            return self._sample[register - lis3dh.OUT_X_L]
        return super().byte(register)

    def after(self, register: int) -> int:
        return lis3dh.OUT_X_L if register == lis3dh.OUT_X_L + 5 else super().after(register)


MODELS: dict[str, type[ChipModel]] = {
    "LSM6DSO32": Lsm6dso32Model,
    "ADXL345": Adxl345Model,
    "LIS3DH": Lis3dhModel,
}


def model_of(chip: Chip, feel: Feel, rate_error: float = 0.0) -> ChipModel:
    """The software twin of a chip."""
    return MODELS[chip.name](chip, feel, rate_error)
