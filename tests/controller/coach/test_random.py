"""Two hundred thousand random commands, steps and faults: no corrective cue while muted, stale or unsure.

The oracle below is written from docs/stale-table.md alone and shares no code with the coach or the guard.
"""

import random
from typing import Any

import pytest

from controller.coach.coach import Coach, Conditions
from controller.coach.guard import Guard
from controller.cues import CancelCues, Cue
from controller.effects import Answer, Effect, Silence
from controller.items import (
    CaptureBaseline,
    Command,
    Order,
    ReportPain,
    SetCues,
    SetMute,
    SetSpeed,
    SetTargets,
    Side,
    StationSetup,
    Tick,
)
from controller.prescription import (
    Baseline,
    Block,
    ClickMode,
    CueModes,
    KioskStyle,
    LightStyle,
    StopWord,
    Targets,
)
from controller.records import Prediction, Step

NS = 10**9
EVENTS = 200_000
CLICKING = ("click", "accent")
LIT = ("light", "bar", "strip")
WISHES = ("quicker", "slower", "softer_left", "softer_right", "less_bounce", "even", "well")


def wishes_something(cue: Cue) -> bool:
    if cue.kind in LIT:
        return cue.value != 9.0
    return cue.kind != "say" or cue.text.split("/")[1] in WISHES


class Oracle:
    """Whether anything corrective may be heard, by the table."""

    def __init__(self, coach: Coach, blocks: tuple[Block, ...]) -> None:
        self.coach, self.blocks = coach, blocks
        self.muted = self.pained = self.capturing = False

    def in_feedback(self, now_ns: int) -> bool:
        end_ns = 0
        for block in self.blocks:
            end_ns += round(block.duration_s * NS)
            if now_ns < end_ns:
                return block.feedback
        return False

    def forbids(self, cue: Cue, now: Conditions, modes: CueModes) -> bool:
        self.capturing = self.coach.report(now).capture is not None
        if self.muted or self.pained or self.capturing or not self.in_feedback(now.now_ns):
            return True
        stale = now.sensor_lost or now.mode != "running"
        if cue.kind in CLICKING:
            if modes.follow:
                return stale or not now.sure
            return stale and not modes.open_loop
        return stale or not now.sure


def random_targets(chance: random.Random) -> Targets:
    pick = chance.random()
    cadence: dict[str, Any] = {"cadence_spm": chance.uniform(150, 190)}
    if pick < 0.6:
        cadence = {"cadence_factor": chance.uniform(0.95, 1.15)}
    return Targets(
        **cadence,
        impact_factor=chance.choice([None, 0.8]),
        bounce_factor=chance.choice([None, 0.9]),
        contact_asymmetry_percent=chance.choice([None, 5.0]),
        stage_s=chance.choice([0.0, 5.0, 30.0]),
    )


def random_cues(chance: random.Random) -> CueModes:
    def toss() -> bool:
        return chance.random() < 0.6

    return CueModes(
        click=toss(),
        click_mode=chance.choice(list(ClickMode)),
        follow=chance.random() < 0.4,
        beep=toss(),
        tone=toss(),
        tone_every_strides=chance.choice([1, 5]),
        light=toss(),
        light_style=chance.choice(list(LightStyle)),
        speech=toss(),
        speech_every_s=chance.choice([5.0, 30.0]),
        kiosk=chance.choice(list(KioskStyle)),
        open_loop=chance.random() < 0.3,
    )


def random_order(chance: random.Random) -> Order:
    pick = chance.random()
    if pick < 0.35:
        return SetMute(muted=chance.random() < 0.35)
    if pick < 0.6:
        return SetCues(cues=random_cues(chance))
    if pick < 0.8:
        return SetTargets(targets=random_targets(chance))
    if pick < 0.88:
        return CaptureBaseline()
    if pick < 0.98:
        return SetSpeed(speed_mps=chance.choice([None, 2.5, 3.0]))
    return ReportPain(score=chance.choice([0, 2, 3, 4, 6]), word=chance.choice([None] * 9 + [StopWord.LIMP]))


