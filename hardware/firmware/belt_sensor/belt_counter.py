"""What a belt sensor's board counts, and the line it says: the part without pins, for any Python.

The line is described in docs/treadmills.md. Written for MicroPython on an RP2040: no library, no floating
point, and nothing here is called from an interrupt.
"""

WRAP = 1 << 32
HIGH_US = 100  # a falling edge counts after the level was high for so long: a bouncing contact's wasn't
LONG_US = 10_000_000  # after standing for so long the next pulse has no period
ORDER = (0, 1, 3, 2)  # the levels a + 2 b in the order of a belt going forward: Gray code


class Clock:
    """The board's ticks, which wrap at a period of their own, as microseconds that wrap at 2^32.

    `difference` is time.ticks_diff. To be asked more often than half the ticks' period.
    """

    def __init__(self, ticks: int, difference: object) -> None:
        self._ticks = ticks
        self._difference = difference
        self._us = 0

    def us(self, ticks: int) -> int:
        """The microseconds of these ticks."""
        self._us = (self._us + self._difference(ticks, self._ticks)) % WRAP
        self._ticks = ticks
        return self._us


class Counter:
    """Pulses from edges: one channel, or two in quadrature, where a pulse is four steps one way."""

    def __init__(self, quadrature: bool, levels: int) -> None:
        self._quadrature = quadrature
        self._levels = levels
        self._steps = 0
        self._rose_us = None
        self._pulse_us = None
        self._line = 0
        self.pulses = 0
        self.period_us = 0
        self.direction = "?"

    def edge(self, t_us: int, levels: int) -> None:
        """The levels a + 2 b after an edge."""
        before, self._levels = self._levels, levels
        if self._quadrature:
            self._step(t_us, (ORDER.index(levels) - ORDER.index(before)) % 4)
        elif levels & 1 and not before & 1:
            self._rose_us = t_us
        elif before & 1 and not levels & 1 and not self._bounced(t_us):
            self._pulse(t_us)

    def _bounced(self, t_us: int) -> bool:
        return self._rose_us is not None and (t_us - self._rose_us) % WRAP < HIGH_US

    def _step(self, t_us: int, step: int) -> None:
        if step == 1:
            self._steps += 1
        elif step == 3:
            self._steps -= 1
        if self._steps in (4, -4):
            direction = "F" if self._steps > 0 else "R"
            if direction != self.direction:
                self._pulse_us = None  # from where it turned, no time was taken
            self.direction = direction
            self._steps = 0
            self._pulse(t_us)

    def _pulse(self, t_us: int) -> None:
        self.period_us = 0 if self._pulse_us is None else (t_us - self._pulse_us) % WRAP
        self._pulse_us = t_us
        self.pulses = (self.pulses + 1) % WRAP

    def line(self, t_us: int, lost: bool) -> str:
        """What is said ten times a second; `lost`: edges came faster than they were taken."""
        if self._pulse_us is not None and (t_us - self._pulse_us) % WRAP > LONG_US:
            self._pulse_us = self._rose_us = None
        status = "LOST" if lost else "0"
        counted = f"{self.pulses},{self.period_us},{self.direction}"
        body = f"BELT,{self._line},{t_us},{counted},{status}"
        self._line = (self._line + 1) % 65536
        check = 0
        for character in body:
            check ^= ord(character)
        return f"${body}*{check:02X}\r\n"
