"""A station's belt on a real pty, in simulated time: the port, the reader, the session, the recorder."""

import select
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from controller.clock import ManualClock
from controller.devices.treadmill import TreadmillReader, TreadmillSource
from controller.effects import Effect, Live
from controller.items import BeltSpeed, Command, EndSession, Item, StartSession, StationSetup, Tick
from controller.prescription import Block, Targets
from controller.recording.recorder import Recorder
from controller.session import Session
from controller.simulation.belt_pty import BeltPty
from controller.simulation.belts import Belt, FaultyLine, machine
from controller.simulation.scene import Fault
from controller.treadmills.makes import MAKES, Settings

NS = 10**9
TURN_NS = 20_000_000
SETTINGS = Settings(units="kmh", metres_per_pulse=0.02)
START = StartSession(
    session_id="s-1", runner="Test runner", targets=Targets(cadence_spm=170), blocks=(Block(duration_s=3600),)
)


class Rig:
    """A simulated treadmill on a pty, and the station's side of the cable."""

    def __init__(
        self, folder: Path, protocol: str, speed: Callable[[float], float], *faults: Fault, asks: str = ""
    ) -> None:
        self.clock = ManualClock(NS)
        self.belt = Belt(incline_percent=1.0)
        self.start_ns = self.clock.monotonic_ns()
        line = FaultyLine(machine(protocol, self.belt, SETTINGS), faults, self.start_ns)
        self.pty = BeltPty(
            folder / "port", self.belt, line, lambda now_ns: speed((now_ns - self.start_ns) / NS)
        )
        make = MAKES[asks or protocol]
        self.asks = bool(make.requests)
        reader = TreadmillReader(
            make, SETTINGS, str(self.pty.path), make.baud or 115_200, self.clock, wait_s=0
        )
        self.source = TreadmillSource("treadmill", make, "port", reader, self.clock)
        self._asked_again_ns = 0
        self.troubles: list[str] = []

    def at_s(self) -> float:
        return (self.clock.monotonic_ns() - self.start_ns) / NS

    def turn(self) -> list[Item]:
        """20 ms of simulated time; what the kernel still carries is waited for, not slept for."""
        now_ns = self.clock.monotonic_ns() + TURN_NS
        self.clock.advance_to_ns(now_ns)
        if self.pty.turn(now_ns) and self.pty.plugged:
            with self.pty.path.open("rb", buffering=0) as port:  # the kernel hands it over in its own time
                select.select([port], [], [], 1)
        if now_ns < self._asked_again_ns:
            return []
        try:
            items = list(self.source.read())
        except OSError as problem:  # as the loop's reader does: again a second later
            self.troubles.append(str(problem))
            self._asked_again_ns = now_ns + NS
            return []
        if self.asks:
            self.pty.wait(0.001)
        return items


class Station:
    """A session that hears the rig, and its recording."""

    def __init__(self, folder: Path) -> None:
        self.session = Session(StationSetup(sensors=(), has_belt=True))
        self.clock = ManualClock()
        self.folder = folder
        self.recorder = Recorder(folder, self.clock, "test")
        self.lives: list[Live] = []
        self.speeds: list[BeltSpeed] = []

    def take(self, item: Item) -> list[Effect]:
        if isinstance(item, BeltSpeed):
            self.speeds.append(item)
        effects = self.session.receive(item)
        self.recorder.take(item, effects)
        self.lives += [effect for effect in effects if isinstance(effect, Live)]
        return effects

    def run(self, rig: Rig, seconds: float) -> None:
        """A session over the rig's belt."""
        now_ns = rig.clock.monotonic_ns()
        self.take(Command(time_ns=now_ns, request_id="1", order=START))
        while rig.at_s() < seconds:
            for item in rig.turn():
                self.take(item)
            now_ns = rig.clock.monotonic_ns()
            self.take(Tick(time_ns=now_ns, due_ns=now_ns))
        self.take(Command(time_ns=now_ns, request_id="2", order=EndSession()))
        self.recorder.close()


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Callable[..., Rig]]:
    made: list[Rig] = []

    def make(protocol: str, speed: Callable[[float], float], *faults: Fault, asks: str = "") -> Rig:
        made.append(Rig(tmp_path, protocol, speed, *faults, asks=asks))
        return made[-1]

    yield make
    for one in made:
        one.source.close()
        one.pty.close()


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    made = Station(tmp_path / "recordings")
    made.folder.mkdir()
    yield made
    made.recorder.close()
