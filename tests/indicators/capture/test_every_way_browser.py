"""Every way of writing a row × every way of leaving the page: the page, the form, the database and the trail agree.

One visit for each way of leaving writes one row in each way, and one more in which somebody is still typing. Coming
back, what the browser kept is taken. Then the form is sent as it stands, and must change nothing.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from indicators.models import Measurement
from tests.factories import NOW
from tests.indicators import every_way
from tests.indicators.capture_page import url
from tests.indicators.every_way import AT_ONCE, NUMBERS, UNFINISHED, WAYS, Visit, code_of, finish, type_at_once
from tests.indicators.grid_page import cell, kept, sign_in, status
from tests.indicators.town import make_town

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
Leaving = Callable[[Visit], None]


def saving(visit: Visit) -> None:
    visit.page.get_by_role("button", name="Guardar borrador").last.press("Enter")
    expect(visit.page.locator(".messages")).to_contain_text(re.compile("guard"))


def reviewing(visit: Visit) -> None:
    visit.page.get_by_role("button", name="Revisar y enviar").press("Enter")
    expect(visit.page).to_have_url(re.compile("/enviar/$"))


def signing_out(visit: Visit) -> None:
    visit.page.get_by_role("button", name="Salir").click()
    expect(visit.page.get_by_text("Cerró su sesión.")).to_be_visible()
    sign_in(visit.page, visit.town, visit.server)


def going_home(visit: Visit) -> None:
    visit.page.get_by_role("navigation").get_by_role("link", name="Inicio").first.click()
    expect(visit.page.locator("form[data-grid]")).to_have_count(0)


def going_back(visit: Visit) -> None:
    visit.page.go_back()
    expect(visit.page).not_to_have_url(re.compile(f"{url()}$"))
    visit.page.go_forward()


def closing_the_tab(visit: Visit) -> None:
    visit.page.close()
    visit.another_tab()


def losing_the_session(visit: Visit) -> None:
    """Everything was written without one."""
    expect(visit.page.get_by_role("link", name="Entre de nuevo")).to_be_visible()
    expect(status(visit.page, code_of(NUMBERS["conflict"]))).to_contain_text("su sesión terminó")
    visit.page.wait_for_timeout(500)  # the last cell that was left is sent, and refused, as well
    sign_in(visit.page, visit.town, visit.server)


def losing_the_line(visit: Visit) -> None:
    """Everything was written without it; nobody does anything, and it is saved."""
    visit.page.context.set_offline(False)
    finish(visit)
    expect(status(visit.page, code_of(AT_ONCE))).to_contain_text("guardado")


def closing_the_month(visit: Visit) -> None:
    period = visit.town.period()
    period.closed_on = NOW.date()
    period.save()
    visit.page.keyboard.press("Tab")
    expect(visit.page.locator("[data-notice]")).to_contain_text("Septiembre se cerró")
    visit.page.goto(url())
    expect(visit.page.locator(".recovered")).to_contain_text(code_of(AT_ONCE))
    assert not Measurement.objects.filter(indicator=visit.town.indicators[AT_ONCE]).exists()
    assert every_way.stored() == every_way.told()
    period.closed_on = None
    period.save()


LEAVING: dict[str, Leaving] = {
    "Guardar borrador": saving,
    "Revisar y enviar": reviewing,
    "Salir": signing_out,
    "Inicio": going_home,
    "Back": going_back,
    "closed tab": closing_the_tab,
    "ended session": losing_the_session,
    "cut line": losing_the_line,
    "closed month": closing_the_month,
}


@pytest.mark.parametrize("leaving", LEAVING)
def test_four_witnesses_agree(page: Page, live_server: Any, leaving: str) -> None:
    visit = Visit(page, make_town(AT_ONCE + 1), live_server)
    every_way.write_elsewhere(visit)
    page.goto("/2016/captura/?todos=1")
    page.goto(url())
    if leaving == "ended session":
        page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    if leaving == "cut line":
        page.context.set_offline(True)
    every_way.write_in_grid(visit)
    wanted = {code_of(number): WAYS[way][1] for way, number in NUMBERS.items()}
    if leaving not in ("ended session", "cut line"):
        finish(visit)
        before = every_way.shown(visit)
        assert {code: before[code] for code in wanted} == wanted, "shown before leaving"
        assert every_way.stored() == every_way.told() == wanted
    type_at_once(visit)
    LEAVING[leaving](visit)
    visit.page.goto(url())
    expect(cell(visit.page)).to_be_visible()
    finish(visit)
    wanted[code_of(AT_ONCE)] = UNFINISHED
    entries = every_way.entries()
    saving(visit)
    expect(visit.page.get_by_text("No había cambios que guardar")).to_be_visible()
    assert every_way.posted(visit) == wanted, "posted"
    assert every_way.shown(visit) == wanted, "shown"
    assert every_way.stored() == wanted, "stored"
    assert every_way.told() == wanted, "told by the trail"
    assert every_way.entries() == entries and kept(visit.page) == 0
