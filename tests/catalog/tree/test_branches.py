"""Adding to the catalogue, putting it in order, deleting and retiring."""

import re
from typing import Any

import pytest
from django.test import Client

from catalog.tree import editing, kinds
from catalog.workbook import catalog_file
from core.models import TrailEntry
from indicators.models import Indicator, TargetAdjustment
from indicators.services import ServiceError
from programs.models import Action, Axis, Objective, Program, ProgramObjective, Strategy
from tests.catalog.doors import upload
from tests.catalog.tree.pages import acts, edit, everything, url_of
from tests.factories import (
    NOW,
    make_department,
    make_indicator,
    make_measurement,
    make_program,
    make_year,
)
from tests.support.pages import words_of

pytestmark = pytest.mark.django_db


# --- Adding ------------------------------------------------------------------------------------------------------


def add(client: Client, slug: str, parent: str, **typed: Any) -> Any:
    return edit(client, f"/2016/catalogo/{slug}/nuevo/?en={parent}", **typed)


def test_a_whole_new_branch_from_the_axis_to_the_indicator(planning, year):
    make_department("OBR", "Obras Públicas", 2)
    add(planning, "ejes", "", key="2", name="Ciudad Ordenada")
    axis = Axis.objects.get(key="2")
    add(planning, "objetivos", axis.pk, name="Infraestructura")
    objective = Objective.objects.get(name="Infraestructura")
    add(planning, "estrategias", objective.pk, name="Pavimentar")
    strategy = Strategy.objects.get(name="Pavimentar")
    department = kinds.Program._meta.get_field("department").related_model.objects.get(prefix="OBR")
    add(planning, "programas", strategy.pk, name="Calles", department=department.pk, objectives="Uno\nDos")
    program = Program.objects.get(code="OBR-01")
    assert program.strategy == strategy and kinds.objectives_of(program) == ["Uno", "Dos"]
    add(planning, "acciones", "OBR-01", text="Pavimentar calles", unit="Metros")
    page = planning.get("/2016/catalogo/indicadores/nuevo/?en=OBR-01-01")
    assert page.context["form"]["name"].value() == "Pavimentar calles"
    page = add(planning, "indicadores", "OBR-01-01", numerator_label="Metros hechos", denominator_label="Metros")
    assert "Se agregó el indicador «OBR-01-01 Pavimentar calles»." in words_of(page)
    indicator = Indicator.objects.get(code="OBR-01-01")
    assert (indicator.target, indicator.considered, indicator.frequency) == (100, True, 1)
    assert (axis.position, acts(indicator)[0].action) == (1 + Axis.objects.get(key="").position, "agregar")


def test_further_codes_follow(planning, year):
    add(planning, "indicadores", "PRE-01-01", name="Otro", numerator_label="n", denominator_label="d")
    add(planning, "acciones", "PRE-01", text="Otra", unit="Cosas")
    assert Indicator.objects.filter(code="PRE-01-01-B").exists() and Action.objects.filter(code="PRE-01-03").exists()


@pytest.mark.parametrize(
    "slug, parent, typed, sentence",
    [
        ("ejes", "", {"name": "un gobierno INCLUYENTE"}, "Ya existe «Un Gobierno Incluyente» en el mismo lugar"),
        ("acciones", "PRE-01", {"text": "x", "unit": "y", "code": "PRE-01-01"}, "Ya existe una acción con esta clave"),
        ("acciones", "PRE-01", {"text": "x", "unit": "y", "code": "PRE-02-01"}, "La clave empieza con la de su"),
        ("indicadores", "PRE-01-01", {"target": "0"}, "La meta es mayor que 0"),
        ("indicadores", "PRE-01-01", {"target": "cien"}, "«cien»"),
        ("indicadores", "PRE-01-01", {"target": ""}, "Escriba la meta."),
        ("indicadores", "PRE-01-01", {"schedule": "explicit"}, "Escriba los doce porcentajes acumulados"),
        ("indicadores", "PRE-01-01", {"direction": "descending", "schedule": "linear"}, "programación constante"),
    ],
)
def test_a_wrong_new_one_is_one_sentence(planning, year, slug, parent, typed, sentence):
    labels = {"numerator_label": "n", "denominator_label": "d", "name": "x"} if slug == "indicadores" else {}
    page = add(planning, slug, parent, **{**labels, **typed})
    assert sentence in words_of(page)
    assert not TrailEntry.objects.filter(action="agregar").exists()


