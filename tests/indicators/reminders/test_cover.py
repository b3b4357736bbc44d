"""The message that a department is, or will be, without enlace or titular: to whom, when, and once."""

from datetime import UTC, date, datetime
from io import StringIO
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Membership, Role, User
from core.models import TrailEntry
from indicators.models import CoverNotice, Period
from programs.models import Department
from tests.factories import make_department, make_indicator, make_program, make_user, make_year
from tests.support.shared import shared

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2016, 11, 15, 18, tzinfo=UTC))


@pytest.fixture
@shared
def works() -> Department:
    """Obras Públicas: an enlace until 30 November, a titular without end; December 2016 is all that is open."""
    department = make_department("OPM", "Obras Públicas")
    make_indicator(make_program(make_year(), "OPM-01", department=department), "OPM-01-01")
    Period.objects.filter(month__lt=11).update(closed_on=date(2016, 11, 10))
    make_user("juan", Role.LIAISON, department, first_name="Juan", last_name="Pérez")
    Membership.objects.update(ends_on=date(2016, 11, 30))
    make_user("titular", Role.DIRECTOR, department)
    make_user("planner", Role.PLANNING)
    make_user("mayor", Role.READER)
    make_user("contraloria", Role.COMPTROLLER)
    make_user("otra", Role.LIAISON, make_department("PRE"))
    return department


def run(day: str, **options: Any) -> str:
    out = StringIO()
    call_command("send_reminders", date=day, stdout=out, stderr=out, **options)
    return out.getvalue()


def told(day: str) -> list[str]:
    """Who is written to that day that somebody is missing."""
    mail.outbox.clear()
    run(day)
    return sorted(
        one.to[0].split("@")[0] for one in mail.outbox if "sin enlace" in one.subject or "no tiene" in one.subject
    )


def test_it_goes_to_planning_and_to_who_remains_a_fortnight_before_and_when_it_begins(works: Department) -> None:
    days = ("2016-11-15", "2016-11-16", "2016-11-17", "2016-11-30", "2016-12-01", "2016-12-02", "2016-12-20")
    assert {day: told(day) for day in days} == {
        "2016-11-15": [],
        "2016-11-16": ["planner", "titular"],
        "2016-11-17": [],
        "2016-11-30": [],
        "2016-12-01": ["planner", "titular"],
        "2016-12-02": [],
        "2016-12-20": [],
    }


def test_what_it_says_and_where_it_leads(works: Department) -> None:
    run("2016-11-20")
    letters = {one.to[0].split("@")[0]: one for one in mail.outbox if "enlace" in one.subject}
    subject = "Obras Públicas se queda sin enlace desde el 1 de diciembre"
    assert {one.subject for one in letters.values()} == {subject}
    said = (
        "Obras Públicas se queda sin enlace desde el 1 de diciembre: Juan Pérez termina el 30 de noviembre. "
        "Le corresponde 1 indicador de noviembre a diciembre de 2016."
    )
    assert said in letters["planner"].body and said in letters["titular"].body
    assert "/catalogo/nombramientos/nuevo/?dependencia=OPM&funcion=liaison" in letters["planner"].body
    assert "/2016/faltantes/#falta-gente" in letters["titular"].body and "Avise a Planeación" in letters["titular"].body
    assert "/catalogo/" not in letters["titular"].body


def test_somebody_who_is_named_in_time_is_no_gap(works: Department) -> None:
    make_user("ana", Role.LIAISON, works)
    assert told("2016-11-20") == told("2016-12-05") == []


def test_a_new_last_day_is_another_gap(works: Department) -> None:
    assert told("2016-11-20") == ["planner", "titular"]
    Membership.objects.filter(user__username="juan").update(ends_on=date(2016, 11, 25))
    assert told("2016-11-21") == ["planner", "titular"]
    assert told("2016-11-22") == []


def test_where_nobody_remains_planning_is_told_of_both(works: Department) -> None:
    Membership.objects.filter(department=works).update(ends_on=date(2016, 11, 30))
    assert told("2016-11-20") == ["planner"]
    assert CoverNotice.objects.count() == 2
    assert "se queda sin enlace ni titular desde el 1 de diciembre" in mail.outbox[0].body


def test_several_are_one_message(works: Department) -> None:
    year = Period.objects.first().fiscal_year
    for n in range(12):
        make_indicator(make_program(year, f"AA{chr(65 + n)}-01"), f"AA{chr(65 + n)}-01-01")
    run("2016-11-20")
    (letter,) = [one for one in mail.outbox if one.to[0].startswith("planner")]
    assert letter.subject.endswith("· y 12 casos más")
    assert "Y 3 más en esa página." in letter.body
    assert told("2016-11-21") == []


def test_whoever_left_or_has_no_address_is_not_written_to(works: Department) -> None:
    User.objects.filter(username="titular").update(email="")
    User.objects.filter(username="planner").update(is_active=False)
    assert told("2016-11-20") == []


def test_each_is_in_the_trail(works: Department) -> None:
    run("2016-11-20")
    entries = TrailEntry.objects.filter(subject_type="indicators.covernotice")
    assert {entry.subject_label for entry in entries} == {"OPM · sin enlace desde el 01/12/2016"}
    assert {entry.changes["user"][1] for entry in entries} == {"planner", "titular"}
    assert {entry.scope_id for entry in entries} == {works.pk}


def test_a_message_that_was_refused_is_told_again(works: Department, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: EmailMessage, *args: Any, **kwargs: Any) -> int:
        raise SMTPRecipientsRefused({self.to[0]: (550, b"no such user")})

    with monkeypatch.context() as patch:
        patch.setattr(EmailMessage, "send", refuse)
        with pytest.raises(CommandError):
            run("2016-11-20")
    assert told("2016-11-21") == ["planner", "titular"]


def test_a_rehearsal_writes_nothing(works: Department) -> None:
    said = run("2016-11-20", dry_run=True)
    assert "se enviaría · planner <planner@durango.example> · Obras Públicas se queda sin enlace" in said
    assert not CoverNotice.objects.exists() and not mail.outbox
