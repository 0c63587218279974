"""Lights act when their cue is due, say so, and forget what was taken back."""

from queue import Queue
from typing import Any

import pytest

from controller.clock import SystemClock
from controller.cues import LIGHTS, CancelCues, Citation, Cue, CueKind
from controller.devices.gpio_lamp import GpioLamp, kinds
from controller.devices.lights import Fitting, Lamp, LampPlayer
from controller.hardware_tables import LightsTable
from controller.items import Played
from controller.simulation.devices import SimulatedLamp
from controller.simulation.speaker import SimulatedSpeaker

HOUR_NS = 3600 * 10**9
CITES = Citation(contact_ns=1, decided_ns=2, measure="cadence_spm", value=165.0, limit=173.0)


ALL = frozenset(LIGHTS)


class Room:
    """Lamps, their player, and what the player reports and says."""

    def __init__(self, *fittings: Fitting) -> None:
        self.clock = SystemClock()
        self.lamp = SimulatedLamp()
        self.told: Queue[Played] = Queue()
        self.said: Queue[str] = Queue()
        lamps = fittings or (Fitting("lights", "simulated", ALL, lambda: self.lamp),)
        self.player = LampPlayer(lamps, self.clock, self.told.put, self.said.put)

    def cue(self, ahead_ns: int, value: float = -1.0, kind: CueKind = CueKind.LIGHT) -> Cue:
        return Cue(due_ns=self.clock.monotonic_ns() + ahead_ns, kind=kind, value=value, cites=CITES)


@pytest.fixture
def room() -> Room:
    return Room()


def test_a_light_is_never_early_and_reports_the_step_it_answers(room: Room) -> None:
    due = room.cue(20_000_000)
    room.player.play(due)
    played = room.told.get(timeout=10)
    assert played.acted_ns >= due.due_ns
    assert (played.player, played.kind, played.contact_ns, played.decided_ns) == ("light", "light", 1, 2)
    assert room.lamp.shown == {CueKind.LIGHT: -1.0}
    room.player.close()
    assert room.lamp.shown == {}, "dark at the end"


def test_what_is_late_is_shown_at_once_and_in_order(room: Room) -> None:
    for value in (-1.0, 0.0, 1.0):
        room.player.play(room.cue(-10_000_000, value))
    seen = [room.told.get(timeout=10) for _ in range(3)]
    assert [played.due_ns for played in seen] == sorted(played.due_ns for played in seen)
    assert room.lamp.shown == {CueKind.LIGHT: 1.0}
    room.player.close()


def test_what_is_cancelled_or_not_for_lights_never_shows(room: Room) -> None:
    later = room.cue(HOUR_NS)
    room.player.play(later)
    room.player.cancel(CancelCues(from_ns=later.due_ns, kinds=(CueKind.LIGHT,)))
    room.player.play(room.cue(0, kind=CueKind.CLICK))
    room.player.play(room.cue(0, 9.0, CueKind.BAR))
    assert room.told.get(timeout=10).kind == "bar"
    room.player.close()
    assert room.told.empty()


class Failing(SimulatedLamp):
    """It lights nothing until it is mended."""

    def __init__(self) -> None:
        super().__init__()
        self.mended = False
        self.opened = 0

    def open(self) -> Lamp:
        self.opened += 1
        return self

    def show(self, kind: CueKind, value: float) -> None:
        if not self.mended:
            raise RuntimeError("bad handle")
        super().show(kind, value)


@pytest.mark.slow  # a lamp is tried again after a second
def test_a_lamp_that_fails_stops_nobody_and_is_brought_to_where_it_should_be() -> None:
    failing, well = Failing(), SimulatedLamp()
    room = Room(
        Fitting("lights", "GPIO 5", ALL, failing.open), Fitting("light strip", "SPI 1.0", ALL, lambda: well)
    )
    room.player.play(room.cue(0))
    assert room.told.get(timeout=10).kind == "light", "the other lamp shows it"
    assert room.said.get(timeout=10) == "Lights: bad handle. Check the wires; it is tried again every second."
    assert [part.trouble for part in room.player.parts] == ["bad handle", ""]
    room.player.play(room.cue(0, 1.0))
    room.told.get(timeout=10)
    failing.mended = True
    assert room.said.get(timeout=10) == "Lights: well again."
    assert failing.shown == well.shown == {CueKind.LIGHT: 1.0}
    assert [part.trouble for part in room.player.parts] == ["", ""]
    room.player.close()
    assert failing.opened >= 2


def test_nobody_says_that_a_light_was_shown_when_none_was() -> None:
    failing = Failing()
    room = Room(Fitting("lights", "GPIO 5", ALL, failing.open))
    room.player.play(room.cue(0))
    room.said.get(timeout=10)
    room.player.close()
    assert room.told.empty()


def test_a_lamp_is_shown_only_what_it_can_show() -> None:
    leds, strip = SimulatedLamp(), SimulatedLamp()
    traffic, rest = frozenset({CueKind.LIGHT}), frozenset({CueKind.BAR, CueKind.STRIP})
    room = Room(Fitting("lights", "", traffic, lambda: leds), Fitting("strip", "", rest, lambda: strip))
    for kind in LIGHTS:
        room.player.play(room.cue(0, 1.0, kind))
    for _ in LIGHTS:
        room.told.get(timeout=10)
    assert leds.shown.keys() == traffic
    assert strip.shown.keys() == rest
    room.player.close()


@pytest.mark.slow  # they are tried again after a second
def test_pins_that_another_program_has_are_said_at_the_start_and_had_later(factory: Any) -> None:
    table = LightsTable(more=5, inside=6, less=13)
    factory.pin(6).broken = True
    room = Room(Fitting("lights", "GPIO 5, 6, 13", kinds(table), lambda: GpioLamp(table, factory)))
    assert room.said.get(timeout=10).startswith("Lights: GPIO 6 can't be used: another program has it")
    factory.pin(6).broken = False
    room.player.play(room.cue(0))
    assert room.said.get(timeout=10) == "Lights: well again."
    room.player.close()


def test_the_simulated_loudspeaker_plays_in_real_time_and_says_what_it_played() -> None:
    clock, told = SystemClock(), Queue[Played]()
    speaker = SimulatedSpeaker(clock, told.put)
    assert (speaker.state().playing, speaker.state().cap_dbfs) == (True, -20.0)
    due_ns = clock.monotonic_ns() + 500_000_000
    speaker.play(Cue(due_ns=due_ns, kind=CueKind.TONE_LEFT, value=20.0, cites=CITES))
    speaker.play(Cue(due_ns=due_ns + HOUR_NS, kind=CueKind.TONE_LEFT, value=20.0))
    speaker.cancel(CancelCues(from_ns=due_ns + HOUR_NS, kinds=(CueKind.TONE_LEFT,)))
    played = told.get(timeout=10)
    assert (played.player, played.contact_ns) == ("sound", 1)
    assert abs(played.acted_ns - due_ns) < 2_000_000, "by the clock that counts its frames"
    speaker.close()
    assert told.empty()
