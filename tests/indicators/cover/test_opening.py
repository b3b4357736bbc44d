"""What is told before and after an act that leaves a department, or a month, without anybody."""

from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Membership, PendingAct, Role, User
from catalog.years.reopening import ask_reopening
from indicators.calendar.periods import set_historical
from indicators.models import Period
from programs.models import Department, FiscalYear
from tests.factories import (
    NOW,
    access_of,
    make_department,
    make_indicator,
    make_program,
    make_user,
    make_year,
    signed_in,
)
from tests.support.pages import text_of
from tests.support.shared import shared

GOES = "Obras Públicas se queda sin enlace desde el 1 de diciembre"


@pytest.fixture(autouse=True)
def november(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 15 November 2016."""
    monkeypatch.setattr(timezone, "now", lambda: datetime.fromisoformat("2016-11-15T12:00:00-06:00"))


@pytest.fixture
@shared
def works(db: None) -> Department:
    """Obras Públicas, with an enlace and a titular without end, in 2016."""
    department = make_department("OPM", "Obras Públicas")
    make_indicator(make_program(make_year(), "OPM-01", department=department), "OPM-01-01")
    Period.objects.filter(month__lt=11).update(closed_on=date(2016, 11, 10))
    make_user("juan", Role.LIAISON, department, first_name="Juan", last_name="Pérez")
    make_user("tita", Role.DIRECTOR, department, first_name="Tita", last_name="Luna")
    return department


@pytest.fixture
def planner(db: None) -> Client:
    return signed_in(make_user("planner", Role.PLANNING))


def said(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def lines(response: Any) -> list[str]:
    return [line.text for line in response.context["opens"].lines]


def _end_of(who: str) -> str:
    return f"/catalogo/nombramientos/{Membership.objects.get(user__username=who).pk}/terminar/"


def test_ending_a_term_says_what_it_opens_before_and_after(works: Department, planner: Client) -> None:
    before = planner.get(_end_of("juan"))
    assert lines(before) == [
        "Obras Públicas se queda sin enlace desde el 16 de noviembre: Juan Pérez termina el 15 de noviembre"
    ]
    assert "Si el último día es el 15/11/2016:" in text_of(before)
    done = planner.post(_end_of("juan"), {"ends_on": "2016-11-30", "reason": "Renuncia"}, follow=True)
    assert any(message.startswith(GOES) for message in said(done))


def test_what_is_typed_wrong_keeps_telling_of_the_day_that_was_meant(works: Department, planner: Client) -> None:
    again = planner.post(_end_of("juan"), {"ends_on": "2016-11-30", "reason": ""})
    assert lines(again) == [f"{GOES}: Juan Pérez termina el 30 de noviembre"]


def test_a_term_that_somebody_else_covers_opens_nothing(works: Department, planner: Client) -> None:
    make_user("ana", Role.LIAISON, works)
    assert lines(planner.get(_end_of("juan"))) == []
    done = planner.post(_end_of("juan"), {"ends_on": "2016-11-30", "reason": "Renuncia"}, follow=True)
    assert not any("se queda sin" in message for message in said(done))


def test_a_gap_that_was_there_is_not_blamed_on_it(works: Department, planner: Client) -> None:
    User.objects.filter(username="tita").update(is_active=False)
    assert [line.split(" desde")[0] for line in lines(planner.get(_end_of("juan")))] == [
        "Obras Públicas se queda sin enlace"
    ]


def test_what_two_people_end_is_told_to_both(works: Department, planner: Client) -> None:
    asked = planner.post(_end_of("tita"), {"ends_on": "2016-11-30", "reason": "Renuncia"}, follow=True)
    assert any("Cuando se confirme: Obras Públicas se queda sin titular" in message for message in said(asked))
    address = f"/catalogo/por-confirmar/{PendingAct.objects.get().pk}/"
    second = signed_in(make_user("second", Role.PLANNING)).get(address)
    assert lines(second) == [
        "Obras Públicas se queda sin titular desde el 1 de diciembre: Tita Luna termina el 30 de noviembre"
    ]
    read = signed_in(make_user("contraloria", Role.COMPTROLLER)).get(address)
    assert lines(read) == lines(second) and "/catalogo/nombramientos/nuevo/" not in text_of(read)


def test_closing_an_account_says_what_it_opens(works: Department, planner: Client) -> None:
    address = f"/catalogo/personas/{User.objects.get(username='juan').pk}/baja/"
    expected = "Obras Públicas no tiene enlace: la cuenta de Juan Pérez está de baja"
    assert lines(planner.get(address)) == [expected]
    done = planner.post(address, {"reason": "Renuncia"}, follow=True)
    assert any(message.startswith(expected) for message in said(done))
    again = planner.get(address.replace("baja", "reactivar"))
    assert lines(again) == []


def test_opening_a_month_again_says_who_is_missing(works: Department, planner: Client) -> None:
    Membership.objects.filter(role=Role.LIAISON).update(ends_on=date(2016, 11, 10))
    expected = ["Obras Públicas no tiene enlace: Juan Pérez terminó el 10 de noviembre"]
    assert lines(planner.get("/2016/calendario/10/")) == expected
    posted = {"act": "abrir", "abrir-reason": "Faltó una cifra"}
    done = planner.post("/2016/calendario/10/", posted, follow=True)
    assert Period.objects.get(month=10).closed_on is None
    assert f"{expected[0]}. Nombre a quien siga." in said(done)
    assert lines(planner.get("/2016/calendario/10/")) == []  # it is open: the board tells it


def test_a_historical_year_that_is_none_says_who_is_missing(works: Department, planner: Client) -> None:
    access, year = access_of(User.objects.get(username="planner")), FiscalYear.objects.get()
    Period.objects.update(closed_on=None)
    set_historical(access=access, fiscal_year=year, historical=True, reason="x", now=NOW)
    Membership.objects.filter(role=Role.LIAISON).delete()
    address = "/catalogo/ejercicios/2016/historico/"
    assert lines(planner.get(address)) == ["Obras Públicas no tiene enlace"]
    done = planner.post(address, {"reason": "Sí se captura"}, follow=True)
    assert "Obras Públicas no tiene enlace. Nombre a quien siga." in said(done)


def test_a_locked_year_that_is_opened_again_says_who_is_missing(works: Department, planner: Client) -> None:
    FiscalYear.objects.update(locked=True)
    Membership.objects.filter(role=Role.LIAISON).delete()
    ask_reopening(
        access=access_of(User.objects.get(username="planner")),
        fiscal_year=FiscalYear.objects.get(),
        reason="x",
        now=NOW,
    )
    second, address = signed_in(make_user("second", Role.PLANNING)), "/catalogo/ejercicios/2016/abrir/"
    assert lines(second.get(address)) == ["Obras Públicas no tiene enlace"]
    done = second.post(address, {"act": "confirmar"}, follow=True)
    assert "Obras Públicas no tiene enlace. Nombre a quien siga." in said(done)


def test_next_year_says_who_will_be_missing(works: Department, planner: Client) -> None:
    """Who ends with the year is missed in January; an empty year is told of the departments of the last one."""
    Membership.objects.filter(role=Role.LIAISON).update(ends_on=date(2017, 1, 31))
    expected = (
        "Obras Públicas se queda sin enlace desde el 1 de febrero de 2017: Juan Pérez termina el 31 de enero de 2017"
    )
    assert lines(planner.get("/catalogo/ejercicios/nuevo/")) == [expected]
    codes = {"year": "2017", "targets": "vigente", "program": "OPM-01", "marks": "2017", "plan": ""}
    codes["plan"] = str(FiscalYear.objects.get().plan_id)
    first = planner.get("/2016/catalogo/siguiente/").context["form"].initial
    preview = planner.post("/2016/catalogo/siguiente/", {**first, **codes, "act": "ver"})
    assert lines(preview) == [expected]
    confirmed = {**first, **codes, "act": "confirmar", "fingerprint": preview.context["fingerprint"]}
    done = planner.post("/2016/catalogo/siguiente/", confirmed, follow=True)
    assert f"{expected}. Nombre a quien siga." in said(done)


def test_an_empty_year_is_told_after_it_is_opened(works: Department, planner: Client) -> None:
    Membership.objects.filter(role=Role.LIAISON).update(ends_on=date(2016, 12, 31))
    posted = {"year": "2017", "plan": str(FiscalYear.objects.get().plan_id), "historical": "no"}
    done = planner.post("/catalogo/ejercicios/nuevo/", posted, follow=True)
    assert FiscalYear.objects.filter(year=2017).exists()
    assert any("se queda sin enlace desde el 1 de enero de 2017" in message for message in said(done))


def test_many_are_counted_in_the_message(works: Department, planner: Client) -> None:
    for prefix in ("AAA", "BBB", "CCC"):
        make_indicator(make_program(FiscalYear.objects.get(), f"{prefix}-01"), f"{prefix}-01-01")
    Membership.objects.filter(department=works).delete()
    done = planner.post("/2016/calendario/10/", {"act": "abrir", "abrir-reason": "x"}, follow=True)
    expected = "A 4 dependencias les falta o les va a faltar enlace o titular: véalo en «Faltantes»."
    assert expected in said(done)
