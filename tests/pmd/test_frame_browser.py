"""The frame of every page in a real browser: what it loads, and that it fits a desk and a pocket."""

from typing import Any

import pytest

from indicators.models import Indicator
from programs.models import Program
from tests.indicators.grid_page import sign_in
from tests.indicators.town import make_town

FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
SIZES = [(1366, 768), (390, 844)]


@pytest.mark.parametrize("width, height", SIZES)
def test_the_frame_loads_only_from_us_and_fits(page: Any, live_server: Any, width: int, height: int) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_viewport_size({"width": width, "height": height})
    page.goto("/no-existe/")
    assert page.get_by_role("heading", level=1).inner_text() == "No existe esa página"
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px \"Source Sans 3\"'))")
    assert page.evaluate(FITS)
    assert page.evaluate("typeof htmx.version") == "string"
    assert all(url.startswith((live_server.url, "data:")) for url in asked)
    assert any(url.endswith(".woff2") for url in asked)


def test_the_keyboard_reaches_the_content_at_once(page: Any) -> None:
    page.goto("/no-existe/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contenido"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width, height", SIZES)
def test_no_word_is_too_long_for_a_page(page: Any, live_server: Any, width: int, height: int) -> None:
    town = make_town(2)
    town.save(town.pair(3, 4))
    Program.objects.update(name="Proximidad" * 18)
    Indicator.objects.update(name="Solicitudes" * 25)
    page.set_viewport_size({"width": width, "height": height})
    sign_in(page, town, live_server)
    pages = (
        "tablero/",
        "mapa/",
        "programas/PRE-01/",
        "programas/PRE-01/anio/",
        "indicadores/PRE-01-01/",
        "captura/PRE/9/",
    )
    for address in ("/", "/bitacora/", *(f"/2016/{name}" for name in pages)):
        assert page.goto(address).ok
        assert page.evaluate(FITS), address
