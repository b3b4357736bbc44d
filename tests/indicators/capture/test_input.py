"""What people type and what happens meanwhile: bad numbers, two tabs, a month that closes, forged posts, 201 rows."""

import re
import time
from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from indicators.models import CAPTURED_REASONS, Measurement, NoActivity, State
from tests.factories import make_department, make_indicator, make_measurement, make_program
from tests.indicators.capture_page import fill, page_data, rows_of, save, url
from tests.indicators.town import Town, acts, make_town
from tests.support.pages import text_of
from tests.support.shared import shared

pytestmark = pytest.mark.django_db


@pytest.fixture
@shared
def town() -> Town:
    return make_town()


@pytest.fixture
def client(town: Town) -> Client:
    return town.client()


def alert_of(response: HttpResponse) -> str:
    """What stands above the grid, as it is read."""
    alert = response.content.decode().split('month-alert" role="alert">')[1].split("</div>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", alert).split())


BAD = [
    ("tres", "«tres» no es un número."),
    ("-1", "«-1» es negativo"),
    ("NaN", "no es un número"),
    ("Infinity", "no es un número"),
    ("1e5", "notación científica"),
    ("1.23456", "demasiados decimales"),
    ("1234567890123", "demasiado grande"),
    ("1,23,45", "no es claro"),
    ("12 34", "espacios"),
    ("85%", "porcentaje"),
    ("#¡DIV/0!", "error de la hoja"),
    ("9" * 500, "demasiado largo"),
    ("<b>", "no es un número"),
    ("\x00", "número"),
]


@pytest.mark.parametrize(("typed", "sentence"), BAD)
@pytest.mark.parametrize("field", ["numerator", "denominator"])
def test_what_is_not_an_amount_is_told_beside_the_field_and_kept(client, field, typed, sentence):
    response = save(client, {"PRE-01-01": {field: typed}, "PRE-01-02": {"n": "3", "d": "4"}})
    rows = rows_of(response)
    (message,) = rows["PRE-01-01"].errors[field]
    assert sentence in message
    html = rows["PRE-01-01"].inputs[field]
    assert 'aria-invalid="true"' in html and "autofocus" in html
    assert f'aria-describedby="fila-PRE-01-01-{field}-error fila-PRE-01-01-{field}-que"' in html
    assert f'id="fila-PRE-01-01-{field}-error"' in text_of(response)
    assert rows["PRE-01-01"].form.initial[field] == typed
    assert 'value="3"' in rows["PRE-01-02"].inputs["numerator"]
    told = alert_of(response)
    label = {"numerator": "numerador", "denominator": "denominador"}[field]
    assert f"Se guardó 1 indicador. Falta corregir 1 dato : PRE-01-01 , {label}." in told
    assert "Solo lo marcado queda sin guardar; sigue en sus casillas." in told
    (row,) = Measurement.objects.all()
    assert (row.indicator.code, row.numerator, row.denominator) == ("PRE-01-02", 3, 4)


def test_the_valid_rows_of_a_page_with_errors_are_saved_once(town, client):
    """Sending the same page twice, as a reload does, asks nothing about one's own figures."""
    page = client.get(url())
    data = fill(page_data(page), page, "PRE-01-01", n="x", d="4")
    data = fill(data, page, "PRE-01-02", n="3", d="4")
    for _ in range(2):
        response = client.post(url(), data)
        assert "Falta corregir 1 dato" in alert_of(response) and "Otra persona" not in text_of(response)
        row = rows_of(response)["PRE-01-01"]
        assert (row.form.initial["numerator"], row.form.initial["denominator"]) == ("x", "4")
    assert "Se guard" not in alert_of(response)  # the second time nothing was left to save
    assert (town.row(1).numerator, town.row(1).version) == (3, 1)


def test_a_month_with_an_error_is_not_sent_and_says_so(client):
    response = save(client, {"PRE-01-01": {"n": "x"}, "PRE-01-02": {"n": "3", "d": "4"}}, act="enviar")
    assert "El mes no se envió" in alert_of(response) and "Se guardó 1 indicador." in alert_of(response)


