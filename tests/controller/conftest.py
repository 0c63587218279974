"""A real controller process, talked to over its real socket."""

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from controller.effects import Answer, Live
from controller.items import StartSession
from controller.messages import Message, Request, decode_message, encode_line
from controller.prescription import Block, Targets

COURSE = "course = [{ duration_s = 10000, belt_speed_mps = 2.5 }]"


class Talk:
    """One connection to a controller."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(20)
        try:
            self.socket.connect(str(path))
        except OSError:
            self.socket.close()
            raise
        self._lines = self.socket.makefile("rb")

    def next(self) -> Message:
        line = self._lines.readline()
        if not line:
            raise ConnectionResetError
        return decode_message(line)

    def until(self, kind: Any, wanted: Callable[[Any], bool] = lambda _: True) -> Any:
        """The next message of this kind for which `wanted` holds."""
        while True:
            message = self.next()
            if isinstance(message, kind) and wanted(message):
                return message

    def close(self) -> None:
        self._lines.close()
        self.socket.close()

    def ask(self, order: Any) -> Answer:
        self.socket.sendall(encode_line(Request("r1", order)))
        answer = self.until(Answer)
        assert isinstance(answer, Answer)
        return answer


class Station:
    """A configured controller that can be started, killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.socket = self.data / "controller.sock"
        self.config = folder / "station.toml"
        self.config.write_text(
            f'[station]\ndata_dir = "{self.data}"\n[sound]\nenabled = false\n[simulation]\n{COURSE}\n'
        )
        self.process: subprocess.Popen[bytes] | None = None
        self.talks: list[Talk] = []

    def start(self) -> None:
        command = [sys.executable, "-m", "controller.cli", "controller", "--config", str(self.config)]
        self.process = subprocess.Popen(command)

    def talk(self) -> Talk:
        """Connect as soon as the socket is there; the process says by its end when it never will be."""
        while True:
            assert self.process is not None
            assert self.process.poll() is None, "the controller ended"
            try:
                self.talks.append(Talk(self.socket))
                return self.talks[-1]
            except (FileNotFoundError, ConnectionRefusedError):
                continue

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def end(self) -> int:
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(20)


def start_order(session_id: str = "s-1", minutes: float = 30) -> StartSession:
    blocks = (Block(duration_s=minutes * 60),)
    return StartSession(session_id=session_id, runner="R 1", targets=Targets(cadence_spm=175), blocks=blocks)


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    made = Station(tmp_path)
    yield made
    for talk in made.talks:
        talk.close()
    if made.process is not None and made.process.poll() is None:
        made.kill()


class Tools:
    """What tests of a controller process need beside it."""

    start_order = staticmethod(start_order)

    @staticmethod
    def newest_sample_ns(live: Live) -> int:
        """The time of the newest sample that this report knows of."""
        ages = [sensor.age_s for sensor in live.sensors if sensor.age_s is not None]
        return live.time_ns - round(min(ages) * 1e9)


@pytest.fixture
def station_tools() -> type[Tools]:
    return Tools
