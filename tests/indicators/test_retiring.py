"""Retiring an indicator: when it may be, and everything that then no longer asks for it."""

import threading
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, transaction
from django.db.models import ProtectedError
from openpyxl import Workbook, load_workbook

from core.models import TrailEntry
from indicators import services
from indicators.models import Indicator, Measurement, Period, State
from indicators.reminders import notices
from indicators.results.year import load_results
from indicators.services import CannotRetire, MonthNotOpen, NotAllowed, NotDue, ServiceError
from programs.models import FiscalYear
from tests.factories import NOW, access_of, make_indicator, make_measurement, make_program, make_user
from tests.indicators.capture_page import rows_of, url
from tests.indicators.sample_files import upload
from tests.indicators.town import Town, make_town
from tests.support.pages import text_of
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
DEADLINE = date(2016, 10, 7)


@pytest.fixture
@shared
def town() -> Town:
    return make_town(2)


def retire(town: Town, month: int | None, *numbers: int, role: str = "planning", reason: str = "Oficio 7") -> Any:
    return services.retire_indicators(
        access=town.access(role),
        indicator_ids=[town.indicators[n].pk for n in numbers or (0,)],
        from_month=month,
        reason=reason,
        now=NOW,
    )


# --- When ------------------------------------------------------------------------------------------------------


def test_the_trail_says_from_which_month_who_and_why(town):
    assert [row.code for row in retire(town, 7)] == ["PRE-01-01"]
    assert Indicator.objects.get(code="PRE-01-01").retired_from == 7
    retire(town, None, reason="Se retoma")
    first, second = TrailEntry.objects.filter(subject_type="indicators.indicator").order_by("id")
    assert (first.action, first.changes, first.reason) == ("retirar", {"retired_from": [None, 7]}, "Oficio 7")
    assert (second.action, second.changes, second.reason) == ("reincorporar", {"retired_from": [7, None]}, "Se retoma")
    assert first.actor == town.people["planning"] and first.scope_id == town.department.pk


@pytest.mark.parametrize("month", [7, None])
def test_the_trail_has_the_instrument_that_asks_for_it(town, month):
    retire(town, 8)
    services.retire_indicators(
        access=town.access("planning"),
        indicator_ids=[town.indicators[0].pk],
        from_month=month,
        reason="Fusión",
        instrument=" Oficio 12/2016 ",
        now=NOW,
    )
    changes = TrailEntry.objects.filter(subject_type="indicators.indicator").latest("id").changes
    assert changes == {"retired_from": [8, month], "instrument": [None, "Oficio 12/2016"]}


def test_what_is_so_already_writes_nothing(town):
    retire(town, 7)
    assert retire(town, 7) == []
    assert TrailEntry.objects.filter(action="retirar").count() == 1


@pytest.mark.parametrize(
    "numerator, denominator, state, validated, month, sentence",
    [
        (3, 4, State.VALIDATED, None, 8, "PRE-01-01 tiene cifras de agosto: retírelo desde septiembre."),
        (3, 4, State.SUBMITTED, None, 5, "PRE-01-01 tiene cifras de agosto: retírelo desde septiembre."),
        (3, 4, State.DRAFT, None, 8, "PRE-01-01 tiene cifras de agosto: retírelo desde septiembre."),
        (None, 4, State.RETURNED, (1, 2), 8, "PRE-01-01 tiene cifras de agosto: retírelo desde septiembre."),
        (3, None, State.DRAFT, None, 8, "PRE-01-01 tiene un borrador a medias u observado de agosto: complételo o"),
        (3, None, State.DRAFT, None, 9, ""),
        (3, 4, State.VALIDATED, None, 9, ""),
        (None, None, State.DRAFT, None, 8, ""),
    ],
)
def test_figures_and_drafts_are_not_left_behind(
    town, numerator, denominator, state, validated, month, sentence
):  # fmt: skip
    make_measurement(town.indicators[0], 8, numerator, denominator, state, validated=validated)
    if not sentence:
        assert len(retire(town, month)) == 1
        return
    with pytest.raises(CannotRetire) as refused:
        retire(town, month)
    assert refused.value.problems[0].startswith(sentence)
    assert Indicator.objects.get(code="PRE-01-01").retired_from is None


