"""What is known to be true of a recording folder: truth.csv and what recording.json says of the runner."""

import csv
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from controller.checked import BadInputError, checked
from controller.items import Side


class TrueContact(NamedTuple):
    """One stance: seconds of recording time; toe-off None where it is not known."""

    contact_s: float
    toe_off_s: float | None
    side: Side


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What recording.json may say beside its sensors; everything else in it is ignored."""

    person: str | None = None
    condition: str | None = None
    true_vertical_oscillation_mm: float | None = None
    true_contact_asymmetry_percent: float | None = None


class Truth(NamedTuple):
    """Contacts of one recording in order of time, and what else is known."""

    contacts: list[TrueContact]
    known: Known

    def of(self, sides: set[Side]) -> list[TrueContact]:
        """The contacts that sensors on these sides can feel; a contact of no known side is anybody's."""
        if Side.BOTH in sides:
            return self.contacts
        return [c for c in self.contacts if c.side in sides or c.side is Side.UNKNOWN]


def read_truth(folder: Path, recording: Any) -> Truth:
    """Raise BadInputError with file and line; without truth.csv there are no contacts."""
    known = checked(recording, Known, f"{folder.name}/recording.json")
    path = folder / "truth.csv"
    if not path.is_file():
        return Truth([], known)
    with open(path, newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    contacts = [c for n, row in enumerate(rows, start=2) if (c := _contact(row, path.name, n)) is not None]
    return Truth(sorted(contacts), known)


def _contact(row: dict[str, str], file: str, line: int) -> TrueContact | None:
    contact, toe_off, side = (
        (row.get(column) or "").strip() for column in ("initial_contact_s", "toe_off_s", "side")
    )
    try:
        contact_s = float(contact) if contact else None
        toe_off_s = float(toe_off) if toe_off else None
        foot = Side(side) if side else Side.UNKNOWN
    except ValueError as problem:
        raise BadInputError(f"{file}, line {line}: {problem}.") from None
    return None if contact_s is None else TrueContact(contact_s, toe_off_s, foot)
