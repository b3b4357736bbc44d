"""What of the grid is in sight, on a small laptop and on a telephone."""

import re

import pytest
from playwright.sync_api import expect

from indicators import services
from programs.models import Department, FiscalYear
from tests.factories import NOW, make_indicator, make_measurement, make_program
from tests.indicators.capture_page import url
from tests.indicators.grid_page import FIRST, THIRD, cell, sign_in, status, type_pair
from tests.indicators.town import Town, make_town

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def town() -> Town:
    return make_town(4)


def test_an_observation_takes_the_width_of_the_card_on_a_phone(page, town, live_server):
    town.save(town.pair(3, 4), town.pair(1, 4, 1), town.pair(1, 4, 2), town.pair(1, 4, 3))
    town.submit()
    services.return_for_changes(
        access=town.access("director"),
        seen={town.row().pk: town.row().version},
        observation="Falta indicar la fuente",
        now=NOW,
    )
    sign_in(page, town, live_server)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(url())
    card = page.locator(f"#fila-{FIRST}").bounding_box()
    note = page.get_by_text("Falta indicar la fuente").bounding_box()
    assert note["width"] > 0.85 * card["width"]


WHOLE_ROWS = """() => {
  const bottom = document.querySelector(".grid-actions").getBoundingClientRect().top;
  const boxes = [...document.querySelectorAll("tbody[data-row]")].map((row) => row.getBoundingClientRect());
  return boxes.filter((box) => box.top >= 0 && box.bottom <= bottom + 1).length;
}"""


def test_the_month_of_the_demonstration_is_in_sight_as_a_whole(page, live_server):
    """Eleven indicators in five programmes on a small laptop, two of them with what «último» fills in."""
    town = make_town(1)
    FiscalYear.objects.update(demo_data=True)
    for number, indicators in ((2, 4), (3, 1), (4, 3), (5, 2)):
        program = make_program(town.year, f"PRE-{number:02d}", name=f"Programa de trabajo número {number}")
        for place in range(indicators):
            made = make_indicator(program, denominator_mode="last" if number == 4 and place else "sum")
            make_measurement(made, 8, 3, 12)
    sign_in(page, town, live_server)
    page.goto(url())
    expect(page.get_by_text("prellenado").first).to_be_visible()
    assert page.evaluate(WHOLE_ROWS) == 11
    cells = ("Numerador de PRE-04-02", "Denominador de PRE-04-02")
    boxes = [page.get_by_label(name).first.bounding_box() for name in cells]
    assert all(box["height"] >= 24 for box in boxes)


@pytest.mark.parametrize("is_demo", [False, True])
def test_twelve_indicators_are_in_sight_when_the_page_opens(page, live_server, is_demo):
    """On a small laptop, in two programmes, also under the banner of the demonstration."""
    town = make_town(6)
    FiscalYear.objects.update(demo_data=is_demo)
    program = make_program(town.year, "PRE-02")
    for _ in range(34):
        make_indicator(program)
    sign_in(page, town, live_server)
    page.goto(url())
    expect(page.get_by_text("Datos de demostración")).to_have_count(1 if is_demo else 0)
    assert page.evaluate("window.scrollY") == 0 and page.evaluate(WHOLE_ROWS) >= 12
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_ten_rows_are_in_sight_also_where_the_open_one_was_returned_and_says_why(page, live_server):
    """In a department whose name takes half a line, under the banner of the demonstration."""
    town = make_town(20)
    Department.objects.update(name="Dirección Municipal de Medio Ambiente")
    FiscalYear.objects.update(demo_data=True)
    town.save(
        *(town.pair(3, 4, number) for number in range(19)), town.pair(9, 4, 19, justification="Se atendió el rezago")
    )
    town.submit()
    row = town.row(19)
    services.return_for_changes(
        access=town.access("director"), seen={row.pk: row.version}, observation="Falta la fuente", now=NOW
    )
    sign_in(page, town, live_server)
    page.goto(url())
    expect(page.get_by_text("Falta la fuente")).to_be_visible()
    expect(page.get_by_label("Justificación de PRE-01-20")).to_be_visible()
    in_sight = """() => {
      const bottom = document.querySelector(".grid-actions").getBoundingClientRect().top;
      const boxes = [...document.querySelectorAll(".grid-row")].map((row) => row.getBoundingClientRect());
      return boxes.filter((box) => box.top >= 0 && box.bottom <= bottom + 1).length;
    }"""
    assert page.evaluate(in_sight) >= 10


@pytest.mark.parametrize("width", [1366, 1024, 390])
def test_long_figures_of_last_month_leave_the_cells_free(page, town, live_server, width):
    make_measurement(town.indicators[0], 8, "1234.5678", 2000)
    make_measurement(town.indicators[1], 8, "1234567.5", "2345678901.75")
    sign_in(page, town, live_server)
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(url())
    for row in page.locator("tbody[data-row]").all()[:2]:
        row.dispatch_event("pmd:reveal")  # on a phone one is shown at a time
        pair, cell = row.locator(".pair").bounding_box(), row.locator("input.num").first.bounding_box()
        is_beside = pair["x"] + pair["width"] <= cell["x"]
        is_above_or_below = pair["y"] + pair["height"] <= cell["y"] or cell["y"] + cell["height"] <= pair["y"]
        assert is_beside or is_above_or_below


def test_a_click_is_not_lost_because_an_answer_moves_what_is_below(page, town, live_server):
    """The answer makes its row taller while the mouse button is down on a button further below."""
    sign_in(page, town, live_server)
    page.goto(url())
    held = []
    page.route(re.compile("/fila/"), lambda route: route.continue_() if held else held.append(route))
    type_pair(page, "9", "4")  # above 100 %: the answer brings the box of its justification
    expect(status(page)).to_have_text("guardando…")
    row = page.locator(f"#fila-{THIRD}")
    top, button = row.bounding_box()["y"], row.get_by_role("button", name="Nada programado").bounding_box()
    page.mouse.move(button["x"] + button["width"] / 2, button["y"] + button["height"] / 2)
    page.mouse.down()
    held[0].continue_()
    page.wait_for_timeout(300)
    page.mouse.up()
    expect(cell(page, THIRD)).to_have_value("0")
    expect(status(page)).to_contain_text("guardado")
    expect(status(page, THIRD)).to_contain_text("guardado")
    assert row.bounding_box()["y"] > top + button["height"]
