"""`treadcoach belt`, as it is called."""

import io
import json
from typing import Any

import pytest

from controller.cli import main


def run(monkeypatch: pytest.MonkeyPatch, text: str, *arguments: str) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    return main(["belt", *arguments])


def test_decode_keeps_its_state_between_lines(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    assert (
        run(monkeypatch, "d1 30 30\n3430\nd032 d230303530\n", "decode", "trackmaster", "--units", "kmh") == 0
    )
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert said[0] == {"event": "belt_speed", "speed_mps": pytest.approx(4 / 3.6)}
    assert said[1:] == [
        {"event": "belt_state", "state": "running"},
        {"event": "incline", "percent": 5.0},
    ]


def test_whatever_the_bytes_mean_the_status_is_0(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    assert run(monkeypatch, "ff00\n\nf18989f2\n", "decode", "csafe") == 0
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [event["event"] for event in said] == ["error", "not_supported"]
    assert said[1]["request"] is None


@pytest.mark.parametrize(
    ("text", "arguments", "says"),
    [
        ("d1\nxyz\n", ["decode", "trackmaster"], "Line 2 is no hex"),
        ("", ["decode", "toaster"], "There is no protocol 'toaster'"),
        ("", ["decode", "coscom"], "can't be read yet"),
        ("", ["decode", "belt-sensor", "--metres-per-pulse", "-1"], "above 0"),
        ("", ["requests", "toaster"], "There is no protocol"),
    ],
)
def test_bad_input_is_one_sentence_and_status_2(
    monkeypatch: pytest.MonkeyPatch, capsys: Any, text: str, arguments: list[str], says: str
) -> None:
    assert run(monkeypatch, text, *arguments) == 2
    assert says in capsys.readouterr().err


def test_requests_are_hex_lines(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    assert run(monkeypatch, "", "requests", "trackmaster") == 0
    assert capsys.readouterr().out == "c0\nc1\nc2\n"
    assert run(monkeypatch, "", "requests", "biodex") == 0
    assert capsys.readouterr().out == ""
    assert run(monkeypatch, "", "list") == 0
    assert "coscom" in capsys.readouterr().out


@pytest.mark.slow
def test_watch_says_what_is_new_and_ends(capsys: Any) -> None:
    assert main(["belt", "watch", "bertec", "simulated", "--seconds", "0.3"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert any(line.endswith("heard") for line in said)
    assert any("0.00 km/h, 0.00 mph, 0.000 m/s" in line for line in said)
    assert (
        main(["belt", "watch", "belt-sensor", "simulated", "--metres-per-pulse", "1", "--seconds", "0.3"])
        == 1
    )
    assert "0 pulses since power-up" in capsys.readouterr().out  # nothing moves yet, so no speed either
    assert main(["belt", "watch", "kettler", "/dev/there-is-no-such-port", "--seconds", "0.1"]) == 1
    assert "plug its cable in" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["trackmaster", "simulated"], "units are missing"),
        (["belt-sensor", "simulated"], "--metres-per-pulse"),
        (["ftms", "simulated"], "only decoded so far"),
    ],
)
def test_watch_refuses_what_it_cannot_read(capsys: Any, arguments: list[str], says: str) -> None:
    assert main(["belt", "watch", *arguments]) == 2
    assert says in capsys.readouterr().err
