"""The review pages: what waits, validating and returning, one by one or all that are selected."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from indicators.models import Measurement, Observation, State
from tests.factories import NOW, make_department, make_indicator, make_measurement, make_program
from tests.indicators.capture_page import rows_of, text_of
from tests.indicators.capture_page import url as capture_url
from tests.indicators.town import Town, make_town

pytestmark = pytest.mark.django_db
INBOX, MONTH = "/2016/revision/", "/2016/revision/PRE/9/"


@pytest.fixture
def town() -> Town:
    """Three figures of September wait: a plain one, an excess, and one that the director changed."""
    town = make_town(3)
    liaison = town.people["liaison"]
    make_measurement(town.indicators[0], 9, 3, 4, State.SUBMITTED, by=liaison, submitted_at=NOW)
    make_measurement(town.indicators[1], 9, 5, 4, State.SUBMITTED, by=liaison, submitted_at=NOW, late=True)
    make_measurement(town.indicators[2], 9, 1, 4, State.SUBMITTED, by=town.people["director"], submitted_at=NOW)
    return town


def signed_in(town: Town, role: str = "director") -> Client:
    client = Client()
    client.force_login(town.people[role])
    return client


@pytest.fixture
def client(town: Town) -> Client:
    return signed_in(town)


def page_data(town: Town, act: str, *selected: int, **fields: str) -> dict[str, Any]:
    rows = Measurement.objects.filter(month=9, state=State.SUBMITTED)
    return {
        "accion": act,
        "seleccion": [str(town.row(number).pk) for number in selected],
        **{f"version-{row.pk}": str(row.version) for row in rows},
        **fields,
    }


def post(client: Client, data: dict[str, Any]) -> Any:
    return client.post(MONTH, data, follow=True)


# --- Who -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [INBOX, MONTH])
def test_nobody_reviews_without_signing_in(town, path):
    assert Client().get(path).url == f"/entrar/?next={path}"
    assert Client().post(MONTH, page_data(town, "validar", 0)).status_code == 302
    assert town.row().state == State.SUBMITTED


@pytest.mark.parametrize("role", ["liaison", "reader", "comptroller"])
def test_who_may_not_validate_has_no_review_pages(town, role):
    client = signed_in(town, role)
    assert client.get(INBOX).status_code == 403
    assert client.get(MONTH).status_code == 404
    assert client.post(MONTH, page_data(town, "validar", 0)).status_code == 404
    assert town.row().state == State.SUBMITTED


def test_a_director_reviews_only_their_own_department(town, client):
    other = make_indicator(make_program(town.year, "OBR-01", department=make_department("OBR", "Obras")))
    row = make_measurement(other, 9, 3, 4, State.SUBMITTED, submitted_at=NOW)
    assert client.get("/2016/revision/OBR/9/").status_code == 404
    assert "Obras" not in text_of(client.get(INBOX))
    post(client, {"accion": "validar", "seleccion": str(row.pk), f"version-{row.pk}": "1"})
    row.refresh_from_db()
    assert row.state == State.SUBMITTED
    assert "Obras" in text_of(signed_in(town, "planning").get(INBOX))


@pytest.mark.parametrize("path", ["/2016/revision/PRE/13/", "/2017/revision/", "/2016/revision/XXX/9/"])
def test_what_does_not_exist_is_a_404(client, path):
    assert client.get(path).status_code == 404


# --- What waits ------------------------------------------------------------------------------------------------


def test_the_inbox_groups_by_department_and_month(town, client):
    make_measurement(town.indicators[0], 8, 3, 4, State.SUBMITTED, submitted_at=NOW.replace(day=2))
    first, second = client.get(INBOX).context["waiting"]
    assert (first["month"], first["waiting"], first["since"]) == ("Agosto", "1", "02/10/2016")
    assert (second["month"], second["waiting"], second["own"], second["late"]) == ("Septiembre", "3", "1", "1")
    assert second["url"] == MONTH and second["review_due"] == "12/10/2016" and second["is_overdue"]


def test_an_empty_inbox_says_what_will_come(town, client):
    Measurement.objects.update(state=State.DRAFT)
    assert "Nada espera su revisión" in text_of(client.get(INBOX))
    assert "Ninguna cifra de este mes espera revisión" in text_of(client.get(MONTH))


def test_the_month_shows_figures_flags_and_who_captured(town, client):
    make_measurement(town.indicators[0], 8, 2, 4)
    rows = rows_of(client.get(MONTH))
    plain, excess = rows["PRE-01-01"], rows["PRE-01-02"]
    assert (plain.numerator, plain.denominator, plain.previous, plain.month_text) == ("3", "4", "2 / 4", "75.00 %")
    assert plain.accumulated == "62.50 %" and plain.flags == []
    assert excess.flags == ["numerador mayor que el denominador", "extemporánea"]
    assert excess.justification == "Rezago del mes anterior" and excess.saved_by.startswith("liaison, 03/10/2016")


def test_a_correction_shows_the_validated_pair_beside_it(town, client):
    Measurement.objects.filter(pk=town.row().pk).update(validated_numerator=2, validated_denominator=4)
    response = client.get(MONTH)
    row = rows_of(response)["PRE-01-01"]
    assert row.correction == "2 / 4" and row.flags == ["corrección de una cifra validada"]
    assert "validado: 2 / 4" in text_of(response)


def test_own_captures_are_shown_but_cannot_be_selected(town, client):
    html = text_of(client.get(MONTH))
    assert "Usted cambió esta cifra: la revisa otra persona." in html
    assert 'aria-label="Seleccionar PRE-01-01"' in html and 'aria-label="Seleccionar PRE-01-03"' not in html


# --- Deciding --------------------------------------------------------------------------------------------------


def test_one_figure_is_validated_with_its_button(town, client):
    response = post(client, page_data(town, f"validar-{town.row().pk}", 1))
    assert "Se validó 1." in text_of(response)
    assert (town.row().state, town.row(1).state) == (State.VALIDATED, State.SUBMITTED)


def test_the_selected_ones_are_validated_and_the_refused_ones_are_named(town, client):
    response = post(client, page_data(town, "validar", 0, 1, 2))
    assert "Se validaron 2; 1 no: PRE-01-03, usted cambió esta cifra" in text_of(response)
    assert town.row(2).state == State.SUBMITTED


def test_validating_twice_is_harmless(town, client):
    data = page_data(town, "validar", 0)
    post(client, data)
    assert "No se validó ninguna; 1 no: PRE-01-01, ya no espera revisión." in text_of(post(client, data))
    assert town.row().version == 2


def test_a_figure_that_changed_meanwhile_is_not_validated(town, client):
    data = page_data(town, "validar", 0)
    Measurement.objects.filter(pk=town.row().pk).update(version=5)
    assert "cambió mientras usted la revisaba" in text_of(post(client, data))
    assert town.row().state == State.SUBMITTED


def test_a_version_that_the_page_did_not_send_validates_nothing(town, client):
    data = page_data(town, "validar", 0)
    data[f"version-{town.row().pk}"] = "x"
    post(client, data)
    assert town.row().state == State.SUBMITTED


def test_all_without_flags_are_selected_by_a_button(town, client):
    response = client.post(MONTH, page_data(town, "marcar", observacion="Falta la lista"))
    rows = rows_of(response)
    assert [row.selected for row in rows.values()] == [True, False, False]
    assert "Falta la lista" in text_of(response)
    assert {row.state for row in Measurement.objects.all()} == {State.SUBMITTED}
    response = client.post(MONTH, page_data(town, "desmarcar", 0, 1))
    assert not any(row.selected for row in rows_of(response).values())


def test_nothing_selected_is_said(town, client):
    response = client.post(MONTH, page_data(town, "validar"))
    assert "No seleccionó ninguna cifra" in text_of(response)


def test_returning_with_an_observation_reaches_the_liaison(town, client):
    response = post(client, page_data(town, "devolver", 0, 1, observacion="Adjunte la lista"))
    assert "Se devolvieron 2." in text_of(response)
    assert Observation.objects.count() == 2 and town.row().state == State.RETURNED
    seen = signed_in(town, "liaison").get(capture_url())
    assert "Adjunte la lista" in text_of(seen) and rows_of(seen)["PRE-01-01"].inputs


def test_returning_one_uses_the_observation_of_its_row(town, client):
    pk = town.row().pk
    post(client, page_data(town, f"devolver-{pk}", 1, observacion="otra cosa", **{f"observacion-{pk}": "Son 2"}))
    assert Observation.objects.get().text == "Son 2"
    assert (town.row().state, town.row(1).state) == (State.RETURNED, State.SUBMITTED)


def test_a_missing_observation_is_told_beside_its_field_and_the_selection_stays(town, client):
    response = client.post(MONTH, page_data(town, "devolver", 0, observacion="  "))
    html = text_of(response)
    assert "Escriba qué hay que corregir" in html and 'aria-describedby="observacion-error"' in html
    assert rows_of(response)["PRE-01-01"].selected and html.count("autofocus") == 1
    pk = town.row(1).pk
    response = client.post(MONTH, page_data(town, f"devolver-{pk}", 0))
    row = rows_of(response)["PRE-01-02"]
    assert row.errors["observation"] and row.details_open and rows_of(response)["PRE-01-01"].selected
    assert 'id="fila-PRE-01-02-observacion-error"' in text_of(response)
    assert not Observation.objects.exists()


def test_an_observation_that_is_too_long_is_told_and_kept(town, client):
    response = client.post(MONTH, page_data(town, "devolver", 0, observacion="a" * 2001))
    assert "caben 2,000" in text_of(response) and "a" * 2001 in text_of(response)


def test_an_observation_is_not_lost_when_a_figure_changed_meanwhile(town, client):
    data = page_data(town, "devolver", 0, observacion="Adjunte la lista")
    Measurement.objects.filter(pk=town.row().pk).update(version=5)
    response = client.post(MONTH, data)
    assert "cambió mientras usted la revisaba" in text_of(response) and "Adjunte la lista" in text_of(response)
    assert rows_of(response)["PRE-01-01"].selected


@pytest.mark.parametrize("act", ["", "borrar", "validar-x", "validar--1", "validar-" + "9" * 30])
def test_an_act_that_the_page_does_not_have_is_refused(town, client, act):
    assert client.post(MONTH, page_data(town, act, 0)).status_code == 400
    assert town.row().state == State.SUBMITTED


def test_a_locked_year_is_only_looked_at(town, client):
    town.year.locked = True
    town.year.save()
    html = text_of(client.get(MONTH))
    assert "ya no se valida ni se devuelve nada" in html and "Validar seleccionadas" not in html
    assert "el ejercicio está cerrado" in text_of(post(client, page_data(town, "validar", 0)))


def test_a_closed_month_is_still_reviewed(town, client):
    period = town.period()
    period.closed_on = date(2016, 10, 10)
    period.save()
    post(client, page_data(town, "validar", 0))
    assert town.row().state == State.VALIDATED


# --- Cost ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("programs", [5, 161])
@pytest.mark.parametrize("role", ["director", "planning"])
def test_the_pages_cost_the_same_queries_for_any_number_of_programmes(town, programs, role, django_assert_num_queries):
    for number in range(2, programs + 1):
        indicator = make_indicator(make_program(town.year, f"PRE-{number:02d}"))
        make_measurement(indicator, 9, 3, 4, State.SUBMITTED, submitted_at=NOW)
    client = signed_in(town, role)
    with django_assert_num_queries(10):
        client.get(MONTH)
    with django_assert_num_queries(7):
        client.get(INBOX)
