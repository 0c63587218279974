"""`treadcoach selftest`: what this station can do, in a line each; `--latency` listens to itself."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from controller.clock import SystemClock
from controller.config import Config
from controller.devices.sound.duplex import BLOCK_FRAMES, Heard, NoSoundError, listen
from controller.devices.sound.waveforms import RATE_HZ
from controller.selftest_belt import belt_and_pins

BLOCK_MS = 1000 * BLOCK_FRAMES / RATE_HZ
LAMP_MS = 0.1  # a pin is set by one system call (gpio character device, linux/gpio.h)
FREE_LEAST = 0.2
HOW_TO_WIRE = "To measure it, wire the line-out to a line-in or put a microphone before the loudspeaker."


class Line(NamedTuple):
    """One part: ok, look or bad; a sentence; figures in ms where there are any."""

    part: str
    level: str
    text: str
    figures: dict[str, float | int | str] | None = None


def selftest(config: Config, json_path: Path | None, *, latency: bool) -> int:
    """Print a line for each part; 0 unless one of them fails."""
    lines = []
    for line in _parts(config, latency=latency):
        print(f"{line.level:<5} {line.part}: {line.text}", flush=True)
        lines.append(line)
    if json_path is not None:
        json_path.write_text(json.dumps([line._asdict() for line in lines], indent=1) + "\n")
    return int(any(line.level == "bad" for line in lines))


def _parts(config: Config, *, latency: bool) -> Iterator[Line]:
    yield recordings(config)
    yield from permissions()
    for found in belt_and_pins(config, SystemClock()):
        yield Line(*found)
    if latency:
        yield sound(config, listen)
        yield light(None)


def recordings(config: Config) -> Line:
    """Whether sessions can be kept, and for how long."""
    folder = config.recordings_dir
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = folder / ".selftest"
        probe.write_bytes(b"x")
        probe.unlink()
        usage = shutil.disk_usage(folder)
    except OSError as problem:
        return Line(
            "recordings", "bad", f"{folder} can't be written: {problem.strerror}. Make room or mend it."
        )
    free = usage.free / usage.total
    text = f"{folder} can be written, {free:.0%} of the disk is free."
    return Line("recordings", "ok" if free > FREE_LEAST else "look", text)


def permissions() -> Iterator[Line]:
    """Whether this user may be on time."""
    from controller.realtime import permitted

    for part, problem in permitted().items():
        yield Line(part, "look" if problem else "ok", problem or "permitted.")


def sound(config: Config, hear: Callable[[str | None, float], Heard]) -> Line:
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
    figures: dict[str, float | int | str] = {
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


def light(measured_ms: float | None) -> Line:
    """From the command to the photodiode where one is wired."""
    if measured_ms is not None:
        figures: dict[str, float | int | str] = {"how": "measured", "latency_ms": measured_ms}
        return Line("light", "ok", f"{measured_ms:.2f} ms, measured.", figures)
    text = f"{LAMP_MS:.1f} ms, computed, not measured: no photodiode is wired."
    return Line("light", "ok", text, {"how": "computed", "latency_ms": LAMP_MS})
