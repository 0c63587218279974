"""The walls of the house: who may import whom, and how big a file may grow."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = sorted([*ROOT.glob("controller/**/*.py"), *ROOT.glob("web_ui/**/*.py")])
PURE = (
    "items", "prescription", "cues", "records", "effects", "messages", "session", "vitals", "belt", "checked",
    "switch",
)  # fmt: skip
PURE_FOLDERS = ("gait", "coach", "treadmills", "chips", "legs")
PURE_PAGES = ("view", "words", "alarms", "blocks", "cadence", "kiosk", "orders", "parts", "wishes")
VALUE_TOOLS = {
    "abc", "binascii", "bisect", "collections", "dataclasses", "datetime", "enum", "fractions", "functools",
    "heapq", "itertools", "math", "operator", "re", "statistics", "struct", "typing", "numpy", "msgspec",
}  # fmt: skip
LONGEST = 350


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            found |= {f"{module}.{alias.name}" for alias in node.names} | {module}
    return found


MODULES = {module_of(path): imports_of(path) for path in FILES}


def is_pure(module: str) -> bool:
    parts = module.split(".")
    if parts[0] == "controller":
        return len(parts) > 1 and (parts[1] in PURE_FOLDERS or (len(parts) == 2 and parts[1] in PURE))
    return parts[:2] == ["web_ui", "pages"] and len(parts) == 3 and parts[2] in PURE_PAGES


def is_ours(name: str) -> bool:
    return name.split(".", maxsplit=1)[0] in ("controller", "web_ui")


@pytest.mark.parametrize("module", sorted(filter(is_pure, MODULES)))
def test_pure_parts_import_value_tools_and_pure_parts_only(module: str) -> None:
    for name in MODULES[module]:
        if is_ours(name):
            owner = name if name in MODULES else name.rpartition(".")[0]
            package = owner in ("controller", "web_ui.pages")  # `from controller.coach import x` names both
            assert package or is_pure(owner) or owner in ("controller.gait", "controller.coach"), (
                f"{module}: {name}"
            )
        else:
            assert name.split(".")[0] in VALUE_TOOLS, f"{module} imports {name}"


def test_the_controller_knows_nothing_of_the_pages() -> None:
    for module, names in MODULES.items():
        if module.startswith("controller"):
            assert not [name for name in names if name.startswith("web_ui")], module


def test_the_pages_never_reach_for_hardware_loop_or_socket() -> None:
    allowed = {"controller.clock", "controller.recording"}
    for module, names in MODULES.items():
        if not module.startswith("web_ui"):
            continue
        for name in names & MODULES.keys():
            if name.startswith("controller."):
                assert is_pure(name) or any(name.startswith(part) for part in allowed), f"{module}: {name}"


@pytest.mark.parametrize("module", sorted(MODULES))
def test_only_the_clock_asks_for_the_time(module: str) -> None:
    assert module == "controller.clock" or "time" not in MODULES[module]


def test_nobody_imports_in_a_circle() -> None:
    graph = {module: {name for name in names if name in MODULES} for module, names in MODULES.items()}
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " -> ".join((*trail, module))
        if module not in done:
            for name in sorted(graph[module] - {module}):
                visit(name, (*trail, module))
            done.add(module)

    for module in graph:
        visit(module, ())


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_files_fit_a_head(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST


def test_the_standard_library_list_is_of_this_world() -> None:
    assert VALUE_TOOLS - {"numpy", "msgspec"} <= sys.stdlib_module_names
