"""The one table of what is stale and what falls silent, row by row, on the simulated station."""

from collections.abc import Iterator

import pytest

from controller.cues import CancelCues, Cue, CueKind
from controller.effects import (
    Advice,
    Answer,
    BeginRecording,
    Effect,
    FinishRecording,
    Live,
    ReadingState,
    SensorState,
    Silence,
)
from controller.items import (
    Command,
    EndSession,
    Item,
    Mark,
    Order,
    SetCues,
    SetMute,
    SetTargets,
    StartSession,
)
from controller.prescription import Block, CueModes, Targets
from controller.session import Session
from controller.simulation.offline import simulate
from controller.simulation.scene import DEFAULT_SENSORS, Fault, Scene, Stretch

NS = 10**9
RUN = (Stretch(duration_s=600, belt_speed_mps=2.5),)
SHANKS = DEFAULT_SENSORS[:2]
STEP_DRIVEN = (CueKind.QUICKER, CueKind.SLOWER)
pytestmark = pytest.mark.slow


def start(
    target_spm: float = 190.0, cues: CueModes | None = None, blocks: tuple[Block, ...] = ()
) -> StartSession:
    return StartSession(
        session_id="s-1",
        runner="R 1",
        targets=Targets(cadence_spm=target_spm),
        blocks=blocks or (Block(duration_s=600),),
        cues=cues or CueModes(click=False),
    )


class Told:
    """Everything a simulated session did, with the time of the item that caused it."""

    def __init__(self, pairs: Iterator[tuple[Item, list[Effect]]]) -> None:
        self.lives: list[Live] = []
        self.cues: list[tuple[int, Cue]] = []
        self.cancels: list[CancelCues] = []
        self.others: list[Effect] = []
        for item, effects in pairs:
            now_ns = int(item.times_ns[-1]) if hasattr(item, "times_ns") else item.time_ns
            for effect in effects:
                if isinstance(effect, Live):
                    self.lives.append(effect)
                elif isinstance(effect, Cue):
                    self.cues.append((now_ns, effect))
                elif isinstance(effect, CancelCues):
                    self.cancels.append(effect)
                else:
                    self.others.append(effect)

    def live(self, at_s: float) -> Live:
        return next(live for live in self.lives if live.time_ns >= at_s * NS)

    def played(self, kinds: tuple[CueKind, ...], from_s: float, to_s: float) -> list[Cue]:
        """Cues of these kinds due in the window and not taken back."""
        return [
            cue
            for now_ns, cue in self.cues
            if cue.kind in kinds
            and from_s * NS <= cue.due_ns < to_s * NS
            and not any(cue.kind in c.kinds and now_ns <= c.from_ns <= cue.due_ns for c in self.cancels)
        ]


def told(scene: Scene, order: StartSession, seconds: float, orders: dict[float, Order] | None = None) -> Told:
    return Told(simulate(scene, order, seconds, orders))


def lost(what: str, at_s: float, duration_s: float, sensors: int = 3) -> Scene:
    fault = Fault(what=what, at_s=at_s, duration_s=duration_s)
    return Scene(seed=2, course=RUN, faults=(fault,), sensors=DEFAULT_SENSORS[:sensors])


def test_a_sensor_silent_for_300_ms_is_lost_and_corrective_cues_stop() -> None:
    session = told(lost("left_shank", 20.0, 5.0), start(), 32)
    assert session.live(20.25).sensors[0].state is SensorState.OK
    assert session.live(20.40).sensors[0].state is SensorState.LOST
    assert Silence.SENSOR_LOST in session.live(20.40).silences
    assert session.played(STEP_DRIVEN, 10, 20)
    assert not session.played(STEP_DRIVEN, 20.5, 25)
    assert session.played(STEP_DRIVEN, 25.5, 32), "recovery needs no restart"


@pytest.mark.parametrize("open_loop", [False, True])
def test_the_metronome_outlives_a_lost_sensor_only_in_open_loop(*, open_loop: bool) -> None:
    modes = CueModes(beep=False, light=False, open_loop=open_loop)
    session = told(lost("left_shank", 15.0, 5.0), start(cues=modes), 24)
    assert session.played((CueKind.CLICK,), 10, 15)
    assert bool(session.played((CueKind.CLICK,), 15.5, 20)) is open_loop
    assert session.played((CueKind.CLICK,), 20.5, 24)


def test_no_number_survives_its_sensors() -> None:
    faults = tuple(Fault(what=sensor.name, at_s=15.0, duration_s=6.0) for sensor in SHANKS)
    session = told(Scene(seed=2, course=RUN, sensors=SHANKS, faults=faults), start(), 20)
    assert session.live(14.9).cadence.state is ReadingState.LIVE
    held, gone = session.live(16.0).cadence, session.live(17.5).cadence
    assert held.state is ReadingState.HELD
    assert held.age_s == pytest.approx(1.0, abs=0.1)
    assert (gone.state, gone.value) == (ReadingState.MISSING, None)
    assert gone.last is not None


def test_cues_are_silent_while_the_step_is_being_found() -> None:
    course = (Stretch(duration_s=15, belt_speed_mps=2.5), Stretch(duration_s=6, belt_speed_mps=0), *RUN)
    session = told(Scene(seed=4, course=course), start(), 40)
    for live in session.lives:
        if Silence.UNSURE in live.silences or live.mode != "running":
            assert live.advice is None
    unsure = [live.time_ns for live in session.lives if Silence.UNSURE in live.silences]
    assert any(19 * NS < at < 24 * NS for at in unsure)
    assert not session.played(STEP_DRIVEN, 19, 22)
    assert session.played(STEP_DRIVEN, 28, 40)


