"""Draw the pictures of docs/courses.md: seven simulated runners through the eight faded sessions.

pip install matplotlib            # for this script alone
python docs/make_courses.py
"""

from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from controller.coach.presets import FADED_8
from controller.simulation.course import PEOPLE, PROBE_DAYS, Course, run_course

IMAGES = Path(__file__).parent / "images"
INK, QUIET, ACCENT, WARM = "#18211c", "#7e8a83", "#006b4f", "#b5370a"
OWN_SPM, FACTOR, BAND = 166.0, 1.075, 0.03
AFTER = len(FADED_8.sessions) + 1.5  # probes stand to the right of the sessions


def main() -> None:
    """One picture with a panel for each runner."""
    plt.rcParams.update({"font.size": 9, "axes.edgecolor": INK, "svg.hashsalt": "treadcoach"})
    figure, panels = plt.subplots(len(PEOPLE), 1, figsize=(8.2, 13.5), sharex=True, layout="constrained")
    for panel, person in zip(panels, PEOPLE, strict=True):
        course = run_course(person, FADED_8)
        _draw(panel, course)
        print(person.name, [_percent(v.share(feedback=False)) for v in course.sessions])
    ticks = [*range(1, 9), *(AFTER + k for k in range(len(PROBE_DAYS)))]
    panels[-1].set_xticks(ticks, [*map(str, range(1, 9)), *(f"day\n+{day}" for day in PROBE_DAYS)])
    panels[-1].set_xlabel("session, then probes without feedback (days after the last session)")
    figure.savefig(IMAGES / "courses.png", dpi=110)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.0f}"


def _draw(panel: Axes, course: Course) -> None:
    goal = OWN_SPM * FACTOR
    panel.axhspan(goal * (1 - BAND), goal * (1 + BAND), color="#cfe8db", zorder=0)
    panel.axhline(OWN_SPM, color=QUIET, linewidth=1, linestyle=":")
    visits = [(float(k + 1), visit) for k, visit in enumerate(course.sessions)]
    visits += [(AFTER + k, visit) for k, visit in enumerate(course.probes)]
    for feedback, marker, face in ((True, "o", ACCENT), (False, "o", "white")):
        points = [
            (at, result.cadence_spm, result.steps)
            for at, visit in visits
            for result in visit.results
            if result.feedback is feedback and result.cadence_spm is not None
        ]
        spread = [(at + (0.12 if feedback else -0.12), spm) for at, spm, _ in points]
        panel.scatter(
            [at for at, _ in spread],
            [spm for _, spm in spread],
            s=16,
            marker=marker,
            facecolor=face,
            edgecolor=ACCENT if feedback else INK,
            linewidth=0.8,
            label="block with feedback" if feedback else "block without",
        )
    for at, visit in visits:
        inside = visit.share(feedback=False)
        if inside is not None:
            panel.text(at, 188.4, f"{inside:.0f} %", ha="center", color=INK, fontsize=8)
        if visit.pain_action == "end":
            panel.text(at, 158.6, '"limp": cues end, the programme pauses', ha="left", color=WARM, fontsize=8)
    for at, proposal in enumerate(course.proposals, start=1):
        if proposal is not None and proposal.kind != "ease":
            panel.text(at, 158.6, str(proposal.kind).replace("_", " "), ha="center", color=WARM, fontsize=7)
    panel.set_ylim(157, 191)
    panel.set_xlim(0.3, AFTER + len(PROBE_DAYS) - 0.5)
    panel.set_ylabel("steps/min")
    panel.set_title(course.person, loc="left", fontweight="bold", fontsize=10)


if __name__ == "__main__":
    main()