def test_several_errors_are_counted_and_the_first_has_the_focus(client):
    response = save(client, {"PRE-01-01": {"d": "x"}, "PRE-01-02": {"n": "y", "d": "z"}})
    assert "Falta corregir 3 datos" in alert_of(response)
    assert "autofocus" in rows_of(response)["PRE-01-01"].inputs["denominator"]
    assert text_of(response).count("autofocus") == 1


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1,234.5", "1234.5"), (" 12 ", "12"), ("１２", "12"), ("007", "7"), ("5.", "5"), ("2,5", "2.5"),
        ("1.234,50", "1234.5"), ("1.234", "1.234"), ("$1,200", "1200"), ("\ufeff1\u200b2\u00a0", "12"),
    ],
)  # fmt: skip
def test_what_people_write_for_numbers_is_understood(town, client, typed, kept):
    response = save(client, {"PRE-01-01": {"n": typed, "d": "9999"}})
    assert f'value="{kept}"' in rows_of(response)["PRE-01-01"].inputs["numerator"]


def test_a_decimal_comma_is_shown_back_after_saving(town, client):
    response = save(client, {"PRE-01-01": {"n": "2,5", "d": "1.234,50"}})
    assert "PRE-01-01: «2,5» se leyó 2.5, «1.234,50» se leyó 1,234.50" in text_of(response)
    assert town.row().denominator == Decimal("1234.5")
    second = save(client, {"PRE-01-02": {"n": "2.5", "d": "1,234.50"}})
    assert town.row(1).denominator == Decimal("1234.5")
    assert "» se leyó" not in text_of(second)  # what the help says of commas names no figure


def test_a_decimal_comma_is_shown_back_beside_an_error_elsewhere(client):
    response = save(client, {"PRE-01-01": {"n": "2,5", "d": "4"}, "PRE-01-02": {"n": "x"}})
    html = rows_of(response)["PRE-01-01"].inputs["numerator"]
    assert 'value="2.5"' in html and "was-read" in html and 'title="«2,5» se leyó 2.5"' in html
    assert 'id="fila-PRE-01-01-numerator-leido">«2,5» se leyó 2.5</span>' in text_of(response)
    assert "se leyó" not in rows_of(response)["PRE-01-01"].inputs["denominator"]


def test_a_figure_written_otherwise_is_the_one_that_was_seen(town, client):
    town.save(town.pair("1234.5", 2000))
    page = client.get(url())
    town.save(town.pair("1234.5", 3000, version=1), role="director")
    client.post(url(), fill(page_data(page), page, "PRE-01-01", n="1,234.50"), follow=True)
    assert town.row().denominator == 3000


def test_after_correcting_the_error_everything_is_saved(town, client):
    response = save(client, {"PRE-01-01": {"n": "x", "d": "4"}, "PRE-01-02": {"n": "3", "d": "4"}})
    client.post(url(), fill(page_data(response), response, "PRE-01-01", n="2"))
    assert (town.row().numerator, town.row(1).numerator) == (2, 3)


def test_a_text_that_is_too_long_is_told_and_kept(client):
    response = save(client, {"PRE-01-01": {"n": "5", "d": "4", "justification": "a" * 2001}})
    row = rows_of(response)["PRE-01-01"]
    assert "caben 2,000" in row.errors["justification"][0] and row.details_open
    assert row.form.initial["justification"] == "a" * 2001


def test_a_reason_of_no_activity_with_figures_is_refused(client):
    response = save(client, {"PRE-01-01": {"n": "3", "d": "4", "no_activity": "suspended"}})
    assert "solo para 0/0" in rows_of(response)["PRE-01-01"].errors["no_activity"][0]


def test_one_click_puts_half_a_pair_in_no_activity_and_says_what_it_was(town, client):
    first, second = (str(indicator.pk) for indicator in town.indicators[:2])
    save(client, {"PRE-01-01": {"n": "5"}, "PRE-01-02": {"d": "7"}})
    response = save(client, {"PRE-01-02": {"d": "8"}}, act=f"sin-actividad-suspended-{first}")
    assert "Decía PRE-01-01: 5 / vacío" in text_of(response)
    row = town.row()
    assert (row.numerator, row.denominator, row.no_activity) == (0, 0, "suspended")
    assert town.row(1).denominator == 8  # what was typed in the other rows is saved with it
    assert [change for act in acts(row) for change in act.changes.get("numerator", [])] == [
        None,
        "5.0000",
        "5.0000",
        "0.0000",
    ]
    response = client.get(url())
    data = page_data(response, act="sin-actividad", reason="no_demand", marked=second)
    assert "Decía PRE-01-02: vacío / 8" in text_of(client.post(url(), data, follow=True))
    assert town.row(1).no_activity == "no_demand"


def test_one_click_leaves_a_whole_pair_alone(town, client):
    save(client, {"PRE-01-01": {"n": "5", "d": "6"}})
    response = save(client, {}, act=f"sin-actividad-suspended-{town.indicators[0].pk}")
    assert "solo para 0/0" in text_of(response) and town.row().numerator == 5