def test_a_walk_is_not_corrected() -> None:
    session = told(
        Scene(seed=4, course=(Stretch(duration_s=60, belt_speed_mps=1.3),)), start(cues=CueModes()), 20
    )
    assert session.live(15).mode == "walking"
    assert Silence.NOT_RUNNING in session.live(15).silences
    assert not session.cues


def test_a_belt_value_greys_after_one_second_and_goes_after_two() -> None:
    session = told(lost("belt", 10.0, 5.0), start(), 17)
    assert session.live(10.8).belt_speed.state is ReadingState.LIVE
    assert session.live(11.3).belt_speed.state is ReadingState.HELD
    assert session.live(12.3).belt_speed.value is None
    assert session.live(15.3).belt_speed.state is ReadingState.LIVE


def test_a_station_without_a_belt_says_absent() -> None:
    session = told(Scene(seed=2, course=RUN, has_belt=False), start(), 10)
    belt = session.live(9).belt_speed
    assert (belt.state, belt.last) == (ReadingState.MISSING, None)


def test_mute_takes_back_what_was_handed_out() -> None:
    orders: dict[float, Order] = {12.0: SetMute(muted=True), 18.0: SetMute(muted=False)}
    session = told(Scene(seed=2, course=RUN), start(cues=CueModes()), 24, orders)
    every = tuple(kind for kind in CueKind if kind is not CueKind.LIGHT)
    assert session.played(every, 8, 12)
    assert not session.played(every, 12, 18)
    assert session.played(every, 18, 24)
    assert session.live(15).session is not None
    assert Silence.MUTED in session.live(15).silences


def test_a_block_without_feedback_is_silent_and_the_next_is_not() -> None:
    blocks = (Block(duration_s=10), Block(duration_s=5, feedback=False), Block(duration_s=5))
    session = told(Scene(seed=2, course=RUN), start(cues=CueModes(), blocks=blocks), 19)
    assert session.played((CueKind.CLICK,), 6, 10)
    assert not session.played((CueKind.CLICK, *STEP_DRIVEN), 10.02, 15)
    assert session.played((CueKind.CLICK,), 15, 19)


def test_a_session_ends_by_itself_when_its_time_is_over() -> None:
    session = told(Scene(seed=2, course=RUN), start(blocks=(Block(duration_s=8),)), 10)
    finished = [effect for effect in session.others if isinstance(effect, FinishRecording)]
    assert [effect.reason for effect in finished] == ["The planned time is over."]
    assert not session.played(tuple(CueKind)[:3], 8.02, 11)


def test_the_band_is_silent_inside_and_speaks_outside() -> None:
    inside = told(Scene(seed=2, course=RUN), start(166), 20)
    assert not inside.played(STEP_DRIVEN, 6, 20)
    assert inside.live(15).advice is Advice.IN_BAND
    quicker = told(Scene(seed=2, course=RUN), start(185), 14)
    assert {cue.kind for cue in quicker.played(STEP_DRIVEN, 0, 14)} == {CueKind.QUICKER}
    slower = told(Scene(seed=2, course=RUN), start(150), 14)
    assert {cue.kind for cue in slower.played(STEP_DRIVEN, 0, 14)} == {CueKind.SLOWER}


def test_every_cue_is_handed_over_at_most_100_ms_ahead() -> None:
    session = told(Scene(seed=2, course=RUN), start(cues=CueModes()), 15)
    assert all(cue.due_ns - now_ns <= 100_000_000 for now_ns, cue in session.cues)


def test_a_new_target_is_followed_by_the_metronome_and_told_to_every_page() -> None:
    orders: dict[float, Order] = {10.0: SetTargets(targets=Targets(cadence_spm=172.0))}
    session = told(Scene(seed=2, course=RUN), start(178, CueModes()), 16, orders)
    tempi = [cue.value for cue in session.played((CueKind.CLICK,), 0, 16)]
    assert tempi[0] == 178
    assert tempi[-1] == pytest.approx(178 * 0.975), "the first stage of two"
    report = session.live(11).session
    assert report is not None
    assert report.last_change is not None
    assert report.last_change.previous.cadence_spm == 178


def test_reports_come_twenty_times_a_second() -> None:
    session = told(Scene(seed=2, course=RUN), start(), 10)
    assert len(session.lives) == pytest.approx(200, abs=3)


def answers(session: Session, orders: list[Order]) -> list[Answer]:
    told_by = [session.receive(Command(time_ns=k, request_id=str(k), order=o)) for k, o in enumerate(orders)]
    return [effect for effects in told_by for effect in effects if isinstance(effect, Answer)]


def test_orders_without_a_session_are_refused_in_words() -> None:
    from controller.items import StationSetup

    orders: list[Order] = [EndSession(), Mark(), SetMute(muted=True), SetCues(cues=CueModes())]
    for answer in answers(Session(StationSetup(sensors=())), orders):
        assert not answer.accepted
        assert "start one first" in answer.reason


def test_a_second_start_is_refused_until_the_first_has_ended() -> None:
    from controller.items import StationSetup

    session = Session(StationSetup(sensors=()))
    first, second, _, third = answers(session, [start(), start(), EndSession(), start()])
    assert (first.accepted, second.accepted, third.accepted) == (True, False, True)


def test_the_recording_begins_and_finishes_with_the_session() -> None:
    session = told(Scene(seed=2, course=RUN), start(), 3)
    kinds = [
        type(effect) for effect in session.others if isinstance(effect, BeginRecording | FinishRecording)
    ]
    assert kinds == [BeginRecording, FinishRecording]
