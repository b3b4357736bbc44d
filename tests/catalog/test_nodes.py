"""Editing the catalogue by hand: adding, changing, ordering, retiring and deleting, as planning does it on screen."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from catalog import editing, nodes, workbook
from catalog.nodes import BY_SLUG, state_of
from core.models import TrailEntry
from core.trail import ChangedMeanwhile
from indicators.models import Indicator, TargetAdjustment
from indicators.services import MonthNotOpen, NotAllowed, ServiceError
from programs.models import Action, Axis, FiscalYear, Objective, Plan, Program, ProgramObjective, Strategy
from tests.catalog.test_import_screen import upload
from tests.factories import (
    NOW,
    access_of,
    make_department,
    make_indicator,
    make_measurement,
    make_people,
    make_program,
    make_user,
    make_year,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def year() -> FiscalYear:
    """PRE-01 with two actions and indicators, below one strategy."""
    year = make_year()
    program = make_program(year, "PRE-01", name="Proximidad Ciudadana")
    for place, text in enumerate(("Recibir a la gente", "Escuchar a la gente"), start=1):
        ProgramObjective.objects.create(program=program, position=place, text=text)
    make_indicator(program)
    make_indicator(program)
    return year


def url_of(row: Any, rest: str = "") -> str:
    slug, key = nodes.address_of(row)
    return f"/2016/catalogo/{slug}/{key}/{rest}"


def data_of(page: Any, **typed: Any) -> dict[str, Any]:
    """Everything that the page's form would send, with what was typed in it."""
    form = page.context["form"]
    data = {"seen": page.context.get("seen", "")}
    for name in form.fields:
        value = form[name].value()
        if value not in (None, False):
            data[name] = value
    return {name: value for name, value in {**data, **typed}.items() if value is not None}


def edit(client: Client, address: str, **typed: Any) -> Any:
    """Open the page, type and save; what comes after."""
    return client.post(address, data_of(client.get(address), **typed), follow=True)


