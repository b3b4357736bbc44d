"""Two officers at once, and a closing while somebody validates: with real transactions, on PostgreSQL."""

import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, connections, transaction

from core.models import TrailEntry
from core.refusals import ServiceError
from indicators import services
from indicators.models import Measurement, Period, State
from programs.models import FiscalYear
from publishing.closing import closing as closing_module
from publishing.closing.closing import OVERTAKEN, close_month
from publishing.document.recomputing import faults_of
from publishing.models import Closing
from tests.factories import NOW, make_measurement
from tests.indicators.test_concurrency import PATIENCE, at_once
from tests.indicators.town import Town, make_town
from tests.publishing.closed import planner

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="concurrent writers are judged on PostgreSQL"),
]


@pytest.fixture
def town() -> Town:
    made = make_town(4)
    planner()
    return made


def closing_of(town: Town, month: int = 9, **kwargs: Any) -> Callable[[], Closing]:
    return lambda: close_month(
        fiscal_year=town.year, month=month, **{"actor": town.people["planning"], "now": NOW, **kwargs}
    )


@pytest.mark.parametrize("attempt", range(4))
@pytest.mark.parametrize("months", [(9, 9), (8, 9)], ids=["the same month", "two months"])
def test_of_two_officers_one_wins_and_the_other_is_told(town, months, attempt):
    first, second = (closing_of(town, month) for month in months)
    outcomes = at_once(first, second)
    made = [one for one in outcomes if isinstance(one, Closing)]
    refused = [one for one in outcomes if isinstance(one, ServiceError)]
    assert len(made) + len(refused) == 2 and made  # one after the other is no clash where the months differ
    assert Closing.objects.count() == len(made)
    for one in refused:
        assert str(one) == OVERTAKEN or "ya se cerró" in str(one)
    chain = list(Closing.objects.in_order())
    assert [link.previous_id for link in chain] == [None, *[link.pk for link in chain[:-1]]]
    assert TrailEntry.objects.filter(action="cerrar mes").count() == len(made)


def test_whoever_comes_while_a_closing_is_being_made_is_told_at_once(town, monkeypatch):
    begun, may_end = threading.Event(), threading.Event()
    made = closing_module._keep

    def slowly(*args: Any) -> Closing:
        begun.set()
        assert may_end.wait(PATIENCE)
        return made(*args)

    monkeypatch.setattr(closing_module, "_keep", slowly)

    def second() -> Any:
        assert begun.wait(PATIENCE)
        try:
            return closing_of(town, 8)()
        except ServiceError as refused:
            return str(refused)
        finally:
            may_end.set()

    first, told = at_once(closing_of(town), second)
    assert isinstance(first, Closing) and told == OVERTAKEN
    assert Closing.objects.get().month == 9


# Between any two queries of a closing somebody validates, or changes a rule: it is as it was when it began.
@pytest.mark.parametrize("after", range(1, 24))
def test_a_closing_while_somebody_validates_is_of_one_moment(town, after):
    rows = [make_measurement(one, 9, 3, 4, State.SUBMITTED, by=town.people["liaison"]) for one in town.indicators]
    count = 0

    def validate() -> None:
        try:
            done = services.validate(access=town.access("director"), seen={row.pk: 1 for row in rows}, now=NOW)
            assert len(done.done) == 4
            with transaction.atomic():
                FiscalYear.objects.filter(pk=town.year.pk).update(green_from=Decimal(99))
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    failed: list[Exception] = []

    def meanwhile(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal count
        result = execute(sql, params, many, context)
        count += 1
        if count == after:
            thread = threading.Thread(target=validate)
            thread.start()
            thread.join(2)  # nobody waits for a closing that is still reading; for its month they do
            threads.append(thread)
        return result

    threads: list[threading.Thread] = []
    with connection.execute_wrapper(meanwhile):
        try:
            made: Closing | None = closing_of(town)()
        except ServiceError as refused:
            assert str(refused) == OVERTAKEN
            made = None
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    assert not failed and Measurement.objects.filter(state=State.VALIDATED).count() in (0, 4)
    if made is None:
        assert not Closing.objects.exists() and Period.objects.get(month=9).closed_on is None
        return
    document = Closing.objects.get().content
    assert faults_of(document) == []
    captured = document["plan_results"]["months_captured"]
    assert captured in (0, 4)
    # Whoever was validated before the snapshot is in it wholly, with what lacks counted in the same moment.
    assert Closing.objects.get().acta["lacked"]["departments"][0]["waiting"] == 4 - captured


def test_a_validation_that_is_not_done_yet_is_not_in_the_closing(town, monkeypatch):
    """It may end once the document is read; its paper holds the month, for which the closing waits."""
    rows = [make_measurement(one, 9, 3, 4, State.SUBMITTED, by=town.people["liaison"]) for one in town.indicators]
    validated, may_end = threading.Event(), threading.Event()

    def validate() -> None:
        with transaction.atomic():
            services.validate(access=town.access("director"), seen={row.pk: 1 for row in rows}, now=NOW)
            validated.set()
            assert may_end.wait(PATIENCE)

    built = closing_module.document_of

    def document_of(*args: Any) -> Any:
        found = built(*args)
        may_end.set()
        return found

    monkeypatch.setattr(closing_module, "document_of", document_of)

    def close() -> Closing:
        assert validated.wait(PATIENCE)
        return closing_of(town)()

    _, made = at_once(validate, close)
    assert isinstance(made, Closing), made
    document = Closing.objects.get().content
    assert document["plan_results"]["months_captured"] == 0
    assert Measurement.objects.filter(state=State.VALIDATED).count() == 4
    later = closing_of(town, reason="Se validó después", now=NOW + timedelta(hours=1))()
    assert Closing.objects.get(pk=later.pk).content["plan_results"]["months_captured"] == 4


def test_a_connection_that_dies_half_way_leaves_nothing(town, monkeypatch):
    def dies(*args: Any) -> Any:
        with connections.create_connection("default").cursor() as other:
            other.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
        return {}

    monkeypatch.setattr(closing_module, "_seal", dies)
    (outcome,) = at_once(closing_of(town))
    assert isinstance(outcome, Exception)
    assert not Closing.objects.exists() and Period.objects.get(month=9).closed_on is None
    assert not TrailEntry.objects.filter(action__in=("cerrar mes", "cambiar mes")).exists()
