"""save_pairs: drafts, versions, corrections, months, the trail."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators.models import Measurement, Origin, State
from indicators.services import MonthNotOpen, NotAllowed, NotDue
from tests.factories import NOW, make_department, make_indicator, make_measurement, make_program, make_user
from tests.indicators.town import Town, acts, make_town
from tests.support.shared import shared

pytestmark = pytest.mark.django_db


@pytest.fixture
@shared
def town() -> Town:
    return make_town()


def close(town: Town, month: int = 9, on: date = date(2016, 10, 10)) -> None:
    period = town.period(month)
    period.closed_on = on
    period.save()


def test_a_first_pair_becomes_a_draft(town):
    outcome = town.save(town.pair(3, 4), town.pair("0.5", None, 1))
    assert len(outcome.saved) == 2
    row = town.row()
    assert (row.state, row.numerator, row.denominator, row.version) == (State.DRAFT, 3, 4, 1)
    assert row.updated_by == town.people["liaison"] and row.origin == Origin.SCREEN
    assert list(row.changed_by.all()) == [town.people["liaison"]]
    assert town.row(1).denominator is None


def test_blank_rows_and_rows_that_say_the_same_write_nothing(town):
    town.save(town.pair(3, 4))
    outcome = town.save(town.pair(3, 4, version=1), town.pair(None, None, 1))
    assert outcome.unchanged == 2 and not outcome.saved
    assert town.row().version == 1 and len(acts(town.row())) == 1


def test_a_double_save_with_the_old_version_is_harmless(town):
    town.save(town.pair(3, 4))
    assert town.save(town.pair(3, 4)).unchanged == 1


def test_a_stale_row_is_reported_and_the_others_are_saved(town):
    town.save(town.pair(3, 4))
    outcome = town.save(town.pair(2, 4, version=0), town.pair(1, 1, 1))
    assert [clash.current.numerator for clash in outcome.conflicts] == [3]
    assert [clash.typed.numerator for clash in outcome.conflicts] == [2]
    assert [row.indicator for row in outcome.saved] == [town.indicators[1]]
    assert town.row().numerator == 3


def test_the_trail_says_who_when_from_what_to_what(town):
    town.save(town.pair(3, 4))
    town.save(town.pair(2, 4, version=1, justification="  se contó dos veces  "), now=NOW + timedelta(hours=1))
    first, second = acts(town.row())
    assert (first.action, first.actor, first.capacity) == ("guardar", town.people["liaison"], "Enlace")
    assert first.changes["numerator"] == [None, "3.0000"]
    assert second.changes == {"numerator": ["3.0000", "2.0000"], "justification": ["", "se contó dos veces"]}
    assert second.at == NOW + timedelta(hours=1)
    assert second.scope_id == town.department.pk and "PRE-01-01 septiembre 2016" in second.subject_label


def test_a_substitute_acts_in_somebody_elses_stead(town):
    town.substitute("suplente", "liaison", "liaison")
    town.save(town.pair(3, 4), role="suplente")
    assert acts(town.row())[0].capacity == "Enlace en suplencia de liaison"


@pytest.mark.parametrize("role", ["reader", "comptroller"])
def test_who_may_not_capture_writes_nothing(town, role):
    with pytest.raises(NotAllowed):
        town.save(town.pair(3, 4), role=role)
    assert not Measurement.objects.exists()


def test_another_departments_indicator_refuses_the_whole_call(town):
    other = make_indicator(make_program(town.year, "OBR-01"))
    town.indicators.append(other)
    with pytest.raises(NotAllowed):
        town.save(town.pair(3, 4), town.pair(3, 4, 2))
    assert not Measurement.objects.exists()


def test_an_indicator_of_another_year_is_refused(town):
    from tests.factories import make_year

    town.indicators.append(make_indicator(make_program(make_year(2015), "PRE-01")))
    with pytest.raises(NotAllowed):
        town.save(town.pair(3, 4, 2))


def test_an_indicator_that_is_not_due_is_refused(town):
    town.indicators.append(make_indicator(town.program, frequency=12))
    with pytest.raises(NotDue, match="no corresponde a septiembre: se captura de forma anual"):
        town.save(town.pair(3, 4, 2))


def test_a_closed_month_says_why_and_whom_to_ask(town):
    close(town)
    with pytest.raises(MonthNotOpen, match=r"se cerró el 10/10/2016.*prórroga a Planeación"):
        town.save(town.pair(3, 4))
    assert town.save(town.pair(3, 4), role="planning").saved


def test_a_month_closed_after_the_page_was_read_is_closed(town):
    period = town.period()
    close(town)
    from indicators import services

    with pytest.raises(MonthNotOpen):
        services.save_pairs(access=town.access("liaison"), period=period, pairs=[town.pair(3, 4)], now=NOW)


def test_a_month_that_has_not_opened_says_when(town):
    with pytest.raises(MonthNotOpen, match="abre el 01/12/2016"):
        town.save(town.pair(3, 4), month=12)


def test_a_locked_year_takes_nothing_even_from_planning(town):
    town.year.locked = True
    town.year.save()
    with pytest.raises(MonthNotOpen, match="El ejercicio 2016 está cerrado"):
        town.save(town.pair(3, 4), role="planning")


@pytest.mark.parametrize(("days", "accepted"), [(7, True), (8, False)])
def test_a_returned_figure_is_corrected_for_five_working_days_after_closing(town, days, accepted):
    """Returned on Monday 3 October 2016: the fifth working day after it is Monday 10."""
    make_measurement(town.indicators[0], 9, 3, 4, State.RETURNED, returned_at=NOW)
    close(town, on=date(2016, 10, 3))
    corrected = town.pair(2, 4, version=1)
    if accepted:
        assert town.save(corrected, now=NOW + timedelta(days=days)).saved
    else:
        with pytest.raises(MonthNotOpen):
            town.save(corrected, now=NOW + timedelta(days=days))


@pytest.mark.parametrize("state", [State.SUBMITTED, State.VALIDATED])
@pytest.mark.parametrize("role", ["liaison", "director"])
def test_a_figure_that_was_sent_is_not_changed_by_its_department(town, state, role):
    make_measurement(town.indicators[0], 9, 3, 4, state)
    with pytest.raises(NotAllowed, match="ya fue enviada"):
        town.save(town.pair(2, 4, version=1), role=role)


def test_planning_corrects_a_validated_figure_with_a_reason_and_it_stays_official(town):
    make_measurement(town.indicators[0], 9, 3, 4)
    with pytest.raises(NotAllowed, match="motivo"):
        town.save(town.pair(2, 4, version=1), role="planning")
    town.save(town.pair(2, 4, version=1, reason="Lo pidió el enlace: oficio 3"), role="planning")
    row = town.row()
    assert (row.state, row.numerator, row.validated_numerator) == (State.SUBMITTED, 2, 3)
    assert row.submitted_at == NOW and row.is_correction
    entry = acts(row)[-1]
    assert (entry.action, entry.reason, entry.capacity) == ("corregir", "Lo pidió el enlace: oficio 3", "Planeación")
    assert entry.changes["state"] == ["validated", "submitted"]


@pytest.mark.parametrize(
    ("n", "d", "message"), [(5, 4, "supera"), (0, 0, "por qué no hubo"), (None, 4, "Falta el numerador")]
)
def test_a_correction_stays_complete(town, n, d, message):
    make_measurement(town.indicators[0], 9, 3, 4)
    with pytest.raises(NotAllowed, match=message):
        town.save(town.pair(n, d, version=1, reason="error"), role="planning")


@pytest.mark.parametrize(("n", "d"), [(3, 4), (0, 4), (0, None)])
@pytest.mark.parametrize("is_settled", [True, False])
def test_a_reason_of_no_activity_goes_with_0_of_0_alone(town, n, d, is_settled):
    make_measurement(town.indicators[0], 9, 3, 4, State.VALIDATED if is_settled else State.DRAFT)
    with pytest.raises(NotAllowed, match="es solo para 0/0"):
        town.save(town.pair(n, d, no_activity="no_demand", version=1, reason="Oficio 3"), role="planning")


def test_saving_many_rows_costs_the_same_queries_as_saving_few():
    # SQLite writes forty rows with an INSERT: a second one would be no query of the rows.
    total = 65 if connection.vendor == "postgresql" else 60
    town = make_town(indicators=total)
    make_user("captura")

    def queries(numbers: range, value: int) -> int:
        rows = {row.indicator_id: row.version for row in Measurement.objects.all()}
        pairs = [town.pair(value, 9, i, version=rows.get(town.indicators[i].pk, 0)) for i in numbers]
        access, period = town.access("liaison"), town.period()
        from indicators import services

        with CaptureQueriesContext(
            connection,
        ) as captured:
            outcome = services.save_pairs(access=access, period=period, pairs=pairs, now=NOW)
        assert len(outcome.saved) == len(numbers)
        return len(captured)

    # From 20 rows on PostgreSQL writes new rows by COPY.
    few, many = queries(range(21), 1), queries(range(21, total), 1)
    assert few == many <= 10
    assert queries(range(21), 2) == queries(range(total), 3) <= 12
    assert {row.numerator for row in Measurement.objects.all()} == {Decimal(3)}


def test_saving_twice_by_different_people_remembers_both(town):
    make_user("otra", "liaison", make_department())
    town.save(town.pair(3, 4))
    town.save(town.pair(2, 4, version=1), role="director")
    town.save(town.pair(1, 4, version=2))
    assert {str(user) for user in town.row().changed_by.all()} == {"liaison", "director"}