class Station:
    """A coach with its guard, driven as the session drives it."""

    def __init__(self, kit: Any, chance: random.Random) -> None:
        durations = [chance.choice([5.0, 20.0, 60.0]) for _ in range(6)]
        self.blocks = tuple(Block(duration_s=d, feedback=chance.random() < 0.7) for d in durations)
        own = Baseline(
            speed_mps=2.5, cadence_spm=166, peak_left_g=6, peak_right_g=6.4, vertical_oscillation_m=0.08
        )
        self.order = kit.order(
            blocks=self.blocks, baselines=(own,), targets=random_targets(chance), pain_before=0
        )
        self.coach = Coach(self.order, 0)
        self.guard = Guard(StationSetup(sensors=()))
        self.guard.passed(
            Command(time_ns=0, request_id="r", order=self.order), [Answer(request_id="r", accepted=True)]
        )
        self.oracle = Oracle(self.coach, self.blocks)
        self.kit, self.chance = kit, chance
        self.now: Conditions = kit.conditions(0.0)
        self.waiting: list[Cue] = []
        self.played = 0

    def take(self, told: list[Any], item: Any, before: list[Effect]) -> None:
        """Cues wait until they are due; what is cancelled is gone; what is played must have been right."""
        passed = self.guard.passed(item, [*before, *told])
        for effect in passed:
            if isinstance(effect, CancelCues):
                self.waiting = [
                    c for c in self.waiting if c.due_ns < effect.from_ns or c.kind not in effect.kinds
                ]
            elif isinstance(effect, Cue):
                if wishes_something(effect):
                    assert not self.oracle.forbids(effect, self.now, self.coach.cues), (effect, self.now)
                self.waiting.append(effect)
        assert self.guard.held_back == 0, "the coach itself must not say it"

    def play(self) -> None:
        """What is due by now is heard: not while muted, whatever was handed out before."""
        due = [cue for cue in self.waiting if cue.due_ns <= self.now.now_ns]
        self.waiting = [cue for cue in self.waiting if cue.due_ns > self.now.now_ns]
        for cue in due:
            if wishes_something(cue):
                self.played += 1
                assert not (self.oracle.muted or self.oracle.pained) or cue.due_ns < self.silenced_ns

    silenced_ns = foreseen_ns = pained_for = 0

    def event(self) -> bool:
        """One random thing; False once the session is over."""
        chance, pick = self.chance, self.chance.random()
        now_ns = self.now.now_ns + chance.choice([1_000_000, 10_000_000, 10_000_000, 60_000_000])
        self.now = self.now._replace(now_ns=now_ns)
        self.play()
        self.pained_for += self.oracle.pained
        if self.coach.over(now_ns) or self.pained_for > 300:
            return False  # pain lasts for the rest of the session: enough of it was seen
        if pick < 0.01:
            self.fault()
        elif pick < 0.03:
            self.now = self.kit.conditions(now_ns / NS, self.chance.uniform(150, 190))
        if pick < 0.40:
            self.step()
        elif pick < 0.415:
            self.command(random_order(chance))
        elif pick < 0.43 and Silence.CAPTURING in self.coach.silences(self.now):
            self.command(CaptureBaseline())
        else:
            self.take(self.coach.act(self.now), Tick(time_ns=now_ns, due_ns=now_ns), [])
        return True

    def fault(self) -> None:
        chance = self.chance
        self.now = self.now._replace(
            sensor_lost=chance.random() < 0.2,
            sure=chance.random() < 0.8,
            mode=chance.choice(["running"] * 5 + ["walking", "standing", "unknown"]),
            cadence_spm=chance.choice([None, *[chance.uniform(140, 200) for _ in range(5)]]),
            belt_speed_mps=chance.choice([None, 2.5, 2.5, 2.5, 2.6, 3.3]),
            sensor_turned=chance.random() < 0.1,
        )

    def step(self) -> None:
        chance, now_ns = self.chance, self.now.now_ns
        made: Step = self.kit.step(
            now_ns / NS,
            chance.choice(list(Side)),
            irregular=chance.random() < 0.05,
            gap=chance.random() < 0.03,
            unsure=not self.now.sure,
            mode=self.now.mode,
            cadence_spm=self.now.cadence_spm,
            peak_g=chance.choice([None, chance.uniform(3, 9)]),
            contact_time_s=chance.uniform(0.2, 0.3),
            vertical_oscillation_m=chance.uniform(0.05, 0.1),
        )
        if (
            now_ns - self.foreseen_ns >= 330_000_000
        ):  # as steps follow each other, so that clicks can meet them
            self.foreseen_ns = now_ns
            contact_ns = now_ns + 300_000_000
            self.coach.prediction(
                Prediction(side=made.side, predicted_contact_ns=contact_ns, issued_ns=now_ns, sd_ns=9_000_000)
            )
        tick = Tick(time_ns=now_ns, due_ns=now_ns)
        self.take(self.coach.step(made, self.now), tick, [made])

    def command(self, order: Order) -> None:
        now_ns, coach, told = self.now.now_ns, self.coach, []
        refusal = None
        if isinstance(order, SetMute):
            told = coach.set_mute(now_ns, muted=order.muted)
            self.oracle.muted = order.muted
        elif isinstance(order, SetCues):
            coach.set_cues(order.cues)
        elif isinstance(order, SetTargets):
            refusal = coach.set_targets(order.targets, self.now)
        elif isinstance(order, CaptureBaseline):
            told = coach.capture(now_ns)
        elif isinstance(order, ReportPain):
            told = coach.report_pain(order, now_ns)
            self.oracle.pained |= (order.score or 0) >= 2 or order.word is not None
        elif isinstance(order, SetSpeed):
            coach.set_speed(order.speed_mps)
        if self.oracle.muted or self.oracle.pained:
            self.silenced_ns = max(self.silenced_ns, now_ns) if told else self.silenced_ns
        answer = Answer(request_id="r", accepted=refusal is None)
        item = Command(time_ns=now_ns, request_id="r", order=order)
        self.take([*told, *coach.act(self.now)], item, [answer])


@pytest.mark.slow
def test_no_corrective_cue_while_muted_stale_or_unsure(kit: Any) -> None:
    events = played = seed = 0
    while events < EVENTS:
        station = Station(kit, random.Random(seed))
        seed += 1
        while events < EVENTS and station.event():
            events += 1
        played += station.played
    assert played > 3000, "and cues do come when they may"
