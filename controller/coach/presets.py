"""Five programmes as data; each says where its numbers come from, and which of them are our choice."""

from controller.coach.programme import PlannedSession, ProbeVisit, Programme, Venue, WalkRun
from controller.prescription import Probe

OUR_CHOICE = "our choice"
MILE_M = 1609.344
_KEPT, _RECALLED, _COUNTING = Probe.RETENTION, Probe.RECALL, Probe.DISTRACTION

# At the end, after a week, a month (the usual test), 3, 6 and 12 months; counting aloud as in Cheung 2018.
# Which kind is tested when is our choice.
PROBES = (
    ProbeVisit(days_after_end=0, kinds=(_KEPT, _COUNTING)),
    ProbeVisit(days_after_end=7, kinds=(_KEPT,)),
    ProbeVisit(days_after_end=30, kinds=(_KEPT, _RECALLED, _COUNTING)),
    ProbeVisit(days_after_end=90, kinds=(_KEPT, _RECALLED)),
    ProbeVisit(days_after_end=180, kinds=(_KEPT, _RECALLED)),
    ProbeVisit(days_after_end=365, kinds=(_KEPT, _RECALLED, _COUNTING)),
)

FADED_8 = Programme(
    name="faded_8",
    title="Eight faded sessions in two weeks",
    source=(
        "8 sessions in 2 weeks from 15 to 30 min, feedback withdrawn over the last four: Crowell & Davis "
        f"2011; 2 weeks with feedback: Chan 2018. The minutes between and the shares are {OUR_CHOICE}."
    ),
    evidence=(
        "Impact about halved and loading rates about 30 % lower, kept for a month (n = 10, Crowell & Davis "
        "2011); lower loading rates in a trial with 320 novices, and more calf and Achilles complaints "
        "(Chan 2018)."
    ),
    per_week=4,
    min_rest_h=24,
    sessions=tuple(
        PlannedSession(number=number, minutes=minutes, feedback_percent=percent)
        for number, (minutes, percent) in enumerate(
            zip((15, 17, 19, 21, 24, 26, 28, 30), (100, 100, 100, 100, 75, 50, 25, 10), strict=True), start=1
        )
    ),
    probes=PROBES,
)

CLANSEY_6 = Programme(
    name="clansey_6",
    title="Six sessions in three weeks, feedback each fifth stride",
    source=(
        "Six times 20 min in 3 weeks: Clansey 2014; feedback each fifth gait cycle as a review's table gives "
        f"it, unverified. Two a week follows from it; two days between sessions are {OUR_CHOICE}."
    ),
    evidence=(
        "Impact and loading rates fell; a month later only the impact was still lower (n = 22, Clansey 2014)."
    ),
    per_week=2,
    min_rest_h=48,
    sessions=tuple(
        PlannedSession(number=number, minutes=20, feedback_percent=100, every_strides=5)
        for number in range(1, 7)
    ),
    probes=PROBES,
)

BRAMAH_1 = Programme(
    name="bramah_1",
    title="One clinic session, then home with a metronome",
    source=(
        "One session at +10 % of the runner's own cadence, then runs watched by the runner alone: Bramah "
        f"2019. The minutes, four weeks of three runs, and their fading shares are {OUR_CHOICE}."
    ),
    evidence=(
        "Pelvic drop, hip adduction and knee flexion fell by 3 to 4 degrees; pain and function were better "
        "after 4 weeks and 3 months (kneecap pain, n = 12, no control group; Bramah 2019)."
    ),
    per_week=3,
    min_rest_h=24,
    sessions=(
        PlannedSession(
            number=1, minutes=30, feedback_percent=100, note="Cadence target: +10 % of the runner's own."
        ),
        *(
            PlannedSession(
                number=2 + 3 * week + run,
                minutes=30,
                feedback_percent=percent,
                place=Venue.HOME,
                note="With a metronome at the clinic's tempo.",
            )
            for week, percent in enumerate((100, 50, 25, 10))
            for run in range(3)
        ),
    ),
    probes=PROBES,
)


def _by_distance_session(number: int) -> PlannedSession:
    """Three runs a week; each week 300 m longer, so that no run is over 10 % longer than the one before."""
    week, run = divmod(number - 1, 3)
    every_m = (500, 1000, None if run == 1 else 1000, None)[week]
    return PlannedSession(
        number=number,
        distance_m=3000 + 300 * week,
        feedback_percent=0 if every_m is None else None,
        feedback_every_m=every_m,
        place=Venue.HOME,
        note="Feedback only when the runner asks for it." if week == 3 else "",
    )


BY_DISTANCE = Programme(
    name="by_distance",
    title="Four weeks faded by distance",
    source=(
        "Each 500 m in week 1, each kilometre in week 2, the same on every other run in week 3, as needed in "
        "week 4: the field plan of a clinic (healthhp.com.au). Three runs a week, 3 to 3.9 km, and a minute "
        f"of feedback at a time are {OUR_CHOICE}."
    ),
    evidence="A clinic's own plan; no trial of it is known to us.",
    per_week=3,
    min_rest_h=24,
    sessions=tuple(_by_distance_session(number) for number in range(1, 13)),
    probes=PROBES,
)


# Walk s, run s, miles, and how hard it may feel; the last is continuous.
_PHASES = (
    (WalkRun(walk_s=120, run_s=180), 1.0, 3),
    (WalkRun(walk_s=120, run_s=180), 1.5, 3),
    (WalkRun(walk_s=120, run_s=240), 1.5, 4),
    (WalkRun(walk_s=120, run_s=240), 2.0, 4),
    (WalkRun(walk_s=60, run_s=240), 2.0, 5),
    (None, 2.0, 5),
)

WALK_RUN_6 = Programme(
    name="walk_run_6",
    title="Back to running in six walk-run phases",
    source=(
        "Phases, distances, effort, each phase at least twice, a day of rest between: return-to-run table of "
        "a trial's protocol (Trials 2023, doi 10.1186/s13063-023-07502-x, table 1). Feedback in every run, "
        f"half of the time in the last phase, is {OUR_CHOICE}."
    ),
    evidence="The standard programme in that trial's protocol; a result of it alone is not known to us.",
    per_week=3,
    min_rest_h=48,
    sessions=tuple(
        PlannedSession(
            number=2 * phase + again + 1,
            distance_m=round(miles * MILE_M, 3),
            feedback_percent=50 if walk_run is None else 100,
            walk_run=walk_run,
            rpe=rpe,
            note=f"Phase {phase + 1} of 6: on only without more pain, swelling or stiffness.",
        )
        for phase, (walk_run, miles, rpe) in enumerate(_PHASES)
        for again in range(2)
    ),
    probes=PROBES,
)

PRESETS = {one.name: one for one in (FADED_8, CLANSEY_6, BRAMAH_1, BY_DISTANCE, WALK_RUN_6)}
