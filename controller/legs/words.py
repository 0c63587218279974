"""What can be wrong with a leg board and its lead, in words, with what to do."""

from controller.chips import faults
from controller.chips.chip import LONGEST_BATCH_S, Chip
from controller.items import SensorSetup
from controller.legs.frames import PROTOCOL, Fault, FaultCode, Hello

OVERFLOWED = "its FIFO has overflowed: the board was too slow, and samples are missing"
COPY = "copy this station's hardware/firmware/leg_board onto the board"


def disagreement(hello: Hello, setup: SensorSetup, chip: Chip) -> str:
    """Where the board is not what station.toml says; empty where it is."""
    if hello.protocol != PROTOCOL:
        spoken = f"protocol {hello.protocol}, and this station {PROTOCOL}"
        return f"its firmware {hello.firmware} speaks {spoken}: {COPY}"
    said = hello.chip, hello.rate_hz, hello.range_g
    wanted = chip.name, setup.sample_rate_hz, setup.range_g
    if said != wanted:
        return (
            f"the board has a {_chip(*said)}, and station.toml says {_chip(*wanted)}: change station.toml, "
            "or RATE_HZ and RANGE_G in the board's settings.py"
        )
    if abs(hello.scale_g - setup.scale_g_per_count) > 1e-3 * setup.scale_g_per_count:
        return f"a count is {hello.scale_g:g} g there and {setup.scale_g_per_count:g} g here: {COPY}"
    if hello.watermark > max(1, hello.rate_hz * LONGEST_BATCH_S):
        return f"it gathers {hello.watermark} samples, longer than 5 ms, which is too late for a cue: {COPY}"
    return ""


def _chip(name: str, rate_hz: float, range_g: float) -> str:
    return f"{name} at {rate_hz:g} Hz, ±{range_g:g} g"


def swapped(before: bytes, now: bytes) -> str:
    """Another board answers at this port."""
    return (
        f"another board ({now.hex()}) than before ({before.hex()}) is at this port: if leads were swapped, "
        "swap them back; otherwise it is taken as it is"
    )


def silence(heard_bytes: int, frames: int, *, known: bool) -> str:
    """For long no sample has come, and this many bytes and whole frames."""
    if not heard_bytes:
        return "nothing comes: check its plug, the board's supply and its two data wires"
    if not frames:
        return (
            f"{heard_bytes} bytes have come and no whole frame: is `baud` the board's, are A and B the right "
            "way round, is it a leg board?"
        )
    if not known:
        return "frames come, but the board doesn't say who it is: is this a leg board's firmware?"
    return "the board is there, but sends no samples that can be read"


def lossy(share: float) -> str:
    """So many of its frames are missing."""
    return (
        f"{100 * share:.0f} % of its frames are lost or damaged: check plugs and shield of its lead, and the "
        "120 Ω at the lead's end"
    )


def heard(hello: Hello, rate_error: float, crystal_ppm: float) -> str:
    """All is well, and this is the board."""
    way = f"{hello.baud} baud" if hello.baud else "USB"
    return (
        f"heard; board {hello.unique_id.hex()}, firmware {hello.firmware}, {way}; its {hello.chip} runs "
        f"{100 * rate_error:+.2f} % off its rate, its crystal {crystal_ppm:+.0f} ppm"
    )


def fault(told: Fault, setup: SensorSetup, chip: Chip, watermark: int) -> str:
    """The board runs, and its chip doesn't."""
    settings = {one.register: one for one in chip.settings(setup.sample_rate_hz, setup.range_g, watermark)}
    wanted = settings.get(told.register)
    what = f"fault {told.code}, which this station doesn't know"
    if told.code == FaultCode.STRANGER:
        what = faults.stranger(chip, told.found)
    elif told.code == FaultCode.UNSETTLED and wanted is not None:
        what = faults.unsettled(chip, wanted, told.found)
    elif told.code == FaultCode.IDLE:
        what = faults.idle(chip)
    elif told.code == FaultCode.DEAF:
        what = faults.deaf(chip)
    elif told.code == FaultCode.IMPOSSIBLE:
        what = faults.impossible(chip, told.found)
    return f"on its leg board: {what}"
