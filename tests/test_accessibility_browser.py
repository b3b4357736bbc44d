"""Every page of the product, in the hands that it is declared for, holds no serious fault that axe-core can find.

In a few tests, so that processes share them: each makes the town once and opens its pages at a desk and in a pocket.
The main ones are looked at again at 200 %, in forced colours, in the dark and without motion.
"""

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from accounts.models import User
from catalog.demo import durango
from tests.hostile.place import Place, make_place
from tests.indicators.sample_files import SVG
from tests.support.browser import bring_session
from tests.support.declared import every_example

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
ROOT = Path(__file__).resolve().parent
SOURCE = ROOT.parent / "data" / "pat-durango-2016.xlsx"
AXE = (ROOT / "vendor" / "axe.min.js").read_text()
# No preload: axe would fetch the style sheets again, for rules that these pages do not need.
# Targets of 24 pixels are WCAG 2.2's, which axe leaves out unless it is asked; what a sticky bar covers at this moment
# has its size again after scrolling, and is left to that. Rules that can find no serious fault are not run.
RUN = """async (only) => {
  const grave = (check) => ["serious", "critical"].includes(axe._audit.data.checks[check.id || check]?.impact);
  const lesser = axe._audit.rules.filter(({ impact, any, all, none }) =>
    ["minor", "moderate"].includes(impact) && ![...any, ...all, ...none].some(grave));
  const chosen = only ? { runOnly: only } : {
    rules: {
      ...Object.fromEntries(lesser.map(({ id }) => [id, { enabled: false }])), "target-size": { enabled: true },
    },
  };
  const found = await axe.run(document, { resultTypes: ["violations"], preload: false, ...chosen });
  const faults = found.violations.filter(({ impact }) => ["serious", "critical"].includes(impact)).flatMap(
    ({ id, impact, nodes }) => nodes.map(({ target, any, all, none }) => {
      const why = [...any, ...all, ...none].map(({ message }) => message).join(" ");
      return `${impact} ${id}: ${target.flat().join(" > ")}: ${why}`;
    }));
  return faults.filter((fault) => !/target-size.*partially obscured/.test(fault));
}"""
# What another scheme of colours can spoil, where it shows and hides nothing.
OF_COLOURS = ["color-contrast", "link-in-text-block"]
SEEN = """() => [...document.querySelectorAll("body *")].map((one) => {
  const { width, height } = one.getBoundingClientRect();
  return one.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && `${width}x${height}`;
}).join()"""
PARTS = 3  # of two minutes' pages
SHOWN = 6  # faults of one page in the message
# In October one figure of the demonstration is a draft, some are missing and one waits; in September six wait.
GRID, REVIEW = "/2016/captura/PRE/10/", "/2016/revision/PRE/9/"
POCKET: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1366, "height": 768}
TWICE: ViewportSize = {"width": 683, "height": 384}  # what a desk of 1366 × 768 holds at 200 %
# The pages that people live on, by the names of their addresses; of the grid and the review what they ask, too.
MAIN = {
    "accounts:login", "reports:home", "reports:dashboard", "reports:heat_map", "reports:comparison", "reports:program",
    "reports:program_year", "reports:indicator", "reports:card", "reports:explain_program", "indicators:capture",
    "indicators:submit", "indicators:review", "indicators:review_month", "indicators:calendar", "indicators:board",
    "indicators:paper", "catalog:tree", "catalog:people",
}  # fmt: skip


@pytest.fixture
def place(settings: Any) -> Place:
    """The demonstration town, with a row of everything that an address can name."""
    settings.PMD_DEMO = True
    return make_place()


class Inspector:
    """Goes from page to page and keeps what axe finds."""

    def __init__(self, page: Page, server: str) -> None:
        self.page, self.server = page, server
        self.role = ""
        self.faults: list[str] = []

    def enter(self, username: str) -> None:
        """As that person, or as nobody, by the session's cookie: the sign-in page is only looked at."""
        self.role = username or "nadie"
        self.page.context.clear_cookies()
        if not username:
            return
        bring_session(self.page.context, User.objects.get(username=username), self.server)

    def open(self, path: str, status: int = 200) -> None:
        response = self.page.goto(path, wait_until="load")
        assert response is not None and response.status == status, f"{self.role} {path}: {response and response.status}"
        assert response.request.redirected_from is None, f"{self.role} {path} leads on to {self.page.url}"
        self.look(path)

    def look(self, name: str, only: list[str] | None = None) -> None:
        """Run axe on the page as it stands. Evaluated, not inserted: the pages forbid scripts of others."""
        if not self.page.evaluate("Boolean(window.axe)"):
            self.page.evaluate(f"() => {{ {AXE} }}")
        found = self.page.evaluate(RUN, only)
        more = [f"  … y {len(found) - SHOWN} más"] if len(found) > SHOWN else []
        if found:
            self.faults += [f"{self.role} {name}", *(f"  {fault}" for fault in found[:SHOWN]), *more]


