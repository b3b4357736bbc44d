"""Two officers of planning at once, with real transactions: only PostgreSQL has them."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from accounts import services, two_people
from accounts.enrolling import Enrolled, Source, enroll
from accounts.enrolment import Wanted, compare
from accounts.models import Membership, PendingAct, Role, User
from accounts.services import Appointment
from core.refusals import ServiceError
from tests.factories import NOW, TODAY, access_of, make_user
from tests.indicators.test_concurrency import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="concurrent writers are judged on PostgreSQL"),
]


@pytest.fixture
def two() -> list[User]:
    return [make_user(name, Role.PLANNING) for name in ("una", "otra")]


def confirm_end(by: User, of: User) -> Any:
    """A superuser asked it; two officers confirm each other's end."""
    root = User.objects.filter(is_superuser=True).first() or make_user("root", is_superuser=True)
    act = services.end_membership(
        access=access_of(root),
        membership=of.memberships.get(),
        ends_on=TODAY - timedelta(days=1),
        reason="Se va",
        now=NOW,
    )
    assert isinstance(act, PendingAct)
    access = access_of(by)
    return lambda: two_people.confirm(access=access, act=act, now=NOW)


def leave(by: User, of: User) -> Any:
    access = access_of(by)
    return lambda: services.deactivate(access=access, user=of, reason="Se va", now=NOW)


@pytest.mark.parametrize("attempt", range(3))
@pytest.mark.parametrize("acts", [(confirm_end, confirm_end), (leave, leave), (confirm_end, leave)])
def test_two_officers_who_dismiss_each_other_leave_one(acts: Any, attempt: int, two: list[User]) -> None:
    first, second = acts
    results = at_once(first(two[0], two[1]), second(two[1], two[0]))
    refused = [result for result in results if isinstance(result, ServiceError)]
    assert len(refused) == 1 and "no quedaría nadie" in str(refused[0]), results
    left = Membership.objects.in_force(TODAY).filter(role=Role.PLANNING, user__is_active=True)
    assert left.count() == 1


def test_the_same_role_named_twice_at_once_is_held_once(two: list[User]) -> None:
    reader = make_user("lectora")
    access = access_of(two[0])

    def name(day: int) -> Any:
        appointment = Appointment(Role.READER, None, date(2016, 1, day))
        return lambda: services.appoint(access=access, user=reader, appointment=appointment, now=NOW)

    results = at_once(*(name(day) for day in range(1, 6)))
    refused = [result for result in results if isinstance(result, ServiceError)]
    assert len(refused) == 4 and reader.memberships.count() == 1, results


@pytest.mark.parametrize("attempt", range(3))
def test_two_who_answer_the_same_request_at_once_do_it_once(attempt: int, two: list[User]) -> None:
    asker, person = make_user("quien.pide", Role.PLANNING), make_user("lectora")
    appointment = Appointment(Role.COMPTROLLER, None, date(2016, 1, 1))
    act = services.appoint(access=access_of(asker), user=person, appointment=appointment, now=NOW)
    assert isinstance(act, PendingAct)

    def confirm(access: Any) -> Any:
        return lambda: two_people.confirm(access=access, act=act, now=NOW)

    results = at_once(*(confirm(access_of(user)) for user in two))
    refused = [result for result in results if isinstance(result, ServiceError)]
    assert len(refused) == 1 and "Ya lo confirmó" in str(refused[0]), results
    assert person.memberships.count() == 1


def list_of(role: str) -> list[Wanted]:
    return [Wanted(2, "luz@durango.example", "Luz", "Mora", role, None, date(2016, 10, 1))]


def importing(by: User, wanted: list[Wanted]) -> Any:
    access = access_of(by)
    seen = compare(access=access, wanted=wanted, today=TODAY).fingerprint
    source = Source("personas.xlsx", "0" * 64)
    return lambda: enroll(
        access=access, wanted=wanted, source=source, seen=seen, base_url="https://pmd.example", now=NOW
    )


@pytest.mark.parametrize("attempt", range(3))
def test_the_same_list_imported_twice_at_once_lets_people_in_once(attempt: int, two: list[User]) -> None:
    results = at_once(*(importing(user, list_of(Role.READER)) for user in two))
    refused = [result for result in results if isinstance(result, ServiceError)]
    assert len(refused) == 1 and "Algo cambió desde que usted vio" in str(refused[0]), results
    assert User.objects.filter(email="luz@durango.example").count() == 1
    assert Membership.objects.filter(role=Role.READER).count() == 1


@pytest.mark.parametrize("attempt", range(3))
def test_two_who_confirm_the_same_import_at_once_do_it_once(attempt: int, two: list[User]) -> None:
    act = importing(make_user("quien.pide", Role.PLANNING), list_of(Role.COMPTROLLER))()
    assert isinstance(act, PendingAct)

    def confirm(access: Any) -> Any:
        return lambda: two_people.confirm(access=access, act=act, now=NOW)

    results = at_once(*(confirm(access_of(user)) for user in two))
    done = [result for result in results if isinstance(result, Enrolled)]
    refused = [result for result in results if isinstance(result, ServiceError)]
    assert len(done) == 1 and len(refused) == 1 and "Ya lo confirmó" in str(refused[0]), results
    assert User.objects.get(email="luz@durango.example").memberships.get().role == Role.COMPTROLLER
