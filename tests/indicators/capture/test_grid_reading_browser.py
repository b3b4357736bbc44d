"""What a row asks can be read whole: by whoever is in it, by keyboard, by touch, on paper and by a screen reader."""

import pytest
from playwright.sync_api import expect

from programs.models import FiscalYear
from tests.factories import make_indicator
from tests.indicators.capture_page import url
from tests.indicators.grid_page import FIRST, SECOND, cell, sign_in, status, type_pair
from tests.indicators.town import Town, make_town

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

NAME = (
    "Dar seguimiento a los acuerdos tomados entre los titulares de las dependencias, institutos y organismos de la "
    "Administración Pública Municipal"
)
NUMERATOR = "Número de acuerdos con seguimiento concluido dentro del plazo que fijó el Gabinete"
DENOMINATOR = "Total de acuerdos registrados en las actas de las reuniones de Gabinete del mes"

# The rows of which not every letter is in sight: cut, outside of what clips it, or under something else.
CUT = """() => [...document.querySelectorAll("tbody.grid-row")].filter((row) => {
  const summary = row.querySelector(".what > summary");
  return [...summary.querySelectorAll(".title, .indicator, .formula")].some((part) => {
    if (part.scrollHeight > part.clientHeight + 7 && part.clientHeight) return true;
    if (part.scrollWidth > part.clientWidth + 1 && part.clientWidth) return true;
    const range = document.createRange();
    range.selectNodeContents(part);
    const limit = summary.getBoundingClientRect();
    const isOut = (box) => box.right > limit.right + 1 || box.top + box.height / 2 > limit.bottom;
    return [...range.getClientRects()].some(isOut);
  });
}).map((row) => row.dataset.code)"""

# The rows in sight whose key and name are not what lies on top where they stand.
COVERED = """() => [...document.querySelectorAll("tbody.grid-row")].filter((row) => {
  const end = document.querySelector("[data-reads]").getBoundingClientRect();
  const bar = document.querySelector(".grid-actions")?.getBoundingClientRect();
  const bottom = bar ? bar.top : end.height ? end.top : innerHeight;
  const box = row.getBoundingClientRect();
  if (box.top < 40 || box.bottom > bottom) return false;
  const range = document.createRange();
  range.selectNodeContents(row.querySelector(".code"));
  const last = row.querySelector(".title").getBoundingClientRect();
  const key = range.getBoundingClientRect();
  const at = [[key.left + 2, key.top + key.height / 2], [last.left + 4, last.bottom - 3]];
  return at.some(([x, y]) => document.elementFromPoint(x, y)?.closest("tbody") !== row);
}).map((row) => row.dataset.code)"""
# What is read of the row that one is in: the words, and whether every letter of them is on top in the window.
READ = """() => {
  const place = document.querySelector("[data-reads]");
  const range = document.createRange();
  range.selectNodeContents(place);
  const whole = [...range.getClientRects()].every((box) => box.top >= 0 && box.bottom <= innerHeight + 1
    && place.contains(document.elementFromPoint(box.left + 2, box.top + box.height / 2))
    && place.contains(document.elementFromPoint(box.right - 2, box.top + box.height / 2)));
  return whole ? place.textContent : "cut";
}"""
NAME_ON_TOP = """(code) => {
  const box = document.querySelector(`#fila-${code} .code`).getBoundingClientRect();
  return document.elementFromPoint(box.left + 2, box.top + box.height / 2)?.closest("tbody")?.dataset.code;
}"""
TOPS = '() => [...document.querySelectorAll("tbody.grid-row")].map((row) => row.getBoundingClientRect().top)'


@pytest.fixture
def town() -> Town:
    town = make_town(0)
    town.indicators = [
        make_indicator(town.program, name=NAME, numerator_label=NUMERATOR, denominator_label=DENOMINATOR)
        for _ in range(14)
    ]
    return town


def opened(page, town, live_server, width=1366, height=768):
    sign_in(page, town, live_server)
    page.set_viewport_size({"width": width, "height": height})
    page.goto(url())


LAST_IN_SIGHT = """() => {
  const bottom = document.querySelector(".grid-actions").getBoundingClientRect().top;
  const whole = [...document.querySelectorAll("tbody[data-row]")].filter(
    (row) => row.getBoundingClientRect().bottom <= bottom + 1);
  return whole.at(-1).dataset.code;
}"""


