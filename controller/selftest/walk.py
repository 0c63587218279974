"""Standing, some steps, standing again: what that tells of how sensors are worn. Samples in, findings out.

The mount check of a session finds most of it. Two things more can be known of somebody who does as told.
Who begins with the left foot moves the left leg's sensor first: in 58 walks from standing (voisard2023_walk)
the first to feel half a g more or less than at rest, for 30 ms, was always the sensor of the foot that landed
first, by 0.48 s or more. And who stands before and after has every sensor as it was, unless it slipped.
"""

from collections import defaultdict

import numpy as np

from controller.effects import MountFault, MountFinding
from controller.gait.gait import Gait
from controller.gait.mount import TURNED_DEG, angle_deg
from controller.items import Item, Placement, Samples, SensorSetup, Side, StationSetup, StepPulse
from controller.records import Contact
from controller.selftest.felt import NS, Felt

MOVES_G = {Placement.SHANK: 0.5, Placement.FOOT: 0.5, Placement.SACRUM: 0.2}
MOVES_S = 0.03
FIRST_BY_NS = 150_000_000  # closer together than this, nobody knows who was first
QUIET_NS = 2 * NS  # of standing: who has stopped walking still sways before


class WalkCheck:
    """Told when the walk begins and ends; everything else is in the samples."""

    def __init__(self, setup: StationSetup) -> None:
        self.setup = setup
        self._gait = Gait(setup)
        self._batches: dict[str, list[Samples]] = defaultdict(list)
        self._findings: dict[tuple[str, MountFault], MountFinding] = {}
        self._newest_ns = 0
        self._walk_ns = self._stop_ns = 0
        self.steps = 0

    def take(self, item: Item) -> None:
        """What comes from the sensors."""
        if isinstance(item, Samples):
            self._batches[item.sensor].append(item)
            self._newest_ns = max(self._newest_ns, int(item.times_ns[-1]))
            records = self._gait.samples(item)
        elif isinstance(item, StepPulse):
            records = self._gait.pulse(item)
        else:
            return
        self.steps += sum(isinstance(record, Contact) for record in records)
        if records and self._walk_ns and not self._stop_ns:
            self._remember()

    def walk(self) -> None:
        """They are asked to walk from now on."""
        self._walk_ns = self._newest_ns
        self.steps = 0

    def stand(self) -> None:
        """They are asked to stand from now on."""
        self._stop_ns = self._newest_ns

    def _remember(self) -> None:
        """A finding goes away when it is no longer so; here it is wanted once."""
        self._findings |= {(one.sensor, one.fault): one for one in self._gait.mounts()}

    def findings(self) -> list[MountFinding]:
        """Everything that was wrong, each once."""
        self._remember()
        for sensor in self.setup.sensors:
            for found in (self._unmoved(sensor), self._turned(sensor)):
                if found is not None:
                    self._findings.setdefault((found.sensor, found.fault), found)
        swapped = self._wrong_foot()
        if swapped is not None:
            self._findings[swapped.sensor, swapped.fault] = swapped
        return list(self._findings.values())

    def legs(self) -> dict[Side, SensorSetup]:
        """One sensor of each leg, where there is one."""
        return {s.side: s for s in self.setup.sensors if s.side in (Side.LEFT, Side.RIGHT)}

    def heard(self, sensor: SensorSetup) -> bool:
        """It said something before, while and after they walked."""
        before, walk, after = (self._felt(sensor, *times) for times in self._times())
        return before.heard and walk.heard and after.heard

    def _times(self) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
        walk_ns, stop_ns, end_ns = self._walk_ns, self._stop_ns, self._newest_ns
        return (walk_ns - QUIET_NS, walk_ns), (walk_ns, stop_ns), (end_ns - QUIET_NS, end_ns)

    def _felt(self, sensor: SensorSetup, from_ns: int, to_ns: int) -> Felt:
        kept = [b for b in self._batches[sensor.name] if from_ns <= int(b.times_ns[0]) < to_ns]
        return Felt(sensor, kept)

    def _moves_ns(self, sensor: SensorSetup) -> int | None:
        """When it first felt that they walk."""
        before, walk, _ = (self._felt(sensor, *times) for times in self._times())
        if not before.heard or not walk.heard:
            return None
        apart_g = np.linalg.norm(walk.force_g - before.mean_g, axis=1)
        size = max(2, round(MOVES_S * sensor.sample_rate_hz))
        moved = np.convolve(apart_g > MOVES_G[sensor.placement], np.ones(size), "valid") >= size
        return int(walk.times_ns[int(np.argmax(moved))]) if moved.any() else None

    def _unmoved(self, sensor: SensorSetup) -> MountFinding | None:
        if not self.steps or not self.heard(sensor) or self._moves_ns(sensor) is not None:
            return None
        return _finding(sensor, MountFault.STUCK, "felt no step.", "Is it worn? Fasten its strap.")

    def _turned(self, sensor: SensorSetup) -> MountFinding | None:
        if not self.heard(sensor):
            return None
        before, _, after = (self._felt(sensor, *times) for times in self._times())
        turned_deg = angle_deg(before.mean_g, after.mean_g)
        if not after.still or turned_deg <= TURNED_DEG:
            return None
        what = f"it has turned by {turned_deg:.0f} degrees while you walked."
        return _finding(sensor, MountFault.LOOSE, what, "Fasten its strap.")

    def _wrong_foot(self) -> MountFinding | None:
        """They were asked to begin with the left foot."""
        moves_ns = {side: self._moves_ns(sensor) for side, sensor in self.legs().items()}
        left_ns, right_ns = moves_ns.get(Side.LEFT), moves_ns.get(Side.RIGHT)
        if left_ns is None or right_ns is None or left_ns - right_ns < FIRST_BY_NS:
            return None
        what = "it moved first, and you began with the left foot."
        todo = (
            "Left and right are swapped: exchange the two leg sensors. If it was the right foot, do it again."
        )
        return _finding(self.legs()[Side.RIGHT], MountFault.SWAPPED, what, todo)


def _finding(sensor: SensorSetup, fault: MountFault, what: str, todo: str) -> MountFinding:
    word = sensor.name.replace("_", " ").capitalize()
    return MountFinding(sensor=sensor.name, fault=fault, what=f"{word}: {what}", todo=todo)
