"""A programme as a TOML file: one sentence per mistake, unknown keys refused, written back exactly."""

import os
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import tomli_w

from controller.checked import BadInputError, checked
from controller.coach.programme import Programme

FORMAT = 1


def read_programme(path: Path) -> Programme:
    """The file at `path`; BadInputError says what to change."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise BadInputError(f"{path} can't be read: {problem.strerror}.") from None
    except (ValueError, RecursionError) as problem:
        raise BadInputError(f"{path.name} is not TOML: {problem}.") from None
    return programme_of(raw, path.name)


def programme_of(raw: dict[str, Any], source: str) -> Programme:
    """Parsed TOML as a programme; the key `format` says which rules it was written by."""
    if "format" not in raw:
        raise BadInputError(f"{source}: format is missing: write format = {FORMAT} at the top.")
    if type(raw["format"]) is not int or raw["format"] != FORMAT:
        raise BadInputError(
            f"{source}: format is {raw['format']!r}: this station reads format {FORMAT}. Install the version "
            "that wrote the file, or export the programme again."
        )
    rest = {key: value for key, value in raw.items() if key != "format"}
    return checked(rest, Programme, source)


def as_text(programme: Programme) -> str:
    """The file's text; what is left at its default is left out."""
    return tomli_w.dumps({"format": FORMAT, **msgspec.to_builtins(programme)})


def write_programme(path: Path, programme: Programme) -> None:
    """The whole file or none: written beside it, then put in its place."""
    beside = path.with_name(path.name + ".new")
    with beside.open("w", encoding="utf-8", newline="\n") as file:
        file.write(as_text(programme))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
