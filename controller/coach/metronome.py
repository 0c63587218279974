"""A free-running metronome on an exact grid, handed out a little ahead.

Beat `k` after an anchor is due at anchor + round(k x 60 s / tempo): rounding never accumulates. One beat is
one step. In stride mode every other beat is silent; accented, every other beat is marked, so that the
runner may give it to one leg.
"""

from controller.cues import Cue, CueKind
from controller.prescription import ClickMode

AHEAD_NS = 100_000_000  # docs/stale-table.md: no cue is handed over more than 100 ms ahead
MINUTE_NS = 60_000_000_000


class Metronome:
    """Runs from `start` to `halt`; a change of tempo keeps the last beat as the new anchor."""

    def __init__(self) -> None:
        self._tempo_spm: float | None = None
        self._anchor_ns = 0
        self._next = 0  # index of the next beat after the anchor
        self._beats = 0  # since the start: odd ones are the other leg's

    @property
    def running(self) -> bool:
        return self._tempo_spm is not None

    def start(self, at_ns: int, tempo_spm: float) -> None:
        """First beat at `at_ns`."""
        self._tempo_spm, self._anchor_ns, self._next, self._beats = tempo_spm, at_ns, 0, 0

    def halt(self) -> None:
        """No further beats."""
        self._tempo_spm = None

    def retune(self, tempo_spm: float) -> None:
        """Another tempo, counted from the last beat handed out: none is lost or doubled."""
        if self._tempo_spm in (None, tempo_spm):
            return
        if self._next > 0:
            self._anchor_ns, self._next = self._due_ns(self._next - 1), 1
        self._tempo_spm = tempo_spm

    def advance(self, now_ns: int, mode: ClickMode = ClickMode.STEP) -> list[Cue]:
        """The clicks that fall due up to 100 ms after `now_ns` and were not handed out yet."""
        clicks: list[Cue] = []
        while self._tempo_spm is not None and self._due_ns(self._next) <= now_ns + AHEAD_NS:
            clicks += beat(self._due_ns(self._next), self._tempo_spm, mode, self._beats)
            self._next += 1
            self._beats += 1
        return clicks

    def _due_ns(self, index: int) -> int:
        assert self._tempo_spm is not None
        return self._anchor_ns + round(index * MINUTE_NS / self._tempo_spm)


def beat(due_ns: int, tempo_spm: float, mode: ClickMode, number: int) -> list[Cue]:
    """The sound of one beat, if it has one."""
    if number % 2 == 0 and mode is not ClickMode.STEP:
        kind = CueKind.ACCENT if mode is ClickMode.ACCENT else CueKind.CLICK
        return [Cue(due_ns=due_ns, kind=kind, value=tempo_spm)]
    if mode is ClickMode.STRIDE:
        return []
    return [Cue(due_ns=due_ns, kind=CueKind.CLICK, value=tempo_spm)]
