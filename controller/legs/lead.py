"""One leg board's lead: bytes and times come in, timed samples and words go out; nothing is ever sent.

A board's life begins with its power. Within a life its samples are counted, and so a lost frame costs exactly
its own samples: the count goes on behind the gap. Nothing is believed before the board has said who it is,
and its clock is told from ours (board_clock.py); sample numbers become times of the board's clock first
(sample_clock.py), because its crystal is steady, and then of ours.
"""

from collections.abc import Sequence

import numpy as np

from controller.chips.chip import Chip, Fifo, Transfer
from controller.chips.sample_clock import SampleClock
from controller.items import Samples, SensorSetup
from controller.legs import words
from controller.legs.board_clock import BoardClock
from controller.legs.frames import Batch, Decoder, Fault, Frame, Hello

NS = 1_000_000_000
SILENT_NS = 3 * NS  # without a sample, until the port is opened anew
SAID_NS = 10 * NS  # what happened for so long is still said
SHARE_FRAMES = 500  # the share of lost frames is of about so many
BAD_SHARE = 0.01
OUTAGE = 100  # frames in a row: silence, not a bad contact
COUNTS = 1 << 32
SHORT_COUNTS = 1 << 16  # of frames and overruns


class Life:
    """A board since its power came on, as far as it was heard."""

    def __init__(self, number: int, hello: Hello, rate_hz: float) -> None:
        self.number = number
        self.hello = hello
        self.clock = BoardClock()
        self.samples = SampleClock(rate_hz)
        self.frame: int | None = None  # the last one's number
        self.next = 0  # sample, unwrapped
        self.overruns: int | None = None  # as the board counts them


class Lead:
    """`received` is called with times that never step back; the port may be opened anew at any time."""

    def __init__(self, setup: SensorSetup, chip: Chip, watermark: int) -> None:
        self._setup = setup
        self._chip = chip
        self._watermark = watermark
        self._decoder = Decoder()
        self._life: Life | None = None
        self._board: bytes | None = None  # its unique id
        self._heard_ns = 0  # a sample, or the port's opening
        self._bytes = self._frames = 0  # since then
        self._last_ns = -(2**62)  # times never go back
        self._overflows = self._errors = 0
        self._overflowed_ns: int | None = None
        self._lost_share = 0.0
        self._trouble = ""

    # --- the port ------------------------------------------------------------------------------------

    def opened(self, now_ns: int) -> None:
        """The port is open."""
        self._decoder = Decoder()
        self._heard_ns = now_ns
        self._bytes = self._frames = 0
        self._trouble = ""

    def failed(self) -> None:
        """A read failed: counted, as every driver does."""
        self._errors += 1

    def received(self, data: bytes, now_ns: int) -> list[Samples]:
        """The samples that these bytes complete."""
        self._bytes += len(data)
        batches = [batch for frame in self._decoder.feed(data) for batch in self._frame(frame, now_ns)]
        if batches:
            self._heard_ns, self._bytes, self._frames = now_ns, 0, 0
        return batches

    # --- frames --------------------------------------------------------------------------------------

    def _frame(self, frame: Frame, now_ns: int) -> Sequence[Samples]:
        self._frames += 1
        told = frame.told
        if isinstance(told, Fault):
            self._trouble = words.fault(told, self._setup, self._chip, self._watermark)
        if isinstance(told, Hello) and (self._life is None or self._life.number != frame.life):
            self._meet(frame.life, told)
        life = self._life
        if life is None or life.number != frame.life:
            return []
        self._count(life, frame)
        life.clock.heard(frame.sent_us, now_ns - life.hello.wire_ns(frame.size))
        return self._batch(life, told, now_ns) if isinstance(told, Batch) else []

    def _meet(self, number: int, hello: Hello) -> None:
        """Another life: believed if it is what station.toml says."""
        self._life = None
        disagreement = words.disagreement(hello, self._setup, self._chip)
        if disagreement:
            self._trouble = disagreement
            return
        before, self._board = self._board or hello.unique_id, hello.unique_id
        if before != hello.unique_id:
            self._trouble = words.swapped(before, hello.unique_id)
            return
        self._life = Life(number, hello, self._setup.sample_rate_hz)
        self._lost_share = 0.0

    def _count(self, life: Life, frame: Frame) -> None:
        """Frames that are missing before this one."""
        lost = 0 if life.frame is None else (frame.number - life.frame - 1) % SHORT_COUNTS
        life.frame = frame.number
        self._errors += lost
        if lost < OUTAGE:
            self._lost_share = 1 - (1 - self._lost_share) * (1 - 1 / SHARE_FRAMES) ** lost
            self._lost_share *= 1 - 1 / SHARE_FRAMES

    def _batch(self, life: Life, batch: Batch, now_ns: int) -> Sequence[Samples]:
        fifo = self._drained(batch)
        if fifo is None:
            self._errors += 1
            return []
        if self._overran(life, batch):
            self._overflowed_ns = now_ns
            life.samples.begin()  # nobody knows how many were lost
        first = life.next + (batch.first - life.next) % COUNTS
        life.next = first + batch.samples
        life.samples.heard(first + batch.complete, life.clock.board_ns(batch.moment_us))
        if not (life.clock.settled and batch.samples):
            return []
        board_ns = life.samples.times_ns(first, batch.samples)
        times_ns = np.maximum(life.clock.station_ns(board_ns), self._last_ns + 1 + np.arange(len(board_ns)))
        self._last_ns = int(times_ns[-1])
        return [
            Samples(
                sensor=self._setup.name,
                times_ns=times_ns,
                counts=fifo.counts,
                overflows=self._overflows,
                errors=self._errors,
            )
        ]

    def _drained(self, batch: Batch) -> Fifo | None:
        """The samples in the chip's replies; None where they can't be what the board says they are."""
        transfers = self._chip.drain(batch.samples)
        if len(batch.replies) != sum(transfer.read for transfer in transfers):
            return None
        fifo = self._chip.drained(_split(batch.replies, transfers))
        return fifo if len(fifo.counts) == batch.samples else None

    def _overran(self, life: Life, batch: Batch) -> int:
        """How often since the last batch."""
        before, life.overruns = life.overruns, batch.overruns
        overruns = 0 if before is None else (batch.overruns - before) % SHORT_COUNTS
        self._overflows += overruns
        return overruns

    # --- words ---------------------------------------------------------------------------------------

    def trouble(self, now_ns: int) -> str:
        """Why it can't go on like this: the port is to be opened anew. Empty while it can."""
        if self._trouble or now_ns - self._heard_ns <= SILENT_NS:
            return self._trouble
        return words.silence(self._bytes, self._frames, known=self._life is not None)

    def doubt(self, now_ns: int) -> str:
        """What is wrong while samples come."""
        if self._lost_share > BAD_SHARE:
            return words.lossy(self._lost_share)
        if self._overflowed_ns is not None and now_ns - self._overflowed_ns < SAID_NS:
            return words.OVERFLOWED
        return ""

    def state(self) -> str:
        """How far it has come, and the board's particulars."""
        life = self._life
        if life is None:
            return "listening; no board has said who it is"
        rate_hz = life.samples.rate_hz / (1 + life.clock.drift_ppm / 1e6)
        return words.heard(life.hello, rate_hz / self._setup.sample_rate_hz - 1, -life.clock.drift_ppm)


def _split(replies: bytes, transfers: Sequence[Transfer]) -> list[bytes]:
    pieces, at = [], 0
    for transfer in transfers:
        pieces.append(replies[at : at + transfer.read])
        at += transfer.read
    return pieces
