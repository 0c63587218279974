"""Inputs on wires that can be pulled out, in simulated time: real drivers on chip models, gpiozero's pins.

Each source is on a clock of its own (simulation/timeline.py), read as the loop's reader does: a failed one
again after a second. `Plug` is one input with its cable; `Rig` a session over several, and its recording.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
from gpiozero.pins.mock import MockFactory, MockPin

from controller.chips.catalogue import chip_of
from controller.chips.chip import Wires, checked_rate
from controller.clock import ManualClock
from controller.cues import CancelCues, Cue
from controller.devices.accelerometer import Accelerometer
from controller.devices.belt_pulses import BeltPulses
from controller.effects import Effect, Live
from controller.items import (
    BeltSpeed,
    Command,
    EndSession,
    Item,
    Samples,
    SensorSetup,
    StartSession,
    StationSetup,
    Tick,
)
from controller.prescription import Block, CueModes, Targets
from controller.recording.recorder import Recorder
from controller.recording.session_file import read_session
from controller.session import Session
from controller.simulation.chips.model import ModelBus, ModelPin
from controller.simulation.chips.parts import model_of
from controller.simulation.runner import Runner, TrueStep
from controller.simulation.scene import RunnerModel, SimulatedSensor, Stretch
from controller.simulation.sensors import Accelerometer as Worn
from controller.simulation.timeline import Reading, Timeline
from controller.simulation.treadmill import Treadmill

NS, MS = 10**9, 10**6
TICK_NS = 10 * MS
START_NS = NS
WAKE_NS = 60_000
SPEED_MPS = 2.5
METRES_PER_PULSE = 0.05
START = StartSession(
    session_id="s-1",
    runner="Test runner",
    targets=Targets(cadence_spm=190),
    blocks=(Block(duration_s=3600),),
    cues=CueModes(click=True, beep=True, light=True),
)


class Scheduled(ManualClock):
    """A clock on whose way things happen."""

    def __init__(self) -> None:
        super().__init__(START_NS)
        self._coming: list[tuple[int, Callable[[], None]]] = []

    def at(self, at_s: float, happens: Callable[[], None]) -> None:
        """So many seconds after the start."""
        self._coming.append((START_NS + round(at_s * NS), happens))
        self._coming.sort(key=lambda one: one[0])

    def advance_to_ns(self, now_ns: int) -> None:
        while self._coming and self._coming[0][0] <= now_ns:
            at_ns, happens = self._coming.pop(0)
            super().advance_to_ns(at_ns)
            happens()
        super().advance_to_ns(now_ns)


class Plug(Protocol):
    """One input and its cable; `sensor` where it is an accelerometer."""

    @property
    def reading(self) -> Reading: ...

    @property
    def sensor(self) -> SensorSetup | None: ...

    def cut(self, fault: str, at_s: float, until_s: float) -> None:
        """This happens to it, and is mended."""


class Runs:
    """A runner's steps, planned ahead."""

    def __init__(self, seconds: float) -> None:
        treadmill = Treadmill((Stretch(duration_s=1000, belt_speed_mps=SPEED_MPS),))
        runner = Runner(RunnerModel(), treadmill, (), seed=5)
        self._steps: list[TrueStep] = []
        while runner.planned_s < seconds + 2:
            step = runner.plan()
            assert step is not None
            self._steps.append(step)

    def near(self, from_s: float, to_s: float) -> list[TrueStep]:
        """Those that are felt then."""
        return [step for step in self._steps if from_s - 1.8 < step.contact_s < to_s + 0.9]


class Made(NamedTuple):
    """A sample as the chip made it: when, and its bytes."""

    time_ns: int
    counts: bytes