def test_a_figure_of_december_cannot_be_retired_from(town):
    make_measurement(town.indicators[0], 12, 1, 2)
    with pytest.raises(CannotRetire, match="PRE-01-01 tiene cifras de diciembre: ya no puede retirarse"):
        retire(town, 12)


@pytest.mark.django_db(transaction=True)
def test_evidence_without_a_figure_is_not_left_behind(town, tmp_path, settings):
    folder = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"evidence": folder}
    services.attach_evidence(
        access=town.access("liaison"),
        period=town.period(9),
        indicator_ids=[town.indicators[0].pk],
        file=upload(),
        name="acta.pdf",
        now=NOW,
    )
    with pytest.raises(CannotRetire, match="evidencia de septiembre sin cifra"):
        retire(town, 9)
    assert services.last_months_in_use([row.pk for row in town.indicators]) == {town.indicators[0].pk: 9}


def test_all_of_them_or_none_and_every_reason_at_once(town):
    make_measurement(town.indicators[0], 3, 1, 2)
    make_measurement(town.indicators[1], 4, 1, None, State.DRAFT)
    with pytest.raises(CannotRetire) as refused:
        retire(town, 2, 0, 1)
    assert len(refused.value.problems) == 2
    assert not Indicator.objects.filter(retired_from__isnull=False).exists()


@pytest.mark.parametrize("role", ["liaison", "director", "reader", "comptroller"])
def test_only_planning_retires(town, role):
    with pytest.raises(NotAllowed):
        retire(town, 7, role=role)


@pytest.mark.parametrize("month, reason", [(0, "Oficio 7"), (13, "Oficio 7"), (7, "  ")])
def test_a_month_and_a_reason_are_needed(town, month, reason):
    with pytest.raises(ServiceError):
        retire(town, month, reason=reason)


@pytest.mark.parametrize("month", [7, None])
def test_a_locked_year_takes_neither(town, month):
    if month is None:
        retire(town, 7)
    FiscalYear.objects.update(locked=True)
    with pytest.raises(MonthNotOpen, match="cerrado"):
        retire(town, month)


def test_the_database_knows_the_months(town):
    with pytest.raises(IntegrityError), transaction.atomic():
        Indicator.objects.update(retired_from=13)


# --- What no longer asks -----------------------------------------------------------------------------------------


def test_the_capture_page_says_so_and_saving_is_refused(town):
    retire(town, 9)
    page = town.client().get(url(9))
    assert list(rows_of(page)) == ["PRE-01-02"]
    assert 'Solicitudes atendidas PRE-01-01 <span class="muted">· retirado desde septiembre' in text_of(page)
    assert list(rows_of(town.client().get(url(8)))) == ["PRE-01-01", "PRE-01-02"]
    with pytest.raises(NotDue, match="PRE-01-01 se retiró desde septiembre: en octubre ya no se captura"):
        town.save(town.pair(1, 2), month=10)


def test_a_cell_cannot_save_itself_any_more(town):
    client = town.client()
    retire(town, 9)
    first, second = town.indicators
    typed = {"numerator": "1", "denominator": "2", "version": 0}
    assert client.post(f"{url(9)}fila/{first.code}/", typed | {"indicator": first.pk}).status_code == 404
    response = client.post(f"{url(9)}fila/{second.code}/", typed | {"indicator": second.pk})
    assert "1 de 1 capturados" in text_of(response)
    assert [row.indicator for row in Measurement.objects.all()] == [second]


def test_a_month_is_submitted_without_it(town):
    retire(town, 9)
    town.save(town.pair(3, 4, 1))
    assert [row.indicator for row in town.submit()] == [town.indicators[1]]


