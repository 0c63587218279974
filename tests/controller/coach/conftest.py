"""Steps as the gait reports them, made by hand: what the coach is told, without any sensor."""

from typing import Any

import msgspec
import pytest

from controller.coach.coach import Coach, Conditions
from controller.items import Side, StartSession
from controller.prescription import Baseline, Block, CueModes, Targets
from controller.records import Step

NS = 10**9
OWN = Baseline(
    speed_mps=2.5, cadence_spm=166.0, peak_left_g=6.0, peak_right_g=6.4, vertical_oscillation_m=0.085
)


def step(at_s: float, side: Side = Side.LEFT, **changes: Any) -> Step:
    """A regular running step that is decided 0.4 s after its contact."""
    made = Step(
        side=side,
        initial_contact_ns=round((at_s - 0.4) * NS),
        decided_ns=round(at_s * NS),
        mode="running",
        irregular=False,
        unsure=False,
        gap=False,
        step_time_s=0.36,
        stride_time_s=0.72,
        cadence_spm=166.0,
        contact_time_s=0.26,
        flight_time_s=0.1,
        duty_factor=0.36,
        step_length_m=0.9,
        vertical_oscillation_m=0.085,
        vertical_oscillation_model_m=None,
        vertical_stiffness_kn_per_m=None,
        leg_stiffness_kn_per_m=None,
        peak_g=6.0,
        peak_axial_g=5.5,
        clipped=False,
        belt_speed_mps=2.5,
    )
    return msgspec.structs.replace(made, **changes)


def conditions(at_s: float, cadence_spm: float | None = 166.0, **changes: Any) -> Conditions:
    """All well: a sure run at 2.5 m/s."""
    well = Conditions(
        now_ns=round(at_s * NS),
        sensor_lost=False,
        sure=True,
        mode="running",
        cadence_spm=cadence_spm,
        belt_speed_mps=2.5,
        has_belt=True,
    )
    return well._replace(**changes)


def order(**changes: Any) -> StartSession:
    """+7.5 % at once, everything on."""
    made = StartSession(
        session_id="s-1",
        runner="R 1",
        targets=Targets(cadence_factor=1.075, impact_factor=0.8, bounce_factor=0.9, stage_s=0),
        blocks=(Block(duration_s=600),),
        cues=CueModes(tone=True, speech=True),
        baselines=(OWN,),
    )
    return msgspec.structs.replace(made, **changes)


class Kit:
    """What the tests of the coach build with."""

    step = staticmethod(step)
    conditions = staticmethod(conditions)
    order = staticmethod(order)
    own = OWN

    @staticmethod
    def coach(**changes: Any) -> Coach:
        return Coach(order(**changes), 0)


@pytest.fixture
def kit() -> type[Kit]:
    return Kit
