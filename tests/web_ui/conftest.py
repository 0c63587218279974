"""The pages against a small controller that says what a test wants, over a real Unix socket."""

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from flask.testing import FlaskClient

from controller.clock import ManualClock
from controller.effects import (
    Advice,
    Answer,
    Goals,
    Live,
    Reading,
    ReadingState,
    SensorReport,
    SensorState,
    SessionReport,
)
from controller.items import Order, Placement, SetTargets, Side
from controller.messages import Health, Lateness, Message, RecorderState, Request, SoundState, encode_line
from controller.prescription import Baseline, Block, CueModes, Probe, Targets
from web_ui.app import create_app
from web_ui.live import Site

NOW_NS = 5_000_000_000
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


def reading(value: float | None, state: ReadingState = ReadingState.LIVE, age_s: float = 0.0) -> Reading:
    return Reading(state=state, value=value, last=value, age_s=age_s)


def sensor(name: str, state: SensorState = SensorState.OK, age_s: float = 0.0) -> SensorReport:
    return SensorReport(
        name=name,
        placement=Placement.SHANK,
        side=Side.LEFT,
        state=state,
        age_s=age_s,
        rate_hz=833.0,
        overflows=0,
        errors=0,
        clipped_percent=0.0,
    )


def session_report(**changes: Any) -> SessionReport:
    report = SessionReport(
        session_id="s-1",
        runner="Ada R.",
        targets=Targets(cadence_spm=178),
        cues=CueModes(),
        muted=False,
        muted_since_s=None,
        goals=Goals(
            cadence_spm=178.0,
            cadence_low_spm=172.66,
            cadence_high_spm=183.34,
            baseline=Baseline(speed_mps=2.5, cadence_spm=166.0),
        ),
        baselines=(Baseline(speed_mps=2.5, cadence_spm=166.0),),
        capture=None,
        typed_speed_mps=None,
        speed_doubted=False,
        results=(),
        in_band_steps=120,
        pain=None,
        pain_action="go on",
        sham=False,
        warnings=(),
        timings=(),
        blocks=(Block(duration_s=600), Block(duration_s=60, feedback=False, probe=Probe.RETENTION)),
        block_index=0,
        elapsed_s=90.0,
        left_s=570.0,
        steps=200,
        stumbles=0,
        in_band_percent=86.0,
        earcons=1,
        marks=0,
        last_change=None,
    )
    return msgspec.structs.replace(report, **changes)


def live_report(**changes: Any) -> Live:
    live = Live(
        time_ns=NOW_NS,
        mode="running",
        cadence=reading(176.2),
        belt_speed=reading(2.5),
        speed_source="treadmill",
        speed_verified=True,
        speed_unconfirmed={},
        speed_doubt=None,
        incline_percent=reading(0.0),
        contact_time_s=reading(0.246),
        vertical_oscillation_m=reading(0.068),
        peak_left_g=reading(5.6),
        peak_right_g=reading(6.2),
        sides_from=Side.BOTH,
        advice=Advice.IN_BAND,
        silences=(),
        sensors=(sensor("left_shank"), sensor("right_shank")),
        mounts=(),
        session=session_report(),
    )
    return msgspec.structs.replace(live, **changes)


def health_report(**changes: Any) -> Health:
    health = Health(
        time_ns=NOW_NS,
        version="0.1.0",
        station="Test",
        simulated=True,
        phase_aligned=False,
        uptime_s=90,
        realtime=True,
        memory_locked=True,
        lateness=Lateness(ticks=1000, p50_us=60, p99_us=900, max_us=4000),
        sound=SoundState(playing=True, device="default"),
        recorder=RecorderState(recording=True, bytes_written=10**6, last_write_age_s=0.1, free_percent=50),
        belts=(),
        parts=(),
        clients=1,
        clients_dropped=0,
        reports_skipped=0,
        notices=(),
        warnings=(),
    )
    return msgspec.structs.replace(health, **changes)


class FakeController:
    """Accepts connections, answers orders as `reply` says, keeps what it was asked."""

    def __init__(self, path: Path) -> None:
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(str(path))
        self.listener.listen()
        self.asked: list[Order] = []
        self.reply: Callable[[Request], Message | None] = lambda r: Answer(
            request_id=r.request_id, accepted=True
        )
        self.connected = threading.Semaphore(0)
        self.connections: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections.append(connection)
            self.connected.release()
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as lines:
            try:
                for line in lines:
                    request = msgspec.json.decode(line, type=Request)
                    self.asked.append(request.order)
                    answer = self.reply(request)
                    if answer is not None:
                        connection.sendall(encode_line(answer))
            except OSError:
                return

    def say(self, data: bytes) -> None:
        self.connections[-1].sendall(data)

    def close(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for connection in self.connections:
            connection.close()


class Pages:
    """The application with its link up, and a browser's client."""

    def __init__(self, controller: FakeController, path: Path) -> None:
        self.controller = controller
        self.clock = ManualClock(NOW_NS, datetime(2026, 1, 2, 10, 42, tzinfo=UTC))
        self.app = create_app(path, "Test", self.clock)
        self.site: Site = self.app.extensions["treadcoach"]
        self._start()
        self.client: FlaskClient = self.app.test_client()

    def _start(self) -> None:
        """Returns once the link has heard the controller: accepted there is not yet connected here."""
        link, heard = self.site.link, threading.Event()
        original = link._heard
        link._heard = lambda _: heard.set()
        link.start()
        assert self.controller.connected.acquire(timeout=10)
        self.controller.say(encode_line(Answer(request_id="hello", accepted=True)))
        assert heard.wait(10)
        link._heard = original

    def post(self, address: str, htmx: bool = True, **form: str) -> Any:  # noqa: FBT001, FBT002
        headers = {**SAME_ORIGIN, **({"HX-Request": "true"} if htmx else {})}
        return self.client.post(address, data=form, headers=headers)

    def hear(self, message: Message) -> None:
        """As if the controller had said it; returns once the page knows."""
        self.site.hub.heard(message)


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    controller = FakeController(tmp_path / "c.sock")
    made = Pages(controller, tmp_path / "c.sock")
    yield made
    made.site.hub.close()
    made.site.link.close()
    controller.close()


@pytest.fixture
def tools() -> Any:
    """Reports to say, with fields changed as a test likes."""

    class Tools:
        live = staticmethod(live_report)
        health = staticmethod(health_report)
        session = staticmethod(session_report)
        sensor = staticmethod(sensor)
        reading = staticmethod(reading)
        now_ns = NOW_NS
        set_targets = SetTargets

    return Tools
