"""Steps from switches, a button at the handrail: what is shown and silent, what is recorded and replayed."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from controller.clock import ManualClock
from controller.cues import Cue, CueKind
from controller.effects import Effect, Live, ReadingState, Silence
from controller.items import Command, Item, Order, Placement, SetMute, Side, StartSession, StepPulse
from controller.prescription import Block, CueModes, Targets
from controller.recording.recorder import Recorder
from controller.recording.session_file import read_session
from controller.records import Contact, Step
from controller.replay import kept_live, replay_session
from controller.session import Session
from controller.simulation.offline import simulate
from controller.simulation.scene import (
    DEFAULT_SENSORS,
    Fault,
    Scene,
    SimulatedHandrail,
    SimulatedPulses,
    Stretch,
)
from controller.simulation.world import World

NS = 10**9
RUN = (Stretch(duration_s=600, belt_speed_mps=2.5),)
LEFT = SimulatedPulses(name="left_switch", side=Side.LEFT)
RIGHT = SimulatedPulses(name="right_switch", side=Side.RIGHT)
FEET = Scene(seed=2, course=RUN, sensors=(), step_pulses=(LEFT, RIGHT))
NONE = CueModes(click=False, beep=False, light=False)  # the runner runs as ever
STEP_DRIVEN = (CueKind.QUICKER, CueKind.SLOWER)


def start(cues: CueModes | None = None) -> StartSession:
    return StartSession(
        session_id="s-1",
        runner="R 1",
        targets=Targets(cadence_spm=190.0),
        blocks=(Block(duration_s=600),),
        cues=cues or CueModes(click=False),
    )


class Told:
    """What a simulated session was told and did."""

    def __init__(
        self,
        scene: Scene,
        seconds: float,
        orders: dict[float, Order] | None = None,
        cues: CueModes | None = None,
    ) -> None:
        self.pairs = list(simulate(scene, start(cues), seconds, orders))
        self.effects = [effect for _, effects in self.pairs for effect in effects]
        self.lives: list[Live] = self.of(Live)

    def of(self, kind: Any) -> list[Any]:
        return [effect for effect in self.effects if isinstance(effect, kind)]

    def pulses(self) -> list[StepPulse]:
        return [item for item, _ in self.pairs if isinstance(item, StepPulse)]

    def live(self, at_s: float) -> Live:
        return next(live for live in self.lives if live.time_ns >= at_s * NS)

    def cued(self, from_s: float, to_s: float) -> list[Cue]:
        return [
            cue for cue in self.of(Cue) if cue.kind in STEP_DRIVEN and from_s * NS <= cue.due_ns < to_s * NS
        ]


def silent(scene: Scene, *names: str, at_s: float = 20.0, duration_s: float = 6.0) -> Scene:
    faults = tuple(Fault(what=name, at_s=at_s, duration_s=duration_s) for name in names)
    return msgspec.structs.replace(scene, faults=faults)


def test_switches_alone_make_a_session_and_what_they_cannot_measure_is_missing() -> None:
    session = Told(FEET, 20)
    live = session.live(9)
    assert live.sides_from is Side.BOTH
    assert live.mode == "running"
    assert live.cadence.state is ReadingState.LIVE
    assert live.cadence.value == pytest.approx(167, abs=5)
    for reading in (live.contact_time_s, live.peak_left_g, live.peak_right_g, live.vertical_oscillation_m):
        assert (reading.state, reading.value) == (ReadingState.MISSING, None)
    assert session.cued(5, 20)
    assert [part.steps for part in live.pulses] == pytest.approx([13, 13], abs=1)


@pytest.mark.slow
def test_silent_switches_are_unsure_at_once_unknown_after_two_seconds_and_recover() -> None:
    session = Told(silent(FEET, "left_switch", "right_switch"), 34)
    before, unsure, gone, back = (session.live(at_s) for at_s in (19.9, 20.9, 24.0, 31.0))
    assert before.cadence.state is ReadingState.LIVE
    assert unsure.cadence.state is ReadingState.UNSURE
    assert Silence.UNSURE in unsure.silences
    assert (gone.cadence.state, gone.cadence.value, gone.mode) == (ReadingState.MISSING, None, "unknown")
    assert Silence.SENSOR_LOST not in gone.silences, "nobody can know that"
    assert gone.pulses[0].age_s == pytest.approx(4.0, abs=0.8)
    assert back.cadence.state is ReadingState.LIVE
    assert session.cued(10, 20)
    assert not session.cued(20.2, 26)
    assert session.cued(27, 34), "recovery needs no restart"


@pytest.mark.slow
def test_the_gap_of_an_unplugged_switch_is_exact() -> None:
    whole, cut = (Told(scene, 30, cues=NONE) for scene in (FEET, silent(FEET, "left_switch")))
    at_ns = {item.time_ns for item in whole.pulses() if item.sensor == "left_switch"}
    kept_ns = {item.time_ns for item in cut.pulses() if item.sensor == "left_switch"}
    lost_ns = {ns for ns in at_ns if 20 * NS <= ns < 26 * NS}
    assert lost_ns
    assert kept_ns <= at_ns - lost_ns | {26 * NS}, "plugged in while the foot is down, it closes there"
    assert at_ns - lost_ns <= kept_ns


@pytest.mark.slow
def test_with_one_of_two_switches_silent_strides_are_doubled_and_no_wrong_cadence_is_ever_sure() -> None:
    session = Told(silent(FEET, "right_switch", duration_s=12), 40, cues=NONE)
    assert session.live(28).sides_from is Side.LEFT
    assert session.live(36).sides_from is Side.BOTH
    for live in session.lives:
        if live.time_ns > 6 * NS and live.cadence.state is ReadingState.LIVE:
            assert live.cadence.value == pytest.approx(167, abs=8)
    assert session.live(28).cadence.state is ReadingState.LIVE


def test_one_switch_for_both_feet_gives_every_step_and_names_no_foot() -> None:
    plate = SimulatedPulses(name="plate", placement=Placement.FOOT, side=Side.BOTH)
    session = Told(msgspec.structs.replace(FEET, step_pulses=(plate,)), 15, cues=NONE)
    assert session.live(14).sides_from is Side.BOTH
    assert session.live(14).cadence.value == pytest.approx(166, abs=4)
    assert {contact.side for contact in session.of(Contact)} == {Side.UNKNOWN}


@pytest.mark.slow
@pytest.mark.parametrize("pulses", [(LEFT, RIGHT), (LEFT,)])
@pytest.mark.parametrize("sensors", [DEFAULT_SENSORS, DEFAULT_SENSORS[:2], DEFAULT_SENSORS[1:2]])
def test_with_accelerometers_beside_them_each_landing_is_told_once(pulses: Any, sensors: Any) -> None:
    scene = Scene(seed=4, course=RUN, sensors=sensors, step_pulses=pulses)
    told = Told(scene, 25, cues=NONE)
    world = World(scene)
    world.advance(25 * NS)
    contacts = [c for c in told.of(Contact) if 6 * NS <= c.initial_contact_ns < 24 * NS]
    truth = [step for step in world.truth if 6 <= step.contact_s < 24]
    assert len(contacts) == pytest.approx(len(truth), abs=1)
    assert [contact.side for contact in contacts[:-1]] == [
        min(world.truth, key=lambda s: abs(s.contact_s * NS - c.initial_contact_ns)).side
        for c in contacts[:-1]
    ]
    if len(sensors) > 1 and len(pulses) == 1:
        assert not {"left_switch"} & {contact.sensor for contact in contacts}, "two datings would limp"
    if len(pulses) == 2:
        assert {contact.sensor for contact in contacts} == {"left_switch", "right_switch"}


@pytest.mark.slow
def test_accelerometers_take_over_from_silent_switches_and_give_way_again() -> None:
    scene = Scene(seed=4, course=RUN, sensors=DEFAULT_SENSORS[:2], step_pulses=(LEFT, RIGHT))
    session = Told(silent(scene, "left_switch", "right_switch", at_s=15, duration_s=10), 35)
    sensors = {
        moment: {c.sensor for c in session.of(Contact) if at <= c.initial_contact_ns / NS < to}
        for moment, at, to in (("before", 8, 15), ("meanwhile", 19, 25), ("after", 28, 35))
    }
    assert sensors["before"] == sensors["after"] == {"left_switch", "right_switch"}
    assert sensors["meanwhile"] == {"left_shank", "right_shank"}
    assert session.live(23).cadence.state is ReadingState.LIVE
    impacts = [step.peak_g for step in session.of(Step) if 8 * NS < step.initial_contact_ns < 14 * NS]
    assert impacts
    assert all(peak_g is not None for peak_g in impacts), "the shank's impact belongs to the switch's contact"


def test_a_press_at_the_handrail_ends_the_session_for_everybody() -> None:
    handrail = SimulatedHandrail(presses_s=(6.0, 6.5))
    session = Told(msgspec.structs.replace(FEET, handrail=handrail), 9)
    report = session.live(8).session
    assert report is not None
    assert report.ended_reason == "Ended at the handrail."
    (command,) = [
        item for item, _ in session.pairs if isinstance(item, Command) and item.request_id == "handrail"
    ]
    assert command.time_ns == pytest.approx(6.02 * NS, abs=1)


def test_the_handrail_mutes_and_gives_back_whoever_muted_before() -> None:
    handrail = SimulatedHandrail(press="mute", presses_s=(6.0, 10.0))
    scene = msgspec.structs.replace(FEET, handrail=handrail)
    session = Told(scene, 20, {14.0: SetMute(muted=True)})
    muted = {}
    for at_s in (5, 8, 12, 16):
        report = session.live(at_s).session
        assert report is not None
        muted[at_s] = (report.muted, report.muted_at_handrail)
    assert muted == {5: (False, False), 8: (True, True), 12: (False, False), 16: (True, False)}
    assert not session.cued(6.1, 10)
    assert session.live(19).cues_held_back == 0


@pytest.mark.slow
def test_a_session_of_switches_and_a_button_is_recorded_and_replayed_the_same(tmp_path: Path) -> None:
    handrail = SimulatedHandrail(press="mute", presses_s=(9.0, 11.0))
    scene = silent(msgspec.structs.replace(FEET, handrail=handrail), "left_switch", at_s=14)
    recorder = Recorder(tmp_path, ManualClock(NS), "test")
    items: list[Item] = []
    effects: list[Effect] = []
    for item, made in simulate(scene, start(CueModes()), 25):
        recorder.take(item, made)
        items.append(item)
        effects += made
    recorder.close()
    reading = read_session(tmp_path / "s-1.mcap")
    assert [moment.item for moment in reading] == items
    assert reading.header.setup.pulses == World(scene).setup.pulses
    again, live = replay_session(reading), kept_live(reading)
    assert again.contacts == [record for record in live.records if isinstance(record, Contact)]
    assert again.steps == [effect for effect in effects if isinstance(effect, Step)]
    assert again.cues == sorted(live.cues, key=lambda cue: cue.due_ns)


def test_pulses_of_parts_that_nobody_set_up_are_ignored() -> None:
    session = Session(World(FEET).setup)
    stray = StepPulse(time_ns=NS, sensor="stray", side=Side.LEFT, decided_ns=NS)
    assert session.receive(stray) == []
