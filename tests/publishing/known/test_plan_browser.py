"""The plan «como se cerró» on a phone: departments in lines, which open by keyboard and are all open on paper."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Role
from programs.models import Program
from tests.factories import make_people
from tests.publishing.closed import close
from tests.reports.county import make_county
from tests.support.browser import bring_session

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def test_the_programmes_of_a_department_are_asked_for_and_printed(page: Page, live_server: Any) -> None:
    close(make_county(), 1)
    bring_session(page.context, make_people(Program.objects.first().department)[Role.READER], live_server.url)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/2016/cierres/1/1/plan/")
    programs = page.locator(".known-department .table a")
    assert programs.count() > 3
    shown = programs.locator("visible=true")
    expect(shown).to_have_count(0)
    line = page.locator(".known-department", has=page.get_by_text("Bacheo")).locator("summary")
    line.press("Enter")
    expect(page.get_by_role("link", name="OBR-01")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    line.press("Enter")
    expect(shown).to_have_count(0)
    page.emulate_media(media="print")
    expect(shown).to_have_count(programs.count())
