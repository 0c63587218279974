"""One order for what several sensors say, whatever the order in which their batches arrive.

Batches of two sensors that cover the same five milliseconds may come in either order. What is concluded
must not depend on that, so an event waits until every sensor has been heard up to its moment; at the rate
at which batches come that is a few milliseconds. A sensor that lags far behind is not waited for.
"""

import heapq

from controller.gait.events import LimbEvent, TrunkEvent

LAGGING_NS = 50_000_000  # ten batches: such a sensor is late, on its way to being lost


class EventOrder:
    """Events in, in any order of arrival; out by the time of the sample that decided them."""

    def __init__(self, sensors: list[str]) -> None:
        self._rank = {name: rank for rank, name in enumerate(sensors)}
        self._newest_ns: dict[str, int] = {}
        self._latest_ns = -(1 << 62)
        self._waiting: list[tuple[int, int, int, str, LimbEvent | TrunkEvent]] = []
        self._count = 0

    def add(self, sensor: str, event: LimbEvent | TrunkEvent) -> None:
        """An event of one sensor; each sensor's own come in order."""
        self._count += 1
        heapq.heappush(self._waiting, (event.decided_ns, self._rank[sensor], self._count, sensor, event))

    def heard(self, sensor: str, newest_ns: int) -> list[tuple[str, LimbEvent | TrunkEvent]]:
        """This sensor was heard up to `newest_ns`: everything that need not wait any longer."""
        self._newest_ns[sensor] = newest_ns
        return self.passed(newest_ns)

    def passed(self, now_ns: int) -> list[tuple[str, LimbEvent | TrunkEvent]]:
        """It is this late, says a part that is not heard between its events, and so never waited for."""
        self._latest_ns = max(self._latest_ns, now_ns)
        if not self._waiting:
            return []
        latest_ns = self._latest_ns
        waited_for = (ns for ns in self._newest_ns.values() if latest_ns - ns <= LAGGING_NS)
        until_ns = min(waited_for, default=latest_ns)
        released = []
        while self._waiting and self._waiting[0][0] <= until_ns:
            *_, name, event = heapq.heappop(self._waiting)
            released.append((name, event))
        return released
