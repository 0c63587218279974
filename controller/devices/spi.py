"""SPI by the kernel's spidev: any number of transfers in one system call, the chip released between them.

linux/spi/spidev.h. No library we know sends several messages with a pause in one call: spidev's `xfer2` keeps
the chip selected, lgpio's `spi_xfer` is one transfer.
"""

import ctypes
import fcntl
import os
import struct
from collections.abc import Callable, Sequence

from controller.chips.chip import Transfer

MODE_0, MODE_3 = 0, 3
BITS = 8
WR_MODE, WR_BITS, WR_MAX_SPEED_HZ = 0x40016B01, 0x40016B03, 0x40046B04
MESSAGE = 0x40006B00  # _IOW('k', 0, char[32 n])
# Buffers out and in, length, Hz, pause in µs, bits, release between, three widths, padding.
TRANSFER = struct.Struct("=QQIIHBBBBBx")

Ioctl = Callable[[int, int, bytes], object]


class SpiBus:
    """One chip on one chip select. OSError where the device isn't there or refuses."""

    def __init__(
        self, path: str, hz: int, pause_us: int = 0, mode: int = MODE_3, ioctl: Ioctl = fcntl.ioctl
    ) -> None:
        self._ioctl = ioctl
        self._hz, self._pause_us = hz, pause_us
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            how = "with raspi-config" if path.startswith("/dev/spidev0.") else "by its overlay in config.txt"
            raise OSError(f"there is no {path}: switch that bus on {how}, then restart") from None
        except PermissionError:
            raise OSError(f"{path} is forbidden: add the station's user to the group spi") from None
        try:
            ioctl(self._file, WR_MODE, struct.pack("B", mode))
            ioctl(self._file, WR_BITS, struct.pack("B", BITS))
            ioctl(self._file, WR_MAX_SPEED_HZ, struct.pack("=I", hz))
        except OSError:
            self.close()
            raise

    def exchange(self, transfers: Sequence[Transfer]) -> list[bytes]:
        """All of them in one system call, the replies in order."""
        sent = [ctypes.create_string_buffer(one.write + bytes(one.read)) for one in transfers]
        got = [ctypes.create_string_buffer(len(one.write) + one.read) for one in transfers]
        message = b""
        for number, (one, out, back) in enumerate(zip(transfers, sent, got, strict=True), 1):
            length = len(one.write) + one.read
            released = int(number < len(transfers))  # the last one is released anyway
            addresses = ctypes.addressof(out), ctypes.addressof(back)
            message += TRANSFER.pack(*addresses, length, self._hz, self._pause_us, BITS, released, 0, 0, 0)
        self._ioctl(self._file, MESSAGE | len(message) << 16, message)
        return [back.raw[len(one.write) :] for one, back in zip(transfers, got, strict=True)]

    def close(self) -> None:
        """Give the device back."""
        os.close(self._file)
