"""Every shared vector decodes to what it says, or to a refusal that names its reason."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from controller.treadmills.events import NotSupported, StateRead
from controller.treadmills.makes import Settings
from tests.controller.treadmills.conftest import events, problems, slopes, speeds

pytestmark = pytest.mark.shared


@pytest.fixture
def vectors(shared_dir: Path) -> Any:
    folder = shared_dir / "protocols"
    return lambda name: json.loads((folder / f"{name}.json").read_text())


@pytest.mark.parametrize("units", ["kmh", "mph"])
def test_trackmaster(vectors: Any, units: Any) -> None:
    unit_mps = {"kmh": 1 / 3.6, "mph": 0.44704}[units]
    for vector in vectors("trackmaster_manual_vectors")["vectors"]:
        found = events("trackmaster", vector["rx"], settings=Settings(units=units))
        meaning = vector["meaning"]
        if meaning.startswith("actual speed"):
            assert speeds(found) == [pytest.approx(float(meaning.split()[-1]) * unit_mps)]
        elif meaning.startswith("actual elevation"):
            assert slopes(found) == [pytest.approx(float(meaning.split()[-2]))]
        elif meaning.startswith("belt "):
            assert found == [StateRead("stopped" if "stopped" in meaning else "running")]
        else:  # set values, acknowledgements and errors: nobody here asked for them
            assert speeds(found) == slopes(found) == [], meaning
            assert problems(found) or found == [NotSupported(None)], meaning
    for stream in vectors("trackmaster_manual_vectors")["adversarial"]:
        found = events("trackmaster", stream["rx_stream"], settings=Settings(units=units))
        whole = {"truncated": [], "mid-frame join": [2.5]}.get(stream["note"], [4.0])
        assert speeds(found) == [pytest.approx(value * unit_mps) for value in whole], stream["note"]


def test_csafe(vectors: Any) -> None:
    table = vectors("csafe_treadmill_vectors")
    for vector in table["getspeed"]:
        found = events("csafe", vector["frame_hex"])
        if vector["expect_mps"] is None or vector["expect_mps"] > 12.5:
            assert not speeds(found)
            assert "no belt's speed" in problems(found)[0]
        else:
            assert speeds(found) == [pytest.approx(vector["expect_mps"])]
    for vector in table["getgrade"]:
        assert slopes(events("csafe", vector["frame_hex"])) == [pytest.approx(vector["expect_percent"])]
    both = table["getspeed_plus_getgrade_one_frame"]
    found = events("csafe", both["frame_hex"])
    assert speeds(found) == [pytest.approx(both["expect_mps"])]
    assert slopes(found) == [pytest.approx(both["expect_percent"])]


def test_csafe_frames_of_other_programs(vectors: Any) -> None:
    table = vectors("csafe_treadmill_vectors")
    for frame in table["csafe_fitness_unit_tests"]["invalid_checksum"]:
        assert "checksum" in problems(events("csafe", frame))[0]
    tests = table["npm_csafe_unit_tests"]
    assert "checksum" in problems(events("csafe", tests["stuffed_bad_checksum"]))[0]
    for frame in (tests["stuffed_valid"], *table["csafe_fitness_unit_tests"]["valid"]):
        assert not [said for said in problems(events("csafe", frame)) if "checksum" in said]


def test_kettler(vectors: Any) -> None:
    for vector in vectors("kettler_treadmill_vectors")["vectors"]:
        found = events("kettler", vector["rx_ascii"].encode().hex())
        assert speeds(found) == [pytest.approx(vector["expect"]["actual_speed_kmh"] / 3.6)]
        assert slopes(found) == [vector["expect"]["actual_incline"]]


def test_gaitway(vectors: Any) -> None:
    for vector in vectors("hpcosmos_gaitway_vectors")["type_i"]:
        found = events("gaitway", vector["hex"])
        assert speeds(found) == [pytest.approx(sample["speed_mps"]) for sample in vector["samples"]]
        assert slopes(found) == [pytest.approx(sample["elevation_pct"]) for sample in vector["samples"]]


def test_bertec(vectors: Any) -> None:
    for vector in vectors("bertec_tcp_vectors")["feedback"]:
        found, expected = events("bertec", vector["packet_hex"]), vector["expect"]
        right, left = expected["right_mps"], expected["left_mps"]
        assert slopes(found) == [pytest.approx(100 * math.tan(math.radians(expected["incline_deg"])))]
        if abs(right - left) > 0.01:
            assert "run apart" in problems(found)[0]
        else:
            assert speeds(found) == [pytest.approx((right + left) / 2)]


def test_biodex(vectors: Any) -> None:
    for vector in vectors("biodex_rtm_manual_vectors")["vectors"]:
        found = events("biodex", vector["rx"])
        assert speeds(found) == slopes(found) == []
        assert problems(found) or vector["meaning"] == "forward"


def test_bluetooth(vectors: Any) -> None:
    table = vectors("ble_ftms_rsc_vectors")
    for vector in table["treadmill_data_2acd"]:
        found, expected = events("ftms", vector["hex"]), vector["expect"]
        if expected.get("error"):
            assert problems(found), vector["device"]
            continue
        kmh = expected["speed_kmh"]
        assert speeds(found) == ([] if kmh is None else [pytest.approx(kmh / 3.6)]), vector["device"]
        if "incline_pct" in expected:
            assert slopes(found) == [expected["incline_pct"]]
    for vector in table["rsc_measurement_2a53"]:
        assert speeds(events("rsc", vector["hex"])) == [vector["expect"]["speed_mps"]]
    for vector in table["rsc_encode_by_bluetooth_sig_0_6_0"]:
        assert speeds(events("rsc", vector["hex"])) == [pytest.approx(vector["speed_mps"], abs=1 / 256)]


def test_captures_of_other_buses_say_no_speed_to_any_make(vectors: Any) -> None:
    """Real bytes of a Modbus and a key-value bus, read with the wrong protocol chosen."""
    modbus = "".join(pair["response_hex"] for pair in vectors("lifespan_modbus_capture")["pairs"])
    precor = vectors("precor93x_capture")["bytes_hex"]
    for name in ("trackmaster", "woodway", "csafe", "kettler", "belt_sensor", "biodex"):
        for capture in (modbus, precor):
            assert not speeds(events(name, capture)), name
