"""The report, the ficha and the card: what they say, to whom, of what, and what happens to what is typed wrong."""

import hashlib
import io
import json
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from accounts.models import Role
from indicators.models import Commitment, Indicator, Measurement
from indicators.results.year import load_results
from programs.models import FiscalYear
from reports.address.cutoff import Cut
from reports.fingerprint import results_fingerprint
from reports.papers.report import MONTH, Span, report_data
from tests.factories import NOW, make_indicator, make_measurement, make_people, make_program, make_user, make_year
from tests.reports.conftest import sign_in
from tests.reports.municipality import make_municipality
from tests.support.pages import text_of

pytestmark = pytest.mark.django_db
PDFS = ("/2016/informe.pdf?mes=3", "/2016/programas/PRE-02/ficha.pdf?mes=3", "/2016/tarjeta.pdf?mes=3")
NUMBERS = ("/2016/informe.json?mes=3", "/2016/programas/PRE-02/ficha.json?mes=3", "/2016/tarjeta.json?mes=3")
PAGES = ("/2016/informe/?mes=3", "/2016/tarjeta/?mes=3")
MARKUP = '#eval("1 + 1") $x^2$ *negrita* _c_ \\ @nota <etiqueta> "comillas" `código` // fin'


def pdf_of(response: Any) -> str:
    """The text of the file, without its line breaks."""
    assert response.status_code == 200 and response["Content-Type"] == "application/pdf", response.status_code
    return " ".join(" ".join(page.extract_text() for page in pages_of(response)).split())


def cut_of(fiscal_year: FiscalYear, month: int) -> Cut:
    return Cut(fiscal_year, month, "official")


def pages_of(response: Any) -> Any:
    return PdfReader(io.BytesIO(response.content)).pages


def commit(indicator: Indicator, month: int, by: Any, **kwargs: Any) -> Commitment:
    values = {"cause": "Faltó personal", "action": "Contratar a dos personas", "committed_on": date(2016, 11, 30)}
    row = Measurement.objects.get(indicator=indicator, month=month)
    return Commitment.objects.create(measurement=row, updated_by=by, updated_at=NOW, **{**values, **kwargs})


# --- Who ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["liaison", "director", "planning", "reader", "comptroller"])
def test_everybody_who_reads_takes_them_along(client, town, role):
    sign_in(client, town.people[role])
    for path in (*PDFS, *PAGES):
        assert client.get(path).status_code == 200, path
    page = text_of(client.get("/2016/programas/PRE-02/?mes=3"))
    assert "/2016/programas/PRE-02/ficha.pdf?mes=3&amp;alcance=oficial" in page


def test_nobody_else_does(client, town):
    for path in (*PDFS, *NUMBERS, *PAGES):
        assert client.get(path).status_code == 302
    sign_in(client, type(town.people["reader"]).objects.create_user("nadie"))
    for path in (*PDFS, *NUMBERS, *PAGES):
        assert client.get(path).status_code == 403


def test_drafts_and_what_goes_with_them_are_in_no_paper(reader, town):
    commit(town.indicators["PRE-02-03"], 1, town.people["director"], cause="Causa de un borrador")
    for path in PDFS:
        for scope in ("oficial", "preliminar"):
            text = pdf_of(reader.get(f"{path}&alcance={scope}"))
            assert "98,761" not in text and "54,321" not in text and "Causa de un borrador" not in text


# --- The report --------------------------------------------------------------------------------------------------


def test_the_report_says_what_it_is_of_and_where_its_figures_come_from(reader, town):
    text = pdf_of(reader.get("/2016/informe.pdf?mes=3&alcance=oficial"))
    for words in (
        "Informe trimestral, enero–marzo 2016",
        "enero–marzo 2016",
        "Oficial: solo cifras validadas",
        "1 de 1 programas",
        "PRE-02 Coordinación de Intercacción Institucional",
        "120 / 130",
        "92.31 %",
        "incompleto: 1 de 3 meses",
        "rezago sin demanda",
        "sin captura",
        "Método",
        "Elaboró",
        "Revisó",
        "Autorizó",
        "Nombre y firma",
    ):
        assert words in text, words
    year = town.fiscal_year
    seal = results_fingerprint(load_results(year, month=3))
    assert seal in text.replace(" ", ""), "the fingerprint is that of the results, which anybody can work out again"
    assert "Emitido el" in text


