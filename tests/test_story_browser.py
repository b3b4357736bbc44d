"""The first paragraph of the README, in a real browser: sign in, capture, submit, validate, read the number."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Role
from indicators.models import Measurement, State
from tests.factories import make_department, make_indicator, make_measurement, make_program, make_user, make_year

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "una-clave-de-prueba-2016"


@pytest.fixture
def town():
    """Two indicators of Presidencia, January already validated; nobody has captured February."""
    department = make_department()
    for username, role in (("enlace", Role.LIAISON), ("directora", Role.DIRECTOR)):
        make_user(username, role, department, password=PASSWORD)
    program = make_program(make_year(), "PRE-01", name="Proximidad Ciudadana")
    first, second = make_indicator(program), make_indicator(program)
    make_measurement(first, 1, 40, 50)
    make_measurement(second, 1, 3, 4)
    return first, second


def sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
    page.goto("/entrar/")
    page.get_by_label("Usuario").fill(username)
    page.locator("input[name=password]").fill(password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Salir")).to_be_visible()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Salir").click()
    expect(page.get_by_label("Usuario")).to_be_visible()


def fill(page: Page, code: str, numerator: str, denominator: str) -> None:
    row = page.locator(f"#fila-{code}")
    row.get_by_label(re.compile("^Numerador")).fill(numerator)
    row.get_by_label(re.compile("^Denominador")).fill(denominator)


def save_draft(page: Page) -> None:
    """The rows save themselves first, then the page comes anew: whoever types in between types into the old one."""
    with page.expect_navigation():
        page.get_by_role("button", name="Guardar borrador").click()


def test_from_the_clerk_s_figures_to_the_mayor_s_number(page, town):
    sign_in(page, "enlace")
    page.goto("/2016/captura/PRE/2/")
    fill(page, "PRE-01-01", "45", "50")
    fill(page, "PRE-01-02", "-1", "4")
    save_draft(page)
    expect(page.locator("#fila-PRE-01-02")).to_contain_text("negativo")
    expect(page.locator("#fila-PRE-01-02").get_by_label(re.compile("^Numerador"))).to_have_value("-1")

    fill(page, "PRE-01-02", "4", "4")
    save_draft(page)
    expect(page.locator("#fila-PRE-01-02")).to_contain_text("borrador")
    page.wait_for_load_state("networkidle")
    page.goto("/2016/captura/PRE/2/")
    expect(page.locator("#fila-PRE-01-01").get_by_label(re.compile("^Numerador"))).to_have_value("45")
    submit(page)
    assert set(Measurement.objects.filter(month=2).values_list("state", flat=True)) == {State.SUBMITTED}
    sign_out(page)

    sign_in(page, "directora")
    page.goto("/2016/tablero/?mes=2")
    expect(page.get_by_role("main")).to_contain_text("77.50 %")  # January alone: (80 + 75) / 2
    page.goto("/2016/revision/PRE/2/")
    validate_all(page)
    assert set(Measurement.objects.filter(month=2).values_list("state", flat=True)) == {State.VALIDATED}

    page.goto("/2016/tablero/?mes=2")
    # PRE-01-01: 85 / 100; PRE-01-02: 7 / 8; their mean
    expect(page.get_by_role("main")).to_contain_text("86.25 %")
    page.get_by_role("link", name=re.compile("PRE-01")).first.click()
    expect(page.get_by_role("main")).to_contain_text("87.50 %")
    stored = Measurement.objects.get(indicator__code="PRE-01-02", month=2)
    assert (stored.validated_numerator, stored.validated_denominator) == (Decimal(4), Decimal(4))


def submit(page: Page) -> None:
    page.get_by_role("button", name="Revisar y enviar").click()
    expect(page.get_by_role("main")).to_contain_text("Qué cambia al enviar")
    page.get_by_role("button", name=re.compile("^Enviar")).click()
    expect(page.get_by_role("status").first).to_contain_text("Se enviaron 2 indicadores")


def validate_all(page: Page) -> None:
    for box in page.get_by_role("main").get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Validar seleccionadas").click()
    expect(page.get_by_role("main")).to_contain_text("PRE-01: el global pasa de 77.50 % a 86.25 %")
    page.get_by_role("button", name=re.compile("^Validar")).click()
    expect(page.get_by_role("status").first).to_contain_text("Se validaron 2")
