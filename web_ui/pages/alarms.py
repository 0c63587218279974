"""PURE: the one line of health, and the rows of the health page.

Dark when well: one grey line with a tick. Amber is for what a person should act on, with what to do.
"""

import msgspec

from controller.effects import Live, ReadingState, SensorReport, SensorState, Silence
from controller.messages import Health, PortState
from web_ui.pages import parts, wishes
from web_ui.pages.words import age, listed, minutes, number, passed, plain

DISK_LOW_PERCENT = 20.0
WRITE_LATE_S = 2.0
LATE_MS = 50.0


class HealthLine(msgspec.Struct, frozen=True, kw_only=True):
    """Level (also the icon), what is the matter, what to do."""

    level: str  # ok | note | caution
    what: str
    todo: str


def worst(live: Live | None, health: Health | None, silent_s: float | None) -> HealthLine:
    """The worst thing, or that all is well."""
    if live is None:
        since = "" if silent_s is None else f" for {age(silent_s)}"
        return HealthLine(
            level="caution",
            what=f"The station has said nothing{since}.",
            todo="Numbers are hidden until it is back. It reconnects by itself; if not, restart the station.",
        )
    if Silence.PAIN in live.silences and Silence.NO_SESSION not in live.silences:
        todo = "Have the runner press the treadmill’s stop. The belt keeps running until then."
        return HealthLine(level="caution", what="Pain: the cues have ended.", todo=todo)
    lost = [sensor for sensor in live.sensors if sensor.state is SensorState.LOST]
    if lost:
        return _lost(lost, health)
    if live.mounts:
        others = f" And {len(live.mounts) - 1} more: see Health." if len(live.mounts) > 1 else ""
        return HealthLine(level="caution", what=live.mounts[0].what, todo=live.mounts[0].todo + others)
    if health is not None and health.recorder.trouble:
        return HealthLine(level="caution", what="Not recording.", todo=health.recorder.trouble)
    return _belt_line(live, health) or _part_line(health) or _notes(live, health) or _well(live, health)


def _belt_line(live: Live, health: Health | None) -> HealthLine | None:
    """What is wrong with the belt's speed."""
    troubles = [belt.trouble for belt in health.belts if belt.trouble] if health else []
    if live.belt_speed.state is ReadingState.MISSING and live.belt_speed.last is not None:
        what = f"Belt speed silent for {age(live.belt_speed.age_s)}."
        todo = f"{troubles[0]}." if troubles else "Check the cable at the treadmill."
        return HealthLine(level="caution", what=what, todo=todo)
    if live.speed_doubt is not None:
        return HealthLine(level="caution", what=live.speed_doubt.what, todo=live.speed_doubt.todo)
    if any(reading.value is not None for reading in live.speed_unconfirmed.values()):
        todo = "Hold it against the console once, on the page Station. Until then it is used for nothing."
        return HealthLine(level="caution", what="The belt’s speed is not confirmed.", todo=todo)
    if troubles and live.belt_speed.last is None:
        return HealthLine(level="caution", what="No speed from the belt.", todo=f"{troubles[0]}.")
    return None


def _part_line(health: Health | None) -> HealthLine | None:
    """What is wrong with a switch, a light or the buzzer."""
    part = parts.troubled(health)
    if part is None:
        return None
    trouble = f"{part.trouble[0].upper()}{part.trouble[1:]}."
    return HealthLine(level="caution", what=f"{part.name[0].upper()}{part.name[1:]}.", todo=trouble)


def _lost(lost: list[SensorReport], health: Health | None) -> HealthLine:
    names = listed([plain(sensor.name) for sensor in lost])
    ages = [sensor.age_s for sensor in lost if sensor.age_s is not None]
    since = f" silent for {age(max(ages))}" if ages else " not heard yet"
    leads = {lead.source: lead.trouble for lead in health.leads} if health else {}
    troubles = [leads.get(f"lead {sensor.name}", "") for sensor in lost]
    check = next((f"{text[0].upper()}{text[1:]}" for text in troubles if text), "Check straps and cables")
    todo = f"Cues are off. {check}; it reconnects by itself."
    return HealthLine(level="caution", what=f"{names.capitalize()}{since}.", todo=todo)


def _notes(live: Live, health: Health | None) -> HealthLine | None:
    session = live.session
    if session is not None and session.muted and session.muted_since_s is not None:
        since = f"Since {passed(session.muted_since_s)}. Measures and recording go on."
        what = "Muted at the handrail" if session.muted_at_handrail else "Muted by you"
        return HealthLine(level="note", what=what, todo=since)
    running = session is not None and not session.ended_reason
    if running and parts.no_step(live):
        todo = "The runner stands, or a step switch is silent: then check its cable. Cues wait for a step."
        return HealthLine(level="note", what=f"{parts.no_step(live)}.", todo=todo)
    if health is not None and not health.sound.playing:
        # A runner who is to hear something and can't is a reason to act; a practice runner hears anyway.
        cues = session.cues if session is not None and running else None
        silent = not health.simulated and not parts.beeps(health)
        unheard = cues is not None and (cues.click or cues.beep) and silent
        return HealthLine(level="caution" if unheard else "note", what="No sound", todo=health.sound.detail)
    return None


def _well(live: Live, health: Health | None) -> HealthLine:
    well = parts.counted(live)
    if live.belt_speed.state is ReadingState.LIVE:
        well.append("belt speed")
    if health is not None and health.sound.playing:
        well.append("sound")
    if health is not None and health.recorder.recording:
        well.append("recording")
    return HealthLine(level="ok", what="All well", todo=listed(well))


