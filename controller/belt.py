"""PURE: what is known of the belt: who says its speed, whether a person confirmed it, whether it can be true.

A treadmill and a belt sensor may both speak. The sensor measures, the treadmill's console reports: while the
sensor speaks it is believed, and the treadmill's word is held against it.
"""

import msgspec

from controller.effects import BeltDoubt, Reading, ReadingState
from controller.items import BeltSpeed, StationSetup
from controller.treadmills.events import MPS_PER

NS = 1_000_000_000
OLD_NS = NS
GONE_NS = 2 * NS
SENSOR = "belt sensor"
KMH = 3.6
MILES = MPS_PER["mph"] / MPS_PER["kmh"]
CONFIRMED_WITHIN = 0.05  # miles taken for kilometres are 61 % wrong, a console's rounding at 3 km/h 1.7 %
SLOWEST_CONFIRMED_MPS = 3 / KMH
APART_MPS, APART_SHARE = 0.5 / KMH, 0.05  # our own bound: beyond a console's rounding and a ramp's delay
STANDS_MPS = 0.2
DOUBTFUL_NS = 5 * NS  # so long in one piece; a runner astride a running belt, or a ramp, is none
# What no runner does. Our own bounds, wide of the data: walking 0.3 to 1.0 m, running 0.5 to 2.3 m (sprint).
STEPS_M = {"walking": (0.2, 1.2), "running": (0.4, 2.6)}


def aged(value: float | None, age_ns: int, old_ns: int, gone_ns: int) -> Reading:
    """A number by its age: live, held once older than `old_ns`, missing once older than `gone_ns`."""
    if value is None:
        return Reading()
    age_s = age_ns / NS
    if age_ns > gone_ns:
        return Reading(state=ReadingState.MISSING, last=value, age_s=age_s)
    state = ReadingState.HELD if age_ns > old_ns else ReadingState.LIVE
    return Reading(state=state, value=value, last=value, age_s=age_s)


