"""What the browser kept and the server does not have: no page erases it or passes it over without a word."""

import re
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from indicators.models import CAPTURED_REASONS, Measurement, State
from tests.factories import NOW
from tests.indicators.capture_page import url
from tests.indicators.grid_page import FIRST, SECOND, cell, kept, session_ended, sign_in, status, type_pair
from tests.indicators.town import Town, make_town

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
ROW = re.compile(r"/fila/")
TAKE = "Ponerla en sus casillas y guardarla"
SEND = "Revisar y enviar…"


@pytest.fixture
def town() -> Town:
    return make_town(4)


def leave_kept(grid: Page, *rows: tuple[str, str, str]) -> None:
    """Typed while the line was cut, and the tab closed: the browser alone has it."""
    grid.route(ROW, lambda route: route.abort())
    for code, n, d in rows:
        type_pair(grid, n, d, code)
        expect(status(grid, code)).to_contain_text("no se pudo guardar")
    grid.once("dialog", lambda dialog: dialog.accept())
    grid.goto("/cuenta/")
    grid.unroute_all()


@pytest.mark.parametrize("why", CAPTURED_REASONS)
def test_what_is_kept_is_named_with_its_reason_of_no_activity(grid, town, why):
    """A reason chosen beside two empty cells is 0/0 once it is saved, and nothing that was typed goes unsaid."""
    grid.route(ROW, lambda route: route.abort())
    cell(grid, FIRST).press("F2")
    grid.keyboard.insert_text("No hubo gente")
    grid.get_by_label(f"Sin actividad (0/0) de {FIRST}").select_option(why.value)
    cell(grid, SECOND).focus()
    expect(status(grid)).to_contain_text("no se pudo guardar")
    named = f"{FIRST}: 0 / 0, {why.label}, «No hubo gente»"
    expect(press_sign_out(grid)).to_contain_text(named)
    grid.get_by_role("button", name="No salir").click()
    grid.once("dialog", lambda dialog: dialog.accept())
    grid.goto("/")
    grid.unroute_all()
    expect(grid.locator("[data-kept]")).to_contain_text(named)
    grid.goto(url())
    expect(grid.get_by_text("Recuperamos 1 captura sin guardar.")).to_contain_text(named)
    grid.get_by_role("button", name=TAKE).click()
    expect(status(grid)).to_contain_text("guardado")
    row = town.row()
    assert (row.numerator, row.denominator, row.no_activity, row.justification) == (0, 0, why, "No hubo gente")


def press_sign_out(page: Page) -> Any:
    page.get_by_role("button", name="Salir", exact=True).press("Enter")
    return page.get_by_role("dialog", name="Antes de salir")


def test_signing_out_names_what_is_kept_and_leaves_it_for_the_same_person(grid, town, live_server):
    leave_kept(grid, (FIRST, "3", "4"))
    asked = press_sign_out(grid)  # on a page that is not the month's
    expect(asked).to_contain_text("queda 1 captura sin guardar")
    expect(asked).to_contain_text(f"septiembre 2016: {FIRST}: 3 / 4")
    expect(asked.get_by_role("link", name="Ir a guardarla")).to_be_focused()
    asked.get_by_role("button", name="Salir y dejarla en este equipo").press("Enter")
    expect(grid.get_by_text("Cerró su sesión.")).to_be_visible()
    assert kept(grid) == 1
    sign_in(grid, town, live_server, "director")
    grid.goto("/")
    expect(grid.get_by_role("link", name="Inicio")).to_be_visible()
    grid.wait_for_load_state("networkidle")
    expect(grid.get_by_text("sin guardar")).to_have_count(0)
    grid.get_by_role("button", name="Salir", exact=True).click()  # nothing of theirs: one press
    expect(grid.get_by_text("Cerró su sesión.")).to_be_visible()
    sign_in(grid, town, live_server)
    grid.goto("/")
    expect(grid.locator("[data-kept]")).to_contain_text(
        f"Queda 1 captura sin guardar en este equipo: {town.department.name}"
    )
    grid.locator("[data-kept]").get_by_role("link", name=f"{town.department.name} · septiembre 2016 →").click()
    grid.get_by_role("button", name=TAKE).click()
    expect(status(grid)).to_contain_text("guardado")
    expect(grid.locator(".kept-mark")).to_have_count(0)
    assert town.row().numerator == 3 and kept(grid) == 0


