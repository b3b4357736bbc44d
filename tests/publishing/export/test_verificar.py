"""``verificar.py`` as whoever downloads the folder runs it: what holds, and that it names whatever does not."""

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from publishing.export import verificar
from publishing.export.publication import publish
from tests.indicators.cases import CASES, case_id
from tests.publishing.export.altering import altered, forged, publish_small, said_of
from tests.publishing.export.documents import ADDRESS, a_municipality, chain_of, of_case, sealed

SCRIPT = Path(verificar.__file__)
OLD_ENOUGH = (3, 8)
STANDARD = {"csv", "fractions", "functools", "hashlib", "io", "json", "os", "re", "sys"}


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Path:
    return publish_small(tmp_path_factory.mktemp("published"))


@pytest.fixture
def folder(published, tmp_path) -> Path:
    return Path(shutil.copytree(published, tmp_path / "copy"))


# --- What it runs on


def test_it_is_written_in_the_python_of_old_machines():
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=OLD_ENOUGH)
    imported = {
        name
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [str(node.module)])
    }
    assert imported == STANDARD  # no network among them


def _interpreters() -> list[str]:
    """This one, and every older one that the machine has."""
    minors = range(OLD_ENOUGH[1], sys.version_info.minor)
    own = sorted((Path.home() / ".pyenv" / "versions").glob("3.*/bin/python"))
    named = {int(path.parts[-3].split(".")[1]): str(path) for path in own}
    found = (named.get(minor) or shutil.which(f"python3.{minor}") for minor in minors)
    return [sys.executable, *(path for path in found if path)]


@pytest.mark.parametrize("python", _interpreters(), ids=lambda path: Path(path).parts[-3])
def test_it_runs_by_itself_without_anything_installed(folder, python):
    command = [python, "-I", "-S", "verificar.py"]
    held = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", env={"PYTHONIOENCODING": "utf-8"})
    assert (held.returncode, held.stderr) == (0, "")
    assert "Todo coincide: 3 cierres" in held.stdout
    document = folder / "2016/09/datos/cierre.json"
    document.write_bytes(document.read_bytes().replace(b"Atender", b"Atendee", 1))
    broken = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8")
    assert broken.returncode == 1
    assert "2016/09/datos/cierre.json: el archivo cambió" in broken.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["--huella", "0" * 64], 1, "Ningún cierre de la cadena tiene la huella 000"),
        (["--huella", "corta"], 2, "python3 verificar.py"),
        (["--huella"], 2, "python3 verificar.py"),
        (["una", "dos"], 2, "python3 verificar.py"),
        (["--ayuda"], 2, "python3 verificar.py"),
        (["/no/existe"], 2, "No existe la carpeta /no/existe."),
    ],
)
def test_how_it_is_called(folder, capsys, arguments, status, words):
    where = [] if status == 2 else [str(folder)]
    assert verificar.main([*where, *arguments]) == status
    assert words in capsys.readouterr().out


def test_the_fingerprint_of_a_printed_acta_is_found(folder, capsys):
    digest = json.loads((folder / "cierres.json").read_text())["closings"][0]["sha256"]
    assert verificar.main([str(folder), "--huella", digest.upper()]) == 0
    assert f"{digest}  2016-08  ← huella pedida" in capsys.readouterr().out


def test_an_empty_folder_says_that_nothing_is_there(tmp_path):
    assert any("ningún cierre.json" in sentence for sentence in said_of(tmp_path))


# --- Figures


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_every_worked_case_of_the_rules_holds(case, tmp_path):
    document = of_case(case)
    expected = case["expected"]
    program = document["programs"][0]
    for indicator, right in zip(program["indicators"], expected["indicators"], strict=True):
        found = verificar.computed_indicator(indicator, case["month"], document["rules"])
        shown = {key: verificar.written(value) if key in AMOUNTS else value for key, value in found.items()}
        assert {"code": indicator["code"], **shown} == right
    assert {key: program[key] for key in expected if key != "indicators"} == {
        key: value for key, value in expected.items() if key != "indicators"
    }
    publish(tmp_path, [sealed(document)], address=ADDRESS)
    assert said_of(tmp_path) == []


AMOUNTS = {"numerator", "denominator", "percentage", "advance", "expected", "compliance", "annual_compliance"}


def test_a_municipality_with_every_kind_of_indicator_holds(tmp_path):
    for rules in ({}, {"missing_as_zero": True}, {"descending_enters_as": "percentage"}):
        publish(
            tmp_path / f"{rules}",
            chain_of(range(1, 13), a_municipality(10, 60, seed=len(str(rules))), **rules),
            address=ADDRESS,
        )
        assert said_of(tmp_path / f"{rules}") == []


