"""A step goes in through the kernel, a light comes out through it; a press at the handrail ends it all.

The real sources, loop, session, recorder and lamp, on lines of the kernel's simulated chip. Times are
printed, not judged: the machine is emulated, and how late its ticks are is printed beside them.
"""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Self

import pytest

from controller.clock import SystemClock
from controller.cues import LIGHTS, Cue
from controller.devices.gpio_lamp import GpioLamp, kinds
from controller.devices.handrail import Handrail
from controller.devices.lights import Fitting, LampPlayer
from controller.devices.pins import pin_factory
from controller.devices.ports import Source
from controller.devices.step_pulses import StepPulses
from controller.hardware_tables import HandrailTable, LightsTable, StepPulseTable
from controller.items import (
    Command,
    Item,
    Order,
    Placement,
    Played,
    PulseSetup,
    SetMute,
    Side,
    StartSession,
    StationSetup,
    StepPulse,
    Tick,
)
from controller.loop import Loop, Reader
from controller.messages import Message, Refused
from controller.prescription import Block, CueModes, Targets
from controller.recording.recorder import Recorder
from controller.recording.session_file import read_session
from controller.records import Contact
from controller.replay import kept_live, replay_session
from controller.session import Session

MS = 1_000_000
STEP_NS = 360 * MS  # 167 steps/min, far below the target: the light says "more" once a step may be cued
LONG_NS = 10_000 * MS
MOST_STEPS = 40
LIGHTED = 20
FEET = {Side.LEFT: 22, Side.RIGHT: 23}
MORE, INSIDE, LESS, BUTTON = 5, 6, 13, 26
TABLE = LightsTable(more=MORE, inside=INSIDE, less=LESS)
START = StartSession(
    session_id="kernel",
    runner="Practice runner",
    targets=Targets(cadence_spm=190, stage_s=0),
    blocks=(Block(duration_s=600),),
    cues=CueModes(click=False, beep=False),
)


class Outbox:
    """Nobody listens."""

    def send(self, message: Message) -> None:
        """Forget it."""


class Station:
    """A controller's inside: readers, loop, recorder, lamp."""

    def __init__(self, folder: Path) -> None:
        self.clock, factory = SystemClock(), pin_factory("lgpio")
        self.inbox: SimpleQueue[Item] = SimpleQueue()
        self.said: list[str] = []
        tables = [
            StepPulseTable(name=f"{side}_switch", placement=Placement.FOOT, side=side, gpio=gpio)
            for side, gpio in FEET.items()
        ]
        pulses = tuple(PulseSetup(name=t.name, placement=t.placement, side=t.side) for t in tables)
        fitting = Fitting("lights", "", kinds(TABLE), lambda: GpioLamp(TABLE, factory))
        self.player = LampPlayer([fitting], self.clock, self.inbox.put, self.said.append)
        self.recorder = Recorder(folder, self.clock, "kernel")
        self.loop = Loop(
            session=Session(StationSetup(sensors=(), pulses=pulses)),
            inbox=self.inbox,
            players=[self.player],
            recorder=self.recorder,
            outbox=Outbox(),
            clock=self.clock,
            health=lambda _: Refused(reason="nobody asks"),
            keep=lambda _: None,
        )
        sources: list[Source] = [StepPulses(table, factory, self.clock) for table in tables]
        sources.append(Handrail(HandrailTable(gpio=BUTTON), factory, self.clock))
        self.readers = [Reader(source, self.inbox, self.said.append) for source in sources]
        self.switches = [source._pin for source in sources]  # type: ignore[attr-defined]
        self.thread = threading.Thread(target=self.loop.run)

    def order(self, order: Order) -> None:
        self.inbox.put(Command(time_ns=self.clock.monotonic_ns(), request_id="test", order=order))

    def __enter__(self) -> Self:
        for reader in self.readers:
            reader.start()
        self.thread.start()
        while not all(switch.opened for switch in self.switches):
            time.sleep(0.01)  # a step before that would go unheard
        return self

    def __exit__(self, *_: object) -> None:
        self.loop.stop()
        self.thread.join()
        for reader in self.readers:
            reader.close()
        self.player.close()
        self.recorder.close()


class Runner:
    """Two feet on two wires; each landing bounces."""

    def __init__(self, wire: Callable[..., Any]) -> None:
        self._feet = [wire(gpio) for gpio in FEET.values()]
        self.steps = 0
        self._due_ns = time.monotonic_ns()

    def step(self) -> int:
        """Land once; when, as seen before the level changed."""
        foot = self._feet[self.steps % 2]
        self.steps += 1
        self._due_ns = max(self._due_ns + STEP_NS, time.monotonic_ns())
        time.sleep(max(0, self._due_ns - time.monotonic_ns()) / 1e9)
        landed_ns: int = foot.drive(0)[0]
        for level in (1, 0):
            foot.drive(level)
        self._feet[self.steps % 2].drive(1)  # the other foot has left the ground long ago
        return landed_ns


