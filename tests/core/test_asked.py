"""Whole numbers that people send, and the pages that read them."""

import pytest

from core.asked import read_key, read_object, read_whole
from indicators.models import Measurement, Observation, State
from programs.models import Axis
from tests.factories import make_measurement
from tests.indicators.town import Town, make_town
from tests.support.shared import shared

NO_NUMBERS = ["9" * 5_000, "٤٢", "²", "-7", "+7", " 7", "7\n", "1_000", "1e3", "", None, "NaN", "１２"]


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_only_short_plain_digits_are_a_number(text: str | None) -> None:
    assert read_key(text) is None


def test_a_number_is_as_long_as_its_reader_says() -> None:
    assert (read_key("9" * 18), read_key("9" * 19)) == (10**18 - 1, None)
    assert (read_whole("0012", digits=4), read_whole("20160", digits=4)) == (12, None)


@pytest.fixture
@shared
def town(db: None) -> Town:
    return make_town()


HOSTILE = ["9" * 5_000, "1" + "0" * 19, "٤٢", "²", "-1"]


def test_a_selection_that_is_no_key_selects_nothing(town: Town) -> None:
    director = town.client("director")
    for sent in HOSTILE:
        answer = director.post("/2016/revision/PRE/9/", {"act": "validar", "selected": sent})
        assert answer.status_code == 200 and "No seleccionó ninguna cifra" in answer.content.decode(), sent[:30]


def test_a_grid_without_a_number_of_rows_is_refused(town: Town) -> None:
    liaison = town.client("liaison")
    for sent in (*HOSTILE, "201", ""):
        for act in ("guardar", "sin-actividad"):
            posted = {"fila-TOTAL_FORMS": sent, "fila-INITIAL_FORMS": "0", "act": act, "reason": "no_demand"}
            assert liaison.post("/2016/captura/PRE/9/", posted).status_code == 400, sent[:30]


def test_a_page_is_there_whatever_its_parameter(town: Town) -> None:
    planning = town.client("planning")
    for address, key in (
        ("/catalogo/nombramientos/nuevo/", "persona"), ("/2016/catalogo/siguiente/", "ejercicio"),
        ("/2016/captura/PRE/9/", "parte"), ("/2016/captura/PRE/9/evidencia/", "ver"), ("/2016/tablero/", "ejercicio"),
    ):  # fmt: skip
        for sent in HOSTILE:
            assert planning.get(address, {key: sent}).status_code == 200, (address, sent[:30])


def test_an_address_with_what_is_no_number_has_no_page(town: Town) -> None:
    planning = town.client("planning")
    for address in (
        "/catalogo/personas/{}/",
        "/evidencia/{}/",
        "/{}/tablero/",
        "/2016/captura/PRE/{}/",
        "/2016/catalogo/ejes/{}/",
        "/2016/explicacion/eje/{}/",
    ):
        for sent in HOSTILE:
            assert planning.get(address.format(sent)).status_code == 404, (address, sent[:30])


def test_what_is_no_object_of_ours_is_none() -> None:
    assert read_object('{"a": "1"}') == {"a": "1"}
    for text in ("", "[" * 100_000, '{"a":' * 100_000, "[1]", "NaN", '{"a": "\\ud800"}', '{"a": ' + "9" * 5_000 + "}"):
        assert read_object(text) is None, text[:20]


@pytest.mark.parametrize("sent", ["[" * 100_000, '{"numerator": "\\ud800"}'])
def test_a_choice_of_both_that_the_page_did_not_write_is_asked_again(town: Town, sent: str) -> None:
    posted = {
        "fila-TOTAL_FORMS": "1", "fila-INITIAL_FORMS": "0", "fila-0-indicator": str(town.indicators[0].pk),
        "fila-0-version": "0", "fila-0-choice": "both", "fila-0-both": sent, "fila-0-numerator": "1",
        "fila-0-denominator": "2",
    }  # fmt: skip
    answer = town.client("liaison").post("/2016/captura/PRE/9/", posted)
    assert answer.status_code == 200 and not Measurement.objects.exists()


def test_a_nul_in_a_reason_or_an_observation_is_left_out(town: Town) -> None:
    """PostgreSQL takes none."""
    row = make_measurement(town.indicators[0], 9, 1, 2, State.SUBMITTED)
    posted = {
        "act": f"devolver-{row.pk}",
        f"observation-{row.pk}": "Re\0vise",
        f"version-{row.pk}": str(row.version),
    }
    answer = town.client("director").post("/2016/revision/PRE/9/", posted)
    assert answer.status_code in (200, 302) and Observation.objects.get().text == "Revise"
    axis = Axis.objects.create(plan=town.year.plan, name="Otro", position=9)
    page = f"/2016/catalogo/ejes/{axis.pk}/eliminar/"
    assert town.client("planning").post(page, {"reason": "So\0bra"}).status_code == 302
    assert not Axis.objects.filter(pk=axis.pk).exists()
