"""The catalogue in a real browser: the import by keyboard alone, the tree unfolding, an edit."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from catalog.models import CatalogImport
from indicators.models import Indicator
from programs.models import Program
from tests.catalog.browser import FITS, sign_in, tab_to
from tests.catalog.workbooks import row, write_xlsx
from tests.factories import make_indicator, make_program, make_year

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def planning(page: Page, live_server: Any, officer: User) -> Page:
    return sign_in(page, officer, live_server)


def test_the_import_by_keyboard_from_upload_to_confirmation(planning: Page, tmp_path: Path) -> None:
    planning.goto("/catalogo/importar/")
    planning.locator("input[type=file]").set_input_files(write_xlsx(tmp_path / "c.xlsx", [row(1), row(2)]))
    tab_to(planning, "Subir y ver qué cambia")
    planning.keyboard.press("Enter")
    planning.wait_for_url(re.compile(r"/importar/[^/]+/$"))
    expect(planning.get_by_role("heading", level=1)).to_have_text("Vista previa: todavía no se ha escrito nada")
    assert Indicator.objects.count() == 0
    added = planning.locator("details#added")
    was_open = added.get_attribute("open") is not None
    tab_to(planning, "Se agregan")
    planning.keyboard.press("Enter")
    assert (added.get_attribute("open") is not None) != was_open
    # 2016 has passed: how it comes in is asked before it can be confirmed.
    planning.get_by_label("Se captura mes por mes").press("Space")
    tab_to(planning, "Aplicar lo que decidí y ver cómo queda")
    with planning.expect_navigation():
        planning.keyboard.press("Enter")
    tab_to(planning, "Confirmar la importación")
    planning.keyboard.press("Enter")
    expect(planning.get_by_role("status").first).to_be_visible()
    assert Indicator.objects.count() == 2 and CatalogImport.objects.count() == 1


def test_a_file_with_errors_is_told_and_its_details_fit_a_pocket(planning: Page, tmp_path: Path) -> None:
    planning.set_viewport_size({"width": 390, "height": 844})
    planning.goto("/catalogo/importar/")
    file = write_xlsx(tmp_path / "c.xlsx", [row(1), row(2, **{"Meta": "cien", "Clave del programa": "PRE-1"})])
    planning.locator("input[type=file]").set_input_files(file)
    planning.get_by_role("button", name="Subir y ver qué cambia").click()
    # Where it is corrected and in the list of errors.
    expect(planning.get_by_text("«cien» no es un número")).to_have_count(2)
    expect(planning.get_by_text("«cien» no es un número").first).to_be_visible()
    expect(planning.get_by_label("Clave para programa PRE-1")).to_be_visible()
    expect(planning.get_by_role("button", name="Confirmar la importación")).to_have_count(0)
    assert planning.evaluate(FITS)
    with planning.expect_download() as download:
        planning.get_by_role("link", name="Descargar mi libro").click()
    assert download.value.suggested_filename == "catalogo-con-errores.xlsx"


def test_the_tree_unfolds_by_keyboard_and_fetches_a_programme_once(planning: Page) -> None:
    year = make_year()
    for number in range(1, 35):
        make_indicator(make_program(year, f"PRE-{number:02d}"))
    asked: list[str] = []
    planning.on("request", lambda request: asked.append(request.url) if "/rama/" in request.url else None)
    planning.goto("/2016/catalogo/")
    expect(planning.get_by_text("Programa PRE-07", exact=True)).to_be_hidden()
    tab_to(planning, "Conducir la política interior")
    planning.keyboard.press("Enter")
    expect(planning.get_by_text("Programa PRE-07", exact=True)).to_be_visible()
    tab_to(planning, "Programa PRE-07")
    planning.keyboard.press("Enter")
    line = planning.get_by_role("link", name="Indicador PRE-07-01")
    expect(line).to_be_visible()
    planning.keyboard.press("Enter")
    planning.keyboard.press("Enter")
    expect(line).to_be_visible()
    assert len(asked) == 1
    line.press("Enter")
    planning.wait_for_url("**/2016/catalogo/indicadores/PRE-07-01/")
    planning.get_by_label("Fuente").fill("Registro de audiencias")
    planning.get_by_label("Fuente").press("Tab")
    tab_to(planning, "Guardar")
    planning.keyboard.press("Enter")
    expect(planning.get_by_text("Se guardó.")).to_be_visible()
    expect(planning.get_by_text("fuente: Registro de audiencias")).to_be_visible()
    assert Indicator.objects.get(code="PRE-07-01").source == "Registro de audiencias"


@pytest.mark.parametrize("path", ["", "programas/PRE-01/", "indicadores/PRE-01-01/", "indicadores/PRE-01-01/retirar/"])
def test_the_pages_fit_a_pocket(planning: Page, path: str) -> None:
    year = make_year()
    make_indicator(make_program(year, "PRE-01", name="Fortalecimiento " * 12))
    planning.set_viewport_size({"width": 390, "height": 844})
    planning.goto(f"/2016/catalogo/{path}")
    assert planning.evaluate(FITS) and Program.objects.count() == 1
