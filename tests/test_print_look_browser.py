"""What the browser prints of the main pages, on an upright Letter and a lying A4: whose, of when, and whole rows."""

import io
import re
from typing import Any

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from accounts.models import User
from tests.hostile.place import Place, make_place
from tests.support.browser import bring_session

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
PAGES = ("/2016/tablero/?mes=9", "/2016/programas/PRE-02/?mes=9", "/2016/captura/PRE/10/", "/2016/revision/PRE/9/")
PAPERS = [("Letter", False), ("A4", True)]
# Words of the menu, of buttons and of what is done with a pointer.
PRESSED = (
    "Bitácora",
    "Salir",
    "Guardar borrador",
    "Validar seleccionadas",
    "Devolver",
    "Justificar",
    "Filtrar",
    "¿de dónde",
)


@pytest.fixture
def printer(page: Page, live_server: Any, settings: Any) -> Page:
    settings.PMD_DEMO = True
    place: Place = make_place()
    assert place
    bring_session(page.context, User.objects.get(username="director.presidencia"), live_server.url)
    return page


def test_the_main_pages_on_paper(printer: Page) -> None:
    for path in PAGES:
        printer.goto(path)
        title = printer.locator("h1").inner_text().split("\n")[0][:30]
        for paper, lying in PAPERS:
            sheets = [
                sheet.extract_text()
                for sheet in PdfReader(io.BytesIO(printer.pdf(format=paper, landscape=lying))).pages
            ]
            told = (path, paper, lying)
            assert "Municipio de Durango" in sheets[0], told
            assert re.search(r"Impreso el \d{2}/\d{2}/\d{4}, \d{2}:\d{2} h", re.sub(r"\s+", " ", sheets[0])), told
            for number, sheet in enumerate(sheets, 1):
                assert f"Página {number} de {len(sheets)}" in sheet, told
            assert len(sheets) <= 5, told
            found = [words for words in PRESSED if words in "\n".join(sheets)]
            assert not found, (told, found, title)


def test_a_month_on_paper_is_a_table_of_whole_rows(printer: Page) -> None:
    printer.emulate_media(media="print")
    printer.set_viewport_size({"width": 704, "height": 900})  # Letter upright, between its margins
    for path in PAGES[2:]:
        printer.goto(path)
        row = printer.locator(".grid-row").first
        assert row.evaluate("(one) => getComputedStyle(one).breakInside") == "avoid"
        assert row.evaluate("(one) => getComputedStyle(one.rows[0]).display") == "table-row"
        assert (
            printer.locator("table.grid thead").evaluate("(one) => getComputedStyle(one).display")
            == "table-header-group"
        )
        assert printer.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
