"""The Trackmaster family."""

import pytest

from controller.treadmills.events import NotSupported, StateRead
from controller.treadmills.makes import Settings
from tests.controller.treadmills.conftest import decoder, events, problems, slopes, speeds


def test_tenths_of_what_the_installer_says() -> None:
    assert speeds(events("trackmaster", "d130313235")) == [pytest.approx(12.5 / 3.6)]
    mph = Settings(units="mph")
    assert speeds(events("trackmaster", "d130313235", settings=mph)) == [pytest.approx(12.5 * 0.44704)]


def test_no_speed_while_nobody_has_said_the_units() -> None:
    found = events("trackmaster", "d130313235", settings=Settings())
    assert not speeds(found)
    assert "km/h or mph" in problems(found)[0]


def test_slope_and_state() -> None:
    assert slopes(events("trackmaster", "d230303530")) == [5.0]
    found = events("trackmaster", "d031d032d033")
    assert found == [StateRead("stopped"), StateRead("running"), StateRead("running")]


@pytest.mark.parametrize(
    ("stream", "speed_kmh", "says"),
    [
        ("54d130303430", [4.0], []),  # the power-up byte
        ("d1303034", [], []),  # not yet whole
        ("d1303034d130303430", [4.0], ["broke off after 3 bytes"]),
        ("30303430d130303235", [2.5], ["without a reply code"]),
        ("d13030343ad130303430", [4.0], ["no number"]),
        ("c1d130303430", [4.0], ["came back"]),
        ("d330303235d130303430", [4.0], ["another program"]),
        ("b330303430d130303430", [4.0], ["another program"]),
        ("d139393939", [], ["no belt's speed"]),
        ("be", [], ["out of range"]),
    ],
)
def test_streams_from_the_manual_and_from_bad_lines(
    stream: str, speed_kmh: list[float], says: list[str]
) -> None:
    found = events("trackmaster", stream)
    assert speeds(found) == [pytest.approx(kmh / 3.6) for kmh in speed_kmh]
    assert len(problems(found)) == len(says)
    assert all(word in said for word, said in zip(says, problems(found), strict=True))


def test_an_illegal_command_is_a_question_it_does_not_know() -> None:
    assert events("trackmaster", "bf") == [NotSupported(None)]


def test_woodway_runs_backwards_too() -> None:
    assert speeds(events("woodway", "d133303235")) == [pytest.approx(-2.5 / 3.6)]
    assert speeds(events("woodway", "d133303030")) == [0.0]
    assert "direction" in problems(events("woodway", "d131303235"))[0]
    assert "no belt's speed" in problems(events("trackmaster", "d133303235"))[0]


def test_only_the_expected_answer_identifies() -> None:
    machine = decoder("trackmaster")
    for strange in ("af", "bfbfbfbf", "0d", "f101910716020354013b01eff2", "d034"):
        machine.feed(bytes.fromhex(strange))
        assert not machine.identified, strange
    machine.feed(bytes.fromhex("d031"))
    assert machine.identified


def test_half_a_reply_is_not_glued_to_the_next_after_a_silence() -> None:
    machine = decoder("trackmaster")
    machine.feed(bytes.fromhex("d13030"))
    machine.forget()
    assert not speeds(machine.feed(b"40"))
