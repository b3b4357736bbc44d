"""What planning writes in the admin: the trail it leaves, and what is refused."""

from typing import Any

import pytest
from django.test import Client

from core.models import TrailEntry
from indicators.models import Indicator, Measurement, Observation, Period, TargetAdjustment
from programs.models import Action, Department, FiscalYear, Objective, Plan, Program, ProgramObjective, Strategy
from tests.catalog.admin_pages import address, errors_of, make_catalogue, save
from tests.factories import (
    make_measurement,
    make_program,
    make_year,
)

pytestmark = pytest.mark.django_db


def test_a_change_goes_to_the_trail_with_its_reason(planning: Client) -> None:
    make_catalogue()
    indicator = Indicator.objects.get(code="PRE-01-01")
    response = save(planning, Indicator, indicator.pk, name="Otro nombre", motivo="Así lo dice el PAT")
    assert response.status_code == 302
    entry = TrailEntry.objects.first()
    assert entry is not None
    assert (entry.action, entry.reason, entry.actor.username) == ("cambiar", "Así lo dice el PAT", "planeacion")
    assert entry.changes == {"name": ["Solicitudes atendidas PRE-01-01", "Otro nombre"]}
    assert entry.scope_id == indicator.action.program.department_id
    history = planning.get(address(Indicator, "history", indicator.pk)).content.decode()
    assert "Así lo dice el PAT" in history


def test_a_fiscal_year_opens_with_its_twelve_months(planning: Client) -> None:
    make_catalogue()
    plan = Plan.objects.get()
    assert save(planning, FiscalYear, plan=plan.pk, year=2017).status_code == 302
    assert Period.objects.filter(fiscal_year__year=2017).count() == 12
    assert "no cae dentro" in errors_of(save(planning, FiscalYear, plan=plan.pk, year=2030))


def test_a_programme_is_added_with_its_objectives_and_actions(planning: Client) -> None:
    year = make_catalogue()
    strategy, department = Strategy.objects.get(), Department.objects.get()
    response = save(
        planning, Program, fiscal_year=year.pk, department=department.pk, strategy=strategy.pk, code="PRE-09",
        name="Nuevo",
        **{"objectives-TOTAL_FORMS": 1, "objectives-0-position": 1, "objectives-0-text": "Servir",
           "actions-TOTAL_FORMS": 1, "actions-0-code": "PRE-09-01", "actions-0-text": "Hacer",
           "actions-0-unit": "Obras"},
    )  # fmt: skip
    assert response.status_code == 302, errors_of(response)
    action = Action.objects.get(code="PRE-09-01")
    assert (action.fiscal_year, action.program.code, action.search) == (year, "PRE-09", "pre-09-01 hacer")
    kinds = set(TrailEntry.objects.filter(action="agregar").values_list("subject_type", flat=True))
    assert kinds == {"programs.program", "programs.programobjective", "programs.action"}


def test_an_inline_duplicate_is_a_sentence(planning: Client) -> None:
    make_catalogue()
    program = Program.objects.get(code="PRE-01")
    extra = {"actions-TOTAL_FORMS": 2, "actions-1-code": "PRE-01-01", "actions-1-text": "x", "actions-1-unit": "y",
             "actions-1-program": program.pk}  # fmt: skip
    response = save(planning, Program, program.pk, **extra)
    assert "Ya existe una acción con esta clave" in errors_of(response)
    response = save(planning, Program, program.pk, **extra | {"actions-1-code": "PRE-02-09"})
    assert "La clave empieza con la de su programa: PRE-01." in errors_of(response)


def test_an_indicator_is_added_in_the_year_of_its_action(planning: Client) -> None:
    year = make_catalogue()
    action = Action.objects.get(code="PRE-01-01")
    values: dict[str, Any] = {"action": action.pk, "code": "PRE-01-01-B", "name": "Otro", "numerator_label": "n",
                              "denominator_label": "d", "target": "1,250.5", "target_kind": "absolute",
                              "schedule": "explicit", "shares": "0;0;10;10;25;40;50;62.5;75;75;90;100"}  # fmt: skip
    response = save(planning, Indicator, **values)
    assert response.status_code == 302, errors_of(response)
    made = Indicator.objects.get(code="PRE-01-01-B")
    assert (made.fiscal_year, str(made.target), made.shares[7]) == (year, "1250.5000", "62.5")
    assert "Ya existe un indicador con esta clave" in errors_of(save(planning, Indicator, **values))
    values |= {"code": "PRE-01-01-C", "schedule": "linear"}
    assert "Los doce porcentajes van solo" in errors_of(save(planning, Indicator, **values))


