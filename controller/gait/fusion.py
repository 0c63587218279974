"""Several sensors, one runner: which sensor's strikes count, and which foot they were.

While running, the sacrum decides: it feels every contact of both feet, and sooner than the tibia does; a leg
with a sensor tells by its own strikes which foot the last contact was. Walking hardly shakes the trunk, so
there two legs decide, each for its own foot. Failing one of them it is the sacrum again; failing that too,
one leg gives strides.

Parts that pulse once per step date a contact by the contact itself: where they see both feet, they decide.
Where they see one foot only and accelerometers see both, two ways of dating would make the feet look unlike:
the pulse then only tells which foot it was.
"""

from collections import deque

from controller.gait.events import NS, Strike
from controller.items import Placement, PulseSetup, SensorSetup, Side, StationSetup
from controller.records import Contact

SILENT_NS = int(0.3 * NS)  # docs/stale-table.md: a sensor is lost after 300 ms
NO_PULSE_NS = 2 * NS  # a part without a pulse for so long, while others are heard, sees no steps
SAME_CONTACT_NS = int(0.1 * NS)  # two feet never land closer: 300 steps/min would leave 200 ms
MATCH_NS = int(0.08 * NS)  # shank and sacrum date one contact this close together
REMEMBERED = 6  # contacts and leg strikes: two strides and a little
OTHER = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT}
Teller = SensorSetup | PulseSetup  # whoever can say that a foot has landed


class Fusion:
    """Strikes of all sensors in, contacts of one runner out."""

    def __init__(self, setup: StationSetup) -> None:
        self._sensors, self._pulses = setup.sensors, setup.pulses
        self._newest_ns: dict[str, int] = {}
        self._told: deque[tuple[int, Side]] = deque(maxlen=REMEMBERED)
        self._legs: deque[tuple[int, Side]] = deque(maxlen=REMEMBERED)
        self._running = False
        self._contradictions = 0  # of the feet told, by leg strikes in a row

    def gait(self, *, running: bool) -> None:
        """Whether the trunk flies between steps."""
        self._running = running

    def trunk_heard(self) -> bool:
        """Whether a sensor at the trunk is alive."""
        return any(sensor.placement is Placement.SACRUM for sensor in self._alive())

    def heard(self, sensor: Teller, newest_ns: int) -> None:
        """Samples of this sensor up to `newest_ns` have come, or this part's pulse."""
        self._newest_ns[sensor.name] = newest_ns

    def sides_from(self) -> Side:
        """both: contacts of both feet are seen; left or right: of one; unknown: of none."""
        deciding = self._deciding()
        if _both_feet(deciding):
            return Side.BOTH
        return deciding[0].side if deciding else Side.UNKNOWN

    def strike(self, sensor: Teller, strike: Strike) -> Contact | None:
        """The contact that this strike announces, if its sensor decides and nobody said it before."""
        if sensor.side in OTHER:
            self._legs.append((strike.contact_ns, sensor.side))
            self._correct(strike.contact_ns, sensor.side)
        if sensor not in self._deciding():
            return None
        if any(abs(strike.contact_ns - told_ns) < SAME_CONTACT_NS for told_ns, _ in self._told):
            return None
        side = sensor.side if sensor.side is not Side.BOTH else self._side(strike.contact_ns)
        self._told.append((strike.contact_ns, side))
        return Contact(
            sensor=sensor.name,
            side=side,
            initial_contact_ns=strike.contact_ns,
            decided_ns=strike.decided_ns,
            quality=strike.quality,
        )

    def _side(self, contact_ns: int) -> Side:
        """The leg that struck now; else left follows right while steps come one by one; else nobody knows."""
        for leg_ns, side in reversed(self._legs):
            if abs(contact_ns - leg_ns) < MATCH_NS:
                return side
        last_ns, last_side = max(self._told, default=(0, Side.UNKNOWN))
        if contact_ns - last_ns > NS:
            return Side.UNKNOWN
        return OTHER.get(last_side, Side.UNKNOWN)

    def _correct(self, leg_ns: int, side: Side) -> None:
        """A leg says which foot a contact was that the trunk announced: from there on, left and right swap.

        What was announced stays as it was; what follows is right.
        """
        for contact_ns, told in self._told:
            if abs(contact_ns - leg_ns) >= MATCH_NS:
                continue
            if told is side:
                self._contradictions = 0
                return
            # One leg's strike in the other's step is a slip of that leg; two in a row are not.
            self._contradictions += 1
            if told is Side.UNKNOWN or self._contradictions > 1:
                swapped = [(ns, self._swapped(ns, leg_ns, side)) for ns, _ in sorted(self._told)]
                self._told = deque(swapped, maxlen=REMEMBERED)
                self._contradictions = 0
            return

    def _swapped(self, contact_ns: int, leg_ns: int, side: Side) -> Side:
        """The foot of a told contact, counted in steps from the one that a leg has named."""
        order = sorted(ns for ns, _ in self._told)
        named = min(range(len(order)), key=lambda index: abs(order[index] - leg_ns))
        return side if (order.index(contact_ns) - named) % 2 == 0 else OTHER[side]

    def _alive(self) -> list[SensorSetup]:
        return [s for s in self._sensors if self._silent_ns(s) <= SILENT_NS]

    def _silent_ns(self, sensor: Teller) -> int:
        """How long it has been silent while others were heard."""
        newest_ns = max(self._newest_ns.values(), default=0)
        return newest_ns - self._newest_ns.get(sensor.name, newest_ns - (1 << 62))

    def _deciding(self) -> list[Teller]:
        pulses: list[Teller] = [p for p in self._pulses if self._silent_ns(p) <= NO_PULSE_NS]
        if not pulses:
            return self._feeling()
        feeling = self._feeling()
        if _both_feet(pulses) or not feeling:
            return pulses
        if _both_feet(feeling):
            return feeling
        pulsing = {pulse.side for pulse in pulses}
        return [*pulses, *(sensor for sensor in feeling if sensor.side not in pulsing)]

    def _feeling(self) -> list[Teller]:
        """The accelerometers that decide."""
        alive = self._alive()
        trunk: list[Teller] = [s for s in alive if s.placement is Placement.SACRUM]
        legs: list[Teller] = [s for s in alive if s.placement is not Placement.SACRUM]
        return trunk if trunk and (self._running or not _both_feet(legs)) else legs


def _both_feet(tellers: list[Teller]) -> bool:
    sides = {teller.side for teller in tellers}
    return sides >= {Side.LEFT, Side.RIGHT} or Side.BOTH in sides
