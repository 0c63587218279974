"""The buzzer in the self-test: the two answers that a runner must tell apart."""

from collections.abc import Iterator

from controller.checked import BadInputError
from controller.config import Config
from controller.cues import Cue, CueKind
from controller.selftest.acting import Acting
from controller.selftest.line import Audience, Line
from controller.selftest.listening import NS, alone, troubles

APART_NS = NS


def buzzer(config: Config, audience: Audience) -> Iterator[Line]:
    """Two short beeps, then a long one, if there is a buzzer."""
    if config.buzzer is None:
        return
    audience.say("Listen to the buzzer: two short, one long.")
    try:
        with Acting(alone(config, "buzzer"), audience.clock) as acting:
            sounded = [_sounded(acting, kind, audience) for kind in (CueKind.QUICKER, CueKind.SLOWER)]
            why = [part.trouble for part in troubles(acting.station)]
    except BadInputError as problem:
        yield Line("buzzer", "bad", str(problem))
        return
    if not all(sounded):
        yield Line("buzzer", "bad", f"did not sound. {'; '.join(why)}. treadcoach pins draws its wires.")
        return
    text = f"GPIO {config.buzzer.gpio}: two short, one long."
    heard = audience.ask("Did you hear the buzzer?")
    if heard is None:
        yield Line("buzzer", "look", f"{text} Did you hear them? Nobody was there to ask.")
    elif heard:
        yield Line("buzzer", "ok", f"{text} Heard.")
    else:
        yield Line("buzzer", "bad", f"{text} Not heard: check its plus, its transistor and active_low.")


def _sounded(acting: Acting, kind: CueKind, audience: Audience) -> bool:
    due_ns = audience.clock.monotonic_ns()
    sounded = acting.act(Cue(due_ns=due_ns, kind=kind, value=0.0))
    audience.clock.sleep_until_ns(due_ns + APART_NS)
    return sounded
