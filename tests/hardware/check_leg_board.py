"""Checks of the leg board's firmware for CPython and MicroPython alike: no library, plain assertions.

Run by test_leg_board.py in the everyday tests, and in MicroPython itself by .ci/micropython.
"""

import struct
from binascii import crc32

import leg_chip
from leg_board import MOST, Board
from leg_frames import BATCH, DEAF, FAULT, HELLO, IDLE, IMPOSSIBLE, STRANGER, UNSETTLED, Courier

TICKS = 1 << 30  # where time.ticks_us wraps on the RP2040's port
SETTINGS = (833, 32, 1000000)  # 4 samples a batch


class Time:
    """The module's two functions, by hand."""

    def __init__(self) -> None:
        self.us = 0

    def ticks_us(self) -> int:
        return self.us

    def ticks_diff(self, later: int, sooner: int) -> int:
        return ((later - sooner + TICKS // 2) % TICKS) - TICKS // 2


class Chip:
    """Bus and pin of a chip whose samples are numbers."""

    def __init__(self) -> None:
        self.registers = {leg_chip.WHO_AM_I: leg_chip.IDENTITY}
        self.fifo: list[int] = []
        self.taken = 0
        self.lost = False
        self.forgetful: int | None = None  # this register keeps nothing
        self.wired = self.pin = True
        self.rose_us: int | None = None

    def sample(self, time: Time, count: int) -> None:
        """It takes so many, and its pin may rise; before it was set it takes none."""
        watermark = self.registers.get(0x07)
        count = count if self.registers.get(0x0A) else 0
        for _ in range(count):
            self.fifo.append(self.taken)
            self.taken += 1
            if self.pin and len(self.fifo) == watermark:
                self.rose_us = time.us

    def read(self, register: int, into: bytearray) -> None:
        if not self.wired:
            into[:] = b"\xff" * len(into)
        elif register == leg_chip.FIFO_STATUS:
            into[0] = len(self.fifo) & 0xFF
            into[1] = len(self.fifo) >> 8 | (0x48 if self.lost else 0)
            self.lost = False
        elif register == leg_chip.FIFO_DATA:
            for word in range(len(into) // 7):
                number = self.fifo.pop(0)
                struct.pack_into("<BHHH", into, 7 * word, 2 << 3, number & 0xFFFF, 1, 2)
        else:
            into[0] = self.registers[register]

    def write(self, register: int, value: int) -> None:
        self.registers[register] = 0 if register == self.forgetful else value
        if (register, value) == (0x0A, 0):
            self.fifo = []

    def rose(self) -> int | None:
        return self.rose_us

    def forget(self) -> None:
        self.rose_us = None

    def high(self) -> bool:
        return self.pin and len(self.fifo) >= self.registers.get(0x07, 1)


class Rig:
    """A board on that chip, and what it has said."""

    def __init__(self, settings: tuple[int, int, int] = SETTINGS) -> None:
        self.time = Time()
        self.chip = Chip()
        self.lives = 0
        self.said: list[bytes] = []
        self.courier = Courier(b"12345678", self.time, self.life)
        self.board = Board(self.chip, self.chip, self.courier, self.say, self.time, settings)

    def life(self, count: int) -> bytes:
        assert count == 2
        self.lives += 1
        return struct.pack("<H", self.lives)

    def say(self, frame: memoryview) -> None:
        self.said.append(bytes(frame))

    def go(self, ms: int, samples: int = 0) -> None:
        """So many ms in turns of one, a sample in each of the first."""
        for turn in range(ms):
            self.time.us = (self.time.us + 1000) % TICKS
            self.board.turn()
            if turn < samples:
                self.chip.sample(self.time, 1)

    def kinds(self) -> list[int]:
        return [frame[2] for frame in self.said]


def head(frame: bytes) -> tuple[int, ...]:
    """Kind, length, life, number, sent."""
    return struct.unpack("<BBHHI", frame[2:12])


def counted(frame: bytes) -> tuple[int, ...]:
    """First, moment, complete, samples, overruns."""
    return struct.unpack("<IIHBH", frame[12:25])


def check_frames_have_their_size_and_their_checksum() -> None:
    rig = Rig()
    rig.go(20, 8)
    assert rig.kinds() == [HELLO, BATCH, BATCH], rig.kinds()
    for number, frame in enumerate(rig.said):
        assert frame[:2] == b"\xa5\x5a"
        assert len(frame) == 16 + head(frame)[1]
        assert head(frame)[2:4] == (rig.lives, number)
        assert struct.unpack("<I", frame[-4:])[0] == crc32(frame[2:-4])


def check_hello_says_who_it_is_once_a_second() -> None:
    rig = Rig()
    rig.go(3500, 3500)
    hellos = [frame for frame in rig.said if frame[2] == HELLO]
    assert len(hellos) == 4
    said = struct.unpack("<B8s8s12sIIIHI", hellos[-1][12:-4])
    assert said[:2] == (1, b"12345678")
    assert said[3][:9] == b"LSM6DSO32"
    assert said[4:] == (833000, 32000, 976000, 4, 1000000)


def check_samples_are_counted_and_timed_by_the_pin() -> None:
    rig = Rig()
    rig.go(100, 40)
    batches = [frame for frame in rig.said if frame[2] == BATCH]
    assert [counted(frame)[0] for frame in batches] == list(range(0, 40, 4))
    assert [counted(frame)[1:] for frame in batches] == [(4000 * n, 3, 4, 0) for n in range(1, 11)]
    assert struct.unpack("<H", batches[-1][28:30])[0] == 36  # behind counts, status and tag


def check_a_full_fifo_goes_out_in_several_frames() -> None:
    rig = Rig()
    rig.go(1)
    rig.chip.sample(rig.time, 100)
    rig.go(1)
    batches = [counted(frame) for frame in rig.said if frame[2] == BATCH]
    assert [batch[3] for batch in batches] == [MOST, MOST, 100 - 2 * MOST]
    assert [batch[0] for batch in batches] == [0, MOST, 2 * MOST]
    assert batches[0][2] == 3  # the pin's
    assert batches[1][2] == 100 - MOST - 1  # the newest, when the status was read
    assert len(max(rig.said, key=len)) <= 271


def check_an_overrun_is_counted_and_its_pin_not_believed() -> None:
    rig = Rig()
    rig.go(10, 4)
    rig.chip.lost = True
    rig.go(10, 4)
    batches = [counted(frame) for frame in rig.said if frame[2] == BATCH]
    assert [batch[4] for batch in batches] == [0, 1]
    assert batches[1][1:3] == (15000, 3)  # when the status was read


def check_counters_wrap() -> None:
    rig = Rig()
    rig.time.us = TICKS - 10000
    rig.go(1)
    rig.board._first = (1 << 32) - 6
    rig.board._overruns = 0xFFFF
    rig.courier._frame = 0xFFFF
    rig.go(100, 40)
    batches = [counted(frame) for frame in rig.said if frame[2] == BATCH]
    assert [batch[0] for batch in batches[:3]] == [(1 << 32) - 6, (1 << 32) - 2, 2]
    assert [head(frame)[3] for frame in rig.said[1:4]] == [0xFFFF, 0, 1]
    assert batches[-1][1] < 100000
    rig.chip.lost = True
    rig.go(10, 4)
    assert counted(rig.said[-1])[4] == 0


def check_another_chip_is_a_fault_until_it_is_the_right_one() -> None:
    rig = Rig()
    rig.chip.registers[leg_chip.WHO_AM_I] = 0x69
    rig.go(2500)
    assert rig.kinds() == [FAULT, HELLO] * 3
    assert struct.unpack("<BBH", rig.said[0][12:16]) == (STRANGER, 0x0F, 0x69)
    rig.chip.registers[leg_chip.WHO_AM_I] = leg_chip.IDENTITY
    life = rig.lives
    rig.go(600, 600)
    assert rig.kinds()[6:9] == [HELLO, BATCH, BATCH]
    assert head(rig.said[6])[2:4] == (life + 1, 0)


def check_a_register_that_does_not_keep_its_value_is_a_fault() -> None:
    rig = Rig()
    rig.chip.forgetful = 0x10
    rig.go(1)
    assert struct.unpack("<BBH", rig.said[0][12:16]) == (UNSETTLED, 0x10, 0)


def check_a_chip_that_stands_is_a_fault() -> None:
    rig = Rig()
    rig.go(300, 20)
    assert struct.unpack("<BBH", rig.said[-1][12:16])[0] == IDLE
    rig.go(1500, 1500)
    assert rig.kinds()[-1] == BATCH


def check_a_pin_that_never_rises_is_a_fault_and_the_samples_come_meanwhile() -> None:
    rig = Rig()
    rig.chip.pin = False
    rig.go(350, 350)
    assert struct.unpack("<BBH", rig.said[-1][12:16])[0] == DEAF
    batches = [counted(frame) for frame in rig.said if frame[2] == BATCH]
    assert sum(batch[3] for batch in batches) >= 290


def check_a_chip_that_was_pulled_is_a_fault() -> None:
    rig = Rig()
    rig.go(50, 20)
    rig.chip.wired = False
    rig.go(150)
    assert struct.unpack("<BBH", rig.said[-1][12:16]) == (IMPOSSIBLE, 0x3A, 1023)


def main() -> int:
    """Every check; how many there were."""
    checks = [check for name, check in sorted(globals().items()) if name.startswith("check_")]
    for check in checks:
        check()
    return len(checks)
