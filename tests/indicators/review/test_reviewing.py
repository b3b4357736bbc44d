"""validate and return_for_changes: who may, which version, what becomes official."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators import services
from indicators.models import Measurement, Observation, State
from indicators.services import NotAllowed, ReviewOutcome, ServiceError
from tests.factories import NOW, make_department, make_indicator, make_measurement, make_program, make_user
from tests.indicators.town import Town, acts, make_town
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


@pytest.fixture
@shared
def town() -> Town:
    town = make_town()
    for indicator in town.indicators:
        make_measurement(indicator, 9, 3, 4, State.SUBMITTED, by=town.people["liaison"], submitted_at=NOW)
    return town


def seen(*rows: Measurement) -> dict[int, int]:
    return {row.pk: row.version for row in rows}


def validate(town: Town, *rows: Measurement, role: str = "director") -> ReviewOutcome:
    return services.validate(access=town.access(role), seen=seen(*rows), now=LATER)


def give_back(town: Town, *rows: Measurement, role: str = "director", observation: str = "Falta") -> ReviewOutcome:
    return services.return_for_changes(access=town.access(role), seen=seen(*rows), observation=observation, now=LATER)


def reasons(outcome: ReviewOutcome) -> list[str]:
    return [refusal.reason for refusal in outcome.refused]


@pytest.mark.parametrize("role", ["director", "planning"])
def test_a_validated_pair_becomes_official(town, role):
    outcome = validate(town, town.row(), town.row(1), role=role)
    assert len(outcome.done) == 2 and not outcome.refused
    row = town.row()
    assert (row.state, row.validated_numerator, row.validated_denominator) == (State.VALIDATED, 3, 4)
    assert (row.validated_by, row.validated_at, row.version) == (town.people[role], LATER, 2)
    assert not row.changed_by.exists()


def test_the_trail_says_who_validated_in_which_capacity(town):
    town.substitute("suplente", "director", "director")
    validate(town, town.row(), role="suplente")
    entry = acts(town.row())[-1]
    assert (entry.action, entry.capacity) == ("validar", "Director (titular) en suplencia de director")
    assert entry.changes["state"] == ["submitted", "validated"]
    assert entry.changes["validated_numerator"] == [None, "3.0000"]
    assert entry.scope_id == town.department.pk


def test_a_returned_figure_keeps_the_observation_and_what_it_was_about(town):
    give_back(town, town.row(), observation="  Adjunte la lista  ")
    row, note = town.row(), Observation.objects.get()
    assert (row.state, row.returned_at, row.version) == (State.RETURNED, LATER, 2)
    assert (note.text, note.author, note.numerator, note.denominator) == (
        "Adjunte la lista",
        town.people["director"],
        3,
        4,
    )
    entry = acts(row)[-1]
    assert (entry.action, entry.reason) == ("devolver", "Adjunte la lista")


def test_returning_needs_an_observation(town):
    with pytest.raises(ServiceError, match="Escriba qué hay que corregir"):
        give_back(town, town.row(), observation="  ")
    assert town.row().state == State.SUBMITTED


@pytest.mark.parametrize("act", [validate, give_back])
def test_nobody_reviews_a_pair_that_they_changed(town, act):
    town.row().changed_by.add(town.people["director"])
    outcome = act(town, town.row(), town.row(1))
    assert [row.indicator for row in outcome.done] == [town.indicators[1]]
    assert reasons(outcome) == ["usted cambió esta cifra; la revisa otra persona"]
    assert town.row().state == State.SUBMITTED


def test_who_changed_a_pair_before_it_was_returned_may_review_the_next_one(town):
    town.row().changed_by.add(town.people["director"])
    give_back(town, town.row(), role="planning")
    town.save(town.pair(2, 4, version=2), now=LATER)
    town.submit(now=LATER)
    town.commit()
    assert len(validate(town, town.row()).done) == 1


@pytest.mark.parametrize("act", [validate, give_back])
def test_a_figure_that_changed_since_it_was_seen_is_refused(town, act):
    stale = town.row()
    Measurement.objects.filter(pk=stale.pk).update(version=7)
    assert reasons(act(town, stale)) == ["cambió mientras usted la revisaba; véala de nuevo"]


@pytest.mark.parametrize("state", [State.DRAFT, State.RETURNED, State.VALIDATED])
def test_what_does_not_wait_is_refused(town, state):
    row = make_measurement(town.indicators[0], 8, 3, 4, state)
    assert reasons(validate(town, row)) == ["ya no espera revisión"]


def test_another_departments_figure_is_neither_validated_nor_named(town):
    other = make_indicator(make_program(town.year, "OBR-01", department=make_department("OBR", "Obras")))
    row = make_measurement(other, 9, 3, 4, State.SUBMITTED)
    outcome = validate(town, row)
    assert not outcome.done and not outcome.refused
    row.refresh_from_db()
    assert row.state == State.SUBMITTED


@pytest.mark.parametrize("role", ["liaison", "reader", "comptroller"])
@pytest.mark.parametrize("act", [validate, give_back])
def test_who_may_not_validate_is_refused(town, role, act):
    with pytest.raises(NotAllowed):
        act(town, town.row(), role=role)
    assert town.row().state == State.SUBMITTED


def test_a_locked_year_is_not_reviewed(town):
    town.year.locked = True
    town.year.save()
    assert reasons(validate(town, town.row())) == ["el ejercicio está cerrado"]


def test_a_correction_is_validated_by_somebody_else_and_replaces_the_official_pair(town):
    validate(town, town.row())
    town.save(town.pair(2, 4, version=2, reason="Oficio 3"), role="planning", now=LATER)
    town.commit()
    make_user("otra", "planning")
    assert reasons(validate(town, town.row(), role="planning")) == ["usted cambió esta cifra; la revisa otra persona"]
    validate(town, town.row())
    row = town.row()
    assert (row.state, row.validated_numerator) == (State.VALIDATED, 2)
    assert acts(row)[-1].changes["validated_numerator"] == ["3.0000", "2.0000"]


def test_a_returned_correction_leaves_the_validated_pair_official(town):
    validate(town, town.row())
    town.save(town.pair(2, 4, version=2, reason="Oficio 3"), role="planning", now=LATER)
    give_back(town, town.row())
    row = town.row()
    assert (row.state, row.numerator, row.validated_numerator) == (State.RETURNED, 2, 3)


def test_reviewing_many_costs_the_same_queries_as_reviewing_few():
    town = make_town(indicators=40)
    for indicator in town.indicators:
        for month in (8, 9):
            make_measurement(indicator, month, 3, 4, State.SUBMITTED, submitted_at=NOW)
    counts = []
    for month, size in ((8, 21), (9, 40)):  # from 20 rows on PostgreSQL writes the trail by COPY
        rows = [town.row(i, month) for i in range(size)]
        access = town.access("director")
        with CaptureQueriesContext(connection) as captured:
            outcome = services.validate(access=access, seen=seen(*rows), now=LATER)
        assert len(outcome.done) == size
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 22
