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
from programs.models import Action, Department
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