def text_of(page: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def acts(row: Any) -> list[TrailEntry]:
    return list(TrailEntry.objects.filter(subject_type=row._meta.label_lower, subject_id=row.pk).order_by("id"))


def everything(year: FiscalYear) -> list[Any]:
    """One of each kind, from the plan down."""
    indicator = Indicator.objects.get(code="PRE-01-01")
    return [*nodes.path_of(indicator), indicator]


# --- Who ---------------------------------------------------------------------------------------------------------

PAGES = ["", "eliminar/", "retirar/", "reincorporar/", "orden/"]


@pytest.mark.parametrize("rest", PAGES)
@pytest.mark.parametrize("role", ["liaison", "director", "reader", "comptroller"])
def test_for_others_than_planning_nothing_of_it_exists(client, year, role, rest):
    client.force_login(make_people(make_department())[role])
    for row in everything(year):
        assert client.get(url_of(row, rest)).status_code in (404, 405)
        assert client.post(url_of(row, rest), {"name": "Otro"}).status_code in (404, 405)
    assert client.get("/2016/catalogo/programas/nuevo/?en=1").status_code == 404
    assert not TrailEntry.objects.filter(action__in=["cambiar", "agregar", "eliminar"]).exists()


@pytest.mark.parametrize("role", ["liaison", "director", "reader", "comptroller"])
def test_services_refuse_them_too(year, role):
    access = access_of(make_people(make_department())[role])
    program, common = Program.objects.get(), {"access": access, "fiscal_year": year, "now": NOW}
    for act in (
        lambda: editing.change_node(kind=nodes.PROGRAMS, pk=program.pk, values={}, seen=state_of(program), **common),
        lambda: editing.add_node(kind=nodes.AXES, values={"plan": year.plan, "key": "", "name": "X"}, **common),
        lambda: editing.delete_node(kind=nodes.PROGRAMS, pk=program.pk, **common),
        lambda: editing.move_node(kind=nodes.AXES, pk=Axis.objects.get().pk, before=None, **common),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_everything_has_its_page(planning, year):
    for row in everything(year):
        page = planning.get(url_of(row))
        assert page.status_code == 200 and nodes.label_of(row) in text_of(page)


@pytest.mark.parametrize(
    "address",
    [
        "programas/XXX-99/", "programas/pre-01/", "ejes/999/", "ejes/abc/", "ejes/٣/", "ejes/" + "9" * 40 + "/",
        "indicadores/PRE-01-01/orden/", "planes/nuevo/", "programas/nuevo/", "programas/nuevo/?en=abc",
        "acciones/nuevo/?en=PRE-99", "cosas/1/",
    ],
)  # fmt: skip
def test_what_does_not_exist_is_not_found(planning, address):
    assert planning.get(f"/2016/catalogo/{address}", follow=True).status_code in (404, 405)


def test_another_plans_axis_is_not_of_this_year(planning, year):
    other = Plan.objects.create(name="Plan 2019 - 2021", start_year=2019, end_year=2021)
    axis = Axis.objects.create(plan=other, name="Otro")
    assert planning.get(f"/2016/catalogo/ejes/{axis.pk}/").status_code == 404


# --- Changing ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "slug, typed, field, expected, told",
    [
        ("planes", {"name": "Plan Municipal  de Desarrollo"}, "name", "Plan Municipal de Desarrollo", "nombre"),
        ("ejes", {"key": "1"}, "key", "1", "clave"),
        ("objetivos", {"name": "  Un\u00a0Gobierno   Cercano "}, "name", "Un Gobierno Cercano", "nombre"),
        ("estrategias", {"name": "Conducir bien"}, "name", "Conducir bien", "nombre"),
        ("programas", {"description": "Uno\r\n\r\nDos"}, "description", "Uno\n\nDos", "descripción"),
        ("programas", {"number": "1.10"}, "number", "1.10", "número"),
        ("acciones", {"unit": "Audiencias"}, "unit", "Audiencias", "unidad"),
        ("indicadores", {"considered": None}, "considered", False, "considerado en el global"),
        ("indicadores", {"requires_evidence": "on"}, "requires_evidence", True, "exige evidencia"),
        ("indicadores", {"frequency": "3"}, "frequency", 3, "frecuencia"),
        ("indicadores", {"numerator_mode": "last"}, "numerator_mode", "last", "acumulación del numerador"),
        ("indicadores", {"baseline": "85.5", "baseline_year": "2015"}, "baseline_year", 2015, "año de línea base"),
        ("indicadores", {"responsible_area": "Dirección"}, "responsible_area", "Dirección", "área responsable"),
        ("indicadores", {"dimension": "calidad"}, "dimension", "calidad", "dimensión"),
    ],
)
def test_a_change_is_written_with_its_trail(planning, officer, year, slug, typed, field, expected, told):
    row = next(row for row in everything(year) if nodes.address_of(row)[0] == slug)
    page = edit(planning, url_of(row), reason="Acta 3", **typed)
    assert "Se guardó." in text_of(page)
    before, row = getattr(row, field), type(row).objects.get(pk=row.pk)
    assert getattr(row, field) == expected != before
    (entry,) = acts(row)
    assert (entry.action, entry.actor, entry.reason, entry.capacity) == ("cambiar", officer, "Acta 3", "Planeación")
    assert field in entry.changes and entry.at is not None
    assert f"{told}:" in text_of(page) and "Ana Ruiz (Planeación)" in text_of(page)


def test_saving_without_a_change_writes_nothing(planning, year):
    for row in everything(year):
        assert "No había cambios que guardar." in text_of(edit(planning, url_of(row)))
    assert not TrailEntry.objects.filter(action="cambiar").exists()


def test_the_objectives_of_a_programme_are_reordered_by_their_lines(planning, year):
    program = Program.objects.get()
    edit(planning, url_of(program), objectives="Escuchar a la gente\r\n\r\n• Recibir a la gente\r\nVisitar colonias")
    assert nodes.objectives_of(program) == ["Escuchar a la gente", "Recibir a la gente", "Visitar colonias"]
    assert list(acts(program)[0].changes) == ["objectives"]


def test_a_programme_moves_to_another_strategy_and_department(planning, year):
    department = make_department("OBR", "Obras Públicas", 2)
    strategy = Strategy.objects.create(objective=Objective.objects.get(), name="Otra")
    program = Program.objects.get()
    make_measurement(Indicator.objects.first(), 1, 1, 2)
    edit(planning, url_of(program), strategy=strategy.pk, department=department.pk)
    program.refresh_from_db()
    assert (program.strategy, program.department) == (strategy, department)
    assert set(acts(program)[0].changes) == {"strategy", "department"}


@pytest.mark.parametrize(
    "slug, typed, sentence",
    [
        ("ejes", {"name": ""}, "Escriba el nombre del eje."),
        ("ejes", {"name": "x" * 501}, "El texto es demasiado largo: caben 500 letras."),
        ("ejes", {"name": "ciudad  ORDENADA"}, "Ya existe «Ciudad Ordenada» en el mismo lugar"),
        ("ejes", {"name": "Ciudad Ordenada"}, "Ya existe un eje rector con este nombre en el mismo lugar."),
        ("objetivos", {"axis": "999"}, "Elija una opción de la lista."),
        ("objetivos", {"axis": "'"}, "Elija una opción de la lista."),
        ("planes", {"end_year": "2015"}, "El último año no puede ser anterior al primero."),
        ("planes", {"start_year": "2017"}, "El plan dejaría fuera el ejercicio 2016, que ya existe."),
        ("planes", {"start_year": "dos mil"}, "«dos mil» no es un año: escríbalo con cuatro cifras."),
        ("programas", {"code": "PRE-2"}, "«PRE-2» no es una clave; ¿quiso decir «PRE-02»?"),
        ("programas", {"code": ""}, "Escriba la clave."),
        ("programas", {"code": "PRE-02"}, "Ya existe un programa con esta clave en el ejercicio."),
        ("programas", {"name": "\u200b "}, "Escriba el nombre del programa."),
        ("acciones", {"code": "OBR-01-01"}, "La clave empieza con la de su programa: PRE-01-01."),
        ("acciones", {"unit": ""}, "Escriba la unidad, por ejemplo Solicitudes."),
        ("acciones", {"text": "y" * 40_000}, "El texto es demasiado largo: caben 5,000 letras."),
        ("indicadores", {"code": "PRE-01-02-B"}, "La clave empieza con la de su acción: PRE-01-01 o esa misma"),
        ("indicadores", {"baseline": "-3"}, "«-3»"),
        ("indicadores", {"baseline": "1E309"}, "«1E309»"),
        ("indicadores", {"baseline_year": "15"}, "«15» no es un año"),
        ("indicadores", {"frequency": "5"}, "Elija una opción de la lista."),
        ("indicadores", {"numerator_label": ""}, "Escriba qué cuenta el numerador."),
    ],
)
def test_a_wrong_value_is_one_sentence_and_stays_on_the_screen(planning, year, slug, typed, sentence):
    Axis.objects.create(plan=year.plan, name="Ciudad Ordenada", position=2)
    make_program(year, "PRE-02")
    row = next(row for row in everything(year) if nodes.address_of(row)[0] == slug)
    page = edit(planning, url_of(row), **typed)
    assert sentence in page.content.decode().replace("&#x27;", "'")
    for name, value in typed.items():
        assert page.context["form"][name].value() == value
    assert not TrailEntry.objects.filter(action="cambiar").exists()


# --- What captures freeze ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed, sentence",
    [
        ({"numerator_label": "Otra cosa"}, "el numerador de la fórmula no cambia"),
        ({"denominator_label": "Otra cosa"}, "el denominador de la fórmula no cambia"),
        ({"numerator_mode": "last"}, "la acumulación del numerador no cambia"),
        ({"denominator_mode": "last"}, "la acumulación del denominador no cambia"),
        ({"frequency": "3"}, "la frecuencia no cambia"),
        ({"code": "PRE-01-01-B"}, "Ya hay capturas bajo esta clave: la clave no cambia."),
    ],
)
def test_captures_freeze_what_was_measured(planning, year, typed, sentence):
    indicator = Indicator.objects.get(code="PRE-01-01")
    make_measurement(indicator, 3, 1, 2)
    page = edit(planning, url_of(indicator), **typed)
    assert sentence in text_of(page)
    assert state_of(Indicator.objects.get(pk=indicator.pk)) == state_of(indicator)


