"""Folios under concurrency: only PostgreSQL lets two people issue papers at once."""

import pytest
from django.db import connection

from core.models import TrailEntry
from indicators import services
from indicators.models import Receipt, State
from tests.factories import NOW, make_department, make_indicator, make_measurement, make_program
from tests.indicators.test_concurrency import at_once
from tests.indicators.town import make_town

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="concurrent writers are judged on PostgreSQL"),
]


def test_eight_departments_that_submit_at_once_have_eight_folios_in_a_row():
    town = make_town(1)
    departments = [make_department(f"D{letter}A", f"Dependencia {letter}") for letter in "ABCDEFGH"]
    access, period = town.access("planning"), town.period()
    for department in departments:
        indicator = make_indicator(make_program(town.year, f"{department.prefix}-01", department=department))
        make_measurement(indicator, 9, 3, 4, State.DRAFT)
    sent = at_once(
        *(
            lambda pk=department.pk: services.submit_month(access=access, period=period, department_id=pk, now=NOW)
            for department in departments
        )
    )
    assert [len(rows) for rows in sent] == [1] * 8
    numbers = sorted(int(folio.rsplit("-", 1)[1]) for folio in Receipt.objects.values_list("folio", flat=True))
    assert numbers == list(range(1, 9))


@pytest.mark.parametrize("attempt", range(3))
def test_submitting_the_same_month_twice_at_once_gives_one_acuse(attempt):
    town = make_town(4)
    town.save(*(town.pair(3, 4, number) for number in range(4)))
    sent = at_once(*([lambda: town.submit()] * 3))
    assert sorted(len(rows) for rows in sent) == [0, 0, 4]
    assert Receipt.objects.count() == 1 and TrailEntry.objects.filter(action="expedir acuse").count() == 1


@pytest.mark.parametrize("attempt", range(3))
def test_two_corrections_validated_at_once_leave_one_constancia_in_effect(attempt):
    town = make_town(3)
    rows = [make_measurement(indicator, 9, 3, 4, State.SUBMITTED) for indicator in town.indicators]
    services.validate(access=town.access("director"), seen={row.pk: 1 for row in rows}, now=NOW)
    town.save(*(town.pair(4, 4, n, version=2, reason="Oficio 3") for n in (0, 1)), role="planning")
    at_once(
        *(
            lambda pk=row.pk: services.validate(access=town.access("director"), seen={pk: 3}, now=NOW)
            for row in rows[:2]
        )
    )
    (standing,) = Receipt.objects.filter(void_at__isnull=True)
    figures = {row["code"]: row["numerator"] for program in standing.figures["programs"] for row in program["rows"]}
    assert figures == {"PRE-01-01": "4", "PRE-01-02": "4", "PRE-01-03": "3"}
    assert Receipt.objects.filter(kind="constancia").count() == 3