class ChipPlug(Worn):
    """An accelerometer on a bus: what the runner does to it goes through the chip's model and its driver.

    Every sample that the chip makes is in `made`.
    """

    def __init__(self, config: SimulatedSensor, wires: Wires, runs: Runs) -> None:
        super().__init__(config, START_NS, seed=3)
        chip = chip_of(config.chip, wires)
        self._runs = runs
        self._times_ns: list[int] = []
        self._rows: list[bytes] = []
        self._clock = Scheduled()
        scale_g = chip.scales_g[config.range_g]
        self.sensor = SensorSetup(
            name=config.name,
            placement=config.placement,
            side=config.side,
            sample_rate_hz=config.sample_rate_hz,
            range_g=config.range_g,
            scale_g_per_count=scale_g,
        )
        self.model = model_of(chip, self._feel, config.clock_error_ppm / 1e6)
        self._pack, self.model.pack = self.model.pack, self._kept  # type: ignore[method-assign]
        bus_hz = chip.spi_hz if wires is Wires.SPI else 400_000
        watermark = checked_rate(chip, config.sample_rate_hz, config.range_g, bus_hz)
        bus, pin = ModelBus(self.model, self._clock), ModelPin(self.model, self._clock, lambda: WAKE_NS)
        driver = Accelerometer(self.sensor, chip, watermark, lambda: bus, pin, self._clock)
        self.reading = Reading(driver, self._clock)

    def cut(self, fault: str, at_s: float, until_s: float) -> None:
        """`unplugged` takes its power too."""

        def begins() -> None:
            self.model.advance(self._clock.monotonic_ns())
            self.model.fault = fault  # type: ignore[assignment]
            if fault == "unplugged":
                self.model.lose_power()

        def ends() -> None:
            self.model.fault = ""

        self._clock.at(at_s, begins)
        self._clock.at(until_s, ends)

    @property
    def made(self) -> list[Made]:
        return list(map(Made, self._times_ns, self._rows))

    def _feel(self, times_s: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        self._times_ns += np.round(times_s * NS).astype(np.int64).tolist()
        since_s = times_s - START_NS / NS
        return self._force_g(since_s, self._runs.near(float(since_s[0]), float(since_s[-1])))

    def _kept(self, counts: npt.NDArray[np.int16]) -> bytes:
        packed = self._pack(counts)
        self._rows.append(packed[-6:])
        return packed


class TimedPin(MockPin):  # type: ignore[misc]  # gpiozero has no types
    """A pin whose edges come with the time we say, as lgpio's do with the kernel's."""

    def drive(self, at_ns: int, level: int) -> None:
        """Something outside changes the level."""
        self._state = bool(level)
        listener = self._when_changed and self._when_changed()
        if listener:
            listener(at_ns / NS, level)


class PulsesPlug:
    """A belt sensor's pulses on a pin, pulled up: with its wire out, the level stays high."""

    sensor = None

    def __init__(self, seconds: float) -> None:
        self._clock = Scheduled()
        factory = MockFactory(pin_class=TimedPin)
        source = BeltPulses("belt sensor", [17], METRES_PER_PULSE, factory, self._clock)
        self.reading = Reading(source, self._clock)
        self._pin = factory.pin(17)
        self._plugged = True
        period_s = METRES_PER_PULSE / SPEED_MPS
        for pulse in range(1, round(seconds / period_s)):
            self._clock.at(pulse * period_s - 0.3 * period_s, lambda: self._level(1))
            self._clock.at(pulse * period_s, lambda: self._level(0))

    def cut(self, fault: str, at_s: float, until_s: float) -> None:
        """Its only fault is to be unplugged."""
        assert fault == "unplugged"

        def plugged(now: bool) -> None:  # noqa: FBT001
            self._plugged = now

        self._clock.at(at_s, lambda: plugged(False))
        self._clock.at(until_s, lambda: plugged(True))

    def _level(self, level: int) -> None:
        if self._plugged:
            self._pin.drive(self._clock.monotonic_ns(), level)


class Rig:
    """A session over these inputs: everything that it was told and said, and what was recorded."""

    def __init__(self, folder: Path, plugs: Sequence[Plug]) -> None:
        setups = tuple(plug.sensor for plug in plugs if plug.sensor is not None)
        has_belt = any(plug.sensor is None for plug in plugs)
        self._session = Session(StationSetup(sensors=setups, has_belt=has_belt))
        self._recorder = Recorder(folder, ManualClock(), "test")
        self._folder = folder
        self.timeline = Timeline([plug.reading for plug in plugs])
        # By source: when something was heard, and the time of the newest in it.
        self._heard_ns: dict[str, list[int]] = defaultdict(list)
        self._newest_ns: dict[str, list[int]] = defaultdict(list)
        self.speeds: list[tuple[int, float]] = []
        self.lives: list[Live] = []
        self._cues: list[tuple[int, Cue]] = []
        self._cancels: list[CancelCues] = []

    def run(self, seconds: float) -> None:
        """From its start to its end."""
        self._take(START_NS, Command(time_ns=START_NS, request_id="1", order=START))
        end_ns = START_NS + round(seconds * NS)
        for tick_ns in range(START_NS + TICK_NS, end_ns, TICK_NS):
            for at_ns, item in self.timeline.until(tick_ns):
                self._note(at_ns, item)
                self._take(at_ns, item)
            self._take(tick_ns, Tick(time_ns=tick_ns, due_ns=tick_ns))
        self._take(end_ns, Command(time_ns=end_ns, request_id="2", order=EndSession()))
        self._recorder.close()

    def _note(self, at_ns: int, item: Item) -> None:
        newest_ns = int(item.times_ns[-1]) if isinstance(item, Samples) else item.time_ns
        if isinstance(item, BeltSpeed):
            self.speeds.append((item.time_ns, item.speed_mps))
        self._heard_ns[named(item)].append(at_ns)
        self._newest_ns[named(item)].append(newest_ns)

    def _take(self, now_ns: int, item: Item) -> None:
        effects: list[Effect] = self._session.receive(item)
        self._recorder.take(item, effects)
        for effect in effects:
            if isinstance(effect, Live):
                self.lives.append(effect)
            elif isinstance(effect, Cue):
                self._cues.append((now_ns, effect))
            elif isinstance(effect, CancelCues):
                self._cancels.append(effect)

    def played(self, from_s: float, to_s: float) -> list[Cue]:
        """Cues due in these seconds and not taken back."""
        from_ns, to_ns = (START_NS + round(at_s * NS) for at_s in (from_s, to_s))
        return [
            cue
            for now_ns, cue in self._cues
            if from_ns <= cue.due_ns < to_ns
            and not any(
                cue.kind in one.kinds and now_ns <= one.from_ns <= cue.due_ns for one in self._cancels
            )
        ]

    def age_s(self, live: Live, name: str) -> float | None:
        """How old this source's newest word was for that report; None before the first."""
        place = bisect_left(self._heard_ns[name], live.time_ns) - 1
        return (live.time_ns - self._newest_ns[name][place]) / NS if place >= 0 else None

    def kept(self, name: str) -> list[Item]:
        """What the recording has of this source."""
        (path,) = self._folder.glob("*.mcap")
        return [moment.item for moment in read_session(path) if named(moment.item) == name]


def named(item: Item) -> str:
    """Who said it."""
    if isinstance(item, Samples):
        return item.sensor
    return item.source if isinstance(item, BeltSpeed) else ""