def codes(town: Town) -> list[str]:
    return [indicator.code for indicator in town.indicators]


LONGEST = "Mantenimientos de reforestación realizados con satisfacción del usuario"
ALIKE = (
    "Mantenimientos de reforestación realizados",
    "Mantenimientos de reforestación realizados con oportunidad",
    "Mantenimientos de reforestación realizados en el plazo establecido",
    LONGEST,
)
NAMES_CUT = """() => [...document.querySelectorAll("tbody.grid-row .title")].filter(
  (title) => title.scrollHeight > title.clientHeight + 7 || title.scrollWidth > title.clientWidth + 1
).map((title) => title.querySelector(".code").textContent)"""
WHOLE_ROWS = """() => {
  const end = document.querySelector(".grid-actions").getBoundingClientRect().top;
  const boxes = [...document.querySelectorAll("tbody[data-row]")].map((row) => row.getBoundingClientRect());
  return boxes.filter((box) => box.top >= 0 && box.bottom <= end + 1).length;
}"""


@pytest.fixture
def alike() -> Town:
    """Rows of which the first words are the same, with figures to type in each, in a demonstration."""
    town = make_town(0)
    FiscalYear.objects.update(demo_data=True)
    made = [
        (f"PRE-01-{number:02d}{more}", name)
        for number in range(1, 5)
        for more, name in zip(("", "-B", "-C", "-D"), ALIKE, strict=True)
    ]
    town.indicators = [
        make_indicator(
            town.program,
            code=code,
            name=name,
            numerator_label=f"Número de {name.lower()}",
            denominator_label="Total de mantenimientos programados",
        )
        for code, name in made
    ]
    return town


def test_what_tells_rows_apart_is_in_sight_and_so_are_ten_rows(page, alike, live_server):
    opened(page, alike, live_server)
    page.evaluate("document.activeElement.blur()")
    assert page.evaluate(NAMES_CUT) == []
    assert page.evaluate(WHOLE_ROWS) >= 10
    inside = page.locator(f"#fila-{codes(alike)[3]} .title").bounding_box()
    row = page.locator(f"#fila-{codes(alike)[3]}").bounding_box()
    assert inside["y"] + inside["height"] <= row["y"] + row["height"]


def test_a_month_of_few_rows_is_read_whole_without_an_action(page, live_server):
    town = make_town(0)
    for _ in range(5):
        make_indicator(town.program, name=NAME, numerator_label=NUMERATOR, denominator_label=DENOMINATOR)
    opened(page, town, live_server)
    assert page.evaluate(CUT) == []
    assert page.evaluate(WHOLE_ROWS) == 5


def test_a_small_screen_leaves_the_names_their_room(page, alike, live_server):
    opened(page, alike, live_server, 1024, 768)
    page.evaluate("document.activeElement.blur()")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator(f"#fila-{codes(alike)[0]} .title").bounding_box()["width"] > 180
    assert page.evaluate(NAMES_CUT) == []


def read(code: str) -> str:
    return f"{code} {NAME} {NUMERATOR} / {DENOMINATOR}"


def test_the_row_one_is_in_is_read_whole_and_lies_over_no_other_and_moves_none(page, town, live_server):
    opened(page, town, live_server)
    expect(cell(page)).to_be_focused()
    assert page.evaluate(READ) == read(FIRST)
    before = page.evaluate(TOPS)
    for code in codes(town)[1:9]:
        page.keyboard.press("Enter")
        expect(cell(page, code)).to_be_focused()
        assert page.evaluate(READ) == read(code)
        assert page.evaluate(COVERED) == []
    assert page.evaluate(TOPS) == before


@pytest.mark.parametrize("width", [1024, 1280, 1600])
def test_it_is_read_whole_on_other_screens(page, town, live_server, width):
    opened(page, town, live_server, width, 768)
    cell(page, SECOND).focus()
    assert page.evaluate(READ) == read(SECOND)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_last_row_in_sight_stays_above_what_is_read_of_it(page, town, live_server):
    opened(page, town, live_server)
    last = page.evaluate(LAST_IN_SIGHT)  # just above the buttons
    cell(page, last).click()
    assert page.evaluate(READ) == read(last)
    row, buttons = page.locator(f"#fila-{last}").bounding_box(), page.locator(".grid-actions").bounding_box()
    assert row["y"] + row["height"] <= buttons["y"] + 1


