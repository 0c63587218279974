"""A chip on a bus, made of software: an oscillator of its own, a FIFO, registers, a pin; its ways of failing.

Time is given: the chip has sampled whatever its oscillator has reached. What it feels comes from outside, as
a function of time, asked in order.
"""

import errno
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from controller.chips.chip import Chip, Transfer, Wires
from controller.clock import Clock

NS = 1_000_000_000
Feel = Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]]
"""Times in s, shape (n,) → specific force in g, shape (n, 3)."""
Fault = Literal["", "unplugged", "stuck bus", "other chip", "deaf"]


class ChipModel(ABC):
    """What all three share. `sampled` counts what the oscillator made, `lost` what the FIFO dropped."""

    def __init__(self, chip: Chip, feel: Feel, rate_error: float = 0.0) -> None:
        self._chip = chip
        self._feel = feel
        self._rate_error = rate_error
        self.registers = bytearray(256)
        self.registers[chip.identity.register] = chip.identity.value
        self.fault: Fault = ""
        self.fifo: deque[bytes] = deque()
        self.overrun = False
        self.sampled = self.lost = 0
        self.edges_ns: deque[int] = deque()  # when the pin rose, as the kernel would say
        self._high = False
        self._start_ns: int | None = None  # of the oscillator
        self._pointer = 0

    # --- what a make says of itself ------------------------------------------------------------------

    @abstractmethod
    def running(self) -> tuple[float, float, int] | None:
        """Rate in Hz, g per count and watermark, as the registers have them; None while it stands."""

    def byte(self, register: int) -> int:
        """What a read of this register gives, and does."""
        return self.registers[register]

    def after(self, register: int) -> int:
        """The register that a burst goes on with."""
        return (register + 1) & 0x7F

    def pack(self, counts: npt.NDArray[np.int16]) -> bytes:
        """One sample as it lies in the FIFO."""
        return counts.astype("<i2").tobytes()

    # --- time ----------------------------------------------------------------------------------------

    def advance(self, now_ns: int) -> None:
        """Sample until now."""
        runs = self.running()
        if runs is None:
            self._start_ns = None
            return
        if self._start_ns is None:
            self._start_ns, self.sampled, self.lost = now_ns, 0, 0
            self._high = False
            self.fifo.clear()
            self.edges_ns.clear()
        rate_hz, scale_g, watermark = runs
        due = int((now_ns - self._start_ns) * rate_hz * (1 + self._rate_error) / NS)
        if due <= self.sampled:
            return
        times_s = np.array([self.time_ns(number) for number in range(self.sampled, due)]) / NS
        limit = self._chip.depth
        counts = np.clip(np.round(self._feel(times_s) / scale_g), -32768, 32767).astype(np.int16)
        reached = self.sampled + watermark - len(self.fifo) - 1  # with this sample the pin rises
        if not self._high and reached < due:
            self._high = True
            self.edges_ns.append(self.time_ns(reached))
        self.sampled = due
        for row in counts:
            if len(self.fifo) >= limit:
                self.fifo.popleft()
                self.lost += 1
                self.overrun = True
            self.fifo.append(self.pack(row))

    def time_ns(self, number: int) -> int:
        """When this sample was complete."""
        runs = self.running()
        assert runs is not None
        assert self._start_ns is not None
        return self._start_ns + round((number + 1) * NS / (runs[0] * (1 + self._rate_error)))

    def rises_ns(self) -> int | None:
        """When the pin will rise next; None while it is high, or the chip stands."""
        runs = self.running()
        if runs is None or self._start_ns is None or self._high:
            return None
        return self.time_ns(self.sampled + runs[2] - len(self.fifo) - 1)

    def popped(self) -> bytes:
        """The oldest sample, taken off the FIFO; empty where there is none."""
        sample = self.fifo.popleft() if self.fifo else b""
        runs = self.running()
        if runs is not None and len(self.fifo) < runs[2]:
            self._high = False
        return sample

    def lose_power(self) -> None:
        """Nothing of what was written stays."""
        identity = self._chip.identity
        self.registers[:] = bytes(len(self.registers))
        self.registers[identity.register] = identity.value
        self._start_ns = None

    # --- the bus -------------------------------------------------------------------------------------

    def exchange(self, transfer: Transfer, now_ns: int) -> bytes:
        """One transfer; OSError where a real bus has one."""
        self.advance(now_ns)
        spi = self._chip.wires is Wires.SPI
        if self.fault == "stuck bus":
            raise OSError(errno.ETIMEDOUT, "Connection timed out")
        if self.fault == "unplugged":
            if not spi:
                raise OSError(errno.EREMOTEIO, "Remote I/O error")
            return b"\xff" * transfer.read  # nobody drives the line
        address = transfer.write[0] & ~(self._chip.multiple[self._chip.wires] | (0x80 if spi else 0))
        for value in transfer.write[1:]:
            self.registers[address] = value
            address = self.after(address)
        self.advance(now_ns)  # what was written may have started it
        said = bytearray()
        for _ in range(transfer.read):
            said.append(self.byte(address))
            address = self.after(address)
        identity = self._chip.identity.register
        if self.fault == "other chip" and transfer.read == 1 and address == identity + 1:
            return b"\x69"
        return bytes(said)


class ModelBus:
    """The model's wires, by a clock."""

    def __init__(self, model: ChipModel, clock: Clock) -> None:
        self._model = model
        self._clock = clock

    def exchange(self, transfers: Sequence[Transfer]) -> list[bytes]:
        """All transfers, at this moment."""
        now_ns = self._clock.monotonic_ns()
        return [self._model.exchange(transfer, now_ns) for transfer in transfers]

    def close(self) -> None:
        """Nothing to give back."""


class ModelPin:
    """The model's interrupt; `late_ns` says how much later than the edge its reader wakes."""

    def __init__(self, model: ChipModel, clock: Clock, late_ns: Callable[[], int] = lambda: 0) -> None:
        self._model = model
        self._clock = clock
        self._late_ns = late_ns

    def wait(self, timeout_s: float) -> int | None:
        """The next edge's time, or None after the time-out."""
        now_ns = self._clock.monotonic_ns()
        end_ns = now_ns + round(timeout_s * NS)
        self._model.advance(now_ns)
        rises_ns = None if self._model.edges_ns else self._model.rises_ns()
        if self._model.fault in ("unplugged", "deaf") or (rises_ns is not None and rises_ns > end_ns):
            self._clock.sleep_until_ns(end_ns)
            self._model.edges_ns.clear()
            return None
        if rises_ns is not None:
            self._clock.sleep_until_ns(rises_ns + 1 + self._late_ns())
            self._model.advance(self._clock.monotonic_ns())
        if not self._model.edges_ns:
            self._clock.sleep_until_ns(end_ns)
            return None
        return self._model.edges_ns.popleft()

    def close(self) -> None:
        """Nothing to give back."""
