"""What import-linter cannot say: it knows no «standard library only». The other arrows are in pyproject.toml."""

import ast
import sys
from pathlib import Path

ITSELF = "indicators.calculations"
CALCULATIONS = Path(__file__).resolve().parent.parent / ITSELF.replace(".", "/")


def test_the_arithmetic_imports_the_standard_library_only() -> None:
    found: set[str] = set()
    for module in CALCULATIONS.glob("*.py"):
        tree = ast.parse(module.read_text(encoding="utf-8"))
        found |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        found |= {f"{'.' * node.level}{node.module}" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    others = {name for name in found if not name.startswith(f"{ITSELF}.")}
    assert others and {name.split(".")[0] for name in others} <= sys.stdlib_module_names
