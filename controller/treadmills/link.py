"""The talk with one treadmill: one harmless probe, then questions in turn, and silence towards a stranger.

No input or output here: bytes and times come in, what may be sent and what was said go out. Whatever arrives,
nothing is ever sent that is not on the make's list.
"""

from collections import deque
from enum import StrEnum

import msgspec

from controller.treadmills.events import Event, NotSupported, Problem
from controller.treadmills.makes import Make, Settings

MS = 1_000_000
PAUSE_NS = 100 * MS  # between an answer and the next question: a speed at least five times a second
AGAIN_NS = 5_000 * MS  # between two probes of a port where nobody, or somebody else, answered
DEAF_NS = 3 * AGAIN_NS  # a network port can die without a word
SILENT_NS = 2_000 * MS  # a machine unheard for so long may be another one when it speaks again
STRANGE = 3  # answers in a row that say nothing: the same
KEPT_BYTES = 64  # of what was received last, for the person who has to find the fault


class LinkState(StrEnum):
    """How far the talk has come."""

    CLOSED = "closed"
    LISTENING = "listening"  # a make that speaks unasked, and hasn't yet said anything we know
    ASKING = "asking"
    READING = "reading"
    STRANGER = "stranger"


class Heard(msgspec.Struct, frozen=True):
    """An event, and when the first byte of what told it came."""

    time_ns: int
    event: Event


class Link:
    """One port's talk. `received`, `due` and `lost` are called with times that never step back."""

    def __init__(self, make: Make, settings: Settings) -> None:
        self._make = make
        self._settings = settings
        self.state = LinkState.CLOSED
        self._decoder = make.decoder(settings)
        self._next_ns: int | None = None  # when something may be sent
        self._begun_ns: int | None = None  # first byte of what is not yet told
        self._heard_ns = 0
        self._good_ns = 0  # opened, or something understood
        self._turn = 0
        self._asked: bytes | None = None
        self._strange = 0
        self._raw: deque[int] = deque(maxlen=KEPT_BYTES)
        self._cut_short: list[Heard] = []

    @property
    def last_bytes(self) -> bytes:
        """What came last, raw."""
        return bytes(self._raw)

    def opened(self, now_ns: int) -> None:
        """The port is open."""
        self._good_ns = now_ns
        self._meet(now_ns)

    def _meet(self, now_ns: int) -> None:
        """Begin as if we had never met."""
        self._decoder = self._make.decoder(self._settings)
        self._begun_ns, self._heard_ns, self._strange = None, now_ns, 0
        self._turn, self._asked = 0, None
        self.state = LinkState.ASKING if self._make.probe else LinkState.LISTENING
        self._next_ns = now_ns if self._make.probe else None

    def lost(self) -> None:
        """The port is gone."""
        self.state, self._next_ns, self._begun_ns = LinkState.CLOSED, None, None

    def dumb(self, now_ns: int) -> bool:
        """Nothing good was heard for so long that the port should be opened anew."""
        patience_ns = AGAIN_NS if self._make.probe is None else DEAF_NS
        return self.state is not LinkState.CLOSED and now_ns - self._good_ns > patience_ns

    def due(self, now_ns: int) -> bytes | None:
        """What is to be sent now, if anything. A question unanswered in its time is not waited for."""
        if self._next_ns is None or now_ns < self._next_ns or self._make.probe is None:
            return None
        if self.state is LinkState.READING and now_ns - self._heard_ns > SILENT_NS:
            self._meet(now_ns)
        if self._begun_ns is not None and self.state is LinkState.READING:
            text = f"half a reply: {self._decoder.held} bytes, and then nothing"
            self._cut_short.append(Heard(self._begun_ns, Problem(text)))
        self._decoder.forget()
        self._begun_ns = None
        if self.state is not LinkState.READING:
            self.state = LinkState.ASKING
            self._next_ns = now_ns + AGAIN_NS
            self._asked = self._make.probe
        else:
            self._next_ns = now_ns + self._make.reply_ns
            self._asked = self._question()
        return self._asked

    def _question(self) -> bytes:
        sequence = (*self._make.once, *self._make.polls)
        question = sequence[self._turn]
        self._turn = self._turn + 1 if self._turn + 1 < len(sequence) else len(self._make.once)
        return question

    def received(self, data: bytes, now_ns: int) -> list[Heard]:
        """What these bytes complete. Before the expected machine has answered, nothing is believed."""
        cut_short, self._cut_short = self._cut_short, []
        if not data or self.state is LinkState.CLOSED:
            return cut_short
        self._raw.extend(data)
        begun_ns = now_ns if self._begun_ns is None else self._begun_ns
        events = self._decoder.feed(data)
        if any(not isinstance(event, Problem) for event in events):
            self._good_ns = now_ns
        held = self._decoder.held
        self._begun_ns = (begun_ns if held > len(data) else now_ns) if held else None
        if self.state is LinkState.READING:
            return cut_short + self._read(events, begun_ns, now_ns)
        return self._met(events, begun_ns, now_ns)

    def _met(self, events: list[Event], begun_ns: int, now_ns: int) -> list[Heard]:
        if self._decoder.identified:
            self.state, self._heard_ns = LinkState.READING, now_ns
            return self._read(events, begun_ns, now_ns)
        if self.state is not LinkState.LISTENING and events:
            self.state = LinkState.STRANGER
        plain = self.state is LinkState.LISTENING  # lines without a checksum identify nobody
        return [Heard(begun_ns, event) for event in events if plain or isinstance(event, Problem)]

    def _read(self, events: list[Event], begun_ns: int, now_ns: int) -> list[Heard]:
        if any(not isinstance(event, Problem) for event in events):
            self._heard_ns, self._strange = now_ns, 0
        elif events:
            self._strange += 1
        if self._next_ns is not None and (events or not self._decoder.held):  # a reply has ended
            self._next_ns = min(self._next_ns, now_ns + PAUSE_NS)
        if self._strange >= STRANGE and self._make.probe is not None:
            self._meet(now_ns)
            self._next_ns = now_ns + AGAIN_NS
        return [Heard(begun_ns, self._named(event)) for event in events]

    def _named(self, event: Event) -> Event:
        unnamed = isinstance(event, NotSupported) and event.request is None and self._asked
        return NotSupported(self._asked.hex()) if unnamed and self._asked else event
