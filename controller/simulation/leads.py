"""Leg boards made of software, each at the end of a cable of its own: a runner felt as real boards would."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from controller.items import Samples
from controller.simulation.belts import FaultyLine, Machine
from controller.simulation.chip_sensor import Felt
from controller.simulation.leg_board import LegBoard, Way
from controller.simulation.pty import Pty
from controller.simulation.runner import TrueStep
from controller.simulation.scene import Fault, SimulatedSensor
from controller.simulation.sensors import NS

AHEAD_NS = 5_000_000  # so little at once that nobody waits for it


class SimulatedLead(msgspec.Struct, frozen=True, kw_only=True):
    """One of them: the sensor, its crystal and its wire, where its port is, and what goes wrong with it."""

    sensor: SimulatedSensor
    crystal_ppm: float
    baud: int
    path: Path
    faults: tuple[Fault, ...] = ()


class LegSensor(Felt):
    """What is felt goes through chip and board; it comes out of the cable, never here."""

    def __init__(self, lead: SimulatedLead, origin_ns: int, seed: int) -> None:
        super().__init__(lead.sensor, origin_ns, seed)
        out = [
            (origin_ns + round(fault.at_s * NS), origin_ns + round((fault.at_s + fault.duration_s) * NS))
            for fault in lead.faults
            if fault.what == "unplugged"
        ]
        way = Way(lead.crystal_ppm, lead.baud, out)
        self.board = LegBoard(self.setup, self.chip, self.model, self.watermark, self._clock, way)
        self._known_ns = origin_ns

    def until(self, end_s: float, steps: list[TrueStep]) -> Iterator[Samples]:
        """Nothing here; until then the steps are known."""
        self.board.run(self._known_ns)
        self._steps, self._known_ns = steps, self._origin_ns + round(end_s * NS)
        return iter(())

    def run(self, until_ns: int) -> None:
        """Let the board go on, as far as the steps are known."""
        self.board.run(min(until_ns, self._known_ns))


class _Board(Machine):
    """A board says what has left its wire."""

    def __init__(self, sensor: LegSensor) -> None:
        self._sensor = sensor
        self._ran_ns = 0

    def next_ns(self) -> int:
        """When the next frame leaves it, as far as is known."""
        said = self._sensor.board.said
        return said[0][0] if said else self._ran_ns

    def speak(self, now_ns: int, /) -> bytes:
        """Every frame that is due."""
        said, left = self._sensor.board.said, b""
        while self.next_ns() <= now_ns:
            if said:
                left += said.popleft()[1]
            else:
                self._ran_ns = now_ns + AHEAD_NS
                self._sensor.run(self._ran_ns)
        return left


class LeadPty(Pty):
    """The cable, and the board behind it."""

    def __init__(self, lead: SimulatedLead, sensor: LegSensor, origin_ns: int) -> None:
        super().__init__(lead.path)
        self._board = _Board(sensor)
        self._line = FaultyLine(self._board, lead.faults, origin_ns)

    def next_ns(self) -> int:
        """When it is to be turned next."""
        return self._board.next_ns()

    def turn(self, now_ns: int) -> int:
        """Say what is due; how many bytes the kernel took. What the host may have sent is not heard."""
        said = self._line.carry(b"", now_ns)
        if "unplugged" in self._line.active(now_ns):
            self.unplug()
            return 0
        self.plug()
        return self.say(said)
