"""Our own belt sensor: one checksummed line ten times a second, whether the belt runs or not.

`$BELT,seq,t_us,pulses,period_us,dir,status*XX` and CR LF, 115200 8N1, in the shape of NMEA 0183: `XX` is
the XOR of what stands between `$` and `*`, in hex. The board counts, the station knows the metres of a
pulse: a new roller needs no new firmware. `t_us` is the board's clock when the line is written, `period_us`
the time between the last two pulses, `dir` is F, R or ?, `status` is 0 or OK when all is well. All counters
wrap. hardware/firmware holds the board's side.

Hobby boards' plain lines, `v=2.78` or `2.78 m/s`, are read too, and every speed from them is marked
unverified: they have no checksum, and no line says that the sensor is alive.
"""

import re
from functools import reduce
from operator import xor

import msgspec

from controller.treadmills.events import Event, Problem, speed_read
from controller.treadmills.lines import Lines
from controller.treadmills.pulses import PulseSpeed

LONGEST = 100
_LINE = re.compile(
    r"\$(BELT,(\d{1,5}),(\d{1,10}),(\d{1,10}),(\d{1,10}),([FR?]),(\w{1,8}))\*([0-9A-Fa-f]{2})", re.ASCII
)
_PLAIN = re.compile(r"v=(-?\d{1,2}(?:\.\d{1,4})?)|(-?\d{1,2}(?:\.\d{1,4})?) m/s", re.ASCII)
_WRAP = 2**32
_LONG_AGO_US = 10_000_000  # lines this far apart are two lives of the board
_WELL = ("0", "00", "OK")


class _Line(msgspec.Struct, frozen=True):
    t_us: int
    pulses: int


class Decoder:
    """Nothing is believed before the first good checksum, and no debugging text after it."""

    def __init__(self, metres_per_pulse: float | None) -> None:
        self.identified = False
        self._metres = metres_per_pulse
        self._lines = Lines(LONGEST)
        self._begin()

    @property
    def held(self) -> int:
        """Bytes of what is not yet told."""
        return self._lines.held

    def feed(self, data: bytes) -> list[Event]:
        """The events these bytes complete."""
        return [event for line in self._lines.feed(data) for event in self._line(line)]

    def forget(self) -> None:
        """The port was opened anew: the board may have begun anew too."""
        self._lines.forget()
        self._begin()

    def _begin(self) -> None:
        self._before: _Line | None = None
        self._elapsed_ns = 0
        self._belt = None if self._metres is None else PulseSpeed(self._metres)

    def _line(self, line: str | None) -> list[Event]:
        found = _LINE.fullmatch(line or "")
        if found and reduce(xor, found[1].encode()) == int(found[8], 16):
            self.identified = True
            return self._report(_Line(int(found[3]), int(found[4])), int(found[5]), found[6], found[7])
        plain = _PLAIN.fullmatch(line or "")
        if plain and not self.identified:
            return [speed_read(float(plain[1] or plain[2]), verified=False)]
        if not self.identified and not found:
            return []  # a banner, or the half of a line we came in on
        return [Problem(f"{(line or 'a line without end')[:40]!r} has no good checksum")]

    def _report(self, line: _Line, period_us: int, direction: str, status: str) -> list[Event]:
        events: list[Event] = [] if status in _WELL else [Problem(f"the belt sensor reports status {status}")]
        if self._belt is None:
            return [*events, Problem("metres per pulse are not set: measure them once on the belt")]
        before, self._before = self._before, line
        if before is None:
            return events
        since_us, more = (line.t_us - before.t_us) % _WRAP, (line.pulses - before.pulses) % _WRAP
        if since_us > _LONG_AGO_US or more * self._belt.metres_per_pulse * 1e6 > 15 * since_us + 15e6:
            self._begin()
            self._before = line
            return [*events, Problem("the belt sensor began anew")]
        self._elapsed_ns += 1000 * since_us
        refusal = None
        if more and period_us:
            refusal = self._belt.period(self._elapsed_ns, period_us / 1e6)
        else:
            self._belt.silence(self._elapsed_ns)
        if refusal:
            return [*events, Problem(refusal)]
        speed = self._belt.speed_mps
        return events if speed is None else [*events, speed_read(-speed if direction == "R" else speed)]
