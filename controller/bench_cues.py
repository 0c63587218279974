"""From a step's decision to the light command and to the first sound sample, in a running simulated station.

Measured from the recording of a real session: the arrival of the samples that decided a step is in it, and
what the players say they did. The loudspeaker is the simulated one, which renders blocks of 256 frames in
real time: the figure holds everything but the sound card, whose delay `treadcoach selftest --latency` tells.
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from controller.bench_station import CLIENTS, Station, station
from controller.clock import SystemClock
from controller.effects import Answer
from controller.items import EndSession, Order, Played, Samples, StartSession
from controller.prescription import Baseline, Block, CueModes, LightStyle, Targets
from controller.recording.session_file import read_session
from controller.records import Step

NULL_ALSA = "pcm.!default { type null }\nctl.!default { type null }\n"
SECONDS = 60.0
NS = 1_000_000_000
# A strip changes with most steps and a tone answers each landing: many measurements in a minute.
ORDER = StartSession(
    session_id="bench",
    runner="bench",
    targets=Targets(cadence_factor=1.0, impact_factor=0.5, stage_s=0),
    blocks=(Block(duration_s=3600),),
    cues=CueModes(click=False, beep=False, tone=True, light_style=LightStyle.STRIP),
    baselines=(Baseline(speed_mps=2.5, cadence_spm=166, peak_left_g=6, peak_right_g=6.5),),
)


def cue_latency(*, quick: bool) -> dict[str, Any]:
    """p50 and p99 in ms of both ways, with ten page streams and without, alternating."""
    rounds, seconds = (1, SECONDS / 4) if quick else (2, SECONDS)
    with station(sound=True) as running:
        alone: list[Ways] = []
        busy: list[Ways] = []
        for number in range(rounds):
            alone.append(_session(running, f"bench-{number}a", seconds))
            clients = [sys.executable, "-m", "controller.bench_streams", running.page, str(CLIENTS)]
            streams = subprocess.Popen(clients, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)
            busy.append(_session(running, f"bench-{number}b", seconds))
            streams.communicate("end\n")
    return {**_summed("without streams", alone), **_summed("with ten streams", busy), "rounds": rounds}


class Ways:
    """Delays of one session in ms: from the arrival of the deciding samples, and from their own time."""

    def __init__(self) -> None:
        self.arrival: dict[str, list[float]] = {"light": [], "sound": []}
        self.sample: dict[str, list[float]] = {"light": [], "sound": []}


def _session(running: Station, session_id: str, seconds: float) -> Ways:
    _expect(running.ask(), msgspec.structs.replace(ORDER, session_id=session_id))
    SystemClock().sleep_until_ns(SystemClock().monotonic_ns() + round(seconds * NS))
    _expect(running.ask(), EndSession())
    path = running.recordings / f"{session_id}.mcap"
    while not path.exists():
        SystemClock().sleep_until_ns(SystemClock().monotonic_ns() + NS // 20)
    return ways(path)


def _expect(ask: Callable[[Order], Answer], order: Order) -> None:
    answer = ask(order)
    assert answer.accepted, answer.reason


def ways(path: Path) -> Ways:
    """Both delays of every light and tone that answers a step in this recording."""
    found = Ways()
    arrived: dict[int, int] = {}  # contact of a step -> when the samples that ended it had come
    for item, effects in read_session(path):
        if isinstance(item, Samples):
            for effect in effects:
                if isinstance(effect, Step):
                    arrived[effect.initial_contact_ns] = int(item.times_ns[-1])
        elif isinstance(item, Played) and item.contact_ns in arrived and item.decided_ns is not None:
            found.arrival[item.player].append((item.acted_ns - arrived[item.contact_ns]) / 1e6)
            found.sample[item.player].append((item.acted_ns - item.decided_ns) / 1e6)
    return found


def _summed(name: str, runs: list[Ways]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for player in ("light", "sound"):
        for of, kept in (("", "arrival"), (" (from the deciding sample's own time)", "sample")):
            values = sorted(value for run in runs for value in getattr(run, kept)[player])
            if values:
                p50, p99 = values[len(values) // 2], values[len(values) * 99 // 100]
                made[f"decision to {player} {name}{of}, ms"] = {
                    "n": len(values),
                    "p50": round(p50, 2),
                    "p99": round(p99, 2),
                }
    return made
