"""Lights: a traffic light, a bar for the harder leg, a strip for the distance to the target.

A light changes only when what it says changes, and is dark whenever nothing corrective may be shown.
"""

from controller.coach.advice import Finding
from controller.coach.band import cited
from controller.coach.measures import Measures
from controller.cues import DARK, LIGHTS, Citation, Cue, CueKind
from controller.effects import Advice, Goals
from controller.gait.formulas import robinson_si
from controller.prescription import LightStyle
from controller.records import Step

KINDS = {LightStyle.TRAFFIC: CueKind.LIGHT, LightStyle.BAR: CueKind.BAR, LightStyle.STRIP: CueKind.STRIP}
SIGNS = {Advice.QUICKER: -1.0}  # everything else outside the band is "less"
IN_BAND = Finding(Advice.IN_BAND, "", 0.0, 0.0)
BAR_FULL_PERCENT = 20.0  # Robinson index at which the bar is full
BAR_STEP, STRIP_STEP, STRIP_MOST = 0.1, 0.5, 3.0


class Light:
    """Remembers what it shows."""

    def __init__(self) -> None:
        self._shown = dict.fromkeys(LIGHTS, DARK)

    def step(
        self, step: Step, style: LightStyle, found: tuple[Finding, ...], measures: Measures, goals: Goals
    ) -> list[Cue]:
        """What changes with this step; the cue says which step and which finding it shows."""
        wanted = dict.fromkeys(LIGHTS, DARK)
        wanted[KINDS[style]] = _value(style, found, measures, goals)
        return self._change(wanted, step.decided_ns, cited(step, found[0] if found else IN_BAND))

    def dark(self, now_ns: int) -> list[Cue]:
        """Everything out."""
        return self._change(dict.fromkeys(LIGHTS, DARK), now_ns, None)

    def took(self, cue: Cue) -> None:
        """Somebody else lit it."""
        if cue.kind in self._shown:
            self._shown[cue.kind] = cue.value

    def _change(self, wanted: dict[CueKind, float], now_ns: int, cites: Citation | None) -> list[Cue]:
        changed = [(kind, value) for kind, value in wanted.items() if value != self._shown[kind]]
        self._shown = wanted
        return [Cue(due_ns=now_ns, kind=kind, value=value, cites=cites) for kind, value in changed]


def _value(style: LightStyle, found: tuple[Finding, ...], measures: Measures, goals: Goals) -> float:
    if style is LightStyle.TRAFFIC:
        return SIGNS.get(found[0].advice, 1.0) if found else 0.0
    if style is LightStyle.BAR:
        left, right = measures.peak_left_g, measures.peak_right_g
        if left is None or right is None:
            return DARK
        share = robinson_si(left, right) / BAR_FULL_PERCENT
        return _stepped(min(max(share, -1.0), 1.0), BAR_STEP)
    spm, goal, high = measures.cadence_spm, goals.cadence_spm, goals.cadence_high_spm
    if spm is None or goal is None or high is None:
        return DARK
    return _stepped(min(max((spm - goal) / (high - goal), -STRIP_MOST), STRIP_MOST), STRIP_STEP)


def _stepped(value: float, step: float) -> float:
    return round(value / step) * step + 0.0  # never -0.0
