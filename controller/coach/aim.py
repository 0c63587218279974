"""What the runner is led towards now: targets, baselines and the way between them."""

from controller.coach.baseline import added, at_speed
from controller.coach.goals import Ramp, resolve
from controller.effects import Goals
from controller.prescription import Baseline, Targets


class Aim:
    """Owner of the targets, the baselines and the ramp."""

    def __init__(self, targets: Targets, baselines: tuple[Baseline, ...]) -> None:
        self.targets = targets
        self.baselines = baselines
        self._ramp = Ramp()
        self._last: tuple[tuple[object, ...], Goals] | None = None
        self._lead()

    def goals(self, speed_mps: float | None, *, quiet: bool, impact_trusted: bool) -> Goals:
        """What the targets mean at this speed; worked out anew only when something has changed."""
        known = (speed_mps, quiet, impact_trusted, self._ramp.value, self.targets, self.baselines)
        if self._last is None or self._last[0] != known:
            baseline = at_speed(self.baselines, speed_mps)
            goals = resolve(self.targets, baseline, self._ramp, impact_trusted=impact_trusted, quiet=quiet)
            self._last = (known, goals)
        return self._last[1]

    def set_targets(self, targets: Targets, was: Goals) -> None:
        """Other targets; the ramp goes on from where the runner was led so far."""
        self.targets = targets
        self._lead(was)

    def add_baseline(self, baseline: Baseline) -> None:
        """One more speed is known; the way begins anew from the runner's own running."""
        self.baselines = added(self.baselines, baseline)
        self._lead()

    def _lead(self, was: Goals | None = None) -> None:
        targets, led = self.targets, was.cadence_spm if was else None
        ramp = Ramp()
        if targets.cadence_factor is not None:
            share = led / was.baseline.cadence_spm if was and led and was.baseline else 1.0
            ramp.aim(targets.cadence_factor, share if targets.stage_s else None)
        else:
            own = self.baselines[0].cadence_spm if self.baselines else None
            ramp.aim(targets.cadence_spm, (led or own) if targets.stage_s else None)
        self._ramp = ramp

    def pass_time(self, now_ns: int, *, active: bool) -> bool:
        """Time passes, with feedback or without; True when the next stage has begun."""
        return self._ramp.pass_time(now_ns, self.targets.stage_s, active=active)

    def caught_up(self, cadence_spm: float, baseline: Baseline | None) -> None:
        """The ramp begins where the runner is."""
        if self.targets.cadence_spm is not None:
            self._ramp.caught_up(cadence_spm)
        elif baseline is not None:
            self._ramp.caught_up(cadence_spm / baseline.cadence_spm)