def test_a_label_is_still_corrected_in_case_and_accents(planning, year):
    indicator = Indicator.objects.get(code="PRE-01-01")
    make_measurement(indicator, 3, 1, 2)
    edit(planning, url_of(indicator), numerator_label="NÚMERO de Solicitudes  Atendidas", name="Otro nombre")
    indicator.refresh_from_db()
    assert indicator.numerator_label == "NÚMERO de Solicitudes Atendidas" and indicator.name == "Otro nombre"


@pytest.mark.parametrize("slug, code", [("programas", "PRE-09"), ("acciones", "PRE-01-09")])
def test_codes_above_captures_do_not_change(planning, year, slug, code):
    make_measurement(Indicator.objects.get(code="PRE-01-01"), 3, 1, 2)
    row = next(row for row in everything(year) if nodes.address_of(row)[0] == slug)
    page = edit(planning, url_of(row), code=code)
    assert "Ya hay capturas bajo esta clave: la clave no cambia." in text_of(page)


def test_without_captures_the_codes_below_change_with_it(planning, year):
    program = Program.objects.get()
    make_indicator(program, "PRE-01-01-B")
    page = edit(planning, url_of(program), code="PRE-07")
    assert page.redirect_chain[-1][0] == "/2016/catalogo/programas/PRE-07/"
    assert sorted(Action.objects.values_list("code", flat=True)) == ["PRE-07-01", "PRE-07-02"]
    assert sorted(Indicator.objects.values_list("code", flat=True)) == ["PRE-07-01", "PRE-07-01-B", "PRE-07-02"]
    assert acts(Indicator.objects.get(code="PRE-07-02"))[0].changes == {"code": ["PRE-01-02", "PRE-07-02"]}
    assert Indicator.objects.filter(search__contains="pre-07-01-b").count() == 1


