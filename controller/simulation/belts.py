"""Treadmills made of software, at the level of bytes: what each make answers, and its ways of failing."""

import math
import struct
from collections.abc import Callable
from functools import reduce
from operator import xor

import msgspec

from controller.simulation.scene import Fault
from controller.treadmills import csafe
from controller.treadmills.events import MPS_PER
from controller.treadmills.makes import Settings

NS = 1_000_000_000
LINE_NS = 100_000_000
WRAP = 2**32  # of the board's counters
METRES_PER_PULSE = 0.02  # twelve magnets on a roller of 76 mm
UNITS = 0x93  # CSAFE's question for them
LATE_NS = 400_000_000


class Belt(msgspec.Struct):
    """The belt itself. `moved` is what a host made it do: a reader leaves it empty."""

    speed_mps: float = 0.0
    incline_percent: float = 0.0
    moved: list[str] = []


class Machine:
    """One make's electronics: without ears and without a word of its own, until a make has them."""

    def hear(self, _byte: int, /) -> bytes:
        """One byte of a request; the reply once it is whole."""
        return b""

    def speak(self, _now_ns: int, /) -> bytes:
        """What it says unasked."""
        return b""


class TrackmasterMachine(Machine):
    """Answers its three questions; knows the commands that move it, and remembers them."""

    MOVES = bytes.fromhex("a0a1a2a3a4aaab")

    def __init__(self, belt: Belt, unit_mps: float) -> None:
        self._belt, self._unit_mps = belt, unit_mps
        self._to_skip = 0

    def hear(self, byte: int, /) -> bytes:
        """One byte asked, one reply."""
        if self._to_skip:
            self._to_skip -= 1
            return b""
        if byte in self.MOVES:
            self._belt.moved.append(f"{byte:02x}")
            self._to_skip = 4 if byte in (0xA3, 0xA4) else 0
            return bytes([byte + 0x10])
        tenths = round(abs(self._belt.speed_mps) / self._unit_mps * 10)
        replies = {
            0xC0: b"\xd0" + (b"2" if tenths else b"1"),
            0xC1: b"\xd1" + b"%04d" % tenths,
            0xC2: b"\xd2" + b"%04d" % (5 * round(2 * self._belt.incline_percent)),
        }
        return replies.get(byte, b"\xbf")


class CsafeMachine(Machine):
    """Answers whole frames; each byte of a request that would start or reset it is remembered."""

    def __init__(self, belt: Belt) -> None:
        self._belt = belt
        self._heard = bytearray()
        self._toggle = 0

    def hear(self, byte: int, /) -> bytes:
        """The reply to a frame, once its stop byte came."""
        if byte == csafe.START:
            self._heard.clear()
        self._heard.append(byte)
        if byte != csafe.STOP or self._heard[0] != csafe.START or len(self._heard) < 4:
            return b""
        self._toggle ^= 0x80
        body = bytes([5 | self._toggle])
        for command in self._heard[1:-2]:
            body += self._structure(command)
        return csafe.frame(*body)

    def _structure(self, command: int) -> bytes:
        if command == csafe.SPEED:
            value = round(self._belt.speed_mps * 360)
            return bytes([command, 3]) + value.to_bytes(2, "little") + b"\x32"
        if command == csafe.GRADE:
            return (
                bytes([command, 3]) + round(self._belt.incline_percent * 10).to_bytes(2, "little") + b"\x4c"
            )
        if command == UNITS:
            return bytes([command, 1, 0])
        if command == csafe.VERSION:
            return bytes([command, 5]) + bytes([1, 2, 3, 4, 5])
        if 0x81 <= command <= 0x88:
            self._belt.moved.append(f"{command:02x}")
        return b""


class KettlerMachine(Machine):
    """Answers `ST`."""

    def __init__(self, belt: Belt) -> None:
        self._belt = belt
        self._line = b""

    def hear(self, byte: int, /) -> bytes:
        """The reply to a line."""
        self._line = (self._line + bytes([byte]))[-20:]
        if byte != 0x0A:
            return b""
        line, self._line = self._line.strip(), b""
        if line != b"ST":
            self._belt.moved.append(line.hex())
            return b"ERROR\r\n"
        kmh_tenths, incline = round(self._belt.speed_mps * 36), round(self._belt.incline_percent)
        return b"000\t%03d\t0000\t%02d\t0000\t00:00\t%03d\t%02d\r\n" % (
            kmh_tenths,
            incline,
            kmh_tenths,
            incline,
        )


