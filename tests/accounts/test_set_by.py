"""Who named somebody or acted on it since is kept with the membership: by it two people are told apart."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from accounts import services
from accounts.models import Membership, Role
from accounts.pending_acts import independent
from accounts.services import Appointment
from tests.factories import NOW, TODAY, access_of, make_department, make_people, make_user
from tests.support.contents import contents, migrate


def named():
    """A stand-in of planning whom one officer names and another one gives a last day; and a director."""
    people = make_people(make_department())
    first, second = people["planning"], make_user("second", Role.PLANNING)
    stand_in = services.appoint(
        access=access_of(first),
        user=make_user("stand-in"),
        now=NOW,
        appointment=Appointment(Role.PLANNING, None, TODAY, date(2016, 11, 1), second, "Oficio 1"),
    )
    services.end_membership(
        access=access_of(second), membership=stand_in, ends_on=date(2016, 12, 1), reason="Oficio 2", now=NOW
    )
    return first, second, Membership.objects.get(pk=stand_in.pk)


def who_set(membership):
    return set(membership.set_by.values_list("username", flat=True))


@pytest.mark.django_db
def test_whoever_acted_on_it_is_kept_and_is_no_second_person():
    first, second, stand_in = named()
    assert who_set(stand_in) == {"planning", "second"}
    third = make_user("third", Role.PLANNING)
    for one, other, expected in ((stand_in.user, first, False), (second, stand_in.user, False), (third, first, True)):
        assert independent(one, other, on=TODAY) is expected
    assert independent(stand_in.user, third, on=TODAY)


@pytest.mark.django_db(transaction=True)
def test_those_of_before_are_read_in_the_trail_and_nothing_else_changes():
    *_, stand_in = named()
    before = contents(but=("id",))
    Membership.set_by.through.objects.all().delete()
    try:
        migrate("accounts", "0006")
        assert "accounts_membership_set_by" not in contents(but=())
    finally:
        migrate()
    assert who_set(stand_in) == {"planning", "second"}
    assert contents(but=("id",)) == before
    call_command("check", databases=["default"], stdout=StringIO())
