"""Coaching on the whole simulated station: from samples to cues, by the orders a clinician gives."""

import itertools
from collections.abc import Iterator
from statistics import median
from typing import Any

import msgspec
import pytest

from controller.cues import DARK, Cue, CueKind
from controller.effects import Advice, Answer, Effect, Live, ReadingState, Silence
from controller.gait.window import window
from controller.items import (
    CaptureBaseline,
    Command,
    Item,
    Order,
    Played,
    ReportPain,
    SetCues,
    SetMute,
    SetSpeed,
    SetTargets,
    StartSession,
    StationSetup,
)
from controller.prescription import Baseline, Block, CueModes, LightStyle, Probe, Sham, StopWord, Targets
from controller.records import BlockResult, SessionTimings, Step
from controller.session import Session
from controller.simulation.offline import simulate
from controller.simulation.scene import Fault, RunnerModel, Scene, Stretch

NS = 10**9
RUN = (Stretch(duration_s=900, belt_speed_mps=2.5),)
OWN = Baseline(
    speed_mps=2.5, cadence_spm=166, peak_left_g=6.2, peak_right_g=6.8, vertical_oscillation_m=0.085
)
DEAF = RunnerModel(follow=0.0, earcon_percent=0.0)  # does what they do, whatever is cued
pytestmark = pytest.mark.slow


def start(**changes: Any) -> StartSession:
    made = StartSession(
        session_id="s-1",
        runner="R 1",
        targets=Targets(cadence_factor=1.075, impact_factor=0.8),
        blocks=(Block(duration_s=600),),
        cues=CueModes(click=False, tone=True),
        baselines=(OWN,),
    )
    return msgspec.structs.replace(made, **changes)


class Run:
    """What a session did: reports, cues as they were told, everything else."""

    def __init__(self, pairs: Iterator[tuple[Item, list[Effect]]]) -> None:
        self.effects = [effect for _, effects in pairs for effect in effects]
        self.lives = [effect for effect in self.effects if isinstance(effect, Live)]
        self.cues = [effect for effect in self.effects if isinstance(effect, Cue)]

    def of(self, kind: Any) -> list[Any]:
        return [effect for effect in self.effects if isinstance(effect, kind)]

    def live(self, at_s: float) -> Live:
        return next(live for live in self.lives if live.time_ns >= at_s * NS)

    def kinds(self, from_s: float, to_s: float) -> set[str]:
        own = [c for c in self.cues if from_s * NS <= c.due_ns < to_s * NS and c.value != DARK]
        return {str(cue.kind) for cue in own}


def run(order: StartSession, seconds: float, orders: dict[float, Order] | None = None, **scene: Any) -> Run:
    made = Scene(**{"seed": 2, "course": RUN, "runner": DEAF, **scene})
    did = Run(simulate(made, order, seconds, orders))
    assert all(live.cues_held_back == 0 for live in did.lives), "the guard has nothing to do"
    return did


def test_a_hard_leg_gets_its_tone_and_a_slow_runner_the_beep() -> None:
    did = run(start(targets=Targets(cadence_factor=1.075, impact_factor=0.95, stage_s=0)), 30)
    assert did.kinds(0, 30) >= {"quicker", "light"}
    tones = [cue for cue in did.cues if cue.kind in (CueKind.TONE_LEFT, CueKind.TONE_RIGHT)]
    steps = {step.initial_contact_ns: step for step in did.of(Step)}
    assert tones
    for cue in tones:
        assert cue.cites is not None
        assert steps[cue.cites.contact_ns].side == cue.kind.removeprefix("tone_")
        assert 0 < cue.due_ns - cue.cites.contact_ns < NS, "before that foot lands again but one"


def test_the_first_words_of_the_table_no_speed_within_two_and_a_half_seconds() -> None:
    did = run(start(), 24, faults=(Fault(what="belt", at_s=12.0, duration_s=6.0),))
    assert did.kinds(9, 12)
    assert not did.kinds(14.5, 18)
    assert Silence.NO_SPEED in did.live(14.5).silences
    assert Silence.NO_SPEED not in did.live(13.5).silences
    assert did.kinds(19, 24), "and by itself again"


