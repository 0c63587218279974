"""Two leg boards at the ends of real ptys, in a session: pulled, silent, garbled, cut; and two programs."""

import select
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from serial import Serial

from controller.clock import ManualClock
from controller.devices.leg_board import LegBoard
from controller.devices.serial_port import NotAllowedError
from controller.effects import Live, SensorState
from controller.items import (
    Command,
    EndSession,
    Item,
    Placement,
    Samples,
    SensorName,
    Side,
    StartSession,
    StationSetup,
    Tick,
)
from controller.legs.lead import Lead
from controller.prescription import Block, Targets
from controller.recording.recorder import Recorder
from controller.recording.session_file import read_session
from controller.session import Session
from controller.simulation.leads import LeadPty, LegSensor, SimulatedLead
from controller.simulation.scene import Fault, Scene, SimulatedSensor, Stretch
from controller.simulation.world import World

NS = 10**9
MS = 10**6
TURN_NS = 10_000_000
RATE_HZ = 833.0
OLDEST_S = 0.06  # of the newest sample, while all is well: a turn, a batch, and what the kernel still carries
BACK_S = 1.0 + 0.2 + OLDEST_S  # the port is tried every second, the board's clock heard for a tenth
SCENE = Scene(seed=3, course=(Stretch(duration_s=1000, belt_speed_mps=2.6),), has_belt=False)
START = StartSession(
    session_id="s-1", runner="Test runner", targets=Targets(cadence_spm=170), blocks=(Block(duration_s=3600),)
)


def fault(what: str, at_s: float, duration_s: float) -> Fault:
    return Fault(what=what, at_s=at_s, duration_s=duration_s)


class Leg:
    """A simulated board on a pty, and the station's side of its lead."""

    def __init__(self, folder: Path, side: Side, faults: tuple[Fault, ...], clock: ManualClock) -> None:
        name: SensorName = f"{side}_shank"
        error = 1 if side is Side.LEFT else -1
        sensor = SimulatedSensor(
            name=name,
            placement=Placement.SHANK,
            side=side,
            sample_rate_hz=RATE_HZ,
            range_g=32,
            chip="lsm6dso32",
            clock_error_ppm=error * 20_000,
        )
        lead = SimulatedLead(
            sensor=sensor, crystal_ppm=error * 50, baud=1_000_000, path=folder / name, faults=faults
        )
        self._clock = clock
        self.sensor = LegSensor(lead, clock.monotonic_ns(), SCENE.seed)
        self.pty = LeadPty(lead, self.sensor, clock.monotonic_ns())
        made = Lead(self.sensor.setup, self.sensor.chip, self.sensor.watermark)
        self.board = LegBoard(name, made, "simulated", str(lead.path), 1_000_000, clock, wait_s=0)
        self._again_ns = 0
        self.troubles: list[str] = []

    def turn(self) -> list[Item]:
        """What the board says until now; the kernel is waited for, not slept for."""
        now_ns = self._clock.monotonic_ns()
        if self.pty.turn(now_ns) and self.pty.plugged:
            with self.pty.path.open("rb", buffering=0) as port:
                select.select([port], [], [], 1)
        if now_ns < self._again_ns:
            return []
        try:
            return list(self.board.read())
        except OSError as problem:  # as the loop's reader does: again a second later
            self.troubles.append(str(problem))
            self._again_ns = now_ns + NS
            return []

    def close(self) -> None:
        self.board.close()
        self.pty.close()


class Rig:
    """Both legs, the runner they feel, and a session with its recording."""

    def __init__(self, folder: Path, *faults: Fault) -> None:
        self.clock = ManualClock(NS)
        self.left = Leg(folder, Side.LEFT, faults, self.clock)
        self.right = Leg(folder, Side.RIGHT, (), self.clock)
        self.world = World(SCENE, NS, [self.left.sensor, self.right.sensor])
        self.folder = folder / "recordings"
        self.folder.mkdir()
        self.recorder = Recorder(self.folder, ManualClock(), "test")
        setup = StationSetup(sensors=(self.left.sensor.setup, self.right.sensor.setup))
        self.session = Session(setup)
        self.lives: list[Live] = []
        self.samples: list[Samples] = []

    def take(self, item: Item) -> None:
        if isinstance(item, Samples):
            self.samples.append(item)
        effects = self.session.receive(item)
        self.recorder.take(item, effects)
        self.lives += [effect for effect in effects if isinstance(effect, Live)]

    def turn(self) -> None:
        now_ns = self.clock.monotonic_ns() + TURN_NS
        self.clock.advance_to_ns(now_ns)
        self.world.advance(now_ns)
        for leg in (self.left, self.right):
            for item in leg.turn():
                self.take(item)
        self.take(Tick(time_ns=now_ns, due_ns=now_ns))

    def run(self, seconds: float) -> None:
        self.take(Command(time_ns=self.clock.monotonic_ns(), request_id="1", order=START))
        end_ns = self.clock.monotonic_ns() + round(seconds * NS)
        while self.clock.monotonic_ns() < end_ns:
            self.turn()
        self.take(Command(time_ns=end_ns, request_id="2", order=EndSession()))
        self.recorder.close()

    def heard(self, name: str) -> list[Samples]:
        return [batch for batch in self.samples if batch.sensor == name]

    def close(self) -> None:
        self.left.close()
        self.right.close()
        self.recorder.close()


