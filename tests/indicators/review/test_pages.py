"""The review pages: what waits, validating and returning, one by one or all that are selected."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from indicators import services
from indicators.models import Commitment, Measurement, Observation, Receipt, State
from tests.factories import NOW, make_department, make_indicator, make_measurement, make_program
from tests.indicators.capture_page import rows_of as capture_rows_of
from tests.indicators.capture_page import url as capture_url
from tests.indicators.review.pages import INBOX, MONTH, confirmed, form_of, page_data, post, rows_of
from tests.indicators.town import Town, make_town
from tests.support.pages import text_of
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
# The pages read the clock; a commitment is for the two years to come.
SOON = f"{timezone.localdate() + timedelta(days=60):%d/%m/%Y}"


@pytest.fixture
@shared
def town() -> Town:
    """Three figures of September wait: a plain one, an excess, and one that the director changed."""
    town = make_town(3)
    liaison = town.people["liaison"]
    make_measurement(town.indicators[0], 9, 3, 4, State.SUBMITTED, by=liaison, submitted_at=NOW)
    make_measurement(town.indicators[1], 9, 5, 4, State.SUBMITTED, by=liaison, submitted_at=NOW, late=True)
    make_measurement(town.indicators[2], 9, 3, 4, State.SUBMITTED, by=town.people["director"], submitted_at=NOW)
    return town


@pytest.fixture
def client(town: Town) -> Client:
    return town.client("director")


def test_the_buttons_of_the_page_name_figures_that_the_page_reads_back(town, client):
    """With keys over a thousand, «validar-1,234» was no act that the page knew and every decision failed."""
    page = client.get(MONTH)
    buttons = re.findall(r'name="act" value="(validar-[^"]+)"', page.content.decode())
    assert buttons
    confirmation = post(client, {**form_of(page), "act": buttons[0]})
    assert confirmation.status_code == 200
    post(client, {**form_of(confirmation), "act": "confirmar"})
    assert Measurement.objects.filter(month=9, state=State.VALIDATED).count() == 1


# --- Who -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [INBOX, MONTH])
def test_nobody_reviews_without_signing_in(town, path):
    assert Client().get(path).url == f"/entrar/?next={path}"
    assert Client().post(MONTH, page_data(town, "confirmar", 0)).status_code == 302
    assert town.row().state == State.SUBMITTED


@pytest.mark.parametrize("role", ["liaison", "reader", "comptroller"])
def test_who_may_not_validate_has_no_review_pages(town, role):
    client = town.client(role)
    assert client.get(INBOX).status_code == 403
    assert client.get(MONTH).status_code == 404
    assert client.post(MONTH, page_data(town, "confirmar", 0)).status_code == 404
    assert town.row().state == State.SUBMITTED


def test_a_director_reviews_only_their_own_department(town, client):
    other = make_indicator(make_program(town.year, "OBR-01", department=make_department("OBR", "Obras")))
    row = make_measurement(other, 9, 3, 4, State.SUBMITTED, submitted_at=NOW)
    assert client.get("/2016/revision/OBR/9/").status_code == 404
    assert "Obras" not in text_of(client.get(INBOX))
    post(client, {"act": "confirmar", "selected": str(row.pk), f"version-{row.pk}": "1"})
    row.refresh_from_db()
    assert row.state == State.SUBMITTED
    assert "Obras" in text_of(town.client("planning").get(INBOX))


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


def test_the_overdue_come_first_and_planning_chooses_a_department(town):
    other = make_indicator(make_program(town.year, "OBR-01", department=make_department("OBR", "Obras")))
    make_measurement(other, 12, 3, 4, State.SUBMITTED, submitted_at=NOW.replace(month=9))
    Measurement.objects.filter(month=9).update(submitted_at=NOW)
    planning = town.client("planning")
    waiting = planning.get(INBOX).context["waiting"]
    assert [item["department"] for item in waiting] == ["Obras", "Presidencia Municipal"]  # both overdue by now
    response = planning.get(INBOX, {"dependencia": "PRE"})
    assert [item["department"] for item in response.context["waiting"]] == ["Presidencia Municipal"]
    assert '<option value="PRE" selected>' in text_of(response)
    assert "dependencia" not in text_of(town.client("director").get(INBOX))


def test_correction_requests_wait_in_the_inbox(town, client):
    row = make_measurement(town.indicators[0], 8, 3, 4)
    services.ask_correction(access=town.access("liaison"), measurement_id=row.pk, reason="Son 4", now=NOW)
    for role in ("director", "planning"):
        html = text_of(town.client(role).get(INBOX))
        assert "Son 4" in html and "/2016/correcciones/PRE-01-01/8/" in html


def test_an_empty_inbox_says_what_will_come(town, client):
    Measurement.objects.update(state=State.DRAFT)
    assert "Nada espera su revisión" in text_of(client.get(INBOX))
    assert "Ninguna cifra de este mes espera revisión" in text_of(client.get(MONTH))


def test_the_month_shows_figures_flags_and_who_captured(town, client):
    make_measurement(town.indicators[0], 8, 2, 4)
    rows = rows_of(client.get(MONTH))
    plain, excess = rows["PRE-01-01"], rows["PRE-01-02"].shown
    shown = plain.shown
    assert (shown.numerator, shown.denominator, shown.previous, shown.month_text) == ("3", "4", "2 / 4", "75.00 %")
    assert (plain.before, shown.accumulated, plain.flags) == ("50.00 %", "62.50 %", ["en rojo"])
    assert rows["PRE-01-02"].flags == ["sobrecumplimiento", "numerador mayor que el denominador"]
    assert excess.justification == "Rezago del mes anterior" and excess.saved_by.startswith("liaison, 03/10/2016")


def test_figures_with_flags_come_first_and_the_others_by_programme(town, client):
    groups = client.get(MONTH).context["groups"]
    assert [(group.title, [row.shown.code for row in group.rows]) for group in groups] == [
        ("Con alertas: 1 cifra", ["PRE-01-02"]),
        ("Programa PRE-01", ["PRE-01-01", "PRE-01-03"]),
    ]


def test_the_light_of_a_programme_stands_beside_the_compliance_that_gives_it(town, client):
    for page in (MONTH, MONTH.replace("revision", "captura")):
        html = text_of(client.get(page))
        assert "global preliminar <strong>91.67 %</strong> · 3 de 3 considerados · cumplimiento" in html
        assert 'cumplimiento <strong>83.33 %</strong> <span class="light light-amber">' in html


def test_a_correction_shows_the_validated_pair_beside_it(town, client):
    Measurement.objects.filter(pk=town.row().pk).update(validated_numerator=2, validated_denominator=4)
    response = client.get(MONTH)
    row = rows_of(response)["PRE-01-01"]
    assert row.shown.correction == "2 / 4" and row.flags == ["corrección de una cifra validada"]
    assert "validado: 2 / 4" in text_of(response)


def test_own_captures_are_shown_but_cannot_be_selected(town, client):
    html = text_of(client.get(MONTH))
    assert "Usted cambió esta cifra: la revisa otra persona." in html
    assert 'aria-label="Seleccionar PRE-01-01"' in html and 'aria-label="Seleccionar PRE-01-03"' not in html


# --- Deciding --------------------------------------------------------------------------------------------------


def test_one_figure_is_validated_with_its_button(town, client):
    response = confirmed(client, page_data(town, f"validar-{town.row().pk}", 1))
    assert "Se validó 1." in text_of(response)
    assert (town.row().state, town.row(1).state) == (State.VALIDATED, State.SUBMITTED)


def test_the_selected_ones_are_validated_and_the_refused_ones_are_named(town, client):
    town.commit(1)
    response = post(client, page_data(town, "confirmar", 0, 1, 2))
    assert "Se validaron 2; 1 no: PRE-01-03, usted cambió esta cifra" in text_of(response)
    assert town.row(2).state == State.SUBMITTED
    assert Receipt.objects.get().folio in text_of(response)


def test_before_validating_the_page_says_what_changes_and_what_does_not(town, client):
    town.commit(0)  # 100 % in August: it fell by one light
    town.commit(1)
    make_measurement(town.indicators[0], 8, 4, 4)
    response = post(client, page_data(town, "validar", 0, 1, 2))
    html = text_of(response)
    assert "PRE-01</span>: el global pasa de 100.00 % a <strong>106.25 %</strong>, 2 de 3 considerados; " in html
    assert "cumplimiento 100.00 % → <strong>93.75 %</strong>" in html
    assert '<strong class="pair">3 / 4</strong>' in html
    assert "acumulado</span> 100.00 % → <strong>87.50 %</strong>" in html
    (refused,) = response.context["refused"]
    assert (refused["code"], refused["reason"]) == ("PRE-01-03", "usted cambió esta cifra; la revisa otra persona")
    assert response.context["missing_text"] == "Quedará 1 de 3 sin validar"
    assert {row.state for row in Measurement.objects.filter(month=9)} == {State.SUBMITTED}
    assert not Receipt.objects.exists()


def test_validating_twice_is_harmless(town, client):
    data = page_data(town, "confirmar", 0)
    post(client, data)
    assert "No se validó ninguna; 1 no: PRE-01-01, ya no espera revisión." in text_of(post(client, data))
    assert town.row().version == 2 and Receipt.objects.count() == 1


def test_a_figure_that_changed_meanwhile_is_not_validated(town, client):
    data = page_data(town, "validar", 0)
    Measurement.objects.filter(pk=town.row().pk).update(version=5)
    assert "cambió mientras usted la revisaba" in text_of(post(client, data))
    data["act"] = "confirmar"
    assert "cambió mientras usted la revisaba" in text_of(post(client, data))
    assert town.row().state == State.SUBMITTED


def test_a_version_that_the_page_did_not_send_validates_nothing(town, client):
    data = page_data(town, "confirmar", 0)
    data[f"version-{town.row().pk}"] = "x"
    post(client, data)
    assert town.row().state == State.SUBMITTED


def test_all_without_flags_are_selected_by_a_button(town, client):
    response = client.post(MONTH, page_data(town, "marcar", observation="Falta la lista"))
    rows = rows_of(response)
    assert [code for code, row in rows.items() if row.selected] == ["PRE-01-01"]
    assert "Falta la lista" in text_of(response)
    assert {row.state for row in Measurement.objects.all()} == {State.SUBMITTED}
    response = client.post(MONTH, page_data(town, "desmarcar", 0, 1))
    assert not any(row.selected for row in rows_of(response).values())


def test_all_without_flags_are_validated_with_one_button_and_its_confirmation(town, client):
    response = confirmed(client, page_data(town, "validar-todas", observation="Falta la lista"))
    assert "Se validó 1." in text_of(response)
    assert [town.row(number).state for number in range(3)] == [State.VALIDATED, State.SUBMITTED, State.SUBMITTED]


def test_going_back_from_the_confirmation_keeps_what_was_written(town, client):
    pk = town.row(1).pk
    response = post(client, page_data(town, "validar", 0, observation="Falta", **{f"observation-{pk}": "Son 2"}))
    carried = dict(response.context["carried"])
    assert carried == {"observation": "Falta", f"observation-{pk}": "Son 2"}
    response = post(client, {"act": "volver", "selected": str(town.row().pk), **carried})
    rows = rows_of(response)
    assert rows["PRE-01-01"].selected and rows["PRE-01-02"].observation == "Son 2"
    assert response.context["observation"] == "Falta"


def commitment(town: Town, number: int = 1, **fields: str) -> dict[str, str]:
    typed = {"cause": "Rezago", "action": "Contratar", "committed_on": SOON} | fields
    return {f"commitment-{town.row(number).pk}-{name}": value for name, value in typed.items()}


def test_a_commitment_is_asked_for_beside_the_figure_and_saved_there(town, client):
    row = rows_of(client.get(MONTH))["PRE-01-02"]
    assert row.lacks_commitment and "PRE-01-02: faltan causa, acción y fecha" in text_of(client.get(MONTH))
    response = post(client, page_data(town, f"comprometer-{row.id}", 0, **commitment(town)))
    made = Commitment.objects.get()
    assert (made.cause, made.action, made.updated_by) == ("Rezago", "Contratar", town.people["director"])
    rows = rows_of(response)
    assert rows["PRE-01-01"].selected and not rows["PRE-01-02"].lacks_commitment


def test_a_commitment_that_was_written_is_saved_on_the_way_to_validating(town, client):
    response = confirmed(client, page_data(town, "validar", 0, 1, **commitment(town)))
    assert "Se validaron 2." in text_of(response) and Commitment.objects.count() == 1


def test_half_a_commitment_stops_before_the_confirmation_and_stays(town, client):
    response = post(client, page_data(town, "validar", 1, **commitment(town, action=" ", committed_on="mañana")))
    html = text_of(response)
    assert "Al compromiso de PRE-01-02 le falta algo" in html and "Escriba la acción." in html
    assert "Escriba la fecha como día/mes/año" in html and "Rezago</textarea>" in html
    assert not Commitment.objects.exists()
    response = post(
        client, page_data(town, f"comprometer-{town.row(1).pk}", **commitment(town, committed_on="2016-01-01"))
    )
    assert "La fecha compromiso no puede haber pasado." in text_of(response)


@pytest.fixture
@shared
def five() -> Town:
    """Five figures that ask for a commitment each, and one without flags."""
    town = make_town(6)
    for number, indicator in enumerate(town.indicators):
        pair = (3, 4) if number == 5 else (5, 4)
        make_measurement(indicator, 9, *pair, State.SUBMITTED, by=town.people["liaison"], submitted_at=NOW)
    return town


def test_all_complete_commitments_are_saved_by_the_button_of_one(five):
    typed: dict[str, str] = {}
    for number in range(4):
        typed |= commitment(five, number, cause=f"Causa {number}")
    typed |= commitment(five, 4, action="")
    response = post(five.client("director"), page_data(five, f"comprometer-{five.row(0).pk}", **typed))
    html = text_of(response)
    assert "Se guardaron los compromisos de PRE-01-01, PRE-01-02, PRE-01-03, PRE-01-04." in html
    assert sorted(Commitment.objects.values_list("cause", flat=True)) == [f"Causa {number}" for number in range(4)]
    assert "Al compromiso de PRE-01-05 le falta algo: complételo en su fila, o bórrelo." in html
    rows = rows_of(response)
    assert rows["PRE-01-05"].form["cause"].value() == "Rezago" and "Escriba la acción." in html
    assert not rows["PRE-01-01"].lacks_commitment and not rows["PRE-01-01"].commitment_open


@pytest.mark.parametrize(("plain", "folds"), [(5, False), (6, True)])
def test_many_figures_are_short_on_a_phone(plain, folds):
    town = make_town(plain)
    town.save(*(town.pair(100, 100, number) for number in range(plain)))
    town.submit()
    page = text_of(town.client("director").get(MONTH))
    assert f"Validar todas sin alertas ({plain})" in page
    assert ("fórmulas, quién capturó y notas de las cifras sin alertas" in page) is folds


def test_the_form_of_a_commitment_is_folded_until_somebody_writes_in_it(five):
    client = five.client("director")
    assert text_of(client.get(MONTH)).count('<details class="commitment-fold">') == 5
    page = text_of(post(client, page_data(five, f"comprometer-{five.row(0).pk}", **commitment(five, 0, action=""))))
    assert page.count('<details class="commitment-fold" open>') == 1
    assert page.count('<details class="commitment-fold">') == 4


def test_what_is_overdue_is_named_only_where_it_is_not_all_that_waits(five):
    client = five.client("planning")
    rows = Measurement.objects.filter(month=9, state=State.SUBMITTED)
    rows.update(submitted_at=NOW - timedelta(days=90))
    all_of_them = re.search(rf"La validación de {rows.count()} cifras [^<]*", text_of(client.get(MONTH)))
    assert all_of_them and "PRE-01-" not in all_of_them.group()
    rows.filter(pk=five.row(0).pk).update(submitted_at=timezone.now())
    others = re.search(rf"La validación de {rows.count() - 1} cifras [^<]*", text_of(client.get(MONTH)))
    assert others and "PRE-01-02, PRE-01-03" in others.group() and "PRE-01-01" not in others.group()


@pytest.mark.parametrize(
    "half", [{"action": ""}, {"cause": ""}, {"cause": "", "action": ""}, {"committed_on": "mañana"}]
)
def test_half_a_commitment_survives_validating_the_others(five, half):
    client = five.client("director")
    sent = page_data(five, "validar-todas", **commitment(five, 0), **commitment(five, 1, **half))
    page = post(client, sent)
    assert "Se guardó el compromiso de PRE-01-01." in text_of(page)
    assert "Lo que escribió en PRE-01-02 no se guarda ni se envía con esto" in text_of(page)
    done = post(client, {**form_of(page), "act": "confirmar"})
    html = text_of(done)
    assert "Se validaron 1." in html.replace("Se validó 1.", "Se validaron 1.")
    assert "Lo que escribió en PRE-01-02 sigue en su fila, sin guardar." in html
    form = rows_of(done)["PRE-01-02"].form
    typed = {"cause": "Rezago", "action": "Contratar", "committed_on": SOON} | half
    assert {name: form[name].value() or "" for name in typed} == typed
    assert five.row(5).state == State.VALIDATED and Commitment.objects.count() == 1


@pytest.mark.parametrize("act", ["validar", "validar-todas", "devolver"])
def test_an_observation_half_written_survives_the_other_buttons(five, act):
    client = five.client("director")
    beside = {f"observation-{five.row(2).pk}": "Falta la lista de", **commitment(five, 3, committed_on="")}
    if act == "devolver":
        done = post(
            client,
            page_data(five, f"devolver-{five.row(5).pk}", **beside, **{f"observation-{five.row(5).pk}": "Son 2"}),
        )
        assert Observation.objects.get().text == "Son 2"
    else:
        page = post(client, page_data(five, act, 5, observation="Para todas", **beside))
        done = post(client, {**form_of(page), "act": "confirmar"})
        assert done.context["observation"] == "Para todas" and five.row(5).state == State.VALIDATED
    rows = rows_of(done)
    assert (rows["PRE-01-03"].observation, rows["PRE-01-04"].form["cause"].value()) == ("Falta la lista de", "Rezago")
    assert "Lo que escribió en PRE-01-03, PRE-01-04 sigue en su fila" in text_of(done)
    assert five.row(2).state == State.SUBMITTED


def test_an_observation_beside_what_is_validated_is_told_before(five):
    page = post(five.client("director"), page_data(five, "validar", 5, **{f"observation-{five.row(5).pk}": "Son 2"}))
    assert "Escribió una observación en PRE-01-06, que aquí se valida: esa observación no se envía." in text_of(page)


def test_nothing_selected_is_said(town, client):
    response = client.post(MONTH, page_data(town, "validar"))
    assert "No seleccionó ninguna cifra" in text_of(response)


def test_returning_with_an_observation_reaches_the_liaison(town, client):
    response = post(client, page_data(town, "devolver", 0, 1, observation="Adjunte la lista"))
    assert "Se devolvieron 2." in text_of(response)
    assert Observation.objects.count() == 2 and town.row().state == State.RETURNED
    seen = town.client().get(capture_url())
    assert "Adjunte la lista" in text_of(seen) and capture_rows_of(seen)["PRE-01-01"].inputs


def test_returning_one_uses_the_observation_of_its_row(town, client):
    pk = town.row().pk
    post(client, page_data(town, f"devolver-{pk}", 1, observation="otra cosa", **{f"observation-{pk}": "Son 2"}))
    assert Observation.objects.get().text == "Son 2"
    assert (town.row().state, town.row(1).state) == (State.RETURNED, State.SUBMITTED)


def test_a_missing_observation_is_told_beside_its_field_and_the_selection_stays(town, client):
    response = client.post(MONTH, page_data(town, "devolver", 0, observation="  "))
    html = text_of(response)
    assert "Escriba qué hay que corregir" in html and 'aria-describedby="observacion-error"' in html
    assert rows_of(response)["PRE-01-01"].selected and html.count("autofocus") == 1
    pk = town.row(1).pk
    response = client.post(MONTH, page_data(town, f"devolver-{pk}", 0))
    row = rows_of(response)["PRE-01-02"]
    assert row.observation_error and row.is_open and rows_of(response)["PRE-01-01"].selected
    assert 'id="fila-PRE-01-02-observacion-error"' in text_of(response)
    assert not Observation.objects.exists()


def test_an_observation_that_is_too_long_is_told_and_kept(town, client):
    response = client.post(MONTH, page_data(town, "devolver", 0, observation="a" * 2001))
    assert "caben 2,000" in text_of(response) and "a" * 2001 in text_of(response)


def test_an_observation_is_not_lost_when_a_figure_changed_meanwhile(town, client):
    data = page_data(town, "devolver", 0, observation="Adjunte la lista")
    Measurement.objects.filter(pk=town.row().pk).update(version=5)
    response = client.post(MONTH, data)
    assert "cambió mientras usted la revisaba" in text_of(response) and "Adjunte la lista" in text_of(response)
    assert rows_of(response)["PRE-01-01"].selected


@pytest.mark.parametrize("act", ["", "borrar", "validar-x", "validar--1", "validar-" + "9" * 30, "confirmar-1"])
def test_an_act_that_the_page_does_not_have_is_refused(town, client, act):
    assert client.post(MONTH, page_data(town, act, 0)).status_code == 400
    assert town.row().state == State.SUBMITTED


def test_a_locked_year_is_only_looked_at(town, client):
    town.year.locked = True
    town.year.save()
    html = text_of(client.get(MONTH))
    assert "ya no se valida ni se devuelve nada" in html and "Validar seleccionadas" not in html
    assert "el ejercicio está cerrado" in text_of(post(client, page_data(town, "confirmar", 0)))


def test_a_closed_month_is_still_reviewed(town, client):
    period = town.period()
    period.closed_on = date(2016, 10, 10)
    period.save()
    post(client, page_data(town, "confirmar", 0))
    assert town.row().state == State.VALIDATED


# --- Cost ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("programs", [5, 161])
@pytest.mark.parametrize("role", ["director", "planning"])
def test_the_pages_cost_the_same_queries_for_any_number_of_programmes(town, programs, role, django_assert_num_queries):
    for number in range(2, programs + 1):
        indicator = make_indicator(make_program(town.year, f"PRE-{number:02d}"))
        make_measurement(indicator, 9, 3, 4, State.SUBMITTED, submitted_at=NOW)
    client = town.client(role)
    with django_assert_num_queries(17):
        client.get(MONTH)
    with django_assert_num_queries(8):
        client.get(INBOX)
