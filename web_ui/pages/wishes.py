"""PURE: what the clinician set, and what the station asks of them, in words."""

from controller.effects import Live, Reading, SessionReport, Silence
from controller.prescription import Targets
from controller.treadmills.events import MPS_PER
from web_ui.pages.words import MINUS, listed, minutes, number

KMH = 3.6
MILE = MPS_PER["mph"]
SOURCES = {
    "": "",
    "treadmill": "from the treadmill",
    "belt sensor": "from the belt sensor",
    "simulated": "from the treadmill",
    "typed": "typed, not measured",
}


def signed(percent: float) -> str:
    """+7.5 %, with a true minus."""
    return f"{'+' if percent >= 0 else MINUS}{abs(percent):.3g} %"


def wanted(targets: Targets) -> str:
    """The cadence target as it was set: 178, or +7.5 %."""
    if targets.cadence_factor is not None:
        return signed(100 * (targets.cadence_factor - 1))
    return number(targets.cadence_spm)


def band(session: SessionReport | None) -> str:
    """Beside the cadence target: where it comes from, and its band."""
    if session is None:
        return ""
    share = "" if session.targets.cadence_factor is None else f"{wanted(session.targets)}, "
    return f"{share}band ±{session.targets.band_percent:g} %"


def stage(session: SessionReport | None) -> str:
    """How far the way to a new target has come."""
    goals = session.goals if session else None
    if session is None or goals is None or goals.stage >= goals.stages:
        return ""
    return f"stage {goals.stage} of {goals.stages}, on to {wanted(session.targets)}"


def others(session: SessionReport | None) -> str:
    """The other targets, as limits in their units."""
    goals = session.goals if session else None
    if session is None or goals is None:
        return ""
    parts = []
    if session.targets.impact_factor is not None:
        left, right = number(goals.peak_left_g, 1), number(goals.peak_right_g, 1)
        parts.append(f"impact at most L {left} g, R {right} g")
    if session.targets.bounce_factor is not None:
        height_m = goals.vertical_oscillation_m
        parts.append(f"bounce at most {number(None if height_m is None else 100 * height_m, 1)} cm")
    if session.targets.contact_asymmetry_percent is not None:
        parts.append(f"contact within {session.targets.contact_asymmetry_percent:g} % left to right")
    return ", ".join(parts)


def source(live: Live | None) -> str:
    """Where the belt's speed comes from, and what is missing to believe it."""
    if live is None:
        return ""
    if live.speed_unconfirmed and not live.speed_source:
        return "not confirmed yet: see Station"
    words = SOURCES.get(live.speed_source, live.speed_source)
    return words if live.speed_verified else f"{words}, unverified"


def confirm_belt(live: Live | None) -> str:
    """The question whether the treadmill says what its console shows."""
    if live is None or not live.speed_unconfirmed:
        return ""
    said = listed([f"the {name} says {_both(reading)}" for name, reading in live.speed_unconfirmed.items()])
    return (
        f"{said[0].upper()}{said[1:]}. Is that what the console shows? Let the belt run at 3 km/h or more "
        "with nobody on it. Until it is confirmed, the speed is used for nothing."
    )


def _both(reading: Reading) -> str:
    """In the units a console may count."""
    if reading.value is None:
        return "nothing"
    return f"{number(reading.value * KMH, 1)} km/h ({number(reading.value / MILE, 1)} mph)"


def ask_speed(live: Live | None) -> str:
    """The question about the belt's speed, if there is one."""
    session = live.session if live else None
    if live is None or session is None or session.ended_reason:
        return ""
    if session.speed_doubted and session.typed_speed_mps is not None:
        return (
            f"Is the belt still at {number(session.typed_speed_mps * KMH, 1)} km/h? The steps have changed."
        )
    asked = (
        session.targets.needs_baseline
        and session.typed_speed_mps is None
        and live.belt_speed.last is None
        and not live.speed_unconfirmed
    )
    return "What speed does the treadmill show?" if asked else ""


def capture(live: Live | None) -> str:
    """The baseline being taken, or why one is wanted."""
    session = live.session if live else None
    if live is None or session is None or session.ended_reason:
        return ""
    if session.capture is not None:
        return session.capture.waiting or f"{minutes(session.capture.left_s)} left of the baseline’s minute."
    if Silence.NO_BASELINE in live.silences and live.mode == "running":
        return "No baseline at this speed: take one now."
    return ""


def pain(session: SessionReport | None) -> str:
    """The last score and what it means."""
    if session is None or session.pain is None:
        return ""
    means = {"ease off": ": slow the belt, or walk", "end": ": cues ended"}.get(session.pain_action, "")
    return f"{session.pain} of 10{means}"
