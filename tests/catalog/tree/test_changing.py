"""Changing one thing of the catalogue: what is written, what captures freeze, a locked year, two officers."""

import pytest

from accounts.models import Role
from catalog.tree import editing, kinds
from catalog.tree.kinds import BY_SLUG, state_of
from core.models import TrailEntry
from core.trail import ChangedMeanwhile
from indicators.models import Indicator
from indicators.services import MonthNotOpen
from programs.models import Action, Axis, FiscalYear, Objective, Program, ProgramObjective, Strategy
from tests.catalog.tree.pages import acts, data_of, edit, everything, url_of
from tests.factories import (
    NOW,
    access_of,
    make_department,
    make_indicator,
    make_measurement,
    make_program,
    make_user,
    signed_in,
)
from tests.support.pages import words_of

pytestmark = pytest.mark.django_db


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
    row = next(row for row in everything(year) if kinds.address_of(row)[0] == slug)
    page = edit(planning, url_of(row), reason="Acta 3", **typed)
    assert "Se guardó." in words_of(page)
    before, row = getattr(row, field), type(row).objects.get(pk=row.pk)
    assert getattr(row, field) == expected != before
    (entry,) = acts(row)
    assert (entry.action, entry.actor, entry.reason, entry.capacity) == ("cambiar", officer, "Acta 3", "Planeación")
    assert field in entry.changes and entry.at is not None
    assert f"{told}:" in words_of(page) and "Ana Ruiz (Planeación)" in words_of(page)


def test_saving_without_a_change_writes_nothing(planning, year):
    for row in everything(year):
        assert "No había cambios que guardar." in words_of(edit(planning, url_of(row)))
    assert not TrailEntry.objects.filter(action="cambiar").exists()


def test_the_objectives_of_a_programme_are_reordered_by_their_lines(planning, year):
    program = Program.objects.get()
    edit(planning, url_of(program), objectives="Escuchar a la gente\r\n\r\n• Recibir a la gente\r\nVisitar colonias")
    assert kinds.objectives_of(program) == ["Escuchar a la gente", "Recibir a la gente", "Visitar colonias"]
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
    row = next(row for row in everything(year) if kinds.address_of(row)[0] == slug)
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
    assert sentence in words_of(page)
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
    row = next(row for row in everything(year) if kinds.address_of(row)[0] == slug)
    page = edit(planning, url_of(row), code=code)
    assert "Ya hay capturas bajo esta clave: la clave no cambia." in words_of(page)


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
        assert "El ejercicio 2016 está cerrado" in words_of(answer)
        assert "su catálogo se puede ver" not in words_of(answer)  # said once
        read = planning.get(url_of(row)).content.decode()
        assert 'name="seen"' not in read and '<dl class="node-facts">' in read
        planning.post(url_of(row, "eliminar/"))
    facts = words_of(planning.get(url_of(rows[-1])))
    assert "Acumulación del numerador suma" in facts and "Dimensión sin indicar Línea base sin indicar" in facts
    planning.post(url_of(rows[1], "orden/"), {"before": ""})
    answer = planning.post(url_of(rows[-1], "retirar/"), {"from_month": 5, "reason": "r"})
    assert Indicator.objects.filter(retired_from=None).count() == 2
    assert TrailEntry.objects.count() == before and Program.objects.count() == 1
    with pytest.raises(MonthNotOpen):
        editing.add_node(
            access=access_of(officer),
            fiscal_year=year,
            kind=kinds.AXES,
            values={"plan": year.plan, "key": "", "name": "X"},
            now=NOW,
        )


# --- Two officers ------------------------------------------------------------------------------------------------


def test_the_second_of_two_officers_is_told_and_nothing_is_lost(planning, year):
    indicator = Indicator.objects.get(code="PRE-01-01")
    other = signed_in(make_user("otra", Role.PLANNING, first_name="Luis", last_name="Gil"))
    mine = planning.get(url_of(indicator))
    edit(other, url_of(indicator), source="Registro de audiencias", name="El nombre de Luis")
    typed = data_of(mine, name="El nombre de Ana", definition="Lo que Ana escribió")
    page = planning.post(url_of(indicator), typed)
    text = words_of(page)
    assert "Todavía no se guardó lo suyo." in text and "Luis Gil cambió este indicador" in text
    assert "fuente: Registro de audiencias" in text and "El nombre de Luis" in text
    form = page.context["form"]
    assert form["name"].value() == "El nombre de Ana" and form["definition"].value() == "Lo que Ana escribió"
    assert form["source"].value() == "Registro de audiencias"
    indicator.refresh_from_db()
    assert indicator.name == "El nombre de Luis"
    assert "Se guardó." in words_of(planning.post(url_of(indicator), data_of(page), follow=True))
    indicator.refresh_from_db()
    assert (indicator.name, indicator.source) == ("El nombre de Ana", "Registro de audiencias")


def test_what_an_import_changed_counts_as_well(planning, officer, year):
    program = Program.objects.get()
    page = planning.get(url_of(program))
    ProgramObjective.objects.filter(position=1).update(text="Otra cosa")
    answer = planning.post(url_of(program), data_of(page, name="Nombre"))
    assert "Alguien más cambió este programa" in words_of(answer)


@pytest.mark.parametrize("seen", ["", "garbage", "a:b:c"])
def test_a_form_without_what_it_saw_never_overwrites(planning, year, seen):
    program = Program.objects.get()
    data = data_of(planning.get(url_of(program)), name="Nombre") | {"seen": seen}
    assert "Todavía no se guardó lo suyo." in words_of(planning.post(url_of(program), data))
    assert Program.objects.get().name == "Proximidad Ciudadana"


def test_one_that_somebody_deleted_meanwhile(planning, year):
    axis = Axis.objects.create(plan=year.plan, name="Ciudad Ordenada", position=2)
    page = planning.get(url_of(axis))
    address = url_of(axis)
    axis.delete()
    assert planning.post(address, data_of(page, name="Nombre")).status_code == 404


# --- The service's own answers -----------------------------------------------------------------------------------


def test_the_service_tells_who_was_first(officer, year):
    program, access = Program.objects.get(), access_of(officer)
    common = {"access": access, "fiscal_year": year, "kind": BY_SLUG["programas"], "pk": program.pk, "now": NOW}
    seen = state_of(program)
    editing.change_node(values={"name": "Uno"}, seen=seen, **common)
    with pytest.raises(ChangedMeanwhile) as refused:
        editing.change_node(values={"name": "Dos"}, seen=seen, **common)
    assert refused.value.entry.actor == officer and refused.value.current["name"] == "Uno"
