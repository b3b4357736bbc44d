"""The arrows of the house: an arrow is an import, and nothing imports upward."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("core", "programs", "accounts", "indicators", "catalog", "reports", "pmd")
OUTSIDE = ("tests", "bench")
# Inside indicators/, from the ground up.
FLOORS = ("calculations", "models", "results", "services", "measurement_workbook", "forms", "views", "urls")


def modules(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """The dotted names that a module imports, wherever in it; relative ones resolved."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            start = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{start}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_from_the_rooms_below(room: str) -> None:
    above = {*ROOMS[ROOMS.index(room) + 1 :], *OUTSIDE}
    found = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(room)
        for name in imported(path)
        if name.split(".")[0] in above
    ]
    assert not found


def test_the_arithmetic_imports_the_standard_library_only() -> None:
    names = {name.split(".")[0] for name in imported(ROOT / "indicators" / "calculations.py")}
    assert names <= sys.stdlib_module_names


def _floor_of(path: Path) -> str:
    """The module, or the package it became when it grew: views.py or views/*.py."""
    return path.relative_to(ROOT / "indicators").parts[0].removesuffix(".py")


@pytest.mark.parametrize("floor", FLOORS)
def test_inside_indicators_nothing_imports_upward(floor: str) -> None:
    above = {f"indicators.{name}" for name in FLOORS[FLOORS.index(floor) + 1 :]}
    found = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules("indicators")
        if _floor_of(path) == floor
        for name in imported(path)
        if ".".join(name.split(".")[:2]) in above
    ]
    assert not found


def test_the_rooms_are_there() -> None:
    """An empty room would make every test above pass."""
    assert all(modules(room) for room in ROOMS)