@pytest.mark.parametrize("address", ["/2016/faltantes/?mes=9", "/2016/captura/?todos=1"])
def test_boards_do_not_count_it(town, address):
    retire(town, 9, 0, 1)
    page = text_of(town.client("planning").get(address))
    assert "no corresponde" in page


def test_home_does_not_count_it(town):
    retire(town, 9, 0)
    page = text_of(town.client().get("/"))
    assert "0 de 1 enviados" in page and "0 de 2 enviados" in page  # September, and August as before


def test_reminders_do_not_name_it(town):
    Period.objects.filter(fiscal_year=town.year, month__lt=9).update(closed_on=date(2016, 9, 20))
    retire(town, 9)
    (notice,) = notices.by_calendar(on=DEADLINE, days_before=3).notices
    assert [line.split()[0] for line in notice.lines] == ["PRE-01-02"]


def test_the_month_s_book_has_no_row_for_it_and_a_file_with_one_is_refused(town, tmp_path):
    retire(town, 9)
    response = town.client().get(f"{url(9)}libro.xlsx")
    book = load_workbook(BytesIO(b"".join(response.streaming_content) if response.streaming else response.content))
    assert [row[2] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)] == ["PRE-01-02"]
    made = Workbook()
    made.active.append(["Ejercicio", "Mes", "Clave del indicador", "Numerador", "Denominador"])
    made.active.append([2016, 9, "PRE-01-01", 1, 2])
    made.save(tmp_path / "capturas.xlsx")
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("import_measurements", str(tmp_path / "capturas.xlsx"), user="planning", stdout=out, stderr=out)
    assert "PRE-01-01 se retiró desde septiembre: en septiembre ya no se captura" in out.getvalue()


@pytest.mark.parametrize(
    "address, told",
    [
        ("/2016/tablero/?mes=9", "retirado desde enero"),
        ("/2016/programas/PRE-01/?mes=9", "retirado desde enero"),
        ("/2016/indicadores/PRE-01-01/?mes=9", "retirado desde enero"),
        ("/2016/programas/PRE-01/anio/?mes=9", "retirado"),
    ],
)
def test_readers_see_since_when(town, address, told):
    retire(town, 1)
    make_measurement(town.indicators[1], 1, 1, 2)
    page = text_of(town.client("reader").get(address))
    assert told in page and "sin captura aún" not in page


def test_captures_of_before_keep_counting_and_the_past_is_as_it_was(town):
    make_measurement(town.indicators[0], 1, 1, 2)
    retire(town, 2)
    result = load_results(town.year, month=9).programs[0].indicators[0]
    assert (result.percentage, result.months_captured, result.months_due, result.retired_from) == (50, 1, 1, 2)
    assert load_results(town.year, month=1).programs[0].indicators[0].retired_from is None


def test_an_indicator_with_captures_is_never_deleted(town):
    make_measurement(town.indicators[0], 1, 1, 2)
    retire(town, 2)
    with pytest.raises(ProtectedError):
        town.indicators[0].delete()


# --- At once -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite writes one transaction after the other anyway")
def test_a_figure_saved_meanwhile_is_not_left_behind(town):
    """Whoever retires waits for the saver's transaction, and then sees its figure."""
    saved, retired = threading.Event(), []

    def save() -> None:
        try:
            with transaction.atomic():
                town.save(town.pair(3, 4))
                saved.set()
                threading.Event().wait(0.3)
        finally:
            connections.close_all()

    saver = threading.Thread(target=save)
    saver.start()
    assert saved.wait(5)
    with pytest.raises(CannotRetire):
        retired.append(retire(town, 9))
    saver.join()
    assert not retired and Measurement.objects.get().numerator == 3


def test_another_year_s_indicators_are_not_touched(town):
    program = make_program(town.year, "OBR-01")
    make_indicator(program)
    services.retire_indicators(
        access=access_of(make_user("otra", "planning")), indicator_ids=[], from_month=3, reason="r", now=NOW
    )
    assert not Indicator.objects.filter(retired_from__isnull=False).exists()