@pytest.fixture
def inspect(page: Page, live_server: Any) -> Iterator[Inspector]:
    expect.set_options(timeout=6_000)
    inspector = Inspector(page, live_server.url)
    yield inspector
    assert not inspector.faults, "\n" + "\n".join(inspector.faults)


def test_a_fault_would_be_found(page: Page, live_server: Any) -> None:
    page.goto("/salud/")
    page.set_content('<html lang="es"><title>Falta</title><main><img src="data:,"></main></html>')
    inspector = Inspector(page, live_server.url)
    inspector.look("imagen sin texto")
    assert "image-alt" in " ".join(inspector.faults)


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page(inspect: Inspector, place: Place, part: int) -> None:
    """As each is declared beside its address: ``examples`` in the rooms' urls.py."""
    examples = list(every_example(place))
    assert {opened.name for opened in examples} >= MAIN
    for username, pages in groupby(examples[part::PARTS], key=lambda opened: opened.username):
        inspect.enter(username)
        for opened in pages:
            inspect.open(opened.path)
            if opened.name in MAIN:
                _in_the_other_modes(inspect, opened.path)
            if opened.example.pocket:
                turn_to(inspect.page, size=POCKET)
                inspect.open(opened.path)
            turn_to(inspect.page)
    for username, ask in [*STATES.items()][part::PARTS]:
        inspect.enter(username)
        ask(inspect)


def _grid_asks(inspect: Inspector) -> None:
    """What the grid shows only when somebody works: a question, an error, a block that was pasted; and refusals."""
    page = inspect.page
    inspect.open("/2016/captura/XXX/9/", 404)
    inspect.open("/2016/revision/", 403)
    page.goto(GRID)
    cells = page.locator("input.num:not([readonly]):not([disabled])")
    cells.nth(0).fill("90")
    cells.nth(1).fill("4")
    cells.nth(2).fill("85%")
    cells.nth(3).press("Tab")
    expect(page.get_by_text("«85%» es un porcentaje")).to_be_visible()
    inspect.look("cuadrícula con preguntas y errores")
    page.goto(GRID + "pegar/")
    page.locator("textarea[name=text]").fill("3\t4\n85%\t6\n7\t5")
    page.get_by_role("main").get_by_role("button").first.click()
    expect(page.locator("#pegado")).to_be_visible()
    inspect.look("vista previa de lo pegado")


def _review_asks(inspect: Inspector) -> None:
    """A return without its observation, and what validating would change."""
    page = inspect.page
    page.goto(REVIEW)
    page.get_by_role("main").get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Devolver seleccionadas").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    inspect.look("devolución sin observación")
    page.get_by_role("button", name="Validar todas sin alertas").click()
    expect(page.locator("#effect")).to_be_visible()
    inspect.look("validación por confirmar")


def _planning_sees(inspect: Inspector) -> None:
    """The catalogue's workbook read, not yet applied; other thresholds, not yet confirmed."""
    page = inspect.page
    page.goto("/2016/catalogo/importar/")
    page.locator("input[type=file]").set_input_files(SOURCE)
    page.get_by_role("main").locator("button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/importar/[^/]+/$"))
    inspect.look("vista previa de la importación")
    page.goto("/2016/catalogo/umbrales/")
    page.locator("input[name=green_from]").fill("99")
    page.locator("textarea[name=reason]").fill("Acuerdo")
    page.get_by_role("button", name="Ver qué cambia").click()
    expect(page.get_by_role("heading", name="Qué cambiaría")).to_be_visible()
    inspect.look("efecto de otros umbrales")
    page.goto("/2016/catalogo/metas/PRE-02-01/")
    page.locator("select[name=effective_month]").select_option("12")
    for name in ("target", "authorized_by", "instrument"):
        page.locator(f"input[name={name}]").fill("50")
    page.locator("textarea[name=reason]").fill("Recorte")
    page.get_by_role("button", name="Ver qué cambia").click()
    expect(page.get_by_label("Archivo del instrumento")).to_be_visible()
    page.get_by_label("Archivo del instrumento").set_input_files(
        {"name": "acta.pdf", "mimeType": "application/pdf", "buffer": SVG}
    )
    page.get_by_role("button", name="Ajustar la meta").click()
    expect(page.get_by_text("SVG")).to_be_visible()
    inspect.look("archivo de un instrumento que no se acepta")
    page.get_by_label("Archivo del instrumento").set_input_files([])
    page.get_by_role("button", name="Ajustar la meta").click()
    page.get_by_role("link", name="Adjuntarlo: archivo de 50").click()
    inspect.look("archivo que le falta a una meta ajustada")


