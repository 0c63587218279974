"""What crosses the Unix socket, one JSON object a line, typed at both ends.

To the controller: `Request`. From it: any `Message`. Times are the controller's CLOCK_MONOTONIC
nanoseconds; both ends run on one machine and read the same clock.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from controller.effects import Answer, Live
from controller.items import Order, Tagged
from controller.records import Step

MAX_LINE_BYTES = 64 * 1024  # the longest order, 100 blocks, is under 8 kB


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An order with the name under which its `Answer` comes back."""

    request_id: Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]{1,64}$")]
    order: Order


class SoundState(msgspec.Struct, frozen=True, kw_only=True):
    """What the loudspeaker can do now; `detail` is a sentence when it is not playing."""

    playing: bool
    device: str
    detail: str = ""
    underruns: int = 0
    cap_dbfs: float | None = None


class RecorderState(msgspec.Struct, frozen=True, kw_only=True):
    """The open recording: bytes on disk, age of the last acknowledged write, free space."""

    recording: bool
    bytes_written: int = 0
    last_write_age_s: float | None = None
    free_percent: float | None = None
    trouble: str = ""


class Lateness(msgspec.Struct, frozen=True, kw_only=True):
    """Tick lateness over the last ten seconds, in microseconds."""

    ticks: int
    p50_us: float
    p99_us: float
    max_us: float


class PortState(msgspec.Struct, frozen=True, kw_only=True):
    """Who is at a port: how far the talk has come, and what is wrong.

    `last_bytes` is what came last, raw, in hex: for whoever has to find the fault.
    """

    source: str
    title: str
    port: str
    state: str
    trouble: str = ""
    last_bytes: str = ""


class BeltState(PortState, frozen=True, kw_only=True):
    """One source of the belt's speed."""


class LeadState(PortState, frozen=True, kw_only=True):
    """One leg board."""


class PartState(msgspec.Struct, frozen=True, kw_only=True):
    """An input or an output on the station's pins or buses: how it is, and what is wrong with it."""

    name: str
    state: str
    trouble: str = ""


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened and that a person should read once, with its wall time (UTC, ISO)."""

    wall_time: str
    text: str


class Health(Tagged, frozen=True):
    """Report, once a second: the process around the session."""

    time_ns: int
    version: str
    station: str
    simulated: bool
    phase_aligned: bool
    uptime_s: float
    realtime: bool
    memory_locked: bool
    lateness: Lateness | None
    sound: SoundState
    recorder: RecorderState
    belts: tuple[BeltState, ...]
    parts: tuple[PartState, ...]  # step pulses, the handrail's button, lights, buzzer
    clients: int
    clients_dropped: int
    reports_skipped: int
    notices: tuple[Notice, ...]
    warnings: tuple[str, ...]
    leads: tuple[LeadState, ...] = ()


class Refused(Tagged, frozen=True):
    """A line that was no request: the sentence says which field, its value and the limit."""

    reason: str


Message = Live | Step | Answer | Health | Refused

encode = msgspec.json.Encoder().encode


def encode_line(message: Message | Request) -> bytes:
    """One JSON object and the end mark; JSON never holds a raw newline."""
    return encode(message) + b"\n"


_decoder = msgspec.json.Decoder(Message)


def decode_message(line: bytes) -> Message:
    """One line from the controller; msgspec.DecodeError when it is none of ours."""
    message: Message = _decoder.decode(line)
    return message
