"""The simulated runner: follows a metronome, answers to earcons, learns a little, stumbles when told."""

from statistics import mean

import pytest

from controller.cues import CancelCues, Cue, CueKind
from controller.simulation.offline import Heard
from controller.simulation.runner import Runner, TrueStep
from controller.simulation.scene import RunnerModel, Scene, Stretch
from controller.simulation.treadmill import Treadmill
from controller.simulation.world import World

OWN_SPM = 166.0
MODEL = RunnerModel(cadence_spm=OWN_SPM, asymmetry_percent=0)


def runner(speed_mps: float = 2.5, stumbles_s: tuple[float, ...] = ()) -> Runner:
    return Runner(MODEL, Treadmill((Stretch(duration_s=1e4, belt_speed_mps=speed_mps),)), stumbles_s, 5)


def steps_of(one: Runner, until_s: float, tempo_spm: float | None = None) -> list[TrueStep]:
    """Steps up to `until_s`; clicks of a metronome are heard as the runner gets to them."""
    steps: list[TrueStep] = []
    click = 0 if tempo_spm is None else int(one.planned_s * tempo_spm / 60)
    while one.planned_s < until_s:
        while tempo_spm is not None and click * 60 / tempo_spm <= one.planned_s:
            at_s = click * 60 / tempo_spm
            one.hear(Cue(due_ns=round(at_s * 1e9), kind=CueKind.CLICK, value=tempo_spm), at_s)
            click += 1
        step = one.plan()
        assert step is not None
        steps.append(step)
    return steps


def cadence_spm(steps: list[TrueStep]) -> float:
    return 60 / mean(step.next_s - step.contact_s for step in steps)


@pytest.mark.parametrize("tempo_spm", [158.0, 175.0, 182.0])
def test_cadence_follows_a_heard_metronome_and_does_not_quite_reach_it(tempo_spm: float) -> None:
    late = [step for step in steps_of(runner(), 60, tempo_spm) if step.contact_s > 25]
    expected = OWN_SPM + MODEL.follow * (tempo_spm - OWN_SPM)
    assert cadence_spm(late) == pytest.approx(expected, abs=0.6)


def test_without_a_metronome_the_runner_keeps_their_own_cadence() -> None:
    assert cadence_spm(steps_of(runner(), 60)) == pytest.approx(OWN_SPM, abs=0.6)


def test_after_the_metronome_a_part_of_the_change_stays() -> None:
    one = runner()
    steps_of(one, 240, 182)
    later = [step for step in steps_of(one, 300) if step.contact_s > 270]
    assert OWN_SPM + 1 < cadence_spm(later) < OWN_SPM + MODEL.follow * 16 - 3


@pytest.mark.parametrize(("kind", "sign"), [(CueKind.QUICKER, 1), (CueKind.SLOWER, -1)])
def test_an_earcon_shifts_cadence_its_way_for_a_while(kind: CueKind, sign: int) -> None:
    one = runner()
    steps_of(one, 10)
    for _ in range(3):
        one.hear(Cue(due_ns=10**10, kind=kind, value=0.0), 10.0)
    assert sign * (cadence_spm(steps_of(one, 20)) - OWN_SPM) > 1.5
    steps_of(one, 120)
    assert cadence_spm(steps_of(one, 160)) == pytest.approx(OWN_SPM, abs=1.2)


def test_cadence_rises_with_speed() -> None:
    assert cadence_spm(steps_of(runner(3.5), 60)) == pytest.approx(OWN_SPM + 6, abs=0.6)


def test_a_stumble_is_one_long_hard_step() -> None:
    steps = steps_of(runner(stumbles_s=(10.0,)), 20)
    long = [step for step in steps if step.next_s - step.contact_s > 0.5]
    assert len(long) == 1
    assert 10 <= long[0].contact_s < 10.5
    assert long[0].impact_g == max(step.impact_g for step in steps)


class Listening(World):
    """A world that remembers what its runner heard."""

    def __init__(self) -> None:
        super().__init__(Scene(course=(Stretch(duration_s=9, belt_speed_mps=2.5),)))
        self.heard: list[int] = []

    def hear(self, cue: Cue) -> None:
        self.heard.append(cue.due_ns)
        super().hear(cue)


def test_a_cue_is_heard_when_due_and_a_cancelled_one_never() -> None:
    world = Listening()
    heard = Heard(world)
    heard.take([Cue(due_ns=t, kind=CueKind.CLICK, value=180.0) for t in (300, 100, 200)])
    heard.play(150)
    assert world.heard == [100]
    heard.take(
        [CancelCues(from_ns=250, kinds=(CueKind.CLICK,)), CancelCues(from_ns=0, kinds=(CueKind.LIGHT,))]
    )
    heard.play(1000)
    assert world.heard == [100, 200]


@pytest.mark.parametrize(("kind", "every"), [(CueKind.ACCENT, 1), (CueKind.CLICK, 2)])
def test_accents_and_clicks_a_stride_apart_are_the_same_tempo(kind: CueKind, every: int) -> None:
    one, click = runner(), 0
    steps: list[TrueStep] = []
    while one.planned_s < 60:
        while (at_s := click * every * 60 / 176) <= one.planned_s:
            one.hear(Cue(due_ns=round(at_s * 1e9), kind=kind, value=176.0), at_s)
            click += 1
        step = one.plan()
        assert step is not None
        steps.append(step)
    late = [step for step in steps if step.contact_s > 25]
    assert cadence_spm(late) == pytest.approx(OWN_SPM + MODEL.follow * 10, abs=0.8)


def test_tones_soften_the_landing_for_a_while_and_leave_the_cadence() -> None:
    one = runner()
    before = steps_of(one, 20)
    for _ in range(8):
        one.hear(Cue(due_ns=20 * 10**9, kind=CueKind.TONE_LEFT, value=20.0), 20.0)
    during, after = steps_of(one, 27), steps_of(one, 160)[-60:]
    hard = mean(step.impact_g for step in before)
    assert 0.75 * hard < mean(step.impact_g for step in during) < 0.92 * hard
    assert mean(step.impact_g for step in after) == pytest.approx(hard, rel=0.04)
    assert cadence_spm(during) == pytest.approx(OWN_SPM, abs=2)


@pytest.mark.parametrize(
    ("cue", "sign"),
    [
        (Cue(due_ns=0, kind=CueKind.SAY, value=0.0, text="en/quicker"), 1),
        (Cue(due_ns=0, kind=CueKind.SAY, value=0.0, text="de/slower"), -1),
        (Cue(due_ns=0, kind=CueKind.SAY, value=0.0, text="en/well"), 0),
        (Cue(due_ns=0, kind=CueKind.BAR, value=-1.0), 0),
        (Cue(due_ns=0, kind=CueKind.LIGHT, value=-1.0), 1),
        (Cue(due_ns=0, kind=CueKind.STRIP, value=2.0), -1),
        (Cue(due_ns=0, kind=CueKind.STRIP, value=0.5), 0),
    ],
)
def test_words_and_lights_move_the_runner_as_they_mean(cue: Cue, sign: int) -> None:
    one = runner()
    steps_of(one, 10)
    for _ in range(3):
        one.hear(cue, 10.0)
    moved = cadence_spm(steps_of(one, 25)) - OWN_SPM
    assert moved * sign > 0.6 if sign else abs(moved) < 0.6
