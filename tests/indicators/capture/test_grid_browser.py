"""The grid in a real browser: it saves itself, loses nothing, and is worked with the keyboard alone."""

import re

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from indicators.models import Measurement
from tests.factories import NOW, make_measurement
from tests.indicators.capture_page import url
from tests.indicators.grid_page import (
    FIRST,
    SECOND,
    THIRD,
    by_button,
    by_mark,
    by_reason,
    cell,
    kept,
    paste,
    session_ended,
    sign_in,
    status,
    type_pair,
)
from tests.indicators.sample_files import pdf
from tests.indicators.town import Town, acts, make_town

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
ROW = re.compile(r"/fila/")


@pytest.fixture
def town() -> Town:
    return make_town(4)


def test_a_pair_saves_itself_and_everything_around_it_is_updated(grid, town):
    before = timezone.localtime()
    type_pair(grid, "3", "4")
    expect(status(grid)).to_contain_text("guardado")
    moments = [f"guardado {moment:%H:%M}" for moment in (before, timezone.localtime())]
    assert status(grid).inner_text() in moments  # in the municipality's time, as after a reload
    expect(grid.locator(f"#fila-{FIRST} .col-month")).to_have_text("75.00 %")
    expect(grid.locator("#programa-PRE-01")).to_contain_text("75.00 %")
    expect(grid.locator("#avance-mes")).to_contain_text("1 de 4 capturados")
    row = town.row()
    assert (row.numerator, row.denominator) == (3, 4) and kept(grid) == 0
    grid.reload()
    expect(cell(grid)).to_have_value("3")
    expect(grid.locator(".recovered")).to_have_count(0)


def test_the_one_save_still_works_after_rows_saved_themselves(grid, town):
    type_pair(grid, "3", "4")
    expect(status(grid)).to_contain_text("guardado")
    cell(grid).fill("2")
    grid.get_by_role("button", name="Guardar borrador").click()
    expect(
        grid.get_by_text("No había cambios que guardar").or_(grid.get_by_text("Se guardó 1 indicador"))
    ).to_be_visible()
    assert town.row().numerator == 2


def test_bad_input_is_told_beside_the_cell_and_the_others_save(grid, town):
    cell(grid).fill("85%")
    cell(grid, SECOND).fill("3")
    cell(grid, SECOND).press("Tab")
    expect(grid.locator(f"#fila-{FIRST}")).to_contain_text("«85%» es un porcentaje")
    expect(cell(grid)).to_have_attribute("aria-invalid", "true")
    expect(status(grid, SECOND)).to_contain_text("guardado")
    expect(cell(grid)).to_have_value("85%")
    cell(grid).fill("3")
    cell(grid).press("Enter")
    expect(status(grid)).to_contain_text("guardado")
    expect(grid.locator(f"#fila-{FIRST}")).not_to_contain_text("porcentaje")


def test_what_is_to_correct_is_told_truly_and_goes_away_as_it_is_corrected(grid, town):
    cell(grid, SECOND).fill("85%")
    cell(grid, THIRD).fill("x")
    type_pair(grid, "3", "4")
    expect(status(grid)).to_contain_text("guardado")
    grid.get_by_role("button", name="Guardar borrador").click()
    alert = grid.locator(".month-alert")
    expect(alert).to_contain_text(f"Falta corregir 2 datos: {SECOND}, numerador. {THIRD}, numerador.")
    assert "Todavía no" not in alert.inner_text() and town.row().numerator == 3
    expect(cell(grid, SECOND)).to_have_value("85%")
    type_pair(grid, "3", "4", SECOND)
    expect(status(grid, SECOND)).to_contain_text("guardado")
    expect(alert).to_contain_text(f"Falta corregir 1 dato: {THIRD}, numerador.")
    expect(alert).not_to_contain_text(SECOND)
    alert.get_by_role("link", name=THIRD).click()
    type_pair(grid, "2", "4", THIRD)
    expect(alert).to_have_count(0)
    assert [town.row(number).numerator for number in range(3)] == [3, 3, 2]


