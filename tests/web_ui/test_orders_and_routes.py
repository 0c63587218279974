"""Orders from forms: right ones reach the station, wrong ones come back as a sentence, silence is said."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from controller.effects import Answer, TargetChange
from controller.items import EndSession, Mark, SetCues, SetMute, SetTargets, StartSession
from controller.prescription import Targets
from web_ui.security import HEADERS

GET = ["/", "/kiosk", "/kiosk?theme=dark", "/health", "/healthz", "/nowhere", "/static/app.css"]
POST = ["start", "end", "target", "undo", "cues", "mute", "mark"]
START = {"runner": "Ada R.", "target_cadence": "178", "band_percent": "3", "minutes": "20", "click": "1"}
HOSTILE = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["<script>alert(1)</script>", "nan", "inf", "-1", "1e309", "٣", "=1+1", "'; --", "\u202e", " "]
    ),
)


@pytest.mark.parametrize("address", GET)
def test_every_answer_carries_every_protection(pages: Any, address: str) -> None:
    answer = pages.client.get(address)
    if address == "/nowhere":
        assert "There is no such page." in answer.text
    answer.close()
    assert answer.status_code == (404 if address == "/nowhere" else 200)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value


def test_other_names_and_other_sites_are_turned_away(pages: Any) -> None:
    assert pages.client.get("/", headers={"Host": "clinic.example"}).status_code == 421
    for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}):
        for name in POST:
            assert pages.client.post(f"/session/{name}", headers=headers).status_code == 403
    assert pages.controller.asked == []


def test_a_start_carries_everything_a_session_needs(pages: Any) -> None:
    answer = pages.post("/session/start", htmx=False, **START, feedback="faded", baseline_cadence="165,5")
    assert answer.status_code == 303
    order = pages.controller.asked[0]
    assert isinstance(order, StartSession)
    assert (order.runner, order.targets.cadence_spm) == ("Ada R.", 178)
    assert [baseline.cadence_spm for baseline in order.baselines] == [165.5]
    assert (order.cues.click, order.cues.beep) == (True, False)
    assert sum(block.duration_s for block in order.blocks) == 1200
    assert sum(block.duration_s for block in order.blocks if block.feedback) == 600
    assert order.blocks[-1].probe
    assert "The session has started." in pages.client.get("/").text
    assert "The session has started." not in pages.client.get("/").text, "said once"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("target_cadence", "300", "target cadence is &#39;300&#39;: it must be at most 240"),
        ("target_cadence", "nan", "target cadence"),
        ("runner", "<b>", "runner is"),
        ("minutes", "0", "minutes is &#39;0&#39;: it must be at least 1"),
        ("band_percent", "x", "band percent is &#39;x&#39;"),
        ("surprise", "1", "surprise is not known here"),
    ],
)
def test_a_bad_field_is_named_with_its_value_and_limit(
    pages: Any, field: str, value: str, sentence: str
) -> None:
    answer = pages.post("/session/start", htmx=False, **{**START, field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    kept = 'value="20"' if field != "minutes" else 'value="178"'
    assert kept in answer.text, "what was filled in is not lost"
    assert pages.controller.asked == []


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(START)), HOSTILE)
def test_no_text_breaks_a_page(pages: Any, field: str, text: str) -> None:
    answer = pages.post("/session/start", htmx=False, **{**START, field: text})
    assert answer.status_code in (303, 422)
    assert "<script>alert" not in answer.text


def test_a_nudge_starts_from_what_the_station_said(pages: Any, tools: Any) -> None:
    pages.hear(tools.live())
    assert pages.post("/session/target", nudge="1").status_code == 200
    pages.hear(tools.live(session=tools.session(targets=Targets(cadence_spm=190))))
    assert pages.post("/session/target", nudge="-1").status_code == 200
    cadences = [order.targets.cadence_spm for order in pages.controller.asked]
    assert cadences == [179, 189]


def test_undo_goes_back_to_the_targets_before(pages: Any, tools: Any) -> None:
    pages.hear(tools.live())
    assert pages.post("/session/undo").status_code == 422
    change = TargetChange(elapsed_s=60, targets=Targets(cadence_spm=178), previous=Targets(cadence_spm=171))
    pages.hear(tools.live(session=tools.session(last_change=change)))
    assert pages.post("/session/undo").status_code == 200
    assert pages.controller.asked == [SetTargets(targets=Targets(cadence_spm=171))]


def test_the_other_orders_arrive_as_meant(pages: Any, tools: Any) -> None:
    pages.hear(tools.live())
    pages.post("/session/cues", beep="0", open_loop="1")
    pages.post("/session/mute", muted="1")
    pages.post("/session/mark", note="left knee")
    pages.post("/session/end")
    cues, mute, mark, end = pages.controller.asked
    assert isinstance(cues, SetCues)
    assert (cues.cues.click, cues.cues.beep, cues.cues.open_loop) == (True, False, True)
    assert (mute, mark, end) == (SetMute(muted=True), Mark(note="left knee"), EndSession())


def test_silence_and_refusal_are_said_in_words(pages: Any, tools: Any) -> None:
    pages.hear(tools.live())
    pages.controller.reply = lambda request: Answer(
        request_id=request.request_id, accepted=False, reason="No."
    )
    refused = pages.post("/session/target", nudge="1")
    assert (refused.status_code, "No." in refused.text) == (409, True)
    pages.controller.reply = lambda _: None
    silent = pages.post("/session/target", nudge="1")
    assert silent.status_code == 504
    assert "The station did not answer; targets are unchanged." in silent.text


def test_orders_without_a_session_say_what_to_do(pages: Any) -> None:
    answer = pages.post("/session/target", nudge="1")
    assert answer.status_code == 422
    assert "No session is running; start one first." in answer.text


@pytest.mark.parametrize("address", ["/", "/kiosk", "/health"])
def test_words_that_must_not_stand_on_a_page(pages: Any, tools: Any, address: str) -> None:
    for live in (
        tools.live(),
        tools.live(session=None),
        tools.live(session=tools.session(ended_reason="Ended.")),
    ):
        pages.hear(live)
        text = pages.client.get(address).text
        assert "injury" not in text.lower()
        assert ">Stop<" not in text
        assert "Stop session" not in text
        if "End session" in text:
            assert "the belt keeps running" in text
