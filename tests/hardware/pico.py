"""A Pico made of software: the modules that the leg board's main.py imports, on a chip's model.

Time passes by what is done: a byte on SPI, a frame to the UART. An interrupt comes when the model's pin
rises, also in the middle of something. `Off` ends a program that never ends.
"""

import types
from collections.abc import Callable
from typing import Any

from controller.chips.chip import Transfer
from controller.clock import ManualClock
from controller.simulation.chips.model import ChipModel

TICKS = 1 << 30
SPI_BYTE_NS, CALL_NS, IRQ_NS = 1000, 15_000, 20_000  # at 8 MHz; our estimates of MicroPython
WIRE_BYTE_NS = 10_000  # at 1 Mbaud
IDLE_NS = 1_000_000


class Off(BaseException):
    """The power."""


class Pico:
    """Owner of clock, model, wire and the modules."""

    def __init__(self, model: ChipModel, clock: ManualClock, crystal_ppm: float, until_ns: int) -> None:
        self._model = model
        self._clock = clock
        self._pace = 1 + crystal_ppm / 1e6
        self._until_ns = until_ns
        self._begun_ns = clock.monotonic_ns()
        self._interrupt: Callable[[Any], None] = lambda _: None
        self._irq_ns: int | None = None
        self._selected: list[bytes] = []
        self._free_ns = 0
        self.said: list[tuple[int, bytes]] = []
        self.lamp: list[int] = []
        self.time = types.SimpleNamespace(ticks_us=self._ticks_us, ticks_diff=_difference)
        self.machine = types.SimpleNamespace(
            Pin=self._pin_class(),
            SPI=self._spi,
            UART=self._uart,
            idle=lambda: self._pass(IDLE_NS, idle=True),
            unique_id=lambda: bytes.fromhex("e6616408432b1122"),
        )

    def _ticks_us(self) -> int:
        now_ns = self._clock.monotonic_ns() if self._irq_ns is None else self._irq_ns
        return int((now_ns - self._begun_ns) * self._pace / 1000) % TICKS

    def _pass(self, ns: int, *, idle: bool = False) -> None:
        """Time passes, and interrupts come; idling ends with the first."""
        end_ns = self._clock.monotonic_ns() + ns
        rises_ns = self._model.rises_ns()
        if idle and rises_ns is not None:
            end_ns = min(end_ns, rises_ns + IRQ_NS)
        self._clock.advance_to_ns(end_ns)
        self._model.advance(end_ns)
        while self._model.edges_ns:
            self._irq_ns = self._model.edges_ns.popleft() + IRQ_NS
            self._interrupt(None)
            self._irq_ns = None
        if end_ns > self._until_ns:
            raise Off

    def _pin_class(self) -> type:
        pico = self

        class Pin:
            IN, OUT, IRQ_RISING = "in", "out", "rising"

            def __init__(self, gpio: int, mode: str = "", value: int = 0) -> None:
                assert (mode, value) in (("", 0), ("in", 0), ("out", gpio == 7))  # chip select begins high
                self._gpio = gpio

            def irq(self, handler: Callable[[Any], None], trigger: str, *, hard: bool) -> None:
                assert (trigger, hard) == ("rising", True)
                pico._interrupt = handler

            def __call__(self, value: int | None = None) -> int:
                if value is None:
                    return int(pico._model._high)
                if self._gpio == 25:
                    pico.lamp.append(int(value))
                elif value == 0:
                    pico._selected = []
                return 0

        return Pin

    def _spi(self, bus: int, baudrate: int, polarity: int, phase: int, **_: Any) -> Any:
        assert (bus, baudrate, polarity, phase) == (0, 8_000_000, 1, 1)
        return types.SimpleNamespace(write=self._spi_write, readinto=self._spi_read)

    def _spi_write(self, data: bytes) -> None:
        self._pass(CALL_NS + len(data) * SPI_BYTE_NS)
        self._selected.append(bytes(data))
        if not data[0] & 0x80:
            self._model.exchange(Transfer(bytes(data)), self._clock.monotonic_ns())

    def _spi_read(self, into: Any) -> None:
        self._pass(CALL_NS + len(into) * SPI_BYTE_NS)
        into[:] = self._model.exchange(Transfer(self._selected[0], len(into)), self._clock.monotonic_ns())

    def _uart(self, number: int, baudrate: int, tx: Any, txbuf: int) -> Any:
        assert (number, baudrate, tx._gpio, txbuf) == (0, 1_000_000, 0, 8192)
        return types.SimpleNamespace(write=self._say)

    def _say(self, frame: Any) -> int:
        self._pass(2 * CALL_NS)
        self._free_ns = max(self._free_ns, self._clock.monotonic_ns()) + len(frame) * WIRE_BYTE_NS
        self.said.append((self._free_ns, bytes(frame)))
        return len(frame)


def _difference(later: int, sooner: int) -> int:
    return ((later - sooner + TICKS // 2) % TICKS) - TICKS // 2