@pytest.mark.parametrize(("button", "stands"), [("Usar la mía: 3 / 4", 3), ("Dejar la otra: 1 / 9", 1)])
def test_of_two_writers_the_second_chooses(grid, town, button, stands):
    town.save(town.pair(1, 9), role="director")
    type_pair(grid, "3", "4")
    expect(grid.locator(".clash")).to_contain_text("director guardó este indicador mientras usted escribía")
    grid.get_by_role("button", name=button).click()
    expect(status(grid)).to_contain_text("guardado")
    expect(cell(grid)).to_have_value(str(stands))
    expect(grid.locator(".clash")).to_have_count(0)
    assert town.row().numerator == stands and kept(grid) == 0


def test_of_two_writers_the_second_reads_nothing_of_an_earlier_pair(grid, town):
    type_pair(grid, "15", "10")
    excess = grid.locator(f"#fila-{FIRST}").get_by_text("supera al denominador")
    expect(excess).to_be_visible()
    expect(status(grid)).to_contain_text("guardado")
    town.save(town.pair(9, 10, version=town.row().version), role="director")
    cell(grid).fill("8")
    cell(grid).press("Tab")
    expect(grid.locator(".clash")).to_contain_text("director guardó este indicador")
    expect(excess).to_have_count(0)


def test_what_was_saved_is_there_after_going_back(grid, town):
    type_pair(grid, "3", "4")
    expect(status(grid)).to_contain_text("guardado")
    grid.goto(url().split("captura")[0] + "calendario/")
    grid.go_back()
    expect(cell(grid)).to_have_value("3")


def test_the_keyboard_moves_like_a_spreadsheet(grid):
    def focused() -> str:
        return grid.evaluate("document.activeElement.getAttribute('aria-label')")

    cell(grid).focus()
    for key, place in [
        ("Tab", f"Denominador de {FIRST}"),
        ("Tab", f"Numerador de {SECOND}"),
        ("Enter", f"Numerador de {THIRD}"),
        ("ArrowUp", f"Numerador de {SECOND}"),
        ("ArrowRight", f"Denominador de {SECOND}"),
        ("ArrowDown", f"Denominador de {THIRD}"),
        ("ArrowLeft", f"Numerador de {THIRD}"),
        ("ArrowUp", f"Numerador de {SECOND}"),
        ("Tab", f"Denominador de {SECOND}"),
        ("Enter", f"Numerador de {THIRD}"),
        ("Shift+Tab", f"Denominador de {SECOND}"),
        ("Enter", f"Denominador de {THIRD}"),
        ("ArrowLeft", f"Numerador de {THIRD}"),
        ("Shift+Tab", f"Denominador de {SECOND}"),
        ("F2", f"Justificación de {SECOND}"),
        ("Escape", f"Numerador de {SECOND}"),
    ]:
        grid.keyboard.press(key)
        assert focused() == place, key
    grid.keyboard.type("12")
    grid.keyboard.press("ArrowLeft")
    grid.keyboard.type("3")
    expect(cell(grid, SECOND)).to_have_value("132")


def test_escape_restores_what_is_saved(grid, town):
    type_pair(grid, "3", "4")
    expect(status(grid)).to_contain_text("guardado")
    cell(grid).fill("99")
    cell(grid).press("Escape")
    expect(cell(grid)).to_have_value("3")
    cell(grid).press("Tab")
    type_pair(grid, "1", "2", SECOND)  # left later: once it is saved, the first one would have been too
    expect(status(grid, SECOND)).to_contain_text("guardado")
    assert town.row().numerator == 3 and kept(grid) == 0


def test_what_is_unusual_opens_its_justification_with_the_question(grid, town):
    type_pair(grid, "5", "4")
    expect(grid.locator(f"#fila-{FIRST}-justification-aviso")).to_contain_text("El numerador supera al denominador")
    cell(grid).press("F2")
    grid.keyboard.type("Se atendió el rezago")
    grid.keyboard.press("Tab")
    expect(grid.locator(f"#fila-{FIRST}-justification-aviso")).to_have_count(0)
    assert town.row().justification == "Se atendió el rezago"


