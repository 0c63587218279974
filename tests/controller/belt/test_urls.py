"""Network ports: pyserial's URLs, each with a real peer on this machine."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from serial import Serial, rfc2217

from controller.clock import SystemClock
from controller.devices.serial_port import AllowedPort, NotAllowedError, PortGoneError
from controller.devices.treadmill import TreadmillReader
from controller.simulation.belt_pty import BeltPty, BeltThread
from controller.simulation.belts import Belt, FaultyLine, machine
from controller.treadmills.events import SpeedRead
from controller.treadmills.makes import MAKES
from tests.controller.belt.conftest import SETTINGS

TURNS = 600  # of at most 0.1 s: a minute, where a second is enough


@pytest.fixture
def treadmill(tmp_path: Path) -> Iterator[str]:
    """A simulated Trackmaster at 9 km/h behind a real pty, in real time."""
    belt = Belt()
    line = FaultyLine(machine("trackmaster", belt, SETTINGS))
    thread = BeltThread(BeltPty(tmp_path / "port", belt, line, lambda _: 2.5), SystemClock())
    yield str(thread.path)
    thread.close()
    assert belt.moved == []


class PtySerial(Serial):  # type: ignore[misc]  # pyserial has no types
    """A pty has no modem lines: whoever asks is told that they are low, and setting them does nothing."""

    cts = dsr = ri = cd = property(lambda _: False)

    def _update_dtr_state(self) -> None:
        pass

    def _update_rts_state(self) -> None:
        pass


class Bridge:
    """A serial port on the network: raw bytes, or with the port's settings as RFC 2217 carries them."""

    def __init__(self, path: str, *, telnet: bool) -> None:
        self._port = PtySerial(path, 4800, timeout=0.02)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._telnet = telnet
        self._closing = False
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self._thread.start()

    def write(self, data: bytes) -> None:
        """What the telnet manager answers by itself."""
        self._peer.sendall(data)

    def _carry(self) -> None:
        self._peer, _ = self._listener.accept()
        self._peer.settimeout(0.02)
        manager = rfc2217.PortManager(self._port, self) if self._telnet else None
        while not self._closing:
            with suppress(TimeoutError):
                received = self._peer.recv(1000)
                if not received:
                    return
                self._port.write(b"".join(manager.filter(received)) if manager else received)
            said = self._port.read(100)
            self._peer.sendall(b"".join(manager.escape(said)) if manager else said)

    def close(self) -> None:
        """Hang up."""
        self._closing = True
        self._thread.join()
        self._peer.close()
        self._listener.close()
        self._port.close()


def first_speed(url: str) -> float | None:
    reader = TreadmillReader(MAKES["trackmaster"], SETTINGS, url, 4800, SystemClock())
    try:
        for _ in range(TURNS):
            for heard in reader.read():
                if isinstance(heard.event, SpeedRead):
                    return heard.event.speed_mps
        return None
    finally:
        reader.close()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")  # pyserial 3.5's own
@pytest.mark.parametrize(("scheme", "telnet"), [("socket", False), ("rfc2217", True)])
def test_a_treadmill_across_the_network(scheme: str, telnet: bool, treadmill: str) -> None:  # noqa: FBT001
    bridge = Bridge(treadmill, telnet=telnet)
    try:
        assert first_speed(f"{scheme}://{bridge.address}") == pytest.approx(2.5)
    finally:
        bridge.close()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # pyserial keeps its log open
def test_a_spied_port_writes_down_what_crossed_it(treadmill: str, tmp_path: Path) -> None:
    log = tmp_path / "spy.txt"
    assert first_speed(f"spy://{treadmill}?file={log}") == pytest.approx(2.5)
    sent = [line.split()[3] for line in log.read_text().splitlines() if " TX " in line]
    assert sent[:2] == ["C0", "C1"]


def test_the_port_itself_refuses_what_is_not_on_the_list(treadmill: str) -> None:
    port = AllowedPort(treadmill, 4800, MAKES["trackmaster"].requests)
    for command in (b"\xa0", b"\xaa", b"\xc1\xc1", b"", b"\xf1\xa0\xa0\xf2"):
        with pytest.raises(NotAllowedError):
            port.send(command)
    port.send(b"\xc1")
    port.close()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("/dev/there-is-no-such-port", "plug its cable in"),
        ("socket://127.0.0.1:1", "refused"),
        ("nonsense://x", "is no port"),
    ],
)
def test_a_port_that_is_not_there_is_said_in_words(url: str, words: str) -> None:
    with pytest.raises(PortGoneError, match=words):
        AllowedPort(url, 9600, ())
