"""Which RPi.GPIO is installed: the classic one, or rpi-lgpio's of the same name, or a mix that fits nothing.

Either package overwrites the other's files without a word, and pip finds nothing wrong with that.
"""

import re
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

CLASSIC, MODERN = "RPi.GPIO", "rpi-lgpio"
MEND = f"Remove both (pip uninstall {CLASSIC} {MODERN}) and install the one that is wanted."


class Installed(NamedTuple):
    """The packages' versions, empty where there is none, and whose file the module `RPi.GPIO` is."""

    classic: str
    modern: str
    owner: str
    says: str  # its VERSION


class Verdict(NamedTuple):
    """Whether it can be used, and a sentence."""

    ok: bool
    text: str


def installed() -> Installed:
    """What is here, by looking at it: importing the classic one fails where there is no Pi."""
    spec = find_spec("RPi")
    folders = [] if spec is None else spec.submodule_search_locations or []
    files = [path for folder in folders if (path := Path(folder, "GPIO", "__init__.py")).exists()]
    text = files[0].read_text() if files else ""
    owner = "" if not text else MODERN if "import lgpio" in text else CLASSIC
    said = re.search(r"^VERSION = '(.+)'", text, re.MULTILINE)
    return Installed(_version(CLASSIC), _version(MODERN), owner, said[1] if said else "")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def judged(found: Installed, factory: str) -> Verdict:
    """What they are good for, with this factory of station.toml's [pins]."""
    if found.classic and found.modern:
        return Verdict(
            False,
            f"{CLASSIC} {found.classic} and {MODERN} {found.modern} are both installed and have overwritten "
            f"each other's files; now they are those of {found.owner}. {MEND}",
        )
    if not found.owner:
        text = f"No module {CLASSIC} is installed"
        if factory != "rpigpio":
            return Verdict(True, f"{text}, and none is needed.")
        return Verdict(False, f"{text}, and factory = \"rpigpio\" needs it: pip install '.[classic]'.")
    package = found.classic or found.modern
    if bool(found.classic) != (found.owner == CLASSIC):
        other = CLASSIC if found.classic else MODERN
        return Verdict(False, f"{other} {package} is installed, but its files are {found.owner}'s. {MEND}")
    return Verdict(True, f"{CLASSIC} {found.says} is served by {found.owner} {package}.")