def test_no_activity_in_one_click_and_for_the_marked(grid, town):
    grid.locator(f"#fila-{FIRST}").get_by_role("button", name="sin demanda").click()
    expect(grid.locator(f"#fila-{FIRST} .col-month")).to_have_text("sin demanda")
    for code in (SECOND, THIRD):
        cell(grid, code).focus()
        grid.keyboard.press("Control+Space")
    grid.get_by_label("Las marcadas, sin actividad").select_option("suspended")
    grid.get_by_role("button", name="Aplicar").click()
    for code in (SECOND, THIRD):
        expect(grid.locator(f"#fila-{code} .col-month")).to_have_text("suspendido")
    assert [town.row(n).no_activity for n in range(3)] == ["no_demand", "suspended", "suspended"]


def test_a_block_with_codes_is_shown_and_then_saved(grid, town):
    paste(grid, f"Clave\tDenominador\tNumerador\n{THIRD}\t4\t3\n{FIRST}\t2,000\t85%\n{SECOND}\t6\t5")
    dialog = grid.get_by_role("dialog")
    expect(dialog).to_contain_text("«85%» es un porcentaje")
    assert not Measurement.objects.exists()
    dialog.get_by_role("button", name="Guardar 2 filas").click()
    expect(grid.get_by_text("Se guardó lo que pegó en 2 indicadores")).to_be_visible()
    assert (town.row(2).numerator, town.row(1).denominator) == (3, 6)
    expect(cell(grid)).to_be_focused()


def test_the_cursor_comes_back_to_the_cell_where_the_paste_began(grid, town):
    paste(grid, "4\n6", SECOND, "Denominador")
    grid.get_by_role("button", name="Guardar 2 filas").click()
    expect(grid.get_by_text("Se guardó lo que pegó en 2 indicadores")).to_be_visible()
    expect(cell(grid, SECOND, "Denominador")).to_be_focused()


def test_what_was_pasted_opens_at_its_title_with_the_buttons_in_sight(page, live_server):
    town = make_town(60)
    sign_in(page, town, live_server)
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(url())
    paste(page, "\n".join(["3\t4"] * 40))
    expect(page.get_by_role("heading", name="Esto es lo que pegó")).to_be_in_viewport(ratio=1)
    expect(page.get_by_text("Lo que pegó no trae claves")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name="Guardar 40 filas")).to_be_in_viewport(ratio=1)


def test_on_a_phone_what_happens_to_each_pasted_row_is_in_sight(grid, town):
    grid.set_viewport_size({"width": 390, "height": 844})
    paste(grid, f"{THIRD}\t1,234,567,890.12\t9,876,543,210.98\n{FIRST}\t2,000\t85%")
    dialog = grid.get_by_role("dialog")
    for text in ("se captura", "es un porcentaje", "9,876,543,210.98", "Guardar 1 fila"):
        box = dialog.get_by_text(text).first.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390, text
    across = "[...document.querySelectorAll('.paste-dialog, .paste-dialog .table-responsive')].map("
    assert grid.evaluate(f"{across}(box) => box.scrollWidth - box.clientWidth)") == [0, 0]


def test_a_block_is_refused_with_escape_and_nothing_happens(grid):
    paste(grid, "3\t4\n5\t6", SECOND)
    expect(grid.get_by_role("dialog")).to_contain_text("no trae claves")
    grid.keyboard.press("Escape")
    expect(grid.get_by_role("dialog")).to_have_count(0)
    expect(cell(grid, SECOND)).to_be_focused()
    assert not Measurement.objects.exists()


