"""A whole controller with simulated treadmill and belt sensor: confirmed, and kept over a restart."""

from typing import Any

import pytest

from controller.effects import Live, ReadingState
from controller.items import ConfirmBelt
from controller.messages import Health

TABLES = """
[belt]
protocol = "csafe"
port = "simulated"
[belt_sensor]
port = "simulated"
metres_per_pulse = 0.02
"""


@pytest.mark.slow
def test_a_belt_is_confirmed_once_and_stays_so_until_its_table_changes(station: Any) -> None:
    station.config.write_text(station.config.read_text() + TABLES)
    station.start()
    talk = station.talk()
    asking = talk.until(
        Live,
        lambda live: (
            all(reading.value for reading in live.speed_unconfirmed.values()) and live.speed_unconfirmed
        ),
    )
    assert sorted(asking.speed_unconfirmed) == ["belt sensor", "treadmill"]
    assert asking.belt_speed.value is None
    refused = talk.ask(ConfirmBelt(console_mps=2.5 / 1.609344))
    assert "miles" in refused.reason
    assert talk.ask(ConfirmBelt(console_mps=2.5)).accepted
    live = talk.until(Live, lambda live: live.belt_speed.state is ReadingState.LIVE)
    assert live.belt_speed.value == pytest.approx(2.5, abs=0.02)
    health = talk.until(Health)
    assert [belt.source for belt in health.belts] == ["treadmill", "belt sensor"]
    assert station.end() == 0

    station.start()
    live = station.talk().until(Live, lambda live: live.belt_speed.state is ReadingState.LIVE)
    assert live.speed_unconfirmed == {}
    assert station.end() == 0

    station.config.write_text(station.config.read_text().replace("0.02", "0.04"))
    station.start()
    live = station.talk().until(Live, lambda live: any(r.value for r in live.speed_unconfirmed.values()))
    assert live.belt_speed.value is None
