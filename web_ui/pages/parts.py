"""PURE: inputs and outputs on the pins and buses, in words: step switches, button, lights, buzzer."""

from controller.effects import Live, PulseReport
from controller.messages import Health, PartState
from web_ui.pages.words import age, plain

BUZZER = "buzzer"
NO_STEP_S = 2.0  # controller/vitals.py: after this nobody knows who is silent, the runner or the switch


def no_step(live: Live) -> str:
    """What is known where only step switches tell of steps and tell of none; empty otherwise."""
    if live.sensors or not live.pulses:
        return ""
    ages = [part.age_s for part in live.pulses if part.age_s is not None]
    if not ages:
        return "No step yet"
    return f"No step for {age(min(ages))}" if min(ages) > NO_STEP_S else ""


def counted(live: Live) -> list[str]:
    """3 sensors, 2 step switches."""
    found = []
    if live.sensors or not live.pulses:
        found.append(f"{len(live.sensors)} sensor{'s' if len(live.sensors) != 1 else ''}")
    if live.pulses:
        found.append(f"{len(live.pulses)} step switch{'es' if len(live.pulses) != 1 else ''}")
    return found


def troubled(health: Health | None) -> PartState | None:
    """The first of them that has a fault."""
    return next((part for part in health.parts if part.trouble), None) if health is not None else None


def beeps(health: Health) -> bool:
    """There is a buzzer that can be heard."""
    return any(part.name == BUZZER and not part.trouble for part in health.parts)


def rows(live: Live, health: Health) -> list[tuple[str, str, str]]:
    """What, level and sentence: the step switches with their steps, then everything else."""
    states = {part.name: part for part in health.parts}
    found = []
    for pulse in live.pulses:
        state = states.pop(f"steps, {plain(pulse.name)}", None)
        found.append(_steps(pulse, state))
    return [*found, *(_part(part) for part in states.values())]


def _steps(pulse: PulseReport, state: PartState | None) -> tuple[str, str, str]:
    name = f"Steps, {plain(pulse.name)}"
    if state is not None and state.trouble:
        return _part(state)
    wired = "" if state is None else f" {state.state}."
    if pulse.age_s is None:
        return name, "note", f"No step felt yet: nobody has stepped, or it is silent.{wired}"
    told = f"{pulse.steps} steps, the last {age(pulse.age_s)} ago"
    if pulse.age_s <= NO_STEP_S:
        return name, "ok", f"{told}.{wired}"
    return name, "note", f"{told}: the runner stands, or it is silent.{wired}"


def _part(part: PartState) -> tuple[str, str, str]:
    name = f"{part.name[0].upper()}{part.name[1:]}"
    if not part.trouble:
        return name, "ok", f"{part.state}."
    return name, "caution", f"{part.trouble[0].upper()}{part.trouble[1:]}. {part.state}."
