"""A leg board made of software: what the firmware does, on a chip's model, with a crystal of its own.

`said` holds each frame with the moment at which its last byte leaves the wire. hardware/firmware/leg_board is
the firmware; tests hold the two together.
"""

import binascii
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from controller.chips.chip import Chip
from controller.clock import ManualClock
from controller.items import SensorSetup
from controller.legs.board_clock import TICKS_US
from controller.legs.frames import (
    BATCH,
    BATCH_BODY,
    BITS,
    CHECK,
    FAULT,
    FAULT_BODY,
    HEAD,
    HELLO,
    HELLO_BODY,
    LONGEST_BODY,
    PROTOCOL,
    SYNC,
    FaultCode,
)
from controller.simulation.chips.model import ChipModel, ModelBus, ModelPin

NS = 1_000_000_000
FIRMWARE = b"software"
SILENT_NS = 100_000_000
WORK_NS = 200_000  # from the edge to the status, and from there to the wire: our estimate of MicroPython
FRAMES = 1 << 16


class Way(NamedTuple):
    """What a board is on: crystal, wire, and when its power is out, in ns of the station's clock."""

    crystal_ppm: float = 0.0
    baud: int = 1_000_000
    out: Sequence[tuple[int, int]] = ()


class Counters(NamedTuple):
    """Where a life's counters begin: on a real board at 0, in tests shortly before they wrap."""

    us: int = 0
    sample: int = 0
    frame: int = 0
    overruns: int = 0


ANEW = Counters()


def packed(kind: int, life: int, number: int, sent_us: int, body: bytes) -> bytes:
    """A whole frame."""
    said = HEAD.pack(kind, len(body), life, number, sent_us) + body
    return SYNC + said + CHECK.pack(binascii.crc32(said))


