"""A leg board on its port: opened for this program alone, and read; it is never sent a byte."""

from collections import deque
from collections.abc import Sequence
from functools import partial

from controller.clock import Clock
from controller.devices.accelerometer import SensorFaultError
from controller.devices.serial_port import WAIT_S, AllowedPort
from controller.items import Item
from controller.legs.lead import Lead
from controller.messages import LeadState

KEPT_BYTES = 64  # of what was received last, for the person who has to find the fault
NOTHING: tuple[bytes, ...] = ()  # that may be sent


class LegBoard:
    """A source, opened by its first read, and anew after a fault; its reader thread is the only owner."""

    def __init__(
        self, name: str, lead: Lead, port: str, url: str, baud: int, clock: Clock, *, wait_s: float = WAIT_S
    ) -> None:
        self.name = name
        self._lead = lead
        self._shown = port
        self._open = partial(AllowedPort, url, baud, NOTHING, dtr=True, prompt=True, wait_s=wait_s)
        self._clock = clock
        self._port: AllowedPort | None = None
        self._raw: deque[int] = deque(maxlen=KEPT_BYTES)
        self.state = self._now("not open", "")

    def read(self) -> Sequence[Item]:
        """What has come, at most 100 ms later. OSError while port, board or chip can't be used."""
        try:
            port = self._port or self._opened()
            data = port.read()
            now_ns = self._clock.monotonic_ns()
            self._raw.extend(data)
            batches = self._lead.received(data, now_ns)
            trouble = "" if batches else self._lead.trouble(now_ns)
            if trouble:
                raise SensorFaultError(trouble)
        except OSError as problem:
            self._lead.failed()
            self._release()
            self.state = self._now("not open", str(problem))
            raise
        self.state = self._now(self._lead.state(), self._lead.doubt(now_ns))
        return batches

    def close(self) -> None:
        """Give the port back."""
        self._release()

    def _opened(self) -> AllowedPort:
        self._port = port = self._open()
        self._lead.opened(self._clock.monotonic_ns())
        return port

    def _release(self) -> None:
        if self._port is not None:
            self._port.close()
            self._port = None

    def _now(self, state: str, trouble: str) -> LeadState:
        return LeadState(
            source=f"lead {self.name}",
            title="Leg board",
            port=self._shown,
            state=state,
            trouble=trouble,
            last_bytes=bytes(self._raw).hex(" "),
        )
