"""Makes the pictures in docs/images from the simulated station: run it with .venv/bin/python."""

import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, expect, sync_playwright

IMAGES = Path(__file__).parent / "images"
TABLET: Any = {"width": 1180, "height": 820}
PHONE: Any = {"width": 390, "height": 844}
KIOSK: Any = {"width": 1920, "height": 1080}


def shoot(browser: Browser, address: str, name: str, viewport: Any, theme: Any, ready: str) -> None:
    """One picture, once the text `ready` is on the page and the strip has a minute."""
    page = browser.new_context(viewport=viewport, color_scheme=theme).new_page()
    page.goto(address)
    expect(page.locator("body")).to_contain_text(ready, timeout=60_000)
    page.wait_for_timeout(2500)
    page.screenshot(path=IMAGES / f"{name}-{theme}.png")
    page.context.close()


def main() -> None:
    """A station of its own, a session, and every page in both themes."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe, sync_playwright() as playwright:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        config = Path(folder) / "station.toml"
        config.write_text(f'[station]\ndata_dir = "{folder}"\n[web]\nport = {port}\n')
        command = [sys.executable, "-m", "controller.cli", "run", "--config", str(config)]
        station = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert station.stdout is not None
        station.stdout.readline()
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        home = f"http://127.0.0.1:{port}"
        shoot(browser, home + "/", "start", TABLET, "light", "Start a session")
        page = browser.new_context(viewport=TABLET).new_page()
        page.goto(home)
        page.get_by_label("Baseline, if known").fill("166")
        page.get_by_label("a minute with, a minute without").check()
        page.get_by_role("button", name="Start session").click()
        page.wait_for_timeout(57_000)
        for theme in ("light", "dark"):
            shoot(browser, home + "/", "live", TABLET, theme, "Cadence")
            shoot(browser, home + "/", "live-phone", PHONE, theme, "Cadence")
            shoot(browser, home + "/health", "health", TABLET, theme, "samples/s")
        shoot(browser, home + "/kiosk", "kiosk-alone", KIOSK, "light", "On your own")
        for theme in ("light", "dark"):
            shoot(browser, home + "/kiosk", "kiosk", KIOSK, theme, "Good")
            shoot(browser, home + "/kiosk", "kiosk-tablet", TABLET, theme, "Good")
            shoot(browser, home + "/kiosk", "kiosk-phone", PHONE, theme, "Good")
        for _ in range(9):
            page.get_by_role("button", name="one step per minute higher").click()
        shoot(browser, home + "/kiosk", "kiosk-quicker", KIOSK, "light", "Quicker steps")
        page.get_by_role("button", name="End session").click()
        shoot(browser, home + "/kiosk", "kiosk-ended", KIOSK, "light", "then step off")
        browser.close()
        station.terminate()
        station.wait()


if __name__ == "__main__":
    main()