def test_captures_freeze_the_formula_in_the_form_too(planning: Client) -> None:
    make_catalogue()
    indicator = Indicator.objects.get(code="PRE-01-01")
    text = errors_of(save(planning, Indicator, indicator.pk, numerator_label="Otra cosa", target="80"))
    assert "cambiaría lo que ya se midió" in text and "meta ajustada" in text
    assert "la clave no cambia" in errors_of(save(planning, Indicator, indicator.pk, code="PRE-01-01-B"))


def test_codes_stay_below_each_other(planning: Client) -> None:
    make_catalogue()
    program, action = Program.objects.get(code="PRE-01"), Action.objects.get(code="PRE-01-01")
    Indicator.objects.get(code="PRE-01-01").adjustments.all().delete()
    Observation.objects.all().delete()
    Measurement.changed_by.through.objects.all().delete()
    Measurement.objects.all().delete()
    below = "cámbiela en el árbol del catálogo"
    assert below in errors_of(save(planning, Program, program.pk, code="PRE-07"))
    assert below in errors_of(save(planning, Action, action.pk, code="PRE-01-07"))
    assert "su programa: PRE-01." in errors_of(save(planning, Action, action.pk, code="PRE-02-07"))
    indicator = Indicator.objects.get(code="PRE-01-01")
    assert "su acción: PRE-01-01." in errors_of(save(planning, Indicator, indicator.pk, code="PRE-02-01-B"))


def test_a_retirement_is_seen_there_and_made_elsewhere(planning: Client) -> None:
    make_catalogue()
    Indicator.objects.filter(code="PRE-01-01").update(retired_from=7)
    indicator = Indicator.objects.get(code="PRE-01-01")
    assert "retirado desde julio" in planning.get(address(Indicator, "change", indicator.pk)).content.decode()
    codes = [
        row.code for row in planning.get(f"{address(Indicator, 'changelist')}?retiro=si").context["cl"].result_list
    ]
    assert codes == ["PRE-01-01"]
    codes = [
        row.code for row in planning.get(f"{address(Indicator, 'changelist')}?retiro=no").context["cl"].result_list
    ]
    assert codes == ["PRE-02-01"]
    assert save(planning, Indicator, indicator.pk, retired_from="3", name="Otro").status_code == 302
    indicator.refresh_from_db()
    assert (indicator.retired_from, indicator.name) == (7, "Otro")


def test_rows_of_other_years_and_plans_do_not_mix(planning: Client) -> None:
    make_catalogue()
    other = make_program(make_year(2020), "PRE-01")
    program = Program.objects.get(fiscal_year__year=2016, code="PRE-01")
    assert "es de otro plan" in errors_of(save(planning, Program, program.pk, strategy=other.strategy_id))
    action = Action.objects.get(code="PRE-01-01")
    assert "es de otro ejercicio" in errors_of(save(planning, Action, action.pk, program=other.pk))
    objective = Objective.objects.filter(axis__plan__start_year=2016).get()
    assert "Es de otro plan" in errors_of(
        save(planning, Objective, objective.pk, axis=other.strategy.objective.axis_id)
    )


