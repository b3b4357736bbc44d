"""A chapter on paper as wide as a screen: the list of chapters is not there, and the text takes its room."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.factories import make_department, make_people, make_year
from tests.support.browser import bring_session

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def test_a_chapter_on_wide_paper_takes_the_room_of_the_list(page: Page, live_server: Any) -> None:
    make_year()
    bring_session(page.context, make_people(make_department())["liaison"], live_server.url)
    page.set_viewport_size({"width": 1366, "height": 768})
    page.emulate_media(media="print")
    page.goto("/ayuda/enlace/el-mes/")
    box = page.locator(".manual-text").bounding_box()
    assert box and box["width"] > 600 and not page.locator(".manual-chapters").is_visible()
