"""Contacts become steps, and steps carry the gait measures.

  left  ____|========|_______________|========|____
  right ____________________|========|_____________
            IC      TO      IC       TO
            |<------ step ->|
            |contact|flight |
            |<----------- stride ---->|

contact_time = TO - IC         flight_time = next IC - TO
duty_factor  = contact_time / stride_time        step_length = belt speed x step_time
"""

from collections import deque
from typing import NamedTuple

from controller.gait.events import NS, StanceEnd
from controller.gait.formulas import Spring, spring
from controller.items import BeltSpeed, Side
from controller.prescription import Body
from controller.records import Contact, Step

BELT_FRESH_NS = 2 * NS  # docs/stale-table.md
KEPT = 4  # contacts: a step's two, and the two before, which begin the last whole stride
MATCH_NS = int(0.08 * NS)  # two sensors date one contact this close together


class Impulse(NamedTuple):
    """The peak of one impact in g, resultant and axial, and whether the sensor's range was reached."""

    peak_g: float
    axial_g: float
    clipped: bool


class Seen(NamedTuple):
    """What others know of a step when it is complete."""

    mode: str
    irregular: bool
    unsure: bool
    gap: bool
    one_leg: bool
    bounce_m: float | None


class StepBuilder:
    """Keeps what is known of the last stances until the next contact completes them."""

    def __init__(self, body: Body | None) -> None:
        self._contacts: deque[Contact] = deque(maxlen=KEPT)
        self._stance_ns: dict[int, int] = {}
        self._impulse: dict[int, Impulse] = {}
        self._belt: BeltSpeed | None = None
        self._body = body

    def belt(self, belt: BeltSpeed) -> None:
        """The belt's newest word."""
        self._belt = belt

    def toe_off(self, end: StanceEnd) -> int | None:
        """Note the end of a stance; the announced contact it belongs to, if there is one.

        The first sensor to say so is believed: the trunk, which is surer, is also the earlier.
        """
        own_ns = self._announced(end.contact_ns)
        if own_ns is None or own_ns in self._stance_ns:
            return None
        self._stance_ns[own_ns] = end.stance_ns
        return own_ns

    def impact(self, contact_ns: int, impulse: Impulse) -> int | None:
        """Note the peak of an impact; the announced contact it belongs to, if there is one."""
        own_ns = self._announced(contact_ns)
        if own_ns is not None:
            self._impulse[own_ns] = impulse
        return own_ns

    def _announced(self, contact_ns: int) -> int | None:
        """The announced contact nearest to one sensor's own date of it, within `MATCH_NS`."""
        near = [c.initial_contact_ns for c in self._contacts]
        best = min(near, key=lambda announced_ns: abs(announced_ns - contact_ns), default=None)
        return best if best is not None and abs(best - contact_ns) <= MATCH_NS else None

    def last_stride_ns(self) -> tuple[int, int] | None:
        """The stride that ended at the contact before the newest, where both feet are seen.

        Not the newest: another sensor's samples may reach us a little later than the contact that one
        sensor decides, and what we say must not depend on how samples were batched.
        """
        if len(self._contacts) < KEPT:
            return None
        return self._contacts[0].initial_contact_ns, self._contacts[2].initial_contact_ns

    def contact(self, contact: Contact) -> Contact | None:
        """Take the next contact; the one whose step it completes, None for the first."""
        previous = self._contacts[-1] if self._contacts else None
        if len(self._contacts) == KEPT:
            oldest_ns = self._contacts[0].initial_contact_ns
            self._stance_ns.pop(oldest_ns, None)
            self._impulse.pop(oldest_ns, None)
        self._contacts.append(contact)
        return previous

    def step(self, first: Contact, second: Contact, seen: Seen) -> Step:
        """The step from contact `first` to contact `second`."""
        interval_s = (second.initial_contact_ns - first.initial_contact_ns) / NS
        same_foot = seen.one_leg or (first.side is second.side and first.side in (Side.LEFT, Side.RIGHT))
        step_time_s = None if same_foot else interval_s
        stride_time_s = interval_s if same_foot else self._stride_s(second)
        contact_time_s = flight_time_s = None
        stance_ns = self._stance_ns.get(first.initial_contact_ns)
        if stance_ns is not None and stance_ns > 0:
            contact_time_s = stance_ns / NS
            flight_time_s = interval_s - contact_time_s if step_time_s else None
        belt = self._fresh_belt(second.decided_ns)
        impulse = self._impulse.get(first.initial_contact_ns)
        regular_s = None if seen.irregular else (interval_s / 2 if same_foot else interval_s)
        model = None if seen.irregular else self._spring(contact_time_s, flight_time_s, belt)
        return Step(
            side=first.side,
            initial_contact_ns=first.initial_contact_ns,
            decided_ns=second.decided_ns,
            mode=seen.mode,
            irregular=seen.irregular,
            unsure=seen.unsure,
            gap=seen.gap,
            step_time_s=step_time_s,
            stride_time_s=stride_time_s,
            cadence_spm=60 / regular_s if regular_s else None,
            contact_time_s=contact_time_s,
            flight_time_s=flight_time_s,
            duty_factor=contact_time_s / stride_time_s if contact_time_s and stride_time_s else None,
            step_length_m=belt.speed_mps * regular_s if belt is not None and regular_s else None,
            vertical_oscillation_m=seen.bounce_m,
            vertical_oscillation_model_m=model.vertical_oscillation_m if model else None,
            vertical_stiffness_kn_per_m=model.vertical_stiffness_kn_per_m if model else None,
            leg_stiffness_kn_per_m=model.leg_stiffness_kn_per_m if model else None,
            peak_g=impulse.peak_g if impulse else None,
            peak_axial_g=impulse.axial_g if impulse else None,
            clipped=impulse.clipped if impulse else False,
            belt_speed_mps=belt.speed_mps if belt else None,
        )

    def _spring(
        self, contact_time_s: float | None, flight_time_s: float | None, belt: BeltSpeed | None
    ) -> Spring | None:
        """The spring-mass model, on the level only."""
        level = belt is not None and belt.incline_percent == 0
        if not level or self._body is None or contact_time_s is None or flight_time_s is None:
            return None
        speed_mps = belt.speed_mps if belt else None
        return spring(contact_time_s, flight_time_s, self._body.mass_kg, speed_mps, self._body.height_m)

    def _stride_s(self, second: Contact) -> float | None:
        """From the contact two before `second` to it: the last whole stride, where it was one."""
        if len(self._contacts) < KEPT - 1:
            return None
        before = self._contacts[-3]
        return (second.initial_contact_ns - before.initial_contact_ns) / NS

    def _fresh_belt(self, now_ns: int) -> BeltSpeed | None:
        if self._belt is None or now_ns - self._belt.time_ns > BELT_FRESH_NS:
            return None
        return self._belt
