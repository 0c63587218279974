"""Which sure jolts of a walker's limb are contacts, once the rhythm is known.

A push-off comes 0.6 of a stride after the contact, the next contact never that early. But a jolt that comes
early and outweighs the last contact shows that the rhythm stood on push-offs; and jolts as heavy as contacts
that come early stride after stride are contacts of a quicker gait: the walker has begun to run.
"""

from collections import deque
from enum import Enum

from controller.gait.rhythm import Jolt

TOO_LIGHT = 0.35  # of the usual weight: no contact of this walker
FOLLOWS = 0.7  # of the stride: no contact earlier than this ...
OUTWEIGHS = 1.5  # ... unless it weighs this much more than the one before
QUICKER = 0.9  # of the last contact's weight: early, yet a contact, if it happens stride after stride


class Ruling(Enum):
    """What a jolt is."""

    CONTACT = "contact"
    NONE = "none"
    QUICKER_GAIT = "quicker gait"


class Walker:
    """Remembers the last contacts and the early jolts between them."""

    def __init__(self) -> None:
        self.contacts: deque[Jolt] = deque(maxlen=3)
        self._early = self._early_before = 0

    def rule(self, jolt: Jolt, stride_ns: int) -> Ruling:
        """Judge the next jolt; a contact is remembered."""
        last = self.contacts[-1]
        if jolt.peak_ns - last.peak_ns < FOLLOWS * stride_ns:
            self._early += jolt.weight > QUICKER * last.weight
            if self._early > 1:
                return Ruling.QUICKER_GAIT
            if jolt.weight < OUTWEIGHS * last.weight:
                return Ruling.NONE
        elif jolt.weight < TOO_LIGHT * max(contact.weight for contact in self.contacts):
            return Ruling.NONE
        elif self._early == self._early_before:  # none was early since the contact before
            self._early = 0
        self._early_before = self._early
        self.contacts.append(jolt)
        return Ruling.CONTACT
