"""The filters of the plan in a browser: the address that they make, and the way back through the sheets."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Role
from tests.factories import make_user
from tests.reports.county import make_county
from tests.support.browser import bring_session

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def plan(page: Page, live_server: Any) -> Page:
    make_county()
    bring_session(page.context, make_user("mayor", Role.READER), live_server.url)
    page.goto("/2016/tablero/?mes=1")
    page.get_by_text("Filtrar").first.click()
    return page


def asked(page: Page) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(page.url).query, keep_blank_values=True)


def test_the_address_holds_what_was_chosen_and_nothing_else(plan: Page) -> None:
    plan.get_by_label("Semáforo", exact=True).select_option("verde")
    plan.get_by_label("Buscar").press("Enter")
    expect(plan.get_by_role("link", name="Quitar filtros")).to_be_visible()
    assert asked(plan) == [("mes", "1"), ("alcance", "oficial"), ("semaforo", "verde")]
    plan.go_back()
    expect(plan.get_by_label("Buscar")).to_be_enabled()
    expect(plan.get_by_label("Eje rector")).to_be_enabled()


def test_back_from_a_sheet_the_plan_is_as_one_left_it(plan: Page) -> None:
    plan.get_by_label("Semáforo", exact=True).select_option("verde")
    plan.get_by_role("button", name="Filtrar").click()
    left = plan.url
    plan.locator(".programs .name a").first.click()
    expect(plan.locator("h1")).to_contain_text("(DIF-01)")
    plan.get_by_label("Corte", exact=True).select_option("3")
    plan.get_by_role("button", name="Ver", exact=True).click()
    expect(plan.get_by_label("Corte", exact=True)).to_have_value("3")
    plan.get_by_role("link", name="Tablero 2016, como lo dejó").click()
    expect(plan.get_by_label("Semáforo", exact=True)).to_have_value("verde")
    assert asked(plan) == parse_qsl(urlsplit(left).query)


def test_without_scripts_it_is_the_same_page(new_context: Any, live_server: Any) -> None:
    make_county()
    context = new_context(java_script_enabled=False)
    bring_session(context, make_user("mayor", Role.READER), live_server.url)
    page = context.new_page()
    page.goto("/2016/tablero/?mes=1")
    page.locator("summary", has_text="Filtrar").click()
    page.get_by_label("Semáforo", exact=True).select_option("verde")
    page.get_by_role("button", name="Filtrar").click()
    expect(page.locator(".programs tbody tr")).to_have_count(2)
    page.locator(".programs .name a").first.click()
    page.get_by_role("link", name="Tablero 2016, como lo dejó").click()
    expect(page.locator(".programs tbody tr")).to_have_count(2)
