"""Whole numbers that people send, and the pages that read them."""

import pytest
from django.test import Client

from core.asked import read_key, read_whole
from tests.indicators.town import Town, make_town

NO_NUMBERS = ["9" * 5_000, "٤٢", "²", "-7", "+7", " 7", "7\n", "1_000", "1e3", "", None, "NaN", "１２"]


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_only_short_plain_digits_are_a_number(text: str | None) -> None:
    assert read_key(text) is None


def test_a_number_is_as_long_as_its_reader_says() -> None:
    assert (read_key("9" * 18), read_key("9" * 19)) == (10**18 - 1, None)
    assert (read_whole("0012", digits=4), read_whole("20160", digits=4)) == (12, None)


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


def as_person(town: Town, role: str) -> Client:
    client = Client()
    client.force_login(town.people[role])
    return client


@pytest.mark.parametrize("sent", ["9" * 5_000, "٤٢", "²", "1" + "0" * 19, "-1"])
def test_a_selection_that_is_no_key_selects_nothing(town: Town, sent: str) -> None:
    answer = as_person(town, "director").post("/2016/revision/PRE/9/", {"accion": "validar", "seleccion": sent})
    assert answer.status_code == 200 and "No seleccionó ninguna cifra" in answer.content.decode()


@pytest.mark.parametrize("sent", ["9" * 5_000, "٤٢", "²", "-1", "201"])
@pytest.mark.parametrize("act", ["guardar", "sin-actividad"])
def test_a_grid_without_a_number_of_rows_is_refused(town: Town, sent: str, act: str) -> None:
    posted = {"fila-TOTAL_FORMS": sent, "fila-INITIAL_FORMS": "0", "accion": act, "motivo": "no_demand"}
    assert as_person(town, "liaison").post("/2016/captura/PRE/9/", posted).status_code == 400


@pytest.mark.parametrize("sent", ["٤٢", "²", "9" * 5_000, "1" + "0" * 19])
@pytest.mark.parametrize(
    ("page", "key"),
    [
        ("/catalogo/nombramientos/nuevo/", "persona"), ("/2016/catalogo/siguiente/", "ejercicio"),
        ("/2016/captura/PRE/9/", "parte"), ("/2016/captura/PRE/9/evidencia/", "ver"),
        ("/2016/tablero/", "ejercicio"),
    ],
)  # fmt: skip
def test_a_page_is_there_whatever_its_parameter(town: Town, page: str, key: str, sent: str) -> None:
    assert as_person(town, "planning").get(page, {key: sent}).status_code == 200


@pytest.mark.parametrize("part", ["9" * 5_000, "9" * 19, "٤٢", "-1"])
@pytest.mark.parametrize(
    "page",
    [
        "/catalogo/personas/{}/", "/evidencia/{}/", "/{}/tablero/", "/2016/captura/PRE/{}/",
        "/2016/catalogo/ejes/{}/", "/2016/calendario/inhabiles/{}/quitar/", "/2016/explicacion/eje/{}/",
    ],
)  # fmt: skip
def test_an_address_with_what_is_no_number_has_no_page(town: Town, page: str, part: str) -> None:
    assert as_person(town, "planning").get(page.format(part)).status_code == 404
