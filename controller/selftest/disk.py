"""The disk in the self-test: whether sessions can be kept, and how many hours of them."""

import shutil

from controller.checked import BadInputError
from controller.config import Config
from controller.selftest.line import Figures, Line
from controller.sensor_assembly import setups

FREE_LEAST = 0.2
HOURS_LEAST = 50  # a month of a busy clinic's sessions
# Simulated sessions of a minute, two and three sensors, 1874 to 3542 samples a second: 9.2 kB a second and
# 4.0 bytes a sample (docs/latency.md); rounded up, because real noise packs worse.
SECOND_BYTES, SAMPLE_BYTES = 10_000, 5


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
    hours = usage.free / (3600 * bytes_a_second(config))
    text = (
        f"{folder} can be written; {free:.0%} of the disk is free, room for {hours:,.0f} hours of sessions."
    )
    well = free > FREE_LEAST and hours > HOURS_LEAST
    figures: Figures = {"free_percent": round(100 * free, 1), "hours": round(hours, 1)}
    return Line("recordings", "ok" if well else "look", text if well else f"{text} Make room.", figures)


def bytes_a_second(config: Config) -> float:
    """What a session of this station writes."""
    try:
        sensors = (
            setups(config).sensors if config.sensors or config.step_pulses else config.simulation.sensors
        )
    except BadInputError:  # said by the sensors' own part
        sensors = ()
    return SECOND_BYTES + SAMPLE_BYTES * sum(sensor.sample_rate_hz for sensor in sensors)
