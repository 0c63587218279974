"""The belt in the self-test: each port is listened to, until it has said a speed."""

from collections.abc import Iterator

from controller.assembly import real
from controller.belt_assembly import assemble_belts, belt_confirmation
from controller.checked import BadInputError
from controller.clock import Clock
from controller.config import Config
from controller.devices.belt_pulses import BeltPulses
from controller.devices.treadmill import TreadmillSource
from controller.items import BeltSpeed
from controller.selftest.line import Line
from controller.treadmills.link import LinkState

LISTEN_NS = 4_000_000_000  # a sensor at a standing belt needs 3.6 s at 0.25 m a pulse to say so
KMH = 3.6
SILENT = {
    LinkState.ASKING: "nobody answered. Is the treadmill on, is its port switched on in its service menu, "
    "are the two data wires the right way round?",
    LinkState.LISTENING: "nothing that can be read came. Is it switched on, is the protocol the right one?",
    LinkState.STRANGER: "somebody answers, but not this make: set the right protocol in station.toml "
    "(treadcoach belt list names them).",
    LinkState.READING: "it answers, but says no speed.",
    LinkState.CLOSED: "it could not be opened.",
}


def belt(config: Config, clock: Clock, listen_ns: int = LISTEN_NS) -> Iterator[Line]:
    """A line for each source of the belt's speed."""
    if config.belt is None and config.belt_sensor is None:
        simulated = config.simulation.has_belt and not real(config)
        who = "It is simulated." if simulated else "Its speed is typed by hand."
        yield Line("belt", "ok" if simulated else "look", f"No port is configured. {who}")
        return
    try:
        belts = assemble_belts(config, clock)
    except BadInputError as problem:
        yield Line("belt", "bad", str(problem))
        return
    confirmed = belt_confirmation(config).confirmed()
    try:
        for source in belts.sources:
            yield _heard(source, clock, listen_ns, confirmed=confirmed)
    finally:
        for part in (*belts.sources, *belts.props):
            part.close()


def _heard(source: TreadmillSource | BeltPulses, clock: Clock, listen_ns: int, *, confirmed: bool) -> Line:
    end_ns, trouble, states = clock.monotonic_ns() + listen_ns, "", {LinkState.CLOSED}
    while clock.monotonic_ns() < end_ns:
        try:
            said = [item for item in source.read() if isinstance(item, BeltSpeed)]
        except OSError as problem:
            return Line(source.name, "bad", f"{problem}.")
        if said:
            return _spoken(source.name, said[-1], confirmed=confirmed)
        trouble = source.state.trouble or trouble
        if isinstance(source, TreadmillSource):
            states.add(source.reader.link.state)
    if isinstance(source, BeltPulses):
        text = f"no pulse came ({source.state.state}). Turn the belt by hand; look at sensor and magnet."
        return Line(source.name, "look", text)
    worst = LinkState.STRANGER if LinkState.STRANGER in states else source.reader.link.state
    last = f" Last bytes: {source.state.last_bytes}" if source.state.last_bytes else ""
    return Line(source.name, "bad", f"{SILENT[worst]}{f' {trouble}.' if trouble else ''}{last}")


def _spoken(name: str, said: BeltSpeed, *, confirmed: bool) -> Line:
    text = f"{said.speed_mps * KMH:.1f} km/h"
    if not said.verified:
        text += ", unverified: its lines have no checksum"
    if confirmed:
        return Line(name, "ok", f"{text}.")
    todo = "Nobody has held it against the console yet: page Station."
    return Line(name, "look", f"{text}. {todo}")
