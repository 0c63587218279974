"""Single LEDs on pins: a traffic light of three, and a row that shows a bar or a strip."""

from typing import Any

from controller.cues import DARK, CueKind
from controller.devices.pins import output_pin
from controller.hardware_tables import LightsTable

TRAFFIC = {-1.0: "more", 0.0: "inside", 1.0: "less"}
WIDEST = {CueKind.BAR: 1.0, CueKind.STRIP: 3.0}  # the value at the row's end


class GpioLamp:
    """A lamp of `LampPlayer`; its thread is the only one that touches the pins."""

    def __init__(self, table: LightsTable, factory: Any) -> None:
        self._table = table
        self._pins = {gpio: output_pin(factory, gpio, on=table.active_low) for gpio in table.gpios()}

    def show(self, kind: CueKind, value: float) -> None:
        """Show this value from now on; other kinds stay as they are."""
        mine = self._table.traffic() if kind is CueKind.LIGHT else self._table.row
        lit = lit_gpio(self._table, kind, value)
        for gpio in mine:
            self._pins[gpio].state = int((gpio == lit) != self._table.active_low)

    def close(self) -> None:
        """Dark, and the pins given back."""
        for pin in self._pins.values():
            pin.state = int(self._table.active_low)
            pin.close()
        self._pins.clear()


def lit_gpio(table: LightsTable, kind: CueKind, value: float) -> int | None:
    """The one LED that is lit; None where it is dark, or this kind has no LEDs here."""
    if value == DARK:
        return None
    if kind is CueKind.LIGHT:
        gpio: int | None = getattr(table, TRAFFIC[value])
        return gpio
    if not table.row:
        return None
    share = min(max(value / WIDEST[kind], -1.0), 1.0)
    return table.row[round((share + 1) / 2 * (len(table.row) - 1))]
