"""WCAG 2.2 AA by axe on every page, in both themes and at every size; targets a finger can hit."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SIZES: dict[str, Any] = {
    "tablet": {"width": 1180, "height": 820},
    "phone": {"width": 390, "height": 844},
    "kiosk": {"width": 1920, "height": 1080},
}
SMALL = """() => [...document.querySelectorAll('button, a, input:not([type=hidden]), label:has(input)')]
  .filter(e => e.checkVisibility() && !e.matches('label input'))
  .map(e => [e.textContent.trim().slice(0, 30), e.getBoundingClientRect()])
  .filter(([, box]) => box.height < 44 || box.width < 44)
  .map(([text, box]) => `${text} ${box.width}x${box.height}`)"""


def checked(page: Page) -> None:
    page.add_script_tag(path=AXE)
    report = page.evaluate("tags => axe.run({ runOnly: { type: 'tag', values: tags } })", TAGS)
    found = [f"{v['id']}: {[n['html'][:120] for n in v['nodes']]}" for v in report["violations"]]
    assert found == []
    assert page.evaluate(SMALL) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "no scrolling sideways"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_has_a_barrier(chromium: Browser, station: Any, theme: Any) -> None:
    pages = {}
    for size, viewport in SIZES.items():
        context = chromium.new_context(viewport=viewport, color_scheme=theme, bypass_csp=True)
        pages[size] = context.new_page()
        pages[size].set_default_timeout(20_000)

    def everywhere(state: str) -> None:
        for size in ("tablet", "phone"):
            pages[size].goto(station.address + "/")
            expect(pages[size].locator(".shell")).to_have_attribute("data-phase", state)
            checked(pages[size])
        for size in SIZES:
            pages[size].goto(station.address + "/kiosk")
            expect(pages[size].locator(".field")).to_have_attribute("data-phase", state)
            checked(pages[size])

    everywhere("idle")
    pages["tablet"].goto(station.address + "/")
    pages["tablet"].get_by_role("button", name="Start session").click()
    expect(pages["tablet"].locator(".state")).to_contain_text("In band", timeout=30_000)
    expect(pages["tablet"].get_by_role("button", name="End session")).to_be_in_viewport(ratio=1)
    everywhere("running")
    pages["tablet"].goto(station.address + "/health")
    checked(pages["tablet"])
    pages["phone"].goto(station.address + "/nowhere")
    checked(pages["phone"])
    pages["tablet"].goto(station.address + "/")
    pages["tablet"].get_by_role("button", name="End session").click()
    everywhere("ended")
