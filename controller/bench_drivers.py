"""Two accelerometers at 1600 Hz and a treadmill in one simulated time: what their drivers lose, and cost.

The chips' oscillators are 2 % off, one fast and one slow. Each reader wakes as on a busy machine (see
bench_sensors.py), and the kernel sees each edge somewhat late: mostly by 20 µs at most, one in 200 by up to
0.4 ms. The treadmill is a Trackmaster behind a real pty, asked as in a session: four speeds a second. The
accelerometers' drivers are measured apart from the chip models: what those said is kept, and given to the
drivers once more from memory. System calls and thread switches of a real bus are not in it; those of the pty
are in the treadmill's.
"""

import select
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from controller.bench_sensors import NS, RATE_ERROR, Run, drawn_ns, judged
from controller.chips.adxl345 import Adxl345
from controller.chips.chip import Transfer, Wires
from controller.chips.lsm6dso32 import Lsm6dso32
from controller.clock import ManualClock, processor_s
from controller.devices.treadmill import TreadmillReader, TreadmillSource
from controller.items import BeltSpeed, Item, Samples
from controller.simulation.belt_pty import BeltPty
from controller.simulation.belts import Belt, FaultyLine, machine
from controller.simulation.timeline import Reading, Timeline
from controller.treadmills.makes import MAKES, Settings

SECONDS = 600.0
TICK_NS = 10_000_000
TURN_NS = 20_000_000
BELT_MPS = 2.5
SHARES = {"p50": 50, "p99": 99, "max": 100}
SEEN_LATE_MS = ((0.97, 0.02), (0.995, 0.1), (1.0, 0.4))  # as WAKES_MS
MAKE, SETTINGS = MAKES["trackmaster"], Settings(units="kmh")


class Tape:
    """The bus and the pin of a run; what they say is kept, edges as late as the kernel saw them."""

    def __init__(self, run: Run, seed: int) -> None:
        self._run = run
        self._random = np.random.default_rng(seed)
        self.replies: list[list[bytes]] = []
        self.waits: list[tuple[int | None, int]] = []  # when it rose, and when that was known

    def exchange(self, transfers: Sequence[Transfer]) -> list[bytes]:
        """As the model's bus."""
        replies = self._run.bus.exchange(transfers)
        self.replies.append(replies)
        return replies

    def wait(self, timeout_s: float) -> int | None:
        """As the model's pin."""
        rose_ns, now_ns = self._run.pin.wait(timeout_s), self._run.clock.monotonic_ns()
        if rose_ns is not None:
            rose_ns = min(now_ns, rose_ns + drawn_ns(SEEN_LATE_MS, self._random))
        self.waits.append((rose_ns, now_ns))
        return rose_ns

    def close(self) -> None:
        """Nothing to give back."""


class Playback:
    """A bus and a pin that say what stands on a tape."""

    def __init__(self, tape: Tape) -> None:
        self.clock = ManualClock()
        self.reads = len(tape.waits)
        self._replies, self._waits = iter(tape.replies), iter(tape.waits)

    def exchange(self, _: Sequence[Transfer]) -> list[bytes]:
        """The next replies."""
        return next(self._replies)

    def wait(self, _: float) -> int | None:
        """The next edge."""
        rose_ns, known_ns = next(self._waits)
        self.clock.advance_to_ns(known_ns)
        return rose_ns

    def close(self) -> None:
        """Nothing to give back."""


class Treadmill:
    """A source: a simulated Trackmaster on a real pty, and the station's own reader, 20 ms at a time."""

    name = "treadmill"

    def __init__(self, folder: Path, clock: ManualClock) -> None:
        self.clock = clock
        self.used_s = 0.0  # by the reader
        self.belt = Belt()
        line = FaultyLine(machine("trackmaster", self.belt, SETTINGS))
        self._pty = BeltPty(folder / "port", self.belt, line, lambda _: BELT_MPS)
        reader = TreadmillReader(MAKE, SETTINGS, str(self._pty.path), MAKE.baud or 0, clock, wait_s=0)
        self._source = TreadmillSource(self.name, MAKE, "port", reader, clock)

    def read(self) -> Sequence[Item]:
        """What was said in the next 20 ms; what the kernel still carries is waited for."""
        now_ns = self.clock.monotonic_ns() + TURN_NS
        self.clock.advance_to_ns(now_ns)
        if self._pty.turn(now_ns):
            with self._pty.path.open("rb", buffering=0) as port:
                select.select([port], [], [], 1)
        began_s = processor_s()
        items = self._source.read()
        self.used_s += processor_s() - began_s
        self._pty.wait(0.001)
        return items

    def close(self) -> None:
        """Give the port back, and pull the cable."""
        self._source.close()
        self._pty.close()


