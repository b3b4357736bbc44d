"""Planning's forms by the keyboard alone: what is wrong has the focus, nothing covers it, no act loses its place."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Membership, Role, User
from indicators.models import Indicator
from programs.models import Axis, Department, FiscalYear, Program
from tests.catalog.browser import focused, is_in_sight, sign_in, tab_to, type_into
from tests.factories import make_department, make_indicator, make_program, make_user, make_year

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def planning(page: Page, live_server: Any, officer: User) -> Page:
    page.emulate_media(reduced_motion="reduce")
    return sign_in(page, officer, live_server)


def test_a_department_from_its_errors_to_its_page(planning: Page) -> None:
    make_department()
    planning.goto("/catalogo/dependencias/nueva/")
    type_into(planning, "Nombre", "PRESIDENCIA municipal")
    planning.keyboard.press("Enter")
    expect(planning.get_by_text("Escriba el prefijo.")).to_be_visible()
    assert "Prefijo" in focused(planning)
    planning.keyboard.type("OBR")
    planning.keyboard.press("Enter")
    expect(planning.get_by_text("Ya existe «Presidencia Municipal» (PRE)")).to_be_visible()
    assert "Nombre" in focused(planning)
    planning.keyboard.press("ControlOrMeta+a")
    planning.keyboard.type("Obras Públicas")
    planning.keyboard.press("Enter")
    planning.wait_for_url("**/catalogo/dependencias/OBR/")
    assert Department.objects.get(prefix="OBR").name == "Obras Públicas"


def test_a_refusal_of_the_whole_form_is_read_first(planning: Page) -> None:
    year = make_year()
    program = make_program(year)
    planning.goto("/2016/catalogo/programas/PRE-01/")
    Program.objects.filter(pk=program.pk).update(name="De otra persona")
    type_into(planning, "Número", "1.9")
    planning.keyboard.press("Enter")
    alert = planning.locator("#meanwhile")
    expect(alert).to_be_visible()
    expect(alert).to_be_focused()
    tab_to(planning, "Guardar")
    planning.keyboard.press("Enter")
    expect(planning.get_by_text("Se guardó.")).to_be_visible()
    program.refresh_from_db()
    assert (program.name, program.number) == ("De otra persona", "1.9")


def test_an_axis_is_moved_down_by_one_key_after_another(planning: Page) -> None:
    plan = make_year().plan
    for place in range(1, 9):
        Axis.objects.create(plan=plan, name=f"Eje de prueba {place}", position=place)
    planning.goto(f"/2016/catalogo/planes/{plan.pk}/")
    tab_to(planning, "Bajar: Eje de prueba 1")
    for turn in range(3):
        with planning.expect_navigation():
            planning.keyboard.press("Enter")
        for _ in range(3):  # the name, then up and down
            planning.keyboard.press("Tab")
            if "Bajar: Eje de prueba 1" in focused(planning):
                break
        assert "Bajar: Eje de prueba 1" in focused(planning), f"the place is lost after move {turn + 1}"
        assert is_in_sight(planning)
    names = list(Axis.objects.order_by("position").values_list("name", flat=True))
    assert names.index("Eje de prueba 1") == 3


def test_a_substitute_is_named(planning: Page) -> None:
    own = make_department()
    director = make_user("directora", Role.DIRECTOR, own, first_name="Diana", last_name="Cruz")
    make_user("suplente", first_name="Saúl", last_name="Vega")
    planning.goto(f"/catalogo/nombramientos/nuevo/?dependencia=PRE&funcion=director&suple={director.pk}")
    tab_to(planning, "Persona*")
    planning.keyboard.type("Sa")
    type_into(planning, "Oficio que lo nombra", "Oficio 7 del 20/11/2026")
    planning.keyboard.press("Enter")
    expect(planning.get_by_text("Una suplencia dice hasta qué día dura.")).to_be_visible()
    assert "Hasta el" in focused(planning)
    planning.keyboard.type("12122030")  # day and month in whatever order the browser has them
    tab_to(planning, "Oficio que lo nombra")
    planning.keyboard.press("Enter")
    planning.wait_for_url("**/catalogo/dependencias/PRE/")
    made = Membership.objects.get(user__username="suplente")
    assert made.substitutes == director and str(made.ends_on) == "2030-12-12"


def test_next_year_with_every_box_in_sight(planning: Page) -> None:
    year = make_year()
    for number in range(1, 41):
        make_indicator(make_program(year, f"PRE-{number:02d}"))
    planning.goto("/2016/catalogo/siguiente/")
    tab_to(planning, "PRE-01 ")
    for number in range(1, 41):
        assert f"PRE-{number:02d} " in focused(planning)
        assert is_in_sight(planning), f"the bar covers PRE-{number:02d}"
        if number == 40:
            planning.keyboard.press("Space")
        planning.keyboard.press("Tab")
    assert "Ver cómo queda" in focused(planning)
    planning.keyboard.press("Enter")
    expect(planning.get_by_role("heading", level=1)).to_contain_text("Vista previa de 2017")
    tab_to(planning, "Crear el ejercicio 2017")
    planning.keyboard.press("Enter")
    expect(planning.get_by_role("status").first).to_be_visible()
    assert Program.objects.filter(fiscal_year__year=2017).count() == 39


def test_an_indicator_is_retired_and_a_year_is_locked(planning: Page) -> None:
    indicator = make_indicator(make_program(make_year()))
    planning.goto(f"/2016/catalogo/indicadores/{indicator.code}/")
    tab_to(planning, "Retirar este indicador…")
    planning.keyboard.press("Enter")
    planning.wait_for_url("**/retirar/")
    tab_to(planning, "Retirar")
    planning.keyboard.press("Enter")
    expect(planning.locator(".invalid-feedback").first).to_be_visible()
    assert re.search("mes", focused(planning), re.IGNORECASE)
    planning.keyboard.type("julio")
    type_into(planning, "Motivo", "Ya no se mide")
    tab_to(planning, "Retirar")
    planning.keyboard.press("Enter")
    expect(planning.get_by_text("Se retiró 1 indicador desde julio")).to_be_visible()
    assert Indicator.objects.get().retired_from == 7
    planning.goto("/catalogo/ejercicios/2016/cerrar/")
    tab_to(planning, "Cerrar")
    planning.keyboard.press("Enter")
    expect(planning.locator(".invalid-feedback").first).to_be_visible()
    assert "Motivo" in focused(planning) and not FiscalYear.objects.get().locked
    planning.keyboard.type("Fin del ejercicio")
    tab_to(planning, "Sé que esto queda sin hacer")
    planning.keyboard.press("Space")
    tab_to(planning, "Cerrar")
    planning.keyboard.press("Enter")
    planning.wait_for_url("**/catalogo/ejercicios/")
    assert FiscalYear.objects.get().locked
