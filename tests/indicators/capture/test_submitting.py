"""submit_month: what is ready goes to review, what lacks something says what."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators import services
from indicators.models import Observation, State
from indicators.services import MonthNotOpen, NotAllowed, NotReady
from tests.factories import NOW, make_indicator, make_measurement
from tests.indicators.town import Town, acts, make_town
from tests.support.shared import shared

pytestmark = pytest.mark.django_db


@pytest.fixture
@shared
def town() -> Town:
    return make_town()


def problems(error: pytest.ExceptionInfo[NotReady], town: Town) -> dict[str, list[str]]:
    codes = {row.pk: row.code for row in town.indicators}
    return {codes[pk]: [problem.field for problem in found] for pk, found in error.value.problems.items()}


def close(town: Town, on: date = date(2016, 10, 3)) -> None:
    period = town.period()
    period.closed_on = on
    period.save()


def test_a_complete_month_is_submitted(town):
    town.save(town.pair(3, 4), town.pair(0, 0, 1, no_activity="no_demand"))
    assert len(town.submit()) == 2
    row = town.row()
    assert (row.state, row.submitted_at, row.late, row.version) == (State.SUBMITTED, NOW, False, 2)
    entry = acts(row)[-1]
    assert (entry.action, entry.changes, entry.capacity) == ("enviar", {"state": ["draft", "submitted"]}, "Enlace")


@pytest.mark.parametrize(
    ("pair", "field"),
    [
        ({"n": None, "d": None}, "numerator"),
        ({"n": None, "d": 4}, "numerator"),
        ({"n": 4, "d": None}, "denominator"),
        ({"n": 0, "d": 0}, "no_activity"),
        ({"n": 5, "d": 4}, "justification"),
        ({"n": 5, "d": 0}, "justification"),
    ],
)
def test_what_is_missing_is_told_field_by_field_and_nothing_is_submitted(town, pair, field):
    town.save(town.pair(3, 4), town.pair(pair["n"], pair["d"], 1))
    with pytest.raises(NotReady) as error:
        town.submit()
    assert problems(error, town) == {"PRE-01-02": [field]}
    assert town.row().state == State.DRAFT
    assert bool(error.value.pending) is (pair["n"] is None and pair["d"] is None)


@pytest.mark.parametrize("pair", [(3, None), (None, 4), (0, 0), (5, 4)])
def test_what_lacks_something_is_left_as_it_is_and_never_sent(town, pair):
    town.save(town.pair(*pair, 1))
    with pytest.raises(NotReady):
        town.submit(allow_missing=True)
    town.save(town.pair(3, 4))
    with pytest.raises(NotReady):
        town.submit()
    assert [row.pk for row in town.submit(allow_missing=True)] == [town.row().pk]
    left = town.row(1)
    assert (left.state, left.version, left.updated_at) == (State.DRAFT, 1, NOW)
    assert [entry.action for entry in acts(left)] == [acts(left)[0].action]


def test_submitting_twice_is_harmless(town):
    town.save(town.pair(3, 4), town.pair(3, 4, 1))
    town.submit()
    assert town.submit(now=NOW + timedelta(hours=1)) == []
    assert town.row().version == 2 and town.row().submitted_at == NOW


def test_only_due_indicators_are_asked_for(town):
    make_indicator(town.program, frequency=12)
    town.save(town.pair(3, 4), town.pair(3, 4, 1))
    assert len(town.submit()) == 2


@pytest.mark.parametrize(("day", "late"), [(7, False), (8, True)])
def test_a_first_submission_after_the_due_date_is_late(town, day, late):
    """September 2016 is due on Friday 7 October, in the municipality's own time."""
    now = datetime(2016, 10, day, 6, 0, tzinfo=UTC) if late else datetime(2016, 10, 8, 4, 59, tzinfo=UTC)
    town.save(town.pair(3, 4), town.pair(3, 4, 1))
    assert [row.late for row in town.submit(now=now)] == [late, late]


def test_sending_again_what_was_returned_in_time_does_not_make_it_late(town):
    town.save(town.pair(3, 4), town.pair(3, 4, 1))
    town.submit()
    services.return_for_changes(
        access=town.access("director"), seen={town.row().pk: 2}, observation="Son 2", now=NOW + timedelta(hours=1)
    )
    town.save(town.pair(2, 4, version=3), now=NOW + timedelta(days=10))
    (row,) = town.submit(now=NOW + timedelta(days=10))
    assert row.late is False and row.state == State.SUBMITTED
    assert Observation.objects.get().resolved_at == NOW + timedelta(days=10)


def test_a_returned_figure_that_nobody_touched_is_not_sent_again(town):
    town.save(town.pair(3, 4), town.pair(3, 4, 1))
    town.submit()
    later = NOW + timedelta(hours=1)
    services.return_for_changes(access=town.access("director"), seen={town.row().pk: 2}, observation="Son 2", now=later)
    with pytest.raises(NotReady) as error:
        town.submit(now=later + timedelta(hours=1))
    assert problems(error, town) == {"PRE-01-01": ["numerator"]} and error.value.pending == set(error.value.problems)
    assert town.submit(now=later + timedelta(hours=1), allow_missing=True) == []
    explained = town.pair(3, 4, version=3, justification="La lista confirma 3")
    town.save(explained, now=later + timedelta(hours=2))
    assert len(town.submit(now=later + timedelta(hours=2))) == 1


def test_a_closed_month_sends_only_what_may_still_be_corrected(town):
    make_measurement(town.indicators[0], 9, 3, 4, State.RETURNED, returned_at=NOW, submitted_at=NOW)
    town.save(town.pair(2, 4, version=1), now=NOW + timedelta(hours=1))
    close(town)
    (row,) = town.submit(now=NOW + timedelta(days=1))
    assert row.indicator_id == town.indicators[0].pk


def test_a_closed_month_says_so(town):
    town.save(town.pair(3, 4), town.pair(3, 4, 1))
    close(town)
    with pytest.raises(MonthNotOpen, match="prórroga"):
        town.submit()
    assert town.row().state == State.DRAFT


def test_a_locked_year_submits_nothing(town):
    town.save(town.pair(3, 4), town.pair(3, 4, 1))
    town.year.locked = True
    town.year.save()
    with pytest.raises(MonthNotOpen):
        town.submit(role="planning")


@pytest.mark.parametrize("role", ["reader", "comptroller"])
def test_who_may_not_capture_submits_nothing(town, role):
    town.save(town.pair(3, 4), town.pair(3, 4, 1))
    with pytest.raises(NotAllowed):
        town.submit(role=role)


def test_a_liaison_of_another_department_submits_nothing(town):
    from tests.factories import make_department, make_user

    town.people["other"] = make_user("other", "liaison", make_department("OBR", "Obras"))
    with pytest.raises(NotAllowed):
        town.submit(role="other")


def test_submitting_many_rows_costs_the_same_queries_as_submitting_few():
    town, counts = make_town(indicators=40), []
    for size, month in ((21, 8), (40, 9)):  # from 20 rows on PostgreSQL writes the trail by COPY
        town.save(*[town.pair(1, 2, i) for i in range(size)], month=month)
        access, period = town.access("liaison"), town.period(month)
        with CaptureQueriesContext(connection) as captured:
            sent = services.submit_month(
                access=access, period=period, department_id=town.department.pk, now=NOW, allow_missing=True
            )
        assert len(sent) == size
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 25