def test_the_fingerprint_is_copied_from_every_page_of_the_report(reader, town):
    seal = results_fingerprint(load_results(town.fiscal_year, month=3))
    pages = pages_of(reader.get("/2016/informe.pdf?mes=3&alcance=oficial"))
    assert len(pages) > 2
    assert all(seal in page.extract_text() for page in pages)


@pytest.mark.parametrize(
    ("paper", "numbers", "query"),
    [
        ("/2016/informe.pdf", "/2016/informe.json", "mes=3&periodo=trimestre"),
        ("/2016/informe.pdf", "/2016/informe.json", "mes=6&periodo=mes&alcance=preliminar"),
        ("/2016/tarjeta.pdf", "/2016/tarjeta.json", "mes=3&desde=1"),
        ("/2016/programas/PRE-02/ficha.pdf", "/2016/programas/PRE-02/ficha.json", "mes=3"),
    ],
)
def test_the_fingerprint_is_that_of_a_file_to_take_along(reader, town, paper, numbers, query):
    response = reader.get(f"{numbers}?{query}")
    assert response["Content-Disposition"].endswith('.json"') and json.loads(response.content)[0]["year"] == 2016
    assert hashlib.sha256(response.content).hexdigest() in pdf_of(reader.get(f"{paper}?{query}"))


@pytest.mark.parametrize(
    ("address", "numbers"),
    [
        ("/2016/informe/", "/2016/informe.json"),
        ("/2016/tarjeta/", "/2016/tarjeta.json?"),
        ("/2016/programas/PRE-02/", "/2016/programas/PRE-02/ficha.json?"),
    ],
)
def test_each_page_leads_to_the_numbers(reader, address, numbers):
    assert numbers in reader.get(address, {"mes": "3"}).content.decode()


def test_preliminary_counts_what_waits_and_has_another_fingerprint(reader, town):
    text = pdf_of(reader.get("/2016/informe.pdf?mes=3&alcance=preliminar"))
    assert "130 / 200" in text and "Preliminar" in text
    assert results_fingerprint(load_results(town.fiscal_year, month=3)) not in text.replace(" ", "")


def test_a_month_is_told_against_the_month_before_and_a_quarter_against_the_quarter_before(reader, town):
    make_measurement(town.indicators["PRE-02-01"], 6, 10, 70)
    month = pdf_of(reader.get("/2016/informe.pdf?mes=6&periodo=mes"))
    assert "Informe mensual, junio 2016" in month and "Desde enero–mayo" in month
    assert "−27.31" in month, "130/200 is 65.00 %, after 92.31 %"
    quarter = pdf_of(reader.get("/2016/informe.pdf?mes=6"))
    assert "Informe trimestral, abril–junio 2016" in quarter and "Desde enero–marzo" in quarter
    january = pdf_of(reader.get("/2016/informe.pdf?mes=1"))
    assert "Informe mensual, enero 2016" in january and "Desde enero" not in january


def test_a_change_is_told_as_the_comparison_tells_it(reader, town):
    """A thousandth of a point is a change; the last digit of a division is none."""
    program = make_program(town.fiscal_year, "PRE-03")
    rises = make_indicator(program, "PRE-03-01")
    make_measurement(rises, 1, 50_000, 100_000)
    make_measurement(rises, 2, 50_002, 100_000)
    same = make_indicator(make_program(town.fiscal_year, "PRE-04"), "PRE-04-01")
    make_measurement(same, 1, 1, 3)
    make_measurement(same, 2, 2, 6)
    data = report_data(cut_of(town.fiscal_year, 2), Span(MONTH, 2), signers=["", "", ""], on=date(2016, 3, 1))
    told = {row["code"]: row["change"] for row in data["index"]}
    rows = reader.get("/2016/comparar/?mes=2&contra=2016-01").context["page"].rows
    assert (told["PRE-03"], told["PRE-04"]) == ("+0.001", "0.00")
    assert {row.code: row.change for row in rows} == told


