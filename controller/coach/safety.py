"""The safety rules as one table with their sources, and the decisions they lead to.

The station cannot stop the belt: what ends here are cues, and every screen that ends them says "Press
the treadmill's stop". docs/safety-rules.md is this table, written out.
"""

from enum import StrEnum
from typing import NamedTuple

from controller.coach.baseline import at_speed
from controller.gait.window import CLIPPED_MOST
from controller.items import StartSession
from controller.prescription import Baseline, Contraindication, StopWord, Targets

OUR_CHOICE = "our choice"
PRESS_STOP = "Press the treadmill's stop"
PAIN_BEFORE_MOST = 3
PAIN_EASE = 4
PAIN_END = 6
PAIN_RISE = 2
CALF_HOLD = 4
CADENCE_WARN, CADENCE_BLOCK = 1.10, 1.15
SPIKE_WARN = 0.10
SPIKE_DAYS = 30
PAIN_SOURCE = "Silbernagel's pain-monitoring model; four running rules, Vincent 2017"


class Rule(NamedTuple):
    """One row of the table."""

    name: str
    when: str
    then: str
    source: str


RULES = (
    Rule(
        "pain before",
        f"the score before the run is above {PAIN_BEFORE_MOST} of 10",
        "no impact target is trained, and the clinician confirms with a reason before the session starts",
        f"{PAIN_SOURCE}; the limit is {OUR_CHOICE}",
    ),
    Rule(
        "pain during",
        f"a score of {PAIN_EASE} or 5 during the run",
        'the screens say "Ease off"; the cues go on',
        PAIN_SOURCE,
    ),
    Rule(
        "pain too high",
        f"a score of {PAIN_END} or more, or {PAIN_RISE} more than before the run",
        f'all corrective cues end, the screens say "{PRESS_STOP}", the programme pauses',
        f"{PAIN_SOURCE}; the rise is {OUR_CHOICE}",
    ),
    Rule(
        "stop word",
        "sharp pain, a limp, dizziness, or anything in the chest, whatever the score",
        f'all corrective cues end, the screens say "{PRESS_STOP}", the programme pauses',
        "four running rules, Vincent 2017",
    ),
    Rule(
        "pain after 24 hours",
        "the score a day later is higher than before the run, or nobody has asked",
        "no step forward in the programme is proposed",
        PAIN_SOURCE,
    ),
    Rule(
        "calf watch",
        f"cadence or impact is trained; a calf soreness of {CALF_HOLD} or more",
        "the calf is asked about at each session; no step forward is proposed, calf work is",
        "Chan 2018: more calf and Achilles complaints after retraining; the limit is " + OUR_CHOICE,
    ),
    Rule(
        "cadence high",
        f"a cadence target more than {CADENCE_WARN - 1:.0%} above the baseline",
        "the clinician is warned",
        "studied up to +10 %: Heiderscheit 2011, Bramah 2019",
    ),
    Rule(
        "cadence too high",
        f"a cadence target more than {CADENCE_BLOCK - 1:.0%} above the baseline",
        "refused, unless a reason is given",
        OUR_CHOICE,
    ),
    Rule(
        "load spike",
        f"a run more than {SPIKE_WARN:.0%} longer than the longest of the last {SPIKE_DAYS} days",
        "the clinician is warned",
        "5 205 runners: hazard ratio 1.64 for 10 to 30 %, 1.52 to 100 %, 2.28 beyond (Frandsen 2025)",
    ),
    Rule(
        "impact not known",
        f"more than {CLIPPED_MOST:.0%} of the baseline's impacts clipped, or the sensor turned",
        "no impact target",
        OUR_CHOICE,
    ),
    Rule(
        "contraindication",
        "an entry of the check list is ticked",
        "the clinician confirms with a reason, or there is no session; with calf trouble no impact target",
        "clinical practice, unverified",
    ),
)


class PainAction(StrEnum):
    """What a pain score leads to during a run."""

    GO_ON = "go on"
    EASE_OFF = "ease off"
    END = "end"


def during(score: int | None, word: StopWord | None, before: int | None) -> PainAction:
    """Rules "pain during", "pain too high" and "stop word"."""
    if word is not None:
        return PainAction.END
    if score is None:
        return PainAction.GO_ON
    if score >= PAIN_END or (before is not None and score >= before + PAIN_RISE):
        return PainAction.END
    return PainAction.EASE_OFF if score >= PAIN_EASE else PainAction.GO_ON


