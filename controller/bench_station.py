"""A simulated station of its own for a measurement: on a free port, in a folder of its own."""

import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from controller.checked import BadInputError
from controller.effects import Answer
from controller.items import Order
from controller.messages import Health, Request, decode_message, encode_line

CLIENTS = 10


class Station(NamedTuple):
    """Where the running station is."""

    control: Path
    page: str
    recordings: Path

    def health(self) -> Callable[[], Health]:
        """A function that waits for the controller's next health report."""
        lines = self._connected().makefile("rb")

        def wait() -> Health:
            while True:
                message = decode_message(lines.readline())
                if isinstance(message, Health):
                    return message

        return wait

    def ask(self) -> Callable[[Order], Answer]:
        """A function that sends an order and waits for its answer."""
        connection = self._connected()
        lines = connection.makefile("rb")

        def wait(order: Order) -> Answer:
            connection.sendall(encode_line(Request("bench", order)))
            while True:
                message = decode_message(lines.readline())
                if isinstance(message, Answer):
                    return message

        return wait

    def _connected(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.connect(str(self.control))
        return connection


@contextmanager
def station(*, sound: bool = False) -> Iterator[Station]:
    """Running while the block lasts; with `sound`, a simulated loudspeaker plays."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        config = Path(folder) / "station.toml"
        heard = "true" if sound else "false"
        config.write_text(
            f'[station]\ndata_dir = "{folder}"\n[web]\nport = {port}\n[sound]\nenabled = {heard}\n'
            'device = "simulated"\n'
        )
        command = [sys.executable, "-m", "controller.cli", "run", "--config", str(config)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            if "ready" not in process.stdout.readline():
                raise BadInputError("The station for the measurement did not start.")
            events = f"http://127.0.0.1:{port}/live/events"
            yield Station(Path(folder) / "controller.sock", events, Path(folder) / "recordings")
        finally:
            process.terminate()
            process.wait()
