"""What a page shows: the stale table, in words; missing is "--", old is grey, silence has a reason."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from controller.effects import Advice, MountFault, MountFinding, ReadingState, SensorState, Silence
from controller.messages import RecorderState, SoundState
from controller.prescription import CueModes
from web_ui.pages import alarms, words
from web_ui.pages.view import LiveView, health_view, live_view, strip_point

WALL = datetime(2026, 1, 2, 10, 42, tzinfo=UTC)


def view(tools: Any, *, later_s: float = 0.0, health: Any = None, **changes: Any) -> LiveView:
    now_ns = tools.now_ns + round(later_s * 1e9)
    return live_view(tools.live(**changes), health or tools.health(), now_ns, WALL)


def test_all_well_is_one_grey_line(tools: Any) -> None:
    shown = view(tools)
    assert (shown.health.level, shown.health.what) == ("ok", "All well")
    assert shown.health.todo == "2 sensors, belt speed, sound and recording"
    assert (shown.cadence.text, shown.word.word) == ("176", "In band")
    assert (shown.belt.text, shown.bounce.text, shown.contact.text) == ("9.0", "6.8", "246")
    assert (shown.left, shown.whole, shown.in_band) == ("9:30", "of 11 min", "86 % of the last minute")
    assert shown.simulated


@pytest.mark.parametrize(
    ("later_s", "state"), [(0.4, "live"), (0.7, "held"), (1.2, "missing"), (60.0, "missing")]
)
def test_a_report_that_grows_old_takes_its_numbers_along(tools: Any, later_s: float, state: str) -> None:
    shown = view(tools, later_s=later_s)
    for number in (shown.cadence, shown.belt, shown.bounce, shown.contact, shown.impact_left):
        assert number.state == state
        assert (number.text == "--") == (state == "missing")
    if state == "missing":
        assert shown.health.level == "caution"
        assert "The station has said nothing" in shown.health.what
        assert shown.kiosk.kind == "lost"


def test_a_number_without_a_station_was_never_there(tools: Any) -> None:
    shown = live_view(None, None, tools.now_ns, WALL)
    assert (shown.cadence.text, shown.phase, shown.kiosk.kind) == ("--", "idle", "lost")


def test_a_lost_sensor_says_which_and_what_to_do(tools: Any) -> None:
    lost = tools.sensor("left_shank", SensorState.LOST, 12.0)
    missing = tools.reading(None, ReadingState.MISSING)
    shown = view(tools, sensors=(lost,), silences=(Silence.SENSOR_LOST,), cadence=missing, advice=None)
    assert shown.health.what == "Left shank silent for 12 s."
    assert "Check straps and cables" in shown.health.todo
    assert (shown.word.kind, shown.kiosk.word) == ("missing", "Keep running")
    assert shown.timeline.heading == "Cues off"


@pytest.mark.parametrize(
    ("changes", "kind", "kiosk"),
    [
        ({"advice": Advice.QUICKER}, "quicker", "Quicker steps"),
        ({"advice": Advice.SLOWER}, "slower", "Slower steps"),
        ({"silences": (Silence.MUTED,)}, "muted", "Keep running"),
        ({"silences": (Silence.NO_FEEDBACK,)}, "good", "On your own"),
        (
            {"silences": (Silence.NOT_RUNNING,), "mode": "walking", "advice": None},
            "none",
            "When you are ready",
        ),
    ],
)
def test_state_in_shape_and_word(tools: Any, changes: dict[str, Any], kind: str, kiosk: str) -> None:
    shown = view(tools, **changes)
    assert (shown.word.kind, shown.kiosk.word) == (kind, kiosk)
    assert shown.cadence.text == "176", "a measure stays whatever is cued"


def test_a_sensor_worn_wrongly_is_said_and_what_to_do(tools: Any) -> None:
    finding = MountFinding(
        sensor="left_shank",
        fault=MountFault.UPSIDE_DOWN,
        what="Left shank: worn upside down.",
        todo="Turn it so that its arrow points up.",
    )
    shown = view(tools, mounts=(finding, finding))
    assert shown.health.level == "caution"
    assert shown.health.what == "Left shank: worn upside down."
    assert shown.health.todo == "Turn it so that its arrow points up. And 1 more: see Health."
    rows = alarms.rows(tools.live(mounts=(finding,)), tools.health())
    assert ("Mount", "caution", f"{finding.what} {finding.todo}") in rows


def test_a_clipped_impact_is_more_than_the_range_and_a_stumble_is_counted(tools: Any) -> None:
    clipped = msgspec.structs.replace(tools.reading(15.98), above=True)
    session = msgspec.structs.replace(tools.live().session, stumbles=1)
    shown = view(tools, peak_left_g=clipped, session=session)
    assert shown.impact_left.text == "> 16.0"
    assert shown.impact_right.text == "6.2"
    assert shown.in_band == "86 % of the last minute, 1 irregular step"


def test_unsure_is_shown_and_never_measured_for_the_runner(tools: Any) -> None:
    unsure = tools.reading(174.0, ReadingState.UNSURE)
    shown = view(tools, cadence=unsure, advice=None, silences=(Silence.UNSURE,))
    assert (shown.word.kind, shown.cadence.state, shown.kiosk.kind) == ("unsure", "unsure", "finding")
    assert shown.kiosk.pointer == ""


def test_open_loop_says_click_only(tools: Any) -> None:
    session = tools.session(cues=CueModes(open_loop=True))
    gone = tools.reading(None, ReadingState.MISSING)
    shown = view(tools, cadence=gone, session=session, advice=None, silences=(Silence.SENSOR_LOST,))
    assert shown.word.word == "Click only"
    assert "Follow the click" in shown.kiosk.line


def test_the_end_names_the_treadmills_own_button(tools: Any) -> None:
    shown = view(tools, session=tools.session(ended_reason="Ended by hand."))
    assert shown.phase == "ended"
    assert "Press the treadmill" in shown.kiosk.word
    assert shown.kiosk.line == "The belt keeps running until you do."
    still = view(tools, session=tools.session(ended_reason="x"), belt_speed=tools.reading(0.0))
    assert still.kiosk.line == "The belt stands still."


def test_trouble_with_the_disk_and_missing_sound_are_said(tools: Any) -> None:
    full = tools.health(recorder=RecorderState(recording=False, trouble="Not recorded: make room."))
    assert view(tools, health=full).health.what == "Not recording."
    mute = tools.health(sound=SoundState(playing=False, device="none", detail="Plug one in."))
    assert (view(tools, health=mute).health.level, view(tools, health=mute).health.todo) == (
        "note",
        "Plug one in.",
    )
    real = tools.health(sound=mute.sound, simulated=False)
    assert view(tools, health=real).health.level == "caution", "a real runner can't hear the click"
    rows = {row.what: row for row in health_view(tools.live(), full, tools.now_ns).rows}
    assert rows["Recording"].level == "caution"
    assert "833.0 samples/s" in rows["Sensor left shank"].text


def test_the_gauge_keeps_everything_on_its_track(tools: Any) -> None:
    for value in (90.0, 176.0, 260.0):
        gauge = view(tools, cadence=tools.reading(value)).gauge
        positions = [gauge.low_x, gauge.target_x, gauge.high_x, gauge.pointer_x, gauge.baseline_x]
        assert all(x is not None and 0 <= x <= 1000 for x in positions)
        assert gauge.low_x < gauge.target_x < gauge.high_x  # type: ignore[operator]


def test_the_bars_fill_the_line_and_now_lies_between_past_and_future(tools: Any) -> None:
    timeline = view(tools).timeline
    assert sum(bar.width for bar in timeline.bars) == pytest.approx(1000, abs=1)
    assert timeline.now_x == pytest.approx(1000 * 90 / 660, abs=0.1)
    assert [bar.over for bar in timeline.bars] == [True, False, False]
    assert timeline.rest == "then 1 min a retention probe, in 8:30"


def test_the_strip_has_a_gap_where_nothing_was_measured(tools: Any) -> None:
    assert strip_point(tools.live()).cadence == 176.2
    assert strip_point(tools.live(cadence=tools.reading(176.0, ReadingState.HELD))).cadence is None
    assert strip_point(tools.live(silences=(Silence.NO_FEEDBACK,))).lane == "quiet"
    assert strip_point(tools.live(silences=(Silence.MUTED,))).lane == "off"


def test_numbers_and_times_as_people_write_them() -> None:
    assert words.number(None) == "--"
    assert words.number(-3.4) == "−3"
    assert words.number(-0.01, 1) == "0.0"
    assert (words.minutes(59.2), words.minutes(0), words.passed(59.9)) == ("1:00", "0:00", "0:59")
    assert (words.age(0.84), words.age(12.4), words.age(200.0)) == ("0.8 s", "12 s", "3 min")
    assert words.listed(["a", "b", "c"]) == "a, b and c"
