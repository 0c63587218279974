"""What the gait costs: processor time of `Session.receive`, time of the import, memory of a long session."""

import gc
import subprocess
import sys
from itertools import chain
from typing import Any

from controller.clock import processor_s
from controller.items import Command, Placement, Samples, Side, Tick
from controller.replay import start_order
from controller.session import Session
from controller.simulation.scene import Scene, SimulatedSensor, Stretch
from controller.simulation.world import World

FAST_HZ, TRUNK_HZ = 1600.0, 208.0
TICK_NS = 10_000_000
PIECE_NS = 10_000_000_000  # made, then received, so that making costs nothing in the figure
LONG_HOURS = 4.0
PAGE_BYTES = 4096


def gait_cost(*, quick: bool) -> dict[str, Any]:
    """Processor seconds of the session per recorded second: two shanks at 1600 Hz, a sacrum, ticks."""
    seconds = 60 if quick else 300
    shares = sorted(100 * _run(FAST_HZ, seconds) / seconds for _ in range(3))
    return {
        "recorded_s": seconds,
        "sensors": f"two shanks {FAST_HZ:g} Hz x 3 axes, sacrum {TRUNK_HZ:g} Hz",
        "core_percent": [round(share, 2) for share in shares],
    }


def long_session(*, quick: bool) -> dict[str, Any]:
    """Resident memory after a warm-up and after hours of one session, in a process of its own."""
    hours = LONG_HOURS / 40 if quick else LONG_HOURS
    command = [sys.executable, "-m", "controller.bench_gait", str(hours)]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    warm, end = (int(word) for word in told.stdout.split())
    return {"hours": hours, "resident_mb_warm": warm, "resident_mb_end": end}


def import_time() -> dict[str, Any]:
    """Time to import the controller's session in a fresh interpreter, less that of an empty one."""
    code = "import time;a=time.perf_counter();import {};print(time.perf_counter()-a)"
    runs = []
    for _ in range(5):
        command = [sys.executable, "-c", code.format("controller.process")]
        runs.append(float(subprocess.run(command, capture_output=True, text=True, check=True).stdout))
    return {"controller_import_s": [round(run, 3) for run in sorted(runs)]}


def scene(rate_hz: float, seconds: float) -> Scene:
    """A run of `seconds` with two shanks at `rate_hz` and a sacrum."""
    shanks = tuple(
        SimulatedSensor(
            name=f"{side}_shank",
            placement=Placement.SHANK,
            side=side,
            sample_rate_hz=rate_hz,
            range_g=32.0,
            watermark=max(1, round(rate_hz * 0.005)),
        )
        for side in (Side.LEFT, Side.RIGHT)
    )
    trunk = SimulatedSensor(
        name="sacrum",
        placement=Placement.SACRUM,
        side=Side.BOTH,
        sample_rate_hz=TRUNK_HZ,
        range_g=16.0,
        watermark=1,
    )
    course = (Stretch(duration_s=3, belt_speed_mps=0), Stretch(duration_s=seconds, belt_speed_mps=2.6))
    return Scene(seed=8, course=course, sensors=(*shanks, trunk))


def _run(rate_hz: float, seconds: float, after_piece: Any = None) -> float:
    """Processor seconds that a session took for this long a run."""
    world = World(scene(rate_hz, seconds))
    session = Session(world.setup)
    session.receive(Command(time_ns=0, request_id="start", order=start_order(None, None)))
    used_s = 0.0
    collecting = gc.isenabled()
    for start_ns in range(0, round(seconds * 1e9), PIECE_NS):
        end_ns = start_ns + PIECE_NS
        ticks = (Tick(time_ns=due_ns, due_ns=due_ns) for due_ns in range(start_ns, end_ns, TICK_NS))
        arrived = sorted(chain(world.advance(end_ns), ticks), key=_arrival_ns)
        gc.disable()  # as in the station, whose heap is frozen
        began_s = processor_s()
        for item in arrived:
            session.receive(item)
        used_s += processor_s() - began_s
        if collecting:
            gc.enable()
        if after_piece is not None:
            after_piece(end_ns / 1e9)
    return used_s


def _arrival_ns(item: Any) -> int:
    return int(item.times_ns[-1]) if isinstance(item, Samples) else int(item.time_ns)


def _resident_mb() -> int:
    """Resident set of this process (proc(5), statm)."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * PAGE_BYTES // 1_000_000


def main() -> None:
    """Print resident memory after the first twentieth of the hours given, and after all of them."""
    seconds = 3600 * float(sys.argv[1])
    warm: list[int] = []

    def note(at_s: float) -> None:
        if not warm and at_s > seconds / 20:
            gc.collect()
            warm.append(_resident_mb())

    _run(208.0, seconds, note)
    gc.collect()
    print(warm[0], _resident_mb())


if __name__ == "__main__":
    main()
