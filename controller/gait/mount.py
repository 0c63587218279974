"""The mount check: is a sensor worn and wired as it should be? In words, from the first seconds on.

Samples are looked at in half seconds of the clock, so however they are cut into batches the findings are the
same. A finding goes away by itself when what it says is no longer so.

Which way is up, and which side of the trunk is left, a sensor cannot know: only where the station's set-up
declares it (`up_axis`, `left_axis`), is a sensor called upside down or are two legs called swapped.

Swapped legs: a foot's whole push turns the trunk's sideways velocity towards the other foot. A runner is
pushed in stance only, so its mean counts. A walker is pushed by both feet after contact (the sign changes
there, and from walker to walker); clear of that is the middle of the step: phases 0.3 to 0.55, chosen on
voisard2023_walk. No recording of ours has a runner's sideways force, and it differs much between runners
(Munro 1987, J. Biomech. 20:147), so for running the rule rests on momentum alone.
"""

from bisect import insort
from collections import deque
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from controller.effects import MountFault, MountFinding
from controller.gait.events import NS
from controller.gait.impact import CLIP_SHARE
from controller.items import Placement, Samples, SensorSetup, Side, StationSetup
from controller.records import Contact

BLOCK_NS = 500_000_000
STUCK_BLOCKS, STUCK_COUNTS = 2, 1  # one count of noise is a dead sensor's, if another one is moving
MOVING_G = 1.0  # spread in half a second: more than standing and shifting weight
RATE_BLOCKS, RATE_OFF = 4, 0.05
CLIPPED_IMPACTS, IMPACTS_JUDGED, IMPACTS_NEEDED = 0.05, 40, 5
IMPACTS_NS = 30_000_000_000  # older ones are forgotten
CLIPPED_SAMPLES = 0.005  # where no impacts are measured
NOW_BLOCKS, UP_BLOCKS = 16, 6  # eight seconds: ten strides of a run
TURNED_DEG = 15.0
UPSIDE_DOWN_G = -0.5
PUSH_PHASES = {"walking": (0.3, 0.55), "running": (0.05, 0.65)}  # of the step
STEP_NS = (200_000_000, 1_000_000_000)
SIDEWAYS_BLOCKS = 8  # a walker's contact is told half a second late, and two steps are looked at
PUSHES_JUDGED, PUSHES_NEEDED, WRONG_WAY = 24, 12, 0.8
FIRST = (
    MountFault.STUCK,
    MountFault.UPSIDE_DOWN,
    MountFault.SWAPPED,
    MountFault.WRONG_RATE,
    MountFault.LOOSE,
    MountFault.CLIPPED,
)
Vector = npt.NDArray[np.float64]


class Block(NamedTuple):
    """Half a second of one sensor: mean force in g, spread in counts, interval in s, gait mode.

    `mode` is "" when the sensor was stuck: what it felt is no reference. Of `samples`, `clipped` are at the
    range.
    """

    mean_g: Vector
    spread: int
    interval_s: float
    mode: str
    clipped: int
    samples: int


