"""A clinician's day in small: start, watch, change the target, see it on another page, end."""

import os
import re
import signal
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from controller.items import Tick
from controller.recording.session_file import read_session

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PATIENCE_MS = 20_000
TABLET: Any = {"width": 1180, "height": 820}


def opened(chromium: Browser, address: str) -> tuple[Page, list[str]]:
    """A page and what its console complains of."""
    page = chromium.new_context(viewport=TABLET).new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_default_timeout(PATIENCE_MS)
    page.goto(address)
    return page, complaints


def started(page: Page) -> None:
    page.get_by_role("button", name="Start session").click()
    expect(page.get_by_role("button", name="End session")).to_be_visible(timeout=PATIENCE_MS)


def test_a_target_changed_on_one_page_is_followed_and_read_on_another(
    chromium: Browser, station: Any
) -> None:
    first, complaints = opened(chromium, station.address)
    second, more_complaints = opened(chromium, station.address)
    started(first)
    expect(second.locator("#target")).to_have_text("178")
    first.get_by_role("button", name="one step per minute higher").click()
    expect(second.locator("#target")).to_have_text("179")
    expect(first.locator(".change")).to_contain_text("target now 179")
    second.get_by_role("button", name="Undo").click()
    expect(first.locator("#target")).to_have_text("178")

    cadence = first.locator(".cadence .value")
    expect(cadence).to_have_text(re.compile(r"^17[4-9]|18[0-2]$"), timeout=PATIENCE_MS)  # the runner follows
    expect(first.locator(".state")).to_contain_text("In band", timeout=PATIENCE_MS)

    first.get_by_role("button", name="Mute").click()
    expect(second.get_by_role("button", name="Mute")).to_have_attribute("aria-pressed", "true")
    expect(second.locator(".state")).to_contain_text("Muted by you")
    second.get_by_role("button", name="End session").click()
    expect(first.get_by_role("button", name="Start session")).to_be_visible()
    expect(first.locator(".ended")).to_contain_text("Ended by hand.")
    assert complaints + more_complaints == []
    assert len(list(station.recordings.glob("*.mcap"))) == 1


def test_killing_the_pages_leaves_the_session_whole(chromium: Browser, station: Any) -> None:
    page, _ = opened(chromium, station.address)
    started(page)
    expect(page.locator(".cadence .value")).to_have_text(re.compile(r"^1\d\d$"), timeout=PATIENCE_MS)
    os.kill(station.child("web_ui.cli"), signal.SIGKILL)
    expect(page.locator(".health-line")).to_contain_text("lost its connection", timeout=PATIENCE_MS)
    expect(page.locator(".cadence .value")).to_have_text(re.compile(r"^1\d\d$"), timeout=PATIENCE_MS)
    page.get_by_role("button", name="End session").click()
    expect(page.get_by_role("button", name="Start session")).to_be_visible()
    assert station.end() == 0
    reading = read_session(next(station.recordings.glob("*.mcap")))
    ticks = [moment.item.time_ns for moment in reading if isinstance(moment.item, Tick)]
    assert max(later - earlier for earlier, later in pairwise(ticks)) < 500_000_000, (
        "nothing is missing where the pages were"
    )
    assert reading.complete


def test_a_killed_controller_takes_the_numbers_from_the_page(chromium: Browser, station: Any) -> None:
    page, _ = opened(chromium, station.address)
    expect(page.locator(".cadence .value")).to_have_text(re.compile(r"^1\d\d$"), timeout=PATIENCE_MS)
    os.kill(station.child("controller"), signal.SIGSTOP)
    expect(page.locator(".cadence .value")).to_have_text("--", timeout=PATIENCE_MS)
    expect(page.locator(".health-line")).to_have_attribute("role", "alert")
    expect(page.locator(".health-line")).to_contain_text("The station has said nothing")
    os.kill(station.child("controller"), signal.SIGCONT)
    expect(page.locator(".cadence .value")).to_have_text(re.compile(r"^1\d\d$"), timeout=PATIENCE_MS)


def test_a_form_that_cannot_be_used_comes_back_with_a_sentence(chromium: Browser, station: Any) -> None:
    page, _ = opened(chromium, station.address)
    page.get_by_label("Target, steps/min").fill("300")
    page.get_by_label("Runner (a pseudonym)").fill("Runner 7")
    page.get_by_role("button", name="Start session").click()
    expect(page.locator("#answer")).to_contain_text("target cadence is '300': it must be at most 240")
    expect(page.get_by_label("Runner (a pseudonym)")).to_have_value("Runner 7")


def test_the_keyboard_starts_and_ends_a_session(chromium: Browser, station: Any) -> None:
    page, _ = opened(chromium, station.address)
    page.get_by_label("Runner (a pseudonym)").focus()
    page.keyboard.press("Enter")
    end = page.get_by_role("button", name="End session")
    expect(end).to_be_visible()
    for _ in range(30):
        page.keyboard.press("Tab")
        if end.evaluate("element => element === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Start session")).to_be_visible()


def test_pain_on_the_tablet_ends_the_cues_on_the_runners_screen(chromium: Browser, station: Any) -> None:
    page, complaints = opened(chromium, station.address)
    runner, more_complaints = opened(chromium, station.address + "/kiosk")
    page.get_by_label("or above baseline, %").fill("7.5")
    page.get_by_label("Baseline, if known").fill("166")
    page.get_by_label("at km/h").fill("9")
    page.get_by_label("Pain now, 0 to 10").fill("2")
    started(page)
    expect(page.locator(".target-label")).to_contain_text("+7.5 %")
    page.get_by_text("How cues come").click()
    page.get_by_role("button", name="Counter").click()
    expect(page.get_by_role("button", name="Counter")).to_have_attribute("aria-pressed", "true")
    expect(runner.locator(".track")).to_contain_text("steps in the band", timeout=PATIENCE_MS)
    page.locator("summary", has_text="Pain").click()
    page.get_by_role("button", name="Limping").click()
    expect(runner.get_by_role("heading")).to_contain_text("Press the treadmill’s stop", timeout=PATIENCE_MS)
    expect(page.locator(".health-line")).to_contain_text("Pain: the cues have ended.")
    assert complaints + more_complaints == []