STATES = {"enlace.presidencia": _grid_asks, "director.presidencia": _review_asks, "planeacion": _planning_sees}


MODES: dict[str, dict[str, Any]] = {
    "200 %": {"size": TWICE},
    "colores forzados": {"forced_colors": "active"},
    "oscuro": {"color_scheme": "dark"},
    "sin movimiento": {"reduced_motion": "reduce"},
}
USUAL = {"size": DESK, "forced_colors": "none", "color_scheme": "light", "reduced_motion": "no-preference"}
# What moves although the reader asked for none.
MOVING = """() => document.getAnimations().length + [...document.querySelectorAll("body *")].filter((one) => {
  const { transitionDuration, animationDuration } = getComputedStyle(one);
  return [transitionDuration, animationDuration].some((times) => times.split(", ").some((time) => parseFloat(time)));
}).length"""
# Colours on their way have arrived. What never ends, or waits to be seen, is not waited for.
SETTLED = """() => Promise.race([
  Promise.allSettled(document.getAnimations().map(({ finished }) => finished)),
  new Promise((done) => setTimeout(done, 1000)),
])"""


def turn_to(page: Page, **mode: Any) -> None:
    chosen = USUAL | mode
    page.set_viewport_size(chosen.pop("size"))
    page.emulate_media(**chosen)
    page.evaluate(SETTLED)


def _in_the_other_modes(inspect: Inspector, path: str) -> None:
    """As every reader's system shows it: nothing of it is made on the server."""
    page = inspect.page
    turn_to(page)
    usual = page.evaluate(SEEN)
    for name, mode in MODES.items():
        turn_to(page, **mode)
        recoloured = "size" not in mode and page.evaluate(SEEN) == usual
        inspect.look(f"{path} ({name})", only=OF_COLOURS if recoloured else None)
        if name == "200 %" and page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            inspect.faults.append(f"{path}: al 200 % la página se desliza hacia los lados")
        if name == "sin movimiento" and page.evaluate(MOVING):
            inspect.faults.append(f"{path}: algo se mueve")


def test_next_year(inspect: Inspector, settings: Any) -> None:
    """Seen, made, and compared with this one: afterwards it is the year that every page shows."""
    settings.PMD_DEMO = True
    durango.make(SOURCE)
    page = inspect.page
    inspect.enter("planeacion")
    page.goto("/2016/catalogo/siguiente/")
    page.get_by_label("Nombre del plan nuevo").fill("Plan Municipal de Desarrollo 2017-2019")
    page.get_by_role("button", name="Ver cómo queda").click()
    expect(page.get_by_role("heading", name="Vista previa de 2017")).to_be_visible()
    inspect.look("vista previa del ejercicio siguiente")
    page.get_by_role("button", name="Crear el ejercicio 2017").click()
    expect(page.get_by_text("El ejercicio 2017 tiene")).to_be_visible()
    page.goto("/2017/catalogo/vinculos/indicadores/PRE-01-01/")
    page.get_by_label("Ninguno: es nuevo").check()
    page.get_by_role("button", name="Guardar").click()
    page.goto("/2017/catalogo/vinculos/iguales/")
    page.get_by_label("PRE-01-01").check()
    inspect.look("los de la misma clave y nombre")
    page.get_by_role("button", name="Revisar los marcados").click()
    expect(page.get_by_role("button", name="Ligar 1 indicador")).to_be_visible()
    inspect.look("vínculos por confirmar")
    page.goto("/2017/catalogo/comparar/?con=2016")
    page.locator("summary").first.click()
    inspect.look("comparación de dos ejercicios")