def seen_ns(light: Any, level: int, within_ns: int) -> int | None:
    """When the line was seen to be so; None where it was not in this time."""
    end_ns = time.monotonic_ns() + within_ns
    while time.monotonic_ns() < end_ns:
        if light.level() == level:
            return time.monotonic_ns()
        time.sleep(0.002)
    return None


def spread(name: str, times_ns: list[int]) -> str:
    times_ms = sorted(ns / MS for ns in times_ns)
    p50, p95 = times_ms[len(times_ms) // 2], times_ms[len(times_ms) * 95 // 100]
    return f"{name}: n {len(times_ms)}, p50 {p50:.2f}, p95 {p95:.2f}, at most {times_ms[-1]:.2f} ms"


def lighted(station: Station, runner: Runner, light: Any) -> Iterator[tuple[int, int]]:
    """Dark by a mute, given back, lit by the next step, again and again: when it landed, when it was lit.

    A busy host makes a step late, and a station that is unsure of the step lights none: then the next one.
    """
    for _ in range(LIGHTED):
        station.order(SetMute(muted=True))
        runner.step()
        assert seen_ns(light, 0, LONG_NS) is not None
        station.order(SetMute(muted=False))
        for _ in range(MOST_STEPS):
            landed_ns = runner.step()
            lit_ns = seen_ns(light, 1, STEP_NS)
            if lit_ns is not None:
                yield landed_ns, lit_ns
                break
        else:
            raise AssertionError("no step lights the light")


def test_a_step_in_a_light_out_and_a_press_at_the_handrail_ends_it(
    wire: Callable[..., Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lights = {gpio: wire(gpio, 0) for gpio in TABLE.gpios()}
    button, runner = wire(BUTTON), Runner(wire)
    with Station(tmp_path) as station:
        station.order(START)
        for _ in range(8):
            runner.step()
        seen = list(lighted(station, runner, lights[MORE]))
        assert [lights[gpio].level() for gpio in (INSIDE, LESS)] == [0, 0]
        button.drive(0)
        button.drive(1)
        button.drive(0)
        done = tmp_path / "kernel.mcap"
        for _ in range(2000):
            if done.exists():
                break
            time.sleep(0.005)
        button.drive(1)
        assert all(seen_ns(light, 0, LONG_NS) for light in lights.values()), "dark at the end"
    assert station.said == []
    reading = read_session(done)
    assert_recorded(reading, runner.steps)
    told = figures(read_session(done), seen)
    with capsys.disabled():
        print("\n" + "\n".join(told))


def assert_recorded(reading: Any, steps: int) -> None:
    """The press is in the recording, and a replay finds the same contacts."""
    last = list(reading)[-1].item
    assert isinstance(last, Command)
    assert last.request_id == "handrail"
    again, live = replay_session(reading), kept_live(reading)
    contacts = [record for record in live.records if isinstance(record, Contact)]
    assert again.contacts == contacts
    assert len(contacts) == steps
    assert [contact.side for contact in contacts[:2]] == [Side.LEFT, Side.RIGHT]


def figures(reading: Any, seen: list[tuple[int, int]]) -> list[str]:
    """From the kernel's time of the edge on."""
    edges = {item.decided_ns: item.time_ns for item, _ in reading if isinstance(item, StepPulse)}
    cued = {
        effect.cites.decided_ns
        for _, effects in reading
        for effect in effects
        if isinstance(effect, Cue) and effect.kind in LIGHTS and effect.cites is not None
    }
    acted = [
        item
        for item, _ in reading
        if isinstance(item, Played) and item.decided_ns in cued and item.decided_ns in edges
    ]
    settled_ns = [decided_ns - edges[decided_ns] for decided_ns in sorted(cued)]
    late_ns = [item.time_ns - item.due_ns for item, _ in reading if isinstance(item, Tick)]
    return [
        spread("edge to decision (settle_s)", settled_ns),
        spread("decision to light", [played.acted_ns - (played.decided_ns or 0) for played in acted]),
        spread("edge to light", [played.acted_ns - edges[played.decided_ns or 0] for played in acted]),
        spread("foot down to light seen on the line", [light_ns - foot_ns for foot_ns, light_ns in seen]),
        spread("ticks late", late_ns),
    ]
