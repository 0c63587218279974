"""The simulated world: runner, treadmill and sensors, moved on by whoever calls `advance`."""

import math
from collections import deque
from collections.abc import Sequence

from controller import __version__
from controller.cues import Cue
from controller.items import BeltSpeed, Item, Samples, StationSetup
from controller.messages import PartState
from controller.simulation.chip_sensor import ChipAccelerometer
from controller.simulation.runner import Runner, TrueStep
from controller.simulation.scene import Fault, Scene
from controller.simulation.sensors import Accelerometer
from controller.simulation.switches import PulsePart, SimulatedButton
from controller.simulation.treadmill import Treadmill

NS = 1_000_000_000
CHUNK_S = 0.1  # the world is made in chunks of this length, whatever `advance` asks for
AHEAD_S = 0.9  # steps are planned this far ahead: a swing must know where it ends
TOUCHES_S = 1.8  # a step is felt this long after its contact
TRUTH_KEPT = 40_000  # four hours of steps


class World:
    """The same scene and the same heard cues give the same items, however `advance` is called.

    `sensors`: others than the scene's feel the runner.
    """

    def __init__(
        self, scene: Scene, origin_ns: int = 0, sensors: Sequence[Accelerometer] | None = None
    ) -> None:
        self._scene = scene
        self._origin_ns = origin_ns
        self._treadmill = Treadmill(scene.course)
        self._runner = Runner(scene.runner, self._treadmill, scene.stumbles_s, scene.seed)
        self._sensors = sensors or [
            (ChipAccelerometer if config.chip else Accelerometer)(config, origin_ns, scene.seed)
            for config in scene.sensors
        ]
        self._pulses = [
            PulsePart(config, self._faults_of(config.name), origin_ns, scene.seed)
            for config in scene.step_pulses
        ]
        self._button = SimulatedButton(scene.handrail, origin_ns, scene.seed) if scene.handrail else None
        self.setup = StationSetup(
            sensors=tuple(sensor.setup for sensor in self._sensors),
            pulses=tuple(part.setup for part in self._pulses),
            has_belt=scene.has_belt,
            simulated=True,
            version=__version__,
        )
        self.truth: deque[TrueStep] = deque(maxlen=TRUTH_KEPT)
        self._near: deque[TrueStep] = deque()
        self._made = 0  # chunks
        self._ready: deque[tuple[int, Item]] = deque()

    def hear(self, cue: Cue) -> None:
        """The runner perceives this cue, now; it moves the steps that are not planned yet."""
        self._runner.hear(cue, (cue.due_ns - self._origin_ns) / NS)

    def next_ns(self) -> int:
        """When the next item arrives, or where the world is not made yet."""
        return self._ready[0][0] if self._ready else self._origin_ns + self._made_ns

    def advance(self, until_ns: int) -> list[Item]:
        """Everything that arrives up to `until_ns`, in order of arrival."""
        while self._origin_ns + self._made_ns <= until_ns:
            self._make_chunk()
        items = []
        while self._ready and self._ready[0][0] <= until_ns:
            items.append(self._ready.popleft()[1])
        return items

    @property
    def _made_ns(self) -> int:
        return round(self._made * CHUNK_S * NS)

    def skip_to(self, until_ns: int) -> None:
        """Let time pass unseen: what would have arrived is lost, as when a machine slept."""
        self.advance(until_ns)

    def _make_chunk(self) -> None:
        start_s, end_s = self._made * CHUNK_S, (self._made + 1) * CHUNK_S
        self._made += 1
        while self._runner.planned_s < end_s + AHEAD_S:
            step = self._runner.plan()
            if step is not None:
                self.truth.append(step)
                self._near.append(step)
        while self._near and self._near[0].contact_s < start_s - TOUCHES_S:
            self._near.popleft()
        steps = list(self._near)
        arrivals: list[tuple[int, Item]] = []
        for sensor in self._sensors:
            arrivals += ((int(b.times_ns[-1]), b) for b in sensor.until(end_s, steps) if self._works(b))
        for part in self._pulses:
            arrivals += ((pulse.decided_ns, pulse) for pulse in part.until(end_s, steps))
        if self._button is not None:
            arrivals += ((command.time_ns, command) for command in self._button.until(end_s))
        if self._scene.has_belt and not self._faulty("belt", start_s):
            arrivals.append(self._belt(start_s))
        self._ready.extend(sorted(arrivals, key=lambda arrival: arrival[0]))

    def _belt(self, at_s: float) -> tuple[int, Item]:
        time_ns = self._origin_ns + round(at_s * NS)
        # A console shows and reports speed in steps of 0.01 m/s.
        speed_mps = math.floor(self._treadmill.speed_mps(at_s) * 100 + 0.5) / 100
        return time_ns, BeltSpeed(
            time_ns=time_ns, speed_mps=speed_mps, incline_percent=0.0, source="simulated"
        )

    def _works(self, batch: Samples) -> bool:
        return not self._faulty(batch.sensor, (int(batch.times_ns[-1]) - self._origin_ns) / NS)

    def _faulty(self, what: str, at_s: float) -> bool:
        return any(f.at_s <= at_s < f.at_s + f.duration_s for f in self._faults_of(what))

    def _faults_of(self, what: str) -> tuple[Fault, ...]:
        return tuple(fault for fault in self._scene.faults if fault.what == what)

    @property
    def parts(self) -> tuple[PartState, ...]:
        """How its switches are, for the health page."""
        button = () if self._button is None else (self._button.part,)
        return (*(part.part for part in self._pulses), *button)