def test_another_speed_has_no_baseline_and_one_button_takes_it() -> None:
    course = (Stretch(duration_s=20, belt_speed_mps=2.5), Stretch(duration_s=600, belt_speed_mps=3.0))
    did = run(start(), 110, {30.0: CaptureBaseline()}, course=course)
    assert Silence.NO_BASELINE in did.live(29).silences
    assert Silence.CAPTURING in did.live(60).silences
    assert not did.kinds(22, 90)
    session = did.live(109).session
    assert session is not None
    assert session.capture is None
    taken = session.baselines[-1]
    assert taken.speed_mps == pytest.approx(3.0, abs=0.02)
    assert taken.cadence_spm == pytest.approx(169, abs=1)
    assert did.kinds(95, 110), "cues come again, against the new baseline"


def test_without_a_belt_the_speed_is_typed_marked_and_asked_again_when_the_steps_jump() -> None:
    course = (Stretch(duration_s=40, belt_speed_mps=2.5), Stretch(duration_s=600, belt_speed_mps=3.6))
    did = run(start(), 80, {5.0: SetSpeed(speed_mps=2.5)}, course=course, has_belt=False)
    before, after = did.live(4.9), did.live(6.0)
    assert (before.belt_speed.value, before.speed_source) == (None, "")
    assert (after.belt_speed.state, after.belt_speed.value) == (ReadingState.LIVE, 2.5)
    assert after.speed_source == "typed"
    assert Silence.NO_BASELINE in did.live(4.9).silences
    assert did.kinds(12, 38)
    early, late = did.live(38).session, did.live(75).session
    assert early is not None
    assert late is not None
    assert not early.speed_doubted
    assert late.speed_doubted
    lengths = [s.step_length_m for s in did.of(Step) if s.step_length_m and s.decided_ns < 40 * NS]
    assert median(lengths) == pytest.approx(2.5 * 60 / 166, rel=0.02)


def test_a_typed_speed_is_refused_where_the_belt_speaks() -> None:
    did = run(start(), 8, {5.0: SetSpeed(speed_mps=2.5)})
    assert [a.reason for a in did.of(Answer) if not a.accepted] == [
        "The station reads this treadmill's speed itself, so none can be typed."
    ]


def test_the_ramp_leads_in_stages_that_the_metronome_plays() -> None:
    order = start(cues=CueModes(beep=False, light=False), targets=Targets(cadence_factor=1.075, stage_s=15))
    did = run(order, 80, runner=RunnerModel(follow=0.5))
    tempi = [cue.value for cue in did.cues if cue.kind is CueKind.CLICK]
    played = sorted(set(tempi))
    assert played[0] == pytest.approx(166 * 1.025)
    assert played[-1] == pytest.approx(166 * 1.075)
    assert all(b / a <= 1.0251 for a, b in itertools.pairwise(played))
    session = did.live(20).session
    assert session is not None
    assert session.goals is not None
    assert (session.goals.stage, session.goals.stages) in ((1, 3), (2, 3))


def test_pain_ends_the_cues_and_says_what_to_press() -> None:
    orders: dict[float, Order] = {15.0: ReportPain(word=StopWord.CHEST)}
    did = run(start(cues=CueModes()), 25, orders)
    said = [cue.text for cue in did.cues if cue.kind is CueKind.SAY]
    assert said == ["en/press_stop"]
    assert did.kinds(15.2, 25) == set()
    session = did.live(20).session
    assert session is not None
    assert (session.pain_action, session.ended_reason) == ("end", "")
    assert Silence.PAIN in did.live(20).silences


def test_a_start_with_pain_waits_for_a_reason_and_too_high_a_target_for_another() -> None:
    session = Session(StationSetup(sensors=()))

    def answer(order: Order) -> Answer:
        told = session.receive(Command(time_ns=0, request_id="r", order=order))
        return next(effect for effect in told if isinstance(effect, Answer))

    hurts = start(pain_before=5, targets=Targets(cadence_factor=1.05))
    assert "confirms with a reason" in answer(hurts).reason
    assert not session.recording
    assert answer(msgspec.structs.replace(hurts, confirmed="seen by me, easy run")).accepted
    assert "needs a reason" in answer(SetTargets(targets=Targets(cadence_factor=1.2))).reason
    assert answer(SetTargets(targets=Targets(cadence_factor=1.2, override_reason="sprinter"))).accepted


