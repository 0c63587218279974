"""CSAFE frames."""

import pytest

from controller.treadmills import csafe
from controller.treadmills.events import NotSupported
from tests.controller.treadmills.conftest import decoder, events, problems, slopes, speeds


@pytest.mark.parametrize(
    ("reply", "speed_mps"),
    [
        ("f105a503320031a0f2", 5.0 / 3.6),  # 0.1 km/h
        ("f185a5031f00112df2", 3.1 * 0.44704),  # 0.1 mph
        ("f105a503530033c3f2", 83 / 60),  # m/min
        ("f185a50311011320f2", 273 * 0.00508),  # ft/min
        ("f105a503680139f303f2", 1000 / 360),  # s/km, an escaped checksum
        ("f105a50300003192f2", 0.0),
    ],
)
def test_speed_in_the_unit_the_frame_names(reply: str, speed_mps: float) -> None:
    assert speeds(events("csafe", reply)) == [pytest.approx(speed_mps)]


def test_revolutions_a_minute_are_no_speed() -> None:
    found = events("csafe", "f109a503390052c4f2")
    assert not speeds(found)
    assert "rev/min" in problems(found)[0]


def test_grade_beside_speed_in_one_frame() -> None:
    found = events("csafe", "f185a503320031a80332004cf5f2")
    assert speeds(found) == [pytest.approx(5 / 3.6)]
    assert slopes(found) == [pytest.approx(5.0)]
    assert slopes(events("csafe", "f105a803e2ff4cfff2")) == [pytest.approx(-3.0)]


@pytest.mark.parametrize(
    ("stream", "says"),
    [
        ("f105a503320031a1f2", "checksum"),
        ("f105a503f1", "broke off"),
        ("f105a503f304", "after an escape"),
        ("f105a5f3f2", "inside an escape"),
        ("f105a50333a0f2", "checksum"),
        ("f105a505320097f2", "cut short"),
        ("bfbfbf", "outside a frame"),
        ("f105f0", "extended"),
        ("f1" + "05" * 200, "more than"),
        ("f115a502320080f2", "rejected"),
        ("f105a5020000a2f2", "instead of 3"),
        ("f105a503f302f3013292f2", "no belt's speed"),
        ("f105a50300003a99f2", "pace of 0"),
    ],
)
def test_what_is_refused_is_named(stream: str, says: str) -> None:
    found = events("csafe", stream)
    assert not speeds(found)
    assert says in problems(found)[0]


def test_a_status_alone_means_not_supported() -> None:
    assert events("csafe", "f18989f2") == [NotSupported(None)]


def test_its_version_identifies_it_and_nothing_else_does() -> None:
    machine = decoder("csafe")
    for strange in ("bfbfbfbf", "af", "d031", "f105a503320031a0f2", "f18989f2"):
        machine.feed(bytes.fromhex(strange))
        assert not machine.identified, strange
    machine.feed(bytes.fromhex("f101910716020354013b01eff2"))
    assert machine.identified


def test_requests_are_stuffed_checksum_included() -> None:
    assert csafe.frame(0xA5, 0xA8) == bytes.fromhex("f1a5a80df2")
    assert csafe.frame(0x80, 0x71) == bytes.fromhex("f18071f301f2")  # the checksum F1 is escaped
