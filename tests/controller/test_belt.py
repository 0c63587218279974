"""The belt's sources held against the console, against each other and against the runner's feet."""

import pytest

from controller.belt import DOUBTFUL_NS, NS, Belt
from controller.effects import Answer, BeltConfirmed, BeltDoubt, Live, ReadingState
from controller.items import BeltSpeed, Command, ConfirmBelt, Order, StationSetup, Tick
from controller.session import Session

BOTH = ("treadmill", "belt sensor")
KMH = 3.6


def setup(*unconfirmed: str) -> StationSetup:
    return StationSetup(sensors=(), has_belt=True, belt_sources=BOTH, unconfirmed=unconfirmed)


def said(at_s: float, kmh: float, source: str = "treadmill", slope: float | None = None) -> BeltSpeed:
    return BeltSpeed(time_ns=round(at_s * NS), speed_mps=kmh / KMH, incline_percent=slope, source=source)


def test_the_sensor_is_believed_while_it_speaks_and_the_treadmill_after_that() -> None:
    belt = Belt(setup())
    assert belt.heard(said(1.0, 10.0, slope=2.0)) is not None
    measured = belt.heard(said(1.1, 9.8, "belt sensor"))
    assert measured is not None
    assert measured.incline_percent == 2.0  # only the treadmill knows it
    assert belt.heard(said(1.5, 10.0)) is None
    assert belt.source == "belt sensor"
    assert belt.heard(said(2.2, 10.0)) is not None  # the sensor has been silent for more than a second
    assert belt.source == "treadmill"


def test_what_nobody_confirmed_is_asked_about_and_used_for_nothing() -> None:
    belt = Belt(setup("treadmill"))
    assert belt.heard(said(1.0, 8.0)) is None
    assert belt.speed(NS).state is ReadingState.MISSING
    assert belt.asking(NS)["treadmill"].value == pytest.approx(8.0 / KMH)
    assert belt.asking(4 * NS)["treadmill"].value is None


@pytest.mark.parametrize(
    ("console_kmh", "words"),
    [
        (2.0, "3 km/h or more"),
        (8.0 * 1.609344, "miles"),
        (8.0 / 1.609344, "miles"),
        (9.0, "8.0 km/h, the console 9.0 km/h"),
    ],
)
def test_a_console_that_says_otherwise_confirms_nothing(console_kmh: float, words: str) -> None:
    belt = Belt(setup("treadmill"))
    belt.heard(said(1.0, 8.0))
    refusal = belt.confirm(console_kmh / KMH, NS)
    assert refusal is not None
    assert words in refusal
    assert belt.unconfirmed == {"treadmill"}


def test_a_silent_source_can_not_be_confirmed() -> None:
    belt = Belt(setup(*BOTH))
    belt.heard(said(1.0, 8.0))
    assert belt.confirm(8.0 / KMH, NS) == "The belt sensor says nothing now: nothing was confirmed."
    belt.heard(said(1.2, 8.1, "belt sensor"))
    assert belt.confirm(8.0 / KMH, round(1.3 * NS)) is None
    assert belt.unconfirmed == frozenset()


def doubted(
    speeds_kmh: dict[str, float], seconds: float, mode: str = "running", cadence: float | None = 165.0
) -> BeltDoubt | None:
    """What is doubted after so long of the same."""
    belt, doubt = Belt(setup()), None
    for tenth in range(round(10 * seconds) + 1):
        for source, kmh in speeds_kmh.items():
            belt.heard(said(tenth / 10, kmh, source))
        doubt = belt.doubt(tenth * NS // 10, mode, cadence)
    return doubt


def test_a_treadmill_that_says_other_than_the_sensor_is_named_after_some_seconds() -> None:
    speeds_kmh = {"treadmill": 10.0, "belt sensor": 9.0}
    assert doubted(speeds_kmh, 0.9 * DOUBTFUL_NS / NS) is None
    doubt = doubted(speeds_kmh, 1.2 * DOUBTFUL_NS / NS)
    assert doubt is not None
    assert doubt.what == "The treadmill says 10.0 km/h, the belt sensor 9.0 km/h."


@pytest.mark.parametrize(
    ("kmh", "mode", "cadence", "kind"),
    [
        (0.0, "running", 165.0, "stands"),
        (0.0, "walking", None, "stands"),
        (0.0, "standing", None, None),
        (9.0, "standing", None, None),  # astride a running belt
        (9.0, "running", 165.0, None),
        (20.0, "running", 190.0, None),
        (3.0, "running", 170.0, "step length"),
        (30.0, "running", 160.0, "step length"),
        (5.0, "walking", 110.0, None),
        (9.0, "walking", 110.0, "step length"),
    ],
)
def test_a_speed_the_feet_contradict_is_doubted(
    kmh: float, mode: str, cadence: float | None, kind: str | None
) -> None:
    doubt = doubted({"treadmill": kmh}, 6.0, mode, cadence)
    assert (doubt.kind if doubt else None) == kind


def test_a_ramp_is_no_doubt() -> None:
    belt = Belt(setup())
    for tenth in range(300):
        at_s = tenth / 10
        kmh = min(14.0, 1.8 * at_s)
        belt.heard(said(at_s, max(0.0, kmh - 0.5)))  # the console is slow
        belt.heard(said(at_s, kmh, "belt sensor"))
        assert belt.doubt(round(at_s * NS), "unknown", None) is None


# --- through the session ------------------------------------------------------------------------------


class Talk:
    """A session, and what it last said."""

    def __init__(self, given: StationSetup) -> None:
        self.session = Session(given)
        self.now_ns = NS
        self.kept: list[BeltConfirmed] = []
        self.live: Live | None = None

    def hear(self, kmh: float, source: str = "treadmill") -> Live:
        self.now_ns += NS // 10
        self.session.receive(said(self.now_ns / NS, kmh, source))
        for effect in self.session.receive(Tick(time_ns=self.now_ns, due_ns=self.now_ns)):
            self.live = effect if isinstance(effect, Live) else self.live
        assert self.live is not None
        return self.live

    def order(self, order: Order) -> Answer:
        effects = self.session.receive(Command(time_ns=self.now_ns, request_id="r", order=order))
        self.kept += [effect for effect in effects if isinstance(effect, BeltConfirmed)]
        (answer,) = [effect for effect in effects if isinstance(effect, Answer)]
        return answer


def test_a_speed_is_shown_from_its_confirmation_on_and_until_it_is_doubted() -> None:
    talk = Talk(setup("treadmill"))
    live = talk.hear(8.0)
    assert live.belt_speed.last is None
    assert list(live.speed_unconfirmed) == ["treadmill"]
    assert talk.order(ConfirmBelt(console_mps=8.0 / KMH)).accepted
    assert talk.hear(8.0).belt_speed.value == pytest.approx(8.0 / KMH)
    assert talk.order(ConfirmBelt(console_mps=None)).accepted
    assert talk.hear(8.0).belt_speed.value is None
    assert [kept.console_mps for kept in talk.kept] == [8.0 / KMH, None]


def test_a_station_without_a_belt_has_nothing_to_confirm() -> None:
    talk = Talk(StationSetup(sensors=()))
    answer = talk.order(ConfirmBelt(console_mps=2.0))
    assert not answer.accepted
    assert "nothing to confirm" in answer.reason


def test_a_refused_confirmation_keeps_nothing() -> None:
    talk = Talk(setup("treadmill"))
    talk.hear(8.0)
    assert "miles" in talk.order(ConfirmBelt(console_mps=5.0 / KMH)).reason
    assert talk.kept == []
