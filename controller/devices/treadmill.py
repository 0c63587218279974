"""One treadmill or belt sensor on one port: opened, asked, read, and said to the loop as belt speeds."""

from collections.abc import Sequence
from functools import partial

from controller.clock import Clock
from controller.devices.serial_port import WAIT_S, AllowedPort, PortGoneError
from controller.items import BeltSpeed, Item
from controller.messages import BeltState
from controller.treadmills.events import InclineRead, NotSupported, Problem, SpeedRead, StateRead
from controller.treadmills.link import Heard, Link, LinkState
from controller.treadmills.makes import Make, Settings

SLOPE_KEPT_NS = 5_000_000_000  # asked for less often than the speed, and changed by a motor
TROUBLE_KEPT_NS = 10_000_000_000
WORDS = {
    LinkState.CLOSED: "not open",
    LinkState.LISTENING: "listening; it has said nothing that can be read",
    LinkState.ASKING: "asked who it is; no answer yet",
    LinkState.READING: "heard",
    LinkState.STRANGER: "somebody answers, but not this make: nothing more is sent",
}


class TreadmillReader:
    """Owned by one thread that calls `read` in a loop."""

    def __init__(
        self, make: Make, settings: Settings, url: str, baud: int, clock: Clock, *, wait_s: float = WAIT_S
    ) -> None:
        self._open = partial(AllowedPort, url, baud, make.requests, dtr=make.dtr, wait_s=wait_s)
        self._clock = clock
        self._port: AllowedPort | None = None
        self.link = Link(make, settings)

    def read(self) -> list[Heard]:
        """Block until something came, at most 100 ms. PortGoneError: the next call opens the port anew."""
        try:
            return self._read()
        except PortGoneError:
            self.close()
            raise

    def close(self) -> None:
        """Give the port back."""
        if self._port is not None:
            self._port.close()
            self._port = None
        self.link.lost()

    def _read(self) -> list[Heard]:
        if self._port is None:
            self._port = self._open()
            self.link.opened(self._clock.monotonic_ns())
        now_ns = self._clock.monotonic_ns()
        if self.link.dumb(now_ns):
            raise PortGoneError("nothing readable has come for long, so it is opened anew")
        request = self.link.due(now_ns)
        if request is not None:
            self._port.send(request)
        data = self._port.read()
        return self.link.received(data, self._clock.monotonic_ns())


class TreadmillSource:
    """The reader as the loop wants it: speeds with the time of their first byte, and the last known slope."""

    def __init__(self, name: str, make: Make, url: str, reader: TreadmillReader, clock: Clock) -> None:
        self.name = name
        self._make, self._url = make, url
        self.reader = reader
        self._clock = clock
        self._slope: tuple[int, float] | None = None
        self._trouble: tuple[int, str] = (0, "")
        self._unanswered: set[str] = set()
        self._said = ""  # running, stopped or unknown, as the treadmill says of itself
        self.state = self._now("")

    def read(self) -> Sequence[Item]:
        """Belt speeds, at most 100 ms later. OSError while the port is gone."""
        try:
            heard = self.reader.read()
        except PortGoneError as problem:
            self.state = self._now(str(problem))
            raise
        items = [item for one in heard for item in self._item(one)]
        at_ns, trouble = self._trouble
        self.state = self._now(trouble if self._clock.monotonic_ns() - at_ns < TROUBLE_KEPT_NS else "")
        return items

    def close(self) -> None:
        """Give the port back."""
        self.reader.close()

    def _item(self, heard: Heard) -> list[Item]:
        event = heard.event
        if isinstance(event, SpeedRead):
            slope = self._slope if self._slope and heard.time_ns - self._slope[0] < SLOPE_KEPT_NS else None
            speed = BeltSpeed(
                time_ns=heard.time_ns,
                speed_mps=event.speed_mps,
                incline_percent=slope[1] if slope else None,
                source=self.name,
                verified=event.verified,
            )
            return [speed]
        if isinstance(event, InclineRead):
            self._slope = (heard.time_ns, event.percent)
        elif isinstance(event, StateRead):
            self._said = event.state
        elif isinstance(event, Problem):
            self._trouble = (heard.time_ns, event.reason)
        elif isinstance(event, NotSupported):
            self._unanswered.add(event.request or "a question")
        return []

    def _now(self, trouble: str) -> BeltState:
        link = self.reader.link
        words = WORDS[link.state]
        if link.state is LinkState.READING:
            words += f"; it says: {self._said}" if self._said else ""
            words += f"; it does not answer {', '.join(sorted(self._unanswered))}" if self._unanswered else ""
        return BeltState(
            source=self.name,
            title=self._make.title,
            port=self._url,
            state=words,
            trouble=trouble,
            last_bytes=link.last_bytes.hex(" "),
        )
