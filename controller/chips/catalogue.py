"""Every chip that has a driver, by its name in station.toml."""

from controller.checked import BadInputError
from controller.chips.adxl345 import Adxl345
from controller.chips.chip import Chip, Wires
from controller.chips.lis3dh import Lis3dh
from controller.chips.lsm6dso32 import Lsm6dso32

CHIPS: dict[str, type[Chip]] = {chip.name.lower(): chip for chip in (Lsm6dso32, Adxl345, Lis3dh)}


def chip_of(name: str, wires: Wires) -> Chip:
    """The chip of that name on these wires. BadInputError for one without a driver."""
    if name.lower() not in CHIPS:
        raise BadInputError(f"There is no driver for {name!r}. There are: {', '.join(CHIPS)}.")
    return CHIPS[name.lower()](wires)
