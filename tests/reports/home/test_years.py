"""The first page where there are several years: in January both ask, and one is current."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from indicators.models import CorrectionRequest, Indicator, Measurement, State
from programs.models import FiscalYear
from tests.factories import (
    make_indicator,
    make_measurement,
    make_program,
    make_year,
)
from tests.reports.conftest import Town, sign_in
from tests.reports.home.conftest import OCTOBER
from tests.reports.home.test_home import home_of, section_of
from tests.support.pages import text_of

JANUARY = datetime.fromisoformat("2017-01-03T12:00:00-06:00")


@pytest.fixture
def january(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 3 January 2017: December 2016 is due on the 6th, January 2017 has opened."""
    monkeypatch.setattr(timezone, "now", lambda: JANUARY)


@pytest.fixture
def next_year(town: Town, january: None) -> Town:
    """The town with its 2017 prepared: the same programme, nothing captured."""
    make_indicator(make_program(make_year(2017), "PRE-02"), "PRE-02-01")
    return town


def test_in_january_an_enlace_sees_the_months_of_both_years(client: Client, next_year: Town) -> None:
    section = section_of(home_of(client, next_year.people["liaison"]), "Captura: Presidencia Municipal")
    december = section.split('<th scope="row">Diciembre 2016</th>')[1].split("</tr>")[0]
    assert "vence el 06/01/2017" in december
    assert 'href="/2016/captura/PRE/12/"' in december
    assert 'href="/2017/captura/PRE/1/"' in section.split('<th scope="row">Enero 2017</th>')[1].split("</tr>")[0]
    months = re.findall(r'<th scope="row">(\w+ \d+)<', section)
    assert (*months[:3], months[-1]) == ("Febrero 2016", "Diciembre 2016", "Enero 2016", "Enero 2017")
    assert section.split('<th scope="row">Febrero 2016</th>')[1].count("attention") == 1


def test_complete_months_say_of_which_year(client: Client, next_year: Town) -> None:
    for code in ("PRE-02-02", "PRE-02-03", "PRE-02-04"):
        make_measurement(next_year.indicators[code], 3, 1, 2)
    make_measurement(next_year.indicators["PRE-02-01"], 3, 1, 2)
    make_measurement(Indicator.objects.get(fiscal_year__year=2017), 1, 1, 2, State.SUBMITTED)
    assert "Completos de 2016: marzo; de 2017: enero." in home_of(client, next_year.people["liaison"])


@pytest.mark.parametrize("role", ["director", "planning"])
def test_in_january_what_waits_of_the_old_year_is_to_be_validated(client: Client, next_year: Town, role: str) -> None:
    Measurement.objects.filter(state=State.SUBMITTED).update(submitted_at=JANUARY)
    make_measurement(Indicator.objects.get(fiscal_year__year=2017), 1, 1, 2, State.SUBMITTED, submitted_at=OCTOBER)
    section = section_of(home_of(client, next_year.people[role]), "Espera su validación")
    assert re.findall(r'<th scope="row">(\w+ \d+)<', section) == ["Enero 2017", "Febrero 2016"]
    assert re.findall(r'href="([^"]+)"', section) == ["/2017/revision/PRE/1/", "/2016/revision/PRE/2/"]


def test_what_is_not_in_sight_is_found_in_the_review_of_its_year(client: Client, next_year: Town) -> None:
    planning = next_year.people["planning"]
    for month in range(1, 13):
        make_measurement(next_year.indicators["PRE-02-04"], month, 1, 2, State.SUBMITTED, submitted_at=OCTOBER)
    for month in (1, 2):
        make_measurement(
            Indicator.objects.get(fiscal_year__year=2017), month, 1, 2, State.SUBMITTED, submitted_at=JANUARY
        )
    section = section_of(home_of(client, planning), "Espera su validación")
    assert section.count("<tr>") == 1 + 12
    assert '<a href="/2017/revision/">Ver los otros 2 de 2017</a>' in section


def test_in_january_planning_chases_december(client: Client, next_year: Town) -> None:
    page = home_of(client, next_year.people["planning"])
    section = section_of(page, "Dependencias en diciembre 2016")
    assert "el mes vence el 06/01/2017" in section and 'href="/2016/captura/PRE/12/"' in section
    assert "enero 2017" not in section


