"""The belt's speed on the pages: confirmed once, doubted in words, and what its port says."""

from datetime import UTC, datetime
from typing import Any

import pytest

from controller.effects import BeltDoubt, Reading, ReadingState
from controller.items import ConfirmBelt
from controller.messages import BeltState
from web_ui.pages.view import health_view, live_view

WALL = datetime(2026, 3, 2, 14, 5, tzinfo=UTC)
SAYS_8 = Reading(state=ReadingState.LIVE, value=8 / 3.6, last=8 / 3.6, age_s=0.1)
UNHEARD = Reading()
TREADMILL = BeltState(source="treadmill", title="CSAFE", port="/dev/ttyUSB0", state="heard")


def shown(tools: Any, *belts: BeltState, **changes: Any) -> Any:
    return live_view(tools.live(**changes), tools.health(belts=belts), tools.now_ns, WALL)


def rows(tools: Any, *belts: BeltState, **changes: Any) -> dict[str, tuple[str, str]]:
    view = health_view(tools.live(**changes), tools.health(belts=belts), tools.now_ns)
    return {row.what: (row.level, row.text) for row in view.rows}


@pytest.mark.parametrize(
    ("speed", "units", "mps"), [("8", "kmh", 8 / 3.6), ("8,5", "kmh", 8.5 / 3.6), ("5", "mph", 5 * 0.44704)]
)
def test_the_console_is_read_in_its_own_units(
    pages: Any, tools: Any, speed: str, units: str, mps: float
) -> None:
    pages.hear(tools.live())
    assert pages.post("/belt/confirm", console_speed=speed, units=units).status_code == 200
    (order,) = pages.controller.asked
    assert isinstance(order, ConfirmBelt)
    assert order.console_mps == pytest.approx(mps)


def test_what_is_no_speed_is_refused_before_it_is_sent(pages: Any, tools: Any) -> None:
    pages.hear(tools.live())
    for form in ({"console_speed": "0"}, {"console_speed": "fast"}, {"console_speed": "8", "units": "knots"}):
        assert pages.post("/belt/confirm", **form).status_code == 422
    assert pages.controller.asked == []


def test_a_confirmation_can_be_taken_back_and_a_plain_form_returns_to_its_page(
    pages: Any, tools: Any
) -> None:
    pages.hear(tools.live())
    answer = pages.post("/belt/doubt", htmx=False)
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/health")
    assert pages.controller.asked == [ConfirmBelt(console_mps=None)]
    assert "not used until it is confirmed again" in pages.client.get("/health").text


def test_an_unconfirmed_speed_is_asked_about_in_both_units(tools: Any) -> None:
    view = shown(
        tools, TREADMILL, speed_unconfirmed={"treadmill": SAYS_8}, speed_source="", belt_speed=UNHEARD
    )
    assert "The treadmill says 8.0 km/h (5.0 mph)" in view.confirm_belt
    assert view.belt.text == "--"
    assert view.belt.note == "not confirmed yet: see Station"
    assert view.health.what == "The belt’s speed is not confirmed."
    assert not view.belt_confirmed
    silent = shown(tools, TREADMILL, speed_unconfirmed={"treadmill": UNHEARD}, belt_speed=UNHEARD)
    assert "The treadmill says nothing" in silent.confirm_belt


def test_once_confirmed_nothing_is_asked(tools: Any) -> None:
    view = shown(tools, TREADMILL)
    assert view.confirm_belt == ""
    assert view.belt_confirmed
    assert not shown(tools).belt_confirmed  # without a port there is nothing to take back


def test_a_line_without_a_checksum_is_marked_wherever_it_is_shown(tools: Any) -> None:
    changes = {"speed_source": "belt sensor", "speed_verified": False}
    assert shown(tools, **changes).belt.note == "from the belt sensor, unverified"
    assert "unverified: its lines have no checksum" in rows(tools, **changes)["Belt"][1]


def test_a_doubt_is_an_alarm_with_what_to_do(tools: Any) -> None:
    doubt = BeltDoubt(
        kind="apart", what="The treadmill says 10.0 km/h, the belt sensor 9.0 km/h.", todo="Check."
    )
    assert shown(tools, TREADMILL, speed_doubt=doubt).health.what == doubt.what
    level, text = rows(tools, TREADMILL, speed_doubt=doubt)["Belt"]
    assert level == "caution"
    assert doubt.what in text


def test_a_port_in_trouble_says_what_came_last(tools: Any) -> None:
    gone = BeltState(
        source="treadmill",
        title="CSAFE",
        port="/dev/ttyUSB0",
        state="not open",
        trouble="/dev/ttyUSB0: it isn't there: plug its cable in",
        last_bytes="f1 01",
    )
    level, text = rows(tools, gone)["Treadmill"]
    assert level == "caution"
    assert text.endswith("/dev/ttyUSB0: it isn't there: plug its cable in. Last bytes: f1 01")
    old = Reading(last=2.5, age_s=4.0)
    line = shown(tools, gone, belt_speed=old).health
    assert line.what == "Belt speed silent for 4.0 s."
    assert "plug its cable in" in line.todo
    never = shown(tools, gone, belt_speed=UNHEARD).health
    assert never.what == "No speed from the belt."
