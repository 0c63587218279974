"""From today's cadence and targets to a piece of advice."""

from controller.effects import Advice
from controller.items import Targets


def advise(cadence_spm: float, targets: Targets) -> Advice:
    """Quicker below the band, slower above it; inside it nothing needs to be said."""
    if cadence_spm < targets.cadence_low_spm:
        return Advice.QUICKER
    if cadence_spm > targets.cadence_high_spm:
        return Advice.SLOWER
    return Advice.IN_BAND