def test_signing_out_erases_only_when_the_person_says_so(grid, town):
    leave_kept(grid, (FIRST, "3", "4"), (SECOND, "5", ""))
    asked = press_sign_out(grid)
    expect(asked).to_contain_text(f"{FIRST}: 3 / 4 · {SECOND}: 5 / vacío")
    grid.keyboard.press("Escape")
    expect(asked).to_have_count(0)
    assert kept(grid) == 2
    asked = press_sign_out(grid)
    asked.get_by_role("button", name="Salir y borrarlas").click()
    expect(grid.get_by_text("Cerró su sesión.")).to_be_visible()
    assert kept(grid) == 0


def test_signing_out_from_the_grid_without_a_line_leads_back_to_the_row(grid):
    grid.route(ROW, lambda route: route.abort())
    type_pair(grid, "3", "4")
    asked = press_sign_out(grid)
    expect(asked).to_contain_text(f"{FIRST}: 3 / 4")
    asked.get_by_role("link", name="Ir a guardarla").press("Enter")
    expect(asked).to_have_count(0)
    expect(cell(grid)).to_be_focused()
    asked = press_sign_out(grid)
    asked.get_by_role("button", name="Salir y dejarla").click()  # no second question of the browser's
    expect(grid.get_by_text("Cerró su sesión.")).to_be_visible()
    assert kept(grid) == 1


def test_signing_out_with_what_was_recovered_in_sight_asks_too(grid):
    leave_kept(grid, (FIRST, "3", "4"))
    grid.goto(url())
    asked = press_sign_out(grid)
    expect(asked).to_contain_text(f"{FIRST}: 3 / 4")
    asked.get_by_role("link", name="Ir a guardarla").click()
    expect(grid.get_by_role("button", name=TAKE)).to_be_focused()
    assert kept(grid) == 1


def test_signing_out_saves_first_what_can_be_saved(grid, town):
    cell(grid).fill("3")
    cell(grid, side="Denominador").fill("4")
    grid.get_by_role("button", name="Salir", exact=True).press("Enter")  # the pause after leaving the cell is not over
    expect(grid.get_by_text("Cerró su sesión.")).to_be_visible()
    assert (town.row().numerator, town.row().denominator) == (3, 4) and kept(grid) == 0


def test_the_page_that_asks_before_signing_out_keeps_it_too(grid):
    leave_kept(grid, (FIRST, "3", "4"))
    grid.goto("/salir/")
    grid.get_by_role("button", name="Cerrar sesión").click()
    expect(grid.get_by_role("dialog", name="Antes de salir")).to_contain_text(f"{FIRST}: 3 / 4")


def test_a_browser_that_cannot_keep_anything_does_not_promise_to(grid):
    grid.evaluate(
        "() => { Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }; }"
    )
    grid.route(ROW, lambda route: route.abort())
    type_pair(grid, "3", "4")
    asked = press_sign_out(grid)
    expect(asked).to_contain_text(f"En esta página: {FIRST}: 3 / 4")
    expect(asked.get_by_role("button", name="Salir y dejarla")).to_have_count(0)


def test_every_page_knows_what_is_kept_until_the_server_has_it(grid, town):
    leave_kept(grid, (FIRST, "3", "4"), (SECOND, "5", "6"))
    mark = grid.locator(".site-nav .kept-mark a")
    expect(mark).to_have_text("2 sin guardar")
    town.save(town.pair(3, 4), role="director")  # the very figures, by another door
    grid.goto("/2016/captura/?todos=1")
    expect(mark).to_have_text("1 sin guardar")
    grid.goto(url(8))  # another month is open: the mark leads to the right one
    mark.click()
    expect(grid.locator(".recovered")).to_contain_text(f"Recuperamos 1 captura sin guardar. {SECOND}: 5 / 6")
    grid.get_by_role("button", name="Descartarla").click()
    expect(mark).to_have_count(0)


