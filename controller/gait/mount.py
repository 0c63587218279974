"""The mount check: is a sensor worn and wired as it should be? In words, from the first seconds on.

Samples are looked at in half seconds of the clock, so however they are cut into batches the findings are the
same. A finding goes away by itself when what it says is no longer so.

Which way is up, and which side of the trunk is left, a sensor cannot know: only where the station's set-up
declares it (`up_axis`, `left_axis`), is a sensor called upside down or are two legs called swapped.
"""

from collections import deque
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from controller.effects import Contact, MountFault, MountFinding
from controller.gait.events import NS
from controller.items import Placement, Samples, SensorSetup, Side, StationSetup

BLOCK_NS = 500_000_000
STUCK_BLOCKS, STUCK_COUNTS = 2, 1  # a real sensor's noise moves it by more than one count in a second
RATE_BLOCKS, RATE_OFF = 4, 0.05
CLIP_SHARE = 0.995
CLIPPED_IMPACTS, IMPACTS_JUDGED, IMPACTS_NEEDED = 0.05, 40, 5
REFERENCE_BLOCKS, NOW_BLOCKS, UP_BLOCKS = 16, 16, 6  # eight seconds: ten strides of a run
TURNED_DEG = 15.0
UPSIDE_DOWN_G = -0.5
PUSH_NS = (20_000_000, 120_000_000)  # after contact the ground pushes the trunk towards the other foot
SIDEWAYS_BLOCKS = 4  # a walker's contact is told half a second late
PUSHES_JUDGED, PUSHES_NEEDED, WRONG_WAY = 24, 12, 0.8
FIRST = (
    MountFault.STUCK,
    MountFault.UPSIDE_DOWN,
    MountFault.SWAPPED,
    MountFault.WRONG_RATE,
    MountFault.LOOSE,
    MountFault.CLIPPED,
)
AXES = {"x": 0, "y": 1, "z": 2}

Vector = npt.NDArray[np.float64]


class Block(NamedTuple):
    """Half a second of one sensor: mean force in g, spread in counts, interval in s, gait mode."""

    mean_g: Vector
    spread: int
    interval_s: float
    mode: str


