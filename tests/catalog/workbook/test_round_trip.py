"""Whatever forms and earlier versions may have stored, the export read back changes nothing."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from catalog.imports.comparison import compare
from catalog.workbook import catalog_file
from indicators.models import Indicator
from programs.models import FiscalYear, Program, ProgramObjective
from tests.factories import make_indicator, make_program, make_year

pytestmark = pytest.mark.django_db
Change = Callable[[Program, Indicator], Any]


def objectives(*texts: str) -> Change:
    def make(program: Program, indicator: Indicator) -> None:
        for position, text in enumerate(texts, start=1):
            ProgramObjective.objects.create(program=program, position=position, text=text)

    return make


def of_program(**values: str) -> Change:
    return lambda program, indicator: Program.objects.filter(pk=program.pk).update(**values)


def of_indicator(**values: str) -> Change:
    return lambda program, indicator: Indicator.objects.filter(pk=indicator.pk).update(**values)


STORED: dict[str, Change] = {
    "objectives with bullets": objectives("• Servir", "- Atender", "1. Uno"),
    "an objective on two lines": objectives("Servir\na todos"),
    "an objective of blanks": objectives(" ", "Servir"),
    "odd blanks": of_program(description="a\tb\x0bc\u2028d", name=" Programa   uno "),
    "numbers for names": of_program(number="1.10", name="2016"),
    "marks apart from their letters": of_program(name="Atencio\u0301n", description="😀 ½"),
    "what looks like a formula": of_indicator(name="'=1+1", definition="=cmd|x\n-5\n@a", source="'abc"),
    "quotes and separators": of_indicator(name='"Di" ; ,', verification="a\r\nb\rc\n\n\nd "),
    "long texts": of_program(description="x" * 20_000),
}


@pytest.fixture
def year() -> FiscalYear:
    year = make_year()
    make_indicator(make_program(year))
    return year


@pytest.mark.parametrize("csv", [False, True], ids=["xlsx", "csv"])
@pytest.mark.parametrize("what", STORED)
def test_the_export_read_back_changes_nothing(what: str, csv: bool, year: FiscalYear) -> None:
    STORED[what](Program.objects.get(), Indicator.objects.get())
    data = catalog_file.bytes_of(year, csv=csv)
    read = catalog_file.read_catalog(io.BytesIO(data), name="c.csv" if csv else "c.xlsx")
    preview = compare(read.parsed, read.fields)
    assert preview.errors == ()
    assert [str(change) for change in preview.changes] == []


def test_planning_s_forms_take_no_text_that_no_cell_holds(year: FiscalYear, planning: Client) -> None:
    program, indicator = Program.objects.get(), Indicator.objects.get()
    long = "x" * 40_000
    for address, field in (
        (f"/2016/catalogo/programas/{program.code}/", "description"),
        (f"/2016/catalogo/programas/{program.code}/", "objectives"),
        (f"/2016/catalogo/indicadores/{indicator.code}/", "definition"),
    ):
        page = planning.get(address)
        shown = {name: page.context["form"][name].value() for name in page.context["form"].fields}
        typed = {name: value for name, value in shown.items() if value not in (None, False)} | {field: long}
        assert "El texto es demasiado largo: caben 20,000 letras." in planning.post(address, typed).content.decode()
    assert catalog_file.bytes_of(year)
