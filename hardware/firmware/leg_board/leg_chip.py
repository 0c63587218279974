"""The LSM6DSO32's registers, as far as a leg board needs them; for any Python.

Datasheet DocID032891 Rev 1 (March 2020): SPI in mode 3, addresses with 80h to read; WHO_AM_I, CTRL1_XL,
CTRL3_C, INT1_CTRL, FIFO_CTRL1 to 4, FIFO_STATUS1 and 2, FIFO_DATA_OUT_TAG. The station's class for the same
chip is controller/chips/lsm6dso32.py, and a test holds the two together.
"""

NAME = b"LSM6DSO32"
WHO_AM_I, IDENTITY = 0x0F, 0x6C
FIFO_STATUS, FIFO_DATA = 0x3A, 0x78
WORD = 7  # bytes of a sample in the FIFO: a tag and three axes
DEPTH = 512  # samples
RATES = {208: 5, 417: 6, 833: 7, 1667: 8, 3333: 9}  # Hz → code
RANGES = {4: (0, 122000), 8: (2, 244000), 16: (3, 488000), 32: (1, 976000)}  # g → code, ng a count


def watermark_of(rate_hz: int) -> int:
    """Samples of 5 ms at the most."""
    return max(1, rate_hz * 5 // 1000)


def settings(rate_hz: int, range_g: int, watermark: int) -> list[tuple[int, int]]:
    """Registers and what is written there, in this order; the FIFO is empty after it."""
    rate = RATES[rate_hz]
    return [
        (0x0A, 0x00),  # FIFO_CTRL4: bypass, which empties it
        (0x12, 0x44),  # CTRL3_C: a sample whole or not at all, addresses that count up
        (0x10, rate << 4 | RANGES[range_g][0] << 2),  # CTRL1_XL
        (0x07, watermark & 0xFF),  # FIFO_CTRL1
        (0x08, watermark >> 8),  # FIFO_CTRL2
        (0x09, rate),  # FIFO_CTRL3: every sample of the accelerometer
        (0x0D, 0x08),  # INT1_CTRL: the watermark
        (0x0A, 0x06),  # FIFO_CTRL4: the newest are kept
    ]


def level(status: bytes) -> int:
    """Samples waiting, by FIFO_STATUS1 and 2."""
    return status[0] | (status[1] & 3) << 8


def overrun(status: bytes) -> bool:
    """Samples were lost: now, or since the status was read last."""
    return status[1] & 0x48 != 0