def test_what_was_added_comes_out_and_back_unchanged(planning, year, tmp_path):
    add(planning, "acciones", "PRE-01", text="Otra  acción", unit="Cosas")
    add(
        planning,
        "indicadores",
        "PRE-01-03",
        numerator_label="Número",
        denominator_label="Total",
        target="12",
        target_kind="absolute",
        definition="Uno\r\nDos",
        frequency="3",
    )
    Indicator.objects.filter(code="PRE-01-01").update(retired_from=3)
    (tmp_path / "catalogo.xlsx").write_bytes(catalog_file.bytes_of(year))
    page = upload(planning, tmp_path / "catalogo.xlsx", "/2016/catalogo/importar/")
    assert "Sin cambios" in words_of(page) or "sin cambios" in words_of(page)
    assert Indicator.objects.get(code="PRE-01-01").retired_from == 3


# --- Ordering ----------------------------------------------------------------------------------------------------


def test_siblings_move_up_and_down(planning, year):
    first = Axis.objects.get()
    second = Axis.objects.create(plan=year.plan, name="Segundo", position=5)
    third = Axis.objects.create(plan=year.plan, name="Tercero", position=5)

    def order() -> list[str]:
        return [axis.name for axis in kinds.children(year.plan)]

    planning.post(url_of(third, "orden/"), {"before": second.pk})
    assert order() == [first.name, "Tercero", "Segundo"]
    page = planning.post(url_of(first, "orden/"), {"before": ""}, follow=True)
    assert order() == ["Tercero", "Segundo", first.name]
    assert page.redirect_chain[-1][0].endswith(f"/planes/{year.plan_id}/#orden-{first.pk}")
    assert {entry.action for entry in acts(third)} == {"ordenar"}
    buttons = re.findall(r'aria-label="(Subir|Bajar): ([^"]+)"', page.content.decode())
    assert ("Subir", "Tercero") not in buttons and ("Bajar", "Tercero") in buttons


def test_a_neighbour_that_is_not_there_any_more(planning, year):
    other = Axis.objects.create(plan=year.plan, name="Segundo", position=5)
    page = planning.post(url_of(other, "orden/"), {"before": "123456"}, follow=True)
    assert "El orden cambió mientras usted lo veía" in words_of(page)


# --- Deleting ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "slug, sentence",
    [
        ("planes", "Un plan no se elimina."),
        ("ejes", "No se elimina: contiene 1 objetivo"),
        ("objetivos", "No se elimina: contiene 1 estrategia"),
        ("estrategias", "No se elimina: contiene 1 programa, de este ejercicio o de otros del plan."),
        ("programas", "No se elimina: contiene 2 acciones. Retírelo en vez de eliminarlo."),
        ("acciones", "No se elimina: contiene 1 indicador."),
        ("indicadores", "No se elimina: ya tiene capturas. Retírelo desde un mes"),
    ],
)
def test_what_holds_something_stays(planning, year, slug, sentence):
    make_measurement(Indicator.objects.get(code="PRE-01-01"), 3, 1, 2)
    row = next(row for row in everything(year) if kinds.address_of(row)[0] == slug)
    assert sentence in words_of(planning.get(url_of(row, "eliminar/")))
    assert sentence in words_of(planning.post(url_of(row, "eliminar/"), follow=True))
    assert type(row).objects.filter(pk=row.pk).exists()


