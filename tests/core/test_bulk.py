"""Bulk inserts store exactly what ``save`` would, on both databases."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core import bulk
from core.models import TrailEntry
from indicators.models import Indicator, Period
from programs.models import Action, Department, Program
from tests.factories import NOW, make_program, make_year

pytestmark = pytest.mark.django_db

HOSTILE = 'Uno\ttabulado\nDos \\N \\. \r\n"comillas" {llaves} ñ 🙂 \\'


def test_texts_amounts_and_json_come_back_as_they_were() -> None:
    action = Action(fiscal_year=make_year(), program=None, code="PRE-01-01", text=HOSTILE, unit="\\N")
    action.program = make_program(action.fiscal_year)
    bulk.insert(Action, [action])
    indicator = Indicator(
        fiscal_year=action.fiscal_year,
        action=action,
        code="PRE-01-01",
        name="Gestión",
        numerator_label="n",
        denominator_label="d",
        target=Decimal("123456789012.3456"),
        schedule="explicit",
        shares=[*["0"] * 11, "100"],
        considered=False,
    )
    bulk.insert(Indicator, [indicator])
    stored = Indicator.objects.select_related("action").get()
    assert (stored.action.text, stored.action.unit) == (HOSTILE, "\\N")
    assert (stored.target, stored.baseline, stored.green_from) == (Decimal("123456789012.3456"), None, None)
    assert (stored.shares, stored.considered, stored.search) == (indicator.shares, False, "pre-01-01 gestion")
    assert stored.pk == indicator.pk
    assert not indicator._state.adding


def test_dates_moments_and_nested_values_come_back() -> None:
    year = make_year()
    changes = {"a": [None, HOSTILE], "b": [1, {"c": True}]}
    entry = TrailEntry(at=NOW, action="x", subject_type="t", subject_id=1, subject_label=HOSTILE, changes=changes)
    bulk.insert(TrailEntry, [entry])
    stored = TrailEntry.objects.get(action="x")
    assert (stored.at, stored.changes, stored.subject_label, stored.actor) == (NOW, changes, HOSTILE, None)
    Period.objects.all().delete()
    bulk.insert(Period, [Period(fiscal_year=year, month=2, opens_on=date(2016, 2, 1), due_on=date(2016, 3, 7))])
    assert Period.objects.get().due_on == date(2016, 3, 7)


def test_keys_come_from_the_table_and_parents_that_were_saved_late_are_found() -> None:
    departments = [Department(prefix=f"D{letter}", name=letter) for letter in "ABC"]
    bulk.insert(Department, departments)
    assert [Department.objects.get(pk=row.pk).name for row in departments] == ["A", "B", "C"]
    assert Department.objects.create(prefix="DZ", name="Z").pk > departments[-1].pk
    program = make_program(make_year(), department=departments[0])
    rows = [Action(fiscal_year=program.fiscal_year, program=program, code="PRE-01-01", text="x", unit="y")]
    children = [
        Indicator(
            fiscal_year=program.fiscal_year,
            action=rows[0],
            code="PRE-01-01",
            name="x",
            numerator_label="n",
            denominator_label="d",
            target=1,
        )
    ]
    bulk.insert(Action, rows)
    with CaptureQueriesContext(connection) as queries:
        bulk.insert(Indicator, children)
        assert children[0].action.program.department_id == departments[0].pk
    assert not [query for query in queries.captured_queries if 'SELECT "programs' in query["sql"]]


@pytest.mark.parametrize("changes", [{"code": "mal"}, {"code": "PRE-01-01"}, {"year": 2017}])
def test_the_database_refuses_what_it_always_refuses(changes: dict[str, Any]) -> None:
    program = make_program(make_year())
    Action.objects.create(fiscal_year=program.fiscal_year, program=program, code="PRE-01-01", text="x", unit="y")
    year = make_year(2020) if "year" in changes else program.fiscal_year
    row = Action(fiscal_year=year, program=program, code=changes.get("code", "PRE-01-02"), text="x", unit="y")
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(Action, [row])
    assert Action.objects.count() == 1


@pytest.mark.parametrize("names", [(), ("text", "official_key")])
@pytest.mark.parametrize("count", [1, bulk.FEW + 5])
def test_changes_are_stored_as_save_would_the_folded_text_too(count: int, names: tuple[str, ...]) -> None:
    program = make_program(make_year())
    made = [
        Action(fiscal_year=program.fiscal_year, program=program, code=f"PRE-01-{at:02d}", text="x", unit="u")
        for at in range(1, count + 1)
    ]
    bulk.insert(Action, made)
    changed = list(Action.objects.order_by("code"))
    for row in changed:
        row.text, row.official_key = f"Gestión {HOSTILE}", f"É {row.code}"
    bulk.change(Action, changed, names)
    for row in changed:
        stored = Action.objects.get(pk=row.pk)
        by_hand = Action.objects.get(pk=row.pk)
        by_hand.save()
        assert (stored.text, stored.official_key, stored.unit) == (row.text, row.official_key, "u")
        assert stored.__dict__.keys() == by_hand.__dict__.keys()
        assert {name: value for name, value in stored.__dict__.items() if name != "_state"} == {
            name: value for name, value in by_hand.__dict__.items() if name != "_state"
        }


@pytest.mark.parametrize("count", [2, bulk.FEW + 5])
def test_only_the_named_fields_are_changed_and_twice_in_one_transaction(count: int) -> None:
    departments = [Department(prefix=f"D{chr(65 + at)}", name=f"De {at}", number=at + 1) for at in range(count)]
    bulk.insert(Department, departments)
    for number in (50, None):
        for at, row in enumerate(departments):
            row.name, row.number = f"Otra {at}", number and number + at
        bulk.change(Department, departments, ("number",))
        stored = Department.objects.order_by("pk").values_list("name", "number")
        assert list(stored) == [(f"De {at}", number and number + at) for at in range(count)]


@pytest.mark.parametrize("count", [2, bulk.FEW + 5])
def test_a_constraint_refuses_a_change_and_nothing_of_it_is_stored(count: int) -> None:
    departments = [Department(prefix=f"D{chr(65 + at)}", name=f"De {at}") for at in range(count)]
    bulk.insert(Department, departments)
    for row in departments:
        row.name, row.prefix = "Otra", "DA"
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.change(Department, departments)
    assert not Department.objects.filter(name="Otra").exists()


@pytest.mark.parametrize("count", [2, bulk.FEW + 5])
def test_a_stored_row_moves_under_a_parent_that_was_saved_after_it_was_set(count: int) -> None:
    """A catalogue's file brings the new parent and the rows that go to it; the parents are written first."""
    year = make_year()
    old = make_program(year)
    rows = [
        Action(fiscal_year=year, program=old, code=f"PRE-01-{at:02d}", text="x", unit="u") for at in range(1, count + 1)
    ]
    bulk.insert(Action, rows)
    new = Program(
        fiscal_year=year, department=old.department, strategy=old.strategy, code="PRE-99", name="Otro", previous=None
    )
    for row in rows:
        row.program = new
    bulk.insert(Program, [new])
    bulk.change(Action, rows, ("program",))
    assert Action.objects.filter(program=new).count() == count
    assert {row.program_id for row in rows} == {new.pk}