def test_what_was_discarded_comes_back_with_one_press(grid, town):
    leave_kept(grid, (FIRST, "3", "4"))
    grid.goto(url())
    grid.get_by_role("button", name="Descartarla").press("Enter")
    expect(grid.locator(".recovered")).to_contain_text(f"Se descartó {FIRST}: 3 / 4")
    assert kept(grid) == 0
    grid.get_by_role("button", name="Deshacer").press("Enter")
    assert kept(grid) == 1
    grid.reload()
    grid.get_by_role("button", name=TAKE).click()
    expect(status(grid)).to_contain_text("guardado")
    assert town.row().numerator == 3


def test_two_windows_of_one_month_erase_nothing_of_each_other(grid, town):
    other = grid.context.new_page()
    other.goto(url())
    for page, figures in ((grid, ("3", "4")), (other, ("5", "6"))):
        page.route(ROW, lambda route: route.abort())
        type_pair(page, *figures)
        expect(status(page)).to_contain_text("no se pudo guardar")
    other.close(run_before_unload=False)
    grid.unroute_all()
    cell(grid).fill("7")
    cell(grid).press("Tab")
    expect(status(grid)).to_contain_text("guardado")
    grid.reload()
    expect(grid.locator(".recovered")).to_contain_text(f"{FIRST}: 5 / 6")
    expect(cell(grid)).to_have_value("7")


def test_a_month_is_not_sent_past_what_was_recovered(grid, town):
    town.save(*(town.pair(1, 2, number) for number in range(4)))
    grid.reload()
    leave_kept(grid, (FIRST, "3", "4"))
    grid.goto(url())
    grid.get_by_role("button", name=SEND).press("Enter")
    expect(grid.locator(".recovered")).to_contain_text("Antes de enviar el mes, decida qué hacer con lo recuperado.")
    expect(grid.get_by_role("button", name=TAKE)).to_be_focused()
    assert grid.url.endswith(url())
    grid.keyboard.press("Enter")
    expect(status(grid)).to_contain_text("guardado")
    grid.get_by_role("button", name=SEND).press("Enter")
    expect(grid.get_by_role("heading", name="Enviar septiembre")).to_be_visible()
    expect(grid.get_by_text("sin guardar")).to_have_count(0)


def test_a_month_is_not_sent_past_what_was_recovered_in_another_part(grid, town, settings):
    town.save(*(town.pair(1, 2, number) for number in range(4)))
    settings.GRID_MAX_ROWS = 2
    grid.goto(f"{url()}?parte=2")
    leave_kept(grid, ("PRE-01-03", "3", "4"))
    grid.goto(url())
    expect(grid.locator(".recovered")).to_contain_text("En otra parte de este mes quedó sin guardar PRE-01-03: 3 / 4")
    grid.get_by_role("button", name=SEND).press("Enter")
    way = grid.get_by_role("link", name="Abrir esa parte")
    expect(way).to_be_focused()
    grid.keyboard.press("Enter")
    expect(grid).to_have_url(re.compile(r"\?parte=2$"))
    grid.get_by_role("button", name=TAKE).click()
    expect(status(grid, "PRE-01-03")).to_contain_text("guardado")


def test_the_way_to_another_part_waits_until_it_is_known_which(grid, town, settings):
    settings.GRID_MAX_ROWS = 2
    grid.goto(f"{url()}?parte=2")
    grid.route("**/filas/", lambda route: route.abort())  # nor does any page before this one know it
    leave_kept(grid, ("PRE-01-03", "3", "4"))
    asked: list[Any] = []
    grid.route("**/filas/", lambda route: asked.append(route))
    grid.goto(url())
    way = grid.get_by_role("link", name="Abrir esa parte")
    way.press("Enter")
    expect(grid).to_have_url(re.compile(r"/9/$"))
    for route in asked:
        route.continue_()
    grid.unroute("**/filas/")
    expect(grid).to_have_url(re.compile(r"\?parte=2$"))


