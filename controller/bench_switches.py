"""From the edge of a step switch to its light, through source, loop, session and lamp, on pins of software.

Everything of ours is real; only the pins are gpiozero's own mock ones, whose edges carry the time at which
they were made. What the kernel adds is told by the tests under tests/pi, on an emulated machine.
"""

import random
import threading
from queue import SimpleQueue
from typing import Any

from gpiozero.pins.mock import MockFactory  # noqa: TID251  # this is its only use outside tests

from controller.clock import SystemClock
from controller.config import Config
from controller.devices.gpio_lamp import GpioLamp, kinds
from controller.devices.lights import Fitting, LampPlayer
from controller.devices.step_pulses import StepPulses
from controller.effects import Effect
from controller.hardware_tables import LightsTable, StepPulseTable
from controller.items import Command, Item, Placement, Played, Side, StartSession, StationSetup, StepPulse
from controller.loop import Loop, Reader
from controller.messages import Lateness, Message, Refused
from controller.prescription import Block, CueModes, LightStyle, Targets
from controller.session import Session
from controller.switch_assembly import pulse_setups

MS = 1_000_000
STEPS = 200
STEP_MS = (330, 390)  # uneven on purpose: a strip then changes with most steps
ROW = LightsTable(row=(5, 6, 13, 16, 19))
CONFIG = Config(
    step_pulses=(
        StepPulseTable(name="left_switch", placement=Placement.FOOT, side=Side.LEFT, gpio=22),
        StepPulseTable(name="right_switch", placement=Placement.FOOT, side=Side.RIGHT, gpio=23),
    )
)
START = StartSession(
    session_id="bench",
    runner="bench",
    targets=Targets(cadence_spm=167, band_percent=1, stage_s=0),
    blocks=(Block(duration_s=3600),),
    cues=CueModes(click=False, beep=False, light_style=LightStyle.STRIP),
)


class Kept:
    """Recorder and outbox: keeps the items, forgets the reports."""

    def __init__(self) -> None:
        self.items: list[Item] = []

    def take(self, item: Item, effects: list[Effect]) -> None:
        """Keep what came in."""
        del effects
        self.items.append(item)

    def send(self, message: Message) -> None:
        """Nobody listens."""


def switch_latency(*, quick: bool) -> dict[str, Any]:
    """Median and 99th percentile in ms, from the edge and from the moment at which it was sure."""
    clock, factory, inbox, kept = SystemClock(), MockFactory(), SimpleQueue[Item](), Kept()
    lamp = Fitting("lights", "", kinds(ROW), lambda: GpioLamp(ROW, factory))
    player = LampPlayer([lamp], clock, inbox.put, _silent)
    setup = StationSetup(sensors=(), pulses=pulse_setups(CONFIG))
    loop = Loop(Session(setup), inbox, [player], kept, kept, clock, _no_health, _silent)
    readers = [Reader(StepPulses(table, factory, clock), inbox, _silent) for table in CONFIG.step_pulses]
    thread = threading.Thread(target=loop.run)
    for reader in readers:
        reader.start()
    thread.start()
    inbox.put(Command(time_ns=clock.monotonic_ns(), request_id="bench", order=START))
    _run([factory.pin(table.gpio) for table in CONFIG.step_pulses], STEPS // 10 if quick else STEPS)
    loop.stop()
    thread.join()
    for reader in readers:
        reader.close()
    player.close()
    return _figures(kept.items)


def _run(feet: list[Any], steps: int) -> None:
    clock, chance = SystemClock(), random.Random(1)  # noqa: S311  # a pattern, no secret
    due_ns = clock.monotonic_ns() + 500 * MS
    for number in range(steps):
        clock.sleep_until_ns(due_ns)
        foot, other = feet[number % 2], feet[1 - number % 2]
        other.drive_high()
        foot.drive_low()
        due_ns += chance.randint(*STEP_MS) * MS


def _figures(items: list[Item]) -> dict[str, Any]:
    edges = {item.decided_ns: item.time_ns for item in items if isinstance(item, StepPulse)}
    acted = {
        item.decided_ns: item.acted_ns
        for item in items
        if isinstance(item, Played) and item.decided_ns in edges
    }
    found = {}
    for name, since in (("edge to light, ms", edges), ("decision to light, ms", {ns: ns for ns in edges})):
        values = sorted((at_ns - since[decided_ns]) / MS for decided_ns, at_ns in acted.items() if decided_ns)
        if values:
            p50, p99 = values[len(values) // 2], values[len(values) * 99 // 100]
            found[name] = {"n": len(values), "p50": round(p50, 2), "p99": round(p99, 2)}
    return found


def _no_health(_: Lateness | None) -> Message:
    return Refused(reason="nobody asks")


def _silent(_: object) -> None:
    """Nobody is told."""
