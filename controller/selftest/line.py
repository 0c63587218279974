"""What the self-test says: a line for each thing that was looked at; and who watches it, or doesn't."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from controller.clock import Clock

Figures = dict[str, float | int | str]


class Line(NamedTuple):
    """One thing: ok, look or bad; a sentence; figures where there are any."""

    part: str
    level: str
    text: str
    figures: Figures | None = None


class Audience(NamedTuple):
    """The person before the screen: `say` tells what happens now, `ask` whether it was seen, None: nobody."""

    clock: Clock
    say: Callable[[str], None]
    ask: Callable[[str], bool | None]


def worst(wrong: Iterable[tuple[str, str]]) -> str:
    """The level of these, each a level and a sentence; ok where there are none."""
    levels = {level for level, _ in wrong}
    return next((level for level in ("bad", "look") if level in levels), "ok")
