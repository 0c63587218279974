"""Step switches, button, lights and buzzer in words; and what nobody can know is not claimed."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from controller.effects import PulseReport, ReadingState, Silence
from controller.items import Placement, Side
from controller.messages import PartState, SoundState
from web_ui.pages.view import LiveView, health_view, live_view

WALL = datetime(2026, 1, 2, 10, 42, tzinfo=UTC)
BUSY = "GPIO 22 can't be used: another program has it (GPIO busy)"


def pulse(age_s: float | None, steps: int = 240, side: Side = Side.LEFT) -> PulseReport:
    return PulseReport(name=f"{side}_switch", placement=Placement.FOOT, side=side, steps=steps, age_s=age_s)


def part(name: str, state: str = "GPIO 22: 480 edges, 240 steps", trouble: str = "") -> PartState:
    return PartState(name=name, state=state, trouble=trouble)


def switches(tools: Any, age_s: float | None, **changes: Any) -> Any:
    """A station whose steps come from switches alone."""
    return tools.live(sensors=(), pulses=(pulse(age_s), pulse(age_s, side=Side.RIGHT)), **changes)


def shown(tools: Any, live: Any, **health: Any) -> LiveView:
    return live_view(live, tools.health(**health), tools.now_ns, WALL)


def rows(tools: Any, live: Any, *parts: PartState) -> dict[str, tuple[str, str]]:
    view = health_view(live, tools.health(parts=parts), tools.now_ns)
    return {row.what: (row.level, row.text) for row in view.rows}


def test_a_switch_that_feels_steps_is_one_row_with_its_pin(tools: Any) -> None:
    found = rows(tools, switches(tools, 0.4), part("steps, left switch"))
    assert found["Steps, left switch"] == (
        "ok",
        "240 steps, the last 0.4 s ago. GPIO 22: 480 edges, 240 steps.",
    )
    assert found["Steps, right switch"] == ("ok", "240 steps, the last 0.4 s ago.")


@pytest.mark.parametrize(
    ("age_s", "says"),
    [(4.2, "the last 4.2 s ago: the runner stands, or it is silent"), (None, "No step felt yet")],
)
def test_a_silent_switch_is_not_called_lost(tools: Any, age_s: float | None, says: str) -> None:
    level, text = rows(tools, switches(tools, age_s))["Steps, left switch"]
    assert level == "note"
    assert says in text


def test_a_pin_in_trouble_is_a_caution_in_the_row_and_on_the_line(tools: Any) -> None:
    busy = part("steps, left switch", trouble=BUSY)
    level, text = rows(tools, switches(tools, None), busy)["Steps, left switch"]
    assert (level, text) == ("caution", f"{BUSY}. GPIO 22: 480 edges, 240 steps.")
    line = shown(tools, switches(tools, None), parts=(busy,)).health
    assert (line.level, line.what, line.todo) == ("caution", "Steps, left switch.", f"{BUSY}.")


def test_where_only_switches_tell_of_steps_silence_is_said_as_it_is(tools: Any) -> None:
    gone = tools.reading(None, ReadingState.MISSING)
    silences = (Silence.UNSURE, Silence.NOT_RUNNING)
    live = switches(tools, 4.0, cadence=gone, mode="unknown", advice=None, silences=silences)
    view = shown(tools, live)
    assert (view.cadence.text, view.word.word) == ("--", "No step for 4.0 s")
    assert view.word.note == "standing, or a step switch is silent"
    assert (view.health.level, view.health.what) == ("note", "No step for 4.0 s.")
    assert view.kiosk.line == "The station feels no step."
    never = shown(tools, switches(tools, None, cadence=gone, mode="unknown", silences=silences, advice=None))
    assert never.word.word == "No step yet"


def test_with_accelerometers_a_runner_who_stands_stands(tools: Any) -> None:
    gone = msgspec.structs.replace(tools.reading(None, ReadingState.MISSING))
    live = tools.live(pulses=(pulse(4.0),), cadence=gone, mode="standing", advice=None)
    assert shown(tools, live).word.word == "Standing"


def test_all_well_counts_switches(tools: Any) -> None:
    assert shown(tools, switches(tools, 0.3)).health.todo.startswith("2 step switches, belt speed")
    beside = tools.live(pulses=(pulse(0.3),))
    assert shown(tools, beside).health.todo.startswith("2 sensors, 1 step switch, belt speed")


def test_the_button_and_the_lights_have_their_rows(tools: Any) -> None:
    button = part("handrail button", "GPIO 26: ends the session; last pressed 12 s ago")
    lamp = part("light strip", "SPI 1.0, 30 LEDs: shows bar", "no such device")
    found = rows(tools, tools.live(), button, lamp)
    assert found["Handrail button"] == ("ok", "GPIO 26: ends the session; last pressed 12 s ago.")
    assert found["Light strip"] == ("caution", "No such device. SPI 1.0, 30 LEDs: shows bar.")


def test_who_muted_is_said(tools: Any) -> None:
    session = tools.session(muted=True, muted_since_s=30.0, muted_at_handrail=True)
    view = shown(tools, tools.live(session=session, silences=(Silence.MUTED,)))
    assert view.health.what == view.word.word == "Muted at the handrail"


def test_after_a_press_the_screen_names_the_treadmills_own_button(tools: Any) -> None:
    view = shown(tools, tools.live(session=tools.session(ended_reason="Ended at the handrail.")))
    assert view.ended.startswith("Ended at the handrail. 200 steps")
    assert view.kiosk.word == "Press the treadmill’s stop, then step off."
    assert view.kiosk.line == "The belt keeps running until you do."


def test_a_buzzer_that_beats_is_sound_enough(tools: Any) -> None:
    none = SoundState(playing=False, device="none", detail="Plug one in.")
    buzzer = part("buzzer", "GPIO 12: beats")
    alone = shown(tools, tools.live(), sound=none, simulated=False, parts=(buzzer,))
    assert alone.health.level == "note"
    broken = part("buzzer", "GPIO 12: beats", "bad handle")
    assert shown(tools, tools.live(), sound=none, simulated=False, parts=(broken,)).health.level == "caution"
