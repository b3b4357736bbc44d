"""What import-linter cannot say: it knows no «standard library only». The other arrows are in pyproject.toml."""

import ast
import sys
from pathlib import Path

CALCULATIONS = Path(__file__).resolve().parent.parent / "indicators" / "calculations.py"


def test_the_arithmetic_imports_the_standard_library_only() -> None:
    tree = ast.parse(CALCULATIONS.read_text(encoding="utf-8"))
    found = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    found |= {f"{'.' * node.level}{node.module}" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert found and {name.split(".")[0] for name in found} <= sys.stdlib_module_names
