"""A free-running metronome: one click a step, on an exact grid, handed out a little ahead.

Click `k` after an anchor is due at anchor + round(k x 60 s / tempo): rounding never accumulates.
"""

from controller.effects import Cue, CueKind

AHEAD_NS = 100_000_000  # docs/stale-table.md: no cue is handed over more than 100 ms ahead
MINUTE_NS = 60_000_000_000


class Metronome:
    """Runs from `start` to `halt`; a change of tempo keeps the last click as the new anchor."""

    def __init__(self) -> None:
        self._tempo_spm: float | None = None
        self._anchor_ns = 0
        self._next = 0  # index of the next click after the anchor

    @property
    def running(self) -> bool:
        return self._tempo_spm is not None

    def start(self, at_ns: int, tempo_spm: float) -> None:
        """First click at `at_ns`."""
        self._tempo_spm, self._anchor_ns, self._next = tempo_spm, at_ns, 0

    def halt(self) -> None:
        """No further clicks."""
        self._tempo_spm = None

    def retune(self, tempo_spm: float) -> None:
        """Another tempo, counted from the last click handed out: no beat is lost or doubled."""
        if self._tempo_spm in (None, tempo_spm):
            return
        if self._next > 0:
            self._anchor_ns, self._next = self._due_ns(self._next - 1), 1
        self._tempo_spm = tempo_spm

    def advance(self, now_ns: int) -> list[Cue]:
        """The clicks that fall due up to 100 ms after `now_ns` and were not handed out yet."""
        clicks: list[Cue] = []
        while self._tempo_spm is not None and self._due_ns(self._next) <= now_ns + AHEAD_NS:
            clicks.append(Cue(due_ns=self._due_ns(self._next), kind=CueKind.CLICK, value=self._tempo_spm))
            self._next += 1
        return clicks

    def _due_ns(self, index: int) -> int:
        assert self._tempo_spm is not None
        return self._anchor_ns + round(index * MINUTE_NS / self._tempo_spm)
