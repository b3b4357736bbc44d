"""An indicator that begins within the year (rule 4b): nothing asks for the months before, and none of them counts."""

from datetime import date
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook, load_workbook

from indicators.models import Indicator, Measurement, Period
from indicators.reminders import notices
from indicators.results.year import load_results
from indicators.services import NotDue
from tests.factories import make_measurement
from tests.indicators.capture_page import rows_of, url
from tests.indicators.town import Town, make_town
from tests.support.pages import text_of
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
DEADLINE = date(2016, 10, 7)
OCTOBER = 10


@pytest.fixture
@shared
def town() -> Town:
    return make_town(2)


def begin(town: Town, month: int, *numbers: int) -> None:
    for number in numbers or (0,):
        town.indicators[number].starts_in = month
        town.indicators[number].save(update_fields=["starts_in"])


def test_what_begins_in_july_is_complete_in_september(town):
    begin(town, 7)
    for month in (7, 8, 9):
        make_measurement(town.indicators[0], month, 1, 2)
    first, second = load_results(town.year, month=9).programs[0].indicators
    assert (first.status, first.months_captured, first.months_due) == ("ok", 3, 3)
    assert (second.status, second.months_captured, second.months_due) == ("missing", 0, 9)
    page = text_of(town.client("reader").get("/2016/programas/PRE-01/?mes=9"))
    assert "3 de 3 meses" in page and page.count("incompleto") == 1  # the other one's


@pytest.mark.parametrize(
    "address",
    [
        "/2016/tablero/?mes=6",
        "/2016/programas/PRE-01/?mes=6",
        "/2016/indicadores/PRE-01-01/?mes=6",
        "/2016/explicacion/indicador/PRE-01-01/?mes=6",
    ],
)
def test_before_its_month_readers_see_when_it_begins(town, address):
    begin(town, 7)
    make_measurement(town.indicators[1], 1, 1, 2)
    page = text_of(town.client("reader").get(address, follow=True))
    assert "empieza en julio" in page and "incompleto: 0 de 6" not in page


def test_the_year_month_by_month_says_it_has_not_begun(town):
    begin(town, 7)
    make_measurement(town.indicators[1], 1, 1, 2)
    page = text_of(town.client("reader").get("/2016/programas/PRE-01/anio/?mes=9"))
    assert page.count("aún no empieza") == 6


def test_the_capture_page_says_so_and_saving_is_refused(town):
    begin(town, OCTOBER)
    page = town.client().get(url(9))
    assert list(rows_of(page)) == ["PRE-01-02"]
    assert 'Solicitudes atendidas PRE-01-01 <span class="muted">· empieza en octubre' in text_of(page)
    with pytest.raises(NotDue, match="PRE-01-01 empieza en octubre: en septiembre todavía no se captura"):
        town.save(town.pair(1, 2), month=9)
    client = town.client()
    typed = {"numerator": "1", "denominator": "2", "version": 0, "indicator": town.indicators[0].pk}
    assert client.post(f"{url(9)}fila/PRE-01-01/", typed).status_code == 404
    assert not Measurement.objects.exists()


def test_a_pasted_row_of_it_is_told(town):
    begin(town, OCTOBER)
    client = town.client()
    page = client.post(f"{url(9)}pegar/", {"text": "PRE-01-01\t1\t2\nPRE-01-02\t3\t4"}, follow=True)
    text = text_of(page)
    assert "PRE-01-01 empieza en octubre: en septiembre todavía no se captura." in text
    assert not Measurement.objects.filter(indicator=town.indicators[0]).exists()


def test_a_month_is_submitted_without_it(town):
    begin(town, OCTOBER)
    town.save(town.pair(3, 4, 1))
    assert [row.indicator for row in town.submit()] == [town.indicators[1]]


@pytest.mark.parametrize("address", ["/2016/faltantes/?mes=9", "/2016/captura/?todos=1"])
def test_boards_do_not_count_it(town, address):
    begin(town, OCTOBER, 0, 1)
    assert "no corresponde" in text_of(town.client("planning").get(address))


def test_home_does_not_count_it(town):
    begin(town, 9)
    page = text_of(town.client().get("/"))
    assert "0 de 1 enviados" in page and "0 de 2 enviados" in page  # August, and September with it


def test_what_is_missing_does_not_name_it(town):
    begin(town, OCTOBER)
    page = text_of(town.client("reader").get("/2016/programas/PRE-01/?mes=9"))
    missing = page.split('<h2 id="turns">', 1)[1].split('<h2 id="actions">', 1)[0]
    assert "PRE-01-02" in missing and "PRE-01-01" not in missing


def test_reminders_do_not_name_it(town):
    Period.objects.filter(fiscal_year=town.year, month__lt=9).update(closed_on=date(2016, 9, 20))
    begin(town, OCTOBER)
    (notice,) = notices.by_calendar(on=DEADLINE, days_before=3).notices
    assert [line.split()[0] for line in notice.lines] == ["PRE-01-02"]


@pytest.mark.parametrize("extra", [{}, {"validated": True}])
def test_the_month_s_book_has_no_row_for_it_and_a_file_with_one_is_refused(town, tmp_path, extra: dict[str, Any]):
    begin(town, OCTOBER)
    response = town.client().get(f"{url(9)}libro.xlsx")
    book = load_workbook(BytesIO(b"".join(response.streaming_content) if response.streaming else response.content))
    assert [row[2] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)] == ["PRE-01-02"]
    made = Workbook()
    made.active.append(["Ejercicio", "Mes", "Clave del indicador", "Numerador", "Denominador"])
    made.active.append([2016, 9, "PRE-01-01", 1, 2])
    made.save(tmp_path / "capturas.xlsx")
    out = StringIO()
    with pytest.raises(CommandError):
        call_command(
            "import_measurements", str(tmp_path / "capturas.xlsx"), user="planning", stdout=out, stderr=out, **extra
        )
    assert "PRE-01-01 empieza en octubre: en septiembre todavía no se captura" in out.getvalue()
    assert not Measurement.objects.exists()


def test_a_quarterly_one_says_both(town):
    Indicator.objects.filter(pk=town.indicators[0].pk).update(frequency=3, starts_in=7)
    page = text_of(town.client().get(url(8)))
    assert "frecuencia trimestral, desde julio" in page
