"""A query whose SQL is kept says the same as one that is written anew, and reads its rows every time."""

from datetime import date

import pytest
from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.test.utils import CaptureQueriesContext

from accounts.access import access_for
from accounts.models import Membership, Role, User
from core.compiled import Compiled, keys
from programs.models import Plan

pytestmark = pytest.mark.django_db


def _held(on: date) -> object:
    roles = Membership.objects.filter(user=OuterRef("pk"), starts_on__lte=on)
    return User.objects.filter(Exists(roles)).annotate(long=Exists(roles.filter(Q(ends_on=None)))).order_by("username")


def test_other_values_give_other_rows_in_one_query() -> None:
    held: Compiled[User] = Compiled(_held)
    for number, name in enumerate(("ana", "eva"), start=1):
        user = User.objects.create_user(name)
        Membership.objects.create(user=user, role=Role.READER, starts_on=date(2016, number, 1))
    for day, names in ((date(2015, 12, 31), []), (date(2016, 1, 1), ["ana"]), (date(2016, 2, 1), ["ana", "eva"])):
        with CaptureQueriesContext(connection) as queries:
            rows = held(on=day)
        assert [row.username for row in rows] == names
        assert [row.long for row in rows] == [row.long for row in _held(day)]  # type: ignore[attr-defined]
        assert len(queries) == 1


def test_rows_are_read_every_time() -> None:
    plans: Compiled[Plan] = Compiled(Plan.objects.order_by("pk").all)
    assert plans() == []
    plan = Plan.objects.create(name="PMD 2014–2016", start_year=2014, end_year=2016)
    assert plans() == [plan]
    Plan.objects.update(name="Otro")
    assert [row.name for row in plans()] == ["Otro"]


def test_the_query_is_its_own_each_time() -> None:
    """A row that was changed in memory is not what the next caller gets."""
    Plan.objects.create(name="PMD 2014–2016", start_year=2014, end_year=2016)
    plans: Compiled[Plan] = Compiled(Plan.objects.all)
    plans()[0].name = "Otro"
    assert plans()[0].name == "PMD 2014–2016"


def test_sql_that_depends_on_the_value_is_refused() -> None:
    first: Compiled[User] = Compiled(lambda number: User.objects.all()[:number])
    with pytest.raises(TypeError, match="depends on its values"):
        first(number=3)


def test_a_role_counts_from_its_first_to_its_last_day() -> None:
    user = User.objects.create_user("ana")
    Membership.objects.create(user=user, role=Role.READER, starts_on=date(2016, 3, 1), ends_on=date(2016, 3, 31))
    days = (date(2016, 2, 29), date(2016, 3, 1), date(2016, 3, 31), date(2016, 4, 1))
    assert [len(access_for(user, on=day).roles) for day in days] == [0, 1, 1, 0]


def test_keys_are_one_value_however_many_they_are() -> None:
    """Also by a foreign key; none of them gives no row and is no error."""
    users = [User.objects.create_user(name) for name in ("ana", "eva", "ian")]
    for user in users:
        Membership.objects.create(user=user, role=Role.READER, starts_on=date(2016, 1, 1))
    found: Compiled[User] = Compiled(lambda users: User.objects.filter(pk__among=users).order_by("pk"))
    held: Compiled[Membership] = Compiled(lambda users: Membership.objects.filter(user_id__among=users).order_by("pk"))
    for wanted in ([], users[:1], users[1:], users):
        asked = keys(user.pk for user in wanted)
        assert found(users=asked) == wanted
        assert [row.user_id for row in held(users=asked)] == [user.pk for user in wanted]
