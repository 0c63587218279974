"""The clocks in the self-test: how fine time is, whether the date can be true, how late the loop would be."""

import ctypes
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from controller.clock import Clock, resolution_ns
from controller.config import Config
from controller.loop import TICK_NS, lateness
from controller.messages import Lateness
from controller.realtime import LOOP_PRIORITY, permitted, take_priority
from controller.selftest.line import Audience, Figures, Line

FINE_NS = 1_000  # a sample's time must be known to a microsecond
TIME_ERROR, TIMEX_BYTES = 5, 1024  # adjtimex(2): the clock is not synchronized; more than any struct timex
TICKS = 100
LATE_US = TICK_NS / 1e3  # a tick as late as the next one is a missed one
A_DAY = timedelta(days=1)
OWN_FILES = Path(__file__).parent
SET_IT = "Connect the network, or set it by hand: sudo timedatectl set-time."


def clocks(config: Config, audience: Audience) -> Iterator[Line]:
    """Time, date, lateness."""
    step_ns = resolution_ns()
    fine = step_ns <= FINE_NS
    text = f"CLOCK_MONOTONIC counts in steps of {step_ns} ns" + ("." if fine else ": too coarse for samples.")
    yield Line("clock", "ok" if fine else "bad", text, {"resolution_ns": step_ns})
    yield date(audience.clock.wall_time(), newest_file(config.recordings_dir), synchronized())
    audience.say("Measuring for 1 s how late the loop would be.")
    yield late(on_time(audience.clock))


def date(now: datetime, newest: datetime, synchronized: bool | None) -> Line:  # noqa: FBT001
    """Whether sessions get the right date. A Pi without a battery starts with the date of its last end."""
    shown = f"{now:%Y-%m-%d %H:%M} UTC"
    if now < newest - A_DAY:
        text = f"{shown} can't be true: a file of the station is from {newest:%Y-%m-%d}. {SET_IT}"
        return Line("date", "bad", text)
    if synchronized:
        return Line("date", "ok", f"{shown}, set by the network.")
    unset = (
        "nobody says whether it was set by the network" if synchronized is None else "not set by the network"
    )
    text = f"{shown}, {unset}. Without it a Pi without a battery dates its sessions wrongly. {SET_IT}"
    return Line("date", "look", text)


def newest_file(recordings: Path) -> datetime:
    """Of the program and of the recordings: no true date lies before it."""
    files = [*OWN_FILES.glob("*.py"), *recordings.glob("*.mcap")]
    return datetime.fromtimestamp(max(path.stat().st_mtime for path in files), UTC)


def synchronized() -> bool | None:
    """The kernel's own word (adjtimex(2)), whoever sets it: timesyncd, chrony or ntpd; None: it says none."""
    state = int(ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(TIMEX_BYTES)))
    return None if state < 0 else state != TIME_ERROR


def on_time(clock: Clock) -> Lateness:
    """A hundred ticks at the loop's own priority, where this user may have it."""
    late_ns: list[int] = []

    def tick() -> None:
        take_priority(LOOP_PRIORITY)
        due_ns = clock.monotonic_ns()
        for _ in range(TICKS):
            due_ns += TICK_NS
            clock.sleep_until_ns(due_ns)
            late_ns.append(clock.monotonic_ns() - due_ns)

    trial = threading.Thread(target=tick)
    trial.start()
    trial.join()
    found = lateness(late_ns)
    assert found is not None
    return found


def late(found: Lateness) -> Line:
    """In milliseconds."""
    p50_ms, p99_ms, max_ms = (us / 1e3 for us in (found.p50_us, found.p99_us, found.max_us))
    text = (
        f"{found.ticks} ticks came {p50_ms:.2f} ms late (median), {p99_ms:.2f} (99 %), {max_ms:.2f} at most."
    )
    figures: Figures = {"p50_ms": round(p50_ms, 3), "p99_ms": round(p99_ms, 3), "max_ms": round(max_ms, 3)}
    if found.p99_us < LATE_US:
        return Line("lateness", "ok", text, figures)
    return Line(
        "lateness", "look", f"{text} Something keeps this machine busy: cues will come late.", figures
    )


def permissions() -> Iterator[Line]:
    """Whether this user may be on time."""
    for part, problem in permitted().items():
        yield Line(part, "look" if problem else "ok", problem or "permitted.")