def test_the_target_leads_to_its_own_page(planning, year):
    page = planning.get(url_of(Indicator.objects.get(code="PRE-01-01")))
    assert 'href="/2016/catalogo/metas/PRE-01-01/"' in page.content.decode()
    assert "target" not in page.context["form"].fields


# --- A locked year -----------------------------------------------------------------------------------------------


def test_a_locked_year_takes_nothing(planning, officer, year):
    rows = everything(year)
    opened = {row: planning.get(url_of(row)) for row in rows}
    FiscalYear.objects.update(locked=True)
    before = TrailEntry.objects.count()
    for row, page in opened.items():
        answer = planning.post(url_of(row), data_of(page, name="Otro", text="Otra", unit="Otra"), follow=True)
        assert "El ejercicio 2016 está cerrado" in text_of(answer)
        assert "su catálogo se puede ver" not in text_of(answer)  # said once
        read = planning.get(url_of(row)).content.decode()
        assert 'name="seen"' not in read and '<dl class="node-facts">' in read
        planning.post(url_of(row, "eliminar/"))
    facts = text_of(planning.get(url_of(rows[-1])))
    assert "Acumulación del numerador suma" in facts and "Dimensión sin indicar Línea base sin indicar" in facts
    planning.post(url_of(rows[1], "orden/"), {"antes": ""})
    answer = planning.post(url_of(rows[-1], "retirar/"), {"from_month": 5, "reason": "r"})
    assert Indicator.objects.filter(retired_from=None).count() == 2
    assert TrailEntry.objects.count() == before and Program.objects.count() == 1
    with pytest.raises(MonthNotOpen):
        editing.add_node(
            access=access_of(officer), fiscal_year=year, kind=nodes.AXES,
            values={"plan": year.plan, "key": "", "name": "X"}, now=NOW,
        )  # fmt: skip


# --- Two officers ------------------------------------------------------------------------------------------------


