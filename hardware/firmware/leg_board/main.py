"""The board on a leg: MicroPython on an RP2040 beside an LSM6DSO32. Runs at power-on, and listens to nobody.

An interrupt notes when the chip's watermark was reached; the loop carries the chip's bytes to the wire.
"""

import os
import sys
import time

from leg_board import Board
from leg_frames import Courier
from machine import SPI, UART, Pin, idle, unique_id
from settings import BAUD, LED, MISO, MOSI, RANGE_G, RATE_HZ, READY, SCK, SELECT, SPI_HZ, TX

A_FULL_FIFO = 8192  # bytes: sixteen frames and more wait here, so that nobody waits for the wire


class Bus:
    """The chip's registers over SPI, mode 3."""

    def __init__(self) -> None:
        pins = {"sck": Pin(SCK), "mosi": Pin(MOSI), "miso": Pin(MISO)}
        self._spi = SPI(0, baudrate=SPI_HZ, polarity=1, phase=1, **pins)
        self._select = Pin(SELECT, Pin.OUT, value=1)
        self._address = bytearray(1)
        self._setting = bytearray(2)

    def read(self, register: int, into: bytearray) -> None:
        """As many bytes as `into` has room for, from this register on."""
        self._address[0] = register | 0x80
        self._select(0)
        self._spi.write(self._address)
        self._spi.readinto(into)
        self._select(1)

    def write(self, register: int, value: int) -> None:
        """One register."""
        self._setting[0] = register
        self._setting[1] = value
        self._select(0)
        self._spi.write(self._setting)
        self._select(1)


class Ready:
    """The chip's interrupt: when it rose."""

    def __init__(self) -> None:
        self._rose_us = 0
        self._risen = False
        self._pin = Pin(READY, Pin.IN)
        self._pin.irq(self._rise, Pin.IRQ_RISING, hard=True)

    def _rise(self, _pin: Pin) -> None:
        """In the interrupt: nothing may be allocated here."""
        self._rose_us = time.ticks_us()
        self._risen = True

    def rose(self) -> int:
        """When, or None."""
        return self._rose_us if self._risen else None

    def forget(self) -> None:
        """What was noted is used up."""
        self._risen = False

    def high(self) -> bool:
        """Now."""
        return self._pin() == 1


def run() -> None:
    """For ever."""
    lamp = Pin(LED, Pin.OUT, value=0)
    say = UART(0, baudrate=BAUD, tx=Pin(TX), txbuf=A_FULL_FIFO).write if BAUD else sys.stdout.buffer.write
    courier = Courier(unique_id(), time, os.urandom)
    board = Board(Bus(), Ready(), courier, say, time, (RATE_HZ, RANGE_G, BAUD))
    while True:
        board.turn()
        # Steady while samples are taken, four times a second on and off while they can't be.
        lamp(board.running or (time.ticks_us() >> 17) & 1)
        idle()


run()