def test_planning_is_told_that_the_old_year_still_lacks_something(
    client: Client, next_year: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime.fromisoformat("2017-02-10T12:00:00-06:00"))
    section = section_of(home_of(client, next_year.people["planning"]), "Dependencias en enero 2017")
    assert 'href="/2016/faltantes/?mes=12"' in section
    assert "En diciembre 2016 sigue pendiente 1 de 1 dependencia" in section
    FiscalYear.objects.filter(year=2016).update(locked=True)
    assert "diciembre 2016" not in section_of(
        home_of(client, next_year.people["planning"]), "Dependencias en enero 2017"
    )


def test_a_locked_year_asks_for_nothing(client: Client, next_year: Town) -> None:
    FiscalYear.objects.filter(year=2016).update(locked=True)
    page = home_of(client, next_year.people["liaison"])
    assert re.findall(r'<th scope="row">(\w+(?: \d+)?)<', page) == ["Enero"]
    assert "No hay cifras enviadas que esperen validación" in home_of(client, next_year.people["director"])


@pytest.mark.parametrize(
    ("today", "year"),
    [("2016-12-20", 2016), ("2017-01-01", 2016), ("2017-01-31", 2016), ("2017-02-01", 2016), ("2017-02-08", 2017)],
)
def test_an_empty_year_becomes_the_current_one_when_its_january_is_due(
    client: Client, next_year: Town, monkeypatch: pytest.MonkeyPatch, today: str, year: int
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime.fromisoformat(f"{today}T12:00:00-06:00"))
    response = sign_in(client, next_year.people["planning"]).get("/")
    assert f"Ejercicio {year} · resultados" in text_of(response)
    links = [link["url"] for link in response.context["nav"] if link["label"] in ("Tablero", "Captura", "Calendario")]
    assert links == [f"/{year}/tablero/", f"/{year}/captura/", f"/{year}/calendario/"]


@pytest.mark.parametrize(("today", "year"), [("2017-01-20", 2016), ("2017-02-01", 2017)])
def test_a_validated_figure_makes_the_year_current_once_its_month_has_ended(
    client: Client, next_year: Town, monkeypatch: pytest.MonkeyPatch, today: str, year: int
) -> None:
    make_measurement(Indicator.objects.get(fiscal_year__year=2017), 1, 1, 2)
    monkeypatch.setattr(timezone, "now", lambda: datetime.fromisoformat(f"{today}T12:00:00-06:00"))
    assert f"Ejercicio {year} · resultados" in home_of(client, next_year.people["reader"])


def test_once_the_old_year_is_locked_the_new_one_is_current(client: Client, next_year: Town) -> None:
    FiscalYear.objects.filter(year=2016).update(locked=True)
    assert "Ejercicio 2017 · resultados" in home_of(client, next_year.people["reader"])


@pytest.mark.parametrize(
    ("address", "other"),
    [
        ("/", "/2017/tablero/"),
        ("/2016/tablero/?mes=3&alcance=preliminar", "/2017/tablero/"),
        ("/2016/mapa/", "/2017/mapa/"),
        ("/2016/comparar/", "/2017/comparar/"),
        ("/2016/programas/PRE-02/", "/2017/tablero/"),
        ("/2016/captura/?todos=1", "/2017/captura/"),
        ("/2016/captura/PRE/12/", "/2017/captura/"),
        ("/2016/revision/", "/2017/revision/"),
        ("/2016/revision/PRE/2/", "/2017/revision/"),
        ("/2016/calendario/", "/2017/calendario/"),
        ("/2016/faltantes/?mes=3", "/2017/faltantes/"),
        ("/2016/catalogo/", "/2017/catalogo/"),
        ("/2016/catalogo/metas/", "/2017/catalogo/"),
        ("/bitacora/", "/2017/tablero/"),
    ],
)
def test_every_page_leads_to_the_other_year(client: Client, next_year: Town, address: str, other: str) -> None:
    sign_in(client, next_year.people["planning"])
    switch = text_of(client.get(address)).split('<details class="site-years')[1].split("</details>")[0]
    assert "Ejercicio </span>2016</summary>" in switch
    assert re.findall(r'<a href="([^"]+)">.*?(\d+)</a>', switch) == [(other, "2017")]
    assert client.get(other).status_code in (200, 302)