def test_the_list_of_programmes_says_on_which_page_each_sheet_begins(client):
    make_municipality(programs=4)
    sign_in(client, make_user("mayor", Role.READER))
    pages = [page.extract_text() for page in pages_of(client.get("/2016/informe.pdf?mes=3"))]
    (of_list,) = (number for number, text in enumerate(pages) if "DAA-01" in text and "DAD-01" in text)
    listed = pages[of_list].split("Emitido")[0]
    for code in ("DAA-01", "DAB-01", "DAC-01", "DAD-01"):
        (begins,) = (at for at, text in enumerate(pages, start=1) if f"{code} Programa" in text and at > of_list + 1)
        row = listed.split(code)[1].split("Dependencia")[0]
        assert re.search(rf"\b{begins}\b\s*$", row), (code, begins, row)


def test_who_signs_is_printed_and_stays_text(reader):
    text = pdf_of(reader.get("/2016/informe.pdf", {"mes": 3, "elaboro": MARKUP, "autorizo": "Ana Ruiz, directora"}))
    assert '#eval("1 + 1")' in text and "Ana Ruiz, directora" in text


def test_the_page_offers_the_quarter_only_where_one_ends(reader):
    march, april = (text_of(reader.get(f"/2016/informe/?mes={month}")) for month in (3, 4))
    assert "Trimestral: enero a marzo 2016" in march and 'value="trimestre"' in march
    assert "Mensual: abril 2016" in april and 'value="trimestre"' not in april


@pytest.mark.parametrize(
    "path, sentence",
    [
        ("/2016/informe.pdf?mes=13", "No existe el mes «13»"),
        ("/2016/informe.pdf?mes=4&periodo=trimestre", "Abril no cierra un trimestre"),
        ("/2016/informe.pdf?mes=3&periodo=siglo", "No existe el periodo «siglo»"),
        ("/2016/informe.pdf?mes=3&alcance=todo", "No existe el alcance «todo»"),
        ("/2016/informe.pdf?mes=3&elaboro=" + "x" * 201, "caben 200 letras"),
        ("/2015/informe.pdf?mes=3", "No existe el ejercicio 2015"),
        ("/2016/programas/PRE-99/ficha.pdf?mes=3", "no tiene el programa «PRE-99»"),
        ("/2016/tarjeta/?mes=3&desde=3", "no es un corte anterior a enero–marzo"),
        ("/2016/tarjeta.pdf?mes=3&desde=enero", "«enero» no es un corte anterior"),
        ("/2016/programas/PRE-99/ficha.json?mes=3", "no tiene el programa «PRE-99»"),
        ("/2016/informe.json?mes=4&periodo=trimestre", "Abril no cierra un trimestre"),
        ("/2016/tarjeta.json?mes=3&desde=7", "no es un corte anterior"),
        ("/2016/tarjeta/?mes=3&desde=0", "«0» no es un corte anterior"),
    ],
)
def test_an_address_of_what_does_not_exist_says_what_does(reader, path, sentence):
    response = reader.get(path)
    assert response.status_code == 404 and sentence in text_of(response)


# --- Hard content ------------------------------------------------------------------------------------------------


def test_long_names_and_markup_are_text_on_every_paper(reader, town):
    name = (MARKUP + " Ñandú " + "sinespacios" * 12 + " ") * 2
    town.program.name, town.program.description = name[:300], MARKUP
    town.program.save()
    Indicator.objects.filter(code="PRE-02-01").update(
        name=name[:300], numerator_label=MARKUP, denominator_label="=cmd|' /C calc'!A0"
    )
    commit(town.indicators["PRE-02-01"], 1, town.people["director"], cause=MARKUP * 20, action="#panic()")
    Indicator.objects.filter(code="PRE-02-01").update(green_from=Decimal(99), amber_from=Decimal(98))
    for path in PDFS:
        text = pdf_of(reader.get(path))
        assert '#eval("1 + 1")' in text and "#panic()" in text, path
    assert len(pages_of(reader.get(PDFS[1]))) == len(pages_of(reader.get(PDFS[2]))) == 1
    page = text_of(reader.get("/2016/tarjeta/?mes=3"))
    assert "&lt;etiqueta&gt;" in page and "<etiqueta>" not in page


