"""What reaches the runner: silent inside the band, one sign outside it, and nothing without a reason."""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.coach.coach import Coach
from controller.coach.metronome import Metronome, beat
from controller.cues import CLICKS, DARK, LIGHTS, CancelCues, Cue, CueKind
from controller.items import Side
from controller.prescription import Activity, Block, ClickMode, CueModes, LightStyle, Sham, ShamCue, Targets
from controller.records import Prediction

NS = 10**9
QUIET = CueModes(click=False, beep=False, light=False)
BEEP = CueModes(click=False, light=False)
TONE = CueModes(click=False, beep=False, light=False, tone=True)
SPEECH = CueModes(click=False, beep=False, light=False, speech=True, speech_every_s=10)


def run(
    coach: Coach, kit: Any, seconds: float, cadence_spm: float, from_s: float = 1.0, **changes: Any
) -> list[Cue]:
    """The cues of a steady run: left, right, left."""
    cues, at_s, side = [], from_s, Side.LEFT
    while at_s < from_s + seconds:
        now = kit.conditions(at_s, cadence_spm)
        peaks = {Side.LEFT: changes.get("left_g", 4.0), Side.RIGHT: changes.get("right_g", 4.0)}
        rest = {k: v for k, v in changes.items() if k not in ("left_g", "right_g")}
        made = {"vertical_oscillation_m": 0.07, "cadence_spm": cadence_spm, **rest}
        cues += coach.step(kit.step(at_s, side, peak_g=peaks[side], **made), now)
        cues += coach.act(now)
        at_s, side = at_s + 60 / cadence_spm, Side.RIGHT if side is Side.LEFT else Side.LEFT
    return [cue for cue in cues if isinstance(cue, Cue)]


@pytest.mark.parametrize(
    ("cadence_spm", "kinds"),
    [(178.0, set()), (173.2, set()), (173.0, {CueKind.QUICKER}), (183.7, set()), (183.9, {CueKind.SLOWER})],
)
def test_inside_the_band_nothing_is_said(kit: Any, cadence_spm: float, kinds: set[CueKind]) -> None:
    cues = run(kit.coach(cues=BEEP), kit, 20, cadence_spm)
    assert {cue.kind for cue in cues} == kinds
    times = [cue.due_ns for cue in cues]
    assert all(b - a >= 4 * NS for a, b in itertools.pairwise(times)), "a rest after each"
    assert all(cue.cites is not None and cue.cites.decided_ns == cue.due_ns for cue in cues)
    assert all((cue.value < 0) is (cue.kind is CueKind.QUICKER) for cue in cues)


def test_the_harder_leg_is_told_by_its_own_tone_and_the_excess_by_its_value(kit: Any) -> None:
    cues = run(kit.coach(cues=TONE), kit, 6, 178, left_g=4.7, right_g=6.4)
    assert {cue.kind for cue in cues} == {CueKind.TONE_RIGHT}, "the left one is below its 4.8 g"
    assert cues[-1].value == pytest.approx(100 * (6.4 / 5.12 - 1))
    assert len(cues) == pytest.approx(6 * 178 / 60 / 2, abs=3), (
        "every landing of that leg, once three are known"
    )


def test_a_tone_may_come_at_each_fifth_stride(kit: Any) -> None:
    modes = CueModes(click=False, beep=False, light=False, tone=True, tone_every_strides=5)
    cues = run(kit.coach(cues=modes), kit, 20, 178, left_g=7.0)
    gaps = {round((b.due_ns - a.due_ns) / NS / (2 * 60 / 178)) for a, b in itertools.pairwise(cues)}
    assert gaps == {5}


