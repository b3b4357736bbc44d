"""The page before submitting: what it changes, what is missing, and the act."""

from datetime import timedelta

import pytest
from django.test import Client

from indicators.models import Measurement, Receipt, State
from tests.factories import NOW, make_department, make_indicator, make_measurement, make_program, make_user
from tests.indicators.town import Town, make_town
from tests.support.pages import text_of
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
URL = "/2016/captura/PRE/9/enviar/"


@pytest.fixture
@shared
def town() -> Town:
    return make_town(3)


def submit(client: Client, act: str = "enviar", mark: str | None = None):
    seen = client.get(URL).context["mark"] if mark is None else mark
    return client.post(URL, {"act": act, "seen": seen}, follow=True)


@pytest.mark.parametrize(
    ("role", "status"), [("liaison", 200), ("director", 200), ("planning", 200), ("reader", 404), ("comptroller", 404)]
)
def test_who_captures_there_submits_there(town, role, status):
    town.save(*(town.pair(3, 4, number) for number in range(3)))
    client = town.client(role)
    assert client.get(URL).status_code == status
    client.post(URL, {"act": "enviar", "seen": ""})
    assert Client().post(URL).status_code == 302
    assert town.row().state == State.DRAFT


def test_another_departments_month_does_not_exist(town):
    town.people["otra"] = make_user("otra", "liaison", make_department("OBR", "Obras"))
    assert town.client("otra").get(URL).status_code == 404
    assert town.client().get("/2016/captura/PRE/13/enviar/").status_code == 404


def test_what_is_missing_leads_to_its_row_in_its_part_of_the_month(town, settings):
    settings.GRID_MAX_ROWS = 2
    town.save(town.pair(3, 4))
    client = town.client()
    links = [line["url"] for line in client.get(URL).context["missing"]]
    capture = URL.removesuffix("enviar/")
    assert links == [f"{capture}#fila-PRE-01-02", f"{capture}?parte=2#fila-PRE-01-03"]
    for link in links:
        assert f'id="{link.split("#")[1]}"' in client.get(link).content.decode()


def test_it_says_from_what_to_what_each_programme_goes(town):
    make_measurement(town.indicators[0], 8, 2, 4)
    other = make_indicator(make_program(town.year, "PRE-09"))
    town.indicators.append(other)
    town.save(town.pair(4, 4), town.pair(3, 4, 1), town.pair(3, 4, 2), town.pair(3, 4, 3))
    response = town.client().get(URL)
    first, second = response.context["panel"].programs
    assert first.sentence == (
        "PRE-01: el global pasa de 50.00 % a 75.00 %, 3 de 3 considerados; cumplimiento 50.00 % → 75.00 %"
    )
    assert second.sentence == (
        "PRE-09: el global pasa de sin datos a 75.00 %, 1 de 1 considerado; cumplimiento sin datos → 75.00 %"
    )
    assert next((row.code, row.pair, row.before, row.after) for row in first.figures) == (
        "PRE-01-01",
        "4 / 4",
        "50.00 %",
        "75.00 %",
    )
    assert "Enviar 4 indicadores" in text_of(response)
    assert {row.state for row in Measurement.objects.filter(month=9)} == {State.DRAFT}  # only looked at


def test_a_programme_whose_global_stays_says_so_last(town):
    make_measurement(town.indicators[0], 8, 3, 4)
    town.indicators.append(make_indicator(make_program(town.year, "PRE-09")))
    town.save(town.pair(3, 4), town.pair(3, 4, 3))
    lines = town.client().get(URL).context["panel"].programs
    assert [line.sentence for line in lines] == [
        "PRE-09: el global pasa de sin datos a 75.00 %, 1 de 1 considerado; cumplimiento sin datos → 75.00 %",
        "PRE-01: el global queda en 75.00 %, 1 de 3 considerados; cumplimiento 75.00 %",
    ]


def test_it_names_what_is_missing(town):
    town.save(town.pair(3, 4))
    html = text_of(town.client().get(URL))
    assert "Faltan 2 de 3" in html and "Solicitudes atendidas PRE-01-02" in html
    assert "Enviar de todos modos 1 de 3" in html and ">Enviar 1" not in html


def test_sending_gives_the_acuse(town):
    town.save(*(town.pair(3, 4, number) for number in range(3)))
    response = submit(town.client())
    assert response.redirect_chain == [("/papeles/A-2016-PRE-09-001/", 302)]
    assert "Se enviaron 3 indicadores" in text_of(response) and "Acuse de envío" in text_of(response)


def test_the_plain_button_does_not_leave_anything_out(town):
    town.save(town.pair(3, 4))
    assert "vea abajo lo que falta" in text_of(submit(town.client()))
    assert town.row().state == State.DRAFT
    assert "Se envió 1 indicador" in text_of(submit(town.client(), "enviar-de-todos-modos"))


