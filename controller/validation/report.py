"""The accuracy table as text for people and as JSON for programs."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from controller import __version__
from controller.checked import BadInputError
from controller.validation.table import Row, rows
from controller.validation.trial import Trial, measure


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What `treadcoach validate --json` writes."""

    version: str
    rows: list[Row]
    trials: list[Trial]


def folders_under(root: Path) -> list[Path]:
    """Every recording folder under `root`, sorted; BadInputError when there is none."""
    found = sorted(path.parent for path in root.rglob("recording.json"))
    if not found:
        raise BadInputError(f"{root}: there is no recording folder (recording.json) in it.")
    return found


def validate(root: Path, *, progress: bool = False) -> Report:
    """Replay everything under `root` and compare it with its truth."""
    import sys

    folders = folders_under(root)
    trials: list[Trial] = []
    for number, folder in enumerate(folders, start=1):
        if progress:
            print(f"\r{number} of {len(folders)}: {folder.name:40}", end="", file=sys.stderr, flush=True)
        trials += measure(folder)
    if progress:
        print("\r" + " " * 60 + "\r", end="", file=sys.stderr)
    return Report(version=__version__, rows=rows(trials), trials=trials)


def text(report: Report) -> str:
    """Three tables: contacts, toe-off and sides, measures; "--" where nothing could be compared."""
    parts = [f"Treadcoach {report.version}. Errors are found minus true; ms unless a unit is given."]
    for title, columns in TABLES:
        lines = [["set", "condition", "sensors", *(head for head, _ in columns)]]
        for row in report.rows:
            cells = [_cell(row, names) for _, names in columns]
            if any(cell != "--" for cell in cells):
                lines.append([row.collection, row.condition, row.sensors, *cells])
        parts.append(title + "\n" + _aligned(lines))
    return "\n\n".join(parts) + "\n"


TABLES: Sequence[tuple[str, Sequence[tuple[str, str]]]] = (
    (
        "Initial contacts (scored after the first two of each foot)",
        (
            ("true", "contacts"),
            ("err@50", "errors_50"),
            ("F1@50", "f1_50"),
            ("err@20", "errors_20"),
            ("F1@20", "f1_20"),
            ("bias", "bias_ms"),
            ("median", "median_ms"),
            ("p95", "p95_ms"),
            ("limits", "limits_ms"),
            ("left-out med", "left_out_median_ms"),
            ("left-out p95", "left_out_p95_ms"),
            ("standing", "while_standing"),
        ),
    ),
    (
        "Decisions, sides, predictions",
        (
            ("decided after", "latency_median_ms"),
            ("at most", "latency_max_ms"),
            ("sides right", "sides_right"),
            ("of", "sides_told"),
            ("predicted med", "prediction_median_ms"),
            ("p95", "prediction_p95_ms"),
            ("cadence err spm", "cadence_mean_spm"),
            ("max spm", "cadence_max_spm"),
        ),
    ),
    (
        "Toe-off and measures",
        (
            ("F1@50", "toe_off_f1"),
            ("bias", "toe_off_bias_ms"),
            ("median", "toe_off_median_ms"),
            ("p95", "toe_off_p95_ms"),
            ("contact time bias", "contact_time_bias_ms"),
            ("asymmetry within 2 points %", "asymmetry_near_percent"),
            ("r", "asymmetry_r"),
            ("bounce p95 mm", "bounce_p95_mm"),
        ),
    ),
)


def _cell(row: Row, name: str) -> str:
    value = getattr(row, name)
    if value is None:
        return "--"
    if isinstance(value, tuple):
        return "..".join(f"{limit:.0f}" for limit in value)
    if isinstance(value, int):
        return str(value)
    return f"{value:.3f}" if "f1" in name or name.endswith("_r") else f"{value:.2f}".rstrip("0").rstrip(".")


def _aligned(lines: list[list[str]]) -> str:
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column < 3 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )
