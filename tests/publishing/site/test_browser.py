"""The pages as browsers show them: no fault that axe can find, narrow, on paper, in forced colours, from a disk."""

import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.publishing.export.documents import a_closing as closing_of
from tests.publishing.export.documents import a_municipality, a_program, an_indicator, chain_of, sealed
from tests.publishing.site.reading import published
from tests.test_accessibility_browser import AXE, RUN

KINDS = (
    "index.html", "2016/index.html", "metodo.html", "404.html", "2016/09/index.html", "2016/09/ejes/1.html",
    "2016/09/dependencias/index.html", "2016/09/dependencias/PRE.html", "2016/09/programas/index.html",
    "2016/09/programas/PRE-01.html", "2016/09/indicadores/index.html", "2016/09/indicadores/PRE-01-01.html",
    "2016/09/indicadores/PRE-01-03.html", "2016/09/cambios.html", "2016/09/v1/index.html",
)  # fmt: skip
MODES: dict[str, dict[str, Any]] = {
    "320": {"viewport": {"width": 320, "height": 640}},
    "1366": {"viewport": {"width": 1366, "height": 768}},
    "forced colours": {"viewport": {"width": 390, "height": 844}, "forced_colors": "active"},
}
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
STYLED = "getComputedStyle(document.querySelector('header')).borderBottomWidth"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every kind of indicator, and a name that is one word of 500 letters."""
    made = a_municipality(6, 60)

    def programs(month: int) -> list[Any]:
        long = "x" * 500
        return [*made(month), a_program("ZZZ-01", [an_indicator("ZZZ-01-01", {1: ("1", "3")}, name=long)], name=long)]

    chain = chain_of([8, 9], programs)
    corrected = programs(9)
    corrected[0]["indicators"][0]["months"] = []
    chain.append(sealed(closing_of(corrected, chain=chain)))
    return published(tmp_path_factory.mktemp("site"), chain, "http://127.0.0.1/")


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
        thread.join()


@pytest.fixture(params=list(MODES))
def shown(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(**MODES[request.param])
    yield context.new_page()
    context.close()


def _refusals(page: Page) -> list[str]:
    """What the console says, the policy's refusals among it."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def test_no_page_has_a_fault_or_goes_sideways(shown: Page, address: str) -> None:
    faults, said = [], _refusals(shown)
    for name in KINDS:
        response = shown.goto(address + name)
        assert response is not None and response.ok, name
        assert shown.evaluate(STYLED) == "3px", name
        if shown.evaluate(SIDEWAYS):
            faults.append(f"{name}: goes sideways")
        shown.evaluate(f"() => {{ {AXE} }}")
        faults += [f"{name}: {fault}" for fault in shown.evaluate(RUN, None)]
    assert faults == []
    assert said == []


def test_a_name_of_one_word_stays_within_the_screen(browser: Browser, address: str) -> None:
    context = browser.new_context(**MODES["320"])
    page = context.new_page()
    for name in ("2016/09/programas/ZZZ-01.html", "2016/09/indicadores/ZZZ-01-01.html"):
        page.goto(address + name)
        assert not page.evaluate(SIDEWAYS), name
    context.close()


def test_on_paper_nothing_to_press_is_left_and_every_letter_is_there(browser: Browser, address: str) -> None:
    context = browser.new_context(**MODES["1366"])
    page = context.new_page()
    page.goto(address + "2016/09/indicadores/PRE-01-01.html")
    page.emulate_media(media="print")
    assert not page.locator("header nav").is_visible()
    assert page.locator("table").is_visible() and page.locator(".chart svg").is_visible()
    page.set_viewport_size({"width": 680, "height": 900})  # what a letter-sized sheet holds between its edges
    assert not page.evaluate(SIDEWAYS)
    context.close()


def test_from_a_disk_a_page_looks_as_it_does_from_a_server(browser: Browser, folder: Path) -> None:
    context = browser.new_context(**MODES["320"])
    page = context.new_page()
    said = _refusals(page)
    page.goto((folder / "2016/09/indicadores/PRE-01-01.html").as_uri())
    assert page.evaluate(STYLED) == "3px"
    page.get_by_role("navigation", name="Secciones").get_by_role("link", name="El plan").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Cómo va el plan"
    assert said == []
    context.close()


def test_the_keyboard_passes_the_menu(browser: Browser, address: str) -> None:
    context = browser.new_context(**MODES["320"])
    page = context.new_page()
    page.goto(address + "2016/09/index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Ir al contenido"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contenido"
    context.close()


def test_the_table_of_months_fits_a_small_telephone(browser: Browser, address: str) -> None:
    context = browser.new_context(**MODES["320"])
    page = context.new_page()
    for name in ("PRE-01-01", "PRE-01-03"):
        page.goto(f"{address}2016/09/indicadores/{name}.html")
        wide = page.locator(".wide").evaluate("box => box.scrollWidth - box.clientWidth")
        assert wide == 0, name
    context.close()
