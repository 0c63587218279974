"""The speed was held against the console: kept over restarts, while station.toml says the same of it."""

import os
from datetime import datetime
from pathlib import Path

import msgspec

from controller.hardware_tables import BeltSensorTable, BeltTable

Tables = tuple[BeltTable | BeltSensorTable | None, ...]


class Kept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file: when, at what speed, and what the configuration was."""

    wall_time: str
    console_mps: float
    tables: list[dict[str, str | int | float | None] | None]


class BeltConfirmation:
    """Owner of one small file; losing it means confirming once more."""

    def __init__(self, path: Path, tables: Tables) -> None:
        self._path = path
        self._tables = [None if table is None else msgspec.to_builtins(table) for table in tables]

    def confirmed(self) -> bool:
        """Somebody confirmed this very configuration."""
        try:
            kept = msgspec.json.decode(self._path.read_bytes(), type=Kept)
        except (OSError, msgspec.DecodeError):
            return False
        return kept.tables == self._tables

    def keep(self, console_mps: float | None, wall_time: datetime) -> None:
        """From now on it is, or with None isn't. Renamed into place, not synced: the caller can't wait."""
        if console_mps is None:
            self._path.unlink(missing_ok=True)
            return
        kept = Kept(wall_time.isoformat(timespec="seconds"), console_mps, self._tables)
        fresh = self._path.with_suffix(".new")
        fresh.write_bytes(msgspec.json.format(msgspec.json.encode(kept)) + b"\n")
        os.replace(fresh, self._path)
