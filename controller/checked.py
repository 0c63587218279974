"""The door: raw data becomes typed values once, or a sentence that says what to change."""

import re
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_PATH = re.compile(r"^(?P<problem>.*?)(?: - at `(?P<path>\$.*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.([A-Za-z_][A-Za-z0-9_]*)|\[(\d+)\]|\[\.\.\.\]")
_SHOWN = 60
_WORDS = (
    (re.compile(r"Expected `(?:float|int)` >= ([-\d.]+?)(?:\.0)?$"), r"it must be at least \1"),
    (re.compile(r"Expected `(?:float|int)` <= ([-\d.]+?)(?:\.0)?$"), r"it must be at most \1"),
    (re.compile(r"Expected `(?:float|int)` > ([-\d.]+?)(?:\.0)?$"), r"it must be more than \1"),
    (re.compile(r"Expected `(?:float|int)(?: \| null)?`, got `(.*)`"), r"it must be a number, not \1"),
    (re.compile(r"Expected `str(?: \| null)?`, got `(.*)`"), r"it must be text, not \1"),
    (re.compile(r"Expected `bool`, got `(.*)`"), r"it must be true or false, not \1"),
    (re.compile(r"Expected `str` matching regex '(.*)'"), r"it must match \1"),
    (re.compile(r"Object missing required field `(.*)`"), r"\1 is missing"),
    (re.compile(r"Object contains unknown field `(.*)`"), r"\1 is not known here"),
    (re.compile(r"Invalid enum value (.*)"), r"\1 is none of the values allowed here"),
)


class BadInputError(ValueError):
    """Input from outside that can't be used; the message is written for the person who sent it."""


def checked(raw: Any, wanted: type[T], source: str, *, strict: bool = True) -> T:
    """`raw` (parsed JSON or TOML) as `wanted`; BadInputError names field, value and limit.

    Not `strict`, text may stand for numbers: that is how forms send them.
    """
    try:
        return msgspec.convert(raw, wanted, strict=strict)
    except msgspec.ValidationError as problem:
        raise BadInputError(_sentence(raw, str(problem), source)) from None


def checked_json(text: bytes | str, wanted: type[T], source: str) -> T:
    """JSON text as `wanted`, with the same sentences."""
    try:
        raw = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise BadInputError(f"{source} is not JSON: {problem}.") from None
    return checked(raw, wanted, source)


def _plain(problem: str) -> str:
    """Msgspec's wording in the words of somebody who has never seen a type."""
    for pattern, plain in _WORDS:
        problem = pattern.sub(plain, problem)
    return problem


def _sentence(raw: Any, message: str, source: str) -> str:
    match = _PATH.match(message)
    problem, path = (_plain(match["problem"]), match["path"]) if match else (message, None)
    if path is None or path == "$":
        return f"{source}: {problem}."
    field, value, found = _locate(raw, path)
    was = f" is {_shown(value)}" if found else ""
    return f"{source}: {field}{was}: {problem}."


def _locate(raw: Any, path: str) -> tuple[str, Any, bool]:
    """The field's name as people read it, and what stood there."""
    names: list[str] = []
    value, found = raw, True
    for name, index in _STEP.findall(path):
        if name:
            names.append(name)
        elif index and names:
            names[-1] += f" {int(index) + 1}"
        try:
            value = value[name] if name else value[int(index)]
        except (KeyError, IndexError, TypeError, ValueError):
            found = False
    return ", ".join(names) or "the whole", value, found


def _shown(value: Any) -> str:
    text = repr(value) if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