class Belt:
    """Owner of what every source said last."""

    def __init__(self, setup: StationSetup) -> None:
        self._sources = frozenset(setup.belt_sources)
        self.unconfirmed = frozenset(setup.unconfirmed)
        self._said: dict[str, BeltSpeed] = {}
        self._believed: BeltSpeed | None = None
        self._doubted: dict[str, int] = {}  # what is wrong → since when

    def forget(self) -> None:
        """A session begins: nothing was said yet."""
        self._said.clear()
        self._doubted.clear()
        self._believed = None

    def heard(self, said: BeltSpeed) -> BeltSpeed | None:
        """Somebody said the belt's speed: what of it may be used."""
        self._said[said.source] = said
        if said.source in self.unconfirmed or (said.source != SENSOR and self._sensor_speaks(said.time_ns)):
            return None
        if said.incline_percent is None:
            said = msgspec.structs.replace(said, incline_percent=self._slope(said.time_ns))
        self._believed = said
        return said

    def doubt_all(self) -> None:
        """No source is believed until it is confirmed again."""
        self.unconfirmed = self._sources
        self._believed = None

    def _sensor_speaks(self, now_ns: int) -> bool:
        sensor = self._said.get(SENSOR)
        return sensor is not None and SENSOR not in self.unconfirmed and now_ns - sensor.time_ns <= OLD_NS

    def _slope(self, now_ns: int) -> float | None:
        """Of whoever knows it."""
        slopes = (
            said.incline_percent
            for said in self._said.values()
            if said.source not in self.unconfirmed and now_ns - said.time_ns <= GONE_NS
        )
        return next((slope for slope in slopes if slope is not None), None)

    @property
    def source(self) -> str:
        """Who said the speed that is believed; empty while nobody has."""
        return self._believed.source if self._believed else ""

    @property
    def verified(self) -> bool:
        """Not from a hobby board's plain lines."""
        return self._believed is None or self._believed.verified

    def speed(self, now_ns: int) -> Reading:
        """In m/s, by its age."""
        return self._reading(now_ns, self._believed.speed_mps if self._believed else None)

    def incline(self, now_ns: int) -> Reading:
        """In percent, by its age."""
        return self._reading(now_ns, self._believed.incline_percent if self._believed else None)

    def _reading(self, now_ns: int, value: float | None) -> Reading:
        return aged(value, now_ns - self._believed.time_ns if self._believed else 0, OLD_NS, GONE_NS)

    # --- confirmed once, against the console --------------------------------------------------------

    def asking(self, now_ns: int) -> dict[str, Reading]:
        """What unconfirmed sources say, in m/s: to be held against the console, never to be used."""
        said = {name: self._said.get(name) for name in sorted(self.unconfirmed)}
        return {
            name: Reading() if one is None else aged(one.speed_mps, now_ns - one.time_ns, OLD_NS, GONE_NS)
            for name, one in said.items()
        }

    def confirm(self, console_mps: float, now_ns: int) -> str | None:
        """The console shows this speed: every source that says the same is confirmed. A refusal in words."""
        if console_mps < SLOWEST_CONFIRMED_MPS:
            return "Run the belt at 3 km/h or more, with nobody on it: below that too many units look alike."
        for name in sorted(self.unconfirmed):
            said = self._said.get(name)
            if said is None or now_ns - said.time_ns > OLD_NS:
                return f"The {name} says nothing now: nothing was confirmed."
            if abs(said.speed_mps - console_mps) > CONFIRMED_WITHIN * console_mps:
                return _differs(name, said.speed_mps, console_mps)
        self.unconfirmed = frozenset()
        return None

    # --- whether it can be true ---------------------------------------------------------------------

    def doubt(self, now_ns: int, mode: str, cadence_spm: float | None) -> BeltDoubt | None:
        """What has been wrong for some seconds; to be asked at every report."""
        found = self._apart(now_ns) or self._against_the_feet(now_ns, mode, cadence_spm)
        if found is None:
            self._doubted.clear()
            return None
        self._doubted = {found.kind: self._doubted.get(found.kind, now_ns)}
        return found if now_ns - self._doubted[found.kind] >= DOUBTFUL_NS else None

    def _apart(self, now_ns: int) -> BeltDoubt | None:
        if not self._sensor_speaks(now_ns):
            return None
        measured = self._said[SENSOR].speed_mps
        for name, said in self._said.items():
            fresh = name != SENSOR and name not in self.unconfirmed and now_ns - said.time_ns <= OLD_NS
            if fresh and abs(said.speed_mps - measured) > max(APART_MPS, APART_SHARE * abs(measured)):
                return BeltDoubt(
                    kind="apart",
                    what=f"The {name} says {_kmh(said.speed_mps)}, the belt sensor {_kmh(measured)}.",
                    todo="The sensor's is used. Check its wheel and metres per pulse, or calibrate the belt.",
                )
        return None

    def _against_the_feet(self, now_ns: int, mode: str, cadence_spm: float | None) -> BeltDoubt | None:
        speed, bounds = self.speed(now_ns), STEPS_M.get(mode)
        if speed.state is not ReadingState.LIVE or speed.value is None or bounds is None:
            return None
        if abs(speed.value) < STANDS_MPS:
            return BeltDoubt(
                kind="stands",
                what=f"The {self.source} says that the belt stands, and the runner is {mode}.",
                todo="Check the sensor and its cable; measures that need the speed are wrong.",
            )
        if not cadence_spm:
            return None
        step_m = abs(speed.value) * 60 / cadence_spm
        if bounds[0] <= step_m <= bounds[1]:
            return None
        return BeltDoubt(
            kind="step length",
            what=f"{_kmh(speed.value)} would be steps of {step_m:.2f} m, {mode}.",
            todo="Hold the speed against the console: units or metres per pulse may be wrong.",
        )


def _kmh(speed_mps: float) -> str:
    return f"{speed_mps * KMH:.1f} km/h"


def _differs(name: str, said_mps: float, console_mps: float) -> str:
    text = f"The {name} says {_kmh(said_mps)}, the console {_kmh(console_mps)}: nothing was confirmed."
    share = abs(said_mps) / console_mps
    if abs(share - MILES) < 0.08 or abs(share - 1 / MILES) < 0.03:
        return f"{text} One of them counts miles: set the other units in station.toml."
    return f"{text} Check units, protocol and metres per pulse in station.toml."