def test_everything_missing(client):
    """A year with programmes and no captures, a programme without indicators, and a year without programmes."""
    year = make_year()
    make_program(year, "PRE-01")
    program = make_program(year, "PRE-02")
    make_indicator(program)
    make_year(2017)
    sign_in(client, make_people(program.department)["reader"])
    report = pdf_of(client.get("/2016/informe.pdf?mes=6"))
    assert "0 de 2 programas con datos" in report and "no tiene indicadores en el catálogo" in report
    assert "sin datos" in pdf_of(client.get("/2016/programas/PRE-02/ficha.pdf?mes=6"))
    assert "no tiene indicadores" in pdf_of(client.get("/2016/programas/PRE-01/ficha.pdf?mes=6"))
    for card in (text_of(client.get("/2016/tarjeta/?mes=6")), pdf_of(client.get("/2016/tarjeta.pdf?mes=6"))):
        assert "No hay cifras validadas: 0 de 6 meses capturados." in card
        assert "1 de 1 indicadores considerados no tiene ninguna cifra validada al corte" in card
        assert "bajó de cumplimiento" not in card and "está en amarillo o rojo" not in card
    assert "No hay cifras enviadas ni validadas: 0 de 6" in text_of(
        client.get("/2016/tarjeta/?mes=6&alcance=preliminar")
    )
    assert "no tiene programas todavía" in pdf_of(client.get("/2017/informe.pdf?mes=12"))
    assert client.get("/2017/informe/").status_code == 200
    for card in (text_of(client.get("/2017/tarjeta/?mes=12")), pdf_of(client.get("/2017/tarjeta.pdf?mes=12"))):
        assert "El ejercicio 2017 no tiene programas todavía." in card and "0 de 0 meses" not in card


def test_no_demand_all_year_thousands_per_cent_and_hardly_any(client):
    year = make_year()
    program = make_program(year, "PRE-01")
    idle, huge, tiny = (make_indicator(program) for _ in range(3))
    for month in range(1, 13):
        make_measurement(idle, month, 0, 0)
    make_measurement(huge, 1, 50, 5)
    make_measurement(tiny, 1, "0.0001", 1000)
    sign_in(client, make_people(program.department)["reader"])
    text = pdf_of(client.get("/2016/programas/PRE-01/ficha.pdf?mes=12"))
    assert "sin demanda" in text and "1,000.00 %" in text and "0.00 %" in text
    card = text_of(client.get("/2016/tarjeta/?mes=12"))
    assert "PRE-01-03" in card and "PRE-01-01" not in card, "an indicator without demand is not the worst"


def test_demonstration_data_says_so_on_every_page(reader, town):
    FiscalYear.objects.filter(pk=town.fiscal_year.pk).update(demo_data=True)
    for path in PDFS:
        for page in pages_of(reader.get(path)):
            assert "Datos de demostración" in page.extract_text()


def test_thirty_indicators_still_make_one_page(client):
    year = make_municipality(programs=1, indicators_each=24)
    sign_in(client, make_people(year.programs.get().department)["reader"])
    response = client.get("/2016/programas/DAA-01/ficha.pdf?mes=3")
    assert len(pages_of(response)) == 1 and "DAA-01-24" in pdf_of(response)


# --- Queries -----------------------------------------------------------------------------------------------------


def test_papers_read_with_the_same_number_of_queries_for_many(client):
    year = make_municipality(programs=5)
    sign_in(client, make_people(year.programs.first().department)["reader"])
    paths = ("/2016/informe.pdf?mes=3", "/2016/programas/DAA-01/ficha.pdf?mes=3", "/2016/tarjeta/?mes=3")
    few = [_queries(client, path) for path in paths]
    from tests.reports.municipality import add_programs

    add_programs(year, range(5, 40))
    many = [_queries(client, path) for path in paths]
    assert few == many and max(many) <= 20, (few, many)


def _queries(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)
