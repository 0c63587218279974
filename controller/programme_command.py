"""The command `treadcoach programme`: presets and programme files, listed, drawn, checked, exported."""

from pathlib import Path

from controller.checked import BadInputError
from controller.coach.outline import outline
from controller.coach.presets import PRESETS
from controller.coach.programme import Programme
from controller.programme_file import read_programme, write_programme

KMH = 3.6
SLOWEST_KMH, FASTEST_KMH = 2, 36
TYPICAL_MPS = 10 / KMH  # what a file's sessions in metres are tried at


def listed() -> int:
    """One line for each preset."""
    for name, preset in PRESETS.items():
        print(f"{name:12} {len(preset.sessions):2} sessions, {preset.per_week} a week: {preset.title}")
    return 0


def shown(name: str, speed_kmh: float | None) -> int:
    """A preset or a file, drawn."""
    if speed_kmh is not None and not SLOWEST_KMH <= speed_kmh <= FASTEST_KMH:
        raise BadInputError(
            f"--speed is {speed_kmh:g} km/h: it must be from {SLOWEST_KMH} to {FASTEST_KMH} km/h."
        )
    programme = read_programme(Path(name)) if name.endswith(".toml") else preset_of(name)
    print("\n".join(_lines(programme, None if speed_kmh is None else speed_kmh / KMH, name)))
    return 0


def proved(path: Path) -> int:
    """Whether a file can be read, and each of its sessions run."""
    programme = read_programme(path)
    _lines(programme, TYPICAL_MPS, path.name)
    print(f"{path.name}: {programme.name} version {programme.version}, {_sum(programme)}.")
    return 0


def exported(name: str, path: Path) -> int:
    """A preset as a file; never over another one."""
    programme = preset_of(name)
    if path.exists():
        raise BadInputError(f"{path} is already there: choose another name, or delete it first.")
    write_programme(path, programme)
    print(path)
    return 0


def preset_of(name: str) -> Programme:
    """By its name."""
    if name not in PRESETS:
        raise BadInputError(f"There is no preset {name!r}. There are: {', '.join(PRESETS)}.")
    return PRESETS[name]


def _lines(programme: Programme, speed_mps: float | None, source: str) -> list[str]:
    try:
        return outline(programme, speed_mps)
    except ValueError as problem:
        raise BadInputError(f"{source}: {problem}") from None


def _sum(programme: Programme) -> str:
    minutes = sum(session.minutes or 0 for session in programme.sessions)
    km = sum(session.distance_m or 0 for session in programme.sessions) / 1000
    parts = [f"{len(programme.sessions)} sessions"]
    parts += [f"{minutes:g} min"] if minutes else []
    parts += [f"{km:.1f} km"] if km else []
    return ", ".join(parts)
