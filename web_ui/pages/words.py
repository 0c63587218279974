"""PURE: numbers and times as the pages write them."""

from controller.effects import Reading, ReadingState

MISSING = "--"
MINUS = "−"


def number(value: float | None, decimals: int = 0) -> str:
    """With a true minus sign, "--" when missing, never "-0"."""
    if value is None:
        return MISSING
    text = f"{value:.{decimals}f}"
    if float(text) == 0:
        text = f"{0:.{decimals}f}"
    return text.replace("-", MINUS)


def minutes(seconds: float) -> str:
    """16:36, counting started seconds as whole ones, so that a countdown ends at 0:00 when it is over."""
    whole = max(0, -int(-seconds // 1))
    return f"{whole // 60}:{whole % 60:02d}"


def passed(seconds: float) -> str:
    """6:58, the seconds that are over."""
    whole = max(0, int(seconds))
    return f"{whole // 60}:{whole % 60:02d}"


def age(seconds: float | None) -> str:
    """0.8 s, 12 s, 3 min."""
    if seconds is None:
        return ""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min"


def remembered(reading: Reading, decimals: int = 0, scale: float = 1.0) -> str:
    """What stands beside a number that is not live: its age, or what it was last."""
    if reading.state is ReadingState.HELD:
        return f"{age(reading.age_s)} old"
    if reading.state is ReadingState.MISSING and reading.last is not None:
        return f"last was {number(reading.last * scale, decimals)}, {age(reading.age_s)} ago"
    return ""


def listed(names: list[str]) -> str:
    """Left shank, right shank and sacrum."""
    if len(names) < 2:
        return "".join(names)
    return ", ".join(names[:-1]) + " and " + names[-1]


def plain(name: str) -> str:
    """A sensor's name as people say it."""
    return name.replace("_", " ")
