"""A department captures a month while planning brings in the year: only PostgreSQL lets two write at once."""

import pytest
from django.db import connection

from core.models import TrailEntry
from indicators import migrated
from indicators.models import Measurement, State
from indicators.workbook import HasErrors, Preview
from tests.factories import NOW, access_of
from tests.indicators.migrated.books import read, wide
from tests.indicators.test_concurrency import at_once
from tests.indicators.town import Town, make_town

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="concurrent writers are judged on PostgreSQL"),
]
MONTH = 9


@pytest.fixture
def town() -> Town:
    return make_town(4)


@pytest.mark.parametrize("attempt", range(5))
def test_of_a_capture_and_the_history_one_wins_and_the_other_is_told(town: Town, attempt: int) -> None:
    blank = [None, None] * (MONTH - 1)
    found = read(wide(*[[indicator.code, *blank, 3, 4] for indicator in town.indicators]))
    planning = access_of(town.people["planning"])
    saved, brought = at_once(
        lambda: town.save(*(town.pair(1, 9, number) for number in range(4))),
        lambda: migrated.apply(access=planning, read=found, now=NOW),
    )
    rows = list(Measurement.objects.filter(month=MONTH))
    assert len(rows) == 4
    if isinstance(brought, Preview):
        assert {(row.state, row.numerator) for row in rows} == {(State.VALIDATED, 3)}
        assert not getattr(saved, "saved", ())
    else:
        assert isinstance(brought, HasErrors), brought
        assert {(row.state, row.numerator, row.validated_numerator) for row in rows} == {(State.DRAFT, 1, None)}
        assert all("Ya hay una cifra capturada (1 / 9" in error.message for error in brought.preview.errors)
    assert TrailEntry.objects.filter(subject_type="indicators.measurement").count() == 4


def test_two_who_bring_the_same_year_write_it_once(town: Town) -> None:
    found = read(wide(*[[indicator.code, 3, 4] for indicator in town.indicators]))
    planning = access_of(town.people["planning"])
    both = at_once(*[lambda: migrated.apply(access=planning, read=found, now=NOW)] * 2)
    assert sorted(len(outcome.changes) for outcome in both) == [0, 4]
    assert Measurement.objects.filter(month=1, state=State.VALIDATED).count() == 4