MakeRig = Callable[..., Rig]


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[MakeRig]:
    made: list[Rig] = []

    def make(*faults: Fault) -> Rig:
        made.append(Rig(tmp_path, *faults))
        return made[-1]

    yield make
    for one in made:
        one.close()


def gaps_s(batches: list[Samples]) -> list[tuple[float, float]]:
    """Seconds since the world began, of the last sample before each gap and the first after it."""
    times = (np.concatenate([batch.times_ns for batch in batches]) - NS) / NS
    return [(a, b) for a, b in pairwise(times) if b - a > 0.05]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("unplugged", "its cable was pulled"),
        ("silence", "nothing comes: check its plug"),
        ("garble", "no whole frame: is `baud` the board's"),
    ],
)
def test_a_session_goes_on_by_the_stale_table_and_the_gap_is_exact(
    what: str, says: str, rig: MakeRig
) -> None:
    made = rig(fault(what, 4, 4.5))
    made.run(11)
    assert any(says in trouble for trouble in made.left.troubles)
    assert made.right.troubles == []
    assert gaps_s(made.heard("right_shank")) == []
    ((lost_s, back_s),) = gaps_s(made.heard("left_shank"))
    assert 4 - OLDEST_S <= lost_s <= 4
    assert 8.5 - OLDEST_S <= back_s <= 8.5 + BACK_S
    for live in made.lives:
        left, right = live.sensors
        newest = [
            batch.times_ns[-1] for batch in made.heard("left_shank") if batch.times_ns[-1] <= live.time_ns
        ]
        if newest and live.time_ns - newest[-1] > NS // 10:  # younger ones may be under way
            lost = live.time_ns - newest[-1] > 300 * MS
            assert left.state is (SensorState.LOST if lost else SensorState.OK)
        assert right.state is SensorState.OK or live.time_ns < 3 * NS
    (path,) = made.folder.glob("*.mcap")
    kept = [moment.item for moment in read_session(path) if isinstance(moment.item, Samples)]
    assert len(kept) == len(made.samples)
    for ours, theirs in zip(made.samples, kept, strict=True):
        assert ours.sensor == theirs.sensor
        assert np.array_equal(ours.times_ns, theirs.times_ns)
        assert np.array_equal(ours.counts, theirs.counts)
        assert (ours.errors, ours.overflows) == (theirs.errors, theirs.overflows)


@pytest.mark.slow
def test_a_lead_that_cuts_frames_loses_them_and_nothing_more(rig: MakeRig) -> None:
    made = rig(fault("cut", 3, 2))
    made.run(8)
    assert made.left.troubles == []
    batches = made.heard("left_shank")
    times = np.concatenate([batch.times_ns for batch in batches])
    period_ns = NS / (RATE_HZ * 1.02)
    numbers = np.round((times - made.left.sensor.model.time_ns(0)) / period_ns).astype(np.int64)
    wrong_ns = times - made.left.sensor.model.time_ns(0) - numbers * period_ns
    assert np.percentile(np.abs(wrong_ns), 99) < 0.5 * MS
    missing = np.diff(numbers) - 1
    assert set(missing % made.left.sensor.watermark) == {0}  # whole batches
    assert np.sum(missing) // made.left.sensor.watermark == pytest.approx(
        batches[-1].errors, abs=2
    )  # and hellos
    assert np.sum(missing) > RATE_HZ / 2
    assert "of its frames are lost or damaged" in made.left.board.state.trouble


def test_the_station_says_what_it_hears_and_never_a_byte(rig: MakeRig) -> None:
    made = rig()
    for _ in range(150):
        made.turn()
    state = made.left.board.state
    assert state.state.startswith("heard; board ")
    assert (state.source, state.port, state.trouble) == ("lead left_shank", "simulated", "")
    assert len(state.last_bytes.split()) == 64
    assert made.left.pty.hear() == b""
    with pytest.raises(NotAllowedError):
        made.left.board._port.send(b"\x03")  # type: ignore[union-attr]  # it is open


def test_another_program_at_the_port_is_said_and_waited_for(rig: MakeRig) -> None:
    made = rig()
    made.turn()
    made.left.board.close()
    with Serial(str(made.left.pty.path), exclusive=True):
        while not made.left.troubles:
            made.turn()
    assert "another program has this port open" in made.left.troubles[0]
    assert made.left.board.state.trouble == made.left.troubles[0]
    while not made.heard("left_shank"):
        made.turn()
    with pytest.raises(OSError, match="exclusively lock"):
        Serial(str(made.left.pty.path), exclusive=True)
