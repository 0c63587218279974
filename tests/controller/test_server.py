"""The controller's socket: garbled lines, slow readers, stuck readers, and whose socket it is."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from controller.checked import BadInputError
from controller.clock import ManualClock
from controller.effects import Answer
from controller.items import Command, Mark
from controller.messages import MAX_LINE_BYTES, Lateness, Refused, Request, decode_message, encode_line
from controller.server import MOST_CLIENTS, Server


class Setup:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = ManualClock(10**9)
        self.posted: list[Command] = []
        self.arrived = threading.Semaphore(0)
        self.server = Server(path, self.post, self.clock)
        self.server.start()
        self.sockets: list[socket.socket] = []

    def post(self, command: Command) -> None:
        self.posted.append(command)
        self.arrived.release()

    def connect(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(10)
        connection.connect(str(self.path))
        self.sockets.append(connection)
        return connection

    def close(self) -> None:
        self.server.close()
        for connection in self.sockets:
            connection.close()


@pytest.fixture
def setup(tmp_path: Path) -> Iterator[Setup]:
    made = Setup(tmp_path / "c.sock")
    yield made
    made.close()


def line(connection: socket.socket) -> Any:
    with connection.makefile("rb", buffering=0) as lines:
        return decode_message(lines.readline())


def order(note: str) -> bytes:
    return encode_line(Request("r", Mark(note=note)))


def test_an_order_is_stamped_and_posted(setup: Setup) -> None:
    setup.connect().sendall(order("here"))
    assert setup.arrived.acquire(timeout=10)
    assert setup.posted == [Command(time_ns=10**9, request_id="r", order=Mark(note="here"))]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 120), max_size=8))
def test_orders_cut_anywhere_are_the_same_orders(setup: Setup, cuts: list[int]) -> None:
    setup.posted.clear()
    data = order("one") + order("two")
    connection, at = setup.connect(), 0
    for cut in [*sorted({c for c in cuts if c < len(data)}), len(data)]:
        connection.sendall(data[at:cut])
        at = cut
    for _ in range(2):
        assert setup.arrived.acquire(timeout=10)
    assert [getattr(c.order, "note", "") for c in setup.posted] == ["one", "two"]
    connection.close()


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (b"nonsense\n", "is not JSON"),
        (b'{"request_id":"a","order":{"type":"dance"}}\n', "order, type is 'dance'"),
        (b'{"request_id":"a","order":{"type":"mark","note":7}}\n', "note is 7: it must be text"),
        (b'{"request_id":"a","order":{"type":"mark"},"more":1}\n', "more is not known here"),
        (b"x" * (MAX_LINE_BYTES + 1), "longer than"),
    ],
)
def test_a_line_that_is_no_order_gets_a_sentence_and_the_connection_lives(
    setup: Setup, sent: bytes, sentence: str
) -> None:
    connection = setup.connect()
    connection.sendall(sent)
    refusal = line(connection)
    assert isinstance(refusal, Refused)
    assert sentence in refusal.reason
    connection.sendall(order("still here"))
    assert setup.arrived.acquire(timeout=10)


def test_a_reader_that_is_stuck_is_dropped_and_the_others_go_on(setup: Setup, tools: Any) -> None:
    stuck, well = setup.connect(), setup.connect()
    for connection in (stuck, well):
        connection.sendall(order("hello"))
        assert setup.arrived.acquire(timeout=10)
    got: list[Any] = []
    caught_up = threading.Event()

    def read() -> None:
        for message in iter_lines(well):
            got.append(message)
            if getattr(message, "request_id", "") == "399":
                caught_up.set()

    reader = threading.Thread(target=read)
    reader.start()
    fat = "x" * 4000
    for number in range(400):
        setup.server.send(Answer(request_id=str(number), accepted=True, reason=fat))
        setup.server.send(tools.health(number))
    settle(setup)
    assert caught_up.wait(20)
    assert setup.server.skipped > 0, "status reports are what a slow reader loses"
    setup.clock.advance_to_ns(setup.clock.monotonic_ns() + 6 * 10**9)
    setup.server.send(Answer(request_id="last", accepted=True))
    settle(setup)
    assert setup.server.dropped == 1
    setup.server.close()
    reader.join(10)
    answers = [message.request_id for message in got if isinstance(message, Answer)]
    assert answers == [*(str(number) for number in range(400)), "last"], "answers are never skipped"


def iter_lines(connection: socket.socket) -> Iterator[Any]:
    with connection.makefile("rb") as lines:
        for raw in lines:
            yield decode_message(raw)


def settle(setup: Setup) -> None:
    """Returns when the server has shared what it was handed: it takes orders after that."""
    probe = setup.connect()
    for _ in range(3):
        probe.sendall(order("settle"))
        assert setup.arrived.acquire(timeout=10)
    probe.close()


def test_one_client_too_many_is_turned_away(setup: Setup) -> None:
    for _ in range(MOST_CLIENTS):
        connection = setup.connect()
        connection.sendall(order("x"))
        assert setup.arrived.acquire(timeout=10)
    assert setup.connect().recv(1) == b""


def test_a_dead_controllers_socket_is_replaced_a_living_ones_is_not(setup: Setup, tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="is running already"):
        Server(setup.path, setup.post, setup.clock)
    left = tmp_path / "left.sock"
    dead = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    dead.bind(str(left))
    dead.close()
    server = Server(left, setup.post, setup.clock)
    server.start()
    server.close()
    assert not left.exists()
    assert setup.path.stat().st_mode & 0o777 == 0o600


@pytest.fixture
def tools() -> Any:
    from controller.messages import Health, RecorderState, SoundState

    class Tools:
        @staticmethod
        def health(number: int) -> Health:
            return Health(
                time_ns=number,
                version="x",
                station="x" * 2000,
                simulated=True,
                phase_aligned=False,
                uptime_s=1,
                realtime=False,
                memory_locked=False,
                lateness=Lateness(ticks=1, p50_us=1, p99_us=1, max_us=1),
                sound=SoundState(playing=False, device=""),
                recorder=RecorderState(recording=False),
                belts=(),
                parts=(),
                clients=0,
                clients_dropped=0,
                reports_skipped=0,
                notices=(),
                warnings=(),
            )

    return Tools
