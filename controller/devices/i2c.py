"""I2C by the kernel's i2c-dev, through smbus2: a drain in one system call where the bus's driver takes that.

A Pi 5's driver does. That of a Pi 4 or older takes one read a call and refuses more before it sends anything
(drivers/i2c/busses/i2c-bcm2835.c, EOPNOTSUPP): there each transfer is a call. A call holds up to 42 messages
(linux/i2c-dev.h); a register that is read takes two, and no chip of ours drains more than 18. A chip that
asks for pauses has them on I2C anyway, by the address before each read. Adapters that only speak SMBus can't
read more than 32 bytes at once: enough to identify and to set a chip.
"""

import errno
from collections.abc import Sequence
from itertools import groupby

from smbus2 import I2cFunc, SMBus, i2c_msg

from controller.chips.chip import Transfer

# Documentation/i2c/fault-codes.rst; i2c-bcm2835 says EIO when the clock is held down, i2c-stub ENODEV.
NOBODY = {errno.ENXIO, errno.EREMOTEIO, errno.ENODEV}
STUCK = {errno.ETIMEDOUT, errno.EAGAIN, errno.EBUSY, errno.EIO}
LONGEST_BLOCK = 32  # bytes, linux/i2c.h


class I2cBus:
    """One chip at one address; OSError, in words, where device, bus or chip don't answer."""

    def __init__(self, path: str, address: int) -> None:
        self._name = f"I2C {path.rpartition('-')[2]}"
        self._address = address
        self._several_reads = True  # in one call, until the driver refuses
        try:
            self._smbus = SMBus(path)
        except FileNotFoundError:
            raise OSError(f"there is no {path}: switch I2C on with raspi-config, then restart") from None
        except PermissionError:
            raise OSError(f"{path} is forbidden: add the station's user to the group i2c") from None

    def exchange(self, transfers: Sequence[Transfer]) -> list[bytes]:
        """The replies in order: reads together if that can be, each setting with a stop after it."""
        try:
            if not self._smbus.funcs & I2cFunc.I2C:
                return [self._by_smbus(one) for one in transfers]
            groups = [list(some) for _, some in groupby(transfers, lambda one: one.read > 0)]
            return [reply for some in groups for reply in self._together(some)]
        except OSError as problem:
            raise OSError(self._words(problem)) from problem

    def _together(self, transfers: list[Transfer]) -> list[bytes]:
        if self._several_reads and transfers[0].read:
            try:
                return self._call(transfers)
            except OSError as problem:
                if problem.errno != errno.EOPNOTSUPP:
                    raise
                self._several_reads = False
        return [reply for one in transfers for reply in self._call([one])]

    def _call(self, transfers: list[Transfer]) -> list[bytes]:
        """One system call: of each the register's address, and behind a repeated start what is read."""
        address = self._address
        pairs = [(i2c_msg.write(address, one.write), i2c_msg.read(address, one.read)) for one in transfers]
        self._smbus.i2c_rdwr(*(message for pair in pairs for message in pair if len(message)))
        return [bytes(back) for _, back in pairs]

    def _by_smbus(self, one: Transfer) -> bytes:
        register = one.write[0]
        if not one.read:
            self._smbus.write_byte_data(self._address, register, one.write[1])
            return b""
        if one.read == 1:
            return bytes([self._smbus.read_byte_data(self._address, register)])
        if one.read > LONGEST_BLOCK:
            raise OSError(
                f"{self._name} only speaks SMBus, {LONGEST_BLOCK} bytes at once, and {one.read} are needed: "
                "use the Pi's own I2C"
            )
        return bytes(self._smbus.read_i2c_block_data(self._address, register, one.read))

    def _words(self, problem: OSError) -> str:
        if problem.errno in NOBODY:
            return (
                f"nobody answers at address {self._address:#04x} on {self._name}: check its plug, its 3.3 V "
                "and ground, and how its pin SDO (SA0) is tied, which sets the address"
            )
        if problem.errno in STUCK:
            return (
                f"{self._name} is stuck: something holds its wires down. Check the leads, then switch the "
                "sensors' power off and on"
            )
        return str(problem)

    def close(self) -> None:
        """Give the device back."""
        self._smbus.close()
