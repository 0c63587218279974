"""The seeded set of simulated recordings with known truth: runs everywhere, the same everywhere."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from controller import __version__
from controller.items import BeltSpeed, Item, Placement, Samples, Side, StartSession, StationSetup, StepPulse
from controller.recording.folder import write_folder
from controller.recording.session_file import Header, SessionWriter
from controller.simulation.offline import simulate
from controller.simulation.scene import (
    DEFAULT_SENSORS,
    RunnerModel,
    Scene,
    SimulatedPulses,
    SimulatedSensor,
    Stretch,
)
from controller.simulation.world import World

Table = tuple[Sequence[str], Sequence[Sequence[object]]]
NS = 1_000_000_000
STAND = Stretch(duration_s=3, belt_speed_mps=0)
EPOCH = "2026-01-01T00:00:00+00:00"  # simulated sessions have no date


def _run(duration_s: float, belt_speed_mps: float = 2.5) -> Stretch:
    return Stretch(duration_s=duration_s, belt_speed_mps=belt_speed_mps)


def _pair(placement: Placement, rate_hz: float, range_g: float, **more: Any) -> tuple[SimulatedSensor, ...]:
    return tuple(
        SimulatedSensor(
            name=f"{side}_{placement}",
            placement=placement,
            side=side,
            sample_rate_hz=rate_hz,
            range_g=range_g,
            **more,
        )
        for side in (Side.LEFT, Side.RIGHT)
    )


def _footswitches() -> tuple[SimulatedPulses, ...]:
    return tuple(SimulatedPulses(name=f"{side}_switch", side=side) for side in (Side.LEFT, Side.RIGHT))


def scenes() -> dict[str, Scene]:
    """Name and scene of every recording in the set."""
    shanks, sacrum = DEFAULT_SENSORS[:2], DEFAULT_SENSORS[2:]
    return {
        "run-steady": Scene(seed=11, course=(_run(40),)),
        "run-fast": Scene(seed=12, course=(_run(30, 4.2),), runner=RunnerModel(cadence_spm=172)),
        "walk-run-walk": Scene(seed=13, course=(STAND, _run(15, 1.3), _run(25), _run(15, 1.3))),
        "stop-and-go": Scene(seed=14, course=(_run(15), STAND, _run(15), STAND, _run(15))),
        "stumble": Scene(seed=15, course=(_run(40),), stumbles_s=(14.0, 27.0)),
        "asymmetric": Scene(seed=16, course=(_run(40),), runner=RunnerModel(asymmetry_percent=8)),
        "turned": Scene(
            seed=17,
            course=(_run(30),),
            sensors=_pair(Placement.SHANK, 500, 32, turned_deg=(70.0, 150.0, -40.0)),
        ),
        "slow-clipping": Scene(seed=18, course=(_run(40),), sensors=_pair(Placement.SHANK, 143, 4)),
        "left-shank-1600": Scene(seed=19, course=(_run(30),), sensors=_pair(Placement.SHANK, 1600, 32)[:1]),
        "feet": Scene(
            seed=20, course=(STAND, _run(10, 1.2), _run(25)), sensors=_pair(Placement.FOOT, 417, 32)
        ),
        "sacrum": Scene(seed=21, course=(_run(40),), sensors=sacrum),
        "footswitches": Scene(
            seed=23, course=(STAND, _run(15, 1.3), _run(25)), sensors=(), step_pulses=_footswitches()
        ),
        "left-footswitch": Scene(
            seed=24, course=(_run(15, 1.3), _run(25)), sensors=(), step_pulses=_footswitches()[:1]
        ),
        "shanks-and-footswitches": Scene(
            seed=25, course=(_run(30),), sensors=shanks, step_pulses=_footswitches()
        ),
        "noisy": Scene(
            seed=22,
            course=(_run(30),),
            sensors=tuple(msgspec.structs.replace(s, noise_g=0.3) for s in shanks),
        ),
    }


def make_dataset(out: Path) -> Iterator[Path]:
    """Write every scene as a recording folder with truth; yields each folder as it is done."""
    for name, scene in scenes().items():
        _make_folder(out / name, scene)
        yield out / name


def _make_folder(path: Path, scene: Scene) -> None:
    world = World(scene)
    end_ns = round(sum(stretch.duration_s for stretch in scene.course) * NS)
    items = world.advance(end_ns)
    sensors, entries = {}, []
    for setup in world.setup.sensors:
        own = [item for item in items if isinstance(item, Samples) and item.sensor == setup.name]
        times_ns = np.concatenate([batch.times_ns for batch in own])
        counts = np.concatenate([batch.counts for batch in own])
        sensors[setup.name + ".csv"] = (setup.axes, times_ns, counts * setup.scale_g_per_count)
        entries.append(
            {
                "name": setup.name,
                "file": setup.name + ".csv",
                "placement": setup.placement,
                "side": setup.side,
                "sample_rate_hz": setup.sample_rate_hz,
                "range_g": setup.range_g,
            }
        )
    belt = [
        (f"{item.time_ns / NS:.3f}", item.speed_mps, item.incline_percent)
        for item in items
        if isinstance(item, BeltSpeed)
    ]
    truth = [
        (f"{s.contact_s:.6f}", f"{s.toe_off_s:.6f}", s.side) for s in world.truth if s.toe_off_s * NS < end_ns
    ]
    tables: dict[str, Table] = {
        "belt.csv": (("t_s", "belt_speed_mps", "incline_percent"), belt),
        "truth.csv": (("initial_contact_s", "toe_off_s", "side"), truth),
    }
    tables |= _pulse_tables(world.setup, items)
    parts = [{**msgspec.to_builtins(part), "file": f"{part.name}.csv"} for part in world.setup.pulses]
    recording = {
        "sensors": entries,
        "step_pulses": parts,
        "simulated": True,
        "belt_speed_mps": None,
        "incline_percent": 0.0,
    }
    write_folder(path, recording, sensors, tables)


def _pulse_tables(setup: StationSetup, items: list[Item]) -> dict[str, Table]:
    """The contacts of each part that pulses."""
    return {
        f"{part.name}.csv": (
            ("t_s", "decided_s"),
            [
                (f"{item.time_ns / NS:.9f}", f"{item.decided_ns / NS:.9f}")
                for item in items
                if isinstance(item, StepPulse) and item.sensor == part.name
            ],
        )
        for part in setup.pulses
    }


def make_session(path: Path, scene: Scene, start: StartSession, duration_s: float) -> None:
    """A whole simulated session as a session file, as a controller would have recorded it."""
    header = Header(
        session_id=start.session_id, setup=World(scene).setup, wall_time=EPOCH, version=__version__
    )
    with open(path, "wb") as stream:
        writer = SessionWriter(stream, header)
        for item, effects in simulate(scene, start, duration_s):
            writer.add(item, effects)
        writer.finish()
