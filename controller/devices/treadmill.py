"""One treadmill on one port: opened, asked, read, and opened again for ever."""

from collections.abc import Callable

from controller.clock import Clock
from controller.devices.serial_port import AllowedPort, PortGoneError
from controller.treadmills.link import Heard, Link
from controller.treadmills.makes import Make, Settings

REOPEN_NS = 1_000_000_000  # a cable is plugged back in at no particular time

Open = Callable[[], AllowedPort]


class TreadmillReader:
    """Owned by one thread that calls `read` in a loop. `trouble` is empty while the port is open."""

    def __init__(self, make: Make, settings: Settings, url: str, baud: int, clock: Clock) -> None:
        self._url = url
        self._open: Open = lambda: AllowedPort(url, baud, make.requests)
        self._clock = clock
        self._port: AllowedPort | None = None
        self._again_ns = 0
        self.link = Link(make, settings)
        self.trouble = ""

    def read(self) -> list[Heard]:
        """Block until something came, at most 100 ms; never raises for what a port can do."""
        try:
            return self._read()
        except PortGoneError as problem:
            self.trouble = f"{self._url}: {problem}"
            self.close()
            self._again_ns = self._clock.monotonic_ns() + REOPEN_NS
            return []

    def close(self) -> None:
        """Give the port back."""
        if self._port is not None:
            self._port.close()
            self._port = None
        self.link.lost()

    def _read(self) -> list[Heard]:
        now_ns = self._clock.monotonic_ns()
        if self._port is None:
            if now_ns < self._again_ns:
                self._clock.sleep_until_ns(min(self._again_ns, now_ns + 100_000_000))
                return []
            self._port = self._open()
            self.trouble = ""
            self.link.opened(self._clock.monotonic_ns())
        if self.link.dumb(now_ns):
            raise PortGoneError("nothing readable came for 5 s; opened anew")
        request = self.link.due(now_ns)
        if request is not None:
            self._port.send(request)
        data = self._port.read()
        return self.link.received(data, self._clock.monotonic_ns())
