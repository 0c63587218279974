"""Where the next contact is expected: a metronome or a light can meet a step only by foresight."""

from collections import deque

from controller.gait.events import NS
from controller.gait.fusion import OTHER
from controller.items import Side
from controller.records import Contact, Prediction

STEPS_LEARNT = 6
FIRST_SD_NS = int(0.009 * NS)  # the usual scatter of step times, until this runner's own is known


class Predictor:
    """Learns, for each foot, the time from the other foot's contact to its own."""

    def __init__(self) -> None:
        self._times_ns: dict[Side, deque[int]] = {}
        self._last: Contact | None = None

    def contact(self, contact: Contact, *, one_leg: bool, sure: bool) -> Prediction | None:
        """Learn from this contact and expect the next one; None while the rhythm is unsure."""
        last, self._last = self._last, contact
        if not sure or last is None:
            self._times_ns.clear()
            return None
        own = self._times_ns.setdefault(contact.side, deque(maxlen=STEPS_LEARNT))
        own.append(contact.initial_contact_ns - last.initial_contact_ns)
        following = contact.side if one_leg else OTHER.get(contact.side, contact.side)
        times = self._times_ns.get(following) or own
        mean_ns = sum(times) / len(times)
        sd_ns = FIRST_SD_NS
        if len(times) >= STEPS_LEARNT // 2:
            sd_ns = max(1, round((sum((t - mean_ns) ** 2 for t in times) / (len(times) - 1)) ** 0.5))
        predicted_ns = contact.initial_contact_ns + round(mean_ns)
        if predicted_ns <= contact.decided_ns:
            return None  # told too late to foresee anything
        return Prediction(
            side=following,
            predicted_contact_ns=predicted_ns,
            issued_ns=contact.decided_ns,
            sd_ns=sd_ns,
        )