def rows(live: Live | None, health: Health | None) -> list[tuple[str, str, str]]:
    """What, level and sentence of every part of the station."""
    found: list[tuple[str, str, str]] = []
    if live is None:
        found.append(
            ("Controller", "caution", "No answer. It reconnects by itself; if not, restart the station.")
        )
    else:
        found += [_sensor(sensor) for sensor in live.sensors]
        found += [("Mount", "caution", f"{finding.what} {finding.todo}") for finding in live.mounts]
        found.append(_belt(live))
        found += [_port(port) for port in (*health.leads, *health.belts)] if health is not None else []
        found += parts.rows(live, health) if health is not None else []
    if health is not None and live is not None:
        found += [_sound(health), _recorder(health), _timing(health), *_cues(live), _process(health)]
        found += [("Permissions", "note", warning) for warning in health.warnings]
    return found


def _sensor(sensor: SensorReport) -> tuple[str, str, str]:
    name = f"Sensor {plain(sensor.name)}"
    if sensor.state is SensorState.WAITING:
        return name, "note", "Nothing heard yet."
    if sensor.state is SensorState.LOST:
        since = "never heard" if sensor.age_s is None else f"silent for {age(sensor.age_s)}"
        return name, "caution", f"{since.capitalize()}. Check its strap and cable; it reconnects by itself."
    told = [f"{number(sensor.rate_hz, 1)} samples/s", f"{sensor.clipped_percent:.2f} % clipped"]
    if sensor.overflows or sensor.errors:
        told.append(f"{sensor.overflows} overflows, {sensor.errors} read errors")
    return name, "ok", ", ".join(told)


def _belt(live: Live) -> tuple[str, str, str]:
    reading = live.belt_speed
    if reading.state is ReadingState.LIVE and reading.value is not None:
        text = f"{number(reading.value * 3.6, 1)} km/h, {wishes.SOURCES[live.speed_source]}"
        doubt = f". {live.speed_doubt.what} {live.speed_doubt.todo}" if live.speed_doubt else ""
        unverified = "" if live.speed_verified else ", unverified: its lines have no checksum"
        return "Belt", "caution" if doubt else "ok", f"{text}{unverified}{doubt}"
    if live.speed_unconfirmed:
        return "Belt", "caution", "Not confirmed: hold its speed against the console once, above."
    if reading.last is None:
        return "Belt", "note", "Absent: no treadmill is configured, or it has not spoken yet."
    return "Belt", "caution", f"Silent for {age(reading.age_s)}. Check the cable at the treadmill."


def _port(port: PortState) -> tuple[str, str, str]:
    """A treadmill, a belt sensor or a leg board: how far the talk has come; what came last, in trouble."""
    told = [f"{port.title}, {port.port}: {port.state}."]
    if port.trouble:
        told.append(f"{port.trouble[0].upper()}{port.trouble[1:]}.")
        told.append(f"Last bytes: {port.last_bytes}" if port.last_bytes else "No byte has come.")
    return plain(port.source).capitalize(), "caution" if port.trouble else "ok", " ".join(told)


def _sound(health: Health) -> tuple[str, str, str]:
    sound = health.sound
    if not sound.playing:
        return "Sound", "note", sound.detail
    cap = "" if sound.cap_dbfs is None else f", at most {number(sound.cap_dbfs)} dBFS"
    text = f"Playing on {sound.device}{cap}, {sound.underruns} drop-outs. {sound.detail}"
    return "Sound", "note" if sound.detail else "ok", text.strip()


def _recorder(health: Health) -> tuple[str, str, str]:
    recorder = health.recorder
    if recorder.trouble:
        return "Recording", "caution", recorder.trouble
    free = "" if recorder.free_percent is None else f" {number(recorder.free_percent)} % of the disk is free."
    if not recorder.recording:
        return "Recording", "ok", "Ready." + free
    late = recorder.last_write_age_s is not None and recorder.last_write_age_s > WRITE_LATE_S
    low = recorder.free_percent is not None and recorder.free_percent < DISK_LOW_PERCENT
    text = (
        f"{recorder.bytes_written / 1e6:.2f} MB written, the last {age(recorder.last_write_age_s)} ago.{free}"
    )
    return "Recording", "caution" if late or low else "ok", text


def _timing(health: Health) -> tuple[str, str, str]:
    lateness = health.lateness
    if lateness is None:
        return "Timing", "note", "Not measured yet."
    text = (
        f"The loop is {lateness.p50_us / 1e3:.2f} ms late at the median, {lateness.p99_us / 1e3:.1f} ms in "
        f"one of 100 turns, at most {lateness.max_us / 1e3:.1f} ms (last {lateness.ticks / 100:.0f} s)."
    )
    return "Timing", "caution" if lateness.p99_us / 1e3 > LATE_MS else "ok", text


def _cues(live: Live) -> list[tuple[str, str, str]]:
    """From step to cue, as this session measured it; and whether the guard had to hold one back."""
    found = []
    if live.cues_held_back:
        text = f"{live.cues_held_back} cues contradicted their step and were not played. Report this."
        found.append(("Cues", "caution", text))
    for spread in live.session.timings if live.session else ():
        shares = f"{spread.p50_ms:.1f} ms at the median, {spread.p95_ms:.1f} ms in one of 20"
        text = (
            f"{shares}, {spread.p99_ms:.1f} in one of 100, at most {spread.max_ms:.1f} ms ({spread.n} times)."
        )
        found.append((spread.name.capitalize(), "ok", text))
    return found


def _process(health: Health) -> tuple[str, str, str]:
    text = (
        f"Version {health.version}, up {minutes(health.uptime_s)} min, {health.clients} connected, "
        f"{health.clients_dropped} dropped, {health.reports_skipped} reports skipped."
    )
    return "Controller", "ok", text
