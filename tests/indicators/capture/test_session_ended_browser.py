"""What is in the page alone, a file that was chosen or a block that was pasted, survives a session that ended."""

from io import BytesIO

import pytest
from playwright.sync_api import expect

from tests.indicators.capture_page import url
from tests.indicators.grid_page import FIRST, cell, kept, paste, session_ended, sign_in, status
from tests.indicators.town import Town, make_town

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
BLOCK = f"{FIRST}\t3\t4\nPRE-01-02\t5\t6"


@pytest.fixture
def town() -> Town:
    return make_town(4)


def test_a_pasted_block_is_saved_after_signing_in_again(grid, town, live_server):
    paste(grid, BLOCK)
    save = grid.get_by_role("dialog").get_by_role("button", name="Guardar 2 filas")
    expect(save).to_be_visible()
    grid.context.clear_cookies()
    save.press("Enter")
    said = grid.get_by_role("dialog").get_by_role("alert")
    expect(said).to_contain_text("Su sesión terminó y no se envió nada; lo que pegó sigue aquí.")
    expect(said.get_by_role("link", name="Entre en otra pestaña")).to_be_focused()
    sign_in(grid, town, live_server)
    save.press("Enter")
    expect(grid.get_by_text("Se guardó lo que pegó en 2 indicadores")).to_be_visible()
    assert (town.row().numerator, town.row(1).denominator) == (3, 6)


def test_a_block_pasted_after_the_session_ended_says_to_paste_it_again(grid):
    grid.context.clear_cookies()
    paste(grid, BLOCK)
    expect(grid.locator("[data-notice]")).to_contain_text("Su sesión terminó")
    expect(grid.locator("[data-notice]")).to_contain_text("Lo que pegó no se guardó: péguelo otra vez")


def test_a_page_older_than_the_session_pastes_all_the_same(grid):
    grid.context.clear_cookies(name="csrftoken")  # as signing in anew in another tab does
    paste(grid, BLOCK)
    expect(grid.get_by_role("dialog").get_by_role("button", name="Guardar 2 filas")).to_be_visible()


def test_a_workbook_is_looked_at_after_signing_in_again(grid, town, live_server):
    client = town.client()
    book = b"".join(client.get(f"{url()}libro.xlsx"))
    grid.goto(f"{url()}subir/")
    file = {"name": "septiembre.xlsx", "mimeType": "application/octet-stream", "buffer": BytesIO(book).getvalue()}
    grid.set_input_files("input[type=file]", file)
    grid.context.clear_cookies()
    look = grid.get_by_role("button", name="Ver qué cambia")
    look.press("Enter")
    expect(grid.get_by_role("alert")).to_contain_text("Su sesión terminó y no se envió nada; el archivo sigue elegido.")
    sign_in(grid, town, live_server)
    look.press("Enter")
    expect(grid.get_by_text("septiembre.xlsx")).to_be_visible()


def test_without_a_line_the_chosen_file_stays_chosen(grid):
    grid.goto(f"{url()}subir/")
    grid.set_input_files("input[type=file]", {"name": "a.csv", "mimeType": "text/csv", "buffer": b"Ejercicio,Mes"})
    grid.context.set_offline(True)
    grid.get_by_role("button", name="Ver qué cambia").press("Enter")
    expect(grid.get_by_role("alert")).to_contain_text("No hay conexión con el sistema y no se envió nada")
    grid.context.set_offline(False)
    grid.get_by_role("button", name="Ver qué cambia").press("Enter")
    expect(grid.get_by_text("a.csv")).to_be_visible()


def test_a_grid_goes_on_when_the_person_signed_in_beside_it(grid, town, live_server):
    grid.context.clear_cookies()
    cell(grid).fill("3")
    cell(grid).press("Tab")
    session_ended(grid)
    sign_in(grid, town, live_server)  # in another tab
    grid.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(status(grid)).to_contain_text("guardado")
    expect(grid.locator("[data-notice]")).to_have_text("")
    assert town.row().numerator == 3 and kept(grid) == 0


def test_one_step_back_after_signing_in_again_shows_what_was_typed(grid, town, live_server):
    person = town.people["liaison"]
    person.set_password("una clave larga")
    person.save()
    sign_in(grid, town, live_server)
    grid.goto("/2016/calendario/")
    grid.goto(f"{url()}#numerador-{FIRST}")  # as after a paste; the address alone would not lead to the sign-in
    grid.context.clear_cookies()
    cell(grid).fill("3")
    cell(grid).press("Tab")
    grid.get_by_role("link", name="Entre de nuevo").press("Enter")
    grid.get_by_label("Usuario").fill(person.get_username())
    grid.get_by_label("Contraseña").fill("una clave larga")
    grid.get_by_role("button", name="Entrar").click()
    expect(grid.locator(".recovered")).to_contain_text(f"{FIRST}: 3 / vacío")
    grid.go_back()
    expect(grid.locator(".recovered")).to_contain_text(f"{FIRST}: 3 / vacío")
