"""The web process's end of the controller's socket: one thread that listens, and reconnects for ever."""

import socket
import threading
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue

import msgspec

from controller.effects import Answer
from controller.items import Order
from controller.messages import Message, Request, decode_message, encode_line

ANSWER_WITHIN_S = 1.0
LISTEN_S = 0.25  # silence this long is told to the hub, so that numbers on pages age
RECONNECT_S = 0.5
TAKE_BYTES = 65_536
LONGEST_LINE = 1 << 20  # a report is some kB; what never ends is no report


class StationLink:
    """Hands every message to `heard`, and calls `silence` while nothing comes."""

    def __init__(self, path: Path, heard: Callable[[Message], None], silence: Callable[[], None]) -> None:
        self._path = path
        self._heard = heard
        self._silence = silence
        self._socket: socket.socket | None = None
        self._sending = threading.Lock()
        self._asked: dict[str, SimpleQueue[Answer]] = {}
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="station-link", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    @property
    def connected(self) -> bool:
        return self._socket is not None

    def close(self) -> None:
        """End the thread."""
        self._closing.set()
        self._thread.join()

    def ask(self, order: Order) -> Answer | None:
        """Send an order and wait for what becomes of it; None when the station did not answer."""
        request_id = uuid.uuid4().hex
        answers: SimpleQueue[Answer] = SimpleQueue()
        self._asked[request_id] = answers
        try:
            with self._sending:
                if self._socket is None:
                    return None
                self._send(self._socket, encode_line(Request(request_id, order)))
            return answers.get(timeout=ANSWER_WITHIN_S)
        except (OSError, Empty):
            return None
        finally:
            del self._asked[request_id]

    def _send(self, connection: socket.socket, line: bytes) -> None:
        try:
            connection.sendall(line)
        except OSError:
            # Half a line would spoil the next order: the listener sees the end and connects anew.
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            raise

    def _listen(self) -> None:
        while not self._closing.is_set():
            # Not there, or gone: the page says so, and we try again.
            with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(LISTEN_S)
                connection.connect(str(self._path))
                self._socket = connection
                self._receive(connection)
            self._socket = None
            self._silence()
            self._closing.wait(RECONNECT_S)

    def _receive(self, connection: socket.socket) -> None:
        received = bytearray()
        while not self._closing.is_set():
            try:
                data = connection.recv(TAKE_BYTES)
            except TimeoutError:
                self._silence()
                continue
            if not data:
                return
            received += data
            *lines, rest = received.split(b"\n")
            received = bytearray(rest)
            if len(received) > LONGEST_LINE:
                return
            for line in lines:
                self._take(bytes(line))

    def _take(self, line: bytes) -> None:
        try:
            message = decode_message(line)
        except msgspec.DecodeError:
            return  # a controller of another version: what we do not know we do not show
        if isinstance(message, Answer) and (answers := self._asked.get(message.request_id)):
            answers.put(message)
        self._heard(message)
