"""The board's side of the belt sensor: MicroPython on an RP2040 (Raspberry Pi Pico). Runs at power-on.

An interrupt notes when an edge came and what the pins were; the loop counts, and says a line ten times a
second, standing or running. It listens to nothing.
"""

import sys
import time
from array import array

from belt_counter import Clock, Counter
from machine import Pin
from settings import CHANNEL_A, CHANNEL_B

RING = 256  # edges; a power of two
EVERY_MS = 100

a = Pin(CHANNEL_A, Pin.IN, Pin.PULL_UP)
b = a if CHANNEL_B is None else Pin(CHANNEL_B, Pin.IN, Pin.PULL_UP)
ticks = array("I", [0] * RING)
levels = bytearray(RING)
head = tail = 0
lost = False


def seen(_pin: Pin) -> None:
    """In the interrupt: nothing may be allocated here."""
    global head, lost
    ticks[head] = time.ticks_us()
    levels[head] = a() | (b() << 1)
    head = (head + 1) & (RING - 1)
    if head == tail:
        lost = True


def run() -> None:
    """For ever."""
    global tail, lost
    clock = Clock(time.ticks_us(), time.ticks_diff)
    counter = Counter(CHANNEL_B is not None, a() | (b() << 1))
    for pin in {a, b}:
        pin.irq(seen, Pin.IRQ_RISING | Pin.IRQ_FALLING, hard=True)
    due = time.ticks_ms()
    while True:
        while tail != head:
            counter.edge(clock.us(ticks[tail]), levels[tail])
            tail = (tail + 1) & (RING - 1)
        if time.ticks_diff(time.ticks_ms(), due) >= 0:
            due = time.ticks_add(due, EVERY_MS)
            sys.stdout.write(counter.line(clock.us(time.ticks_us()), lost))
            lost = False
        time.sleep_ms(2)


run()
