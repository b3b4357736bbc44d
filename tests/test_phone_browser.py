"""The pages on a phone, with a municipality of real size: what is told first, how long they are, and nothing to slide.

One test for all of them: the municipality is made once.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.support.browser import bring_session

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
SCREEN = 844
# As many programmes as a large municipality has, and of the rest as little as their pages need.
SIZE = {"programs": 161, "indicators": 340, "first_year": 2016, "years": 1, "verbosity": 0}
# (address, what must be read on the first screen, how many screens it may have)
PAGES: dict[str, list[tuple[str, str, float]]] = {
    "presidente": [
        ("/", ".headline-first .figure-link", 4),
        ("/2016/tablero/?mes=11", ".headline-lights ul a", 5),
        ("/2016/tablero/?mes=11&ver=dependencias", ".headline-lights ul a", 9),
        ("/2016/mapa/?mes=11", ".heat-legend", 3),
        ("/2016/comparar/?mes=11", ".figures a", 5),
        ("/2016/tarjeta/?mes=11", ".headline-lights ul a", 4),
        ("/2016/programas/AMB-04/?mes=11", ".figures .light", 12),
        ("/2016/indicadores/AMB-04-01/?mes=11", ".figures .light", 8),
        ("/2016/explicacion/plan/?mes=11", ".explained .figure", 12),
        ("/2016/explicacion/programa/AMB-04/?mes=11", ".explained .figure", 8),
    ],
    "planeacion": [
        ("/", "main h2", 8),
        ("/2016/revision/", "main tbody a", 5),
        ("/2016/faltantes/?mes=11", "main tbody .state", 8),
        ("/2016/captura/?todos=1", ".month-card a", 7),
        ("/2016/calendario/", "main tbody th", 5),
        ("/2016/catalogo/", ".tree-name", 8),
        ("/2016/catalogo/metas/", "main tbody th", 6),
        ("/catalogo/personas/", "main tbody th", 8),
        ("/bitacora/", ".history-act", 5),
    ],
    "director.amb": [
        ("/", "main h2", 5),
        ("/2016/revision/", "main h2", 4),
        ("/2016/revision/AMB/11/", ".select-line .btn", 8),
    ],
    "enlace.amb": [("/", "main h2", 4)],
}
# Links to sections begin a page above this many screens.
LONG = 8
IN_SIGHT = """([selector, height]) => {
  const box = document.querySelector(selector)?.getBoundingClientRect();
  return Boolean(box) && box.top >= 0 && box.width > 0 && box.bottom <= height;
}"""
HEIGHT = "document.documentElement.scrollHeight"
WIDTH = "document.documentElement.scrollWidth"
BEYOND = """[...document.querySelectorAll("main *")].filter((box) => box.getBoundingClientRect().right > innerWidth + 1
  && !box.closest("nav")).map((box) => `${box.className} ${box.textContent.slice(0, 40)}`).slice(0, 5)"""
# Numbers whose «%» begins the next line.
PARTED = """() => {
  const found = [], walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode())
    for (const { index } of text.data.matchAll(/\\d\\s%/g)) {
      const tops = [index, index + 2].map((at) => {
        const range = document.createRange();
        range.setStart(text, at);
        range.setEnd(text, at + 1);
        return range.getBoundingClientRect().top;
      });
      if (Math.abs(tops[0] - tops[1]) > 3) found.push(text.data.slice(Math.max(index - 20, 0), index + 3));
    }
  return found;
}"""
# Whatever is folded, opened.
OPEN_ALL = "document.querySelectorAll('main details').forEach((box) => { box.open = true; })"
LINKS = """() => [...document.querySelectorAll('.sections a')].map((link) => [
  link.offsetHeight >= 44, Boolean(document.getElementById(decodeURIComponent(link.hash.slice(1))))])"""


@pytest.fixture
def city(page: Page, live_server: Any, settings: Any) -> Page:
    settings.PMD_DEMO = True
    call_command("generate_demo", **SIZE)
    return page


def faults_of(page: Page, address: str, first: str, screens: float) -> Iterator[str]:
    page.set_viewport_size({"width": 390, "height": SCREEN})
    response = page.goto(address)
    assert response is not None and response.ok, address
    if not page.evaluate(IN_SIGHT, [first, SCREEN]):
        yield f"«{first}» is not on the first screen"
    if (length := page.evaluate(HEIGHT) / SCREEN) > screens:
        yield f"{length:.1f} screens"
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": SCREEN})
        if (wide := page.evaluate(WIDTH)) > width:
            yield f"{wide} px wide at {width}"
        if parted := page.evaluate(PARTED):
            yield f"numbers without their «%» at {width}: {parted[:3]}"
    page.set_viewport_size({"width": 390, "height": SCREEN})
    long = page.evaluate(HEIGHT) > LONG * SCREEN
    page.evaluate(OPEN_ALL)
    links = page.evaluate(LINKS)
    if long and not links:
        yield "no links to its sections"
    if (wide := page.evaluate(WIDTH)) > 390:
        yield f"{wide} px wide with all of it open: {page.evaluate(BEYOND)}"
    if not all(large and there for large, there in links):
        yield f"links to sections too small or leading nowhere: {links}"


def test_with_a_municipality_of_real_size(city: Page, live_server: Any) -> None:
    faults = []
    for username, pages in PAGES.items():
        city.context.clear_cookies()
        bring_session(city.context, User.objects.get(username=username), live_server.url)
        for address, first, screens in pages:
            faults += [f"{username} {address}: {fault}" for fault in faults_of(city, address, first, screens)]
    assert not faults, "\n".join(faults)


def test_without_a_script_nothing_of_a_long_list_is_out_of_reach(
    new_context: Any, live_server: Any, settings: Any
) -> None:
    settings.PMD_DEMO = True
    call_command("generate_demo", **SIZE | {"programs": 24, "indicators": 48})
    page = new_context(java_script_enabled=False).new_page()
    page.set_viewport_size({"width": 390, "height": SCREEN})
    bring_session(page.context, User.objects.get(username="presidente"), live_server.url)
    page.goto("/2016/tablero/?mes=11")
    rows = page.locator(".programs > tbody > tr")
    last, months = rows.last, rows.first.locator(".months")
    expect(rows).to_have_count(24)
    expect(rows.nth(19)).to_be_visible()
    expect(rows.nth(20)).to_be_hidden()
    expect(months).to_be_hidden()
    page.locator("summary", has_text="Ver los 24").press("Enter")
    expect(last).to_be_visible()
    page.locator("summary", has_text="dependencia, global y meses").press("Enter")
    expect(months).to_be_visible()
    figures = rows.locator(".compliance a").evaluate_all(
        "cells => cells.map((cell) => Math.round(cell.getBoundingClientRect().right))"
    )
    assert len(set(figures)) == 1  # one below the other
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto("/2016/tablero/?mes=11")
    expect(last).to_be_visible()
    expect(page.get_by_text("Ver los 24")).to_be_hidden()
