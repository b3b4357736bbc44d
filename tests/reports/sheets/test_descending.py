"""Rule 6 wherever a reader meets it: a descending indicator enters the global with its compliance, or, in a year that
was locked before the rule, with its percentage; its line shows both numbers."""

import io
import json
from decimal import Decimal

import openpyxl
import pypdf
import pytest
from django.core.management import call_command
from django.test import Client

from programs.models import FiscalYear
from tests.factories import make_indicator, make_measurement, make_program, make_year
from tests.reports.conftest import Town
from tests.support.pages import text_of
from tests.support.shared import shared

ENTRY = "al global entra su cumplimiento: 25.00 %"
BY_COMPLIANCE = "Los indicadores descendentes entran al global con su cumplimiento."
BY_PERCENTAGE = "Los indicadores descendentes entran al global con su porcentaje, que es la regla con la que se cerró"
CUT = "?mes=1&alcance=oficial"


@pytest.fixture
@shared
def complaints(town: Town) -> Town:
    """PRE-07: 80 of 100 attended, and 40 complaints in 100 where 10 are tolerated."""
    program = make_program(town.fiscal_year, "PRE-07", name="Atención de quejas")
    make_measurement(make_indicator(program, "PRE-07-01"), 1, 80, 100)
    less = make_indicator(program, "PRE-07-02", direction="descending", target=Decimal(10), name="Quejas")
    make_measurement(less, 1, 40, 100)
    return town


@pytest.fixture
def locked(complaints: Town) -> Town:
    FiscalYear.objects.update(descending_enters_as="percentage", locked=True)
    return complaints


