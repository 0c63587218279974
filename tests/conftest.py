"""What all tests share: where the recordings are, and the rule that no skip goes unnoticed."""

import os
import tomllib
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

HERE = Path(__file__).parent
NO_SHARED = "the shared recordings are not beside this checkout"

settings.register_profile("here", deadline=None, database=None)
settings.register_profile("ci", deadline=None, database=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


def permitted_skips() -> list[str]:
    """The reasons for which a test may be skipped."""
    table = tomllib.loads((HERE / "permitted_skips.toml").read_text())
    return [entry["reason"] for entry in table["skip"]]


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder with real recordings, beside the checkout."""
    folder = HERE.parent.parent / "shared"
    if not (folder / "data" / "recordings").is_dir():
        pytest.skip(NO_SHARED)
    return folder


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A skip for a reason that is not permitted is a failure."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if not any(permitted in reason for permitted in permitted_skips()):
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid}: this skip is not in permitted_skips.toml: {reason}"
    return report
