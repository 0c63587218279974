"""The whole station as `./run` starts it, and a real Chromium in front of it."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong

COURSE = "course = [{ duration_s = 100000, belt_speed_mps = 2.5 }]"


class Running:
    """A running station: its address, its folder, its processes."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.recordings = folder / "data" / "recordings"
        config = folder / "station.toml"
        config.write_text(
            f'[station]\ndata_dir = "{folder / "data"}"\n[web]\nport = {self.port}\n'
            f"[sound]\nenabled = false\n[simulation]\n{COURSE}\n"
        )
        command = [sys.executable, "-m", "controller.cli", "run", "--config", str(config)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        assert self.address in self.process.stdout.readline()

    def child(self, word: str) -> int:
        """The process id of the child whose command line holds `word`."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return next(int(pid) for pid in children if word in Path(f"/proc/{pid}/cmdline").read_text())

    def end(self) -> int:
        self.process.terminate()
        status = self.process.wait(20)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return status


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Running]:
    running = Running(tmp_path)
    yield running
    if running.process.poll() is None:
        running.end()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()
