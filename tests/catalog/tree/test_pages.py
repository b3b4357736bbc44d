"""Who may see and change one thing of the catalogue, and that everything has its page."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.tree import editing, kinds
from catalog.tree.kinds import state_of
from core.models import TrailEntry
from indicators.services import NotAllowed
from programs.models import Axis, Objective, Plan, Program, Strategy
from tests.catalog.tree.pages import edit, everything, url_of
from tests.factories import (
    NOW,
    access_of,
    make_department,
    make_indicator,
    make_people,
    make_program,
)
from tests.support.pages import words_of

pytestmark = pytest.mark.django_db


# --- Who ---------------------------------------------------------------------------------------------------------


PAGES = ["", "eliminar/", "retirar/", "reincorporar/", "orden/"]


@pytest.mark.parametrize("rest", PAGES)
@pytest.mark.parametrize("role", ["liaison", "director", "reader", "comptroller"])
def test_for_others_than_planning_nothing_of_it_exists(client, year, role, rest):
    client.force_login(make_people(make_department())[role])
    reads = role == "comptroller" and not rest
    for row in everything(year):
        assert client.get(url_of(row, rest)).status_code in ((200,) if reads else (404, 405))
        assert client.post(url_of(row, rest), {"name": "Otro"}).status_code in (404, 405)
    assert client.get("/2016/catalogo/programas/nuevo/?en=1").status_code == 404
    assert not TrailEntry.objects.filter(action__in=["cambiar", "agregar", "eliminar"]).exists()


@pytest.mark.parametrize("role", ["liaison", "director", "reader", "comptroller"])
def test_services_refuse_them_too(year, role):
    access = access_of(make_people(make_department())[role])
    program, common = Program.objects.get(), {"access": access, "fiscal_year": year, "now": NOW}
    for act in (
        lambda: editing.change_node(kind=kinds.PROGRAMS, pk=program.pk, values={}, seen=state_of(program), **common),
        lambda: editing.add_node(kind=kinds.AXES, values={"plan": year.plan, "key": "", "name": "X"}, **common),
        lambda: editing.delete_node(kind=kinds.PROGRAMS, pk=program.pk, **common),
        lambda: editing.move_node(kind=kinds.AXES, pk=Axis.objects.get().pk, before=None, **common),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_everything_has_its_page(planning, year):
    for row in everything(year):
        page = planning.get(url_of(row))
        assert page.status_code == 200 and kinds.label_of(row) in words_of(page)


@pytest.mark.parametrize(
    "address",
    [
        "programas/XXX-99/",
        "programas/pre-01/",
        "ejes/999/",
        "ejes/abc/",
        "ejes/٣/",
        "ejes/" + "9" * 40 + "/",
        "indicadores/PRE-01-01/orden/",
        "planes/nuevo/",
        "programas/nuevo/",
        "programas/nuevo/?en=abc",
        "acciones/nuevo/?en=PRE-99",
        "cosas/1/",
    ],
)
def test_what_does_not_exist_is_not_found(planning, address):
    assert planning.get(f"/2016/catalogo/{address}", follow=True).status_code in (404, 405)


def test_another_plans_axis_is_not_of_this_year(planning, year):
    other = Plan.objects.create(name="Plan 2019 - 2021", start_year=2019, end_year=2021)
    axis = Axis.objects.create(plan=other, name="Otro")
    assert planning.get(f"/2016/catalogo/ejes/{axis.pk}/").status_code == 404


# --- What it costs -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", range(7))
def test_the_queries_of_a_page_do_not_grow_with_what_it_holds(planning, year, place):
    row = everything(year)[place]
    with CaptureQueriesContext(connection) as few:
        planning.get(url_of(row))
    strategy, program = Strategy.objects.get(), Program.objects.get()
    for number in range(2, 12):
        Axis.objects.create(plan=year.plan, name=f"Eje {number}", position=number)
        Objective.objects.create(axis=strategy.objective.axis, name=f"Objetivo {number}", position=number)
        Strategy.objects.create(objective=strategy.objective, name=f"Estrategia {number}", position=number)
        make_indicator(make_program(year, f"PRE-{number:02d}"))
        make_indicator(program)
        make_indicator(program, f"PRE-01-01-{'ABCDEFGHIJKLM'[number]}")
    with CaptureQueriesContext(connection) as many:
        planning.get(url_of(row))
    assert len(many) == len(few) <= 24


def test_the_history_has_the_words_of_the_choices(planning, year):
    address = "/2016/catalogo/indicadores/nuevo/?en=PRE-01-01"
    made = edit(
        planning,
        address,
        name="Quejas",
        numerator_label="Quejas",
        denominator_label="Solicitudes",
        denominator_mode="last",
        frequency="3",
        direction="descending",
        schedule="flat",
        dimension="economia",
        considered=None,
    )
    history = words_of(made).partition("Historia")[2]
    for said in (
        "acumulación del numerador: suma",
        "acumulación del denominador: último",
        "frecuencia: trimestral",
        "tipo de meta: porcentaje",
        "sentido: descendente",
        "programación: constante",
        "dimensión: economía",
    ):
        assert said in history, history
    assert not re.search(r"\b(sum|last|percentage|descending|flat|economia|True|False)\b", history)
