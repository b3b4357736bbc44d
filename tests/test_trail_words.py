"""Every act that the code records is told as what somebody did: found in the source, so that a new one is noticed."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from indicators.history import ACT_WORDS

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("accounts", "catalog", "core", "indicators", "programs", "reports")
RECORDING = {"entry", "record"}  # of core.trail
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def modules() -> dict[str, ast.Module]:
    """By dotted name, with each node's parent beside it."""
    found = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            tree = ast.parse(path.read_text())
            for node in ast.walk(tree):
                for child in ast.iter_child_nodes(node):
                    child.parent = node  # type: ignore[attr-defined]
            found[".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")] = tree
    return found


def recorded() -> Iterator[tuple[str, ast.Call]]:
    """The calls of ``trail.entry`` and ``trail.record``, each with its module."""
    for name, tree in modules().items():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in RECORDING
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "trail"
            ):
                yield name, node


_asked: set[tuple[str, str, str]] = set()  # parameters whose values are being looked for: a function may call itself


def values(module: str, node: ast.expr | None) -> set[str]:
    """The texts that an expression can be."""
    match node:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.IfExp():
            return values(module, node.body) | values(module, node.orelse)
        case ast.Dict():
            return set().union(*(values(module, value) for value in node.values))
        case ast.Subscript():
            return values(module, node.value)
        case ast.Attribute(attr=name):
            return of_field(module, name)
        case ast.Name():
            return of_name(module, node)
    raise AssertionError(f"{module}: an act that is not told in the source: {node and ast.unparse(node)}")


def of_name(module: str, name: ast.Name) -> set[str]:
    """Of a local variable or a parameter of a function around it, of a constant, or of one that is imported."""
    around = getattr(name, "parent", None)
    while around is not None and not isinstance(around, ast.Module):
        if isinstance(around, FUNCTIONS):
            if local := assigned(around, name.id):
                return set().union(*(values(module, value) for value in local))
            if name.id in parameters(around):
                return given(module, around, name.id)
        around = around.parent
    tree = modules()[module]
    if constants := assigned(tree, name.id):
        return values(module, constants[0])
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in modules():
            for alias in node.names:
                if (alias.asname or alias.name) == name.id:
                    return values(node.module, assigned(modules()[node.module], alias.name)[0])
    raise AssertionError(f"{module}: nobody says what «{name.id}» is")


def assigned(around: ast.AST, name: str) -> list[ast.expr]:
    found: list[ast.expr] = []
    for node in ast.walk(around):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == name:
            found += [node.value] if node.value is not None else []
        for target in node.targets if isinstance(node, ast.Assign) else ():
            if isinstance(target, ast.Name) and target.id == name:
                found.append(node.value)
            elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = zip(target.elts, node.value.elts, strict=True)
                found += [value for part, value in pairs if isinstance(part, ast.Name) and part.id == name]
    return found


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    names = [arg.arg for arg in (*function.args.posonlyargs, *function.args.args)]
    return [name for name in names if name != "self"] + [arg.arg for arg in function.args.kwonlyargs]


def given(module: str, function: ast.FunctionDef | ast.AsyncFunctionDef, parameter: str) -> set[str]:
    """What the callers of a function give it: of its module where its name says that it is of no other."""
    if (module, function.name, parameter) in _asked:
        return set()
    _asked.add((module, function.name, parameter))
    private = function.name.startswith("_") or not isinstance(function.parent, ast.Module)  # type: ignore[union-attr]
    try:
        return passed([module] if private else list(modules()), function.name, parameters(function), parameter)
    finally:
        _asked.remove((module, function.name, parameter))


def of_field(module: str, field: str) -> set[str]:
    """What a dataclass of the module is made with."""
    for node in ast.walk(modules()[module]):
        if isinstance(node, ast.ClassDef):
            fields = [part.target.id for part in node.body if isinstance(part, ast.AnnAssign)]  # type: ignore[union-attr]
            if field in fields:
                return passed([module], node.name, fields, field)
    raise AssertionError(f"{module}: no class has «{field}»")


def passed(searched: list[str], called: str, names: list[str], wanted: str) -> set[str]:
    found: set[str] = set()
    for module in searched:
        for node in ast.walk(modules()[module]):
            if not isinstance(node, ast.Call) or called != getattr(node.func, "id", getattr(node.func, "attr", "")):
                continue
            by_name = [keyword.value for keyword in node.keywords if keyword.arg == wanted]
            by_place = node.args[names.index(wanted) :][:1]
            for value in by_name or by_place:
                found |= values(module, value)
    assert found, f"nobody calls {called} with its {wanted}"
    return found


def acts() -> dict[str, str]:
    """Every act, with a place that records it."""
    found: dict[str, str] = {}
    for module, call in recorded():
        action = next((keyword.value for keyword in call.keywords if keyword.arg == "action"), None)
        found |= dict.fromkeys(values(module, action), f"{module}:{call.lineno}")
    return found


def test_the_search_finds_what_is_known_to_be_recorded():
    known = {"guardar", "corregir", "expedir acuse", "dejar sin efecto", "migrar", "nombrar", "recuperar contraseña"}
    assert known | {"abrir ejercicio", "recordar", "eliminar", "adjuntar evidencia"} <= acts().keys()


@pytest.mark.parametrize("act", sorted(acts()))
def test_every_act_has_its_words(act: str):
    assert act in ACT_WORDS, f"{acts()[act]} records «{act}»: say in ACT_WORDS what somebody did"
    assert ACT_WORDS[act].split()[0].endswith("ó") or ACT_WORDS[act].startswith(("Se ", "Dio ", "Trajo ", "La "))


def test_no_words_are_left_of_acts_that_nobody_records():
    assert not ACT_WORDS.keys() - acts().keys()