class Together:
    """The three of them; `hear` lets the time pass."""

    def __init__(self, folder: Path) -> None:
        self.runs = [
            Run(Lsm6dso32(Wires.SPI), 1667.0, 32.0, RATE_ERROR, seed=1),
            Run(Adxl345(Wires.SPI), 1600.0, 16.0, -RATE_ERROR, seed=2),
        ]
        self.tapes = [Tape(run, seed) for seed, run in enumerate(self.runs)]
        for run, tape in zip(self.runs, self.tapes, strict=True):
            run.driver = run.driven(tape, tape, run.clock)
        self.treadmill = Treadmill(folder, ManualClock(NS))
        self.batches: dict[str, list[Samples]] = {run.driver.name: [] for run in self.runs}
        self.speeds: list[tuple[int, BeltSpeed]] = []  # and when they arrived
        readings = [Reading(run.driver, run.clock) for run in self.runs]
        self._timeline = Timeline([*readings, Reading(self.treadmill, self.treadmill.clock)])

    def hear(self, seconds: float) -> None:
        """So many simulated seconds."""
        for at_ns, item in self._timeline.until(NS + round(seconds * NS)):
            if isinstance(item, Samples):
                self.batches[item.sensor].append(item)
            elif isinstance(item, BeltSpeed):
                self.speeds.append((at_ns, item))

    def ages_ms(self, seconds: float) -> list[float]:
        """How old the newest belt speed was at each tick of the loop, from the first on."""
        ages, known = [], iter([*self.speeds, (2**62, None)])
        (next_ns, coming), newest = next(known), None
        for tick_ns in range(NS, NS + round(seconds * NS), TICK_NS):
            while next_ns <= tick_ns:
                newest = coming
                next_ns, coming = next(known)
            if newest is not None:
                ages.append((tick_ns - newest.time_ns) / 1e6)
        return ages


def drivers_together(*, quick: bool) -> dict[str, Any]:
    """What became of the samples, how old the belt's speed was, and what the drivers cost."""
    seconds = SECONDS / 10 if quick else SECONDS
    with tempfile.TemporaryDirectory() as folder:
        together = Together(Path(folder))
        began_s = processor_s()
        together.hear(seconds)
        whole_s = processor_s() - began_s
        together.treadmill.close()
    figures: dict[str, Any] = {
        "simulated_s": seconds,
        "oscillators_off_percent": [100 * RATE_ERROR, -100 * RATE_ERROR],
    }
    drivers_s = together.treadmill.used_s
    shares = {"treadmill": _percent(drivers_s, seconds)}
    for run, tape in zip(together.runs, together.tapes, strict=True):
        name = run.driver.name
        used_s = played_s(run, tape)
        drivers_s += used_s
        shares[name] = _percent(used_s, seconds)
        figures[name] = {**judged(run.model, together.batches[name]), **wakes(tape)}
    figures["belt"] = belt_figures(together, seconds)
    figures["drivers_core_percent"] = {**shares, "together": _percent(drivers_s, seconds)}
    figures["models_core_percent"] = _percent(whole_s - drivers_s, seconds)
    return figures


def played_s(run: Run, tape: Tape) -> float:
    """Processor time of the driver alone, given everything once more."""
    playback = Playback(tape)
    driver = run.driven(playback, playback, playback.clock)
    began_s = processor_s()
    for _ in range(playback.reads):
        driver.read()
    return processor_s() - began_s


def wakes(tape: Tape) -> dict[str, float]:
    """How late the reader woke, in ms."""
    late_ms = [(known_ns - rose_ns) / 1e6 for rose_ns, known_ns in tape.waits if rose_ns is not None]
    return {
        f"woke_late_ms_{name}": round(float(np.percentile(late_ms, share)), 3)
        for name, share in SHARES.items()
    }


def belt_figures(together: Together, seconds: float) -> dict[str, Any]:
    """Speeds a second, whether they were right, and how old the newest one was."""
    ages_ms = together.ages_ms(seconds)
    wrong = [one for _, one in together.speeds if abs(one.speed_mps - BELT_MPS) > 0.05 / 3.6]
    ages = {
        f"age_ms_{name}": round(float(np.percentile(ages_ms, share)), 1) for name, share in SHARES.items()
    }
    return {
        "speeds": len(together.speeds),
        "a_second": round(len(together.speeds) / seconds, 2),
        "wrong": len(wrong),
        **ages,
    }


def _percent(used_s: float, seconds: float) -> float:
    return round(100 * used_s / seconds, 2)
