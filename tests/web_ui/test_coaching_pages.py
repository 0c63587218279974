"""Targets as shares, pain, typed speed, baselines and the ways cues come: forms, words and screens."""

from datetime import UTC, datetime
from typing import Any

import pytest

from controller.effects import Advice, Capture, Goals, ReadingState, Silence
from controller.items import CaptureBaseline, ReportPain, SetCues, SetSpeed, SetTargets, StartSession
from controller.prescription import (
    Activity,
    Baseline,
    Block,
    ClickMode,
    Contraindication,
    CueModes,
    KioskStyle,
    LightStyle,
    Probe,
    StopWord,
    Targets,
)
from controller.records import Spread
from web_ui.knowledge.cues import verbal_cues
from web_ui.pages.view import health_view, live_view

START = {"runner": "Ada R.", "target_cadence": "178", "minutes": "20", "click": "1"}
WALL = datetime(2026, 3, 2, 14, 5, tzinfo=UTC)
OWN = Baseline(speed_mps=2.5, cadence_spm=166.0)


def view(tools: Any, **changes: Any) -> Any:
    return live_view(tools.live(**changes), tools.health(), tools.now_ns, WALL)


def test_a_start_may_be_a_share_of_a_baseline_at_a_speed(pages: Any) -> None:
    more = {
        "target_percent": "7,5",
        "baseline_cadence": "166",
        "baseline_speed": "9",
        "impact_percent": "80",
        "bounce_percent": "90",
        "asymmetry_percent": "5",
        "pain_before": "2",
        "check_clot": "1",
        "confirmed": "seen, all clear",
        "belt_speed": "9.0",
        "tone": "1",
        "speech": "1",
    }
    assert pages.post("/session/start", htmx=False, **START, **more).status_code == 303
    order = pages.controller.asked[0]
    assert isinstance(order, StartSession)
    assert order.targets == Targets(
        cadence_factor=1.075, impact_factor=0.8, bounce_factor=0.9, contact_asymmetry_percent=5
    )
    assert order.baselines == (OWN,)
    assert (order.pain_before, order.typed_speed_mps) == (2, 2.5)
    assert (order.contraindications, order.confirmed) == ((Contraindication.CLOT,), "seen, all clear")
    assert (order.cues.tone, order.cues.speech, order.cues.beep) == (True, True, False)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"pain_before": "11"}, "pain before is &#39;11&#39;: it must be at most 10"),
        ({"impact_percent": "20"}, "impact percent is &#39;20&#39;: it must be at least 50"),
        ({"target_cadence": ""}, "set at least one target"),
    ],
)
def test_a_start_that_cannot_be_is_said_in_words(pages: Any, fields: dict[str, str], sentence: str) -> None:
    answer = pages.post("/session/start", htmx=False, **{**START, **fields})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert pages.controller.asked == []


def test_a_nudge_of_a_share_is_one_step_at_this_speed(pages: Any, tools: Any) -> None:
    shares = tools.session(
        targets=Targets(cadence_factor=1.075, impact_factor=0.8),
        goals=Goals(cadence_spm=178.45, baseline=OWN),
    )
    pages.hear(tools.live(session=shares))
    assert pages.post("/session/target", nudge="1").status_code == 200
    order = pages.controller.asked[0]
    assert isinstance(order, SetTargets)
    assert order.targets.cadence_factor == pytest.approx(1.075 + 1 / 166)
    assert order.targets.impact_factor == 0.8, "the other targets stay"
    pages.hear(tools.live(session=tools.session(targets=shares.targets, goals=Goals())))
    answer = pages.post("/session/target", nudge="1")
    assert (answer.status_code, "no baseline at this speed" in answer.text) == (422, True)


def test_pain_speed_and_baseline_arrive_as_meant(pages: Any, tools: Any) -> None:
    pages.hear(tools.live())
    pages.post("/session/pain", score="4")
    pages.post("/session/pain", word="limp")
    pages.post("/session/speed", belt_speed="10,8")
    pages.post("/session/baseline")
    assert pages.controller.asked == [
        ReportPain(score=4),
        ReportPain(word=StopWord.LIMP),
        SetSpeed(speed_mps=3.0),
        CaptureBaseline(),
    ]
    assert pages.post("/session/pain").status_code == 422
    assert pages.post("/session/speed", belt_speed="0").status_code == 422


def test_each_way_a_cue_comes_is_one_choice(pages: Any, tools: Any) -> None:
    pages.hear(tools.live())
    for form in (
        {"click_mode": "stride"},
        {"light_style": "strip"},
        {"kiosk": "trace"},
        {"language": "de"},
        {"tone": "1"},
    ):
        assert pages.post("/session/cues", **form).status_code == 200
    wanted = [
        CueModes(click_mode=ClickMode.STRIDE),
        CueModes(light_style=LightStyle.STRIP),
        CueModes(kiosk=KioskStyle.TRACE),
        CueModes(language="de"),
        CueModes(tone=True),
    ]
    assert pages.controller.asked == [SetCues(cues=cues) for cues in wanted]
    assert pages.post("/session/cues", kiosk="cinema").status_code == 422


@pytest.mark.parametrize(
    ("advice", "kind", "word"),
    [
        (Advice.SOFTER_LEFT, "less", "Softer, left"),
        (Advice.SOFTER_RIGHT, "less", "Softer, right"),
        (Advice.LESS_BOUNCE, "less", "Less bounce"),
        (Advice.EVEN, "less", "More even"),
    ],
)
def test_every_advice_has_a_shape_and_a_word(tools: Any, advice: Advice, kind: str, word: str) -> None:
    shown = view(tools, advice=advice)
    assert (shown.word.kind, shown.word.word) == (kind, word)
    assert shown.kiosk.kind == kind
    assert shown.kiosk.word not in ("", "Good")