def test_a_session_that_ended_loses_nothing_for_its_owner_and_shows_nothing_to_others(grid, town, live_server):
    grid.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    type_pair(grid, "3", "4")
    expect(grid.get_by_role("link", name="Entre de nuevo")).to_be_visible()
    session_ended(grid)
    sign_in(grid, town, live_server, "director")
    grid.once("dialog", lambda dialog: dialog.accept())
    grid.goto(url())
    expect(grid.locator("form[data-grid]")).to_be_visible()
    expect(grid.locator(".recovered")).to_have_count(0)
    sign_in(grid, town, live_server)
    grid.goto(url())
    expect(grid.locator(".recovered")).to_contain_text(f"Recuperamos 1 captura sin guardar. {FIRST}: 3 / 4")
    grid.get_by_role("button", name="Ponerla en sus casillas y guardarla").click()
    expect(status(grid)).to_contain_text("guardado")
    assert town.row().denominator == 4 and kept(grid) == 0


def typed_without_a_session(page, town, live_server):
    """6 / 9 in the first row, typed when the session had ended; then signed in again."""
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    type_pair(page, "6", "9")
    session_ended(page)
    sign_in(page, town, live_server)
    page.once("dialog", lambda dialog: dialog.accept())


def test_what_is_offered_stays_kept_while_its_row_is_typed_in(grid, town, live_server):
    typed_without_a_session(grid, town, live_server)
    grid.goto(url())
    expect(grid.locator(".recovered")).to_contain_text("6 / 9")
    cell(grid).fill("7")
    cell(grid).press("Tab")
    expect(status(grid)).to_contain_text("guardado")
    assert kept(grid) == 1
    grid.reload()
    expect(grid.locator(".recovered")).to_contain_text(f"{FIRST}: 6 / 9")
    expect(cell(grid)).to_have_value("7")
    cell(grid).fill("8")
    cell(grid).press("Tab")
    expect(status(grid)).to_contain_text("guardado")
    grid.get_by_role("button", name="Descartarla").click()
    assert kept(grid) == 0 and town.row().numerator == 8


def test_what_is_offered_replaces_what_this_page_saved_meanwhile_and_comes_back(grid, town, live_server):
    typed_without_a_session(grid, town, live_server)
    grid.goto(url())
    cell(grid).fill("7")
    cell(grid).press("Tab")
    expect(status(grid)).to_contain_text("guardado")
    grid.get_by_role("button", name="Ponerla en sus casillas y guardarla").click()
    expect(cell(grid, side="Denominador")).to_have_value("9")
    expect(grid.locator(f"#fila-{FIRST} .col-month")).to_have_text("66.67 %")
    expect(grid.locator(".clash")).to_have_count(0)
    expect(grid.locator(f"#fila-{FIRST} [data-undo]")).to_contain_text("decía 7 / vacío")
    assert (town.row().numerator, town.row().denominator) == (6, 9) and kept(grid) == 0


def test_what_was_typed_when_the_month_closed_stays_in_sight_and_is_offered_with_an_extension(grid, town, live_server):
    typed_without_a_session(grid, town, live_server)
    period = town.period()
    period.closed_on = NOW.date()
    period.save()
    for _ in range(2):
        grid.goto(url())
        expect(cell(grid)).to_have_count(0)
        expect(grid.locator(".recovered")).to_contain_text(f"ya no admite cambios: {FIRST}: 6 / 9")
        expect(grid.locator(".recovered")).to_contain_text("pida una prórroga")
        expect(grid.get_by_role("button", name="Ponerla")).to_have_count(0)
    period.closed_on = None
    period.save()
    grid.goto(url())
    grid.get_by_role("button", name="Ponerla en sus casillas y guardarla").click()
    expect(status(grid)).to_contain_text("guardado")
    assert town.row().denominator == 9 and kept(grid) == 0


def test_the_cursor_starts_in_the_first_empty_cell(grid, town):
    expect(cell(grid)).to_be_focused()
    type_pair(grid, "3", "4")
    expect(status(grid)).to_contain_text("guardado")
    grid.reload()
    expect(cell(grid, SECOND)).to_be_focused()