def test_an_indicator_with_an_adjusted_target_or_a_successor_stays(planning, officer, year):
    first, second = Indicator.objects.order_by("code")
    TargetAdjustment.objects.create(
        indicator=first,
        effective_month=3,
        target=50,
        reason="r",
        authorized_by="a",
        instrument="i",
        created_at=NOW,
        created_by=officer,
    )
    later = make_indicator(make_program(make_year(2017), "PRE-01"))
    later.previous = second
    later.save()
    assert "tiene metas ajustadas" in words_of(planning.post(url_of(first, "eliminar/"), follow=True))
    assert "un ejercicio posterior lo cita" in words_of(planning.post(url_of(second, "eliminar/"), follow=True))


def test_what_holds_nothing_goes_and_the_trail_keeps_what_it_said(planning, year):
    indicator = Indicator.objects.get(code="PRE-01-02")
    page = planning.post(url_of(indicator, "eliminar/"), {"reason": "Se repitió"}, follow=True)
    assert "Se eliminó el indicador «PRE-01-02" in words_of(page)
    assert page.redirect_chain[-1][0] == "/2016/catalogo/acciones/PRE-01-02/"
    planning.post("/2016/catalogo/acciones/PRE-01-02/eliminar/")
    assert list(Action.objects.values_list("code", flat=True)) == ["PRE-01-01"]
    entry = TrailEntry.objects.get(subject_type="indicators.indicator", action="eliminar")
    assert entry.changes["code"] == ["PRE-01-02", None] and entry.reason == "Se repitió"


def test_a_programme_without_actions_goes_with_its_objectives(planning, year):
    Indicator.objects.all().delete()
    Action.objects.all().delete()
    planning.post("/2016/catalogo/programas/PRE-01/eliminar/")
    assert not Program.objects.exists() and not ProgramObjective.objects.exists()
    entry = TrailEntry.objects.get(subject_type="programs.program")
    assert entry.changes["objectives"][0] == ["Recibir a la gente", "Escuchar a la gente"]


# --- Retiring ----------------------------------------------------------------------------------------------------


def test_an_indicator_is_retired_and_asked_for_again(planning, year):
    indicator = Indicator.objects.get(code="PRE-01-01")
    make_measurement(indicator, 3, 1, 2)
    page = planning.get(url_of(indicator, "retirar/"))
    assert "lo último capturado es de marzo" in words_of(page)
    assert [value for value, _ in page.context["form"].months] == list(range(4, 13))
    page = planning.post(
        url_of(indicator, "retirar/"), {"from_month": 6, "reason": "Oficio 9", "instrument": "Acta 4"}, follow=True
    )
    assert "instrumento: «Acta 4»" in words_of(page)
    assert "Se retiró 1 indicador desde junio" in words_of(page) and "retirado desde junio" in words_of(page)
    assert "Retiró el indicador" in words_of(page) and "Motivo: Oficio 9" in words_of(page)
    assert "Ya está retirado." in words_of(planning.get(url_of(indicator, "retirar/")))
    page = planning.get(url_of(indicator, "reincorporar/"))
    typed = {"codes": ["PRE-01-01"], "reason": "Se retoma", "instrument": "Acta 5"}
    page = planning.post(url_of(indicator, "reincorporar/"), typed, follow=True)
    assert "instrumento: «Acta 5»" in words_of(page)
    assert "1 indicador se vuelve a pedir." in words_of(page)
    assert Indicator.objects.get(pk=indicator.pk).retired_from is None


