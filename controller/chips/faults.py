"""What can be wrong between a chip and its reader, the station or a leg board: in words."""

from controller.chips.chip import Chip, Setting

KNOWN = {0x6C: "LSM6DSO or LSM6DSO32", 0xE5: "ADXL345", 0x33: "LIS3DH", 0x69: "LSM6DS3"}  # identities


def stranger(chip: Chip, found: int) -> str:
    """Another identity was read than the chip's."""
    if found in (0x00, 0xFF):
        what = "nobody answers: check its plug, its 3.3 V and ground, and chip select"
    elif found in KNOWN:
        what = f"this is another chip ({KNOWN[found]}, identity {found:#04x}): change station.toml"
    else:
        what = f"identity {found:#04x} is no chip we know: probably a bad contact"
    return f"{chip.name} expected: {what}"


def unsettled(chip: Chip, setting: Setting, found: int) -> str:
    """A register doesn't hold what was written."""
    return (
        f"the {chip.name}'s register {setting.register:#04x} was set to {setting.value:#04x} and says "
        f"{found:#04x}: a bad contact, or a lead that is too long"
    )


def idle(chip: Chip) -> str:
    """It was set, and stands."""
    return f"the {chip.name} takes no samples: check its plug, and that its 3.3 V hold"


def deaf(chip: Chip) -> str:
    """Samples come and no interrupt does."""
    return f"the {chip.name} takes samples, but its interrupt never comes: check that wire"


def impossible(chip: Chip, level: int) -> str:
    """More samples than its FIFO holds."""
    return f"the {chip.name}'s FIFO says {level} samples: a bad contact"