def test_figures_replace_a_saved_no_activity(town, client):
    save(client, {"PRE-01-01": {"no_activity": "suspended"}})
    assert town.row().no_activity == NoActivity.SUSPENDED
    save(client, {"PRE-01-01": {"n": "3", "d": "4"}})
    assert (town.row().numerator, town.row().no_activity) == (3, "")


def test_an_unknown_reason_is_refused(client):
    response = save(client, {"PRE-01-01": {"n": "0", "d": "0", "no_activity": "flojera"}})
    assert rows_of(response)["PRE-01-01"].errors["no_activity"]
    assert not Measurement.objects.exists()


def test_erasing_a_draft_leaves_it_blank(town, client):
    save(client, {"PRE-01-01": {"n": "3", "d": "4"}})
    save(client, {"PRE-01-01": {"n": "", "d": ""}})
    assert (town.row().numerator, town.row().denominator) == (None, None)


# --- Two tabs --------------------------------------------------------------------------------------------------


def two_tabs(town: Town, mine: dict[str, dict[str, str]]) -> tuple[Client, object]:
    """Ana opened the page; the director saved PRE-01-01 as 1 / 4; then Ana saves what she typed."""
    ana = town.client()
    page = ana.get(url())
    save(town.client("director"), {"PRE-01-01": {"n": "1", "d": "4"}})
    data = page_data(page)
    for code, fields in mine.items():
        data = fill(data, page, code, **fields)
    return ana, ana.post(url(), data, follow=True)


def test_the_second_tab_is_told_and_shows_both_values(town):
    _, response = two_tabs(town, {"PRE-01-01": {"n": "3", "d": "4"}, "PRE-01-02": {"n": "5", "d": "6"}})
    clash = rows_of(response)["PRE-01-01"].clash
    assert (clash.typed, clash.saved, clash.who) == ("3 / 4", "1 / 4", "director")
    html = text_of(response)
    assert "¿Qué cifra queda?" in html and "Se guardó 1 indicador." in html
    assert 'value="3"' in rows_of(response)["PRE-01-01"].inputs["numerator"]
    assert (town.row().numerator, town.row(1).numerator) == (1, 5)


@pytest.mark.parametrize(("choice", "stands"), [("mine", 3), ("theirs", 1)])
def test_the_person_chooses_which_figure_stands(town, choice, stands):
    ana, response = two_tabs(town, {"PRE-01-01": {"n": "3", "d": "4"}})
    ana.post(url(), fill(page_data(response), response, "PRE-01-01", choice=choice))
    assert town.row().numerator == stands


def test_without_choosing_nothing_is_saved_and_the_question_stays(town):
    ana, response = two_tabs(town, {"PRE-01-01": {"n": "3", "d": "4"}})
    response = ana.post(url(), fill(page_data(response), response, "PRE-01-01", choice="-"))
    row = rows_of(response)["PRE-01-01"]
    assert row.errors["choice"] == ["Elija cuál de las dos cifras queda."] and row.clash.typed == "3 / 4"
    assert town.row().numerator == 1


def test_a_third_change_asks_again(town):
    ana, response = two_tabs(town, {"PRE-01-01": {"n": "3", "d": "4"}})
    save(town.client("director"), {"PRE-01-01": {"n": "2"}})
    response = ana.post(url(), fill(page_data(response), response, "PRE-01-01", choice="mine"), follow=True)
    assert rows_of(response)["PRE-01-01"].clash.saved == "2 / 4"
    assert town.row().numerator == 2


def test_rows_that_this_tab_did_not_touch_do_not_clash(town):
    _, response = two_tabs(town, {"PRE-01-02": {"n": "5", "d": "6"}})
    assert rows_of(response)["PRE-01-01"].clash is None
    assert (town.row().numerator, town.row(1).numerator) == (1, 5)


def test_a_clash_stops_the_submission(town):
    ana = town.client()
    page = ana.get(url())
    save(town.client("director"), {"PRE-01-01": {"n": "1", "d": "4"}})
    data = fill(page_data(page, act="enviar"), page, "PRE-01-01", n="3", d="4")
    response = ana.post(url(), fill(data, page, "PRE-01-02", n="5", d="6"), follow=True)
    assert "El mes no se envió" in text_of(response)
    assert town.row().state == State.DRAFT


