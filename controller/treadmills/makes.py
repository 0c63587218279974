"""Every make we can read, by name: how it is wired, what may be sent to it, who decodes it."""

from collections.abc import Callable
from typing import Literal

import msgspec

from controller.checked import BadInputError
from controller.treadmills import belt_sensor, bertec, biodex, bluetooth, csafe, gaitway, kettler, trackmaster
from controller.treadmills.events import Decoder, Units


class Settings(msgspec.Struct, frozen=True):
    """What no frame says and the installer does."""

    units: Units | None = None
    metres_per_pulse: float | None = None


class Make(msgspec.Struct, frozen=True):
    """One protocol. What is not in `probe`, `once` or `polls` never leaves the station."""

    title: str
    decoder: Callable[[Settings], Decoder]
    link: str
    probe: bytes | None = None  # harmless on every make we know; only its answer lets the rest follow
    once: tuple[bytes, ...] = ()
    polls: tuple[bytes, ...] = ()  # asked in turn, for ever
    reply_ns: int = 250_000_000  # the longest wait for an answer; below the 0.5 s of a host-supervised belt
    transport: Literal["serial", "tcp", "radio", "none"] = "serial"  # none: decoded, never connected
    baud: int | None = None  # of a serial line; None: only its own manual says
    dtr: bool = False  # raised while open: boards with USB of their own speak only then
    needs: tuple[str, ...] = ()  # the fields of Settings without which no speed comes

    @property
    def requests(self) -> tuple[bytes, ...]:
        """Every byte string that may ever be sent, each once."""
        every = [*([self.probe] if self.probe else []), *self.once, *self.polls]
        return tuple(dict.fromkeys(every))


def _family(title: str, dialect: trackmaster.Dialect, baud: int | None) -> Make:
    return Make(
        title=title,
        decoder=lambda settings: trackmaster.Decoder(settings.units, dialect),
        link=f"RS-232, {baud} 8N1" if baud else "RS-232, baud rate from its own manual",
        probe=trackmaster.PROBE,
        polls=trackmaster.POLLS,
        baud=baud,
        needs=("units",),
    )


MAKES = {
    "trackmaster": _family("Trackmaster, Full Vision, Tuff Tread", "trackmaster", 4800),
    "woodway": _family("Woodway, in its Trackmaster dialect", "woodway", 4800),
    "medisoft": _family("Medisoft 870-S", "medisoft", None),
    "csafe": Make(
        title="CSAFE: Life Fitness, Precor, Cybex, Matrix and others",
        decoder=lambda _: csafe.Decoder(),
        link="RS-232 on RJ45, 9600 8N1",
        probe=csafe.PROBE,
        once=(csafe.UNITS_QUESTION,),
        polls=csafe.POLLS,
        reply_ns=1_000_000_000,  # the specification's time-out
        baud=9600,
    ),
    "belt_sensor": Make(
        title="Our belt sensor on any treadmill, and hobby boards' plain lines",
        decoder=lambda settings: belt_sensor.Decoder(settings.metres_per_pulse),
        link="USB, 115200 8N1",
        baud=115200,
        dtr=True,
        needs=("metres_per_pulse",),
    ),
    "ftms": Make(
        title="Bluetooth Fitness Machine, Treadmill Data 0x2ACD",
        decoder=lambda settings: bluetooth.TreadmillData(settings.units),
        link="packets; the radio comes later",
        transport="radio",
    ),
    "rsc": Make(
        title="Bluetooth Running Speed and Cadence, 0x2A53",
        decoder=lambda _: bluetooth.RunningSpeed(),
        link="packets; the radio comes later",
        transport="radio",
    ),
    "kettler": Make(
        title="Kettler",
        decoder=lambda _: kettler.Decoder(),
        link="RS-232, 9600 8N1",
        probe=kettler.PROBE,
        polls=kettler.POLLS,
        reply_ns=1_000_000_000,  # the time-out of the public driver
        baud=9600,
    ),
    "bertec": Make(
        title="Bertec control panel",
        decoder=lambda _: bertec.Decoder(),
        link="TCP port 4000",
        transport="tcp",
    ),
    "gaitway": Make(
        title="h/p/cosmos gaitway-3D",
        decoder=lambda _: gaitway.Decoder(),
        link="TCP port 49500",
        transport="tcp",
    ),
    "biodex": Make(
        title="Biodex RTM: replies only, no number until its scale is sourced",
        decoder=lambda _: biodex.Decoder(),
        link="RS-232 or RS-422, baud rate in no source yet",
        transport="none",
    ),
}
FACTS_WANTED = {
    "coscom": "h/p/cosmos coscom v1 to v4: no frame bytes, baud rate or checksum in any source we may use",
    "woodway_standard": "Woodway's standard protocol: its command bytes stand in no source we have seen",
}


def key_of(name: str) -> str:
    """The protocol's own name, written with a dash or an underscore. BadInputError for others."""
    known = name.lower().replace("-", "_")
    if known in FACTS_WANTED:
        raise BadInputError(f"{name} can't be read yet. {FACTS_WANTED[known]}.")
    if known not in MAKES:
        raise BadInputError(f"There is no protocol {name!r}. There are: {', '.join(MAKES)}.")
    return known


def make_of(name: str) -> Make:
    """The make of that name."""
    return MAKES[key_of(name)]
