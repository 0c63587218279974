"""The bandwidth cue and the light: silent inside the band, one sign for quicker, one for slower.

Feedback that never stops is soon ignored, so an earcon rests after it was played, and comes only when
the five-step mean has left the band.
"""

from controller.effects import Advice, Cue, CueKind
from controller.items import Targets

REST_NS = 4_000_000_000  # about eleven steps: time to answer before being told again
LIGHT = {Advice.QUICKER: -1.0, Advice.IN_BAND: 0.0, Advice.SLOWER: 1.0}
DARK = 9.0


class Band:
    """Remembers when it last spoke and what the light shows."""

    def __init__(self) -> None:
        self._last_earcon_ns: int | None = None
        self._light = DARK
        self.earcons = 0

    def step(self, decided_ns: int, cadence_spm: float, advice: Advice, targets: Targets) -> list[Cue]:
        """The earcon that this step calls for, if any."""
        if advice is Advice.IN_BAND:
            return []
        if self._last_earcon_ns is not None and decided_ns - self._last_earcon_ns < REST_NS:
            return []
        self._last_earcon_ns = decided_ns
        self.earcons += 1
        kind = CueKind.QUICKER if advice is Advice.QUICKER else CueKind.SLOWER
        return [Cue(due_ns=decided_ns, kind=kind, value=cadence_spm - targets.cadence_spm)]

    def light(self, now_ns: int, advice: Advice | None) -> list[Cue]:
        """The light's new state when it changes; None is dark."""
        wanted = DARK if advice is None else LIGHT[advice]
        if wanted == self._light:
            return []
        self._light = wanted
        return [Cue(due_ns=now_ns, kind=CueKind.LIGHT, value=wanted)]