def test_half_a_pair_stays_in_draft_and_holds_nothing_back(town):
    town.save(town.pair(3, None), town.pair(3, 4, 1), town.pair(3, 4, 2))
    client = town.client()
    html = text_of(client.get(URL))
    assert "<strong>1 se queda en borrador</strong>, porque le falta algo" in html and "Falta el denominador." in html
    assert "Se envían <strong>2 de 3" in html and ">Enviar 2 y dejar 1 en borrador<" in html
    assert "vea abajo lo que falta" in text_of(submit(client, "enviar"))  # a button that does not say what stays
    assert {row.state for row in Measurement.objects.all()} == {State.DRAFT}
    sent = text_of(submit(client, "enviar-de-todos-modos"))
    assert "Se enviaron 2 indicadores para su validación. 1 se quedó en borrador." in sent
    assert [town.row(n).state for n in range(3)] == [State.DRAFT, State.SUBMITTED, State.SUBMITTED]
    assert town.row().version == 1
    assert "PRE-01-01" in sent.split("Acuse de envío", 2)[2]  # what stayed is told by the acuse, too


def test_the_button_says_what_else_is_left(town):
    town.save(town.pair(0, 0), town.pair(3, 4, 1))
    assert ">Enviar 1, dejar 1 en borrador y 1 por capturar<" in text_of(town.client().get(URL))


def test_what_was_returned_and_left_half_done_is_no_draft(town):
    make_measurement(town.indicators[0], 9, 3, 4, State.RETURNED, returned_at=NOW, submitted_at=NOW)
    town.save(town.pair(3, None, version=1), now=NOW + timedelta(hours=1))
    town.save(town.pair(3, 4, 1), town.pair(3, 4, 2))
    html = text_of(town.client().get(URL))
    assert "<strong>1 se queda observado</strong>" in html and ">Enviar 2 y dejar 1 observado<" in html


def test_what_was_returned_and_is_as_it_was_is_not_to_be_captured(town):
    row = make_measurement(town.indicators[0], 9, 3, 4, State.RETURNED, returned_at=NOW, submitted_at=NOW)
    Measurement.objects.filter(pk=row.pk).update(returned_at=row.updated_at + timedelta(hours=1))
    town.save(town.pair(3, None, 1), town.pair(3, 4, 2))
    assert ">Enviar 1, dejar 1 en borrador y 1 por atender<" in text_of(town.client().get(URL))


def test_what_stays_is_seen_before_it_stays(town):
    """A figure that somebody leaves half done meanwhile was not on the page: the page is shown again."""
    town.save(town.pair(3, 4), town.pair(3, 4, 1))
    client = town.client()
    mark = client.get(URL).context["mark"]
    town.save(town.pair(5, None, 2))
    again = text_of(submit(client, "enviar-de-todos-modos", mark))
    assert "Las cifras cambiaron mientras las veía" in again and ">Enviar 2 y dejar 1 en borrador<" in again
    assert {row.state for row in Measurement.objects.all()} == {State.DRAFT}


def test_figures_that_changed_since_they_were_shown_are_shown_again(town):
    town.save(*(town.pair(3, 4, number) for number in range(3)))
    client = town.client()
    mark = client.get(URL).context["mark"]
    town.save(town.pair(2, 4, version=1))
    response = submit(client, mark=mark)
    assert "Las cifras cambiaron mientras las veía" in text_of(response) and town.row().state == State.DRAFT
    assert submit(client).redirect_chain and town.row().state == State.SUBMITTED


def test_sending_twice_gives_one_acuse(town):
    town.save(*(town.pair(3, 4, number) for number in range(3)))
    client = town.client()
    mark = client.get(URL).context["mark"]
    submit(client, mark=mark)
    assert "No había nada nuevo que enviar" in text_of(submit(client, mark=mark))
    assert Receipt.objects.count() == 1


def test_it_says_which_figures_will_ask_for_a_commitment(town):
    town.save(town.pair(1, 4), town.pair(3, 4, 1))
    response = town.client().get(URL)
    assert [row["code"] for row in response.context["commitments"]] == ["PRE-01-01"]
    assert "/2016/compromisos/PRE-01-01/9/" in text_of(response)


def test_a_closed_month_says_why(town):
    town.save(town.pair(3, 4))
    period = town.period()
    period.closed_on = NOW.date()
    period.save()
    html = text_of(town.client().get(URL))
    assert "se cerró el 03/10/2016" in html and "Enviar de todos modos" not in html
    assert "El mes no se envió" in text_of(submit(town.client()))


def test_drafts_of_a_closed_month_are_not_called_sent(town):
    town.save(town.pair(3, 4), town.pair(3, None, 1))
    period = town.period()
    period.closed_on = NOW.date()
    period.save()
    html = text_of(town.client().get(URL))
    assert "No hay nada que se pueda enviar. Se enviaron 0 de 3. Hay 2 borradores que ya no se pueden enviar." in html
    assert "1 se quedó sin captura." in html and "nada nuevo que enviar" not in html and "Ya se enviaron" not in html
    assert "prórroga" in html


def test_where_nothing_is_complete_it_says_what_to_finish(town):
    town.save(town.pair(3, None))
    html = text_of(town.client().get(URL))
    assert "No hay nada nuevo que enviar." in html and "Antes de enviar hay que terminar esta captura" in html
    assert 'name="act"' not in html.split('name="seen"')[1]


def test_nothing_to_send_says_so(town):
    assert "No hay nada nuevo que enviar" in text_of(town.client().get(URL))


@pytest.mark.parametrize("indicators", [2, 40])
def test_the_page_costs_the_same_queries_for_any_number_of_indicators(indicators, django_assert_num_queries):
    town = make_town(indicators)
    town.save(*(town.pair(3, 4, number) for number in range(indicators)))
    client = town.client()
    with django_assert_num_queries(14):
        client.get(URL)
