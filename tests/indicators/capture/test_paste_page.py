"""Pasting without JavaScript: the text, its preview, the confirmation; nothing counts before it."""

import pytest
from django.http import HttpResponse
from django.test import Client

from indicators.models import Measurement, Mode, State
from tests.factories import make_department, make_indicator, make_measurement, make_program
from tests.indicators.capture_page import url
from tests.indicators.town import Town, make_town
from tests.support.pages import text_of
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
PASTE = f"{url()}pegar/"


@pytest.fixture
@shared
def town() -> Town:
    return make_town(3)


@pytest.fixture
def client(town: Town) -> Client:
    return town.client()


def confirm(client: Client, response: HttpResponse, **answers: str) -> HttpResponse:
    context = response.context
    data = {f"version-{pk}": version for pk, version in context["versions"]}
    data |= {"text": context["text"], "start": context["start"], "side": context["side"], "act": "aplicar"}
    data |= {"decimal": context["decimal"]} | {name.replace("_", "-"): code for name, code in answers.items()}
    return client.post(PASTE, data, follow=True)


def test_a_block_is_shown_and_counts_once_it_is_confirmed(town, client):
    make_measurement(town.indicators[1], 9, 1, 4, State.DRAFT)
    response = client.post(PASTE, {"text": "PRE-01-02\t3\t4\nPRE-01-01\t1,234.5\t2000\nPRE-01-03\t\t"})
    shown = [(row.code, row.before, row.after) for row in response.context["proposals"]]
    assert shown[:2] == [("PRE-01-02", "1 / 4", "3 / 4"), ("PRE-01-01", "sin captura", "1,234.5 / 2,000")]
    assert "Guardar 2 filas" in text_of(response) and "Todavía no se guardó nada" in text_of(response)
    assert not Measurement.objects.filter(indicator=town.indicators[0]).exists()
    assert "Se guardó lo que pegó en 2 indicadores." in text_of(confirm(client, response))
    assert (town.row(1).numerator, town.row().denominator) == (3, 2000)


def test_without_codes_the_official_names_stand_beside_it(town, client):
    text = {"text": "Solicitudes\t3\t4", "start": "PRE-01-02", "side": "numerator"}
    response = client.post(PASTE, text)
    (row,) = response.context["proposals"]
    assert (row.code, row.name, row.label) == ("PRE-01-02", town.indicators[1].name, "Solicitudes")
    assert "no trae claves" in text_of(response)
    confirm(client, response)
    assert town.row(1).numerator == 3


def test_names_in_another_order_land_where_they_belong(town, client):
    names = [indicator.name for indicator in reversed(town.indicators)]
    response = client.post(PASTE, {"text": "\n".join(f"{name}\t{n}\t9" for n, name in enumerate(names))})
    assert "cada fila se buscó por el nombre de su indicador" in text_of(response)
    confirm(client, response)
    assert [town.row(number).numerator for number in range(3)] == [2, 1, 0]


def test_a_name_that_contradicts_is_not_saved_before_it_is_answered(town, client):
    block = {"text": f"{town.indicators[1].name}\t3\t4", "start": "PRE-01-01", "side": "numerator"}
    response = client.post(PASTE, block)
    text = text_of(response)
    assert 'class="is-wrong"' in text and "por su lugar le toca PRE-01-01" in text
    assert "Ponerla en <strong>PRE-01-02</strong>" in text and "Dejarla en <strong>PRE-01-01</strong>" in text
    assert "Guardar lo que elija" in text and "1 fila espera su respuesta" in text
    unanswered = text_of(confirm(client, response))
    assert "no se dijo a qué indicador corresponde" in unanswered and "3 / 4" in unanswered
    assert not Measurement.objects.exists()
    confirm(client, response, fila_1="PRE-01-03")  # was not offered
    assert not Measurement.objects.exists()
    confirm(client, response, fila_1="PRE-01-02")
    assert town.row(1).numerator == 3 and Measurement.objects.count() == 1
    confirm(client, client.post(PASTE, block), fila_1="PRE-01-01")
    assert town.row().numerator == 3