def pdf_text(client: Client, address: str) -> str:
    pages = pypdf.PdfReader(io.BytesIO(client.get(address).content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


class TestWithItsCompliance:
    def test_the_programme_s_page(self, complaints: Town, reader: Client) -> None:
        page = text_of(reader.get("/2016/programas/PRE-07/" + CUT))
        assert "52.50 %" in page and "60.00 %" not in page
        assert "<strong>40.00 %</strong>" in page and ENTRY in page and BY_COMPLIANCE in page
        formula = page[page.index("Sumatoria del porcentaje de avance") :]
        assert '<span class="num">80.00 %</span> + <span class="num">25.00 %</span>) / 2' in formula

    def test_the_indicator_s_page(self, complaints: Town, reader: Client) -> None:
        page = text_of(reader.get("/2016/indicadores/PRE-07-02/" + CUT))
        assert f"Es descendente: {ENTRY}, y no su porcentaje, 40.00 %." in page

    def test_where_it_comes_from(self, complaints: Town, reader: Client) -> None:
        page = text_of(reader.get("/2016/explicacion/programa/PRE-07/" + CUT))
        assert "descendente: entra su cumplimiento y no su porcentaje" in page
        assert "80 + 25" in page and "52.5 %" in page and BY_COMPLIANCE in page
        own = text_of(reader.get("/2016/explicacion/indicador/PRE-07-02/" + CUT))
        assert "Sí entra: entra su cumplimiento, 25.00 %, y no su porcentaje, 40.00 %, porque es descendente" in own

    def test_the_month_by_itself(self, complaints: Town, reader: Client) -> None:
        page = text_of(reader.get("/2016/programas/PRE-07/" + CUT))
        assert "52.50 % (2 de 2)" in page

    def test_its_canonical_numbers(self, complaints: Town, reader: Client) -> None:
        address = "/2016/explicacion/indicador/PRE-07-02/" + CUT + "&formato=json"
        numbers = json.loads(reader.get(address).content)
        assert (numbers["result"]["percentage"], numbers["result"]["advance"]) == ("40.0000", "25.0000")
        assert numbers["rule"]["descending_enters_as"] == "compliance"

    def test_the_files(self, complaints: Town, reader: Client) -> None:
        csv = reader.get("/2016/programas/PRE-07.csv" + CUT).content.decode("utf-8-sig")
        line = next(line for line in csv.splitlines() if "PRE-07-02" in line)
        assert "40.0000%" in line and '"sí, con su cumplimiento",25.0000%,enero' in line
        book = openpyxl.load_workbook(io.BytesIO(reader.get("/2016/programas/PRE-07.xlsx" + CUT).content))
        about = [[cell.value for cell in row] for row in book["Acerca de"].iter_rows()]
        assert ["Descendentes", BY_COMPLIANCE] in about

    def test_the_papers(self, complaints: Town, reader: Client) -> None:
        told = pdf_text(reader, "/2016/programas/PRE-07/ficha.pdf" + CUT)
        assert ENTRY in told and "52.50 %" in told and BY_COMPLIANCE in told
        assert BY_COMPLIANCE in pdf_text(reader, "/2016/tarjeta.pdf" + CUT)

    def test_the_terminal(self, complaints: Town) -> None:
        out = io.StringIO()
        call_command("results", year="2016", month="1", stdout=out)
        assert BY_COMPLIANCE in out.getvalue()
        lines = out.getvalue().splitlines()
        place = next(number for number, line in enumerate(lines) if "PRE-07-02" in line)
        assert "40.00 %" in lines[place] and lines[place + 1].strip() == ENTRY

    def test_every_page_of_the_plan_says_the_rule(self, complaints: Town, reader: Client) -> None:
        for address in ("tablero/", "mapa/", "comparar/", "programas/PRE-02/", "tarjeta/"):
            assert BY_COMPLIANCE in text_of(reader.get(f"/2016/{address}?mes=2")), address


class TestInAYearThatWasLockedBefore:
    def test_its_percentage_enters_and_the_page_says_so(self, locked: Town, reader: Client) -> None:
        page = text_of(reader.get("/2016/programas/PRE-07/" + CUT))
        assert '<span class="num">40.00 %</span>) / 2 = <strong class="num">60.00 %</strong>' in page
        assert "al global entra" not in page and BY_PERCENTAGE in page

    def test_where_it_comes_from(self, locked: Town, reader: Client) -> None:
        page = text_of(reader.get("/2016/explicacion/programa/PRE-07/" + CUT))
        assert "80 + 40" in page and BY_PERCENTAGE in page
        own = text_of(reader.get("/2016/explicacion/indicador/PRE-07-02/" + CUT))
        assert "entra su porcentaje, 40.00 %, y no su cumplimiento, 25.00 %, porque 2016 se cerró con esa regla" in own

    def test_papers_and_the_terminal(self, locked: Town, reader: Client) -> None:
        assert BY_PERCENTAGE in pdf_text(reader, "/2016/programas/PRE-07/ficha.pdf" + CUT)
        out = io.StringIO()
        call_command("results", year="2016", month="1", stdout=out)
        assert BY_PERCENTAGE in out.getvalue()

    def test_two_years_with_two_rules_are_not_compared_without_a_word(self, locked: Town, reader: Client) -> None:
        make_year(2017)
        page = text_of(reader.get("/2017/comparar/?mes=1&contra=2016-01"))
        assert "Los globales de 2016 y de 2017 se calculan con reglas distintas" in page
        assert "reglas distintas" not in text_of(reader.get("/2016/comparar/?mes=2&contra=2016-01"))


def test_what_nearly_reaches_green_is_not_shown_as_green_would_be(town: Town, reader: Client) -> None:
    """Rule 16 on a page, in a file and in the terminal: 89.996 is amber, and never reads 90.00."""
    program = make_program(town.fiscal_year, "PRE-08")
    make_measurement(make_indicator(program, "PRE-08-01"), 1, 89996, 100000)
    page = text_of(reader.get("/2016/programas/PRE-08/" + CUT))
    assert "89.996 %" in page and "90.00 %" not in page
    row = next(row for row in reader.get("/2016/tablero/" + CUT).context["page"].rows if row[0] == "PRE-08")
    assert "89.996 %" in row and "90.00 %" not in row
    out = io.StringIO()
    call_command("results", year="2016", month="1", stdout=out)
    assert "89.996 %" in out.getvalue() and "90.00 %" not in out.getvalue()
    make_measurement(make_indicator(program, "PRE-08-02"), 1, Decimal("8999999.6"), 10_000_000)
    csv = reader.get("/2016/programas/PRE-08.csv" + CUT).content.decode("utf-8-sig")
    assert "89.999996%" in csv and "90.0000%" not in csv
    book = openpyxl.load_workbook(io.BytesIO(reader.get("/2016/programas/PRE-08.xlsx" + CUT).content))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value == 0.89999996]
    assert cells and all(cell.number_format == "0.000000%" for cell in cells)
