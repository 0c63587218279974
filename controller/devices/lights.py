"""Lights: a thread of their own that waits for each cue's time and then says what it did.

One thread lights all lamps, the quickest first (a pin takes 0.1 ms, a strip's frame some): what it reports
is then one time for each cue, that of the slowest. A lamp that fails is left out and tried again.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from controller.clock import Clock
from controller.cues import LIGHTS, CancelCues, Cue, CueKind
from controller.devices.due import CueThread, Due, Told, played, soonest
from controller.devices.kept import Kept
from controller.devices.ports import Report
from controller.messages import PartState


class Lamp(Protocol):
    """What is lit: LEDs, a bar, a strip, or their simulated twin."""

    def show(self, kind: CueKind, value: float) -> None:
        """Show this value from now on; the values are those of `CueKind`."""

    def close(self) -> None:
        """Dark, and the pins given back."""


class Fitting(NamedTuple):
    """A lamp that is to be: its name, where it is, what it can show, and how it is had."""

    name: str
    place: str
    kinds: frozenset[CueKind]
    open: Callable[[], Lamp]


class KeptLamp:
    """One lamp, and what it should show by now."""

    def __init__(self, fitting: Fitting, clock: Clock, said: Callable[[str], None]) -> None:
        self.fitting = fitting
        self._values: dict[CueKind, float] = {}
        self.kept = Kept(fitting.name, fitting.open, self._restore, clock, said)

    def _restore(self, lamp: Lamp) -> None:
        for kind, value in self._values.items():
            lamp.show(kind, value)

    def show(self, cue: Cue) -> bool:
        """Whether it shows that now."""
        if cue.kind not in self.fitting.kinds:
            return False
        self._values.pop(cue.kind, None)
        self._values[cue.kind] = cue.value  # the newest last
        return self.kept.use(lambda lamp: lamp.show(cue.kind, cue.value))

    @property
    def part(self) -> PartState:
        """For the health page."""
        shows = ", ".join(kind.value for kind in LIGHTS if kind in self.fitting.kinds)
        state = f"{self.fitting.place}: shows {shows}"
        return PartState(name=self.fitting.name, state=state, trouble=self.kept.trouble)


class LampPlayer:
    """Acts at `due_ns`; a cue whose time has passed is shown at once, the newest one wins."""

    def __init__(
        self, fittings: Sequence[Fitting], clock: Clock, report: Report, said: Callable[[str], None]
    ) -> None:
        self._lamps = [KeptLamp(fitting, clock, said) for fitting in fittings]
        self._clock = clock
        self._report = report
        self._due = Due()
        self._thread = CueThread("lights", self, clock)

    def play(self, cue: Cue) -> None:
        """Show this at `cue.due_ns`; other kinds are not for lights."""
        if cue.kind in LIGHTS:
            self._thread.tell(cue)

    def cancel(self, cancel: CancelCues) -> None:
        """Forget what has not been shown yet."""
        self._thread.tell(cancel)

    @property
    def parts(self) -> tuple[PartState, ...]:
        """Every lamp, for the health page."""
        return tuple(lamp.part for lamp in self._lamps)

    def close(self) -> None:
        """Dark."""
        self._thread.close()
        for lamp in self._lamps:
            lamp.kept.close()

    # --- on the thread ---------------------------------------------------------------------------

    def take(self, told: Told) -> None:
        """Wait for it, or forget it."""
        self._due.take(told)

    def act(self) -> None:
        """Show what is due, open what can be opened."""
        for lamp in self._lamps:
            lamp.kept.look()
        for cue in self._due.popped(self._clock.monotonic_ns()):
            shown = [lamp.show(cue) for lamp in self._lamps]
            if any(shown):
                self._report(played("light", cue, self._clock.monotonic_ns()))

    def next_ns(self) -> int | None:
        """The next cue, or the next attempt with a lamp that fails."""
        return soonest(self._due.next_ns, *(lamp.kept.due_ns for lamp in self._lamps))
