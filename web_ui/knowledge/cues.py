"""The list of words for the runner, read from its data file."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec


class VerbalCue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One sentence in each language, how well it is supported, and where it comes from."""

    en: str
    de: str
    grade: Literal["studied", "custom"]
    source: str


class Measure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The cues for one measure."""

    name: str
    cue: tuple[VerbalCue, ...]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    measure: tuple[Measure, ...]


@cache
def verbal_cues() -> tuple[Measure, ...]:
    """By measure, in the order of the file."""
    text = files("web_ui.knowledge").joinpath("verbal_cues.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _File).measure
