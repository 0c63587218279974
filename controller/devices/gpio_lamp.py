"""LEDs on pins: a traffic light of three or in one RGB LED, and a row that shows a bar or a strip.

The RGB LED has nothing but colour to say what it means. Its three colours lie along the line from blue to
yellow, which red-green blindness leaves alone (Viénot 1999; signal lights are a bluish green for the same
reason): blue for more, bluish green inside the band, amber for less. Whoever can't tell blue from yellow, one
in some ten thousand, needs three LEDs, the row or the strip, where the place says it.
"""

from contextlib import suppress
from typing import Any

from controller.cues import DARK, CueKind
from controller.devices.pins import PinError, output_pin
from controller.hardware_tables import LightsTable

TRAFFIC = {-1.0: "more", 0.0: "inside", 1.0: "less"}
RGB = {-1.0: (0, 0, 1), 0.0: (0, 1, 1), 1.0: (1, 1, 0)}  # red, green, blue
WIDEST = {CueKind.BAR: 1.0, CueKind.STRIP: 3.0}  # the value at the row's end


class GpioLamp:
    """A lamp of `LampPlayer`; its thread is the only one that touches the pins."""

    def __init__(self, table: LightsTable, factory: Any) -> None:
        self._table = table
        self._pins = {gpio: output_pin(factory, gpio, on=table.active_low) for gpio in table.gpios()}

    def show(self, kind: CueKind, value: float) -> None:
        """Show this value from now on; other kinds stay as they are. PinError where a pin refuses."""
        table = self._table
        mine = (*table.traffic(), *(table.rgb or ())) if kind is CueKind.LIGHT else table.row
        lit = lit_gpios(table, kind, value)
        for gpio in mine:
            try:
                self._pins[gpio].state = int((gpio in lit) != table.active_low)
            except Exception as problem:  # lgpio's own error is no more than an Exception
                raise PinError(f"GPIO {gpio} can't be set ({problem})") from problem

    def close(self) -> None:
        """Every pin dark that still obeys, and given back."""
        for pin in self._pins.values():
            with suppress(Exception):
                pin.state = int(self._table.active_low)
            with suppress(Exception):
                pin.close()
        self._pins.clear()


def kinds(table: LightsTable) -> frozenset[CueKind]:
    """What these LEDs can show."""
    traffic = {CueKind.LIGHT} if table.traffic() or table.rgb else set()
    return frozenset(traffic | (WIDEST.keys() if table.row else set()))


def lit_gpios(table: LightsTable, kind: CueKind, value: float) -> set[int]:
    """The pins of what is lit; none where it is dark, or this kind has no LEDs here."""
    if value == DARK:
        return set()
    if kind is CueKind.LIGHT and table.rgb is not None:
        return {gpio for gpio, on in zip(table.rgb, RGB[value], strict=True) if on}
    if kind is CueKind.LIGHT:
        gpio: int | None = getattr(table, TRAFFIC[value])
        return set() if gpio is None else {gpio}
    if not table.row:
        return set()
    share = min(max(value / WIDEST[kind], -1.0), 1.0)
    return {table.row[round((share + 1) / 2 * (len(table.row) - 1))]}
