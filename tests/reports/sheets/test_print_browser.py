"""What the browser's own print of sheets and explanations holds, and what it leaves out."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.factories import make_department, make_indicator, make_measurement, make_people, make_program, make_year
from tests.support.browser import bring_session

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def printed(page: Page, live_server: Any) -> Page:
    """A page as paper shows it, in which the mayor's office has signed in."""
    people = make_people(make_department())
    program = make_program(make_year(), "PRE-02")
    make_measurement(make_indicator(program, "PRE-02-01"), 1, 3, 4)
    bring_session(page.context, people["reader"], live_server.url)
    page.emulate_media(media="print")
    return page


def test_an_explanation_on_paper_carries_its_moment_address_and_fingerprint(printed: Page):
    for url in ("programa/PRE-02/", "indicador/PRE-02-01/", "plan/"):
        printed.goto(f"/2016/explicacion/{url}?mes=1")
        expect(printed.locator(".fingerprint")).to_be_visible()
        assert len(printed.locator(".fingerprint").inner_text()) == 64
        expect(printed.get_by_text("Momento en que se calculó")).to_be_visible()
        expect(printed.locator(".address")).to_contain_text("mes=1&alcance=oficial")
        for left_out in (".site-nav", ".site-person", ".breadcrumb", "text=Descargar los números"):
            expect(printed.locator(left_out).first).to_be_hidden()


def test_a_sheet_on_paper_has_its_charts_with_their_data_and_no_buttons(printed: Page):
    printed.goto("/2016/programas/PRE-02/?mes=1")
    expect(printed.locator(".chart svg")).to_have_count(2)
    for table in printed.locator(".chart-table").all():
        assert table.locator("tbody tr").first.evaluate("(row) => row.checkVisibility({contentVisibilityAuto: true})")
        assert table.bounding_box()["height"] > 50  # type: ignore[index]
    for left_out in (".whence", ".chart-data summary", ".btn"):
        for found in printed.locator(left_out).all():
            expect(found).to_be_hidden()
    assert printed.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_charts_are_reached_by_the_keyboard_and_named(printed: Page):
    printed.emulate_media(media="screen")
    printed.goto("/2016/programas/PRE-02/?mes=1")
    reached = set()
    for _ in range(60):
        printed.keyboard.press("Tab")
        reached.add(printed.evaluate("document.activeElement.getAttribute('aria-labelledby') || ''"))
    assert {"course-title course-desc", "targets-title targets-desc"} <= reached
    expect(printed.get_by_role("img", name="PRE-02: cada indicador contra su meta, enero 2016")).to_be_visible()
