"""Promises of the repository: locks without addresses, vendored files unchanged, a map that is true."""

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = [*sorted((ROOT / "requirements").glob("*.lock")), ROOT / "hardware/requirements.lock"]
MANIFEST = tomllib.loads((ROOT / "web_ui/static/vendor/MANIFEST.toml").read_text())["file"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_locks_hold_hashes_and_no_addresses(lock: Path) -> None:
    text = lock.read_text()
    assert "://" not in text
    packages = re.findall(r"^[A-Za-z0-9_.-]+==", text, re.MULTILINE)
    assert len(packages) > 5
    assert text.count("--hash=sha256:") >= len(packages)


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = {"run": project["dependencies"], "dev": extras["dev"], "classic": extras["classic"]}
    for name, requirements in wanted.items():
        text = (ROOT / f"requirements/{name}.lock").read_text().lower()
        for requirement in requirements:
            package = re.sub(r"[._]", "-", re.split(r"[><=;\[ ]", requirement)[0].lower())
            assert re.search(rf"^{re.escape(package)}==", text, re.MULTILINE), (
                f"{package} is not in {name}.lock"
            )


def test_what_must_be_built_from_source_is_in_its_own_lock_alone() -> None:
    assert [lock.stem for lock in LOCKS if "\nrpi-gpio==" in lock.read_text()] == ["classic"]


@pytest.mark.parametrize("entry", MANIFEST, ids=lambda entry: str(entry["path"]))
def test_vendored_files_are_what_the_manifest_says(entry: dict[str, str]) -> None:
    assert hashlib.sha256((ROOT / entry["path"]).read_bytes()).hexdigest() == entry["sha256"]


def test_every_vendored_file_is_in_the_manifest() -> None:
    listed = {entry["path"] for entry in MANIFEST}
    for folder in ("web_ui/static/vendor", "tests/browser/vendor"):
        for path in (ROOT / folder).iterdir():
            name = str(path.relative_to(ROOT))
            assert name in listed or path.name.endswith(("LICENSE.txt", "MANIFEST.toml")), name


def test_the_readme_maps_the_house_as_it_stands() -> None:
    readme = (ROOT / "README.md").read_text()
    named = set(re.findall(r"^\s+((?:[a-z_]+/)|(?:[a-z_]+\.py))\s", readme, re.MULTILINE))
    there = {path.name + "/" for path in (ROOT / "controller").iterdir() if (path / "__init__.py").exists()}
    there |= {path.name for path in (ROOT / "controller").glob("*.py") if path.name != "__init__.py"}
    assert there <= named, f"not in the map: {sorted(there - named)}"
