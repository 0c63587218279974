"""Which RPi.GPIO is here: each of the ways in which two packages can share a module's name."""

import re
from pathlib import Path

import pytest

from controller.checked import BadInputError
from controller.devices.pins import pin_factory
from controller.devices.rpi_gpio import Installed, installed, judged

NONE = Installed("", "", "", "")
CLASSIC = Installed("0.7.1", "", "RPi.GPIO", "0.7.1")
MODERN = Installed("", "0.6", "rpi-lgpio", "0.7.2")


@pytest.mark.parametrize(
    ("found", "factory", "ok", "says"),
    [
        (NONE, "lgpio", True, "none is needed"),
        (NONE, "rpigpio", False, r"needs it: pip install '.\[classic\]'"),
        (CLASSIC, "rpigpio", True, "RPi.GPIO 0.7.1 is served by RPi.GPIO 0.7.1."),
        (MODERN, "rpigpio", True, "RPi.GPIO 0.7.2 is served by rpi-lgpio 0.6."),
        (MODERN, "lgpio", True, "served by rpi-lgpio"),
        (CLASSIC._replace(modern="0.6"), "lgpio", False, "both installed .* now they are those of RPi.GPIO"),
        (MODERN._replace(classic="0.7.1"), "rpigpio", False, "those of rpi-lgpio. Remove both"),
        (CLASSIC._replace(owner="rpi-lgpio"), "rpigpio", False, "installed, but its files are rpi-lgpio's"),
        (
            MODERN._replace(owner="RPi.GPIO"),
            "rpigpio",
            False,
            "rpi-lgpio 0.6 is installed, but its files are RPi",
        ),
    ],
)
def test_each_mix_has_its_sentence(found: Installed, factory: str, ok: bool, says: str) -> None:  # noqa: FBT001
    verdict = judged(found, factory)
    assert verdict.ok is ok
    assert re.search(says, verdict.text)


@pytest.mark.parametrize(
    ("text", "owner", "says"),
    [
        ("from RPi._GPIO import *\n\nVERSION = '0.7.1'\n", "RPi.GPIO", "0.7.1"),
        ("import lgpio\n\nVERSION = '0.7.2'\n", "rpi-lgpio", "0.7.2"),
    ],
)
def test_whose_file_it_is_is_read_and_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, owner: str, says: str
) -> None:
    package = tmp_path / "RPi" / "GPIO"
    package.mkdir(parents=True)
    (tmp_path / "RPi" / "__init__.py").write_text("")
    (package / "__init__.py").write_text(text)
    folder = tmp_path / "RPi.GPIO-0.7.1.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: RPi.GPIO\nVersion: 0.7.1\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert installed() == Installed("0.7.1", "", owner, says)


def test_without_it_the_factory_says_what_to_install() -> None:
    with pytest.raises(BadInputError, match=r"No module RPi.GPIO is installed.*pip install"):
        pin_factory("rpigpio")
