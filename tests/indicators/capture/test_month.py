"""The capture pages: who sees them, what they show, saving and submitting."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from core.models import TrailEntry
from indicators import services
from indicators.models import Frequency, Measurement, Mode, Observation, Period, State
from tests.factories import (
    NOW,
    make_department,
    make_indicator,
    make_measurement,
    make_program,
    make_user,
    make_year,
)
from tests.indicators.capture_page import fill, page_data, rows_of, save, url
from tests.indicators.town import Town, make_town
from tests.support.pages import text_of
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
START = "/2016/captura/"


@pytest.fixture
@shared
def town() -> Town:
    return make_town()


@pytest.fixture
def client(town: Town) -> Client:
    return town.client()


# --- Who -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [START, url()])
def test_nobody_sees_anything_without_signing_in(town, path):
    response = Client().get(path)
    assert response.status_code == 302 and response.url == f"/entrar/?next={path}"
    assert Client().post(path, {}).status_code in (302, 405)


@pytest.mark.parametrize("role", ["liaison", "director", "planning"])
def test_who_captures_sees_the_grid_with_inputs(town, role):
    response = town.client(role).get(url())
    assert response.status_code == 200 and rows_of(response)["PRE-01-01"].inputs


def test_the_comptroller_looks_at_drafts_and_writes_nothing(town):
    make_measurement(town.indicators[0], 9, 3, 4, State.DRAFT)
    client = town.client("comptroller")
    response = client.get(url())
    row = rows_of(response)["PRE-01-01"]
    assert (row.numerator, row.state, row.inputs) == ("3", "borrador", {})
    inputs = re.findall("<(?:input|textarea|select)[^>]*>", text_of(response).split("<main")[1])
    assert [found for found in inputs if " name=" in found] == []  # but for what chooses the rows in sight
    assert client.post(url(), {"fila-TOTAL_FORMS": "0"}).status_code == 403
    assert client.get(START).status_code == 200


def test_a_reader_has_no_capture_pages(town):
    client = town.client("reader")
    assert client.get(url()).status_code == 404
    assert client.get(START).status_code == 403


def test_another_department_does_not_exist(town):
    make_indicator(make_program(town.year, "OBR-01"))
    client = town.client()
    assert client.get(url(prefix="OBR")).status_code == 404
    assert client.post(url(prefix="OBR"), {"fila-TOTAL_FORMS": "0"}).status_code == 404


@pytest.mark.parametrize("path", [url(0), url(13), url(9, "XXX"), url(9, year=2017), "/2017/captura/"])
def test_what_does_not_exist_is_a_404(client, path):
    assert client.get(path).status_code == 404


# --- Choosing a month ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "month"), [("2016-04-05", 3), ("2016-04-20", 3), ("2016-04-28", 4), ("2016-10-03", 9), ("2018-05-05", 12)]
)
def test_one_department_goes_straight_to_the_month_that_is_due_now(town, client, monkeypatch, today, month):
    monkeypatch.setattr(timezone, "now", lambda: datetime.fromisoformat(f"{today}T12:00:00-06:00"))
    assert client.get(START).url == url(month)
    for indicator in town.indicators:
        make_measurement(indicator, month, 3, 4)
    assert client.get(START).url != url(month)


def test_a_closed_month_is_where_one_goes_only_while_what_was_returned_may_be_corrected(town, client, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: datetime.fromisoformat("2016-04-05T12:00:00-06:00"))
    Period.objects.filter(month__in=(1, 2)).update(closed_on=date(2016, 3, 10))
    row = make_measurement(town.indicators[0], 2, 3, 4, State.RETURNED, returned_at=timezone.now())
    for indicator in town.indicators:
        make_measurement(indicator, 3, 3, 4)
        make_measurement(indicator, 4, 3, 4)
    assert client.get(START).url == url(2)
    Measurement.objects.filter(pk=row.pk).update(returned_at=datetime.fromisoformat("2016-03-10T12:00:00-06:00"))
    assert client.get(START).url == url(4)
    months = client.get(START, {"todos": "1"}).context["departments"][0]["months"]
    assert [m["state"] for m in months[:2]] == ["cerrado el 10/03/2016; faltan 2"] * 2


def test_the_list_of_months_says_how_many_and_which_state(town, client):
    make_measurement(town.indicators[0], 1, 3, 4)
    make_measurement(town.indicators[0], 2, 3, None, State.DRAFT)
    make_measurement(town.indicators[0], 3, 3, 4, State.RETURNED)
    response = client.get(START, {"todos": "1"})
    months = response.context["departments"][0]["months"]
    assert [(m["captured"], m["due"], m["state"]) for m in months[:4]] == [
        ("1", "2", "en captura"),
        ("0", "2", "sin captura"),
        ("1", "2", "1 observado"),
        ("0", "2", "sin captura"),
    ]


def test_a_department_with_nothing_due_in_a_month(town, client):
    town.indicators[0].__class__.objects.update(frequency=Frequency.QUARTERLY)
    response = client.get(url(2))
    assert "no se le pide ningún indicador" in text_of(response)
    months = client.get(START, {"todos": "1"}).context["departments"][0]["months"]
    assert [m["due"] for m in months[:3]] == ["", "", "2"]


def test_planning_chooses_among_departments(town):
    make_indicator(make_program(town.year, "OBR-01"))
    response = town.client("planning").get(START)
    assert [row["prefix"] for row in response.context["departments"]] == ["OBR", "PRE"]


def test_a_year_without_catalogue_says_what_comes_first(town):
    make_year(2015)
    assert "Planeación importa el catálogo" in text_of(town.client().get("/2015/captura/"))


# --- What the grid shows ---------------------------------------------------------------------------------------


def test_the_figures_of_a_row(town, client):
    make_measurement(town.indicators[0], 7, 1, 2)
    make_measurement(town.indicators[0], 8, 3, 4)
    make_measurement(town.indicators[0], 9, 4, 4, State.DRAFT, by=town.people["liaison"])
    response = client.get(url())
    row = rows_of(response)["PRE-01-01"]
    assert (row.previous, row.previous_month) == ("3 / 4", "agosto")
    assert (row.month_text, row.accumulated, row.coverage) == ("100.00 %", "80.00 %", "incompleto: 3 de 9 meses")
    assert row.now_text == "66.67 %" and row.light == "amber"
    (group,) = response.context["groups"]
    assert (group.global_, group.projected, group.considered) == ("66.67 %", "80.00 %", "1 de 2 considerados")
    assert "(Número" not in row.formula and row.formula.endswith("/ Total de solicitudes recibidas")
    assert response.context["head"]["captured"] == "1" and response.context["head"]["due"] == "2"


def test_words_where_there_is_no_percentage(town, client):
    make_measurement(town.indicators[0], 9, 3, 0, State.DRAFT)
    make_measurement(town.indicators[1], 9, 0, 0, State.DRAFT, no_activity="suspended")
    rows = rows_of(client.get(url()))
    assert (rows["PRE-01-01"].month_text, rows["PRE-01-01"].accumulated) == ("rezago sin demanda", "rezago sin demanda")
    assert (rows["PRE-01-02"].month_text, rows["PRE-01-02"].accumulated) == ("suspendido", "suspendido")


def test_every_input_has_a_label_and_none_repeats_an_id(town, client):
    html = text_of(client.get(url()))
    for label in ("Numerador de PRE-01-01", "Denominador de PRE-01-02", "Justificación de PRE-01-01"):
        assert f'aria-label="{label}"' in html
    ids = [part.split('"')[0] for part in html.split(' id="')[1:]]
    assert len(ids) == len(set(ids))


def test_indicators_that_are_not_due_are_listed_below(town, client):
    make_indicator(town.program, frequency=12)
    response = client.get(url())
    assert "PRE-01-03" not in rows_of(response)
    assert "No corresponden en septiembre" in text_of(response) and "frecuencia anual" in text_of(response)


def test_a_returned_figure_comes_back_with_its_observation(town, client):
    row = make_measurement(town.indicators[0], 9, 3, 4, State.RETURNED, returned_at=NOW)
    Observation.objects.create(
        measurement=row,
        text="Adjunte la lista",
        author=town.people["director"],
        created_at=NOW,
        numerator=Decimal(3),
        denominator=Decimal(4),
    )
    response = client.get(url())
    html = text_of(response)
    assert "Adjunte la lista" in html and "sobre 3 / 4" in html and "observado" in html
    assert rows_of(response)["PRE-01-01"].inputs


def test_markup_in_names_and_texts_stays_text(town, client):
    indicator = town.indicators[0]
    indicator.name = "<script>alert(1)</script>"
    indicator.save()
    make_measurement(indicator, 9, 3, 4, State.DRAFT, justification="</textarea><b>x")
    html = text_of(client.get(url()))
    assert "<script>alert" not in html and "<b>x" not in html


# --- «Último» sides --------------------------------------------------------------------------------------------


def test_a_last_side_is_prefilled_and_counts_once_it_is_saved(town, client):
    stock = make_indicator(town.program, denominator_mode=Mode.LAST)
    make_measurement(stock, 7, 1, 12)
    make_measurement(stock, 8, 0, 0)
    response = client.get(url())
    row = rows_of(response)["PRE-01-03"]
    assert 'value="12"' in row.inputs["denominator"] and row.prefilled == ["denominator"]
    assert "prellenado" in text_of(response)
    client.post(url(), page_data(response))
    assert not Measurement.objects.filter(indicator=stock, month=9).exists()
    save(client, {"PRE-01-03": {"n": "2"}})
    saved = Measurement.objects.get(indicator=stock, month=9)
    assert (saved.numerator, saved.denominator) == (2, 12)


def test_no_activity_replaces_what_was_only_prefilled(town, client):
    stock = make_indicator(town.program, denominator_mode=Mode.LAST)
    make_measurement(stock, 8, 1, 12)
    save(client, {"PRE-01-03": {"no_activity": "no_demand"}})
    saved = Measurement.objects.get(indicator=stock, month=9)
    assert (saved.numerator, saved.denominator, saved.no_activity) == (0, 0, "no_demand")


# --- Saving and submitting -------------------------------------------------------------------------------------


def test_saving_drafts(town, client):
    response = save(client, {"PRE-01-01": {"n": "1,234.5", "d": " 2000 "}, "PRE-01-02": {"n": "１２"}})
    assert response.redirect_chain == [(url(), 302)]
    assert "Se guardaron 2 indicadores." in text_of(response)
    assert (town.row().numerator, town.row().denominator) == (Decimal("1234.5"), 2000)
    assert (town.row(1).numerator, town.row(1).denominator) == (12, None)
    assert rows_of(response)["PRE-01-02"].month_text == "a medias"


def test_saving_the_same_again_is_harmless(town, client):
    data = fill(page_data(response := client.get(url())), response, "PRE-01-01", n="3", d="4")
    client.post(url(), data)
    assert "Todo estaba ya guardado" in text_of(client.post(url(), data, follow=True))
    assert town.row().version == 1
    assert TrailEntry.objects.filter(action="guardar").count() == 1


def test_a_draft_may_lack_its_justification_and_is_told_beside_the_field(town, client):
    response = save(client, {"PRE-01-01": {"n": "5", "d": "4"}, "PRE-01-02": {"n": "0", "d": "0"}})
    rows = rows_of(response)
    assert "explique por qué" in rows["PRE-01-01"].hints["justification"][0]
    assert "por qué no hubo actividad" in rows["PRE-01-02"].hints["no_activity"][0]
    assert 'id="fila-PRE-01-01-justification-aviso"' in text_of(response)
    assert 'aria-describedby="fila-PRE-01-01-justification-aviso"' in rows["PRE-01-01"].inputs["justification"]


def submit(client: Client, response: HttpResponse) -> HttpResponse:
    """Press the button of the page that says what submitting changes."""
    act = "enviar" if "enviar-de-todos-modos" not in text_of(response) else "enviar-de-todos-modos"
    return client.post(f"{url()}enviar/", {"act": act, "seen": response.context["mark"]}, follow=True)


def test_submitting_the_month_goes_by_the_page_that_says_what_changes(town, client):
    response = save(
        client, {"PRE-01-01": {"n": "3", "d": "4"}, "PRE-01-02": {"no_activity": "no_demand"}}, act="enviar"
    )
    assert response.redirect_chain == [(f"{url()}enviar/", 302)]
    assert town.row().state == State.DRAFT
    response = submit(client, response)
    assert "Se enviaron 2 indicadores para su validación." in text_of(response)
    assert {town.row().state, town.row(1).state} == {State.SUBMITTED}
    assert not rows_of(client.get(url()))["PRE-01-01"].inputs


def test_what_is_missing_is_said_with_the_way_to_its_row_and_what_was_typed_is_saved(town, client):
    response = save(client, {"PRE-01-01": {"n": "5", "d": "4"}}, act="enviar")
    (unfinished,), (missing,) = response.context["unfinished"], response.context["missing"]
    assert unfinished["says"] == "El numerador supera al denominador: explique por qué."
    assert (unfinished["url"], missing["code"]) == (f"{url()}#fila-PRE-01-01", "PRE-01-02")
    assert "Faltan 2 de 2" in text_of(response) and "de todos modos" not in text_of(response)
    assert town.row().state == State.DRAFT and town.row().numerator == 5
    assert "Para enviar: El numerador supera" in text_of(client.get(url()))


def test_what_is_captured_may_be_sent_although_blanks_are_missing(town, client):
    response = save(client, {"PRE-01-01": {"n": "3", "d": "4"}}, act="enviar")
    assert "Falta 1 de 2" in text_of(response) and "Enviar de todos modos 1 de 2" in text_of(response)
    assert "Se envió 1 indicador" in text_of(submit(client, response))
    assert town.row().state == State.SUBMITTED


def test_submitting_twice_is_harmless(town, client):
    typed = {code: {"n": "3", "d": "4"} for code in ("PRE-01-01", "PRE-01-02")}
    response = save(client, typed, act="enviar")
    submit(client, response)
    assert "No había nada nuevo que enviar" in text_of(submit(client, response))
    assert town.row().version == 2


def test_a_corrected_figure_is_sent_again_and_one_that_was_not_touched_is_asked_for(town, client):
    for number in (0, 1):
        make_measurement(town.indicators[number], 9, 3, 4, State.RETURNED, returned_at=NOW.replace(day=4))
    response = save(client, {"PRE-01-01": {"n": "2"}}, act="enviar")
    assert "Atienda la observación" in response.context["missing"][0]["says"]
    submit(client, response)
    assert (town.row().state, town.row(1).state) == (State.SUBMITTED, State.RETURNED)


def test_who_submitted_sees_it_and_cannot_change_it(town, client):
    make_measurement(town.indicators[0], 9, 3, 4, State.SUBMITTED)
    make_measurement(town.indicators[1], 9, 3, 4)
    response = client.get(url())
    assert all(not row.inputs for row in rows_of(response).values())
    assert "Guardar borrador" not in text_of(response)


def test_planning_corrects_a_validated_figure_only_with_a_reason(town):
    make_measurement(town.indicators[0], 9, 3, 4)
    client = town.client("planning")
    response = save(client, {"PRE-01-01": {"n": "2"}})
    assert "por qué se corrige" in rows_of(response)["PRE-01-01"].errors["reason"][0]
    assert town.row().state == State.VALIDATED
    save(client, {"PRE-01-01": {"n": "2", "reason": "Lo pidió el enlace"}})
    row = town.row()
    assert (row.state, row.numerator, row.validated_numerator) == (State.SUBMITTED, 2, 3)
    assert TrailEntry.objects.get(action="corregir").reason == "Lo pidió el enlace"


def test_planning_s_stale_page_speaks_only_of_the_row_that_was_touched(town):
    """The enlace saves and submits everything while planning has the page open."""
    client = town.client("planning")
    seen = client.get(url())
    for number in (0, 1):
        make_measurement(town.indicators[number], 9, 3, 4, State.SUBMITTED, version=2)
    typed = fill(page_data(seen), seen, "PRE-01-01", n="2", d="4")
    response = client.post(url(), typed)
    rows = rows_of(response)
    assert not rows["PRE-01-02"].errors and not rows["PRE-01-02"].clash
    assert rows["PRE-01-01"].clash
    assert "Corrija" not in text_of(response)
    assert (town.row().numerator, town.row(1).version) == (3, 2)


def test_an_enlace_s_second_tab_mourns_only_what_was_typed_in_it(town, client):
    seen = client.get(url())
    typed = {code: {"n": "3", "d": "4"} for code in ("PRE-01-01", "PRE-01-02")}
    submit(client, save(client, typed, act="enviar"))
    response = client.post(url(), fill(page_data(seen), seen, "PRE-01-01", n="9", d="10"))
    assert "No se guardó lo que escribió en 1 indicador;" in text_of(response)


def test_being_late_is_shown_and_is_no_flag(town):
    make_measurement(town.indicators[0], 9, 3, 4, State.SUBMITTED, late=True)
    page = town.client("director").get("/2016/revision/PRE/9/")
    assert "Se envió de forma extemporánea." in text_of(page) and "sin alertas" in text_of(page)


def test_a_person_with_two_departments_is_offered_both(town):
    other = make_department("OBR", "Obras Públicas")
    make_indicator(make_program(town.year, "OBR-01", department=other))
    from accounts.models import Membership

    Membership.objects.create(user=town.people["liaison"], role="liaison", department=other, starts_on=date(2014, 1, 1))
    assert len(town.client().get(START).context["departments"]) == 2


def test_a_figure_that_was_submitted_says_by_whom_and_when_and_not_when_it_was_captured(town, client):
    town.save(town.pair(3, 4), town.pair(1, 4, 1))
    town.submit(role="director", now=NOW + timedelta(days=1, minutes=7))
    row = rows_of(client.get(url()))["PRE-01-01"]
    assert row.settled_by == "director, 04/10/2016 13:07"
    page = text_of(client.get(url()))
    assert "director, 04/10/2016 13:07" in page and "liaison, 03/10/2016" not in page
    seen = {town.row().pk: town.row().version}
    services.validate(access=town.access("planning"), seen=seen, now=NOW + timedelta(days=2))
    assert rows_of(client.get(url()))["PRE-01-01"].settled_by == "planning, 05/10/2016 13:00"
    town.save(town.pair(2, 4, version=3, reason="Oficio 3"), role="planning", now=NOW + timedelta(days=3))
    assert rows_of(client.get(url()))["PRE-01-01"].settled_by == "planning, 06/10/2016 13:00"


# --- Cost ------------------------------------------------------------------------------------------------------


def big_town(programs: int) -> Town:
    town = make_town(2)
    make_user("captura")
    for number in range(2, programs + 1):
        program = make_program(town.year, f"PRE-{number:02d}")
        make_measurement(make_indicator(program, denominator_mode=Mode.LAST), 8, 3, 4)
    return town


@pytest.mark.parametrize("programs", [5, 161])
@pytest.mark.parametrize("role", ["liaison", "planning"])
def test_the_page_costs_the_same_queries_for_any_number_of_programmes(programs, role, django_assert_num_queries):
    town = big_town(programs)
    client = town.client(role)
    with django_assert_num_queries(10):
        client.get(url())
    for row in Measurement.objects.filter(month=8):
        row.pk, row.period, row.month, row.state = None, town.period(), 9, State.SUBMITTED
        row.validated_numerator = row.validated_denominator = None
        row.save()
    with django_assert_num_queries(10):
        client.get(url())


@pytest.mark.parametrize("programs", [5, 161])
def test_choosing_costs_the_same_queries(programs, django_assert_num_queries):
    client = big_town(programs).client()
    with django_assert_num_queries(9):
        client.get(START, {"todos": "1"})
