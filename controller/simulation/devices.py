"""The simulated twins of the ports: one source that is all hardware, ears and eyes that are players."""

from collections.abc import Sequence
from queue import SimpleQueue

from controller.clock import Clock
from controller.cues import CancelCues, Cue, CueKind
from controller.devices.queues import taken
from controller.items import Item
from controller.messages import PartState
from controller.simulation.leads import LeadPty, LegSensor, SimulatedLead
from controller.simulation.offline import Heard
from controller.simulation.scene import Scene
from controller.simulation.world import World

LONGEST_WAIT_NS = 100_000_000
ASLEEP_NS = 1_000_000_000  # further behind than this, the machine slept: what was missed stays missing


class Senses:
    """Players that record what they were told and let the runner perceive it."""

    def __init__(self) -> None:
        self.told: SimpleQueue[Cue | CancelCues] = SimpleQueue()

    def play(self, cue: Cue) -> None:
        """The runner will perceive this when it is due."""
        self.told.put(cue)

    def cancel(self, cancel: CancelCues) -> None:
        """The runner will not perceive that."""
        self.told.put(cancel)

    def close(self) -> None:
        """Nothing to give back."""


class SimulatedLamp:
    """A lamp that remembers what it shows; the runner sees it through `Senses`."""

    def __init__(self) -> None:
        self.shown: dict[CueKind, float] = {}

    def show(self, kind: CueKind, value: float) -> None:
        """Show this value from now on."""
        self.shown[kind] = value

    def close(self) -> None:
        """Dark."""
        self.shown.clear()


class SimulatedHardware:
    """Every sensor and the belt as one source; its reader thread is the only owner of the world.

    With `leads` the runner is felt by leg boards instead of the scene's sensors, heard through their ports.
    """

    name = "simulated hardware"

    def __init__(
        self, scene: Scene, senses: Senses, clock: Clock, leads: Sequence[SimulatedLead] = ()
    ) -> None:
        self._clock = clock
        self._senses = senses
        origin_ns = clock.monotonic_ns()
        legs = [LegSensor(lead, origin_ns, scene.seed) for lead in leads]
        self._world = World(scene, origin_ns, legs)
        self._leads = [LeadPty(lead, leg, origin_ns) for lead, leg in zip(leads, legs, strict=True)]
        for lead in self._leads:
            lead.plug()  # the port is there before anybody looks for it
        self._heard = Heard(self._world)
        self.setup = self._world.setup

    def read(self) -> Sequence[Item]:
        """Wait for the next arrival, at most 100 ms, and return everything that has arrived."""
        now_ns = self._clock.monotonic_ns()
        if now_ns - self._world.next_ns() > ASLEEP_NS:
            self._world.skip_to(now_ns)
        next_ns = [self._world.next_ns(), *(lead.next_ns() for lead in self._leads)]
        self._clock.sleep_until_ns(min(*next_ns, now_ns + LONGEST_WAIT_NS))
        now_ns = self._clock.monotonic_ns()
        self._perceive(now_ns)
        items = self._world.advance(now_ns)
        for lead in self._leads:
            lead.turn(now_ns)
        return items

    @property
    def parts(self) -> tuple[PartState, ...]:
        """Its switches, for the health page."""
        return self._world.parts

    def _perceive(self, now_ns: int) -> None:
        self._heard.take([*taken(self._senses.told)])
        self._heard.play(now_ns)

    def close(self) -> None:
        """Pull the cables."""
        for lead in self._leads:
            lead.close()
