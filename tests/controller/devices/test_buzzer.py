"""The buzzer: patterns of long and short, silent when it is told to be."""

from queue import Queue
from typing import Any

from controller.clock import SystemClock
from controller.cues import CancelCues, Citation, Cue, CueKind
from controller.devices.buzzer import LATE_NS, MS, PATTERNS, Beeps, BuzzerPlayer
from controller.hardware_tables import BuzzerTable
from controller.items import Played

CITES = Citation(contact_ns=1, decided_ns=2, measure="cadence_spm", value=165.0, limit=173.0)
HOUR_NS = 3600 * 10**9


def cue(kind: CueKind, at_ms: float = 0) -> Cue:
    return Cue(due_ns=round(at_ms * MS), kind=kind, value=1.0, cites=CITES)


def heard(beeps: Beeps, until_ms: int = 400) -> str:
    """A letter for each 10 ms."""
    letters = ""
    for at_ms in range(0, until_ms, 10):
        beeps.until(at_ms * MS)
        letters += "#" if beeps.on else "."
    return letters.rstrip(".")


def test_quicker_is_two_short_ones_slower_a_long_one_and_each_leg_its_own() -> None:
    shapes = {}
    for kind in PATTERNS:
        beeps = Beeps()
        assert beeps.begin(cue(kind), 0)
        shapes[kind] = heard(beeps)
    assert shapes[CueKind.QUICKER] == "#####.....#####"
    assert shapes[CueKind.SLOWER] == "#" * 22
    assert shapes[CueKind.TONE_LEFT] == shapes[CueKind.TONE_RIGHT][::-1]
    assert len(set(shapes.values())) == len(PATTERNS)
    assert max(map(len, shapes.values())) <= 25, "over before the next step"


def test_a_beat_is_left_out_of_an_answer_and_an_answer_takes_a_beats_place() -> None:
    beeps = Beeps()
    assert beeps.begin(cue(CueKind.CLICK), 0)
    assert beeps.begin(cue(CueKind.SLOWER), 5 * MS)
    assert not beeps.begin(cue(CueKind.CLICK, 100), 100 * MS)
    beeps.until(230 * MS)
    assert beeps.begin(cue(CueKind.CLICK, 240), 240 * MS)


def test_what_is_too_late_is_not_sounded() -> None:
    for kind, beat in ((CueKind.CLICK, True), (CueKind.QUICKER, False)):
        assert Beeps().begin(cue(kind), LATE_NS[beat])
        assert not Beeps().begin(cue(kind), LATE_NS[beat] + 1)


def test_what_sounds_and_is_taken_back_ends_at_once() -> None:
    beeps = Beeps()
    beeps.begin(cue(CueKind.SLOWER), 0)
    beeps.until(0)
    beeps.cancel(CancelCues(from_ns=0, kinds=(CueKind.CLICK,)))
    assert beeps.on
    beeps.cancel(CancelCues(from_ns=0, kinds=(CueKind.SLOWER,)))
    assert not beeps.on
    assert beeps.next_ns is None


class Room:
    """A buzzer on a mock pin, and what it reports and says."""

    def __init__(self, factory: Any, *, low: bool = False) -> None:
        self.clock = SystemClock()
        self.pin = factory.pin(12)
        self.told: Queue[Played] = Queue()
        self.said: Queue[str] = Queue()
        table = BuzzerTable(gpio=12, active_low=low)
        self.player = BuzzerPlayer(table, factory, self.clock, self.told.put, self.said.put)

    def cue(self, kind: CueKind, ahead_ns: int = 0) -> Cue:
        return Cue(due_ns=self.clock.monotonic_ns() + ahead_ns, kind=kind, value=1.0, cites=CITES)


def test_a_cue_sounds_when_it_is_due_and_says_which_step_it_answers(factory: Any) -> None:
    room = Room(factory)
    due = room.cue(CueKind.QUICKER, 20_000_000)
    room.player.play(room.cue(CueKind.SAY))
    room.player.play(due)
    played = room.told.get(timeout=10)
    assert played.acted_ns >= due.due_ns
    assert (played.player, played.kind, played.contact_ns, played.decided_ns) == ("sound", "quicker", 1, 2)
    room.player.close()
    assert room.told.empty()
    assert not room.pin.state
    assert any(state.state for state in room.pin.states), "it sounded"


def test_what_is_cancelled_never_sounds(factory: Any) -> None:
    room = Room(factory, low=True)
    later = room.cue(CueKind.CLICK, HOUR_NS)
    room.player.play(later)
    room.player.cancel(CancelCues(from_ns=later.due_ns, kinds=(CueKind.CLICK,)))
    room.player.play(room.cue(CueKind.ACCENT))
    assert room.told.get(timeout=10).kind == "accent"
    room.player.close()
    assert room.told.empty()
    assert room.pin.state, "silent is high here"


def test_a_buzzer_whose_pin_fails_says_so_and_reports_nothing(factory: Any) -> None:
    factory.pin(12).broken = True
    room = Room(factory)
    assert room.said.get(timeout=10).startswith("Buzzer: GPIO 12 can't be used")
    room.player.play(room.cue(CueKind.CLICK))
    (part,) = room.player.parts
    assert "GPIO 12" in part.trouble
    assert "its loudness is its own" in part.state
    room.player.close()
    assert room.told.empty()