def test_what_only_the_database_refuses_comes_back_as_a_sentence(
    planning: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from catalog.admin_forms import ProgramForm

    make_catalogue()
    other = make_program(make_year(2020), "PRE-01")
    program = Program.objects.get(fiscal_year__year=2016, code="PRE-01")
    monkeypatch.setattr(ProgramForm, "clean", lambda self: super(ProgramForm, self).clean())
    text = errors_of(save(planning, Program, program.pk, strategy=other.strategy_id))
    assert "La estrategia y el ejercicio son de planes distintos." in text


def test_a_target_is_adjusted_and_a_month_closed_through_their_services(planning: Client) -> None:
    year = make_catalogue()
    indicator = Indicator.objects.get(code="PRE-01-01")
    values = {"indicator": indicator.pk, "effective_month": 9, "target": "85", "reason": "Recorte",
              "authorized_by": "Cabildo", "instrument": "Acta 9"}  # fmt: skip
    saved = save(planning, TargetAdjustment, **values)
    assert '<a href="/2016/catalogo/metas/PRE-01-01/9/archivo/">' in planning.get(saved.url).content.decode()
    assert TrailEntry.objects.filter(action="ajustar meta").count() == 1
    period = Period.objects.get(fiscal_year=year, month=12)
    assert "motivo" in errors_of(save(planning, Period, period.pk, closed_on="2017-01-20"))
    for typed, said in (
        ({"due_on": "2090-12-31"}, "Diciembre 2016 no puede vencer el 31/12/2090. Escriba un día de 2016 o 2017."),
        ({"opens_on": "1960-01-01"}, "Diciembre 2016 no puede abrir el 01/01/1960."),
        ({"due_on": "9999-12-31"}, "Escriba una fecha entre 1950 y 2099."),
        ({"closed_on": "2099-12-31"}, "Un mes no se cierra con fecha de más de un año adelante"),
    ):
        assert said in errors_of(save(planning, Period, period.pk, motivo="Error de dedo", **typed))
    assert save(planning, Period, period.pk, closed_on="2017-01-20", motivo="Fin de año").status_code == 302
    assert TrailEntry.objects.get(action="cambiar mes").reason == "Fin de año"
    text = errors_of(save(planning, TargetAdjustment, **values | {"effective_month": 11}))
    assert "no se ajusta hacia atrás" in text


def test_a_target_is_not_adjusted_over_a_validated_month(planning: Client) -> None:
    make_catalogue()
    indicator = Indicator.objects.get(code="PRE-01-01")
    values = {"indicator": indicator.pk, "effective_month": 9, "target": "85", "reason": "Recorte",
              "authorized_by": "Cabildo", "instrument": "Acta 9"}  # fmt: skip
    make_measurement(indicator, 9, 1, 2)
    text = errors_of(save(planning, TargetAdjustment, **values))
    assert "ya tiene cifra validada de septiembre; puede ser desde octubre" in text
    assert not indicator.adjustments.filter(effective_month=9).exists()


def test_a_locked_year_is_only_looked_at(planning: Client) -> None:
    year = make_catalogue()
    FiscalYear.objects.update(locked=True)
    for obj in (year, year.programs.first(), Action.objects.first(), Indicator.objects.first(), Period.objects.first()):
        page = address(type(obj), "change", obj.pk)
        assert planning.get(page).status_code == 200
        assert planning.post(page, {"name": "x"}).status_code == 403, obj
    action = Action.objects.first()
    values = {"action": action.pk, "code": "PRE-01-01-B", "name": "x", "numerator_label": "n", "denominator_label": "d",
              "target": "1"}  # fmt: skip
    assert "está cerrado" in errors_of(save(planning, Indicator, **values))


def test_the_admin_opens_no_locked_year(superuser: Client) -> None:
    """Two people do, on planning's page."""
    year = make_catalogue()
    FiscalYear.objects.update(locked=True)
    assert superuser.post(address(FiscalYear, "change", year.pk), {"motivo": "Oficio 12"}).status_code == 403
    assert FiscalYear.objects.get(pk=year.pk).locked


def test_what_has_captures_is_not_deleted(planning: Client) -> None:
    make_catalogue()
    indicator = Indicator.objects.get(code="PRE-01-01")
    assert planning.post(address(Indicator, "delete", indicator.pk), {"post": "yes"}).status_code in (200, 403)
    assert Indicator.objects.filter(pk=indicator.pk).exists()
    page = planning.post(
        address(Indicator, "changelist"), {"action": "delete_selected", "_selected_action": [indicator.pk]}
    )
    assert page.status_code in (200, 302)
    assert Indicator.objects.filter(pk=indicator.pk).exists()


def test_what_nothing_depends_on_is_deleted_with_its_trail(planning: Client) -> None:
    make_catalogue()
    program = make_program(FiscalYear.objects.get(), "PRE-09")
    ProgramObjective.objects.create(program=program, position=1, text="Servir")
    assert planning.post(address(Program, "delete", program.pk), {"post": "yes"}).status_code == 302
    entries = TrailEntry.objects.filter(action="eliminar")
    assert {entry.subject_type for entry in entries} == {"programs.program", "programs.programobjective"}
