"""Lights act when their cue is due, say so, and forget what was taken back."""

from queue import Queue

import pytest

from controller.clock import SystemClock
from controller.cues import CancelCues, Citation, Cue, CueKind
from controller.devices.lights import LampPlayer
from controller.items import Played
from controller.simulation.devices import SimulatedLamp
from controller.simulation.speaker import SimulatedSpeaker

HOUR_NS = 3600 * 10**9
CITES = Citation(contact_ns=1, decided_ns=2, measure="cadence_spm", value=165.0, limit=173.0)


class Room:
    """A lamp, its player, and what the player reports."""

    def __init__(self) -> None:
        self.clock = SystemClock()
        self.lamp = SimulatedLamp()
        self.told: Queue[Played] = Queue()
        self.player = LampPlayer(self.lamp, self.clock, self.told.put)

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
