"""`treadcoach bench`: this machine's figures, as ratios measured in one run.

Nothing here is a limit: machines differ, and a test that asserted a time would fail on a busy one. What
is compared is compared side by side, alternating, on the same machine within the same minutes.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from statistics import median
from typing import Any

from controller import __version__
from controller.bench_cues import cue_latency
from controller.bench_drivers import drivers_together
from controller.bench_gait import gait_cost, import_time, long_session
from controller.bench_legs import leg_boards
from controller.bench_sensors import sensor_drivers
from controller.bench_station import CLIENTS, station
from controller.bench_switches import switch_latency
from controller.clock import SystemClock, processor_s
from controller.config import Config
from controller.cues import CancelCues, Cue, CueKind
from controller.messages import Health

ROUNDS = 5
UPDATES_A_SECOND = 20
WINDOW_S = 12.0  # the controller's lateness covers the last ten seconds
SESSION_S = 600.0
SOUND_BLOCKS = 2000


def bench(json_path: Path | None, *, quick: bool) -> int:
    """Measure, print, and keep; `quick` takes a tenth of the time and is a first look only."""
    figures: dict[str, Any] = {"machine": machine(), "quick": quick}
    measures: dict[str, Callable[..., dict[str, Any]]] = {
        "gait": gait_cost,
        "replay": replay_speed,
        "sound": sound_cost,
        "sensor drivers": sensor_drivers,
        "drivers together": drivers_together,
        "leg boards": leg_boards,
        "step switches": switch_latency,
        "cues": cue_latency,
        "long session": long_session,
        "lateness": lateness_ratio,
    }
    for name, measure in measures.items():
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        figures[name] = measure(quick=quick)
    figures["import"] = import_time()
    print(as_text(figures))
    if json_path is not None:
        json_path.write_text(json.dumps(figures, indent=1) + "\n")
    return 0


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "version": __version__,
        "processor": _processor(),
        "cores": os.cpu_count(),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "command": "treadcoach bench",
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith(("model name", "Model"))]
    return names[-1] if names else platform.machine()


def replay_speed(*, quick: bool) -> dict[str, Any]:
    """A simulated session's file replayed: recorded seconds per processor second, of one core."""
    from controller.recording.session_file import read_session
    from controller.replay import replay_session
    from controller.simulation.dataset import make_session

    duration_s = SESSION_S / 10 if quick else SESSION_S
    config = Config()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "session.mcap"
        make_session(path, config.simulation, config.start_order(), duration_s)
        size = path.stat().st_size
        runs = []
        for _ in range(3):
            began_s = processor_s()
            outcome = replay_session(read_session(path))
            runs.append(duration_s / (processor_s() - began_s))
    sensors = ", ".join(f"{s.name} {s.sample_rate_hz:g} Hz" for s in config.simulation.sensors)
    return {
        "recorded_s": duration_s,
        "sensors": sensors,
        "steps": len(outcome.steps),
        "times_real_time": sorted(round(run, 1) for run in runs),
        "bytes_per_minute": round(size / duration_s * 60),
    }


def sound_cost(*, quick: bool) -> dict[str, Any]:
    """Processor time of one sound block with a metronome and earcons, as a share of the block's length."""
    from controller.devices.sound.speaker import BLOCK_FRAMES, Mixer
    from controller.devices.sound.waveforms import RATE_HZ

    blocks = SOUND_BLOCKS // 10 if quick else SOUND_BLOCKS
    mixer, work = Mixer(), SimpleQueue[Cue | CancelCues]()
    block_ns = round(BLOCK_FRAMES / RATE_HZ * 1e9)
    began_s = processor_s()
    for number in range(blocks):
        now_ns = number * block_ns
        if number % 62 == 0:
            work.put(Cue(due_ns=now_ns + 50_000_000, kind=CueKind.CLICK, value=180.0))
        if number % 400 == 0:
            work.put(Cue(due_ns=now_ns + 10_000_000, kind=CueKind.QUICKER, value=-6.0))
        mixer.block(BLOCK_FRAMES, now_ns, work)
    used_s = processor_s() - began_s
    return {"block_ms": block_ns / 1e6, "share_percent": round(100 * used_s * 1e9 / (blocks * block_ns), 3)}


def lateness_ratio(*, quick: bool) -> dict[str, Any]:
    """The loop's median lateness with ten page streams and without, alternating."""
    rounds = 1 if quick else ROUNDS
    with station() as running:
        listen = running.health()
        _settle(listen)
        pairs = []
        for _ in range(rounds):
            alone = _settle(listen)
            clients = [sys.executable, "-m", "controller.bench_streams", running.page, str(CLIENTS)]
            streams = subprocess.Popen(clients, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)
            busy = _settle(listen)
            told, _ = streams.communicate("end\n")
            pairs.append((alone, busy, json.loads(told)))
    ratios = sorted(busy.p50_us / alone.p50_us for alone, busy, _ in pairs)
    return {
        "rounds": rounds,
        "clients": CLIENTS,
        "median_us_without": [round(alone.p50_us, 1) for alone, _, _ in pairs],
        "median_us_with": [round(busy.p50_us, 1) for _, busy, _ in pairs],
        "p99_us_without": [round(alone.p99_us, 1) for alone, _, _ in pairs],
        "p99_us_with": [round(busy.p99_us, 1) for _, busy, _ in pairs],
        "ratio_median": round(median(ratios), 3),
        "ratio_spread": [round(ratios[0], 3), round(ratios[-1], 3)],
        "updates_a_second_per_client": [streams["updates_a_second"] for *_, streams in pairs],
        "missed_updates": sum(streams["missed"] for *_, streams in pairs),
    }


def _settle(listen: Callable[[], Health]) -> Any:
    """Lateness once its whole window lies after now."""
    clock = SystemClock()
    until_ns = clock.monotonic_ns() + round(WINDOW_S * 1e9)
    while True:
        health = listen()
        if health.time_ns >= until_ns and health.lateness is not None:
            return health.lateness


def as_text(figures: dict[str, Any]) -> str:
    """The figures as a small table."""
    rows = []
    for group, values in figures.items():
        rows.append(group if isinstance(values, dict) else f"{group}: {values}")
        if isinstance(values, dict):
            rows += [f"  {name:<30} {value}" for name, value in values.items()]
    return "\n".join(rows)