class SensorBoard(Machine):
    """Our belt sensor: a line every 100 ms; a pulse for every so many metres the belt has gone."""

    def __init__(self, belt: Belt, metres_per_pulse: float) -> None:
        self._belt = belt
        self._metres = metres_per_pulse
        self._lines = self._pulses = 0
        self._towards_m = 0.0  # the next pulse
        self._period_ns = self._pulse_ns = 0
        self._line_ns: int | None = None
        self._before_ns = 0

    def speak(self, now_ns: int, /) -> bytes:
        """The line that is due, if one is."""
        if self._line_ns is None:
            self._line_ns = self._before_ns = now_ns
        self._move(now_ns)
        if now_ns < self._line_ns:
            return b""
        self._line_ns = max(self._line_ns + LINE_NS, now_ns)
        return self._line(now_ns)

    def _move(self, now_ns: int) -> None:
        speed_mps, at_ns = abs(self._belt.speed_mps), self._before_ns
        self._before_ns = now_ns
        while speed_mps and (wait_ns := (self._metres - self._towards_m) / speed_mps * NS) <= now_ns - at_ns:
            at_ns += round(wait_ns)
            self._period_ns, self._pulse_ns = at_ns - self._pulse_ns, at_ns
            self._pulses, self._towards_m = self._pulses + 1, 0.0
        self._towards_m += speed_mps * (now_ns - at_ns) / NS

    def _line(self, at_ns: int) -> bytes:
        direction = "R" if self._belt.speed_mps < 0 else "F"
        counted = f"{self._lines % 65536},{at_ns // 1000 % WRAP},{self._pulses % WRAP}"
        body = f"BELT,{counted},{self._period_ns // 1000 % WRAP},{direction},0"
        self._lines += 1
        return f"${body}*{reduce(xor, body.encode()):02X}\r\n".encode()


class TcpPanel(Machine):
    """Bertec's and gaitway's stream: a packet every 100 ms."""

    def __init__(self, belt: Belt, packet: Callable[[Belt], bytes]) -> None:
        self._belt = belt
        self._packet = packet
        self._due_ns: int | None = None

    def speak(self, now_ns: int, /) -> bytes:
        """The packet that is due, if one is."""
        if self._due_ns is not None and now_ns < self._due_ns:
            return b""
        self._due_ns = now_ns + LINE_NS
        return self._packet(self._belt)


def _bertec(belt: Belt) -> bytes:
    slope = round(100 * math.degrees(math.atan(belt.incline_percent / 100)))
    speed = round(1000 * belt.speed_mps)
    return struct.pack(">B4hh21x", 0, speed, speed, 0, 0, slope)


def _gaitway(belt: Belt) -> bytes:
    sample = struct.pack("<24xff4x", belt.speed_mps, belt.incline_percent)
    return struct.pack("<HHI8x", 16 + len(sample), 1, 0) + sample


class FaultyLine:
    """A machine behind a wire: the wire's faults, by the clock, counted from `start_ns`."""

    def __init__(self, machine: Machine, faults: tuple[Fault, ...] = (), start_ns: int = 0) -> None:
        self._machine = machine
        self._faults = faults
        self._start_ns = start_ns
        self._due: list[tuple[int, bytes]] = []

    def active(self, now_ns: int) -> set[str]:
        """The faults of this moment."""
        at_s = (now_ns - self._start_ns) / NS
        return {fault.what for fault in self._faults if fault.at_s <= at_s < fault.at_s + fault.duration_s}

    def carry(self, data: bytes, now_ns: int) -> bytes:
        """What the host hears now, after having sent `data`."""
        active = self.active(now_ns)
        said = b"".join(map(self._machine.hear, data)) + self._machine.speak(now_ns)
        if "silence" in active:
            said = b""
        if "cut" in active:
            said = said[: len(said) // 2]
        if "garble" in active:
            said = bytes(byte ^ 0x15 for byte in said)
        if "inverted" in active:
            said = bytes(byte ^ 0xFF for byte in said)
        if "banner" in active and said:
            said = b"TBoot v1.0\r\n" + said
        if said:
            self._due.append((now_ns + LATE_NS if "late" in active else now_ns, said))
        out = b"".join(piece for due_ns, piece in self._due if due_ns <= now_ns)
        self._due = [(due_ns, piece) for due_ns, piece in self._due if due_ns > now_ns]
        return out


def machine(name: str, belt: Belt, settings: Settings) -> Machine:
    """The electronics of a make, by its protocol's name; KeyError for one that is only decoded."""
    unit_mps = MPS_PER[settings.units or "kmh"]
    made: dict[str, Callable[[], Machine]] = {
        "trackmaster": lambda: TrackmasterMachine(belt, unit_mps),
        "medisoft": lambda: TrackmasterMachine(belt, unit_mps),
        "woodway": lambda: TrackmasterMachine(belt, unit_mps),
        "csafe": lambda: CsafeMachine(belt),
        "kettler": lambda: KettlerMachine(belt),
        "belt_sensor": lambda: SensorBoard(belt, settings.metres_per_pulse or METRES_PER_PULSE),
        "bertec": lambda: TcpPanel(belt, _bertec),
        "gaitway": lambda: TcpPanel(belt, _gaitway),
    }
    return made[name]()