def test_an_answer_does_not_overwrite_what_changed_since_the_preview(town, client):
    block = {"text": f"{town.indicators[1].name}\t3\t4", "start": "PRE-01-01", "side": "numerator"}
    response = client.post(PASTE, block)
    town.save(town.pair(1, 9, 1), role="director")
    assert "PRE-01-02 no se cambió: director guardó 1 / 9" in text_of(confirm(client, response, fila_1="PRE-01-02"))
    assert town.row(1).numerator == 1


def test_headings_totals_and_percentages_of_a_sheet_are_passed_over(town, client):
    text = (
        "Indicador\tNumerador\tDenominador\t%\nPRE-01 Programa\t\t\t\nUno\t3\t4\t75%\nDos\t5\t5\t100%\nTotal\t8\t9\t89%"
    )
    response = client.post(PASTE, {"text": text})
    assert "Se pasaron por alto 2 renglones" in text_of(response) and "«Total» 8 / 9" in text_of(response)
    confirm(client, response)
    assert [(row.numerator, row.denominator) for row in Measurement.objects.order_by("pk")] == [(3, 4), (5, 5)]


def test_the_percentages_left_out_are_named(client):
    response = client.post(PASTE, {"text": "PRE-01-01\t3\t4\t75%\nPRE-01-02\t5\t5\t100%"})
    assert "Se dejó fuera la columna de porcentajes (75%): el sistema los calcula." in text_of(response)


def test_how_a_block_writes_decimals_is_asked_once_and_counts_for_all_of_it(town, client):
    block = {"text": "PRE-01-01\t1.234\t2.000\nPRE-01-02\t1.500\t3.000"}
    response = client.post(PASTE, block)
    text = text_of(response)
    assert text.count("¿Qué número es") == 1 and ">Es 1.234</button>" in text and ">Es 1,234</button>" in text
    assert "Guardar" not in text and "field-error" not in text
    confirm(client, response)
    assert not Measurement.objects.exists()
    comma = client.post(PASTE, block | {"decimal": "coma"})
    assert [row.after for row in comma.context["proposals"]] == ["1,234 / 2,000", "1,500 / 3,000"]
    point = client.post(PASTE, block | {"decimal": ["punto", "coma"]})  # the button that changes the answer
    assert [row.after for row in point.context["proposals"]] == ["1.234 / 2", "1.5 / 3"]
    confirm(client, comma)
    assert (town.row().numerator, town.row(1).denominator) == (1234, 3000)


@pytest.mark.parametrize("written", ["2,5", "$ 2.5", "\ufeff2.5\u200b"])
def test_a_pasted_number_is_read_as_a_typed_one(town, client, written):
    confirm(client, client.post(PASTE, {"text": f"PRE-01-01\t{written}\t4"}))
    assert town.row().numerator * 2 == 5


def test_bad_cells_are_told_and_the_rest_can_be_saved(town, client):
    response = client.post(PASTE, {"text": "PRE-01-01\t85%\t4\nPRE-01-02\t3\t4\nPRE-01-03\t21-nov\t####"})
    text = text_of(response)
    assert "Numerador: «85%» es un porcentaje" in text and "«21-nov» es una fecha" in text and "muy angosta" in text
    first = response.context["proposals"][0]
    assert (first.typed, first.before, first.after) == ("85% / 4", "sin captura", "sin captura")
    confirm(client, response)
    assert [row.indicator_id for row in Measurement.objects.all()] == [town.indicators[1].pk]


@pytest.mark.parametrize(("text", "said"), [("", "No pegó nada"), ("1\t2\n" * 5000, "Pegó 10,000 celdas")])
def test_nothing_and_too_much_end_in_a_sentence(client, text, said):
    response = client.post(PASTE, {"text": text})
    assert response.status_code == 200 and said in text_of(response)


def test_a_figure_that_changed_since_the_preview_is_not_overwritten(town, client):
    response = client.post(PASTE, {"text": "PRE-01-01\t3\t4\nPRE-01-02\t3\t4"})
    town.save(town.pair(1, 9), role="director")
    text = text_of(confirm(client, response))
    assert "PRE-01-01 no se cambió: director guardó 1 / 9" in text and "en 1 indicador." in text
    assert (town.row().numerator, town.row(1).numerator) == (1, 3)