def test_signing_out_leaves_what_somebody_else_left_unsaved(grid, live_server):
    theirs = "pmd:captura:999999:2016-PRE-9"
    grid.evaluate("(key) => localStorage.setItem(key, JSON.stringify({'PRE-01-01': {}}))", theirs)
    grid.get_by_role("button", name="Salir").click()
    expect(grid.get_by_text("Cerró su sesión.")).to_be_visible()
    assert grid.evaluate("Object.keys(localStorage)") == [theirs]


def test_read_only_rows_are_passed_over(page, town, live_server):
    make_measurement(town.indicators[1], 9, 3, 4, "submitted")
    sign_in(page, town, live_server)
    page.goto(url())
    cell(page).focus()
    page.keyboard.press("ArrowDown")
    expect(cell(page, THIRD)).to_be_focused()


def test_half_a_pair_that_makes_way_for_no_activity_comes_back(grid, town):
    town.save(town.pair(5, None))
    grid.reload()
    expect(cell(grid)).to_have_value("5")
    row = grid.locator(f"#fila-{FIRST}")
    row.get_by_role("button", name="sin demanda").click()
    expect(row.locator(".col-month")).to_have_text("sin demanda")
    expect(row).to_contain_text("decía 5 / vacío")
    row.get_by_role("button", name="Deshacer").click()
    expect(row.locator(".col-month")).to_have_text("a medias")
    expect(row).not_to_contain_text("decía")
    expect(cell(grid)).to_have_value("5")
    found = town.row()
    assert (found.numerator, found.denominator, found.no_activity) == (5, None, "")


@pytest.mark.parametrize("button", ["Guardar borrador", "Revisar y enviar…"])
@pytest.mark.parametrize("write", [by_button, by_reason, by_mark])
def test_no_activity_that_was_saved_outlives_the_form(grid, town, write, button):
    write(grid)
    expect(status(grid)).to_contain_text("guardado")
    shown = [cell(grid).input_value(), cell(grid, side="Denominador").input_value()]
    assert shown == ["0", "0"]
    grid.get_by_role("button", name=button).first.click()
    expect(
        grid.get_by_text("No había cambios que guardar").or_(grid.get_by_text("Qué cambia al enviar"))
    ).to_be_visible()
    row = town.row()
    assert (row.numerator, row.denominator, row.no_activity) == (0, 0, "no_demand")
    assert len(acts(row)) == 1


def test_what_the_server_wrote_is_shown_in_the_cell_one_is_in_and_replaced_by_the_next_key(grid, town):
    cell(grid).fill("1,234.50")
    cell(grid).press("Tab")
    cell(grid).focus()
    expect(status(grid)).to_contain_text("guardado")
    expect(cell(grid)).to_have_value("1234.5")
    grid.keyboard.type("7")
    grid.keyboard.press("Tab")
    expect(cell(grid)).to_have_value("7")
    expect(status(grid)).to_contain_text("guardado")
    assert town.row().numerator == 7


def test_a_justification_of_two_lines_is_saved_once(grid, town):
    cell(grid).focus()
    grid.keyboard.press("F2")
    grid.keyboard.insert_text("Uno")
    grid.keyboard.press("Enter")
    grid.keyboard.insert_text("Dos")
    grid.get_by_role("button", name="Guardar borrador").press("Enter")
    expect(grid.locator(".alert-success, .messages").get_by_text("guard")).to_be_visible()
    cell(grid).fill("3")
    cell(grid).press("Tab")
    expect(status(grid)).to_contain_text("guardado")
    assert kept(grid) == 0 and [set(act.changes) & {"justification"} for act in acts(town.row())] == [
        {"justification"},
        set(),
    ]
    warned: list[str] = []
    grid.once("dialog", lambda dialog: (warned.append(dialog.type), dialog.accept()))
    grid.reload()
    assert not warned


