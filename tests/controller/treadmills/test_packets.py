"""Bertec, gaitway and Bluetooth packets; Biodex's replies, which give no number."""

import struct

import pytest

from controller.treadmills.events import StateRead
from controller.treadmills.makes import Settings
from tests.controller.treadmills.conftest import events, problems, slopes, speeds

PAD = "00" * 21


def test_bertec_reads_signed_and_says_when_the_belts_run_apart() -> None:
    assert speeds(events("bertec", f"0003e803e8000000000000{PAD}")) == [1.0]
    assert speeds(events("bertec", f"00fc18fc18000000000000{PAD}")) == [-1.0]
    assert slopes(events("bertec", f"0004b004b000000000ff06{PAD}")) == [pytest.approx(-4.3661, abs=1e-4)]
    found = events("bertec", f"0001f404e2000000000000{PAD}")
    assert not speeds(found)
    assert "left 1.250 m/s, right 0.500 m/s" in problems(found)[0]


def test_bertec_does_not_look_for_a_speed_in_a_stream_that_slipped() -> None:
    slipped = f"e803e8000000000000{PAD}0003" + f"0003e803e8000000000000{PAD}" * 5
    found = events("bertec", slipped)
    assert not speeds(found)
    assert len(found) == 1


def packet(*samples: tuple[float, float], kind: int = 1) -> str:
    body = b"".join(struct.pack("<24xff4x", *sample) for sample in samples)
    return (struct.pack("<HHI8x", 16 + len(body), kind, 7) + body).hex()


def test_gaitway_gives_each_sample_and_skips_other_packets() -> None:
    found = events("gaitway", packet(kind=6), packet((2.75, 5.0), (2.76, 5.0)))
    assert speeds(found) == [pytest.approx(2.75), pytest.approx(2.76)]
    assert slopes(found) == [5.0, 5.0]


def test_gaitway_refuses_what_is_no_number_and_what_is_no_packet() -> None:
    assert "no belt's speed" in problems(events("gaitway", packet((float("nan"), 0.0))))[0]
    assert "connect anew" in problems(events("gaitway", "ffff0100" + "00" * 12))[0]


@pytest.mark.parametrize(
    ("packet_hex", "speed_kmh", "slope"),
    [
        ("0000fa00", [2.5], []),
        ("0c00f401d2040019000e00", [5.0], [2.5]),
        ("08009001e2ffff7f", [4.0], [-3.0]),
        ("0500d20400", [], []),  # More Data: the speed is in another packet
        ("9e1f5100b2005800000000ff7f0000ffff0c0097", [0.81], [0.0]),  # a Matrix promises more than it sends
        ("842496000a00000100ffffff1400050000", [1.5], []),  # FitShow sends more than it promises
    ],
)
def test_treadmill_data(packet_hex: str, speed_kmh: list[float], slope: list[float]) -> None:
    found = events("ftms", packet_hex)
    assert speeds(found) == [pytest.approx(kmh / 3.6) for kmh in speed_kmh]
    assert slopes(found) == slope
    assert not problems(found)


@pytest.mark.parametrize("packet_hex", ["", "00", "0000", "0000fa", "00c0fa00", "0000ffff"])
def test_treadmill_data_that_says_nothing(packet_hex: str) -> None:
    found = events("ftms", packet_hex)
    assert len(problems(found)) == len(found) == 1


def test_a_treadmill_that_sends_miles_in_a_field_for_kilometres() -> None:
    assert speeds(events("ftms", "0000fa00", settings=Settings(units="mph"))) == [
        pytest.approx(2.5 * 0.44704)
    ]


def test_running_speed() -> None:
    assert speeds(events("rsc", "035c03a18200f6090000")) == [3.359375]
    assert problems(events("rsc", "009101")) == ["a packet cut short before its cadence"]
    assert "not in the standard" in problems(events("rsc", "ff9101bb"))[0]


def test_biodex_gives_no_number_whose_scale_nobody_has_seen() -> None:
    found = events("biodex", "a0303235", "a13035", "a246", "af")
    assert speeds(found) == slopes(found) == []
    assert "scale stands in no source" in problems(found)[0]
    assert "lanyard" in problems(events("biodex", "a70040"))[0]
    assert events("biodex", "a70040")[-1] == StateRead("stopped")