def test_with_one_year_there_is_none_to_choose(client: Client, town: Town) -> None:
    assert "site-years" not in home_of(client, town.people["reader"])


def ask_for_correction(town: Town, **kwargs: Any) -> CorrectionRequest:
    validated = Measurement.objects.get(indicator=town.indicators["PRE-02-01"], month=1)
    return CorrectionRequest.objects.create(
        measurement=validated,
        requested_by=town.people["liaison"],
        requested_at=OCTOBER,
        reason="Faltó contar una reunión.",
        **kwargs,
    )


def test_planning_sees_the_corrections_that_are_asked_for(client: Client, next_year: Town) -> None:
    ask_for_correction(next_year)
    section = section_of(home_of(client, next_year.people["planning"]), "Solicitudes de corrección")
    assert '<a href="/2016/correcciones/PRE-02-01/1/">PRE-02-01 · enero 2016</a>' in section
    assert "Faltó contar una reunión." in section and "Presidencia Municipal" in section
    assert "03/10/2016" in section


@pytest.mark.parametrize("role", ["director", "liaison", "reader", "comptroller"])
def test_others_do_not_make_corrections(client: Client, town: Town, october: None, role: str) -> None:
    ask_for_correction(town)
    assert "Solicitudes de corrección" not in home_of(client, town.people[role])


def test_an_answered_request_no_longer_waits(client: Client, town: Town, october: None) -> None:
    assert "Solicitudes de corrección" not in home_of(client, town.people["planning"])
    ask_for_correction(town)
    assert "Solicitudes de corrección" in home_of(client, town.people["planning"])
    CorrectionRequest.objects.update(state=CorrectionRequest.State.DONE, answered_at=OCTOBER)
    assert "Solicitudes de corrección" not in home_of(client, town.people["planning"])


def test_the_first_requests_are_shown_and_the_rest_is_one_step_away(client: Client, town: Town, october: None) -> None:
    for month in range(2, 13):
        make_measurement(town.indicators["PRE-02-04"], month, 1, 2)
    for measurement in Measurement.objects.filter(indicator=town.indicators["PRE-02-04"]):
        CorrectionRequest.objects.create(
            measurement=measurement, requested_by=town.people["liaison"], requested_at=OCTOBER, reason="Error."
        )
    ask_for_correction(town)
    assert "Ver " not in section_of(home_of(client, town.people["planning"]), "Solicitudes de corrección")
    more = Measurement.objects.get(indicator=town.indicators["PRE-02-02"])
    CorrectionRequest.objects.create(
        measurement=more, requested_by=town.people["liaison"], requested_at=OCTOBER, reason="Error."
    )
    section = section_of(home_of(client, town.people["planning"]), "Solicitudes de corrección")
    assert section.count("<tr>") == 1 + 12 and '<a href="/2016/revision/#requests">Ver la otra de 2016</a>' in section


@pytest.mark.parametrize("role", ["planning", "director", "liaison", "reader"])
def test_queries_do_not_grow_with_the_years(client: Client, town: Town, october: None, role: str) -> None:
    sign_in(client, town.people[role])
    ask_for_correction(town)
    make_year(2013)  # the change since a year ago asks for the year before, where there is one
    make_year(2015)
    counts = []
    for _ in range(2):
        client.get("/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/")
        counts.append(len(captured))
        for year in (2012, 2014):
            made = make_year(year) if not FiscalYear.objects.filter(year=year).exists() else None
            if made:
                indicator = make_indicator(make_program(made, "PRE-01"), "PRE-01-01")
                make_measurement(indicator, 1, 1, 2, State.SUBMITTED)
    assert counts[0] == counts[1]


def test_a_year_without_figures_leads_to_the_one_before(
    client: Client, next_year: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    sentence = 'Todavía no hay cifras validadas de 2017. <a href="/2016/tablero/">Ver los resultados de 2016</a>'
    assert sentence not in home_of(client, next_year.people["reader"])
    monkeypatch.setattr(timezone, "now", lambda: datetime.fromisoformat("2017-02-10T12:00:00-06:00"))
    assert sentence in home_of(client, next_year.people["reader"])
    make_measurement(Indicator.objects.get(fiscal_year__year=2017), 1, 1, 2)
    assert sentence not in home_of(client, next_year.people["reader"])
