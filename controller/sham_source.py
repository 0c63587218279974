"""The cues of another session for a sham, read from its recording when the order comes in."""

from pathlib import Path

import msgspec

from controller.checked import BadInputError
from controller.cues import DARK, LIGHTS, Cue
from controller.items import Command, Samples, StartSession
from controller.prescription import ShamCue
from controller.recording.session_file import read_session
from controller.replay import kept_live

NS = 1_000_000_000
INFORMATIVE = ("press_stop", "ease_off", "finished")  # said to the other runner, about the other runner


def with_sham(command: Command, recordings_dir: Path) -> Command:
    """The command with the other session's cues filled in; others as they are.

    BadInputError, for the person who asked, where that session is not kept here or had no cues.
    """
    order = command.order
    if not isinstance(order, StartSession) or order.sham is None:
        return command
    cues = cues_of(recordings_dir / f"{order.sham.of_session}.mcap", order.sham.of_session)
    sham = msgspec.structs.replace(order.sham, cues=cues)
    return msgspec.structs.replace(command, order=msgspec.structs.replace(order, sham=sham))


def cues_of(path: Path, session_id: str) -> tuple[ShamCue, ...]:
    """What was played in a session, by seconds since its start."""
    if not path.is_file():
        raise BadInputError(f"The session {session_id} is not kept at this station. Choose one that is.")
    started_ns: int | None = None
    for item, _ in read_session(path):
        started_ns = int(item.times_ns[0]) if isinstance(item, Samples) else item.time_ns
        break
    cues = kept_live(read_session(path)).cues
    if started_ns is None or not cues:
        raise BadInputError(f"The session {session_id} holds no cues. Choose one with feedback.")
    return tuple(
        ShamCue(at_s=(cue.due_ns - started_ns) / NS, kind=cue.kind, value=cue.value, text=cue.text)
        for cue in sorted(cues, key=lambda cue: cue.due_ns)
        if cue.due_ns >= started_ns and not _ours(cue)
    )


def _ours(cue: Cue) -> bool:
    """Darkening a light and talking about pain stay with the session that runs."""
    return (cue.kind in LIGHTS and cue.value == DARK) or cue.text.rpartition("/")[2] in INFORMATIVE
