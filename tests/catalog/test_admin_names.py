"""The admin takes no name for a second thing that only case, accents or blanks tell from the first."""

from typing import Any

import pytest
from django.test import Client

from programs.models import Axis, Department, Objective, Plan, Strategy
from tests.catalog.admin_pages import errors_of, save
from tests.factories import make_department, make_program, make_year

pytestmark = pytest.mark.django_db

SPELLINGS = ("PRESIDENCIA MUNICIPAL", "Présidencia  municipal", "Presidencia\u00a0Municipal ")


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_department_of_the_same_name_is_refused(planning: Client, spelling: str) -> None:
    make_department()
    other = make_department("OBR", "Obras Públicas")
    said = "Ya existe «Presidencia Municipal» (PRE)"
    assert said in errors_of(save(planning, Department, prefix="DIF", name=spelling))
    assert said in errors_of(save(planning, Department, other.pk, name=spelling))
    assert set(Department.objects.values_list("name", flat=True)) == {"Presidencia Municipal", "Obras Públicas"}


def test_a_department_may_mend_its_own_name(planning: Client) -> None:
    own = make_department("PRE", "presidencia municipal")
    response = save(planning, Department, own.pk, name=" Presidencia   Municipal")
    assert response.status_code == 302, errors_of(response)
    own.refresh_from_db()
    assert own.name == "Presidencia Municipal"  # and its blanks are those of every other form


@pytest.mark.parametrize(
    ("model", "parent"), [(Plan, ""), (Axis, "plan"), (Objective, "axis"), (Strategy, "objective")],
    ids=lambda value: getattr(value, "__name__", value),
)  # fmt: skip
def test_a_second_branch_of_the_same_name_is_refused(planning: Client, model: Any, parent: str) -> None:
    make_program(make_year())
    stored = model.objects.get()
    values = {parent: getattr(stored, f"{parent}_id")} if parent else {"start_year": 2017, "end_year": 2019}
    response = save(planning, model, name=f" {stored.name.upper()}", **values)
    assert f"Ya existe «{stored.name}»" in errors_of(response)
    assert model.objects.count() == 1


@pytest.mark.parametrize(
    ("model", "row"), [(Plan, "axes"), (Axis, "objectives"), (Objective, "strategies")],
    ids=lambda value: getattr(value, "__name__", value),
)  # fmt: skip
def test_nor_as_a_row_below_its_parent(planning: Client, model: Any, row: str) -> None:
    make_program(make_year())
    above = model.objects.get()
    stored = getattr(above, row).get()
    added = {f"{row}-TOTAL_FORMS": 2, f"{row}-1-name": stored.name.lower(), f"{row}-1-position": 2}
    assert f"Ya existe «{stored.name}»" in errors_of(save(planning, model, above.pk, **added))
    two = {f"{row}-TOTAL_FORMS": 3, f"{row}-1-name": "Nuevo eje", f"{row}-1-position": 2,
           f"{row}-2-name": "NUEVO  EJE", f"{row}-2-position": 3}  # fmt: skip
    assert "Ya existe «Nuevo eje»" in errors_of(save(planning, model, above.pk, **two))
    assert getattr(above, row).count() == 1
    other = {f"{row}-TOTAL_FORMS": 2, f"{row}-1-name": "Otro nombre", f"{row}-1-position": 2}
    assert save(planning, model, above.pk, **other).status_code == 302
    assert getattr(above, row).count() == 2
