"""The recorder: one thread that writes, so that nobody waits for a disk.

In progress a file is called `<session>.mcap.part`, finished `<session>.mcap`. What a crash left behind
is finished at the next start as `<session>-interrupted.mcap`. All names are made here.
"""

import os
import shutil
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import IO

import msgspec

from controller.checked import BadInputError
from controller.clock import Clock
from controller.effects import BeginRecording, Effect, FinishRecording
from controller.items import Item, Samples
from controller.messages import Notice, RecorderState
from controller.recording.session_file import Header, SessionWriter, read_session

PART = ".mcap.part"
DONE = ".mcap"
INTERRUPTED = "-interrupted.mcap"


class _RecordedAlreadyError(OSError):
    """A file of this session exists: recordings are never written over."""


_Work = tuple[Item, list[Effect]] | None


class Recorder:
    """Takes every item and its effects from the loop; writes while a session is recorded."""

    def __init__(self, folder: Path, clock: Clock, version: str) -> None:
        self._folder = folder
        self._clock = clock
        self._version = version
        self._work: SimpleQueue[_Work] = SimpleQueue()
        self._wanted = False  # the loop's: between begin and finish
        self._writer: SessionWriter | None = None  # the thread's, and all below
        self._stream: IO[bytes]
        self._path: Path | None = None
        self._state = RecorderState(recording=False)
        self._written_ns: int | None = None
        self._thread = threading.Thread(target=self._write, name="recorder", daemon=True)
        self._thread.start()

    def take(self, item: Item, effects: list[Effect]) -> None:
        """Called by the loop for every item, in order; never waits, never fails."""
        begins = any(isinstance(effect, BeginRecording) for effect in effects)
        self._wanted = self._wanted or begins
        if not self._wanted:
            return
        self._work.put((item, effects))
        if any(isinstance(effect, FinishRecording) for effect in effects):
            self._wanted = False

    def state(self) -> RecorderState:
        """What is on the disk now."""
        written_ns = self._written_ns
        age_s = None if written_ns is None else (self._clock.monotonic_ns() - written_ns) / 1e9
        return msgspec.structs.replace(self._state, last_write_age_s=age_s)

    def close(self) -> None:
        """Write what was taken and end the thread; an unfinished session stays a `.part`."""
        self._work.put(None)
        self._thread.join()

    def _write(self) -> None:
        while (work := self._work.get()) is not None:
            self._attempt(partial(self._keep, *work))
        if self._writer is not None:
            self._attempt(self._writer.flush)
            self._let_go()

    def _attempt(self, act: Callable[[], None]) -> None:
        """Whatever goes wrong is said on the pages; a recorder that dies in silence loses everything."""
        try:
            act()
        except Exception as problem:  # noqa: BLE001
            self._let_go()
            self._state = RecorderState(recording=False, trouble=_trouble(problem, self._folder))

    def _let_go(self) -> None:
        """Close what is open, as far as it can be; the file keeps what it has."""
        if self._writer is not None:
            self._writer, self._written_ns = None, None
            with suppress(OSError):
                self._stream.close()

    def _keep(self, item: Item, effects: list[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, BeginRecording):
                self._begin(effect)
        if self._writer is None:
            return
        if self._writer.add(item, effects):
            self._acknowledge()
        if any(isinstance(effect, FinishRecording) for effect in effects):
            self._finish(self._writer)

    def _begin(self, begin: BeginRecording) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = self._folder / (begin.session_id + PART)
        names = (begin.session_id + ending for ending in (PART, DONE, INTERRUPTED))
        if any((self._folder / name).exists() for name in names):
            raise _RecordedAlreadyError
        header = Header(
            session_id=begin.session_id,
            setup=begin.setup,
            wall_time=self._clock.wall_time().isoformat(timespec="seconds"),
            version=self._version,
        )
        stream = open(self._path, "xb")  # noqa: SIM115  # closed in _finish; buffered, see session_file.py
        self._stream = stream
        self._writer = SessionWriter(stream, header)
        self._written_ns = self._clock.monotonic_ns()
        self._acknowledge()

    def _acknowledge(self) -> None:
        self._written_ns = self._clock.monotonic_ns()
        disk = shutil.disk_usage(self._folder)
        self._state = RecorderState(
            recording=True, bytes_written=self._stream.tell(), free_percent=100 * disk.free / disk.total
        )

    def _finish(self, writer: SessionWriter) -> None:
        writer.finish()
        self._stream.close()
        assert self._path is not None
        _rename(self._path, self._path.with_name(self._path.name.removesuffix(PART) + DONE))
        self._state = msgspec.structs.replace(self._state, recording=False)
        self._writer, self._written_ns = None, None


def _rename(source: Path, target: Path) -> None:
    """Rename so that a power cut leaves the one name or the other."""
    os.replace(source, target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _trouble(problem: Exception, folder: Path) -> str:
    if isinstance(problem, _RecordedAlreadyError):
        return "Not recorded: a recording of this session exists already. Start the session again."
    if not isinstance(problem, OSError):
        return f"Not recorded: the recorder failed ({problem}). What came before is kept. Start again."
    reason = os.strerror(problem.errno) if problem.errno else str(problem)
    return f"Not recorded: {folder} can't be written ({reason}). Make room there, then start again."


def recover(folder: Path, clock: Clock) -> list[Notice]:
    """Finish what a crash left unfinished; one notice for each session, in words."""
    notices = []
    for part in sorted(folder.glob("*" + PART)):
        name = part.name.removesuffix(PART)
        try:
            text = _recover(part, folder / (name + INTERRUPTED))
        except (OSError, BadInputError, ValueError) as problem:
            text = f"Session {name} was interrupted before anything could be kept ({problem})."
            part.rename(part.with_name(name + ".unreadable"))
        notices.append(Notice(wall_time=clock.wall_time().isoformat(timespec="seconds"), text=text))
    return notices


def _recover(part: Path, target: Path) -> str:
    reading = read_session(part)
    first_ns = last_ns = None
    temporary = target.with_suffix(".recovering")
    with open(temporary, "wb") as stream:
        writer = SessionWriter(stream, reading.header)
        for item, effects in reading:
            writer.add(item, list(effects))
            now_ns = int(item.times_ns[-1]) if isinstance(item, Samples) else item.time_ns
            first_ns = now_ns if first_ns is None else first_ns
            last_ns = now_ns
        writer.finish()
    _rename(temporary, target)
    part.unlink()
    seconds = 0 if first_ns is None or last_ns is None else round((last_ns - first_ns) / 1e9)
    began = datetime.fromisoformat(reading.header.wall_time)
    return (
        f"Session {reading.header.session_id}, begun {began:%H:%M} UTC, was interrupted after "
        f"{seconds // 60} min {seconds % 60:02d} s. Everything up to then is saved."
    )
