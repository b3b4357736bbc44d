"""A chapter as it is read: on wide paper, on a telephone, and by keyboard alone."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.factories import make_department, make_people, make_year
from tests.support.browser import bring_session

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def chapter(page: Page, live_server: Any) -> Page:
    make_year()
    bring_session(page.context, make_people(make_department())["liaison"], live_server.url)
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto("/ayuda/enlace/capturar/")
    return page


def test_on_wide_paper_it_takes_the_room_of_the_list(chapter: Page) -> None:
    """The list of chapters is not there."""
    chapter.emulate_media(media="print")
    box = chapter.locator(".manual-text").bounding_box()
    assert box and box["width"] > 600 and not chapter.locator(".manual-chapters").is_visible()


def test_on_a_telephone_a_table_of_words_is_read_without_scrolling_sideways(chapter: Page) -> None:
    chapter.set_viewport_size({"width": 390, "height": 844})
    tables = chapter.locator(".manual-text .table-responsive")
    assert (
        tables.count()
        and [at for at in range(tables.count()) if tables.nth(at).evaluate("e => e.scrollWidth > e.clientWidth")] == []
    )


def test_by_keyboard_the_text_comes_before_the_other_chapters(chapter: Page) -> None:
    article, list_of_chapters = (
        chapter.locator(name).bounding_box() for name in (".manual-article", ".manual-chapters")
    )
    assert article and list_of_chapters and list_of_chapters["x"] < article["x"]  # who looks sees the list first
    chapter.keyboard.press("Tab")
    chapter.keyboard.press("Enter")  # «Ir al contenido»
    chapter.keyboard.press("Tab")
    assert chapter.evaluate("document.activeElement.closest('.manual-article') !== null")
