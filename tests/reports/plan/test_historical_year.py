"""A historical year has no deadlines: nothing of it was in time or late, and no page says 0 %."""

import pytest
from django.test import Client

from tests.factories import make_indicator, make_measurement, make_program, make_user, make_year, signed_in
from tests.reports.papers.test_papers import pdf_of
from tests.reports.plan.test_page import sheet
from tests.support.pages import words_of

WORDS = "ejercicio histórico, sin plazos"
ON_TIME = "0.00 % a tiempo"


@pytest.fixture(params=[True, False], ids=["historical", "ordinary"])
def year(request, db: None) -> bool:
    """Two months asked for; what is captured is migrated, as in any historical year."""
    indicator = make_indicator(make_program(make_year(historical=request.param), "PRE-01"))
    make_measurement(indicator, 1, 3, 4, undated=True)
    return bool(request.param)


@pytest.fixture
def reader() -> Client:
    return signed_in(make_user("consulta", "reader"))


def test_the_plan_the_sheet_and_the_report_say_so(year: bool, reader: Client) -> None:
    for said in (
        words_of(reader.get("/2016/tablero/?mes=2")),
        words_of(reader.get("/2016/tarjeta/?mes=2")),
        " ".join(pdf_of(reader.get("/2016/tarjeta.pdf?mes=2")).split()),
    ):
        assert (WORDS in said, ON_TIME in said) == (year, not year)
    report = " ".join(pdf_of(reader.get("/2016/informe.pdf?mes=2&periodo=mes")).split())
    assert (WORDS in report, "a tiempo: 0.00 %" in report) == (year, not year)


def test_groups_and_their_explanation_say_so(year: bool, reader: Client) -> None:
    (group,) = reader.get("/2016/tablero/?mes=2&ver=ejes").context["page"].groups
    assert group.on_time == ("sin plazos" if year else "0 de 1")
    head, row = sheet(reader.get("/2016/tablero.xlsx?mes=2&ver=ejes"), "Ejes")
    found = dict(zip(head, row, strict=True))
    assert (found["Capturas a tiempo"], found["Capturas exigibles"]) == ((None, None) if year else (0, 1))
    steps = {
        step.what: step.result for step in reader.get("/2016/explicacion/plan/?mes=2").context["page"].coverage_steps
    }
    assert steps["Parte a tiempo"] == (WORDS if year else "0.00 %")
    assert ("Extemporáneas" in steps) is not year
