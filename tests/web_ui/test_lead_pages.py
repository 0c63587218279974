"""Leg boards on the pages: how each lead is, and what to do when its sensor is lost."""

from typing import Any

import msgspec

from controller.effects import SensorState
from controller.messages import LeadState
from web_ui.pages.alarms import rows, worst

WELL = LeadState(
    source="lead left_shank",
    title="Leg board",
    port="/dev/ttyUSB0",
    state="heard; board e6616408432b1122, firmware 0.1.0, 1000000 baud",
)
PULLED = msgspec.structs.replace(
    WELL,
    state="not open",
    trouble="its cable was pulled, or another program took the port",
    last_bytes="a5 5a",
)


def test_each_lead_has_a_row(tools: Any) -> None:
    found = {name: (level, text) for name, level, text in rows(tools.live(), tools.health(leads=(WELL,)))}
    level, text = found["Lead left shank"]
    assert level == "ok"
    assert text == f"Leg board, /dev/ttyUSB0: {WELL.state}."
    found = {name: (level, text) for name, level, text in rows(tools.live(), tools.health(leads=(PULLED,)))}
    level, text = found["Lead left shank"]
    assert level == "caution"
    assert text.endswith(
        "not open. Its cable was pulled, or another program took the port. Last bytes: a5 5a"
    )


def test_a_lost_sensor_says_what_its_lead_says(tools: Any) -> None:
    live = tools.live()
    left, right = live.sensors
    lost = msgspec.structs.replace(left, state=SensorState.LOST, age_s=4.0)
    live = msgspec.structs.replace(live, sensors=(lost, right))
    line = worst(live, tools.health(leads=(PULLED,)), None)
    assert line.what == "Left shank silent for 4.0 s."
    assert line.todo == (
        "Cues are off. Its cable was pulled, or another program took the port; it reconnects by itself."
    )
    assert "Check straps and cables" in worst(live, tools.health(), None).todo
