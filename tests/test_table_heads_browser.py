"""A long table keeps its head in sight on a desk, under nothing and over its rows."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.factories import make_indicator, make_measurement, make_people, make_program, make_year
from tests.support.browser import bring_session

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
# Of the table's head, once its last row is in the middle of the screen: where it is, whether it covers what it meets,
# and whether each of its columns is as wide as the cells below it.
HEAD = """(selector) => {
  const table = document.querySelector(selector);
  table.rows[table.rows.length - 1].scrollIntoView({ block: "center", behavior: "instant" });
  const title = table.tHead.rows[0].cells[0], box = title.getBoundingClientRect();
  const met = document.elementFromPoint(box.left + 5, box.top + box.height / 2);
  return {
    top: Math.round(box.top - (table.closest(".heat-scroll, .board")?.getBoundingClientRect().top ?? 0)),
    covers: title.contains(met),
    rows: table.tBodies[0].rows.length,
    wide: document.documentElement.scrollWidth > innerWidth,
  };
}"""
PAGES = [
    ("/2016/tablero/?mes=6", ".programs"),
    ("/2016/comparar/?mes=6", ".pairs"),
    ("/2016/mapa/?mes=6", ".heat-map"),
    ("/2016/indicadores/PRO-01-01/?mes=6", ".months"),
]


@pytest.fixture
def town(page: Page, live_server: Any) -> None:
    year = make_year()
    for number in range(1, 31):
        program = make_program(year, f"PRO-{number:02d}", name=f"Programa número {number} de nombre bastante largo")
        indicator = make_indicator(program, f"PRO-{number:02d}-01")
        for month in range(1, 7):
            make_measurement(indicator, month, 60 + number, 100, justification="Se suspendió por la lluvia. " * 3)
    bring_session(page.context, make_people(program.department)["reader"], live_server.url)


@pytest.mark.parametrize("width", [1200, 1366, 1920])
def test_the_head_stays_in_sight(page: Page, town: None, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 768})
    for path, table in PAGES:
        page.goto(path)
        found = page.evaluate(HEAD, table)
        assert found["rows"] > 10 and 0 <= found["top"] <= 2 and found["covers"], (path, found)
        assert not found["wide"], path


def test_what_the_keyboard_reaches_is_not_below_the_head(page: Page, town: None) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    page.emulate_media(reduced_motion="reduce")  # nothing is still on its way
    page.goto("/2016/tablero/?mes=6")
    page.locator(".programs tbody tr").last.locator("a").last.focus()
    for _ in range(60):
        page.keyboard.press("Shift+Tab")
        hidden = page.evaluate("""() => {
          const head = document.querySelector(".programs thead"), one = document.activeElement.getBoundingClientRect();
          return document.activeElement.closest("tbody") && one.top < head.getBoundingClientRect().bottom - 1;
        }""")
        assert not hidden
