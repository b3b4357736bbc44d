"""Two people at once, with real transactions: only PostgreSQL has them, SQLite lets one write at a time."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction

from core.models import TrailEntry
from indicators import services
from indicators.models import Measurement, State
from tests.factories import NOW, make_measurement
from tests.indicators.town import Town, acts, make_town

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="concurrent writers are judged on PostgreSQL"),
]
PATIENCE = 20  # seconds until a lock that never comes is a failure


@pytest.fixture
def town() -> Town:
    return make_town(4)


def at_once(*acts_: Callable[[], Any]) -> list[Any]:
    """Run these in threads that start together; what each returned, or the exception that it raised."""
    barrier = threading.Barrier(len(acts_))
    results: list[Any] = [None] * len(acts_)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            barrier.wait(PATIENCE)
            results[place] = act()
        except Exception as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(acts_)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive(), "a lock was never released"
    return results


@pytest.mark.parametrize("attempt", range(5))
def test_of_two_first_savers_of_a_row_one_wins_and_the_other_is_told(town, attempt):
    outcomes = at_once(
        lambda: town.save(town.pair(1, 4)),
        lambda: town.save(town.pair(2, 4), role="director"),
    )
    assert sorted(len(outcome.saved) for outcome in outcomes) == [0, 1]
    (clash,) = [clash for outcome in outcomes for clash in outcome.conflicts]
    assert town.row().numerator == clash.current.numerator != clash.typed.numerator
    assert len(acts(town.row())) == 1


def test_of_many_savers_of_the_same_version_exactly_one_wins(town):
    town.save(town.pair(9, 9))
    outcomes = at_once(*(lambda n=n: town.save(town.pair(n, 9, version=1)) for n in range(8)))
    winners = [outcome.saved[0].numerator for outcome in outcomes if outcome.saved]
    assert winners == [town.row().numerator] and town.row().version == 2
    assert sum(len(outcome.conflicts) for outcome in outcomes) == 7


def test_savers_of_overlapping_rows_do_not_lock_each_other_up(town):
    def rows(order: list[int], value: int) -> Callable[[], Any]:
        return lambda: town.save(*(town.pair(value, 9, number) for number in order))

    outcomes = at_once(rows([0, 1, 2, 3], 1), rows([3, 2, 1, 0], 2), rows([2, 0, 3, 1], 3))
    assert all(len(outcome.saved) + len(outcome.conflicts) == 4 for outcome in outcomes)
    assert sum(len(outcome.saved) for outcome in outcomes) == 4
    assert TrailEntry.objects.filter(action="guardar").count() == 4


@pytest.mark.parametrize("attempt", range(5))
def test_a_late_save_never_changes_a_figure_that_is_validated(town, attempt):
    row = make_measurement(town.indicators[0], 9, 3, 4, State.SUBMITTED, by=town.people["liaison"])
    saved, reviewed = at_once(
        lambda: town.save(town.pair(2, 4, version=1, reason="Oficio 3"), role="planning"),
        lambda: services.validate(access=town.access("director"), seen={row.pk: 1}, now=NOW),
    )
    row.refresh_from_db()
    if reviewed.done:
        assert saved.conflicts and (row.state, row.numerator, row.validated_numerator) == (State.VALIDATED, 3, 3)
    else:
        assert saved.saved and (row.state, row.numerator, row.validated_numerator) == (State.SUBMITTED, 2, None)


@pytest.mark.parametrize("attempt", range(5))
def test_a_save_never_undoes_a_submission(town, attempt):
    for number in range(4):
        town.save(town.pair(3, 4, number))
    at_once(
        lambda: town.save(town.pair(2, 4, version=1), now=NOW + timedelta(minutes=1)),
        lambda: town.submit(),
    )
    row = town.row()
    assert row.state == State.SUBMITTED
    assert [entry.action for entry in acts(row)] in (["guardar", "enviar"], ["guardar", "guardar", "enviar"])
    assert row.version == len(acts(row))


def test_two_reviewers_of_the_same_figures_validate_each_once(town):
    rows = [make_measurement(indicator, 9, 3, 4, State.SUBMITTED) for indicator in town.indicators]
    seen = {row.pk: 1 for row in rows}
    outcomes = at_once(
        lambda: services.validate(access=town.access("director"), seen=seen, now=NOW),
        lambda: services.validate(access=town.access("planning"), seen=dict(reversed(seen.items())), now=NOW),
    )
    assert sum(len(outcome.done) for outcome in outcomes) == 4
    assert TrailEntry.objects.filter(action="validar").count() == 4


def test_a_saver_waits_for_a_reviewer_and_then_reads_what_they_left(town):
    """The save begins while the validation is not committed yet: it must not work on the row that it read before."""
    row = make_measurement(town.indicators[0], 9, 3, 4, State.SUBMITTED, by=town.people["liaison"])
    outcome: list[Any] = []
    saver = threading.Thread(
        target=lambda: (
            outcome.append(town.save(town.pair(2, 4, version=1, reason="Oficio 3"), role="planning")),
            connections.close_all(),
        )
    )
    with transaction.atomic():
        services.validate(access=town.access("director"), seen={row.pk: 1}, now=NOW)
        saver.start()
        saver.join(0.5)
        assert saver.is_alive()
    saver.join(PATIENCE)
    assert outcome[0].conflicts and Measurement.objects.get(pk=row.pk).state == State.VALIDATED