def test_the_page_that_sends_a_month_says_what_would_not_go_with_it(grid, town):
    town.save(*(town.pair(1, 2, number) for number in range(4)))
    grid.reload()
    leave_kept(grid, (FIRST, "3", "4"))
    grid.goto(f"{url()}enviar/")
    told = grid.locator("[data-kept-month]")
    expect(told).to_contain_text(
        f"Queda 1 captura de este mes sin guardar en este equipo, y no se envía: {FIRST}: 3 / 4"
    )
    expect(told.get_by_role("link", name="Volver a la captura")).to_be_focused()
    send = grid.get_by_role("button", name="Enviar 4 indicadores")
    send.press("Enter")
    expect(told).to_be_focused()
    assert not Measurement.objects.filter(state=State.SUBMITTED).exists()
    send.press("Enter")
    expect(grid.get_by_text("Se enviaron 4 indicadores")).to_be_visible()
    assert kept(grid) == 1


def test_what_the_server_has_by_now_does_not_stand_in_the_way(grid, town):
    town.save(*(town.pair(1, 2, number) for number in range(4)))
    grid.reload()
    leave_kept(grid, (FIRST, "3", "4"))
    town.save(town.pair(3, 4, version=1), role="director")
    grid.goto(f"{url()}enviar/")
    grid.get_by_role("button", name="Enviar 4 indicadores").click()
    expect(grid.get_by_text("Se enviaron 4 indicadores")).to_be_visible()
    assert kept(grid) == 0


def the_reason_alone(grid: Page) -> None:
    cell(grid).press("F2")
    grid.get_by_label(f"Sin actividad (0/0) de {FIRST}").select_option("no_demand")
    grid.keyboard.press("Escape")
    grid.keyboard.press("Enter")


def the_whole_of_it(grid: Page) -> None:
    grid.locator(f"#fila-{FIRST}").get_by_role("button", name="sin demanda").click()


@pytest.mark.parametrize(
    ("write", "stored", "told"), [(the_reason_alone, "no_demand", 0), (the_whole_of_it, "suspended", 1)]
)
def test_in_a_closed_month_0_0_is_known_by_its_reason(grid, town, write, stored, told):
    """What the row shows already is not offered again, and another reason is not erased."""
    grid.route(ROW, lambda route: route.abort())
    write(grid)
    expect(status(grid)).to_contain_text("no se pudo guardar")
    grid.once("dialog", lambda dialog: dialog.accept())
    grid.goto("/cuenta/")
    grid.unroute_all()
    town.save(town.pair(0, 0, no_activity=stored), role="director")
    period = town.period()
    period.closed_on = NOW.date()
    period.save()
    grid.goto(url())
    expect(cell(grid)).to_have_count(0)
    expect(grid.locator(f"#fila-{FIRST} [data-no-activity]")).to_be_visible()
    expect(grid.locator(".recovered")).to_have_count(told)
    assert kept(grid) == told


def test_the_question_and_the_lines_fit_a_phone(grid):
    leave_kept(grid, (FIRST, "3", "4"), (SECOND, "5", "6"))
    grid.set_viewport_size({"width": 390, "height": 844})
    grid.goto("/")
    expect(grid.locator("[data-kept] a")).to_be_visible()
    menu = grid.get_by_role("button", name="Menú: 2 sin guardar")  # folded, it says what its mark says
    menu.press("Enter")
    expect(grid.locator(".kept-mark a")).to_be_in_viewport(ratio=1)
    asked = press_sign_out(grid)
    expect(asked.get_by_role("button", name="No salir")).to_be_in_viewport(ratio=1)
    assert grid.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_what_an_ended_session_refused_is_on_the_first_page_after_signing_in(grid, town, live_server):
    grid.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    type_pair(grid, "6", "9")
    session_ended(grid)
    sign_in(grid, town, live_server)
    grid.once("dialog", lambda dialog: dialog.accept())
    grid.goto("/")
    expect(grid.locator("[data-kept]")).to_contain_text(f"{FIRST}: 6 / 9")