@pytest.mark.parametrize(
    ("style", "wanted"),
    [
        (LightStyle.TRAFFIC, (CueKind.LIGHT, -1.0)),
        (LightStyle.BAR, (CueKind.BAR, 1.0)),
        (LightStyle.STRIP, (CueKind.STRIP, -2.5)),
    ],
)
def test_each_light_shows_its_own_measure(kit: Any, style: LightStyle, wanted: tuple[CueKind, float]) -> None:
    modes = CueModes(click=False, beep=False, light_style=style)
    cues = run(kit.coach(cues=modes), kit, 5, 165, left_g=4.0, right_g=6.0)
    assert (cues[-1].kind, cues[-1].value) == wanted
    assert len(cues) <= 3, "a light changes only when what it says does"


def test_a_switched_light_leaves_nothing_burning(kit: Any) -> None:
    coach = kit.coach(cues=CueModes(click=False, beep=False))
    run(coach, kit, 3, 165)
    coach.set_cues(CueModes(click=False, beep=False, light_style=LightStyle.STRIP))
    cues = run(coach, kit, 1, 165, from_s=4.2)
    assert (CueKind.LIGHT, DARK) in [(cue.kind, cue.value) for cue in cues]
    coach.set_cues(QUIET)
    assert [(c.kind, c.value) for c in coach.act(kit.conditions(6)) if isinstance(c, Cue)] == [
        (CueKind.STRIP, DARK)
    ]


def test_words_come_at_most_every_n_seconds_and_praise_what_was_mended(kit: Any) -> None:
    coach = kit.coach(cues=SPEECH, targets=Targets(cadence_factor=1.075, stage_s=0))
    said = run(coach, kit, 40, 165)
    assert [cue.text for cue in said] == ["en/quicker"] * 4, "first after five seconds outside the band"
    assert all(b.due_ns - a.due_ns >= 10 * NS for a, b in itertools.pairwise(said))
    assert [cue.text for cue in run(coach, kit, 30, 178, from_s=60)] == ["en/well"]


def test_a_spoken_language_goes_with_the_prompt(kit: Any) -> None:
    modes = CueModes(click=False, beep=False, light=False, speech=True, language="de")
    coach = kit.coach(cues=modes, blocks=(Block(duration_s=3), Block(duration_s=60, feedback=False)))
    said = run(coach, kit, 5, 178)
    assert [cue.text for cue in said] == ["de/feedback_off"]


@given(
    st.floats(100, 240), st.sampled_from(list(ClickMode)), st.lists(st.integers(1, 300_000_000), max_size=60)
)
def test_every_mode_keeps_the_grid_of_steps(tempo_spm: float, mode: ClickMode, waits_ns: list[int]) -> None:
    plain, own, now_ns = Metronome(), Metronome(), 0
    plain.start(0, tempo_spm)
    own.start(0, tempo_spm)
    steps, cues = [], []
    for wait_ns in waits_ns:
        steps += plain.advance(now_ns)
        cues += own.advance(now_ns, mode)
        now_ns += wait_ns
    grid = [cue.due_ns for cue in steps]
    assert [cue.due_ns for cue in cues] == (grid[::2] if mode is ClickMode.STRIDE else grid)
    accents = [cue.due_ns for cue in cues if cue.kind is CueKind.ACCENT]
    assert accents == (grid[::2] if mode is ClickMode.ACCENT else [])


def test_a_mode_may_change_between_two_beats() -> None:
    metronome = Metronome()
    metronome.start(0, 180)
    first = metronome.advance(NS, ClickMode.STEP)
    then = metronome.advance(2 * NS, ClickMode.ACCENT)
    gaps = {b.due_ns - a.due_ns for a, b in zip([*first, *then], [*first, *then][1:], strict=False)}
    assert gaps <= {333_333_333, 333_333_334}
    assert beat(0, 180, ClickMode.STRIDE, 1) == []


def foresee(coach: Coach, at_s: float) -> None:
    coach.prediction(
        Prediction(
            side=Side.LEFT,
            predicted_contact_ns=round((at_s + 0.3) * NS),
            issued_ns=round(at_s * NS),
            sd_ns=9_000_000,
        )
    )


