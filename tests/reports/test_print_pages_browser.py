"""What the browser prints of the pages for readers: figures and words, nothing to press; the card on one page."""

import io
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader

from indicators.models import Commitment
from programs.models import FiscalYear
from tests.factories import NOW, make_indicator, make_measurement, make_people, make_program, make_year
from tests.support.browser import bring_session

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = (
    "/2016/tablero/?mes=6&texto=programa", "/2016/tablero/?mes=6&ver=ejes", "/2016/mapa/?mes=6",
    "/2016/comparar/?mes=6",
    "/2016/programas/PRE-01/?mes=6", "/2016/programas/PRE-01/anio/?mes=6", "/2016/indicadores/PRE-01-01/?mes=6",
    "/2016/explicacion/programa/PRE-01/?mes=6", "/2016/tarjeta/?mes=6",
)  # fmt: skip
# What is left to press or to choose: a chosen list or text stays, as words.
PRESSED = """() => [...document.querySelectorAll(
    "button, input:not([type=hidden]), select, nav, .btn")].filter(e => {
  if (!e.checkVisibility()) return false;
  return !((e.matches("select, input")) && e.value && getComputedStyle(e).appearance === "none");
}).map(e => e.outerHTML.slice(0, 80))"""

# The cells whose text does not fit, or that end beyond the paper.
CUT_OFF = """() => [...document.querySelectorAll("table th, table td")].filter(
  e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1 || e.scrollWidth > e.clientWidth + 1
).map(e => e.innerText)"""


@pytest.fixture
def printer(page: Any, live_server: Any) -> Any:
    """A page of the mayor's office, on paper: twelve indicators, all behind and fallen, with long commitments."""
    program = make_program(make_year(), "PRE-01", name="Programa de nombre tan largo como suelen ser los de un plan")
    for number in range(12):
        indicator = make_indicator(program)
        make_measurement(indicator, 1, 60 + number, 100)
        june = make_measurement(indicator, 6, 10, 100)
        Commitment.objects.create(
            measurement=june,
            cause="Faltó personal y las rutas se suspendieron por la lluvia. " * 6,
            action="Contratar a dos personas y reponer las rutas suspendidas en turnos adicionales. " * 6,
            committed_on=date(2016, 11, 30),
            updated_by=june.updated_by,
            updated_at=NOW,
        )
    make_indicator(program)  # that nobody captured
    bring_session(page.context, make_people(program.department)["reader"], live_server.url)
    page.emulate_media(media="print")
    return page


def test_nothing_to_press_is_printed(printer: Any) -> None:
    for path in PAGES:
        printer.goto(path)
        assert not printer.evaluate(PRESSED), path
        assert printer.locator("h1").is_visible()


def test_the_card_is_one_page(printer: Any) -> None:
    printer.goto("/2016/tarjeta/?mes=6&desde=1")
    assert printer.locator(".card-rows li").count() == 4
    pages = PdfReader(io.BytesIO(printer.pdf(format="Letter"))).pages
    assert len(pages) == 1 and "Huella SHA-256" in pages[0].extract_text()


# Texts of the sheet that end in «…» on paper.
ENDED = """() => [...document.querySelectorAll("main *")].filter(
  e => getComputedStyle(e).webkitLineClamp !== "none" && e.scrollHeight > e.clientHeight + 1).map(e => e.innerText)"""
# Lights that are printed without their word.
SILENT = """() => [...document.querySelectorAll("main .light")].filter(
  e => !e.checkVisibility() || parseFloat(getComputedStyle(e).fontSize) < 11.9 || !/[a-z]/.test(e.innerText)
).map(e => e.outerHTML)"""
# Letters of the drawings in points of the paper.
LETTERS = """() => [...document.querySelectorAll("main svg text")].map(
  e => parseFloat(getComputedStyle(e).fontSize) * e.getScreenCTM().a * 0.75)"""


def test_the_card_ends_texts_only_where_its_page_is_full(printer: Any) -> None:
    printer.set_viewport_size({"width": 703, "height": 943})  # Letter upright, between its margins
    printer.goto("/2016/tarjeta/?mes=6&desde=1")
    assert printer.evaluate(ENDED), "commitments of 500 letters"
    assert printer.evaluate(SILENT) == []
    assert min(printer.evaluate(LETTERS)) >= 9
    Commitment.objects.update(
        cause="Faltó personal y las rutas se suspendieron " * 2, action="Contratar a dos más. " * 4
    )
    printer.reload()
    assert printer.evaluate(ENDED) == []
    assert len(PdfReader(io.BytesIO(printer.pdf(format="Letter"))).pages) == 1


def test_a_year_is_printed_lying_down_with_nothing_cut_off(printer: Any) -> None:
    program = make_program(FiscalYear.objects.get(), "PRE-02")
    indicator = make_indicator(program, "PRE-02-01")
    for month in range(1, 13):
        make_measurement(indicator, month, 1_234_567, 12_234_567 - month, justification="Rezago")
    printer.goto("/2016/programas/PRE-02/anio/?mes=12")
    pages = PdfReader(io.BytesIO(printer.pdf(prefer_css_page_size=True))).pages
    assert pages[0].mediabox.width > pages[0].mediabox.height
    assert all(month in pages[0].extract_text() for month in ("Enero", "Julio", "Diciembre"))
    printer.set_viewport_size({"width": 960, "height": 700})  # Letter lying down, less its margins
    assert printer.evaluate(CUT_OFF) == []


def test_the_words_of_a_sheet_have_their_room_on_paper(printer: Any) -> None:
    """An upright Letter is 704 pixels wide between its margins; a column of one word is some 60."""
    printer.set_viewport_size({"width": 704, "height": 900})
    for path, cell in (("programas/PRE-01/?mes=6", ".formula-cell"), ("indicadores/PRE-01-01/?mes=6", ".notes")):
        printer.goto(f"/2016/{path}")
        assert printer.locator(f"td{cell}").first.bounding_box()["width"] > 160, path
        assert printer.evaluate(CUT_OFF) == [], path


def test_no_page_is_left_half_empty_before_a_chart(printer: Any) -> None:
    printer.goto("/2016/programas/PRE-01/?mes=6")
    first = PdfReader(io.BytesIO(printer.pdf(format="Letter"))).pages[0].extract_text()
    assert "cumplimiento de enero a cada mes" in first, "the chart and its table begin on the first page"
