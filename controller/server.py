"""The controller's Unix socket: orders in, reports out, and nobody inside waits for a reader.

One thread owns all sockets. A client that is slow skips status reports (the next one says more); steps
and answers it gets all; one that does not move for five seconds is dropped.
"""

import os
import selectors
import socket
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue

from controller.checked import BadInputError, checked_json
from controller.clock import Clock
from controller.effects import Answer, Live
from controller.items import Command
from controller.messages import MAX_LINE_BYTES, Health, Message, Refused, Request, encode_line

MOST_CLIENTS = 32
STUCK_NS = 5_000_000_000
MOST_WAITING = 2000  # messages: minutes of steps; whoever is further behind is stuck
STATUS_WAITING = 4  # status reports beyond this many waiting messages are skipped
TAKE_BYTES = 65_536


class Client:
    """One connection: what it sent so far, and what still waits for it."""

    def __init__(self, connection: socket.socket, now_ns: int) -> None:
        self.connection = connection
        self.received = bytearray()
        self.waiting: deque[bytes] = deque()
        self.moved_ns = now_ns
        self.skipped = 0

    def offer(self, line: bytes, *, status: bool) -> None:
        """Queue a line; a status report only while the client keeps up."""
        if status and len(self.waiting) >= STATUS_WAITING:
            self.skipped += 1
        else:
            self.waiting.append(line)

    def push(self, now_ns: int) -> None:
        """Send what the socket takes; OSError when the other end is gone."""
        while self.waiting:
            try:
                sent = self.connection.send(self.waiting[0])
            except BlockingIOError:
                return
            self.moved_ns = now_ns
            if sent < len(self.waiting[0]):
                self.waiting[0] = self.waiting[0][sent:]
                return
            self.waiting.popleft()
        self.moved_ns = now_ns

    def stuck(self, now_ns: int) -> bool:
        """Not a byte taken for five seconds, or hopelessly behind."""
        return bool(self.waiting) and (now_ns - self.moved_ns > STUCK_NS or len(self.waiting) > MOST_WAITING)


class Server:
    """Owner of the socket file and all clients."""

    def __init__(self, path: Path, post: Callable[[Command], None], clock: Clock) -> None:
        self._path = path
        self._post = post
        self._clock = clock
        self._outgoing: SimpleQueue[Message] = SimpleQueue()
        self._clients: dict[socket.socket, Client] = {}
        self._selector = selectors.DefaultSelector()
        self._listener = _listen(path)
        self._wake, self._woken = socket.socketpair()
        self._wake.setblocking(False)
        self._woken.setblocking(False)
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._closing = False
        self._skipped_gone = 0
        self.dropped = 0
        self._thread = threading.Thread(target=self._serve, name="server", daemon=True)

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def send(self, message: Message) -> None:
        """Called by the loop: hand a report over and go on."""
        self._outgoing.put(message)
        self._rouse()

    @property
    def clients(self) -> int:
        return len(self._clients)

    @property
    def skipped(self) -> int:
        """Status reports that slow clients did not get."""
        return self._skipped_gone + sum(client.skipped for client in list(self._clients.values()))

    def close(self) -> None:
        """Send what waits, close every connection, remove the socket file; once is enough."""
        if self._closing:
            return
        self._closing = True
        self._rouse()
        self._thread.join()

    def _rouse(self) -> None:
        with suppress(BlockingIOError):  # it is awake already
            self._wake.send(b"\0")

    def _serve(self) -> None:
        while not self._closing:
            self._turn(timeout_s=0.5)
        self._share()
        for client in list(self._clients.values()):
            self._drop(client)
        for left in (self._selector, self._listener, self._wake, self._woken):
            left.close()
        self._path.unlink(missing_ok=True)

    def _turn(self, timeout_s: float) -> None:
        for key, events in self._selector.select(timeout_s):
            if key.fileobj is self._listener:
                self._accept()
            elif key.fileobj is self._woken:
                self._woken.recv(TAKE_BYTES)
            elif (client := self._clients.get(key.fileobj)) is not None:  # type: ignore[call-overload]
                self._attend(client, events)
        self._share()

    def _share(self) -> None:
        """Everything the loop handed over, to everybody."""
        while True:
            try:
                message = self._outgoing.get_nowait()
            except Empty:
                break
            line = encode_line(message)
            status = isinstance(message, Live | Health)
            for client in self._clients.values():
                client.offer(line, status=status)
        now_ns = self._clock.monotonic_ns()
        for client in list(self._clients.values()):
            self._push(client, now_ns)

    def _push(self, client: Client, now_ns: int) -> None:
        try:
            client.push(now_ns)
        except OSError:
            self._drop(client)
            return
        if client.stuck(now_ns):
            self.dropped += 1
            self._drop(client)
            return
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if client.waiting else 0)
        self._selector.modify(client.connection, events)

    def _accept(self) -> None:
        connection, _ = self._listener.accept()
        if len(self._clients) >= MOST_CLIENTS:
            connection.close()
            return
        connection.setblocking(False)
        self._clients[connection] = Client(connection, self._clock.monotonic_ns())
        self._selector.register(connection, selectors.EVENT_READ)

    def _drop(self, client: Client) -> None:
        self._skipped_gone += client.skipped
        del self._clients[client.connection]
        self._selector.unregister(client.connection)
        client.connection.close()

    def _attend(self, client: Client, events: int) -> None:
        if not events & selectors.EVENT_READ:
            return
        try:
            data = client.connection.recv(TAKE_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._drop(client)
            return
        client.received += data
        self._read_lines(client)

    def _read_lines(self, client: Client) -> None:
        while (end := client.received.find(b"\n")) >= 0:
            line = bytes(client.received[:end])
            del client.received[: end + 1]
            if line.strip():
                self._order(client, line)
        if len(client.received) > MAX_LINE_BYTES:
            refusal = Refused(reason=f"A request is longer than {MAX_LINE_BYTES} bytes; nothing was changed.")
            client.offer(encode_line(refusal), status=False)
            client.received.clear()

    def _order(self, client: Client, line: bytes) -> None:
        try:
            request = checked_json(line, Request, "The request")
        except BadInputError as problem:
            client.offer(encode_line(Refused(reason=str(problem))), status=False)
            return
        now_ns = self._clock.monotonic_ns()
        try:
            self._post(Command(time_ns=now_ns, request_id=request.request_id, order=request.order))
        except BadInputError as problem:
            refused = Answer(request_id=request.request_id, accepted=False, reason=str(problem))
            client.offer(encode_line(refused), status=False)


def _listen(path: Path) -> socket.socket:
    """Bind, replacing what a dead controller left; BadInputError while a living one answers."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    probe = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        probe.connect(str(path))
    except OSError:
        path.unlink(missing_ok=True)
    else:
        raise BadInputError(f"A controller is running already (it answers at {path}). End that one first.")
    finally:
        probe.close()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    mask = os.umask(0o177)
    try:
        listener.bind(str(path))
    except OSError as problem:
        listener.close()
        raise BadInputError(f"The socket {path} can't be made: {problem}.") from None
    finally:
        os.umask(mask)
    listener.listen(MOST_CLIENTS)
    listener.setblocking(False)
    return listener
