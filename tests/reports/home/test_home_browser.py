"""The first page and the other tables that are cards on a phone, in a browser; and the choice of the year."""

from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from catalog.models import CatalogImport
from indicators.models import CorrectionRequest, Measurement, TargetAdjustment
from tests.factories import NOW, make_indicator, make_program, make_year
from tests.reports.conftest import Town
from tests.support.browser import bring_session

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
POCKET: ViewportSize = {"width": 390, "height": 844}
LONG = "Se corrigió el denominador, que contaba dos veces las solicitudes de las delegaciones y de las colonias."
# Every cell that is drawn ends within the screen, and no word stands alone in its line for want of room.
CUT = """cells => cells.filter((cell) => {
  const { right, width, height } = cell.getBoundingClientRect();
  const wrapped = height > 1.7 * parseFloat(getComputedStyle(cell).lineHeight);
  return right > innerWidth + 1 || (width > 0 && width < 100 && wrapped && !cell.querySelector(".btn"));
}).map((cell) => cell.innerText)"""


@pytest.fixture
def two_years(town: Town) -> Town:
    """2016 with a request, an adjusted target and an import, and a 2017 in which nothing is captured."""
    people = town.people
    make_indicator(make_program(make_year(2017), "PRE-02"), "PRE-02-01")
    waiting = Measurement.objects.get(state="submitted")
    waiting.changed_by.add(people["planning"])
    CorrectionRequest.objects.create(
        measurement=Measurement.objects.get(indicator=town.indicators["PRE-02-01"], month=1),
        requested_by=people["liaison"],
        requested_at=NOW,
        reason=LONG,
    )
    TargetAdjustment.objects.create(
        indicator=town.indicators["PRE-02-04"],
        effective_month=6,
        target=90,
        reason=LONG,
        authorized_by=LONG,
        instrument=LONG,
        created_by=people["planning"],
        created_at=NOW,
    )
    CatalogImport.objects.create(
        fiscal_year=town.fiscal_year,
        at=NOW,
        actor=people["planning"],
        file="catalogo.xlsx",
        sha256="0" * 64,
        size=9,
        file_name="Programa_Anual_de_Trabajo_2016_Municipio_de_Durango_definitivo_corregido.xlsx",
        counts={"add": 1, "change": 2, "stay": 3},
    )
    return town


def enter(page: Page, server: Any, town: Town, role: str) -> None:
    bring_session(page.context, town.people[role], server.url)


@pytest.mark.parametrize(
    ("role", "addresses"),
    [
        ("liaison", ["/"]),
        ("director", ["/"]),
        (
            "planning",
            [
                "/",
                "/2016/faltantes/?mes=9",
                "/2016/catalogo/importaciones/",
                "/2016/catalogo/metas/PRE-02-04/",
                "/2016/indicadores/PRE-02-04/",
                "/2016/tablero/?mes=9",
                "/2016/programas/PRE-02/?mes=9",
                "/2016/comparar/?mes=9",
                "/2016/catalogo/metas/",
                "/2016/calendario/",
                "/2016/revision/",
                "/catalogo/personas/",
            ],
        ),
    ],
)
def test_on_a_phone_nothing_of_the_cards_is_cut(
    page: Page, live_server: Any, two_years: Town, role: str, addresses: list[str]
) -> None:
    enter(page, live_server, two_years, role)
    page.set_viewport_size(POCKET)
    for address in addresses:
        page.goto(address)
        cells = page.locator("table.cards > tbody > tr > *")
        assert cells.count() and cells.evaluate_all(CUT) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") == POCKET["width"], address


def test_on_a_phone_the_board_of_the_year_says_that_it_slides(page: Page, live_server: Any, two_years: Town) -> None:
    enter(page, live_server, two_years, "planning")
    page.set_viewport_size(POCKET)
    page.goto("/2016/faltantes/")
    hint = "box => getComputedStyle(box, '::before').content"
    assert "Deslice la tabla" in page.locator(".board-year").evaluate(hint)


def test_the_year_is_chosen_with_the_keyboard(page: Page, live_server: Any, two_years: Town) -> None:
    enter(page, live_server, two_years, "planning")
    for size in (POCKET, ViewportSize(width=1366, height=768)):
        page.set_viewport_size(size)
        page.goto("/2016/faltantes/")
        if size is POCKET:
            page.get_by_role("button", name="Menú").press("Enter")
        page.locator(".site-years summary").press("Enter")
        other = page.get_by_role("link", name="Ejercicio 2017")
        expect(other).to_be_visible()
        box = other.bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= size["width"]
        page.keyboard.press("Tab")
        expect(other).to_be_focused()
        page.keyboard.press("Enter")
        page.wait_for_url("**/2017/faltantes/")


def test_the_menu_of_planning_and_the_year_stand_in_one_line(page: Page, live_server: Any, two_years: Town) -> None:
    enter(page, live_server, two_years, "planning")
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto("/2016/faltantes/")
    tops = page.locator(".site-nav > ul > li").evaluate_all("items => items.map((item) => item.offsetTop)")
    assert len(tops) == 10 and len(set(tops)) == 1