def test_what_is_for_marked_rows_makes_room_until_one_is_marked(page, town, live_server):
    opened(page, town, live_server)
    bulk = page.get_by_role("button", name="Aplicar")
    expect(bulk).to_be_hidden()
    page.get_by_label(f"Marcar {SECOND}").check()
    expect(bulk).to_be_visible()
    assert page.evaluate(READ) == read(SECOND)
    page.get_by_label(f"Marcar {SECOND}").uncheck()
    page.evaluate("document.activeElement.blur()")
    expect(bulk).to_be_visible()
    assert page.evaluate(READ) == ""


def test_what_the_row_above_asks_can_be_pressed_from_the_row_below(page, town, live_server):
    """Somebody else was faster in the first row."""
    opened(page, town, live_server)
    town.save(town.pair(1, 9), role="director")
    type_pair(page, "7", "8")
    mine = page.locator(f"#fila-{FIRST}").get_by_role("button", name="Usar la mía")
    expect(mine).to_be_visible()
    cell(page, SECOND).focus()
    assert page.evaluate(READ) == read(SECOND)
    mine.click(timeout=1000)
    expect(status(page)).to_contain_text("guardado")


def test_marking_a_row_hides_no_name_of_another(page, town, live_server):
    opened(page, town, live_server)
    page.get_by_label(f"Marcar {FIRST}").click()
    assert page.evaluate(NAME_ON_TOP, SECOND) == SECOND


def test_another_row_is_read_by_pressing_it(page, town, live_server):
    opened(page, town, live_server)
    page.locator(f"#fila-{codes(town)[5]} .what > summary").click()
    expect(page.locator(f"#fila-{codes(town)[5]} details.what")).to_have_attribute("open", "")
    assert codes(town)[5] not in page.evaluate(CUT)


def test_a_row_that_nobody_can_write_is_read_with_the_keyboard(page, town, live_server):
    FiscalYear.objects.update(locked=True)
    opened(page, town, live_server)
    rows = page.locator("tbody.grid-row")
    expect(rows.locator("input")).to_have_count(0)
    assert page.evaluate(CUT) == codes(town)
    rows.nth(2).locator("summary").focus()
    assert page.evaluate(READ) == read(codes(town)[2])
    assert page.evaluate(COVERED) == []
    page.keyboard.press("Enter")
    assert codes(town)[2] not in page.evaluate(CUT)


@pytest.mark.parametrize(("width", "height"), [(390, 844), (768, 1024), (1920, 1080)])
def test_nothing_is_cut_on_a_phone_a_tablet_and_a_wide_screen(page, town, live_server, width, height):
    opened(page, town, live_server, width, height)
    for row in page.locator("tbody.grid-row").all() if width < 768 else [page.locator("tbody.grid-row").first]:
        row.dispatch_event("pmd:reveal")  # on a phone one is shown at a time
        expect(row).to_be_visible()
        assert page.evaluate(CUT) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_wide_screen_shows_more_than_a_small_one(page, town, live_server):
    opened(page, town, live_server, 1440, 900)
    table = page.locator("table.grid")
    small = table.bounding_box()["width"]
    page.set_viewport_size({"width": 1920, "height": 1080})
    assert small > 1366 and table.bounding_box()["width"] > 1700


def test_nothing_is_cut_on_paper(page, town, live_server):
    opened(page, town, live_server)
    page.emulate_media(media="print")
    assert page.evaluate(CUT) == []
    page.set_viewport_size({"width": 1050, "height": 740})  # a letter sheet on its side
    assert page.evaluate(CUT) == []


def test_a_cell_is_described_by_what_it_counts_also_after_an_answer(page, town, live_server):
    opened(page, town, live_server)
    for side, asked in (("Numerador", NUMERATOR), ("Denominador", DENOMINATOR)):
        expect(cell(page, FIRST, side)).to_have_accessible_description(asked)
    type_pair(page, "1", "x")
    expect(status(page)).to_contain_text("no se guardó")
    expect(cell(page, FIRST, "Denominador")).to_have_accessible_description(f"«x» no es un número. {DENOMINATOR}")
    type_pair(page, "1", "4")
    expect(status(page)).to_contain_text("guardado")
    for side, asked in (("Numerador", NUMERATOR), ("Denominador", DENOMINATOR)):
        expect(cell(page, FIRST, side)).to_have_accessible_description(asked)
