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

# What lies on top at the last letter of what the row asks.
ON_TOP = """(code) => {
  const range = document.createRange();
  range.selectNodeContents(document.getElementById(`fila-${code}-denominator-que`));
  const box = [...range.getClientRects()].at(-1);
  const found = document.elementFromPoint(box.right - 2, box.top + box.height / 2);
  return found?.closest("tbody")?.dataset.code ?? found?.className;
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


def test_the_row_one_is_in_is_read_whole_and_moves_no_other(page, town, live_server):
    opened(page, town, live_server)
    expect(cell(page)).to_be_focused()
    assert page.evaluate(CUT) == codes(town)[1:]
    before = page.evaluate(TOPS)
    for code in codes(town)[1:9]:
        page.keyboard.press("Enter")
        expect(cell(page, code)).to_be_focused()
        assert code not in page.evaluate(CUT)
        assert page.evaluate(ON_TOP, code) == code
    assert page.evaluate(TOPS) == before


def test_the_last_row_in_sight_is_read_above_the_buttons(page, town, live_server):
    opened(page, town, live_server)
    last = page.evaluate(LAST_IN_SIGHT)  # just above the buttons
    cell(page, last).click()
    expect(page.locator(f"#fila-{last}")).to_have_class("grid-row is-missing reads-up")
    assert page.evaluate(ON_TOP, last) == last
    text, buttons = page.locator(f"#fila-{last} .what > summary").bounding_box(), page.locator(".grid-actions")
    assert text["y"] + text["height"] <= buttons.bounding_box()["y"] + 1


def test_the_text_never_lies_over_what_is_written_below_it_in_its_row(page, town, live_server):
    opened(page, town, live_server)
    cell(page, SECOND).click()
    cell(page, SECOND).press("F2")
    field = page.locator(f"#fila-{SECOND}-justificar textarea")
    expect(field).to_be_focused()
    text, below = page.locator(f"#fila-{SECOND} .what > summary").bounding_box(), field.bounding_box()
    assert SECOND not in page.evaluate(CUT)
    assert text["y"] + text["height"] <= below["y"] + 1


def test_the_text_never_lies_over_what_the_row_above_asks(page, town, live_server):
    """Somebody else was faster in the first row: the choice can be pressed from wherever one is."""
    opened(page, town, live_server)
    town.save(town.pair(1, 9), role="director")
    type_pair(page, "7", "8")
    mine = page.locator(f"#fila-{FIRST}").get_by_role("button", name="Usar la mía")
    expect(mine).to_be_visible()
    row = page.locator(f"#fila-{SECOND}")
    for state in ("", "reads-up", "justifying"):
        cell(page, SECOND).focus()
        if state == "reads-up":
            row.evaluate("row => row.classList.add('reads-up')")
        if state == "justifying":
            cell(page, SECOND).press("F2")
        text, button = row.locator(".what > summary").bounding_box(), mine.bounding_box()
        assert text["y"] >= button["y"] + button["height"], state
    mine.click(timeout=1000)
    expect(status(page)).to_contain_text("guardado")


def test_escape_puts_the_text_away_until_one_comes_to_the_row_again(page, town, live_server):
    opened(page, town, live_server)
    cell(page).fill("7")
    cell(page).press("Escape")  # takes back what was typed
    assert FIRST not in page.evaluate(CUT)
    cell(page).press("Escape")
    assert FIRST in page.evaluate(CUT)
    cell(page).press("Enter")
    cell(page, SECOND).press("ArrowUp")
    assert FIRST not in page.evaluate(CUT)


def test_marking_a_row_hides_no_name_of_another(page, town, live_server):
    opened(page, town, live_server)
    page.get_by_label(f"Marcar {FIRST}").click()
    assert page.evaluate(NAME_ON_TOP, SECOND) == SECOND


def test_another_row_is_read_by_pressing_it(page, town, live_server):
    opened(page, town, live_server)
    page.locator(f"#fila-{codes(town)[5]} .what > summary").click()
    expect(page.locator(f"#fila-{codes(town)[5]} details.what")).to_have_attribute("open", "")
    cell(page).focus()
    assert codes(town)[5] not in page.evaluate(CUT)


def test_a_row_that_nobody_can_write_is_read_with_the_keyboard(page, town, live_server):
    FiscalYear.objects.update(locked=True)
    opened(page, town, live_server)
    rows = page.locator("tbody.grid-row")
    expect(rows.locator("input")).to_have_count(0)
    assert page.evaluate(CUT) == codes(town)
    rows.nth(2).locator("summary").focus()
    assert codes(town)[2] not in page.evaluate(CUT)
    assert page.evaluate(ON_TOP, codes(town)[2]) == codes(town)[2]


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
