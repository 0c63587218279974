"""A buzzer with a sound of its own: beats and earcons by long and short, where there is no loudspeaker.

It has one pitch and one loudness, which is not ours to limit: choose it, or tape over its hole, by the level
at the runner's ear. What it says it says by pattern; a beat that would fall into an answer is left out.
"""

from collections.abc import Callable
from typing import Any

from controller.clock import Clock
from controller.cues import CLICKS, CancelCues, Cue, CueKind
from controller.devices.due import CueThread, Due, Told, played, soonest
from controller.devices.kept import Kept
from controller.devices.pins import output_pin
from controller.devices.ports import Report
from controller.hardware_tables import BuzzerTable
from controller.messages import PartState

MS = 1_000_000
# On, off, on ... in ms. All are over before the next step of a runner.
PATTERNS: dict[CueKind, tuple[int, ...]] = {
    CueKind.CLICK: (15,),
    CueKind.ACCENT: (40,),
    CueKind.QUICKER: (50, 50, 50),
    CueKind.SLOWER: (220,),
    CueKind.TONE_LEFT: (50, 50, 130),
    CueKind.TONE_RIGHT: (130, 50, 50),
}
LATE_NS = {True: 30 * MS, False: 150 * MS}  # of a beat, of an answer; as for the loudspeaker


class Beeps:
    """What sounds now: a pattern with the times of its changes. No pin, no thread."""

    def __init__(self) -> None:
        self._changes: list[tuple[int, bool]] = []
        self._kind: CueKind | None = None
        self.on = False

    @property
    def next_ns(self) -> int | None:
        """When it changes."""
        return self._changes[0][0] if self._changes else None

    def begin(self, cue: Cue, now_ns: int) -> bool:
        """Whether this cue sounds from now on."""
        beat = cue.kind in CLICKS
        answering = bool(self._changes) and self._kind not in CLICKS
        if now_ns - cue.due_ns > LATE_NS[beat] or (beat and answering):
            return False
        self._kind, self._changes, at_ns = cue.kind, [], now_ns
        for number, length_ms in enumerate(PATTERNS[cue.kind]):
            self._changes.append((at_ns, number % 2 == 0))
            at_ns += length_ms * MS
        self._changes.append((at_ns, False))
        return True

    def cancel(self, cancel: CancelCues) -> None:
        """A sound of these kinds ends at once."""
        if self._kind in cancel.kinds:
            self._changes, self.on = [], False

    def until(self, now_ns: int) -> None:
        """Bring `on` to where it is now."""
        while self._changes and self._changes[0][0] <= now_ns:
            self.on = self._changes.pop(0)[1]


class BuzzerPin:
    """The pin, silent when it is opened and when it is given back."""

    def __init__(self, table: BuzzerTable, factory: Any) -> None:
        self._low = table.active_low
        self._pin = output_pin(factory, table.gpio, on=table.active_low)

    def sound(self, *, on: bool) -> None:
        """On or off."""
        self._pin.state = int(on != self._low)

    def close(self) -> None:
        """Silent."""
        try:
            self.sound(on=False)
        finally:
            self._pin.close()


class BuzzerPlayer:
    """Acts at `due_ns`."""

    def __init__(
        self, table: BuzzerTable, factory: Any, clock: Clock, report: Report, said: Callable[[str], None]
    ) -> None:
        self._gpio = table.gpio
        self._clock, self._report = clock, report
        self._due, self._beeps = Due(), Beeps()
        self._pin = Kept("buzzer", lambda: BuzzerPin(table, factory), lambda _: None, clock, said)
        self._thread = CueThread("buzzer", self, clock)

    def play(self, cue: Cue) -> None:
        """Sound this at `cue.due_ns`; it has no voice, and no lights."""
        if cue.kind in PATTERNS:
            self._thread.tell(cue)

    def cancel(self, cancel: CancelCues) -> None:
        """Take back what has not begun; what sounds ends."""
        self._thread.tell(cancel)

    @property
    def parts(self) -> tuple[PartState, ...]:
        """For the health page."""
        state = f"GPIO {self._gpio}: beats and earcons, by long and short; its loudness is its own"
        return (PartState(name=self._pin.name, state=state, trouble=self._pin.trouble),)

    def close(self) -> None:
        """Silent."""
        self._thread.close()
        self._pin.close()

    # --- on the thread ---------------------------------------------------------------------------

    def take(self, told: Told) -> None:
        """Wait for it, or forget it; what sounds and is taken back ends."""
        self._due.take(told)
        if isinstance(told, CancelCues):
            self._beeps.cancel(told)

    def act(self) -> None:
        """Bring the pin to where the patterns are now."""
        self._pin.look()
        now_ns = self._clock.monotonic_ns()
        begun = [cue for cue in self._due.popped(now_ns) if self._beeps.begin(cue, now_ns)]
        self._beeps.until(now_ns)
        sounded = self._pin.use(lambda pin: pin.sound(on=self._beeps.on))
        if sounded and begun:
            self._report(played("sound", begun[-1], self._clock.monotonic_ns()))

    def next_ns(self) -> int | None:
        """The next cue, the next change of what sounds, or the next attempt to have the pin."""
        return soonest(self._due.next_ns, self._beeps.next_ns, self._pin.due_ns)
