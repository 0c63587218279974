"""Cues in the self-test: handed to a station's own players, and waited for until they say that they acted."""

from queue import Empty, SimpleQueue
from typing import Self

from controller.assembly import Station
from controller.clock import Clock
from controller.config import Config
from controller.cues import Cue
from controller.items import Played
from controller.selftest.listening import NS, give_back, opened

ANSWER_S = 2.0


class Acting:
    """A station whose players are told what to do; `with` gives them back. BadInputError, in words."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self._clock = clock
        self._played: SimpleQueue[Played] = SimpleQueue()
        self.station: Station = opened(config, clock, self._played.put)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for source in self.station.sources:
            source.close()
        give_back(self.station)

    def act(self, cue: Cue) -> bool:
        """Whether a player says that it did this."""
        for player in self.station.players:
            player.play(cue)
        end_ns = max(cue.due_ns, self._clock.monotonic_ns()) + round(ANSWER_S * NS)
        while (left_ns := end_ns - self._clock.monotonic_ns()) > 0:
            try:
                played = self._played.get(timeout=left_ns / NS)
            except Empty:
                return False
            if (played.kind, played.due_ns) == (cue.kind, cue.due_ns):
                return True
        return False
