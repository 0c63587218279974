"""The ports: what the loop needs of a piece of hardware, or of its simulated twin.

A `Source` has a reader thread of its own that only blocks in `read`; a player acts on cues. Which
twin stands behind a port is decided once, in assembly, never inside.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from controller.cues import CancelCues, Cue
from controller.items import Item, Played
from controller.messages import SoundState

Report = Callable[[Played], None]  # how a player says what it did; never blocks


class Source(Protocol):
    """Hardware that has something to say: accelerometers, belt, step pulses."""

    name: str

    def read(self) -> Sequence[Item]:
        """Block until there is something, at most 100 ms; an empty answer means "nothing yet"."""

    def close(self) -> None:
        """Give the hardware back; a blocked `read` returns soon after."""


class Player(Protocol):
    """Hardware that acts: loudspeaker, lights."""

    def play(self, cue: Cue) -> None:
        """Act at `cue.due_ns`; kinds that are not this player's are ignored. Never blocks."""

    def cancel(self, cancel: CancelCues) -> None:
        """Forget what is due from `from_ns` on. Never blocks."""

    def close(self) -> None:
        """Fall silent and give the hardware back."""


class Speaker(Player, Protocol):
    """A player that can say whether it can be heard."""

    def state(self) -> SoundState:
        """For the health page."""
