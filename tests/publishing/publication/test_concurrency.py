"""Two officers decide at once, two workers write at once: with real transactions, on PostgreSQL."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from accounts.models import Role, User
from core.models import TrailEntry
from core.refusals import ServiceError
from publishing.export import verificar
from publishing.models import Closing, Publication, SiteWriting, TakingDown
from publishing.publication.acting import ask_taking_down, publish_up_to, take_down, withdraw_taking_down
from publishing.publication.state import site_state
from publishing.publication.writing import bring_to_decision
from tests.factories import NOW, access_of, make_user
from tests.indicators.test_concurrency import at_once
from tests.indicators.town import make_town
from tests.publishing.closed import close, planner

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="concurrent writers are judged on PostgreSQL"),
]


@pytest.fixture
def closings(root: Path) -> list[Closing]:
    year = make_town(2).year
    return [close(year, month) for month in (1, 2)]


def nothing() -> None:
    """The files are written where a test says so."""


def publishing(closing: Closing, by: User | None = None) -> Callable[[], Publication]:
    access = access_of(by or planner())
    return lambda: publish_up_to(access=access, closing=closing, now=NOW, write=nothing)


def refused(outcomes: list[Any]) -> list[str]:
    assert all(isinstance(one, Publication | TakingDown | ServiceError | None) for one in outcomes), outcomes
    return [str(one) for one in outcomes if isinstance(one, ServiceError)]


@pytest.mark.parametrize("attempt", range(4))
def test_of_two_who_publish_one_is_told_that_it_is_public(closings: list[Closing], attempt: int) -> None:
    second = make_user("segunda", Role.PLANNING)
    (said,) = refused(at_once(publishing(closings[1]), publishing(closings[1], second)))
    assert "ya está publicado" in said and Publication.objects.count() == 1
    assert TrailEntry.objects.filter(action="publicar cierres").count() == 1


@pytest.mark.parametrize("attempt", range(4))
def test_whoever_publishes_while_it_is_taken_down_comes_before_or_after(closings: list[Closing], attempt: int) -> None:
    second = make_user("segunda", Role.PLANNING)
    publishing(closings[0])()
    ask = lambda: ask_taking_down(access=access_of(second), reason="Nombra a alguien", now=NOW)  # noqa: E731
    outcomes = at_once(publishing(closings[1]), ask)
    state = site_state()
    assert state.asked is not None and state.asked.publication == state.last
    assert len(refused(outcomes)) == (state.last.closing == closings[0])


@pytest.mark.parametrize("attempt", range(4))
def test_what_was_asked_is_answered_once(closings: list[Closing], attempt: int) -> None:
    people = [access_of(make_user(name, Role.PLANNING)) for name in ("segunda", "tercera")]
    publishing(closings[1])()
    bring_to_decision()
    ask_taking_down(access=access_of(planner()), reason="Nombra a alguien", now=NOW)
    outcomes = at_once(
        lambda: take_down(access=people[0], now=NOW), lambda: withdraw_taking_down(access=people[1], now=NOW)
    )
    (said,) = refused(outcomes)
    row = TakingDown.objects.get()
    assert "Nadie ha pedido retirar" in said and (row.confirmed_at is None) != (row.withdrawn_at is None)


def test_two_workers_and_an_officer_leave_what_was_decided_last(closings: list[Closing], root: Path) -> None:
    publishing(closings[0])()

    def publish_and_write() -> None:
        publish_up_to(access=access_of(planner()), closing=closings[1], now=NOW, write=bring_to_decision)

    outcomes = at_once(bring_to_decision, publish_and_write, bring_to_decision)
    assert not [one for one in outcomes if isinstance(one, Exception)], outcomes
    site = root / "sitio"
    listed = json.loads((site / "cierres.json").read_bytes())["closings"]
    assert [one["sha256"] for one in listed] == [one.sha256 for one in closings]
    assert verificar.verify(str(site))[0].faults == []
    assert not SiteWriting.objects.exclude(error="").exists() and not SiteWriting.objects.filter(ended_at=None).exists()