def test_a_figure_submitted_meanwhile_keeps_what_was_typed_on_the_screen(town):
    ana = town.client()
    save(ana, {"PRE-01-01": {"n": "1", "d": "4"}, "PRE-01-02": {"n": "1", "d": "4"}})
    page = ana.get(url())
    town.submit()
    response = ana.post(url(), fill(page_data(page), page, "PRE-01-01", n="3"), follow=True)
    row = rows_of(response)["PRE-01-01"]
    assert row.lost == "3 / 4" and "Ya se envió" in row.blocked and not row.inputs
    assert "No se guardó lo que escribió en 1 indicador" in text_of(response)
    assert town.row().numerator == 1


# --- Months that close, forged posts ---------------------------------------------------------------------------


def close(town: Town) -> None:
    period = town.period()
    period.closed_on = date(2016, 10, 10)
    period.save()


def test_a_closed_month_says_why_and_whom_to_ask(town, client):
    close(town)
    response = client.get(url())
    html = text_of(response)
    asked = "pida una prórroga a Planeación (planning, planning@durango.example)."
    assert f"Septiembre se cerró el 10/10/2016. Si necesita capturar, {asked}" in html
    assert all(not row.inputs for row in rows_of(response).values())


def test_a_month_that_closed_meanwhile_shows_what_was_typed(town, client):
    page = client.get(url())
    close(town)
    typed = fill(page_data(page), page, "PRE-01-01", n="3", d="x", justification="por la lluvia")
    response = client.post(url(), typed, follow=True)
    assert rows_of(response)["PRE-01-01"].lost == "3 / x · por la lluvia"
    assert "pida una prórroga" in text_of(response) and "por la lluvia" in text_of(response)
    assert not Measurement.objects.exists()


def test_planning_records_in_a_closed_month(town):
    close(town)
    save(town.client("planning"), {"PRE-01-01": {"n": "3", "d": "4"}})
    assert town.row().numerator == 3


def test_a_locked_year_takes_nothing(town):
    client = town.client("planning")
    page = client.get(url())
    town.year.locked = True
    town.year.save()
    response = client.post(url(), fill(page_data(page), page, "PRE-01-01", n="3", d="4"), follow=True)
    assert rows_of(response)["PRE-01-01"].lost == "3 / 4"
    assert not Measurement.objects.exists()


@pytest.mark.parametrize("which", ["other department", "not due", "other year", "nonsense", "huge"])
def test_an_indicator_that_the_page_does_not_hold_is_a_404_and_writes_nothing(town, client, which):
    page = client.get(url())
    if which == "other department":
        other = make_indicator(make_program(town.year, "OBR-01", department=make_department("OBR", "Obras"))).pk
    elif which == "not due":
        other = make_indicator(town.program, frequency=12).pk
    else:
        other = {"other year": 10**6, "nonsense": "1 OR 1=1", "huge": "9" * 40}[which]
    data = fill(page_data(page), page, "PRE-01-01", n="3", d="4")
    data = fill(data, page, "PRE-01-02", indicator=str(other), n="3", d="4")
    assert client.post(url(), data).status_code == 404
    assert not Measurement.objects.exists()


def test_an_indicator_posted_twice_is_refused(town, client):
    page = client.get(url())
    data = fill(page_data(page), page, "PRE-01-02", indicator=str(town.indicators[0].pk), n="3", d="4")
    assert client.post(url(), data).status_code == 400
    assert not Measurement.objects.exists()


@pytest.mark.parametrize("total", ["", "x", "-1", "201", "99999999"])
def test_a_grid_without_a_sensible_size_is_refused(client, total):
    assert client.post(url(), {"fila-TOTAL_FORMS": total, "act": "guardar"}).status_code == 400


@pytest.mark.parametrize("version", ["", "x", "-1"])
def test_a_forged_version_saves_nothing(client, version):
    save(client, {"PRE-01-01": {"n": "3", "d": "4", "version": version}})
    assert not Measurement.objects.exists()


def test_other_methods_are_refused(client):
    assert client.put(url()).status_code == 405


# --- Two hundred rows ------------------------------------------------------------------------------------------


