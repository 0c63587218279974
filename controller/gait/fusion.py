"""Several sensors, one runner: which sensor's strikes count, and which foot they were.

Two legs with a sensor each name their own foot and decide. Failing one of them the sacrum decides, for
it sees both feet, and the leg that is left tells by its own strikes which foot the last contact was.
Failing that too, one leg gives strides.
"""

from controller.effects import Contact
from controller.gait.events import NS, Strike
from controller.items import Placement, SensorSetup, Side, StationSetup

SILENT_NS = int(0.3 * NS)  # design.md, the stale table: a sensor is lost after 300 ms
SAME_CONTACT_NS = int(0.1 * NS)  # two feet never land closer: 300 steps/min would leave 200 ms
MATCH_NS = int(0.08 * NS)  # shank and sacrum date one contact this close together
OTHER = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT}


class Fusion:
    """Strikes of all sensors in, contacts of one runner out."""

    def __init__(self, setup: StationSetup) -> None:
        self._sensors = setup.sensors
        self._newest_ns: dict[str, int] = {}
        self._last: Contact | None = None

    def heard(self, sensor: SensorSetup, newest_ns: int) -> None:
        """Samples of this sensor up to `newest_ns` have come."""
        self._newest_ns[sensor.name] = newest_ns

    def sides_from(self) -> Side:
        """both: contacts of both feet are seen; left or right: of one; unknown: of none."""
        sides = {sensor.side for sensor in self._deciding()}
        if sides >= {Side.LEFT, Side.RIGHT} or Side.BOTH in sides:
            return Side.BOTH
        return sides.pop() if sides else Side.UNKNOWN

    def strike(self, sensor: SensorSetup, strike: Strike) -> Contact | None:
        """The contact that this strike announces, if its sensor decides and nobody said it before."""
        last = self._last
        if sensor not in self._deciding():
            self._name_last(sensor, strike)
            return None
        if last is not None and abs(strike.contact_ns - last.initial_contact_ns) < SAME_CONTACT_NS:
            return None
        side = sensor.side if sensor.side is not Side.BOTH else self._alternate(strike)
        contact = Contact(
            sensor=sensor.name,
            side=side,
            initial_contact_ns=strike.contact_ns,
            decided_ns=strike.decided_ns,
            quality=strike.quality,
        )
        if last is None or contact.initial_contact_ns > last.initial_contact_ns:
            self._last = contact
        return contact

    def _deciding(self) -> list[SensorSetup]:
        newest_ns = max(self._newest_ns.values(), default=0)
        alive = [s for s in self._sensors if newest_ns - self._newest_ns.get(s.name, -NS) <= SILENT_NS]
        legs = [s for s in alive if s.placement is not Placement.SACRUM]
        if {s.side for s in legs} >= {Side.LEFT, Side.RIGHT}:
            return legs
        return [s for s in alive if s.placement is Placement.SACRUM] or legs

    def _alternate(self, strike: Strike) -> Side:
        """Left follows right while steps come one by one; after a gap nobody knows."""
        if self._last is None or strike.contact_ns - self._last.initial_contact_ns > NS:
            return Side.UNKNOWN
        return OTHER.get(self._last.side, Side.UNKNOWN)

    def _name_last(self, sensor: SensorSetup, strike: Strike) -> None:
        """A leg beside a deciding sacrum says which foot the contact just announced was."""
        last = self._last
        if last is None or sensor.side not in OTHER:
            return
        gap_ns = abs(strike.contact_ns - last.initial_contact_ns)
        if gap_ns < MATCH_NS and last.side is not sensor.side:
            self._last = Contact(
                sensor=last.sensor,
                side=sensor.side,
                initial_contact_ns=last.initial_contact_ns,
                decided_ns=last.decided_ns,
                quality=last.quality,
            )
