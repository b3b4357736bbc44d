"""A programme whose global is above 100 says so, and by which indicators, in their own words."""

import pytest
from django.test import Client

from indicators.models import State
from programs.models import Program
from tests.factories import make_indicator, make_measurement, make_program, make_user, make_year, signed_in
from tests.reports.papers.test_papers import pdf_of
from tests.support.pages import words_of
from tests.support.shared import shared

SHEET, PLAN = "/2016/programas/PRE-03/?mes=3", "/2016/tablero/?mes=3"


@pytest.fixture
@shared
def program(db: None) -> Program:
    """138.46 % of the first and 95 % of the second: 116.73 %."""
    program = make_program(make_year(), "PRE-03")
    first, second = make_indicator(program), make_indicator(program)
    make_measurement(first, 1, 5, 5)
    make_measurement(first, 2, 7, 5, justification="rezago de enero")
    make_measurement(first, 3, 6, 3, justification="se sumó Lerdo")
    make_measurement(second, 1, 95, 100)
    return program


@pytest.fixture
def reader(program: Program) -> Client:
    return signed_in(make_user("consulta", "reader"))


def row_of(client: Client):
    (row,) = client.get(PLAN).context["page"].rows
    return row


def test_the_page_says_by_which_and_why(reader: Client) -> None:
    said = words_of(reader.get(SHEET))
    assert "El Indicador Global es mayor que 100 %. Lo que lo sube:" in said
    first = "PRE-03-01 Solicitudes atendidas PRE-03-01 : 138.46 %"
    assert f"{first} . Marzo: «se sumó Lerdo». Febrero: «rezago de enero»." in said


def test_the_plan_s_row_says_it_in_short(reader: Client, program: Program) -> None:
    assert row_of(reader).over == "mayor que 100 % por PRE-03-01"
    for number, said in ((3, "PRE-03-01 y 1 más"), (4, "PRE-03-01 y 2 más")):
        make_measurement(make_indicator(program), 1, 3, 1)
        assert row_of(reader).over == f"mayor que 100 % por {said}", number
    assert "4 de 4 considerados mayor que 100 % por PRE-03-01 y 2 más" in words_of(reader.get(PLAN))


def test_the_ficha_says_it_in_short(reader: Client) -> None:
    printed = pdf_of(reader.get("/2016/programas/PRE-03/ficha.pdf?mes=3"))
    assert "mayor que 100 % por PRE-03-01" in " ".join(printed.split())


def test_what_does_not_enter_the_global_is_no_reason(reader: Client, program: Program) -> None:
    make_measurement(make_indicator(program, considered=False), 1, 9, 1)
    assert [line.code for line in reader.get(SHEET).context["page"].global_.over] == ["PRE-03-01"]


def test_the_words_are_those_of_the_pair_that_counts(reader: Client, program: Program) -> None:
    third = make_indicator(program)
    beside = {"validated": (5, 2), "validated_justification": "lo que se validó", "justification": "la corrección"}
    make_measurement(third, 1, 9, 2, State.SUBMITTED, **beside)
    for scope, said in (("oficial", "enero: «lo que se validó»"), ("preliminar", "enero: «la corrección»")):
        lines = reader.get(f"{SHEET}&alcance={scope}").context["page"].global_.over
        assert lines[-1].reasons == (said,)


def test_after_the_cut_off_nothing_is_told_and_many_months_are_counted(reader: Client, program: Program) -> None:
    first = program.actions.first().indicators.get()
    make_measurement(first, 4, 9, 3, justification="rezago de marzo")
    (line,) = reader.get(SHEET).context["page"].global_.over
    assert [reason.split(":")[0] for reason in line.reasons] == ["marzo", "febrero"] and line.more == 0
    (line,) = reader.get("/2016/programas/PRE-03/?mes=4").context["page"].global_.over
    assert [reason.split(":")[0] for reason in line.reasons] == ["abril", "marzo"] and line.more == 1


@pytest.mark.parametrize("second", [4, 1])  # of 5: exactly 100 with the 120 of the first, and 70
def test_a_programme_that_is_not_above_100_says_nothing(db: None, second: int) -> None:
    program = make_program(make_year(), "PRE-03")
    make_measurement(make_indicator(program), 1, 6, 5)
    make_measurement(make_indicator(program), 1, second, 5)
    reader = signed_in(make_user("consulta", "reader"))
    assert "El Indicador Global es mayor" not in words_of(reader.get(SHEET)) and row_of(reader).over == ""
