"""A part's own station: opened alone, listened to as the controller does, and given back."""

from collections.abc import Iterator, Sequence
from queue import Empty, SimpleQueue
from typing import Self

from controller.assembly import Station, assemble
from controller.clock import Clock
from controller.config import Config, SoundTable
from controller.devices.ports import Report, Source
from controller.items import Item
from controller.loop import Inbox, Reader
from controller.messages import PartState

NS = 1_000_000_000
WAIT_S = 0.1


def alone(config: Config, *tables: str) -> Config:
    """The station with these tables only, so that a part that can't be opened hides no other."""
    kept = {name: getattr(config, name) for name in ("station", "pins", *tables)}
    return Config(**{"sound": SoundTable(enabled=False), **kept})


def opened(config: Config, clock: Clock, report: Report = lambda _: None) -> Station:
    """Its station. BadInputError, in words, where that can't be."""
    return assemble(config, clock, report, lambda _: None)  # what is wrong is asked of its parts


class Watched:
    """A source whose trouble is remembered in its driver's own words."""

    def __init__(self, source: Source) -> None:
        self.name = source.name
        self.trouble: OSError | None = None
        self._source = source

    def read(self) -> Sequence[Item]:
        """As the source; OSError as it."""
        try:
            return self._source.read()
        except OSError as problem:
            self.trouble = problem
            raise

    def close(self) -> None:
        """Give the source back."""
        self._source.close()


class Listening:
    """Every source of a station on its reader thread, as in the controller; `with` gives all of it back."""

    def __init__(self, station: Station, clock: Clock) -> None:
        self._station = station
        self._clock = clock
        self._inbox: Inbox = SimpleQueue()
        self._watched = [Watched(source) for source in station.sources]
        self._readers = [Reader(source, self._inbox, lambda _: None) for source in self._watched]

    def __enter__(self) -> Self:
        for reader in self._readers:
            reader.start()
        return self

    def __exit__(self, *_: object) -> None:
        for reader in self._readers:
            reader.close()
        give_back(self._station)

    def until(self, end_ns: int) -> Iterator[Item]:
        """What comes up to then."""
        while (left_ns := end_ns - self._clock.monotonic_ns()) > 0:
            try:
                yield self._inbox.get(timeout=min(WAIT_S, left_ns / NS))
            except Empty:
                continue

    def trouble(self, name: str) -> OSError | None:
        """What went wrong last with the source of this name, or with the one that stands for all of them."""
        found = [one for one in self._watched if one.name == name] or self._watched[:1]
        return found[0].trouble if found else None


def troubles(station: Station) -> list[PartState]:
    """Its switches, lights and buzzer that say that something is wrong."""
    return [part for owner in station.parts for part in owner.parts if part.trouble]


def give_back(station: Station) -> None:
    """Everything but the sources, which their readers give back."""
    for prop in station.belts.props:
        prop.close()
    for player in station.players:
        player.close()