def test_a_correction_is_over_once_it_is_saved(page, town, live_server):
    make_measurement(town.indicators[0], 9, 3, 4)
    sign_in(page, town, live_server, "planning")
    page.goto(url())
    cell(page).focus()
    page.keyboard.press("F2")
    page.get_by_label(f"Motivo de la corrección de {FIRST}").fill("Oficio 3")
    cell(page).fill("2")
    cell(page).press("Tab")
    expect(status(page)).to_contain_text("guardado")
    assert kept(page) == 0 and town.row().numerator == 2
    page.reload()
    expect(page.locator(".recovered")).to_have_count(0)


def test_evidence_that_planning_attaches_is_no_other_figure(page, town, live_server, tmp_path):
    make_measurement(town.indicators[0], 9, 3, 4, "submitted")
    sign_in(page, town, live_server, "planning")
    page.goto(url())
    (tmp_path / "acta.pdf").write_bytes(pdf())
    with page.expect_file_chooser() as chooser:
        cell(page).press("Alt+a")
    chooser.value.set_files(tmp_path / "acta.pdf")
    expect(page.locator(f"#fila-{FIRST}")).to_contain_text("Evidencia (1)")
    page.keyboard.press("F2")
    page.get_by_label(f"Motivo de la corrección de {FIRST}").fill("Oficio 3")
    cell(page).fill("2")
    cell(page).press("Tab")
    expect(status(page)).to_contain_text("guardado")
    expect(page.locator(".clash")).to_have_count(0)
    assert town.row().numerator == 2


# --- Esc takes nothing away for good ---------------------------------------------------------------------------


def test_escape_keeps_a_justification_as_f2_does(grid, town):
    for key, text in (("Escape", "Se atendió"), ("F2", " el rezago")):
        cell(grid).focus()
        grid.keyboard.press("F2")
        grid.keyboard.insert_text(text)
        grid.keyboard.press(key)
        expect(cell(grid)).to_be_focused()
    expect(grid.get_by_label(f"Justificación de {FIRST}")).to_have_value("Se atendió el rezago")
    expect(status(grid)).to_contain_text("guardado")
    assert town.row().justification == "Se atendió el rezago"


def test_escape_goes_back_to_what_was_in_the_cell_when_it_was_entered_and_undo_brings_the_rest_back(grid, town):
    grid.route(ROW, lambda route: route.abort())
    type_pair(grid, "3", "4")
    expect(status(grid)).to_contain_text("no se pudo guardar")
    cell(grid).focus()
    grid.keyboard.press("Escape")
    expect(cell(grid)).to_have_value("3")
    grid.keyboard.type("99")
    grid.keyboard.press("Escape")
    expect(cell(grid)).to_have_value("3")
    expect(grid.locator(f"#fila-{FIRST} [data-undo]")).to_contain_text("Esc quitó 99")
    grid.get_by_role("button", name=f"Deshacer: vuelve a escribir 99 en Numerador de {FIRST}").press("Enter")
    expect(cell(grid)).to_be_focused()
    expect(cell(grid)).to_have_value("99")
    grid.unroute_all()
    grid.keyboard.press("Tab")
    expect(status(grid)).to_contain_text("guardado")
    expect(grid.locator(f"#fila-{FIRST} [data-undo]")).to_be_hidden()
    assert (town.row().numerator, town.row().denominator) == (99, 4) and kept(grid) == 0


def test_escape_does_not_bring_back_what_a_click_replaced(grid, town):
    """The cell was empty when it was entered; the 0 of «sin demanda» is saved by now."""
    grid.locator(f"#fila-{FIRST}").get_by_role("button", name="sin demanda").click()
    expect(cell(grid)).to_be_focused()
    expect(status(grid)).to_contain_text("guardado")
    grid.keyboard.press("Escape")
    grid.keyboard.press("Tab")
    expect(cell(grid)).to_have_value("0")
    grid.reload()
    assert town.row().no_activity == "no_demand" and len(acts(town.row())) == 1


# --- A line that returns ---------------------------------------------------------------------------------------