def test_the_second_of_two_officers_is_told_and_nothing_is_lost(planning, year):
    indicator = Indicator.objects.get(code="PRE-01-01")
    other = Client()
    other.force_login(make_user("otra", Role.PLANNING, first_name="Luis", last_name="Gil"))
    mine = planning.get(url_of(indicator))
    edit(other, url_of(indicator), source="Registro de audiencias", name="El nombre de Luis")
    typed = data_of(mine, name="El nombre de Ana", definition="Lo que Ana escribió")
    page = planning.post(url_of(indicator), typed)
    text = text_of(page)
    assert "Todavía no se guardó lo suyo." in text and "Luis Gil cambió este indicador" in text
    assert "fuente: Registro de audiencias" in text and "El nombre de Luis" in text
    form = page.context["form"]
    assert form["name"].value() == "El nombre de Ana" and form["definition"].value() == "Lo que Ana escribió"
    assert form["source"].value() == "Registro de audiencias"
    indicator.refresh_from_db()
    assert indicator.name == "El nombre de Luis"
    assert "Se guardó." in text_of(planning.post(url_of(indicator), data_of(page), follow=True))
    indicator.refresh_from_db()
    assert (indicator.name, indicator.source) == ("El nombre de Ana", "Registro de audiencias")


def test_what_an_import_or_the_admin_changed_counts_as_well(planning, officer, year):
    program = Program.objects.get()
    page = planning.get(url_of(program))
    ProgramObjective.objects.filter(position=1).update(text="Otra cosa")
    answer = planning.post(url_of(program), data_of(page, name="Nombre"))
    assert "Alguien más cambió este programa" in text_of(answer)


@pytest.mark.parametrize("seen", ["", "garbage", "a:b:c"])
def test_a_form_without_what_it_saw_never_overwrites(planning, year, seen):
    program = Program.objects.get()
    data = data_of(planning.get(url_of(program)), name="Nombre") | {"seen": seen}
    assert "Todavía no se guardó lo suyo." in text_of(planning.post(url_of(program), data))
    assert Program.objects.get().name == "Proximidad Ciudadana"


def test_one_that_somebody_deleted_meanwhile(planning, year):
    axis = Axis.objects.create(plan=year.plan, name="Ciudad Ordenada", position=2)
    page = planning.get(url_of(axis))
    address = url_of(axis)
    axis.delete()
    assert planning.post(address, data_of(page, name="Nombre")).status_code == 404


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
    department = nodes.Program._meta.get_field("department").related_model.objects.get(prefix="OBR")
    add(planning, "programas", strategy.pk, name="Calles", department=department.pk, objectives="Uno\nDos")
    program = Program.objects.get(code="OBR-01")
    assert program.strategy == strategy and nodes.objectives_of(program) == ["Uno", "Dos"]
    add(planning, "acciones", "OBR-01", text="Pavimentar calles", unit="Metros")
    page = planning.get("/2016/catalogo/indicadores/nuevo/?en=OBR-01-01")
    assert page.context["form"]["name"].value() == "Pavimentar calles"
    page = add(planning, "indicadores", "OBR-01-01", numerator_label="Metros hechos", denominator_label="Metros")
    assert "Se agregó el indicador «OBR-01-01 Pavimentar calles»." in text_of(page)
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
    assert sentence in text_of(page)
    assert not TrailEntry.objects.filter(action="agregar").exists()


def test_what_was_added_comes_out_and_back_unchanged(planning, year, tmp_path):
    add(planning, "acciones", "PRE-01", text="Otra  acción", unit="Cosas")
    add(
        planning, "indicadores", "PRE-01-03", numerator_label="Número", denominator_label="Total", target="12",
        target_kind="absolute", definition="Uno\r\nDos", frequency="3",
    )  # fmt: skip
    Indicator.objects.filter(code="PRE-01-01").update(retired_from=3)
    (tmp_path / "catalogo.xlsx").write_bytes(workbook.bytes_of(year))
    page = upload(planning, tmp_path / "catalogo.xlsx", "/2016/catalogo/importar/")
    assert "Sin cambios" in text_of(page) or "sin cambios" in text_of(page)
    assert Indicator.objects.get(code="PRE-01-01").retired_from == 3


# --- Ordering ----------------------------------------------------------------------------------------------------