class LegBoard:
    """`clock` is the true time, that of the model too."""

    def __init__(
        self,
        setup: SensorSetup,
        chip: Chip,
        model: ChipModel,
        watermark: int,
        clock: ManualClock,
        way: Way,
        begins: Counters = ANEW,
    ) -> None:
        self._setup = setup
        self._chip = chip
        self._model = model
        self._watermark = watermark
        self._clock = clock
        self._way = way
        self._begins = begins
        self._bus, self._pin = ModelBus(model, clock), ModelPin(model, clock)
        self._random = np.random.default_rng([*setup.name.encode()])
        self.unique_id = self._random.bytes(8)
        self.said: deque[tuple[int, bytes]] = deque()
        self._free_ns = 0  # the wire
        self._powered = False

    # --- power and time ------------------------------------------------------------------------------

    def run(self, end_ns: int) -> None:
        """Go on until then."""
        while (now_ns := self._clock.monotonic_ns()) < end_ns:
            ends = [back_ns for out_ns, back_ns in self._way.out if out_ns <= now_ns < back_ns]
            if ends:
                self._lose_power(now_ns)
                self._clock.sleep_until_ns(min(ends[0], end_ns))
                continue
            if not self._powered:
                self._power(now_ns)
            if now_ns >= self._second_ns:
                self._second_ns += NS
                self._each_second()
            starts = [out_ns for out_ns, _ in self._way.out if out_ns > now_ns]
            self._turn(min(end_ns, self._second_ns, *starts))

    def _power(self, now_ns: int) -> None:
        self._powered, self._running = True, False
        self._on_ns = self._second_ns = now_ns
        self._begin()

    def _lose_power(self, now_ns: int) -> None:
        if self._powered:
            self._powered = False
            self._model.lose_power()
            while self.said and self.said[-1][0] > now_ns:
                self.said.pop()

    def _us(self, at_ns: int) -> int:
        """The crystal's time."""
        own_ns = (at_ns - self._on_ns) * (1 + self._way.crystal_ppm / 1e6)
        return (self._begins.us + int(own_ns // 1000)) % TICKS_US

    # --- what the firmware does ----------------------------------------------------------------------

    def _begin(self) -> None:
        self._life = int(self._random.integers(FRAMES))
        self._frame, self._first = self._begins.frame, self._begins.sample
        self._overruns = self._begins.overruns

    def _each_second(self) -> None:
        if not self._running:
            self._open()
        setup = self._setup
        numbers = 1e3 * setup.sample_rate_hz, 1e3 * setup.range_g, 1e9 * setup.scale_g_per_count
        rate_mhz, range_mg, scale_ng = map(round, numbers)
        name = self._chip.name.encode()
        who = PROTOCOL, self.unique_id, FIRMWARE, name, rate_mhz, range_mg, scale_ng
        self._say(HELLO, HELLO_BODY.pack(*who, self._watermark, self._way.baud))

    def _open(self) -> None:
        identity, setup = self._chip.identity, self._setup
        found = self._bus.exchange([self._chip.read(identity.register)])[0][0]
        if found != identity.value:
            self._fault(FaultCode.STRANGER, identity.register, found)
            return
        settings = self._chip.settings(setup.sample_rate_hz, setup.range_g, self._watermark)
        self._bus.exchange([self._chip.write(setting) for setting in settings])
        self._begin()
        self._heard_ns = self._clock.monotonic_ns()
        self._running = True

    def _turn(self, until_ns: int) -> None:
        if not self._running:
            self._clock.sleep_until_ns(until_ns)
            return
        rose_ns = self._pin.wait((until_ns - self._clock.monotonic_ns()) / NS)
        now_ns = self._clock.monotonic_ns()
        if rose_ns is not None:
            self._heard_ns = now_ns
            self._work()
            self._drain(rose_ns)
        elif now_ns - self._heard_ns >= SILENT_NS:
            self._heard_ns = now_ns
            if self._drain(None) < self._watermark and self._running:
                self._fault(FaultCode.IDLE, 0, 0)

    def _drain(self, rose_ns: int | None) -> int:
        """Everything that waits, a frame at a time; how many samples there were at first."""
        waiting, rest = 0, self._watermark
        while rest >= self._watermark:
            status = self._bus.exchange([one for one in self._chip.drain(0) if one.read])
            moment_ns = self._clock.monotonic_ns()
            fifo = self._chip.drained([*status, b""])
            if fifo.level > self._chip.depth:
                self._fault(FaultCode.IMPOSSIBLE, 0, fifo.level)
                return 0
            waiting = waiting or fifo.level
            samples = min(fifo.level, self._most())
            if not samples:
                break
            complete = fifo.level - 1
            if rose_ns is not None and not fifo.overflowed:
                moment_ns, complete = rose_ns, self._watermark - 1
            self._overruns = (self._overruns + fifo.overflowed) % FRAMES
            data = self._bus.exchange(self._chip.drain(samples)[len(status) :])
            self._work()
            counted = self._first, self._us(moment_ns), complete, samples, self._overruns
            self._say(BATCH, BATCH_BODY.pack(*counted) + b"".join([*status, *data]))
            self._first = (self._first + samples) % 2**32
            rest, rose_ns = fifo.level - samples, None
        return waiting

    def _most(self) -> int:
        """Samples in a frame."""
        one, two = (sum(transfer.read for transfer in self._chip.drain(count)) for count in (1, 2))
        return 1 + (LONGEST_BODY - BATCH_BODY.size - one) // (two - one)

    def _fault(self, code: FaultCode, register: int, found: int) -> None:
        self._running = False
        self._say(FAULT, FAULT_BODY.pack(code, register, found))

    def _work(self) -> None:
        self._clock.sleep_until_ns(self._clock.monotonic_ns() + WORK_NS)

    def _say(self, kind: int, body: bytes) -> None:
        now_ns = self._clock.monotonic_ns()
        frame = packed(kind, self._life, self._frame, self._us(now_ns), body)
        self._frame = (self._frame + 1) % FRAMES
        wire_ns = len(frame) * BITS * NS // self._way.baud if self._way.baud else 0
        self._free_ns = max(self._free_ns, now_ns) + wire_ns
        self.said.append((self._free_ns, frame))
