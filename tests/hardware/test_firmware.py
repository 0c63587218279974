"""The belt sensor's firmware: its own checks under CPython, and its lines through the station's decoder."""

import sys
from pathlib import Path
from typing import Any

import pytest

from controller.treadmills.belt_sensor import Decoder
from controller.treadmills.events import SpeedRead

ROOT = Path(__file__).parent.parent.parent
METRES = 0.02


@pytest.fixture
def firmware(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The pure part and its checks, as the board would import them."""
    monkeypatch.syspath_prepend(str(ROOT / "hardware" / "firmware" / "belt_sensor"))
    monkeypatch.syspath_prepend(str(ROOT / "tests" / "hardware"))
    import belt_counter
    import check_belt_counter

    yield belt_counter, check_belt_counter
    for name in ("belt_counter", "check_belt_counter"):
        sys.modules.pop(name)


def test_its_own_checks_pass(firmware: Any) -> None:
    _, checks = firmware
    assert checks.main() == 9


@pytest.mark.parametrize(("speed_mps", "direction"), [(0.5, 1), (2.78, 1), (2.78, -1), (6.0, 1)])
def test_what_the_board_says_is_the_speed_that_the_station_reads(
    firmware: Any, speed_mps: float, direction: int
) -> None:
    counter = firmware[0].Counter(True, 0)
    order = (0, 1, 3, 2) if direction > 0 else (0, 2, 3, 1)
    decoder, said, step = Decoder(METRES), [], 0
    quarter_us = METRES / speed_mps / 4 * 1e6
    for line in range(40):
        now_us = (line + 1) * 100_000
        while (step + 1) * quarter_us <= now_us:
            step += 1
            counter.edge(round(step * quarter_us), order[step % 4])
        said += decoder.feed(counter.line(now_us, False).encode())
    speeds = [event.speed_mps for event in said if isinstance(event, SpeedRead)]
    assert len(speeds) == len(said) == 39  # none refused; the first line has nothing before it
    assert speeds == pytest.approx([direction * speed_mps] * 39, rel=1e-3)


def test_the_part_with_pins_is_python(tmp_path: Path) -> None:
    source = (ROOT / "hardware" / "firmware" / "belt_sensor" / "main.py").read_text()
    compile(source, "main.py", "exec")
