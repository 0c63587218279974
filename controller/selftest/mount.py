"""How the sensors are worn, in the self-test: from standing alone, or from a short walk under instruction."""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from controller.checked import BadInputError
from controller.config import Config
from controller.effects import MountFault
from controller.gait.mount import MountCheck
from controller.items import Samples, Side, StationSetup
from controller.selftest.felt import NS, Felt
from controller.selftest.line import Audience, Line
from controller.selftest.listening import Listening, alone, opened
from controller.selftest.walk import WalkCheck
from controller.simulation.scene import Stretch

STAND_S, WALK_MOST_S, AGAIN_S = 5.0, 25.0, 5.0
STEPS, STEPS_LEAST = 20, 8  # the mount check judges swapped legs by twelve pushes
WALK_S = STAND_S + WALK_MOST_S + AGAIN_S
# A simulated runner does what a person is asked to, a little late.
DOES = (
    Stretch(duration_s=STAND_S + 0.7, belt_speed_mps=0),
    Stretch(duration_s=12, belt_speed_mps=1.3),
    Stretch(duration_s=1000, belt_speed_mps=0),
)
UP_G = 0.5  # along the axis that is declared up
BAD = (MountFault.UPSIDE_DOWN, MountFault.SWAPPED, MountFault.STUCK, MountFault.WRONG_RATE)


def mount_at_rest(setup: StationSetup, batches: Sequence[Samples]) -> Line:
    """Which way is up, where station.toml says which axis that is; the rest needs a walk."""
    check = MountCheck(setup)
    for batch in batches:
        check.samples(batch, "standing")
    down = [found for found in check.findings() if found.fault is MountFault.UPSIDE_DOWN]
    if down:
        return Line("mount", "bad", " ".join(f"{found.what} {found.todo}" for found in down))
    upright: list[str] = []
    lying: list[str] = []
    not_checked = ["left and right", "straps"]
    for sensor in setup.sensors:
        felt = Felt(sensor, [batch for batch in batches if batch.sensor == sensor.name])
        if sensor.up_axis is None:
            not_checked.append(f"which way up {sensor.name} is (no up_axis in station.toml)")
        elif felt.heard and felt.still:
            axis = sensor.axes.index(sensor.up_axis[-1])
            up_g = float(felt.mean_g[axis]) * (-1 if sensor.up_axis[0] == "-" else 1)
            (upright if up_g > UP_G else lying).append(sensor.name)
    text = f"The right way up: {', '.join(upright)}. " if upright else ""
    text += f"Lying, not worn: {', '.join(lying)}. " if lying else ""
    return Line("mount", "ok", f"{text}Not checked: {', '.join(not_checked)}; --walk does, on a person.")


def walk(config: Config, audience: Audience) -> Iterator[Line]:
    """Stand, walk, stand, as the screen says; then what was wrong."""
    obeying = msgspec.structs.replace(config.simulation, course=DOES)
    only = alone(msgspec.structs.replace(config, simulation=obeying), "sensors", "step_pulses", "simulation")
    try:
        station = opened(only, audience.clock)
    except BadInputError as problem:
        yield Line("mount", "bad", str(problem))
        return
    with Listening(station, audience.clock) as listening:
        check = _walked(WalkCheck(station.setup), listening, audience)
    yield from walk_lines(check)


def _walked(check: WalkCheck, listening: Listening, audience: Audience) -> WalkCheck:
    def hear(seconds: float, enough: Callable[[], bool] = lambda: False) -> None:
        for item in listening.until(audience.clock.monotonic_ns() + round(seconds * NS)):
            check.take(item)
            if enough():
                return

    audience.say(f"Put the sensors on. Stand still: {STAND_S:g} s.")
    hear(STAND_S)
    check.walk()
    audience.say(f"Now walk, LEFT foot first, {STEPS} steps: on the spot, or on a belt that starts slowly.")
    hear(WALK_MOST_S, lambda: check.steps >= STEPS)
    check.stand()
    audience.say(f"{check.steps} steps. Stand still again: {AGAIN_S:g} s.")
    hear(AGAIN_S)
    return check


def walk_lines(check: WalkCheck) -> Iterator[Line]:
    """What was wrong, or that nothing was."""
    silent = [sensor.name for sensor in check.setup.sensors if not check.heard(sensor)]
    if silent:
        yield Line("mount", "bad", f"{', '.join(silent)}: not heard all the time, so not judged.")
    found = check.findings()
    for one in found:
        yield Line("mount", "bad" if one.fault in BAD else "look", f"{one.what} {one.todo}")
    if check.steps < STEPS_LEAST:
        text = f"Only {check.steps} steps were found in {WALK_MOST_S:g} s, so little was judged. Do it again."
        yield Line("mount", "look", text)
    elif not found and not silent:
        yield Line("mount", "ok", _well(check), {"steps": check.steps})


def _well(check: WalkCheck) -> str:
    sensors, legs = check.setup.sensors, check.legs()
    if not sensors:
        return f"{check.steps} steps, from the switches alone: nothing else can be judged."
    said = [f"{check.steps} steps, felt by every sensor; none slipped"]
    if {Side.LEFT, Side.RIGHT} <= legs.keys():
        said.append("left and right are where they belong")
    declared = [sensor.name for sensor in sensors if sensor.up_axis is not None]
    if declared:
        said.append(f"the right way up: {', '.join(declared)}")
    text = f"{'; '.join(said)}."
    others = [sensor.name for sensor in sensors if sensor.up_axis is None]
    if others:
        text += f" Not checked: which way up {', '.join(others)} is (no up_axis in station.toml)."
    return text