def refusal_of_start(order: StartSession) -> str | None:
    """Why this session may not start as it is; None when it may."""
    if order.pain_before is not None and order.pain_before > PAIN_BEFORE_MOST and order.confirmed is None:
        return (
            f"The runner reports pain {order.pain_before} of 10 before the run. Above {PAIN_BEFORE_MOST} a "
            "clinician confirms with a reason, or the session waits for another day."
        )
    if order.contraindications and order.confirmed is None:
        named = "; ".join(CONTRAINDICATIONS[entry] for entry in order.contraindications)
        return f"The check list names {named}. A clinician confirms with a reason, or there is no run today."
    calf = Contraindication.CALF_HISTORY in order.contraindications
    if calf and order.targets.impact_factor is not None:
        return (
            "With Achilles or calf trouble no softer landing is trained at first: the calf would pay for it."
        )
    if order.sham is not None and order.sham.role != "researcher":
        return "Only a researcher may start a session with feedback from another one."
    return refusal_of_targets(order.targets, order.baselines, order.pain_before)


def refusal_of_targets(
    targets: Targets, baselines: tuple[Baseline, ...], pain_before: int | None
) -> str | None:
    """Why these targets may not be set; None when they may."""
    ratio = cadence_ratio(targets, baselines)
    if ratio is not None and ratio > CADENCE_BLOCK + 1e-9 and targets.override_reason is None:
        return (
            f"The target is {100 * (ratio - 1):.0f} % above the runner's own cadence. More than "
            f"{CADENCE_BLOCK - 1:.0%} needs a reason: write one, or choose a lower target."
        )
    if targets.impact_factor is None:
        return None
    if pain_before is not None and pain_before > PAIN_BEFORE_MOST:
        return (
            f"With pain {pain_before} of 10 before the run no impact target is trained. Leave it out today."
        )
    clipped = [b for b in baselines if (b.clipped_share or 0.0) > CLIPPED_MOST]
    if clipped:
        return (
            f"{100 * (clipped[0].clipped_share or 0.0):.0f} % of the baseline's impacts went beyond the "
            "sensor's range. Use a sensor with a wider range, or choose another measure."
        )
    return None


def warnings(targets: Targets, baselines: tuple[Baseline, ...]) -> tuple[str, ...]:
    """What a clinician should know, and may go on with."""
    ratio = cadence_ratio(targets, baselines)
    if ratio is None or ratio <= CADENCE_WARN + 1e-9:
        return ()
    percent = 100 * (ratio - 1)
    return (f"The cadence target is {percent:.0f} % above the baseline; up to 10 % is what was studied.",)


def cadence_ratio(targets: Targets, baselines: tuple[Baseline, ...]) -> float | None:
    """Target over own cadence, the largest of all baselines; None where either is not known."""
    if targets.cadence_factor is not None:
        return targets.cadence_factor
    if targets.cadence_spm is None or not baselines:
        return None
    return max(targets.cadence_spm / baseline.cadence_spm for baseline in baselines)


class Load(NamedTuple):
    """A planned run against the longest of the last 30 days, in the same unit."""

    planned: float
    longest: float | None


def load_warning(load: Load) -> str | None:
    """Rule "load spike"; nothing is said where no run is known."""
    if load.longest is None or load.longest <= 0 or load.planned <= load.longest * (1 + SPIKE_WARN) + 1e-9:
        return None
    percent = 100 * (load.planned / load.longest - 1)
    return (
        f"This run is {percent:.0f} % longer than the longest of the last {SPIKE_DAYS} days. Shorten it, or "
        "confirm that the runner is used to more."
    )


CONTRAINDICATIONS = {
    Contraindication.ACUTE_FRACTURE: "a fracture or a stress reaction of a bone, new or being looked into",
    Contraindication.CLOT: "signs of a blood clot in the leg: swelling, warmth, tenderness",
    Contraindication.SURGERY: "recent surgery without clearance to run",
    Contraindication.HEART: "a heart condition that is not under control",
    Contraindication.BALANCE: "balance so poor that a harness is needed",
    Contraindication.CALF_HISTORY: "Achilles or calf trouble",
}


def progress_held(pain_before: int | None, pain_24h: int | None, calf_24h: int | None) -> str | None:
    """Why no step forward may be proposed after a session; None when one may."""
    if pain_24h is None or calf_24h is None:
        return "The 24-hour answer is missing: ask for pain and calf soreness before the next step."
    if pain_24h > (pain_before or 0):
        return f"Pain a day later is {pain_24h} of 10, more than before. Repeat or ease the last session."
    if calf_24h >= CALF_HOLD:
        return f"Calf soreness is {calf_24h} of 10. Stay at this step and add calf work."
    return None


def baseline_missing(targets: Targets, baselines: tuple[Baseline, ...], speed_mps: float | None) -> bool:
    """Some target is a share, and no baseline holds at this speed."""
    return targets.needs_baseline and at_speed(baselines, speed_mps) is None
