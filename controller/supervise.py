"""`treadcoach run`: controller and pages as two children; either may fall and is started again.

The pages are started by their command line: the controller's code never imports theirs.
"""

import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from controller.checked import BadInputError
from controller.clock import Clock
from controller.config import Config

PACE_NS = 100_000_000
RESTART_NS = 1_000_000_000
PATIENCE_S = 5.0
HOPELESS = 2  # exit status of a child that said in words why it can't start


class Child:
    """One process that is kept alive."""

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._process = subprocess.Popen(command)
        self._died_ns: int | None = None
        self._restarted = False

    def look_after(self, now_ns: int) -> int | None:
        """Start it again a second after it fell; the exit status when it could not start in the first place.

        Later the same status is no reason to give up: what holds its port or socket may be its dying self.
        """
        status = self._process.poll()
        if status is None:
            return None
        if status == HOPELESS and not self._restarted:
            return status
        if self._died_ns is None:
            self._died_ns = now_ns
        elif now_ns - self._died_ns >= RESTART_NS:
            self._process, self._died_ns, self._restarted = subprocess.Popen(self._command), None, True
        return None

    def end(self) -> None:
        """Ask it to end, and see to it."""
        if self._process.poll() is None:
            self._process.terminate()
        try:
            self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def commands(config: Config, config_path: Path | None) -> tuple[list[str], list[str]]:
    """The command lines of controller and pages."""
    controller = [sys.executable, "-m", "controller.cli", "controller"]
    if config_path is not None:
        controller += ["--config", str(config_path)]
    web = [sys.executable, "-m", "web_ui.cli", "web", "--socket", str(config.socket)]
    web += ["--host", config.web.host, "--port", str(config.web.port), "--station", config.station.name]
    session = config.session
    web += ["--runner", session.runner]
    if session.targets.cadence_spm is not None:
        web += ["--target", f"{session.targets.cadence_spm:g}"]
    return controller, web


def run(config: Config, config_path: Path | None, clock: Clock, say: Callable[[str], None]) -> int:
    """Both children until a signal comes; 0 after an orderly end, 2 when a child can't start at all."""
    host, port = config.web.host, config.web.port
    if _answers(host, port):
        raise BadInputError(
            f"Port {port} on {host} is taken: another station or another program answers there. "
            "End it, or set another port under [web] in station.toml."
        )
    ending: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: ending.append(number))
    children = [Child(command) for command in commands(config, config_path)]
    told = False
    status: int | None = None
    while not ending and status is None:
        now_ns = clock.monotonic_ns()
        status = next((s for c in children if (s := c.look_after(now_ns)) is not None), None)
        if not told and config.socket.exists() and _answers(host, port):
            told = True
            say(f"{config.station.name} is ready: http://{_shown(host)}:{port}/  (Ctrl+C ends it)")
        clock.sleep_until_ns(now_ns + PACE_NS)
    for child in reversed(children):
        child.end()
    return status or 0


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=0.5).close()
    except OSError:
        return False
    return True


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
