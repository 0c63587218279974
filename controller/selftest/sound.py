"""The sound in the self-test: the loudspeaker is opened and played; with `--latency` it is listened to."""

from collections.abc import Callable

from controller.checked import BadInputError
from controller.clock import Clock
from controller.config import Config
from controller.cues import Cue, CueKind
from controller.devices.ports import Speaker
from controller.devices.sound.cards import loudspeakers
from controller.devices.sound.duplex import BLOCK_FRAMES, Heard, NoSoundError
from controller.devices.sound.waveforms import RATE_HZ
from controller.messages import SoundState
from controller.selftest.acting import Acting
from controller.selftest.line import Audience, Figures, Line
from controller.selftest.listening import NS, alone

OPEN_NS, LOOK_NS = 5 * NS, NS // 20
SOON_NS, EARCON_NS = NS // 2, NS // 2
TRIES = 3  # a sound server may hold a new stream up for a second, and what was due in it is dropped
BLOCK_MS = 1000 * BLOCK_FRAMES / RATE_HZ
LAMP_MS = 0.1  # a pin is set by one system call (gpio character device, linux/gpio.h)
HOW_TO_WIRE = "To measure it, wire the line-out to a line-in or put a microphone before the loudspeaker."


def loudspeaker(config: Config, audience: Audience) -> Line:
    """Opened by the player of a session, and two tones played through it."""
    if not config.sound.enabled:
        return Line("loudspeaker", "look", "Sound is switched off in station.toml.")
    audience.say("Listen: two rising tones.")
    try:
        with Acting(alone(config, "sound"), audience.clock) as acting:
            assert acting.station.speaker is not None
            state = _opened(acting.station.speaker, audience.clock)
            played = state.playing and any(_played(acting, audience.clock) for _ in range(TRIES))
    except BadInputError as problem:
        return Line("loudspeaker", "bad", str(problem))
    if not state.playing:
        return Line("loudspeaker", "bad", f"{state.detail} {_known(config, loudspeakers())}")
    if not played:
        text = (
            f"{state.device} was opened, but {TRIES} sounds did not begin in time: this machine or its sound "
        )
        return Line("loudspeaker", "look", f"{text}server stalls. End what else runs here, and try again.")
    return _heard(config, state, audience)


def _opened(speaker: Speaker, clock: Clock) -> SoundState:
    """Its word, once it has tried."""
    untried, end_ns = speaker.state(), clock.monotonic_ns() + OPEN_NS
    state = untried
    while not state.playing and state.detail == untried.detail and clock.monotonic_ns() < end_ns:
        clock.sleep_until_ns(clock.monotonic_ns() + LOOK_NS)
        state = speaker.state()
    return state


def _played(acting: Acting, clock: Clock) -> bool:
    """Whether it sounded, once it has sounded."""
    due_ns = clock.monotonic_ns() + SOON_NS
    played = acting.act(Cue(due_ns=due_ns, kind=CueKind.QUICKER, value=0.0))
    clock.sleep_until_ns(due_ns + EARCON_NS)
    return played


def _known(config: Config, names: list[str]) -> str:
    if not names:
        return (
            "This machine knows of no sound card: aplay -l must list one. Plug in a USB sound card, or "
            "switch the Pi's own on: dtparam=audio=on in config.txt."
        )
    wanted = f"[sound] device is {config.sound.device!r}; " if config.sound.device else "[sound] device: "
    return f"{wanted}this machine knows {', '.join(names)}."


def _heard(config: Config, state: SoundState, audience: Audience) -> Line:
    level = config.sound.calibrated or "not measured at the runner's ear yet (hardware/calibration.md)"
    text = f"{state.device} was opened and played; at most {config.sound.cap_dbfs:g} dBFS, {level}."
    if state.detail:
        text += f" {state.detail.strip()}"
    heard = audience.ask("Did you hear two tones?")
    if heard is None:
        return Line("loudspeaker", "look", f"{text} Did you hear two tones? Nobody was there to ask.")
    if heard:
        return Line("loudspeaker", "ok", f"{text} Heard.")
    return Line("loudspeaker", "bad", f"{text} Not heard: look at its knob, its plug and alsamixer.")


def latency(config: Config, hear: Callable[[str | None, float], Heard]) -> Line:
    """From the callback to the microphone where it is wired; else the device's own word, and said so."""
    if not config.sound.enabled:
        return Line("sound", "look", "Sound is switched off in station.toml; nothing was measured.")
    try:
        heard = hear(config.sound.device or None, config.sound.cap_dbfs)
    except NoSoundError as problem:
        return Line("sound", "bad", f"{problem.args[0]} Plug one in, or set [sound] device in station.toml.")
    found, word_ms = heard.loopback, 1000 * heard.device_s
    if found is None or not found.wired:
        count = "" if found is None else f"{len(found.delays_s)} of {found.played} clicks were heard. "
        computed = word_ms + BLOCK_MS
        text = (
            f"{computed:.1f} ms, computed, not measured: the device says {word_ms:.1f} ms, and a block of "
            f"{BLOCK_MS:.1f} ms comes before. {heard.detail or count} {HOW_TO_WIRE}".replace("  ", " ")
        )
        return Line("sound", "ok", text, {"how": "computed", "latency_ms": round(computed, 2)})
    figures: Figures = {
        "how": "measured",
        "latency_ms": round(found.median_ms, 2),
        "p95_ms": round(found.p95_ms, 2),
        "sd_ms": round(found.sd_ms, 3),
        "clicks": len(found.delays_s),
        "device_says_ms": round(word_ms, 2),
    }
    text = (
        f"{found.median_ms:.1f} ms from loudspeaker to microphone, measured on {len(found.delays_s)} clicks "
        f"of {found.played} (95 %: {found.p95_ms:.1f} ms, SD {found.sd_ms:.2f} ms); the device says "
        f"{word_ms:.1f} ms."
    )
    return Line("sound", "ok", text, figures)


def light_latency(measured_ms: float | None) -> Line:
    """From the command to the photodiode where one is wired."""
    if measured_ms is not None:
        figures: Figures = {"how": "measured", "latency_ms": measured_ms}
        return Line("light", "ok", f"{measured_ms:.2f} ms, measured.", figures)
    text = f"{LAMP_MS:.1f} ms, computed, not measured: no photodiode is wired."
    return Line("light", "ok", text, {"how": "computed", "latency_ms": LAMP_MS})
