"""Streams and the link: what flows, what is capped, what survives a garbled line."""

import threading
from typing import Any

import msgspec
import pytest

from controller.effects import Answer, Live
from controller.items import Mark, Side
from controller.messages import encode_line
from controller.records import Step
from web_ui.live import MOST_STREAMS


def step(number: int) -> Step:
    nothing = dict.fromkeys(
        (
            "step_time_s",
            "stride_time_s",
            "cadence_spm",
            "contact_time_s",
            "flight_time_s",
            "duty_factor",
            "step_length_m",
            "vertical_oscillation_m",
            "vertical_oscillation_model_m",
            "vertical_stiffness_kn_per_m",
            "leg_stiffness_kn_per_m",
            "peak_g",
            "peak_axial_g",
            "belt_speed_mps",
        )
    )
    return Step(
        side=Side.LEFT,
        initial_contact_ns=number,
        decided_ns=number,
        mode="running",
        irregular=False,
        unsure=False,
        gap=False,
        clipped=False,
        **nothing,
    )


def events(chunk: bytes) -> list[tuple[str, Any]]:
    parts = [part for part in chunk.decode().split("\n\n") if part.startswith("event: ")]
    return [(p.split("\n")[0][7:], msgspec.json.decode(p.split("\n")[1][6:])) for p in parts]


def test_a_stream_begins_with_history_then_tells_the_newest_and_every_step(pages: Any, tools: Any) -> None:
    pages.hear(tools.live())
    stream = pages.site.hub.stream()
    assert [name for name, _ in events(next(stream))] == ["history"]
    for number in range(30):
        pages.hear(step(number))
        pages.hear(tools.live(cadence=tools.reading(150.0 + number)))
    pages.hear(tools.health())
    told = events(next(stream))
    assert [data["initial_contact_ns"] for name, data in told if name == "step"] == list(range(30))
    assert [data["cadence"]["text"] for name, data in told if name == "live"] == ["179"], "latest wins"
    assert [name for name, _ in told].count("health") == 1
    stream.close()


def test_one_stream_too_many_is_refused_and_a_closed_one_makes_room(pages: Any) -> None:
    streams = [pages.client.get("/live/events") for _ in range(MOST_STREAMS)]
    full = pages.client.get("/live/events")
    assert full.status_code == 503
    assert full.headers["Retry-After"]
    assert "Close one" in full.text
    streams.pop().close()
    again = pages.client.get("/live/events")
    assert again.status_code == 200
    for stream in [*streams, again]:
        stream.close()


def test_a_garbled_line_does_not_end_the_link(pages: Any, tools: Any) -> None:
    heard = threading.Event()
    pages.site.link._heard = lambda message: heard.set() if isinstance(message, Live) else None
    for garbage in (b"nonsense\n", b'{"type":"live"}\n', b"\xff\xfe\n", b"[" * 5000 + b"\n", b"\n"):
        pages.controller.say(garbage)
    pages.controller.say(encode_line(tools.live()))
    assert heard.wait(10)


def test_the_link_comes_back_by_itself(pages: Any, tools: Any) -> None:
    heard = threading.Event()
    pages.controller.connections[-1].shutdown(2)
    assert pages.controller.connected.acquire(timeout=10)
    pages.site.link._heard = lambda message: heard.set() if isinstance(message, Live) else None
    pages.controller.say(encode_line(tools.live()))
    assert heard.wait(10)  # connected at the other end is known here only now
    assert pages.site.link.connected
    assert pages.site.link.ask(Mark()) is not None


def test_answers_find_their_askers(pages: Any) -> None:
    waiting: list[Any] = []
    all_asked = threading.Event()

    def reply(request: Any) -> None:
        waiting.append(request)
        if len(waiting) == 6:
            all_asked.set()

    pages.controller.reply = reply
    got: dict[str, Any] = {}

    def ask(note: str) -> None:
        got[note] = pages.site.link.ask(Mark(note=note))

    threads = [threading.Thread(target=ask, args=(str(number),)) for number in range(6)]
    for thread in threads:
        thread.start()
    assert all_asked.wait(10)
    for request in reversed(waiting):
        pages.controller.say(
            encode_line(Answer(request_id=request.request_id, accepted=True, reason=request.order.note))
        )
    for thread in threads:
        thread.join()
    assert {note: answer.reason for note, answer in got.items()} == {str(n): str(n) for n in range(6)}


@pytest.mark.parametrize("count", [0, 3])
def test_a_closed_hub_ends_its_streams(pages: Any, tools: Any, count: int) -> None:
    stream = pages.site.hub.stream()
    next(stream)
    for _ in range(count):
        pages.hear(tools.live())
    pages.site.hub.close()
    assert len(list(stream)) <= 1