@pytest.mark.parametrize(
    "typed, sentence",
    [
        ({"from_month": "3", "reason": "r"}, "Ese mes ya tiene capturas, o no existe"),
        ({"from_month": "13", "reason": "r"}, "Ese mes ya tiene capturas, o no existe"),
        ({"from_month": "", "reason": "r"}, "Elija el mes desde el que ya no se pide."),
        ({"from_month": "6", "reason": " "}, "Escriba por qué se retira."),
    ],
)
def test_retiring_wrongly_is_one_sentence(planning, year, typed, sentence):
    indicator = Indicator.objects.get(code="PRE-01-01")
    make_measurement(indicator, 3, 1, 2)
    page = planning.post(url_of(indicator, "retirar/"), typed)
    assert sentence in words_of(page)
    assert Indicator.objects.get(pk=indicator.pk).retired_from is None


def test_a_programme_is_retired_with_all_of_its_indicators(planning, year):
    program = Program.objects.get()
    Indicator.objects.filter(code="PRE-01-01").update(retired_from=2)
    make_measurement(Indicator.objects.get(code="PRE-01-02"), 5, 1, 2)
    page = planning.post(url_of(program, "retirar/"), {"from_month": 7, "reason": "Fusión"}, follow=True)
    assert "retirado desde julio" in words_of(page)
    assert list(Indicator.objects.order_by("code").values_list("retired_from", flat=True)) == [2, 7]
    page = planning.post(url_of(program, "reincorporar/"), {"codes": ["PRE-01-02"], "reason": "r"}, follow=True)
    assert list(Indicator.objects.order_by("code").values_list("retired_from", flat=True)) == [2, None]
    assert "retirado desde julio" not in words_of(page).split("Historia")[0]


def test_after_december_nothing_is_retired(planning, year):
    make_measurement(Indicator.objects.get(code="PRE-01-01"), 12, 1, 2)
    text = words_of(planning.get("/2016/catalogo/programas/PRE-01/retirar/"))
    assert "Ya hay capturas de diciembre: en este ejercicio ya no puede retirarse completo" in text


def test_an_action_without_indicators_has_nothing_to_retire(planning, year):
    Indicator.objects.filter(code="PRE-01-02").delete()
    assert "No tiene indicadores" in words_of(planning.get("/2016/catalogo/acciones/PRE-01-02/retirar/"))
    assert planning.get("/2016/catalogo/ejes/1/retirar/").status_code == 404


def test_codes_run_out(officer, year):
    program = Program.objects.get()
    for letter in "BCDEFGHIJKLMNOPQRSTUVWXYZ":
        make_indicator(program, f"PRE-01-01-{letter}")
    with pytest.raises(Exception, match="ya tiene todos los indicadores que caben"):
        editing.next_code(kinds.INDICATORS, year, "PRE-01-01")
    assert editing.next_code(kinds.ACTIONS, year, "PRE-01") == "PRE-01-03"
    assert editing.next_code(kinds.PROGRAMS, year, "PRE") == "PRE-02"
    assert issubclass(editing.Gone, ServiceError)


@pytest.mark.parametrize("code, refused", [("OBR-06", True), ("PRE-06", False), ("ZZZ-06", False)])
def test_a_programmes_code_is_not_of_another_department(planning, year, code, refused):
    make_department("OBR", "Obras Públicas", 2)
    strategy, department = Strategy.objects.get(), Program.objects.get().department
    sentence = "«OBR» es el prefijo de Obras Públicas: la clave de un programa de Presidencia Municipal empieza con PRE"
    page = add(planning, "programas", strategy.pk, name="Calles", department=department.pk, code=code)
    assert (sentence in words_of(page), Program.objects.filter(code=code).exists()) == (refused, not refused)
    Program.objects.filter(code=code).delete()
    page = edit(planning, url_of(Program.objects.get()), code=code)
    assert (sentence in words_of(page), Program.objects.filter(code=code).exists()) == (refused, not refused)


def test_a_programme_that_moved_keeps_its_code(planning, year):
    department = make_department("OBR", "Obras Públicas", 2)
    edit(planning, url_of(Program.objects.get()), department=department.pk)
    page = edit(planning, url_of(Program.objects.get()), name="Otro nombre")
    assert "Se guardó." in words_of(page) and Program.objects.get().name == "Otro nombre"