def test_the_phase_aligned_click_meets_a_steady_step_and_needs_one(kit: Any) -> None:
    modes = CueModes(follow=True, beep=False, light=False)
    coach = kit.coach(cues=modes, targets=Targets(cadence_spm=166.0, stage_s=0))
    clicks, at_s = [], 1.0
    while at_s < 30:
        foresee(coach, at_s)
        clicks += [
            c for k in range(36) for c in coach.act(kit.conditions(at_s + k / 100)) if isinstance(c, Cue)
        ]
        at_s += 60 / 166
    late = [(c.due_ns / NS - 1.3) % (60 / 166) for c in clicks]
    assert all(min(x, 60 / 166 - x) < 0.001 for x in late)
    assert not [c for c in coach.act(kit.conditions(40)) if isinstance(c, Cue)], (
        "nothing foreseen, nothing played"
    )


def test_switching_from_the_grid_to_the_step_takes_back_what_was_handed_out(kit: Any) -> None:
    coach = kit.coach()
    coach.act(kit.conditions(1))
    coach.set_cues(CueModes(follow=True))
    cancels = [effect for effect in coach.act(kit.conditions(1.05)) if isinstance(effect, CancelCues)]
    assert [cancel.kinds for cancel in cancels] == [CLICKS]


def test_a_walk_between_runs_has_no_cues(kit: Any) -> None:
    blocks = (Block(duration_s=60, activity=Activity.WALK, feedback=False), Block(duration_s=60))
    coach = kit.coach(blocks=blocks)
    assert not [cue for cue in run(coach, kit, 30, 110, mode="walking") if cue.kind is not CueKind.SAY]


def sham(*cues: ShamCue) -> Sham:
    return Sham(role="researcher", trial_consent="trial 7, form 3", of_session="s-other", cues=cues)


def test_a_sham_plays_the_other_session_whatever_the_runner_does_and_obeys_the_mute(kit: Any) -> None:
    cues = tuple(
        ShamCue(at_s=float(k), kind=kind, value=1.0) for k in range(1, 9) for kind in ("quicker", "light")
    )
    coach = kit.coach(sham=sham(*cues))
    heard = run(coach, kit, 3, 178)
    assert {cue.kind for cue in heard} == {CueKind.QUICKER, CueKind.LIGHT}
    assert all(cue.cites is None for cue in heard)
    muted = [c for c in coach.set_mute(5 * NS, muted=True) if isinstance(c, Cue)]
    assert [(c.kind, c.value) for c in muted] == [(CueKind.LIGHT, DARK)]
    assert not run(coach, kit, 2, 178, from_s=5.0)
    coach.set_mute(7 * NS, muted=False)
    assert {c.due_ns for c in run(coach, kit, 5, 178, from_s=7.0)} <= {7 * NS, 8 * NS}
    assert coach.report(kit.conditions(9)).sham


def test_the_end_darkens_every_light(kit: Any) -> None:
    coach = kit.coach()
    run(coach, kit, 3, 165)
    ended = coach.end(5 * NS, "Ended by hand.")
    assert all(c.value == DARK for c in ended if isinstance(c, Cue) and c.kind in LIGHTS)
    assert any(isinstance(c, CancelCues) for c in ended)


def test_a_sentence_under_way_ends_with_the_block_and_the_next_one_is_announced(kit: Any) -> None:
    coach = kit.coach(cues=SPEECH, blocks=(Block(duration_s=10), Block(duration_s=60, feedback=False)))
    run(coach, kit, 8, 165)
    told = [effect for k in range(4) for effect in coach.act(kit.conditions(9.98 + k / 100, 165))]
    cancels = [effect for effect in told if isinstance(effect, CancelCues)]
    assert len(cancels) == 1
    assert CueKind.SAY in cancels[0].kinds
    assert CueKind.CLICK not in cancels[0].kinds, "beats have a rule of their own"
    said = [effect for effect in told if isinstance(effect, Cue)]
    assert [cue.text for cue in said] == ["en/feedback_off"]
    assert told.index(said[0]) > told.index(cancels[0])