def test_siblings_move_up_and_down(planning, year):
    first = Axis.objects.get()
    second = Axis.objects.create(plan=year.plan, name="Segundo", position=5)
    third = Axis.objects.create(plan=year.plan, name="Tercero", position=5)

    def order() -> list[str]:
        return [axis.name for axis in nodes.children(year.plan)]

    planning.post(url_of(third, "orden/"), {"antes": second.pk})
    assert order() == [first.name, "Tercero", "Segundo"]
    page = planning.post(url_of(first, "orden/"), {"antes": ""}, follow=True)
    assert order() == ["Tercero", "Segundo", first.name]
    assert page.redirect_chain[-1][0].endswith(f"/planes/{year.plan_id}/#orden-{first.pk}")
    assert {entry.action for entry in acts(third)} == {"ordenar"}
    buttons = re.findall(r'aria-label="(Subir|Bajar): ([^"]+)"', page.content.decode())
    assert ("Subir", "Tercero") not in buttons and ("Bajar", "Tercero") in buttons


def test_a_neighbour_that_is_not_there_any_more(planning, year):
    other = Axis.objects.create(plan=year.plan, name="Segundo", position=5)
    page = planning.post(url_of(other, "orden/"), {"antes": "123456"}, follow=True)
    assert "El orden cambió mientras usted lo veía" in text_of(page)


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
    row = next(row for row in everything(year) if nodes.address_of(row)[0] == slug)
    assert sentence in text_of(planning.get(url_of(row, "eliminar/")))
    assert sentence in text_of(planning.post(url_of(row, "eliminar/"), follow=True))
    assert type(row).objects.filter(pk=row.pk).exists()


def test_an_indicator_with_an_adjusted_target_or_a_successor_stays(planning, officer, year):
    first, second = Indicator.objects.order_by("code")
    TargetAdjustment.objects.create(
        indicator=first, effective_month=3, target=50, reason="r", authorized_by="a", instrument="i", created_at=NOW,
        created_by=officer,
    )  # fmt: skip
    later = make_indicator(make_program(make_year(2017), "PRE-01"))
    later.previous = second
    later.save()
    assert "tiene metas ajustadas" in text_of(planning.post(url_of(first, "eliminar/"), follow=True))
    assert "un ejercicio posterior lo cita" in text_of(planning.post(url_of(second, "eliminar/"), follow=True))


def test_what_holds_nothing_goes_and_the_trail_keeps_what_it_said(planning, year):
    indicator = Indicator.objects.get(code="PRE-01-02")
    page = planning.post(url_of(indicator, "eliminar/"), {"reason": "Se repitió"}, follow=True)
    assert "Se eliminó el indicador «PRE-01-02" in text_of(page)
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
    assert "lo último capturado es de marzo" in text_of(page)
    assert [value for value, _ in page.context["form"].months] == list(range(4, 13))
    page = planning.post(url_of(indicator, "retirar/"), {"from_month": 6, "reason": "Oficio 9"}, follow=True)
    assert "Se retiró 1 indicador desde junio" in text_of(page) and "retirado desde junio" in text_of(page)
    assert "Retiró el indicador" in text_of(page) and "Motivo: Oficio 9" in text_of(page)
    assert "Ya está retirado." in text_of(planning.get(url_of(indicator, "retirar/")))
    page = planning.get(url_of(indicator, "reincorporar/"))
    typed = {"codes": ["PRE-01-01"], "reason": "Se retoma"}
    page = planning.post(url_of(indicator, "reincorporar/"), typed, follow=True)
    assert "1 indicador se vuelve a pedir." in text_of(page)
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
    assert sentence in text_of(page)
    assert Indicator.objects.get(pk=indicator.pk).retired_from is None


def test_a_programme_is_retired_with_all_of_its_indicators(planning, year):
    program = Program.objects.get()
    Indicator.objects.filter(code="PRE-01-01").update(retired_from=2)
    make_measurement(Indicator.objects.get(code="PRE-01-02"), 5, 1, 2)
    page = planning.post(url_of(program, "retirar/"), {"from_month": 7, "reason": "Fusión"}, follow=True)
    assert "retirado desde julio" in text_of(page)
    assert list(Indicator.objects.order_by("code").values_list("retired_from", flat=True)) == [2, 7]
    page = planning.post(url_of(program, "reincorporar/"), {"codes": ["PRE-01-02"], "reason": "r"}, follow=True)
    assert list(Indicator.objects.order_by("code").values_list("retired_from", flat=True)) == [2, None]
    assert "retirado desde julio" not in text_of(page).split("Historia")[0]


