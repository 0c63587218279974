"""What a leg board does, without its pins: opens its chip, drains it when its interrupt comes, says frames.

Once a second it says who it is, and tries a chip again that couldn't be used. A drain brings at most as many
samples as fit into a frame; the chip's FIFO holds the rest meanwhile, 0.3 s of them at 1667 Hz.
"""

import leg_chip as chip
from leg_frames import BATCH_BYTES, DEAF, IDLE, IMPOSSIBLE, LONGEST, STRANGER, UNSETTLED

SECOND_US = 1000000
SILENT_US = 100000
DEAFNESS = 3  # silent pins in a row, with samples waiting
STATUS = 2  # bytes
MOST = (LONGEST - BATCH_BYTES - STATUS) // chip.WORD  # samples in a frame
COUNTS = 0xFFFFFFFF


class Board:
    """`bus` reads and writes registers, `ready` knows the pin, `say` sends.

    `time` is the module; `settings` are rate, range and baud.
    """

    def __init__(
        self, bus: object, ready: object, courier: object, say: object, time: object, settings: tuple
    ) -> None:
        self._bus = bus
        self._ready = ready
        self._courier = courier
        self._say = say
        self._rate_hz, self._range_g, self._baud = settings
        self._time = time
        self._watermark = chip.watermark_of(self._rate_hz)
        self._second_us = None
        self._heard_us = 0
        self._first = self._overruns = self._unheard = 0
        self.running = False

    def turn(self) -> None:
        """Do what is due; to be called again and again."""
        now_us = self._time.ticks_us()
        if self._second_us is None or self._time.ticks_diff(now_us, self._second_us) >= SECOND_US:
            self._second_us = now_us
            if not self.running:
                self._open()
            self._hello()
        if not self.running:
            return
        rose_us = self._ready.rose()
        if (rose_us is not None or self._ready.high()) and self._drain(rose_us):
            self._heard_us = now_us
            self._unheard = 0
        elif self.running and self._time.ticks_diff(now_us, self._heard_us) >= SILENT_US:
            self._heard_us = now_us
            self._silent()

    def _hello(self) -> None:
        scale_ng = chip.RANGES[self._range_g][1]
        self._say(
            self._courier.hello(
                chip.NAME, self._rate_hz, self._range_g, scale_ng, self._watermark, self._baud
            )
        )

    def _fault(self, code: int, register: int, found: int) -> None:
        self.running = False
        self._say(self._courier.fault(code, register, found))

    def _open(self) -> None:
        byte = bytearray(1)
        self._bus.read(chip.WHO_AM_I, byte)
        if byte[0] != chip.IDENTITY:
            self._fault(STRANGER, chip.WHO_AM_I, byte[0])
            return
        settings = chip.settings(self._rate_hz, self._range_g, self._watermark)
        for register, value in settings:
            self._bus.write(register, value)
        for register, value in dict(settings).items():  # of a register written twice, the last
            self._bus.read(register, byte)
            if byte[0] != value:
                self._fault(UNSETTLED, register, byte[0])
                return
        self._courier.begin()
        self._first = self._overruns = self._unheard = 0
        self._heard_us = self._time.ticks_us()
        self.running = True

    def _drain(self, rose_us: int) -> int:
        """Everything that waits, a frame at a time; how many samples there were at first.

        When the pin rose the last sample of the watermark was complete; without that moment the newest one
        is known to be complete when the status has been read.
        """
        waiting, rest = 0, self._watermark
        while rest >= self._watermark or self._ready.high():
            status = self._courier.replies(0, STATUS)
            self._bus.read(chip.FIFO_STATUS, status)
            moment_us = self._time.ticks_us()
            level = chip.level(status)
            if level > chip.DEPTH:
                self._fault(IMPOSSIBLE, chip.FIFO_STATUS, level)
                return 0
            waiting = waiting or level
            lost = chip.overrun(status)
            if lost:
                self._overruns = (self._overruns + 1) & 0xFFFF
            samples = min(level, MOST)
            if not samples:
                break
            self._bus.read(chip.FIFO_DATA, self._courier.replies(STATUS, chip.WORD * samples))
            complete = level - 1
            if rose_us is not None and level >= self._watermark and not lost:
                moment_us, complete = rose_us, self._watermark - 1
            count = STATUS + chip.WORD * samples
            self._say(self._courier.batch(self._first, moment_us, complete, samples, self._overruns, count))
            self._first = (self._first + samples) & COUNTS
            rest = level - samples
            rose_us = None
        self._ready.forget()  # an edge while we drained belongs to no known sample
        return waiting

    def _silent(self) -> None:
        """The pin hasn't risen for long."""
        waiting = self._drain(None)
        if self.running and waiting < self._watermark:
            self._fault(IDLE, chip.FIFO_STATUS, waiting)
            return
        self._unheard += 1
        if self.running and self._unheard >= DEAFNESS:
            self._fault(DEAF, chip.FIFO_STATUS, waiting)
