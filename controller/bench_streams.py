"""Pages that only listen: opens streams, counts updates until standard input speaks, says how many came.

A program of its own (`python -m controller.bench_streams ADDRESS COUNT`), so that what listens does not
slow what is measured more than browsers would.
"""

import json
import sys
import threading
import urllib.request
from typing import Any

from controller.clock import SystemClock

EXPECTED_A_SECOND = 20


class Stream:
    """One page: reads events and counts `live` ones and those that a report's time shows were skipped."""

    def __init__(self, address: str) -> None:
        self.updates = self.missed = 0
        self._last_s: float | None = None
        self._address = address
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        with urllib.request.urlopen(self._address) as answer:  # noqa: S310  # our own station's address
            live = False
            for line in answer:
                if live and line.startswith(b"data: "):
                    self._count(json.loads(line[6:]))
                live = line.startswith(b"event: live")

    def _count(self, view: dict[str, Any]) -> None:
        self.updates += 1
        strip = view["strip"]
        if strip is None:
            return
        if self._last_s is not None:
            self.missed += max(0, round((strip["t_s"] - self._last_s) * EXPECTED_A_SECOND) - 1)
        self._last_s = strip["t_s"]


def main(address: str, count: int) -> None:
    """Listen until told to end, then print the counts."""
    clock = SystemClock()
    streams = [Stream(address) for _ in range(count)]
    began_ns = clock.monotonic_ns()
    sys.stdin.readline()
    seconds = (clock.monotonic_ns() - began_ns) / 1e9
    rates = [round(stream.updates / seconds, 2) for stream in streams]
    counts = {
        "updates_a_second": [min(rates), max(rates)],
        "missed": sum(stream.missed for stream in streams),
    }
    print(json.dumps(counts))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