def test_after_december_nothing_is_retired(planning, year):
    make_measurement(Indicator.objects.get(code="PRE-01-01"), 12, 1, 2)
    text = text_of(planning.get("/2016/catalogo/programas/PRE-01/retirar/"))
    assert "Ya hay capturas de diciembre: en este ejercicio ya no puede retirarse completo" in text


def test_an_action_without_indicators_has_nothing_to_retire(planning, year):
    Indicator.objects.filter(code="PRE-01-02").delete()
    assert "No tiene indicadores" in text_of(planning.get("/2016/catalogo/acciones/PRE-01-02/retirar/"))
    assert planning.get("/2016/catalogo/ejes/1/retirar/").status_code == 404


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


# --- The service's own answers -----------------------------------------------------------------------------------


def test_the_service_tells_who_was_first(officer, year):
    program, access = Program.objects.get(), access_of(officer)
    common = {"access": access, "fiscal_year": year, "kind": BY_SLUG["programas"], "pk": program.pk, "now": NOW}
    seen = state_of(program)
    editing.change_node(values={"name": "Uno"}, seen=seen, **common)
    with pytest.raises(ChangedMeanwhile) as refused:
        editing.change_node(values={"name": "Dos"}, seen=seen, **common)
    assert refused.value.entry.actor == officer and refused.value.current["name"] == "Uno"


def test_codes_run_out(officer, year):
    program = Program.objects.get()
    for letter in "BCDEFGHIJKLMNOPQRSTUVWXYZ":
        make_indicator(program, f"PRE-01-01-{letter}")
    with pytest.raises(Exception, match="ya tiene todos los indicadores que caben"):
        editing.next_code(nodes.INDICATORS, year, "PRE-01-01")
    assert editing.next_code(nodes.ACTIONS, year, "PRE-01") == "PRE-01-03"
    assert editing.next_code(nodes.PROGRAMS, year, "PRE") == "PRE-02"
    assert issubclass(editing.Gone, ServiceError)


def test_the_history_has_the_words_of_the_choices(planning, year):
    address = "/2016/catalogo/indicadores/nuevo/?en=PRE-01-01"
    made = edit(
        planning, address, name="Quejas", numerator_label="Quejas", denominator_label="Solicitudes",
        denominator_mode="last", frequency="3", direction="descending", schedule="flat", dimension="economia",
        considered=None,
    )  # fmt: skip
    history = text_of(made).partition("Historia")[2]
    for said in (
        "acumulación del numerador: suma", "acumulación del denominador: último", "frecuencia: trimestral",
        "tipo de meta: porcentaje", "sentido: descendente", "programación: constante", "dimensión: economía",
    ):  # fmt: skip
        assert said in history, history
    assert not re.search(r"\b(sum|last|percentage|descending|flat|economia|True|False)\b", history)


@pytest.mark.parametrize("code, refused", [("OBR-06", True), ("PRE-06", False), ("ZZZ-06", False)])
def test_a_programmes_code_is_not_of_another_department(planning, year, code, refused):
    make_department("OBR", "Obras Públicas", 2)
    strategy, department = Strategy.objects.get(), Program.objects.get().department
    sentence = "«OBR» es el prefijo de Obras Públicas: la clave de un programa de Presidencia Municipal empieza con PRE"
    page = add(planning, "programas", strategy.pk, name="Calles", department=department.pk, code=code)
    assert (sentence in text_of(page), Program.objects.filter(code=code).exists()) == (refused, not refused)
    Program.objects.filter(code=code).delete()
    page = edit(planning, url_of(Program.objects.get()), code=code)
    assert (sentence in text_of(page), Program.objects.filter(code=code).exists()) == (refused, not refused)


def test_a_programme_that_moved_keeps_its_code(planning, year):
    department = make_department("OBR", "Obras Públicas", 2)
    edit(planning, url_of(Program.objects.get()), department=department.pk)
    page = edit(planning, url_of(Program.objects.get()), name="Otro nombre")
    assert "Se guardó." in text_of(page) and Program.objects.get().name == "Otro nombre"