def test_rows_that_cannot_be_written_say_why(town, client):
    make_measurement(town.indicators[0], 9, 3, 4, State.SUBMITTED)
    response = client.post(PASTE, {"text": "PRE-01-01\t1\t4"})
    assert "Ya se envió" in text_of(response) and "No hay nada que guardar" in text_of(response)
    assert "Ya se envió" in text_of(town.client("planning").post(PASTE, {"text": "PRE-01-01\t1\t4"}))
    confirm(client, response)
    assert town.row().numerator == 3


def test_blanks_keep_a_side_and_a_prefilled_one_counts(town, client):
    stock = make_indicator(town.program, denominator_mode=Mode.LAST)
    make_measurement(stock, 8, 1, 12)
    make_measurement(town.indicators[0], 9, 3, 4, State.DRAFT, justification="x")
    confirm(client, client.post(PASTE, {"text": "PRE-01-01\t2\t\nPRE-01-04\t5\t"}))
    assert (town.row().numerator, town.row().denominator, town.row().justification) == (2, 4, "x")
    assert Measurement.objects.get(indicator=stock, month=9).denominator == 12


def test_what_will_be_asked_is_said_beforehand(town, client):
    response = client.post(PASTE, {"text": "PRE-01-01\t5\t4\nPRE-01-02\t0\t0"})
    text = text_of(response)
    assert "Para enviar: El numerador supera al denominador" in text
    assert "Para enviar: Elija por qué no hubo actividad" in text


def test_markup_stays_text(client):
    assert "<script>x" not in text_of(client.post(PASTE, {"text": "<script>x</script>\t3\t4"}))


def test_the_dialog_gets_only_the_preview(client):
    response = client.post(PASTE, {"text": "3\t4", "partial": "1"})
    assert "<html" not in text_of(response) and "Guardar 1 fila" in text_of(response)


def test_a_paste_comes_back_to_the_part_of_the_month_that_it_came_from(town, client, settings):
    settings.GRID_MAX_ROWS = 2
    part = client.get(url(), {"parte": "2"})
    assert f'href="{PASTE}?desde=PRE-01-03"' in part.content.decode()
    page = client.get(PASTE, {"desde": "PRE-01-03"})
    assert f'href="{url()}?parte=2"' in page.content.decode()
    assert '<option value="PRE-01-03" selected>' in page.content.decode()
    shown = client.post(PASTE, {"text": "3\t4", "start": "PRE-01-03"})
    assert f'href="{url()}?parte=2" data-close' in shown.content.decode()
    saved = confirm(client, shown)
    assert saved.redirect_chain == [(f"{url()}?parte=2#numerador-PRE-01-03", 302)] and town.row(2).numerator == 3


@pytest.mark.parametrize(("role", "status"), [("comptroller", 403), ("reader", 404), ("planning", 200)])
def test_who_may_paste(town, role, status):
    assert town.client(role).get(PASTE).status_code == status


def test_another_department_is_a_404(town, client):
    make_indicator(make_program(town.year, "OBR-01", department=make_department("OBR", "Obras")))
    assert client.post(PASTE.replace("PRE", "OBR"), {"text": "3\t4"}).status_code == 404


# --- Sin actividad -------------------------------------------------------------------------------------------------


def test_no_activity_for_one_row_with_its_button(town, client):
    from tests.indicators.capture_page import page_data

    page = client.get(url())
    client.post(url(), page_data(page, act=f"sin-actividad-suspended-{town.indicators[1].pk}"))
    row = town.row(1)
    assert (row.numerator, row.denominator, row.no_activity) == (0, 0, "suspended")
    assert Measurement.objects.count() == 1


def test_no_activity_for_the_marked_rows(town, client):
    from tests.indicators.capture_page import page_data

    page = client.get(url())
    marked = [str(town.indicators[0].pk), str(town.indicators[2].pk)]
    data = page_data(page, act="sin-actividad", reason="no_demand") | {"marked": marked}
    assert "Se guardaron 2 indicadores." in text_of(client.post(url(), data, follow=True))
    assert (town.row().no_activity, town.row(2).no_activity) == ("no_demand", "no_demand")
    client.post(url(), page_data(client.get(url()), act="sin-actividad", reason="x") | {"marked": marked})
    assert town.row().no_activity == "no_demand"
