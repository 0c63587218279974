"""PURE: what players are told: cues, and which of them to take back."""

from enum import StrEnum

import msgspec

from controller.items import Tagged


class CueKind(StrEnum):
    """What the runner perceives."""

    CLICK = "click"  # one metronome beat; value: tempo in steps/min
    ACCENT = "accent"  # a beat that is marked, every other one; value: tempo in steps/min
    QUICKER = "quicker"  # earcon; value: cadence minus target, steps/min
    SLOWER = "slower"  # earcon; value: cadence minus target, steps/min
    TONE_LEFT = "tone_left"  # value: excess of the left leg's impact over its target, %
    TONE_RIGHT = "tone_right"  # value: excess of the right leg's impact over its target, %
    SAY = "say"  # text: which prompt
    LIGHT = "light"  # value: -1 more wanted, 0 inside the band, 1 less wanted, 9 dark
    BAR = "bar"  # value: -1 the left leg lands harder .. 1 the right one, 9 dark
    STRIP = "strip"  # value: distance from the target in half bands, -3 .. 3, 9 dark


LIGHTS = (CueKind.LIGHT, CueKind.BAR, CueKind.STRIP)
CLICKS = (CueKind.CLICK, CueKind.ACCENT)
DARK = 9.0


class Citation(msgspec.Struct, frozen=True, kw_only=True):
    """The step a corrective cue answers, the measure as it was seen then, and what it was held against."""

    contact_ns: int
    decided_ns: int
    measure: (
        str  # cadence_spm | peak_left_g | peak_right_g | vertical_oscillation_m | contact_asymmetry_percent
    )
    value: float
    limit: float  # beyond this the cue is due


class Cue(Tagged, frozen=True, omit_defaults=True):
    """Play this at `due_ns`; handed over at most 100 ms ahead, so that a mute can be kept."""

    due_ns: int
    kind: CueKind
    value: float
    text: str = ""
    cites: Citation | None = None


class CancelCues(Tagged, frozen=True):
    """Nothing that is due at or after `from_ns` and of one of `kinds` may still be played."""

    from_ns: int
    kinds: tuple[CueKind, ...]