class SensorMount:
    """One sensor's half seconds."""

    def __init__(self, sensor: SensorSetup) -> None:
        self.sensor = sensor
        self._word = sensor.name.replace("_", " ").capitalize()
        self._pieces: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int16]]] = []
        self._until_ns = 0
        self._blocks: deque[Block] = deque(maxlen=NOW_BLOCKS)
        self._references: dict[str, list[Vector]] = {}
        self._clip_counts = CLIP_SHARE * sensor.range_g / sensor.scale_g_per_count
        self._impacts: deque[tuple[int, bool]] = deque(maxlen=IMPACTS_JUDGED)  # (told at, clipped)
        self._contacts: list[tuple[int, Side]] = []
        self._sideways: deque[tuple[npt.NDArray[np.int64], Vector]] = deque(maxlen=SIDEWAYS_BLOCKS)
        self._pushes: deque[bool] = deque(maxlen=PUSHES_JUDGED)  # True: the wrong way
        self.findings: list[MountFinding] = []

    def add(self, batch: Samples, mode: str) -> None:
        """The next samples, while the gait is in this mode; at least one."""
        if not self._until_ns:
            self._until_ns = _block_end_ns(batch.times_ns)
        self._pieces.append((batch.times_ns, batch.counts))
        while int(batch.times_ns[-1]) >= self._until_ns:
            self._close(mode)

    def impact(self, *, clipped: bool) -> None:
        """An impact was measured."""
        self._impacts.append((self._until_ns, clipped))

    def contact(self, contact: Contact) -> None:
        """A foot landed."""
        if self.sensor.left_axis is not None and contact.side in (Side.LEFT, Side.RIGHT):
            insort(self._contacts, (contact.initial_contact_ns, contact.side))

    @property
    def moving(self) -> bool:
        """Something shook this sensor in the last half second."""
        return bool(self._blocks) and self._blocks[-1].spread * self.sensor.scale_g_per_count > MOVING_G

    def _close(self, mode: str) -> None:
        times_ns = np.concatenate([times for times, _ in self._pieces])
        counts = np.concatenate([rows for _, rows in self._pieces])
        inside = times_ns < self._until_ns
        self._pieces = [(times_ns[~inside], counts[~inside])]
        if int(inside.sum()) > 2:
            self._look(times_ns[inside], counts[inside], mode)
        self._until_ns = _block_end_ns(times_ns[~inside])

    def _look(self, times_ns: npt.NDArray[np.int64], counts: npt.NDArray[np.int16], mode: str) -> None:
        wide = counts.astype(np.int32)
        spread = int((wide.max(axis=0) - wide.min(axis=0)).max())
        self._blocks.append(
            Block(
                mean_g=wide.mean(axis=0) * self.sensor.scale_g_per_count,
                spread=spread,
                interval_s=interval_s(times_ns),
                mode=mode if spread > STUCK_COUNTS else "",
                clipped=int((np.abs(wide) >= self._clip_counts).any(axis=1).sum()),
                samples=len(wide),
            )
        )
        while self._impacts and self._impacts[0][0] < self._until_ns - IMPACTS_NS:
            self._impacts.popleft()
        self._judge_pushes(times_ns, wide, mode)
        found = (
            self._upside_down(),
            self._swapped(),
            self._rate(),
            self._loose(),
            self._clipped(),
        )
        self.findings = [finding for finding in found if finding is not None]

    def _finding(self, fault: MountFault, what: str, todo: str) -> MountFinding:
        return MountFinding(sensor=self.sensor.name, fault=fault, what=f"{self._word}: {what}", todo=todo)

    def stuck(self, *, others_move: bool) -> MountFinding | None:
        """It says one value; a count of noise is allowed while other sensors move."""
        spreads = [block.spread for block in self._blocks][-STUCK_BLOCKS:]
        allowed = STUCK_COUNTS if others_move else 0
        if len(spreads) < STUCK_BLOCKS or max(spreads) > allowed:
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
        count, over = len(self._impacts), sum(clipped for _, clipped in self._impacts)
        samples = sum(block.samples for block in self._blocks)
        if count >= IMPACTS_NEEDED and over > CLIPPED_IMPACTS * count:
            what = f"{over} of the last {count} impacts were beyond its {self.sensor.range_g:g} g."
        elif (
            count < IMPACTS_NEEDED
            and sum(block.clipped for block in self._blocks) > CLIPPED_SAMPLES * samples
        ):
            what = f"it feels more than its {self.sensor.range_g:g} g."
        else:
            return None
        return self._finding(
            MountFault.CLIPPED, what, "Use a sensor with a wider range, or another measure than impact."
        )

    def _loose(self) -> MountFinding | None:
        """Gravity lies elsewhere than in the first eight seconds of this gait; who stands may bend a knee.

        Half seconds are no whole strides: means over four seconds of a steady run differ by up to 22 degrees
        (rbds_treadmill), over eight seconds by up to 10.
        """
        mode = self._blocks[-1].mode
        if mode not in ("running", "walking"):
            return None
        reference = self._references.setdefault(mode, [])
        if len(reference) < NOW_BLOCKS:
            reference.append(self._blocks[-1].mean_g)
            return None
        last = [block.mean_g for block in self._blocks if block.mode == mode]
        if len(last) < NOW_BLOCKS:
            return None
        turned_deg = angle_deg(np.mean(reference, axis=0), np.mean(last, axis=0))
        if turned_deg <= TURNED_DEG:
            return None
        what = f"it has turned by {turned_deg:.0f} degrees since you began."
        return self._finding(
            MountFault.LOOSE, what, "Fasten its strap; impacts before and after do not compare."
        )

    def _upside_down(self) -> MountFinding | None:
        last = [block.mean_g for block in self._blocks][-UP_BLOCKS:]
        if len(last) < UP_BLOCKS:
            return None
        up_g = self._along(np.mean(last, axis=0), self.sensor.up_axis)
        if up_g is None or up_g > UPSIDE_DOWN_G:
            return None
        return self._finding(
            MountFault.UPSIDE_DOWN, "worn upside down.", "Turn it so that its arrow points up."
        )

    def _judge_pushes(
        self, times_ns: npt.NDArray[np.int64], counts: npt.NDArray[np.int32], mode: str
    ) -> None:
        """Which way each foot pushed the trunk, once the next contact is here."""
        values = self._along(counts.T, self.sensor.left_axis)
        if values is None:
            return
        self._sideways.append((times_ns, values))
        all_ns = np.concatenate([times for times, _ in self._sideways])
        sideways = np.concatenate([values for _, values in self._sideways])
        while len(self._contacts) > 1 and self._contacts[1][0] <= int(all_ns[-1]):
            (contact_ns, side), (next_ns, other) = self._contacts.pop(0), self._contacts[0]
            step_ns = next_ns - contact_ns
            if side is other or mode not in PUSH_PHASES or not STEP_NS[0] < step_ns < STEP_NS[1]:
                continue
            from_ns, to_ns = (contact_ns + round(phase * step_ns) for phase in PUSH_PHASES[mode])
            pushed = sideways[(all_ns >= from_ns) & (all_ns < to_ns)]
            stride = sideways[(all_ns >= contact_ns - step_ns) & (all_ns < next_ns)]
            if len(pushed) and int(all_ns[0]) <= contact_ns - step_ns:
                to_left = float(pushed.mean()) > float(stride.mean())
                self._pushes.append(to_left is (side is Side.LEFT))

    def _along(self, vector: npt.NDArray[np.generic], axis: str | None) -> Vector | None:
        """The component along "+x" or "-z", of each column if there are several; None if not measured."""
        if axis is None or axis[-1] not in self.sensor.axes:
            return None
        component: Vector = np.asarray(vector[self.sensor.axes.index(axis[-1])], dtype=np.float64)
        return -component if axis.startswith("-") else component

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
        moving = [mount for mount in self._mounts.values() if mount.moving]
        stuck = (mount.stuck(others_move=bool(moving)) for mount in self._mounts.values())
        everything += [finding for finding in stuck if finding is not None]
        return tuple(sorted(everything, key=lambda finding: FIRST.index(finding.fault)))


def interval_s(times_ns: npt.NDArray[np.int64]) -> float:
    """The mean interval between samples, holes left out."""
    intervals_ns = np.diff(times_ns)
    usual = intervals_ns[intervals_ns < 1.5 * np.median(intervals_ns)]
    return float((usual if len(usual) else intervals_ns).mean()) / NS


def _block_end_ns(times_ns: npt.NDArray[np.int64]) -> int:
    """The end of the half second that the first of these samples lies in."""
    return (int(times_ns[0]) // BLOCK_NS + 1) * BLOCK_NS


def angle_deg(one: Vector, other: Vector) -> float:
    """Between two directions; 0 where one of them is none."""
    lengths = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(np.degrees(np.arccos(np.clip(one @ other / lengths, -1, 1)))) if lengths else 0.0