def test_two_hundred_rows_fit_in_one_page_and_the_next_one_begins_another():
    town = make_town(201)
    client = town.client()
    page = client.get(url())
    assert len(rows_of(page)) == settings.GRID_MAX_ROWS == 200
    assert "parte 2" in text_of(page)
    data = page_data(page)
    for code in rows_of(page):
        data = fill(data, page, code, n="3", d="4", justification="x")
    assert len(data) <= settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    started = time.perf_counter()
    client.post(url(), data, follow=True)
    assert time.perf_counter() - started < 10  # seconds; a person waits about one, a busy machine longer
    assert Measurement.objects.filter(numerator=3).count() == 200
    second = client.get(url(), {"parte": "2"})
    (code,) = rows_of(second)
    response = client.post(f"{url()}?parte=2", fill(page_data(second), second, code, n="1", d="4"), follow=True)
    assert response.redirect_chain == [(f"{url()}?parte=2", 302)]
    assert Measurement.objects.filter(numerator=1).count() == 1
    response = client.post(f"{url()}?parte=2", page_data(response, act="enviar"), follow=True)
    act = {"act": "enviar", "seen": response.context["mark"]}
    assert "Se enviaron 201 indicadores" in text_of(client.post(f"{url()}enviar/", act, follow=True))


@pytest.mark.parametrize("part", ["0", "-1", "x", "999", "2"])
def test_a_part_that_does_not_exist_shows_one_that_does(client, part):
    assert len(rows_of(client.get(url(), {"parte": part}))) == 2


def test_more_fields_than_a_page_can_have_are_refused(client):
    data = {f"x{n}": "1" for n in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}
    assert client.post(url(), data).status_code == 413


def test_a_row_that_clashes_with_a_measurement_made_by_an_import(town, client):
    page = client.get(url())
    make_measurement(town.indicators[0], 9, 1, 4, State.DRAFT)
    response = client.post(url(), fill(page_data(page), page, "PRE-01-01", n="3", d="4"), follow=True)
    assert rows_of(response)["PRE-01-01"].clash.saved == "1 / 4"


# --- 0/0 that is saved -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", CAPTURED_REASONS)
def test_the_page_of_a_saved_no_activity_posts_nothing_new(town, client, reason):
    """As a browser without JavaScript sends it: every field as it was drawn, by every button."""
    save(client, {"PRE-01-01": {"no_activity": reason}})
    for act in ("guardar", "enviar"):
        page = client.get(url())
        drawn = rows_of(page)["PRE-01-01"].inputs
        assert 'value="0"' in drawn["numerator"] and 'value="0"' in drawn["denominator"]
        assert f'value="{reason}" selected' in drawn["no_activity"]
        client.post(url(), page_data(page, act=act), follow=True)
        row = town.row()
        assert (row.numerator, row.denominator, row.no_activity, row.version) == (0, 0, reason, 1)
    assert len(acts(town.row())) == 1


@pytest.mark.parametrize("erased", ["n", "d"])
def test_half_of_a_saved_no_activity_erased_is_asked_about(town, client, erased):
    save(client, {"PRE-01-01": {"no_activity": "no_demand"}, "PRE-01-02": {"n": "3"}})
    response = save(client, {"PRE-01-01": {erased: ""}})
    field = {"n": "numerator", "d": "denominator"}[erased]
    assert "Está guardado «sin demanda» (0/0)" in rows_of(response)["PRE-01-01"].errors[field][0]
    row = town.row()
    assert (row.numerator, row.denominator, row.no_activity, row.version) == (0, 0, "no_demand", 1)


def test_a_saved_no_activity_is_erased_with_both_of_its_figures(town, client):
    save(client, {"PRE-01-01": {"no_activity": "no_demand"}})
    save(client, {"PRE-01-01": {"n": "", "d": ""}})
    row = town.row()
    assert (row.numerator, row.denominator, row.no_activity) == (None, None, "")


def test_one_side_over_a_saved_no_activity_is_a_figure(town, client):
    save(client, {"PRE-01-01": {"no_activity": "no_demand"}})
    save(client, {"PRE-01-01": {"n": "", "d": "5"}})
    row = town.row()
    assert (row.numerator, row.denominator, row.no_activity) == (None, 5, "")


def test_the_ends_of_lines_of_a_text_are_no_change(town, client):
    """A form sends two characters for each, a row that saves itself one."""
    save(client, {"PRE-01-01": {"n": "3", "d": "4", "justification": "Uno\r\nDos"}})
    assert town.row().justification == "Uno\nDos"
    save(client, {"PRE-01-01": {"d": "5", "justification": "Uno\nDos"}})
    assert "justification" not in acts(town.row())[-1].changes


def test_a_reason_alone_from_a_page_that_did_not_show_the_saved_one_erases_nothing(town, client):
    page = client.get(url())
    data = fill(page_data(page), page, "PRE-01-01", no_activity="no_demand")
    for _ in range(2):
        client.post(url(), data, follow=True)
        row = town.row()
        assert (row.numerator, row.denominator, row.no_activity, row.version) == (0, 0, "no_demand", 1)
