"""Extensions and days off: who grants them, what they open, how lateness and validation are judged."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from core.models import TrailEntry
from indicators import services
from indicators.calendar.extensions import (
    add_days_off,
    changes_if_added,
    end_extension,
    grant_extension,
    remove_days_off,
)
from indicators.models import DayOff, Extension, Period, State
from indicators.services import MonthNotOpen, NotAllowed, ServiceError
from tests.factories import NOW, make_department, make_measurement
from tests.indicators.town import Town, acts, make_town
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
OTHERS = ["liaison", "director", "reader", "comptroller"]
CLOSED = date(2016, 10, 10)


def at(day: int, month: int = 10, hour: int = 18) -> datetime:
    """Early afternoon in Durango."""
    return datetime(2016, month, day, hour, tzinfo=UTC)


@pytest.fixture
@shared
def town() -> Town:
    town = make_town(2)
    Period.objects.filter(fiscal_year=town.year, month=9).update(closed_on=CLOSED)
    return town


def grant(town: Town, role: str = "planning", **changes: Any) -> Extension:
    values = {
        "department": town.department, "until": date(2016, 10, 20), "reason": "Se inundó el archivo",
        "instrument": "Oficio PM/118/2016", "now": at(11), **changes,
    }  # fmt: skip
    return grant_extension(access=town.access(role), period=town.period(), **values)


def lock(town: Town) -> None:
    town.year.locked = True
    town.year.save()


# --- Granting and ending ---------------------------------------------------------------------------------------


def test_planning_grants_an_extension_and_the_trail_says_until_when_and_why(town):
    made = grant(town)
    entry = TrailEntry.objects.get(action="otorgar prórroga")
    assert (entry.actor, entry.capacity, entry.reason) == (town.people["planning"], "Planeación", made.reason)
    assert entry.changes["until"] == [None, "2016-10-20"] and entry.changes["instrument"][1] == "Oficio PM/118/2016"
    assert entry.scope_id == town.department.pk


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_touches_extensions_or_days_off(town, role):
    made = grant(town)
    with pytest.raises(NotAllowed):
        grant(town, role, until=date(2016, 10, 25))
    with pytest.raises(NotAllowed):
        end_extension(access=town.access(role), extension=made, reason="No", now=at(12))
    with pytest.raises(NotAllowed):
        add_off(town, role)
    day = DayOff.objects.create(starts_on=date(2016, 11, 2), ends_on=date(2016, 11, 2), name="Muertos")
    with pytest.raises(NotAllowed):
        remove_days_off(access=town.access(role), day_off=day, now=NOW)
    assert Extension.objects.get().ended_at is None and DayOff.objects.count() == 1


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"until": date(2016, 10, 10)}, "ya pasó"),
        ({"until": date(2026, 10, 20)}, "más de un año"),
        ({"reason": "   "}, "motivo"),
        ({"instrument": ""}, "oficio"),
    ],
)
def test_what_an_extension_cannot_be(town, changes, sentence):
    with pytest.raises(ServiceError, match=sentence):
        grant(town, **changes)
    assert not Extension.objects.exists()


def test_today_is_a_date_that_has_not_passed(town):
    assert grant(town, until=date(2016, 10, 11)).until == date(2016, 10, 11)


def test_an_instrument_of_300_letters_is_refused(town):
    with pytest.raises(ValidationError):
        grant(town, instrument="x" * 300)
    assert grant(town, reason="y" * 300).reason == "y" * 300


def test_an_open_month_is_extended_beyond_its_due_date_only(town):
    Period.objects.filter(month=9).update(closed_on=None)
    with pytest.raises(ServiceError, match="vence para todos el 07/10/2016"):
        grant(town, until=date(2016, 10, 7), now=NOW)
    assert grant(town, until=date(2016, 10, 8), now=NOW)


def test_a_shorter_or_equal_one_beside_a_running_one_is_refused(town):
    grant(town)
    for until in (date(2016, 10, 20), date(2016, 10, 15)):
        with pytest.raises(ServiceError, match="ya tiene prórroga de septiembre hasta el 20/10/2016"):
            grant(town, until=until)
    assert grant(town, until=date(2016, 10, 21))


def test_a_locked_year_grants_and_ends_nothing(town):
    made = grant(town)
    lock(town)
    with pytest.raises(MonthNotOpen):
        grant(town, until=date(2016, 10, 25))
    with pytest.raises(MonthNotOpen):
        end_extension(access=town.access("planning"), extension=made, reason="No", now=at(12))


def test_an_extension_is_ended_once_with_a_reason(town):
    made = grant(town)
    planning = town.access("planning")
    with pytest.raises(ServiceError, match="por qué"):
        end_extension(access=planning, extension=made, reason=" ", now=at(12))
    end_extension(access=planning, extension=made, reason="Ya entregó", now=at(12))
    entry = TrailEntry.objects.get(action="terminar prórroga")
    assert entry.reason == "Ya entregó" and entry.changes["ended_at"][0] is None
    with pytest.raises(ServiceError, match="ya había terminado"):
        end_extension(access=planning, extension=made, reason="Otra vez", now=at(12))
    with pytest.raises(MonthNotOpen):
        town.save(town.pair(1, 4), now=at(12))
    assert grant(town, now=at(12)), "the same date may be granted again"


# --- What it opens ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("day, opens", [(11, True), (20, True), (21, False)])
def test_its_last_day_counts_and_the_next_does_not(town, day, opens):
    grant(town)
    if opens:
        town.save(town.pair(1, 4), town.pair(2, 4, 1), now=at(day))
        assert len(town.submit(now=at(day))) == 2
    else:
        with pytest.raises(MonthNotOpen, match="pida una prórroga a Planeación"):
            town.save(town.pair(1, 4), now=at(day))


def test_the_last_day_ends_at_midnight_in_durango(town):
    grant(town)
    town.save(town.pair(1, 4), now=datetime(2016, 10, 21, 4, 59, tzinfo=UTC))  # 23:59 of the 20th
    with pytest.raises(MonthNotOpen):
        town.save(town.pair(2, 4, 1), now=datetime(2016, 10, 21, 5, 1, tzinfo=UTC))


def test_it_opens_that_month_of_that_department_only(town):
    other = make_department("SIN", "Sindicatura")
    grant(town, department=other)
    with pytest.raises(MonthNotOpen):
        town.save(town.pair(1, 4), now=at(12))
    grant(town)
    Period.objects.filter(month=8).update(closed_on=CLOSED)
    with pytest.raises(MonthNotOpen):
        town.save(town.pair(1, 4), month=8, now=at(12))


def test_a_closed_month_names_whom_to_ask(town):
    with pytest.raises(MonthNotOpen, match=r"Planeación \(planning, planning@durango.example\)"):
        town.save(town.pair(1, 4), now=at(12))


def test_without_planners_it_still_says_the_office(town):
    town.people["planning"].is_active = False
    town.people["planning"].save()
    with pytest.raises(MonthNotOpen, match=r"a Planeación\."):
        town.save(town.pair(1, 4), now=at(12))


@pytest.mark.parametrize(
    "until, day, late",
    [(None, 7, False), (None, 8, True), (date(2016, 10, 20), 20, False), (date(2016, 10, 20), 21, True)],
)
def test_lateness_is_judged_against_the_extension(town, until, day, late):
    Period.objects.filter(month=9).update(closed_on=None)
    if until:
        grant(town, until=until, now=NOW)
    town.save(town.pair(1, 4), now=at(day))
    town.submit(now=at(day), allow_missing=True)
    assert town.row().late is late


def test_an_extension_that_was_ended_does_not_excuse_lateness(town):
    Period.objects.filter(month=9).update(closed_on=None)
    made = grant(town, now=NOW)
    end_extension(access=town.access("planning"), extension=made, reason="Error", now=NOW)
    town.save(town.pair(1, 4), now=at(12))
    town.submit(now=at(12), allow_missing=True)
    assert town.row().late


def test_saving_costs_the_same_queries_for_few_rows_and_many(django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    town = make_town(30)
    Period.objects.filter(month__in=(8, 9)).update(closed_on=CLOSED)
    for month in (8, 9):
        grant_extension(
            access=town.access("planning"),
            period=town.period(month),
            department=town.department,
            until=date(2016, 10, 20),
            reason="x",
            instrument="y",
            now=at(11),
        )
    counts = []
    for month, size in ((8, 21), (9, 30)):  # from 20 rows on PostgreSQL writes new rows by COPY
        access, period = town.access("liaison"), town.period(month)
        with CaptureQueriesContext(connection) as captured:
            services.save_pairs(
                access=access, period=period, pairs=[town.pair(1, 4, n) for n in range(size)], now=at(12)
            )
        counts.append(len(captured))
    assert counts[0] == counts[1]


# --- Correcting ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("day, may", [(17, True), (18, False)])
def test_a_returned_figure_is_corrected_for_five_working_days_after_the_close(town, day, may):
    make_measurement(town.indicators[0], 9, 3, 4, State.RETURNED, returned_at=at(10))
    typed = town.pair(2, 4, version=1)
    if may:
        assert town.save(typed, now=at(day)).saved
    else:
        with pytest.raises(MonthNotOpen, match="plazo para corregir esta cifra terminó el 17/10/2016"):
            town.save(typed, now=at(day))


def test_own_days_off_lengthen_the_time_to_correct(town):
    DayOff.objects.create(starts_on=date(2016, 10, 12), ends_on=date(2016, 10, 13), name="Aniversario")
    make_measurement(town.indicators[0], 9, 3, 4, State.RETURNED, returned_at=at(10))
    assert town.save(town.pair(2, 4, version=1), now=at(19)).saved


# --- Validation after its date ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "role, day, capacity",
    [
        ("planning", 12, "Planeación"),
        ("planning", 13, "Planeación por vencimiento"),
        ("director", 13, "Director (titular)"),
    ],
)
def test_after_its_date_planning_validates_in_the_directors_stead(town, role, day, capacity):
    row = make_measurement(town.indicators[0], 9, 3, 4, State.SUBMITTED, submitted_at=at(5))
    services.validate(access=town.access(role), seen={row.pk: 1}, now=at(day))
    assert acts(row)[-1].capacity == capacity


def test_returning_is_nobodys_stead(town):
    row = make_measurement(town.indicators[0], 9, 3, 4, State.SUBMITTED, submitted_at=at(5))
    services.return_for_changes(access=town.access("planning"), seen={row.pk: 1}, observation="Revise", now=at(20))
    assert acts(row)[-1].capacity == "Planeación"


def test_days_off_and_a_late_submission_move_the_validation_date(town):
    DayOff.objects.create(starts_on=date(2016, 10, 12), ends_on=date(2016, 10, 12), name="Descanso")
    first = make_measurement(town.indicators[0], 9, 3, 4, State.SUBMITTED, submitted_at=at(5))
    late = make_measurement(town.indicators[1], 9, 3, 4, State.SUBMITTED, submitted_at=at(12))
    services.validate(access=town.access("planning"), seen={first.pk: 1, late.pk: 1}, now=at(13))
    assert acts(first)[-1].capacity == acts(late)[-1].capacity == "Planeación"


# --- Days off --------------------------------------------------------------------------------------------------


def add_off(town: Town, role: str = "planning", **changes: Any) -> Any:
    values = {
        "starts_on": date(2016, 10, 5), "ends_on": date(2016, 10, 5), "name": "Aniversario de la ciudad", "now": NOW,
        **changes,
    }  # fmt: skip
    return add_days_off(access=town.access(role), **values)


def test_days_off_move_the_due_dates_that_have_not_come(town):
    preview = changes_if_added(starts_on=date(2016, 10, 5), ends_on=date(2016, 10, 5), on=date(2016, 10, 3))
    assert [(found.period.month, found.old, found.new) for found in preview] == [
        (9, date(2016, 10, 7), date(2016, 10, 10))
    ]
    assert town.period(9).due_on == date(2016, 10, 7), "a preview writes nothing"
    row, changes = add_off(town)
    assert town.period(9).due_on == date(2016, 10, 10) and len(changes) == 1
    entry = TrailEntry.objects.get(action="recalcular vencimiento")
    assert entry.changes == {"due_on": ["2016-10-07", "2016-10-10"]} and "Aniversario" in entry.reason
    assert TrailEntry.objects.get(action="agregar días inhábiles").subject_id == row.pk


def test_a_date_that_was_set_by_hand_stays(town):
    Period.objects.filter(month=9).update(due_on=date(2016, 10, 11))
    _, changes = add_off(town)
    assert not changes and town.period(9).due_on == date(2016, 10, 11)


def test_a_date_that_has_passed_stays(town):
    _, changes = add_off(town, now=at(10))
    assert not changes and town.period(9).due_on == date(2016, 10, 7)


def test_a_locked_year_keeps_its_dates(town):
    lock(town)
    _, changes = add_off(town)
    assert not changes


def test_taking_days_off_away_moves_the_dates_back_but_never_into_the_past(town):
    row, _ = add_off(town)
    key = row.pk
    assert len(remove_days_off(access=town.access("planning"), day_off=row, now=NOW)) == 1
    assert town.period(9).due_on == date(2016, 10, 7)
    assert TrailEntry.objects.get(action="quitar días inhábiles").subject_id == key
    row, _ = add_off(town)
    assert not remove_days_off(access=town.access("planning"), day_off=row, now=at(8))
    assert town.period(9).due_on == date(2016, 10, 10)


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"ends_on": date(2016, 10, 4)}, "no puede ser anterior"),
        ({"ends_on": date(2017, 10, 4)}, "60 días"),
        ({"name": "  "}, "por qué"),
    ],
)
def test_what_days_off_cannot_be(town, changes, sentence):
    with pytest.raises(ServiceError, match=sentence):
        add_off(town, **changes)
    assert not DayOff.objects.exists()


def test_days_off_do_not_overlap_and_their_name_fits(town):
    add_off(town, starts_on=date(2016, 10, 3), ends_on=date(2016, 10, 6))
    with pytest.raises(ServiceError, match="se enciman con «Aniversario"):
        add_off(town)
    with pytest.raises(ValidationError):
        add_off(town, starts_on=date(2016, 12, 20), ends_on=date(2016, 12, 30), name="x" * 300)


def test_a_new_year_counts_with_the_days_off(town):
    from tests.factories import make_year

    DayOff.objects.create(starts_on=date(2017, 2, 7), ends_on=date(2017, 2, 7), name="Descanso")
    year = make_year(2017)
    assert year.periods.get(month=1).due_on == date(2017, 2, 9)