def _nudged(value):
    """The smallest change that the figure can have."""
    if value is None:
        return "0.0000"
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str) and value[-1:].isdigit():
        return f"{value[:-1]}{(int(value[-1]) + 1) % 10}"
    return {"ok": "missing", "no_demand": "missing", "missing": "not_due", "red": "amber"}.get(value, "red")


INDICATOR_FIGURES = (
    "status", "numerator", "denominator", "percentage", "advance", "expected", "compliance", "annual_compliance",
    "light", "months_captured", "months_due",
)  # fmt: skip
GROUP_FIGURES = ("global", "compliance", "with_data", "programs")
FIGURES = [
    *(
        (f"indicador {code}", lambda d, p=p, i=i: d["programs"][p]["indicators"][i], key)
        for key in INDICATOR_FIGURES
        for code, p, i in (("PRE-01-01", 1, 0), ("PRE-01-02", 1, 1), ("PRE-01-03", 1, 2), ("OBP-01-02", 0, 1))
    ),
    *(
        (f"programa {code}", lambda d, p=p: d["programs"][p], key)
        for key in ("global", "considered", "total", "compliance", "light")
        for code, p in (("PRE-01", 1), ("OBP-01", 0))
    ),
    *(("el plan", lambda d: d["plan_results"], key) for key in (*GROUP_FIGURES, "months_captured", "months_due")),
    *(("el eje 1", lambda d: d["axis_results"][0], key) for key in GROUP_FIGURES),
    *(("la dependencia PRE", lambda d: d["department_results"][1], key) for key in GROUP_FIGURES),
]


@pytest.mark.parametrize(("where", "part", "key"), FIGURES, ids=[f"{where} {key}" for where, _, key in FIGURES])
def test_one_altered_figure_is_named_with_what_results(tmp_path, where, part, key):
    def alter(document):
        holder = part(document)
        holder[key] = _nudged(holder[key])

    said = forged(tmp_path, alter)
    assert len(said) == 1
    assert f"2016/09/datos/cierre.json, {where}: {key} dice " in said[0] and " y resulta " in said[0]


def _first(document):
    return document["programs"][1]["indicators"][0]


@pytest.mark.parametrize(
    ("alter", "words"),
    [
        # a quantity or a rule that changes what results
        (
            lambda d: _first(d)["months"][0].update(numerator="1.0001"),
            "numerator dice 45.0000 y resulta 45.0001",
        ),
        (lambda d: _first(d)["months"].pop(), "PRE-01-01: months_captured dice 9 y resulta 8"),
        (lambda d: _first(d).update(target="90.0001"), "PRE-01-01: expected dice 90.0000 y resulta 90.0001"),
        (lambda d: _first(d).update(considered=False), "programa PRE-01: total dice 3 y resulta 2"),
        (lambda d: d["rules"].update(green_from="40.0000"), "PRE-01-01: light dice red y resulta green"),
        (lambda d: d["rules"].update(missing_as_zero=True), "programa OBP-01: considered dice 0 y resulta 1"),
        (lambda d: d["rules"].update(descending_enters_as="percentage"), "PRE-01-02: advance dice"),
        (lambda d: d.update(month=10), "PRE-01-01: months_due dice 9 y resulta 10"),
        (lambda d: d["plan_results"]["lights"].update(red=9), "el plan: lights dice"),
        # what cannot be computed
        (lambda d: _first(d)["months"][0].update(numerator="1e3"), "«numerator» no es un número con 4 decimales: 1e3"),
        (
            lambda d: _first(d)["months"][0].update(numerator=None),
            "«numerator» no es un número con 4 decimales",
        ),
        (lambda d: _first(d)["months"][0].update(month=2), "el mes 2 está de más o fuera de orden"),
        (lambda d: _first(d)["months"][8].update(month=10), "el mes 10 está de más o fuera de orden"),
        (lambda d: _first(d).update(frequency="weekly"), "«frequency» no puede ser weekly"),
        (lambda d: _first(d).update(starts_in=True), "falta «starts_in»"),
        (lambda d: _first(d).update(schedule="explicit", shares=["1.0000"]), "«shares» no tiene doce meses"),
        (lambda d: _first(d).pop("percentage"), "PRE-01-01: falta «percentage»"),
        (lambda d: d["programs"].append(d["programs"][0]), "indicador OBP-01-01: está dos veces"),
        (lambda d: d["programs"][0].update(department="XXX"), "falta el resultado de la dependencia XXX"),
        (lambda d: d["programs"][0].update(strategy="9"), "«strategy» no está en el catálogo del cierre: 9"),
        (lambda d: d["axis_results"].pop(), "falta el resultado de el eje 2"),
    ],
)
def test_what_was_altered_under_the_figures_is_named(tmp_path, alter, words):
    said = altered(tmp_path, alter)
    assert any(words in sentence for sentence in said), said
    assert all(sentence.startswith(("2016/09/datos/cierre.json", "cierres.json, cierre 2016-")) for sentence in said)