def test_the_target_says_where_it_comes_from_and_how_far_it_is(tools: Any) -> None:
    session = tools.session(
        targets=Targets(cadence_factor=1.075, impact_factor=0.8, bounce_factor=0.9),
        goals=Goals(
            cadence_spm=170.15,
            cadence_low_spm=165.0,
            cadence_high_spm=183.8,
            peak_left_g=4.8,
            peak_right_g=5.12,
            baseline=OWN,
            stage=1,
            stages=3,
        ),
        warnings=("The cadence target is high.",),
    )
    shown = view(tools, session=session)
    assert (shown.target, shown.band) == ("170", "+7.5 %, band ±3 %")
    assert shown.stage == "stage 1 of 3, on to +7.5 %"
    assert shown.others == "impact at most L 4.8 g, R 5.1 g, bounce at most -- cm"
    assert shown.warning == "The cadence target is high."


def test_a_typed_speed_is_marked_and_asked_again(tools: Any) -> None:
    typed = view(tools, speed_source="typed", session=tools.session(typed_speed_mps=2.5))
    assert (typed.belt.note, typed.ask_speed) == ("typed, not measured", "")
    doubted = view(tools, session=tools.session(typed_speed_mps=2.5, speed_doubted=True))
    assert "still at 9.0 km/h?" in doubted.ask_speed
    missing = tools.session(targets=Targets(cadence_factor=1.05))
    nothing = tools.reading(None, ReadingState.MISSING)
    assert "What speed" in view(tools, belt_speed=nothing, session=missing).ask_speed


def test_a_missing_baseline_is_one_tap_away(tools: Any) -> None:
    shown = view(tools, silences=(Silence.NO_BASELINE,))
    assert shown.capture == "No baseline at this speed: take one now."
    assert shown.timeline.heading == "No baseline at this speed"
    assert shown.kiosk.line == "Cues are off at this speed."
    taking = view(tools, silences=(Silence.CAPTURING,), session=tools.session(capture=Capture(left_s=41.2)))
    assert (taking.capture, taking.capturing) == ("0:42 left of the baseline’s minute.", True)
    assert (taking.kiosk.kind, taking.kiosk.word) == ("alone", "Run as you like")


def test_pain_ends_the_cues_on_every_screen(tools: Any) -> None:
    session = tools.session(pain=7, pain_action="end")
    shown = view(tools, silences=(Silence.PAIN,), session=session)
    assert shown.pain == "7 of 10: cues ended"
    assert shown.word.word == "Cues ended: pain"
    assert shown.timeline.heading == "Cues ended: pain"
    assert (shown.kiosk.kind, "Press the treadmill" in shown.kiosk.word) == ("ended", True)
    assert (shown.health.level, "press the treadmill" in shown.health.todo) == ("caution", True)
    eased = view(tools, session=tools.session(pain=4, pain_action="ease off"))
    assert eased.kiosk.line == "Ease off: slow the belt, or walk."
    assert eased.kiosk.kind == "good"


def test_speed_unknown_is_said(tools: Any) -> None:
    shown = view(tools, silences=(Silence.NO_SPEED,))
    assert shown.timeline.heading == "Cues off: belt speed unknown"
    assert shown.kiosk.line == "Cues are off. The belt’s speed is not known."


@pytest.mark.parametrize(
    ("block", "heading", "word", "line"),
    [
        (
            Block(duration_s=60, feedback=False, probe=Probe.RECALL),
            "Recall probe: as you learnt it, no feedback",
            "On your own",
            "Run as you have learnt it.",
        ),
        (
            Block(duration_s=60, feedback=False, probe=Probe.DISTRACTION),
            "Distraction probe: count aloud, no feedback",
            "On your own",
            "Count aloud backwards in threes, from 300.",
        ),
        (Block(duration_s=60, feedback=False, activity=Activity.WALK), "No feedback", "Walk", ""),
    ],
)
def test_what_the_runner_does_without_feedback(
    tools: Any, block: Block, heading: str, word: str, line: str
) -> None:
    session = tools.session(blocks=(block,), elapsed_s=5.0, left_s=55.0)
    shown = view(tools, silences=(Silence.NO_FEEDBACK,), session=session)
    assert (shown.timeline.heading, shown.kiosk.word, shown.kiosk.line) == (heading, word, line)


def test_the_health_page_shows_the_way_from_step_to_cue(tools: Any) -> None:
    spread = Spread(name="decision to light", n=40, p50_ms=0.6, p95_ms=1.2, p99_ms=2.0, max_ms=3.1)
    live = tools.live(session=tools.session(timings=(spread,)))
    rows = {row.what: row for row in health_view(live, tools.health(), tools.now_ns).rows}
    assert rows["Decision to light"].text.startswith("0.6 ms at the median")
    held = tools.live(cues_held_back=2)
    rows = {row.what: row for row in health_view(held, tools.health(), tools.now_ns).rows}
    assert rows["Cues"].level == "caution"


def test_a_sham_is_named_on_every_page(pages: Any, tools: Any) -> None:
    pages.hear(tools.live(session=tools.session(sham=True)))
    for path in ("/", "/health"):
        text = pages.client.get(path).text
        assert '<span class="simulated" data-shown="sham">Sham feedback</span>' in text


def test_words_for_the_runner_carry_their_source(pages: Any) -> None:
    text = pages.client.get("/words").text
    for measure in verbal_cues():
        assert measure.name in text
        for cue in measure.cue:
            assert cue.en in text
            assert cue.source
