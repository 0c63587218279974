"""The whole simulated station as fast as the processor goes: world, session, and cues back to the world."""

import heapq
from collections.abc import Iterator

import msgspec

from controller.cues import CancelCues, Cue
from controller.effects import Effect
from controller.items import Command, EndSession, Item, Order, StartSession, Tick
from controller.session import Session
from controller.simulation.scene import Scene
from controller.simulation.world import World

TICK_NS = 10_000_000


class Heard:
    """Cues on their way to the runner: handed over when due, taken back when cancelled."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._due: list[tuple[int, int, Cue]] = []
        self._count = 0

    def take(self, effects: list[Effect]) -> None:
        """Cues and cancellations among `effects`."""
        for effect in effects:
            if isinstance(effect, Cue):
                self._count += 1
                heapq.heappush(self._due, (effect.due_ns, self._count, effect))
            elif isinstance(effect, CancelCues):
                self._due = [d for d in self._due if d[0] < effect.from_ns or d[2].kind not in effect.kinds]
                heapq.heapify(self._due)

    def play(self, now_ns: int) -> None:
        """Everything due by now reaches the runner."""
        while self._due and self._due[0][0] <= now_ns:
            self._world.hear(heapq.heappop(self._due)[2])


def simulate(
    scene: Scene,
    start: StartSession,
    duration_s: float,
    orders: dict[float, Order] | None = None,
    *,
    phase_aligned: bool = False,
) -> Iterator[tuple[Item, list[Effect]]]:
    """Items and effects of one session from its first to its last; `orders` come at seconds since start.

    The session starts at time 0 with the world, and ends after `duration_s` by an `EndSession`;
    `phase_aligned`: the clinic has switched that metronome on.
    """
    world = World(scene)
    session = Session(msgspec.structs.replace(world.setup, phase_aligned=phase_aligned))
    heard = Heard(world)
    waiting = sorted((round(at_s * 1e9), order) for at_s, order in (orders or {}).items())
    end_ns = round(duration_s * 1e9)

    def told(item: Item) -> tuple[Item, list[Effect]]:
        effects = session.receive(item)
        heard.take(effects)
        return item, effects

    yield told(Command(time_ns=0, request_id="start", order=start))
    for now_ns in range(TICK_NS, end_ns + 1, TICK_NS):
        heard.play(now_ns)
        for item in world.advance(now_ns):
            yield told(item)
        while waiting and waiting[0][0] <= now_ns:
            yield told(Command(time_ns=now_ns, request_id="order", order=waiting.pop(0)[1]))
        yield told(Tick(time_ns=now_ns, due_ns=now_ns))
    yield told(Command(time_ns=end_ns, request_id="end", order=EndSession()))
