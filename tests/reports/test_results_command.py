"""``manage.py results``: the document of spec/workbooks.md, and the exit status of each call."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.factories import make_indicator, make_program
from tests.reports.conftest import Town


def run(**options: Any) -> str:
    out = io.StringIO()
    call_command("results", stdout=out, **{"year": "2016", "month": "1", **options})
    return out.getvalue()


def test_json_has_the_shape_and_order_of_the_document(town: Town) -> None:
    make_program(town.fiscal_year, "PRE-01", name="Próximo «y» vacío")
    document = json.loads(run(format="json"))
    assert list(document) == ["plan", "year", "month", "scope", "programs"]
    assert document["plan"] == "Plan Municipal de Desarrollo 2016 - 2018"
    assert (document["year"], document["month"], document["scope"]) == (2016, 1, "official")
    assert [program["code"] for program in document["programs"]] == ["PRE-01", "PRE-02"]
    empty, program = document["programs"]
    assert list(program) == ["code", "name", "global", "considered", "total", "compliance", "light", "indicators"]
    assert (empty["name"], empty["global"], empty["total"], empty["indicators"]) == ("Próximo «y» vacío", None, 0, [])
    assert (program["global"], program["considered"], program["total"]) == ("92.3077", 1, 4)
    assert (program["compliance"], program["light"]) == ("92.3077", "green")
    assert [row["code"] for row in program["indicators"]] == ["PRE-02-01", "PRE-02-02", "PRE-02-03", "PRE-02-04"]
    assert list(program["indicators"][0].items()) == [
        ("code", "PRE-02-01"),
        ("status", "ok"),
        ("numerator", "120.0000"),
        ("denominator", "130.0000"),
        ("percentage", "92.3077"),
        ("advance", "92.3077"),
        ("expected", "100.0000"),
        ("compliance", "92.3077"),
        ("annual_compliance", "92.3077"),
        ("light", "green"),
        ("months_captured", 1),
        ("months_due", 1),
    ]
    backlog, missing = program["indicators"][1], program["indicators"][3]
    assert (backlog["status"], backlog["numerator"], backlog["percentage"]) == ("no_demand", "3.0000", None)
    assert backlog["advance"] is None and missing["advance"] is None
    assert (missing["status"], missing["numerator"], missing["light"]) == ("missing", None, "none")


def test_a_paper_s_format_of_before_is_written_as_it_was(town: Town) -> None:
    """Papers from before descending indicators entered the global with their compliance sealed no advance."""
    today, before = (json.loads(run(format="json", paper_format=number)) for number in ("2", "1"))
    assert today == json.loads(run(format="json"))
    for program in today["programs"]:
        for row in program["indicators"]:
            del row["advance"]
    assert before == today


def test_scope_is_official_unless_asked(town: Town) -> None:
    def first(**options: Any) -> str:
        return json.loads(run(month="2", format="json", **options))["programs"][0]["indicators"][0]["percentage"]

    assert first() == first(scope="official") == "92.3077"
    assert first(scope="preliminary") == "65.0000"


def test_the_table_is_the_default_and_reads_in_a_terminal(town: Town) -> None:
    long = make_program(town.fiscal_year, "PRE-03", name="Programa de nombre muy largo " * 10)
    make_indicator(long, "PRE-03-01", frequency=12)
    printed = run()
    assert "Enero 2016, oficial" in printed
    assert "92.31 %" in printed and "rezago sin demanda" in printed and "no corresponde aún" in printed
    assert max(map(len, printed.splitlines())) <= 140
    assert printed.count("nombre") == 10


def test_the_table_of_a_demonstration_says_so(town: Town) -> None:
    town.fiscal_year.demo_data = True
    town.fiscal_year.save()
    assert "datos de demostración" in run()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"month": "13"}, "El mes 13 no existe"),
        ({"month": "0"}, "El mes 0 no existe"),
        ({"month": "x"}, "«x» no es un mes de 1 a 12"),
        ({"month": "-1"}, "«-1» no es un mes"),
        ({"month": None}, "Falta --month"),
        ({"year": None}, "Falta --year"),
        ({"year": "2031"}, "No existe el ejercicio 2031. Ejercicios que existen: 2016."),
        ({"year": "dos mil"}, "no es un ejercicio"),
        ({"scope": "oficial"}, "El alcance «oficial» no existe: use official o preliminary."),
        ({"paper_format": "3"}, "El formato de números «3» no existe: use 1 o 2."),
        ({"format": "xml"}, "El formato «xml» no existe: use json o table."),
    ],
)
def test_a_wrong_call_ends_with_2_and_a_sentence(town: Town, options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(CommandError) as refused:
        run(**options)
    assert refused.value.returncode == 2
    assert sentence in str(refused.value)