class SensorMount:
    """One sensor's half seconds."""

    def __init__(self, sensor: SensorSetup) -> None:
        self.sensor = sensor
        self._word = sensor.name.replace("_", " ").capitalize()
        self._pieces: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int16]]] = []
        self._until_ns = 0
        self._blocks: deque[Block] = deque(maxlen=NOW_BLOCKS)
        self._references: dict[str, list[Vector]] = {}
        self._impacts: deque[bool] = deque(maxlen=IMPACTS_JUDGED)
        self._contacts: list[tuple[int, Side]] = []
        self._sideways: deque[tuple[npt.NDArray[np.int64], Vector]] = deque(maxlen=SIDEWAYS_BLOCKS)
        self._pushes: deque[bool] = deque(maxlen=PUSHES_JUDGED)  # True: the wrong way
        self.findings: list[MountFinding] = []

    def add(self, batch: Samples, mode: str) -> None:
        """The next samples, while the gait is in this mode."""
        newest_ns = int(batch.times_ns[-1])
        if not self._until_ns:
            self._until_ns = (newest_ns // BLOCK_NS + 1) * BLOCK_NS
        self._pieces.append((batch.times_ns, batch.counts))
        while newest_ns >= self._until_ns:
            self._close(mode)

    def impact(self, *, clipped: bool) -> None:
        """An impact was measured."""
        self._impacts.append(clipped)

    def contact(self, contact: Contact) -> None:
        """A foot landed."""
        if self.sensor.left_axis is not None and contact.side in (Side.LEFT, Side.RIGHT):
            self._contacts.append((contact.initial_contact_ns, contact.side))

    def _close(self, mode: str) -> None:
        times_ns = np.concatenate([times for times, _ in self._pieces])
        counts = np.concatenate([rows for _, rows in self._pieces])
        inside = times_ns < self._until_ns
        self._pieces = [(times_ns[~inside], counts[~inside])] if not inside.all() else []
        if int(inside.sum()) > 2:
            self._look(times_ns[inside], counts[inside], mode)
        newest_ns = int(times_ns[-1])
        self._until_ns = max(self._until_ns + BLOCK_NS, newest_ns // BLOCK_NS * BLOCK_NS)

    def _look(self, times_ns: npt.NDArray[np.int64], counts: npt.NDArray[np.int16], mode: str) -> None:
        wide = counts.astype(np.int32)
        self._blocks.append(
            Block(
                mean_g=wide.mean(axis=0) * self.sensor.scale_g_per_count,
                spread=int((wide.max(axis=0) - wide.min(axis=0)).max()),
                interval_s=_interval_s(times_ns),
                mode=mode,
            )
        )
        self._judge_pushes(times_ns, wide)
        found = (
            self._stuck(),
            self._upside_down(),
            self._swapped(),
            self._rate(),
            self._loose(),
            self._clipped(),
        )
        self.findings = [finding for finding in found if finding is not None]

    def _finding(self, fault: MountFault, what: str, todo: str) -> MountFinding:
        return MountFinding(sensor=self.sensor.name, fault=fault, what=f"{self._word}: {what}", todo=todo)

    def _stuck(self) -> MountFinding | None:
        last = list(self._blocks)[-STUCK_BLOCKS:]
        if len(last) < STUCK_BLOCKS or any(block.spread > STUCK_COUNTS for block in last):
            return None
        todo = "Unplug it and plug it in again; if that does not help, use another sensor."
        return self._finding(MountFault.STUCK, "always the same value.", todo)

    def _rate(self) -> MountFinding | None:
        last = [block.interval_s for block in self._blocks][-RATE_BLOCKS:]
        if len(last) < RATE_BLOCKS:
            return None
        measured_hz, told_hz = len(last) / sum(last), self.sensor.sample_rate_hz
        if abs(measured_hz / told_hz - 1) <= RATE_OFF:
            return None
        what = f"{measured_hz:.0f} samples a second instead of {told_hz:.0f}."
        return self._finding(
            MountFault.WRONG_RATE, what, "Set its rate in station.toml to what it really delivers."
        )

    def _clipped(self) -> MountFinding | None:
        count = len(self._impacts)
        if count < IMPACTS_NEEDED or sum(self._impacts) <= CLIPPED_IMPACTS * count:
            return None
        what = f"{sum(self._impacts)} of the last {count} impacts were beyond its {self.sensor.range_g:g} g."
        return self._finding(
            MountFault.CLIPPED, what, "Use a sensor with a wider range, or another measure than impact."
        )

    def _loose(self) -> MountFinding | None:
        mode = self._blocks[-1].mode
        if mode not in ("running", "walking", "standing"):
            return None
        reference = self._references.setdefault(mode, [])
        if len(reference) < REFERENCE_BLOCKS:
            reference.append(self._blocks[-1].mean_g)
            return None
        last = [block.mean_g for block in self._blocks if block.mode == mode]
        if len(last) < NOW_BLOCKS:
            return None
        turned_deg = _angle_deg(np.mean(reference, axis=0), np.mean(last, axis=0))
        if turned_deg <= TURNED_DEG:
            return None
        what = f"it has turned by {turned_deg:.0f} degrees since you began."
        return self._finding(
            MountFault.LOOSE, what, "Fasten its strap; impacts before and after do not compare."
        )

    def _upside_down(self) -> MountFinding | None:
        axis = self.sensor.up_axis
        last = [block.mean_g for block in self._blocks][-UP_BLOCKS:]
        if axis is None or len(last) < UP_BLOCKS:
            return None
        up_g = _along(np.mean(last, axis=0), axis)
        if up_g > UPSIDE_DOWN_G:
            return None
        return self._finding(
            MountFault.UPSIDE_DOWN, "worn upside down.", "Turn it so that its arrow points up."
        )

    def _judge_pushes(self, times_ns: npt.NDArray[np.int64], counts: npt.NDArray[np.int32]) -> None:
        """Which way each contact pushed the trunk, once what followed it is here."""
        axis = self.sensor.left_axis
        if axis is None:
            return
        self._sideways.append((times_ns, _along(counts.T, axis)))
        all_ns = np.concatenate([times for times, _ in self._sideways])
        sideways = np.concatenate([values for _, values in self._sideways])
        newest_ns = int(all_ns[-1])
        for contact_ns, side in self._contacts:
            inside = (all_ns >= contact_ns + PUSH_NS[0]) & (all_ns < contact_ns + PUSH_NS[1])
            if contact_ns + PUSH_NS[1] <= newest_ns and inside.any():
                to_left = float(sideways[inside].mean()) > float(sideways.mean())
                self._pushes.append(to_left is (side is Side.LEFT))
        self._contacts = [c for c in self._contacts if c[0] + PUSH_NS[1] > newest_ns]

    def _swapped(self) -> MountFinding | None:
        count = len(self._pushes)
        if count < PUSHES_NEEDED or sum(self._pushes) < WRONG_WAY * count:
            return None
        return self._finding(
            MountFault.SWAPPED,
            "it feels left steps where the legs say right.",
            "Left and right are swapped: exchange the two leg sensors.",
        )


class MountCheck:
    """All sensors."""

    def __init__(self, setup: StationSetup) -> None:
        self._mounts = {sensor.name: SensorMount(sensor) for sensor in setup.sensors}
        self._trunks = [m for m in self._mounts.values() if m.sensor.placement is Placement.SACRUM]

    def samples(self, batch: Samples, mode: str) -> None:
        """The next samples of one sensor, while the gait is in this mode."""
        self._mounts[batch.sensor].add(batch, mode)

    def contact(self, contact: Contact) -> None:
        """A foot landed, as the legs say: only they know which."""
        for trunk in self._trunks:
            trunk.contact(contact)

    def impact(self, sensor: str, *, clipped: bool) -> None:
        """An impact was measured by this sensor."""
        self._mounts[sensor].impact(clipped=clipped)

    def findings(self) -> tuple[MountFinding, ...]:
        """Everything that is wrong now, what spoils most first."""
        everything = [finding for mount in self._mounts.values() for finding in mount.findings]
        return tuple(sorted(everything, key=lambda finding: FIRST.index(finding.fault)))


def _interval_s(times_ns: npt.NDArray[np.int64]) -> float:
    """The mean interval between samples, holes left out."""
    intervals_ns = np.diff(times_ns)
    return float(intervals_ns[intervals_ns < 1.5 * np.median(intervals_ns)].mean()) / NS


def _angle_deg(one: Vector, other: Vector) -> float:
    lengths = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(np.degrees(np.arccos(np.clip(one @ other / lengths, -1, 1)))) if lengths else 0.0


def _along(vector: npt.NDArray[np.generic], axis: str) -> npt.NDArray[np.float64]:
    """The component along an axis such as "+x" or "-z"; of each column where there are several."""
    component: npt.NDArray[np.float64] = np.asarray(vector[AXES[axis[-1]]], dtype=np.float64)
    return -component if axis.startswith("-") else component
