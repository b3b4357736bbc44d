"""Where pages say that a department lacks somebody, from which day on, and to whom."""

from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import services
from accounts import two_people as services_of_two
from accounts.models import Membership, PendingAct, Role, User
from accounts.services import Appointment
from indicators.models import Extension, Indicator, Period, State
from programs.models import Department, FiscalYear
from tests.factories import (
    NOW,
    access_of,
    make_department,
    make_indicator,
    make_measurement,
    make_program,
    make_user,
    make_year,
    signed_in,
)
from tests.support.owner import as_owner
from tests.support.pages import text_of
from tests.support.shared import shared

NOVEMBER = datetime.fromisoformat("2016-11-15T12:00:00-06:00")
HEAD = "Falta nombrar enlace o titular"


@pytest.fixture(autouse=True)
def november(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 15 November 2016."""
    monkeypatch.setattr(timezone, "now", lambda: NOVEMBER)


@pytest.fixture
@shared
def works(db: None) -> Department:
    """Obras Públicas with an enlace until 30 November, a titular without end, and one monthly indicator in 2016."""
    department = make_department("OPM", "Obras Públicas")
    year = make_year()
    Period.objects.filter(month__lt=11).update(closed_on=date(2016, 11, 10))
    make_indicator(make_program(year, "OPM-01", department=department), "OPM-01-01")
    juan = make_user("juan", Role.LIAISON, department, first_name="Juan", last_name="Pérez")
    juan.memberships.update(ends_on=date(2016, 11, 30))
    make_user("titular", Role.DIRECTOR, department, first_name="Tita", last_name="Luna")
    return department


def planner() -> Client:
    return signed_in(make_user("planner", Role.PLANNING))


def lines(client: Client, address: str = "/") -> list[str]:
    """What the section says of each department."""
    context = client.get(address).context
    found = context["missing_people"] if "faltantes" in address else getattr(context["page"].cover, "lines", [])
    return [line.text for line in found]


def test_planning_reads_who_leaves_and_names_the_next(works: Department) -> None:
    client = planner()
    page = text_of(client.get("/"))
    assert HEAD in page
    said = "Obras Públicas se queda sin enlace desde el 1 de diciembre: Juan Pérez termina el 30 de noviembre."
    assert said in page.replace("<strong>", "").replace("</strong>", "")
    assert "Le corresponde 1 indicador de noviembre a diciembre de 2016." in page
    link = "/catalogo/nombramientos/nuevo/?dependencia=OPM&amp;funcion=liaison"
    assert f'href="{link}"' in page
    form = client.get(link.replace("&amp;", "&")).context["form"]
    assert (form["department"].value(), form["role"].value()) == ("OPM", "liaison")
    assert lines(client, "/2016/faltantes/") == [said[:-1]]


def _end(user: str, day: str | None) -> None:
    Membership.objects.filter(user__username=user).update(ends_on=day and date.fromisoformat(day))


def _name(department: Department, who: str, role: str, starts: str, **kwargs: Any) -> None:
    user = make_user(who, first_name=who.capitalize(), last_name="Ruiz")
    values = {"user": user, "role": role, "department": department, "starts_on": date.fromisoformat(starts)}
    Membership.objects.create(**values, **kwargs)


def _stand_in(department: Department) -> None:
    dates = {"starts": "2016-12-01", "ends_on": date(2017, 1, 31)}
    substituted = User.objects.get(username="juan")
    _name(department, "sonia", Role.LIAISON, **dates, substitutes=substituted, instrument="Oficio 1")


def _both(department: Department) -> None:
    _end("titular", "2016-11-30")


SITUATIONS = {
    "the next is named": (lambda d: _name(d, "ana", Role.LIAISON, "2016-12-01"), []),
    "somebody stands in": (_stand_in, []),
    "a gap in the middle": (
        lambda d: _name(d, "ana", Role.LIAISON, "2016-12-15"),
        [
            "Obras Públicas se queda sin enlace del 1 de diciembre al 14 de diciembre: Juan Pérez termina el 30 de "
            "noviembre y Ana Ruiz empieza el 15 de diciembre"
        ],
    ),
    "it has ended": (
        lambda d: _end("juan", "2016-11-04"),
        ["Obras Públicas no tiene enlace: Juan Pérez terminó el 4 de noviembre"],
    ),
    "the account is closed": (
        lambda d: User.objects.filter(username="titular").update(is_active=False),
        [
            "Obras Públicas no tiene titular: la cuenta de Tita Luna está de baja",
            "Obras Públicas se queda sin enlace desde el 1 de diciembre: Juan Pérez termina el 30 de noviembre",
        ],
    ),
    "both leave": (
        _both,
        [
            "Obras Públicas se queda sin enlace ni titular desde el 1 de diciembre: Juan Pérez termina el 30 de "
            "noviembre y Tita Luna termina el 30 de noviembre"
        ],
    ),
    "nobody was ever named": (
        lambda d: Membership.objects.filter(department=d).delete(),
        ["Obras Públicas no tiene enlace ni titular"],
    ),
    "after the year ends": (
        lambda d: _end("juan", "2016-12-31"),
        ["Obras Públicas se queda sin enlace desde el 1 de enero de 2017: Juan Pérez termina el 31 de diciembre"],
    ),
    "after the last window": (lambda d: _end("juan", "2017-02-28"), []),
    "all is retired": (lambda d: Indicator.objects.update(retired_from=11), []),
    "the months are closed": (lambda d: Period.objects.update(closed_on=date(2016, 11, 14)), []),
    "the year is locked": (lambda d: FiscalYear.objects.update(locked=True), []),
    "the year is historical": (lambda d: FiscalYear.objects.update(historical=True), []),
}


@pytest.mark.parametrize(("change", "expected"), SITUATIONS.values(), ids=SITUATIONS.keys())
def test_what_the_first_page_and_the_board_say(works: Department, change: Any, expected: list[str]) -> None:
    change(works)
    client = planner()
    assert lines(client) == expected
    assert lines(client, "/2016/faltantes/") == expected


def test_an_extension_of_a_closed_month_asks_for_somebody(works: Department) -> None:
    Period.objects.update(closed_on=date(2016, 11, 14))
    _end("juan", "2016-11-20")
    officer = make_user("officer", Role.PLANNING)
    Extension.objects.create(
        period=Period.objects.get(month=10), department=works, until=date(2016, 11, 25), reason="Oficio",
        granted_by=officer, granted_at=NOW,
    )  # fmt: skip
    said = "Obras Públicas se queda sin enlace desde el 21 de noviembre: Juan Pérez termina el 20 de noviembre"
    assert lines(signed_in(officer)) == [said]


def test_an_overdue_month_asks_for_nobody_once_it_is_validated(works: Department) -> None:
    """October was due on 8 November and is open; whoever left it is missed until its figure is validated."""
    Period.objects.filter(month=10).update(closed_on=None)
    Period.objects.exclude(month=10).update(closed_on=date(2016, 11, 14))
    Membership.objects.filter(department=works).delete()
    client = planner()
    assert lines(client) == ["Obras Públicas no tiene enlace ni titular"]
    figure = make_measurement(Indicator.objects.get(), 10, 1, 2, State.SUBMITTED)
    assert lines(client) == ["Obras Públicas no tiene titular"]
    with as_owner():
        figure.delete()
    make_measurement(Indicator.objects.get(), 10, 1, 2)
    assert lines(client) == []


def test_an_overdue_month_asks_for_somebody_these_weeks(works: Department) -> None:
    """Nobody has closed October, and its figure is missing: who leaves this month is told, not who stays longer."""
    Period.objects.filter(month=10).update(closed_on=None)
    Period.objects.exclude(month=10).update(closed_on=date(2016, 11, 14))
    client = planner()
    assert [line.split(":")[0] for line in lines(client)] == [
        "Obras Públicas se queda sin enlace desde el 1 de diciembre"
    ]
    _end("juan", "2016-12-31")
    assert lines(client) == []


def test_what_begins_in_three_months_stands_on_the_board(works: Department, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime.fromisoformat("2016-08-15T12:00:00-06:00"))
    client = planner()
    assert lines(client) == []
    assert len(lines(client, "/2016/faltantes/")) == 1


def test_the_board_of_a_month_has_what_that_month_lacks(works: Department) -> None:
    _end("juan", "2016-12-10")
    client = planner()
    assert lines(client, "/2016/faltantes/?mes=11") == []
    assert len(lines(client, "/2016/faltantes/?mes=12")) == 1


@pytest.mark.parametrize(
    ("role", "where", "seen", "may_name"),
    [
        (Role.PLANNING, None, True, True),
        (Role.COMPTROLLER, None, True, False),
        (Role.DIRECTOR, "OPM", True, False),
        (Role.LIAISON, "OPM", True, False),
        (Role.DIRECTOR, "PRE", False, False),
        (Role.LIAISON, "PRE", False, False),
        (Role.READER, None, False, False),
    ],
)
def test_who_reads_it(works: Department, role: str, where: str | None, seen: bool, may_name: bool) -> None:
    """Who holds the one role in the department reads that the other one will be missing."""
    _end("titular", "2016-11-20")
    make_department("PRE")
    department = Department.objects.get(prefix=where) if where else None
    client = signed_in(make_user("somebody", role, department))
    page = text_of(client.get("/"))
    assert ("se queda sin " in page) is seen
    assert ("/catalogo/nombramientos/nuevo/" in page) is may_name
    board = client.get("/2016/faltantes/")
    assert ("se queda sin " in text_of(board)) is seen


def test_what_waits_for_a_second_person_is_said_and_not_asked_for_again(works: Department) -> None:
    Membership.objects.filter(department=works).delete()
    officer, ana = make_user("officer", Role.PLANNING), make_user("ana", first_name="Ana", last_name="Ruiz")
    named = Appointment(Role.DIRECTOR, works, date(2016, 11, 15))
    act = services.appoint(access=access_of(officer, date(2016, 11, 15)), user=ana, appointment=named, now=NOVEMBER)
    assert isinstance(act, PendingAct)
    page = text_of(signed_in(officer).get("/"))
    said = f'Ya se pidió nombrar titular a Ana Ruiz; <a href="/catalogo/por-confirmar/{act.pk}/">espera a una'
    assert said in page
    assert "funcion=liaison" in page and "funcion=director" not in page
    act.refresh_from_db()
    services_of_two.decline(access=access_of(officer), act=act, reason="No es ella", now=NOVEMBER)
    page = text_of(signed_in(officer).get("/"))
    assert "Ya se pidió nombrar" not in page and "funcion=director" in page


def test_queries_do_not_grow_with_the_departments(works: Department) -> None:
    client, year = planner(), FiscalYear.objects.get()
    counts = []
    for address in ("/", "/2016/faltantes/"):
        for prefix in ("AAA", "BBB"):
            client.get(address)
            with CaptureQueriesContext(connection) as captured:
                client.get(address)
            counts.append(len(captured))
            if address == "/":
                make_indicator(make_program(year, f"{prefix}-01"), f"{prefix}-01-01")
    assert counts[0] == counts[1] and counts[2] == counts[3]