def test_what_the_station_lacks_is_refused_in_words() -> None:
    late = Session(StationSetup(sensors=(), late_sound=True))

    def reason(session: Session, order: Order) -> str:
        told = session.receive(Command(time_ns=0, request_id="r", order=order))
        return next(effect.reason for effect in told if isinstance(effect, Answer))

    assert "Bluetooth" in reason(late, start())
    assert reason(late, start(cues=CueModes())) == ""
    assert "Bluetooth" in reason(late, SetCues(cues=CueModes(tone=True)))
    plain = Session(StationSetup(sensors=()))
    assert "docs/patents.md" in reason(plain, start(cues=CueModes(follow=True)))


def test_each_block_leaves_a_result_and_the_session_its_timings() -> None:
    blocks = (
        Block(duration_s=15),
        Block(duration_s=10, feedback=False, probe=Probe.RETENTION),
        Block(duration_s=60),
    )
    did = run(start(blocks=blocks), 40)
    results = did.of(BlockResult)
    assert [(r.number, r.probe) for r in results] == [(0, None), (1, Probe.RETENTION), (2, None)]
    steps = [s for s in did.of(Step) if 15.1 * NS < s.decided_ns < 25 * NS]
    assert results[1].cadence_spm == pytest.approx(window(steps).cadence_spm, abs=0.3)
    assert results[1].goal_cadence_spm == pytest.approx(178.45), "a probe is held against the target itself"
    assert results[1].in_band_percent == 0
    timings = did.of(SessionTimings)
    assert timings[0].spreads[0].name == "contact to decision"
    assert 10 < timings[0].spreads[0].p50_ms < 60


def test_what_players_did_is_counted_from_the_step_on() -> None:
    session = Session(StationSetup(sensors=()))
    session.receive(Command(time_ns=0, request_id="r", order=start()))
    for k in range(40):
        ms = 1_000_000
        played = Played(
            time_ns=k * NS,
            player="light",
            kind="light",
            due_ns=k * NS,
            acted_ns=k * NS + 3 * ms,
            contact_ns=k * NS - 30 * ms,
            decided_ns=k * NS - ms,
        )
        session.receive(played)
    told = session.receive(Command(time_ns=50 * NS, request_id="r", order=SetMute(muted=True)))
    live = next(effect for effect in told if isinstance(effect, Live))
    assert live.session is not None
    spreads = {spread.name: spread for spread in live.session.timings}
    assert spreads["decision to light"].p50_ms == pytest.approx(4.0, abs=0.25)
    assert spreads["light after it was due"].max_ms == pytest.approx(3.0)


def test_switching_everything_in_full_flight_keeps_the_beat() -> None:
    modes = [
        CueModes(light_style=LightStyle.BAR, tone=True),
        CueModes(beep=False, speech=True),
        CueModes(light=False),
    ]
    orders: dict[float, Order] = {10.0 + 3 * k: SetCues(cues=cues) for k, cues in enumerate(modes)}
    did = run(start(cues=CueModes(), targets=Targets(cadence_spm=170, stage_s=0)), 22, orders)
    dues = [cue.due_ns for cue in did.cues if cue.kind is CueKind.CLICK and cue.due_ns > 6 * NS]
    gaps = {b - a for a, b in itertools.pairwise(dues)}
    assert max(gaps) - min(gaps) <= 1


def test_a_sham_speaks_of_the_other_session_and_the_record_says_so() -> None:
    from controller.prescription import ShamCue

    cues = tuple(ShamCue(at_s=float(k), kind="quicker", value=-5.0) for k in range(8, 20, 4))
    sham = Sham(role="researcher", trial_consent="trial 7, form 3", of_session="s-9", cues=cues)
    did = run(start(sham=sham, targets=Targets(cadence_spm=150, stage_s=0)), 22)
    assert [round(c.due_ns / NS) for c in did.cues if c.kind is CueKind.QUICKER] == [8, 12, 16]
    assert did.live(15).advice is Advice.SLOWER, "which is not what the runner was told"
    session = did.live(15).session
    assert session is not None
    assert session.sham
