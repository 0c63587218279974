"""An accelerometer on its bus: opened and checked, drained when its pin rises, its samples timed."""

from collections.abc import Callable, Sequence
from typing import Protocol

from controller.chips import faults
from controller.chips.chip import Chip, Transfer
from controller.chips.sample_clock import SampleClock
from controller.clock import Clock
from controller.items import Item, Samples, SensorSetup

SILENT_S = 0.1
DEAF = 3  # silent pins in a row, with samples waiting; from then on nothing is believed until it is heard


class Bus(Protocol):
    """SPI or I2C, or their twin. OSError where the wires have a fault."""

    def exchange(self, transfers: Sequence[Transfer]) -> list[bytes]:
        """All of them in one system call, the replies in order."""

    def close(self) -> None:
        """Give it back."""


class ReadyPin(Protocol):
    """The chip's watermark interrupt."""

    def wait(self, timeout_s: float) -> int | None:
        """When it rose, by the kernel's clock; None when it didn't in this time."""

    def close(self) -> None:
        """Give it back."""


class SensorFaultError(OSError):
    """The chip can't be used as it is; the text says what is probably wrong."""


class Accelerometer:
    """A source, opened by its first read, and anew after a fault; its reader thread is the only owner."""

    def __init__(
        self,
        setup: SensorSetup,
        chip: Chip,
        watermark: int,
        open_bus: Callable[[], Bus],
        pin: ReadyPin,
        clock: Clock,
    ) -> None:
        self.name = setup.name
        self._setup = setup
        self._chip = chip
        self._watermark = watermark
        self._open_bus = open_bus
        self._pin = pin
        self._clock = clock
        self._bus: Bus | None = None
        self._times = SampleClock(setup.sample_rate_hz)
        self._number = 0  # of the next sample, since the chip was opened
        self._overflows = self._errors = self._unheard = 0

    @property
    def rate_hz(self) -> float:
        """The oscillator's true rate, as measured."""
        return self._times.rate_hz

    def read(self) -> Sequence[Item]:
        """The samples since the pin rose. OSError while the chip can't be used."""
        try:
            bus = self._bus or self._opened()
            rose_ns = self._pin.wait(SILENT_S)
            first, level = self._drain(bus, rose_ns)
            if rose_ns is None and level < self._watermark:
                raise SensorFaultError(faults.idle(self._chip))
            self._unheard = self._unheard + 1 if rose_ns is None else 0
            if self._unheard >= DEAF:
                raise SensorFaultError(faults.deaf(self._chip))
            batches = [first]
            while level >= 2 * self._watermark:  # the pin stays high: it will not rise again by itself
                more, level = self._drain(bus, None)
                batches.append(more)
        except OSError:
            self._errors += 1
            self._release()
            raise
        return [batch for batch in batches if len(batch.times_ns)]

    def close(self) -> None:
        """Give the wires back."""
        self._release()
        self._pin.close()

    def _release(self) -> None:
        if self._bus is not None:
            self._bus.close()
            self._bus = None

    def _opened(self) -> Bus:
        self._bus = bus = self._open_bus()
        self._identify(bus)
        setup, chip = self._setup, self._chip
        wanted = chip.settings(setup.sample_rate_hz, setup.range_g, self._watermark)
        bus.exchange([chip.write(setting) for setting in wanted])
        last = {setting.register: setting for setting in wanted}.values()
        replies = bus.exchange([chip.read(setting.register) for setting in last])
        for setting, reply in zip(last, replies, strict=True):
            if reply[0] != setting.value:
                raise SensorFaultError(faults.unsettled(chip, setting, reply[0]))
        self._begin()
        return bus

    def _identify(self, bus: Bus) -> None:
        identity = self._chip.identity
        found = bus.exchange([self._chip.read(identity.register)])[0][0]
        if found != identity.value:
            raise SensorFaultError(faults.stranger(self._chip, found))

    def _drain(self, bus: Bus, rose_ns: int | None) -> tuple[Samples, int]:
        fifo = self._chip.drained(bus.exchange(self._chip.drain(self._watermark)))
        if fifo.level > self._chip.depth:
            raise SensorFaultError(faults.impossible(self._chip, fifo.level))
        if fifo.overflowed:  # nobody knows how many were lost: what follows is a new count
            self._overflows += 1
            self._begin()
        if rose_ns is not None and not fifo.overflowed:
            self._times.heard(self._number + self._watermark - 1, rose_ns)
        elif fifo.level:
            self._times.heard(self._number + fifo.level - 1, self._clock.monotonic_ns())
        times_ns = self._times.times_ns(self._number, len(fifo.counts))
        self._number += len(fifo.counts)
        batch = Samples(
            sensor=self.name,
            times_ns=times_ns,
            counts=fifo.counts,
            overflows=self._overflows,
            errors=self._errors,
        )
        return batch, fifo.level

    def _begin(self) -> None:
        self._number = 0
        self._times.begin()
