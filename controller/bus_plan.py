"""The buses of the sensors: who is on which, at what clock, and whether it can carry them all."""

from collections.abc import Sequence
from pathlib import Path

from controller.checked import BadInputError
from controller.chips.catalogue import chip_of
from controller.chips.chip import Chip, Wires, checked_address, needed_hz
from controller.hardware_tables import SensorTable

ADAPTERS = Path("/sys/bus/i2c/devices")


def chip_on(table: SensorTable) -> Chip:
    """The chip on its wires. BadInputError for one without a driver, or with an address it can't have."""
    if table.address is None:
        return chip_of(table.chip, Wires.SPI)
    chip = chip_of(table.chip, Wires.I2C)
    checked_address(chip, table.address)
    return chip


def clock_hz(table: SensorTable, chip: Chip) -> int:
    """What its bus has for it. I2C has one clock for all, set at power-on: what the kernel says counts."""
    if table.i2c is None:
        return min(table.spi_hz, chip.spi_hz)
    hz = running_hz(table.i2c) or table.i2c_hz
    if hz > chip.i2c_hz:
        raise BadInputError(
            f"{table.name}: the {chip.name} follows I2C up to {chip.i2c_hz / 1000:g} kHz, and I2C "
            f"{table.i2c} has {hz / 1000:g} kHz. Slow it down, or take SPI."
        )
    return hz


def running_hz(number: int) -> int | None:
    """The clock of an I2C bus as the device tree has it: config.txt's; None where nobody says."""
    try:
        said = (ADAPTERS / f"i2c-{number}" / "of_node" / "clock-frequency").read_bytes()
    except OSError:
        return None
    return int.from_bytes(said, "big") or None


def clock_notes(tables: Sequence[SensorTable]) -> list[str]:
    """Where station.toml believes in another clock than the bus has."""
    said = []
    for number, hz in sorted({(table.i2c, table.i2c_hz) for table in tables if table.i2c is not None}):
        running = running_hz(number)
        if running not in (None, hz):
            said.append(
                f"I2C {number} runs at {running / 1000:g} kHz, and station.toml says {hz / 1000:g} kHz. "
                f"Write dtparam=i2c_arm_baudrate={hz} into config.txt and restart, or i2c_hz = {running} "
                "into station.toml."
            )
    return said


def check_buses(tables: Sequence[SensorTable]) -> None:
    """BadInputError where two sensors are at one place, or those of a bus need more than it has."""
    buses: dict[str, list[SensorTable]] = {}
    places: dict[tuple[str, object], str] = {}
    for table in (one for one in tables if not one.port):
        bus = f"SPI {table.spi[0]}" if table.spi else f"I2C {table.i2c}"
        place = bus, table.spi or table.address
        if place in places:
            raise BadInputError(_twice(places[place], table, bus))
        places[place] = table.name
        buses.setdefault(bus, []).append(table)
    for bus, shared in buses.items():
        _check_sum(bus, shared)


def _twice(other: str, table: SensorTable, bus: str) -> str:
    if table.address is None:
        return f"{other} and {table.name} are both on chip select {table.spi} of SPI: give each its own."
    return (
        f"{other} and {table.name} are both at address {table.address:#04x} of {bus}: tie the pin SDO (SA0) "
        "of one of them the other way, and give it the other address."
    )


def _check_sum(bus: str, tables: list[SensorTable]) -> None:
    chips = [chip_on(table) for table in tables]
    needs = [needed_hz(chip, table.sample_rate_hz) for chip, table in zip(chips, tables, strict=True)]
    has_hz = min(clock_hz(table, chip) for chip, table in zip(chips, tables, strict=True))
    if sum(needs) > has_hz:
        each = ", ".join(f"{table.name} {hz / 1000:.0f}" for table, hz in zip(tables, needs, strict=True))
        raise BadInputError(
            f"The sensors on {bus} need {sum(needs) / 1000:.0f} kHz together ({each}), and it has "
            f"{has_hz / 1000:.0f} kHz. Take lower rates, a faster bus, or a bus for each."
        )
