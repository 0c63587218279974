"""Kettler: `ST` asked, a line of eight tab-separated fields answered. 9600 8N1.

The fields as a public driver for the Boston XL lists them: pulse, set speed × 10, distance × 100, set
incline, energy, time, actual speed in km/h × 10, actual incline in percent. Not tried on a treadmill.
"""

import re

from controller.treadmills.events import Event, Problem, incline_read, speed_read
from controller.treadmills.lines import Lines

PROBE = b"ST\r\n"
POLLS = (PROBE,)
_STATUS = re.compile(
    r"\d{1,4}\t\d{1,4}\t\d{1,6}\t\d{1,3}\t\d{1,6}\t\d{1,3}[:;]\d\d\t(\d{1,4})\t(\d{1,3})(\t.*)?",
    re.ASCII,
)


class Decoder:
    """One line, one status."""

    def __init__(self) -> None:
        self.identified = False
        self._lines = Lines(120)

    @property
    def held(self) -> int:
        """Bytes of what is not yet told."""
        return self._lines.held

    def feed(self, data: bytes) -> list[Event]:
        """The events these bytes complete."""
        return [event for line in self._lines.feed(data) for event in self._line(line)]

    def forget(self) -> None:
        """Half a line will not be completed."""
        self._lines.forget()

    def _line(self, line: str | None) -> list[Event]:
        found = _STATUS.fullmatch(line or "")
        if not found:
            return [Problem(f"{(line or 'a line without end')[:40]!r} is no status of eight fields")]
        self.identified = True
        return [speed_read(int(found[1]) / 36), incline_read(float(found[2]))]
