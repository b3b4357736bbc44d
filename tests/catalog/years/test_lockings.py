"""Who locked a year is kept beside who opened it again; the list of years does not look for it in the trail."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Role
from catalog.years.lifecycle import lock_year, pending_of
from catalog.years.reopening import ask_reopening, reopen_year
from core.database_rules import pick
from core.models import TrailEntry
from programs.locked_years import RULES
from programs.models import YearLocking
from tests.factories import NOW, access_of, make_user, make_year, signed_in
from tests.support.contents import contents, migrate
from tests.support.owner import as_owner, past
from tests.support.pages import words_of

FIXED = pick(RULES, "year_locking_fixed")


def lock(officer, year, reason, at):
    token = pending_of(year, now=at).token
    return lock_year(access=access_of(officer), fiscal_year=year, reason=reason, seen=token, now=at)


def locked_twice():
    """2016, opened again in between by two people; and 2017, which is open."""
    year, officer, colleague = make_year(2016), planner("Ana", "Ruiz"), planner("Luis", "Díaz")
    make_year(2017)
    lock(officer, year, " Cuenta pública ", NOW)
    ask_reopening(access=access_of(officer), fiscal_year=year, reason="Auditoría", now=NOW)
    reopen_year(access=access_of(colleague), fiscal_year=year, now=NOW)
    lock(colleague, year, "Terminó", NOW + timedelta(days=2))
    return officer, colleague


def planner(first_name, last_name):
    return make_user(first_name.lower(), Role.PLANNING, first_name=first_name, last_name=last_name)


def lockings():
    return list(YearLocking.objects.order_by("id").values_list("fiscal_year__year", "locked_by", "locked_at", "reason"))


def expected(officer, colleague):
    return [
        (2016, officer.pk, NOW, "Cuenta pública"),
        (2016, colleague.pk, NOW + timedelta(days=2), "Terminó"),
    ]


@pytest.mark.django_db
def test_each_time_is_kept_and_the_list_says_the_last():
    officer, colleague = locked_twice()
    assert lockings() == expected(officer, colleague)
    day = timezone.localtime(NOW + timedelta(days=2))
    page = words_of(signed_in(officer).get("/catalogo/ejercicios/"))
    assert f"{day:%d/%m/%Y} por Luis Díaz: Terminó" in page and "Cuenta pública" not in page


@pytest.mark.django_db
def test_a_locking_is_never_changed_nor_deleted():
    locked_twice()
    for act in (lambda: YearLocking.objects.update(reason="Otra"), lambda: YearLocking.objects.all().delete()):
        # The application may not even try on PostgreSQL (tests/core/test_grants.py); the rule holds for the owner too.
        with pytest.raises(IntegrityError, match="no se modifica ni se borra"), transaction.atomic(), as_owner():
            act()


# Columns that a later migration adds to a table that was there.
LATER = ("official_key",)


@pytest.mark.django_db(transaction=True)
def test_those_of_before_are_read_in_the_trail_and_nothing_else_changes():
    officer, colleague = locked_twice()
    assert TrailEntry.objects.filter(action="cerrar ejercicio").count() == 2
    with past(FIXED):
        YearLocking.objects.all().delete()
    before = contents(but=LATER)
    try:
        migrate("programs", "0009")
        # Tables and columns of later migrations went, too: what is still there is as it was.
        went = ("programs_yearlocking", "programs_department", "programs_yearreopening")
        kept = {**contents(but=LATER), **{name: before[name] for name in went}}
        assert kept.items() <= before.items()
    finally:
        migrate()
    assert lockings() == expected(officer, colleague)
    assert {**contents(but=LATER), "programs_yearlocking": before["programs_yearlocking"]} == before
    call_command("check", databases=["default"], stdout=StringIO())
