"""A recording through the very session code, as fast as the processor goes."""

import gc
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from controller import __version__
from controller.cues import CancelCues, Cue, CueKind
from controller.effects import Effect
from controller.items import Item, Played, Samples, StartSession, StationSetup
from controller.prescription import Block, CueModes, Targets
from controller.recording.export import Outcome, write_outcome
from controller.recording.folder import Folder, items, read_folder
from controller.recording.session_file import SessionReading, read_session
from controller.records import BlockResult, Contact, Impact, Prediction, Record, SessionTimings, Step, ToeOff
from controller.session import Session

Kind = TypeVar("Kind")

SILENT = CueModes(click=False, beep=False, light=False)
METRONOME = CueModes(click=True, beep=False, light=False, open_loop=True)
LONGEST_BLOCK_S = 14_400.0
ANY_TARGETS = Targets(cadence_spm=170.0)  # nothing is cued against them


def start_order(cadence_target_spm: float | None, configured: StartSession | None) -> StartSession:
    """What a replay without a clinician starts with: the configured session, a bare metronome, silence."""
    blocks = (Block(duration_s=LONGEST_BLOCK_S),)
    if cadence_target_spm is not None:
        targets = Targets(cadence_spm=cadence_target_spm)
        return StartSession(
            session_id="replay", runner="replay", targets=targets, blocks=blocks, cues=METRONOME
        )
    if configured is not None:
        return configured
    return StartSession(session_id="replay", runner="replay", targets=ANY_TARGETS, blocks=blocks, cues=SILENT)


class Collector:
    """Gathers what a session does, and works out which cues were really played."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.cues: list[Cue] = []
        self.cancels: list[CancelCues] = []
        self.played: list[Played] = []
        self.counted = (0, 0)  # samples, and how many of them were clipped

    def take(self, effects: Iterable[Effect]) -> None:
        """What one item led to."""
        for effect in effects:
            if isinstance(effect, Cue):
                self.cues.append(effect)
            elif isinstance(effect, CancelCues):
                self.cancels.append(effect)
                self.cues = [c for c in self.cues if c.due_ns < effect.from_ns or c.kind not in effect.kinds]
            elif isinstance(effect, Record):
                self.records.append(effect)

    def outcome(self, zero_ns: int, start_ns: int, end_ns: int) -> Outcome:
        """Everything gathered, by kind."""

        def of(kind: type[Kind]) -> list[Kind]:
            return [record for record in self.records if isinstance(record, kind)]

        return Outcome(
            version=__version__,
            zero_ns=zero_ns,
            duration_s=(end_ns - start_ns) / 1e9,
            contacts=of(Contact),
            impacts=of(Impact),
            toe_offs=of(ToeOff),
            predictions=of(Prediction),
            steps=of(Step),
            blocks=of(BlockResult),
            timings=[spread for timings in of(SessionTimings) for spread in timings.spreads],
            played=self.played,
            cues=sorted(self.cues, key=lambda cue: cue.due_ns),
            cancels=self.cancels,
            samples=self.counted[0],
            clipped=self.counted[1],
        )


def replay(source: Path, out: Path, start: StartSession, audio: Path | None = None) -> Outcome:
    """Replay a recording folder, or a session file with its own start, and write the outcome to `out`."""
    if source.is_dir():
        folder = read_folder(source)
        outcome = replay_folder(folder, start)
    else:
        outcome = replay_session(read_session(source))
    write_outcome(out, outcome)
    if audio is not None:
        from controller.devices.render import render_wav
        from controller.devices.sound.speech import all_prompts

        shifted = [msgspec.structs.replace(c, due_ns=c.due_ns - outcome.zero_ns) for c in outcome.cues]
        cancels = [msgspec.structs.replace(c, from_ns=c.from_ns - outcome.zero_ns) for c in outcome.cancels]
        spoken = all_prompts() if any(cue.kind is CueKind.SAY for cue in shifted) else {}
        render_wav(shifted, round(outcome.duration_s * 1e9), audio, cancels=cancels, prompts=spoken)
    return outcome


def replay_folder(folder: Folder, start: StartSession) -> Outcome:
    """The outcome of a recording folder; its times count from the folder's own zero."""
    collector = run(folder.setup, items(folder, start))
    return collector.outcome(0, folder.start_ns, folder.end_ns)


def replay_session(reading: SessionReading) -> Outcome:
    """The outcome of a session file; its times count from the first item."""
    first_ns = last_ns = 0

    def told() -> Iterator[Item]:
        nonlocal first_ns, last_ns
        for number, (item, _) in enumerate(reading):
            last_ns = int(item.times_ns[-1]) if isinstance(item, Samples) else item.time_ns
            first_ns = last_ns if number == 0 else first_ns
            yield item

    collector = run(reading.header.setup, told())
    return collector.outcome(first_ns, first_ns, last_ns)


def run(setup: StationSetup, told: Iterable[Item]) -> Collector:
    """A fresh session, told everything in order."""
    session = Session(setup)
    collector = Collector()
    # A hundred thousand small structs a minute and no cycle among them: searching for one is a waste.
    collecting = gc.isenabled()
    gc.disable()
    try:
        for item in told:
            if isinstance(item, Played):
                collector.played.append(item)
            effects = session.receive(item)
            if effects:
                collector.take(effects)
    finally:
        if collecting:
            gc.enable()
    collector.counted = session.counted()
    return collector


def kept_live(reading: SessionReading) -> Collector:
    """What the station made of the items while they were live, as the session file kept it."""
    collector = Collector()
    for _, effects in reading:
        collector.take(effects)
    return collector
