"""The newest truth for every open page: made once, encoded once, shared by all streams."""

import threading
from collections import deque
from collections.abc import Iterator

import msgspec

from controller.clock import Clock
from controller.effects import Live
from controller.messages import Health, Message
from controller.records import Step
from web_ui.pages.view import HealthView, LiveView, StripPoint, health_view, live_view, strip_point

STRIP_S = 60.0
STRIP_EVERY_NS = 250_000_000
STEPS_KEPT = 500  # per stream: minutes of steps
HEARTBEAT_S = 5.0

_encode = msgspec.json.Encoder().encode


def event(name: str, data: bytes) -> bytes:
    """One server-sent event (HTML Living Standard 9.2); JSON holds no raw newline."""
    return b"event: " + name.encode() + b"\ndata: " + data + b"\n\n"


class Hub:
    """Owner of what the station said last."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._live: Live | None = None
        self._health: Health | None = None
        self._strip: deque[StripPoint] = deque(maxlen=round(STRIP_S * 1e9 / STRIP_EVERY_NS))
        self._strip_due_ns = 0
        self._changed = threading.Condition()
        self._live_event = (0, b"")
        self._health_event = (0, b"")
        self._closed = False
        self._steps: dict[int, deque[bytes]] = {}  # one for each open stream

    @property
    def live(self) -> Live | None:
        """The last report, whatever its age."""
        return self._live

    def heard(self, message: Message) -> None:
        """A message came from the controller."""
        if isinstance(message, Live):
            self._live = message
            if message.time_ns >= self._strip_due_ns:
                self._strip.append(strip_point(message))
                self._strip_due_ns = message.time_ns + STRIP_EVERY_NS
            self._publish()
        elif isinstance(message, Health):
            self._health = message
            self._publish(health=True)
        elif isinstance(message, Step):
            data = event("step", _encode(message))
            with self._changed:
                for steps in self._steps.values():
                    steps.append(data)
                self._changed.notify_all()

    def silence(self) -> None:
        """Nothing came for a while: the page's numbers grow older."""
        self._publish(health=True)

    def close(self) -> None:
        """End every stream, so that the process can end."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def view(self) -> LiveView:
        """The console and the runner's screen, now."""
        return live_view(self._live, self._health, self._clock.monotonic_ns(), self._clock.wall_time())

    def health(self) -> HealthView:
        """The health page, now."""
        return health_view(self._live, self._health, self._clock.monotonic_ns())

    def _publish(self, *, health: bool = False) -> None:
        live_data = event("live", _encode(self.view()))
        health_data = event("health", _encode(self.health())) if health else b""
        with self._changed:
            self._live_event = (self._live_event[0] + 1, live_data)
            if health:
                self._health_event = (self._health_event[0] + 1, health_data)
            self._changed.notify_all()

    def stream(self) -> Iterator[bytes]:
        """Events for one page, for as long as it listens: live latest-wins, every step, health on change."""
        steps: deque[bytes] = deque(maxlen=STEPS_KEPT)
        seen_live = seen_health = 0
        with self._changed:
            self._steps[id(steps)] = steps
        try:
            yield event("history", _encode(list(self._strip)))
            while not self._closed:
                with self._changed:
                    if self._live_event[0] == seen_live and not steps and not self._closed:
                        self._changed.wait(HEARTBEAT_S)
                    live, health = self._live_event, self._health_event
                    waiting = list(steps)
                    steps.clear()
                parts = waiting
                if live[0] != seen_live:
                    seen_live = live[0]
                    parts.append(live[1])
                if health[0] != seen_health:
                    seen_health = health[0]
                    parts.append(health[1])
                yield b"".join(parts) or b": still here\n\n"
        finally:
            with self._changed:
                del self._steps[id(steps)]
