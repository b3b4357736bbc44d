"""The first page: what waits for whom."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import services
from accounts.models import Role
from accounts.services import Appointment
from catalog.years.reopening import ask_reopening
from indicators.models import Measurement, Period, State
from programs.models import FiscalYear
from reports.sheets import reading
from tests.factories import (
    access_of,
    make_department,
    make_indicator,
    make_measurement,
    make_program,
    make_user,
    make_year,
)
from tests.reports.conftest import Town, sign_in
from tests.reports.home.conftest import OCTOBER
from tests.reports.municipality import add_programs, make_municipality
from tests.support.owner import as_owner
from tests.support.pages import text_of


def home_of(client: Client, user: Any) -> str:
    return text_of(sign_in(client, user).get("/"))


def section_of(page: str, heading: str) -> str:
    """What stands under a heading, up to the next section."""
    return page.split(f"{heading}</h2>")[1].split("</section>")[0]


def test_without_a_year_planning_is_sent_to_the_first_steps(client: Client, db: None) -> None:
    response = sign_in(client, make_user("planner", Role.PLANNING)).get("/", follow=True)
    assert response.redirect_chain == [("/primeros-pasos/", 302)]
    assert 'href="/catalogo/importar/"' in text_of(response)


def test_without_a_year_others_wait_for_planning(client: Client, db: None) -> None:
    page = home_of(client, make_user("mayor", Role.READER))
    assert "Planeación lo importa" in page
    assert "/admin/" not in page


def test_an_enlace_sees_the_months_that_lack_something(client: Client, town: Town, october: None) -> None:
    page = home_of(client, town.people["liaison"])
    assert "Captura: Presidencia Municipal" in page
    # January: 01 and 02 validated, 03 a draft, 04 missing.
    january = page.split('<th scope="row">Enero</th>')[1].split("</tr>")[0]
    assert 'class="overdue">venció el 08/02/2016' in january
    assert re.findall(r'data-label="([^"]+)">([^<]+)<', january) == [
        ("Observados", "0"),
        ("Sin captura", "1"),
        ("En borrador", "1"),
        ("Avance", "2 de 4 enviados"),
    ]
    assert 'href="/2016/captura/PRE/1/"' in january
    february = page.split('<th scope="row">Febrero</th>')[1].split("</tr>")[0]
    assert '<td class="num attention" data-label="Observados">1</td>' in february and "1 de 4 enviados" in february
    assert "vence el 07/10/2016" in page.split('<th scope="row">Septiembre</th>')[1].split("</tr>")[0]
    assert "Noviembre" not in page


def test_an_enlace_with_nothing_left_is_told_so(client: Client, db: None, october: None) -> None:
    program = make_program(make_year(), "PRE-01")
    indicator = make_indicator(program, "PRE-01-01", frequency=6)
    make_measurement(indicator, 6, 1, 2)
    page = home_of(client, make_user("ana", Role.LIAISON, make_department()))
    assert "No le falta nada" in page
    assert "Completos: junio." in page


def test_closed_months_no_longer_ask_except_for_returned_figures(client: Client, town: Town, october: None) -> None:
    Period.objects.filter(month__in=(1, 2)).update(closed_on=date(2016, 4, 1))
    page = home_of(client, town.people["liaison"])
    assert '<th scope="row">Enero</th>' not in page
    assert '<th scope="row">Febrero</th>' not in page
    assert 'Cerrados sin completar: <a href="/2016/captura/PRE/1/">enero</a> (faltan 2)' in page
    assert "Ya no admiten capturas: para completarlos, pida una prórroga a Planeación (" in page
    Measurement.objects.filter(state=State.RETURNED).update(returned_at=OCTOBER)
    february = home_of(client, town.people["liaison"]).split('<th scope="row">Febrero</th>')[1].split("</tr>")[0]
    assert "cerrado; lo observado se corrige hasta el 10/10/2016" in february
    assert ">Corregir<" in february and "Capturar" not in february


def test_of_a_closed_month_what_may_still_be_corrected_is_counted(client: Client, town: Town, october: None) -> None:
    """Two were returned, one of them so long ago that capture refuses it."""
    first, second = list(town.indicators.values())[:2]
    with as_owner():
        Measurement.objects.filter(month=2).delete()
    for indicator, at in ((first, OCTOBER), (second, OCTOBER - timedelta(days=60))):
        make_measurement(indicator, 2, 1, 2, State.RETURNED, submitted_at=at, returned_at=at)

    def told() -> str:
        page = home_of(client, town.people["liaison"])
        return page.split('<th scope="row">Febrero</th>')[1].split("</tr>")[0]

    assert 'data-label="Observados">2</td>' in told()
    Period.objects.filter(month=2).update(closed_on=date(2016, 4, 1))
    assert 'data-label="Observados">1</td>' in told()
    client.force_login(town.people["liaison"])
    start = text_of(client.get("/2016/captura/?todos=1"))
    assert "1 observado" in start and "2 observados" not in start


def test_the_first_button_is_what_was_returned_and_then_the_month_that_is_due_now(
    client: Client, town: Town, october: None
) -> None:
    """Of February one figure was returned; January to August wait, too, and are told after September."""
    section = section_of(home_of(client, town.people["liaison"]), "Captura: Presidencia Municipal")
    rows = re.findall(r'<th scope="row">(\w+)<.*?>(\w+)<span class="visually-hidden">', section)
    assert rows[:3] == [("Febrero", "Corregir"), ("Septiembre", "Capturar"), ("Enero", "Capturar")]
    make_measurement(town.indicators["PRE-02-04"], 9, 1, 2, State.RETURNED, returned_at=OCTOBER)
    section = section_of(home_of(client, town.people["liaison"]), "Captura: Presidencia Municipal")
    rows = re.findall(r'<th scope="row">(\w+)<.*?>(\w+)<span class="visually-hidden">', section)
    assert rows[:3] == [("Febrero", "Corregir"), ("Septiembre", "Corregir"), ("Enero", "Capturar")]
    with as_owner():
        Measurement.objects.filter(state=State.RETURNED).delete()
    section = section_of(home_of(client, town.people["liaison"]), "Captura: Presidencia Municipal")
    rows = re.findall(r'<th scope="row">(\w+)<.*?>(\w+)<span class="visually-hidden">', section)
    assert rows[:3] == [("Septiembre", "Capturar"), ("Enero", "Capturar"), ("Febrero", "Capturar")]


def test_a_director_sees_what_waits_and_since_when(client: Client, town: Town, october: None) -> None:
    Measurement.objects.filter(state=State.SUBMITTED).update(submitted_at=OCTOBER)
    page = home_of(client, town.people["director"])
    row = page.split('<h2 id="review">')[1].split('<th scope="row">Febrero</th>')[1].split("</tr>")[0]
    assert '<td class="num" data-label="Cifras">1</td> <td data-label="Esperan desde">03/10/2016</td>' in row
    assert 'href="/2016/revision/PRE/2/"' in row
    assert ">Presidencia Municipal</h2>" in page
    assert "92.31 %" in page
    assert "Captura: " not in page


def test_a_director_is_told_which_figures_somebody_else_reviews(client: Client, town: Town, october: None) -> None:
    waiting = Measurement.objects.get(state=State.SUBMITTED)
    waiting.changed_by.add(town.people["director"])
    assert "1 la revisa otra persona" in home_of(client, town.people["director"])


def test_a_director_sees_only_the_own_department(client: Client, town: Town, october: None) -> None:
    other = make_program(town.fiscal_year, "OPM-01")
    make_measurement(make_indicator(other, "OPM-01-01"), 3, 1, 1, State.SUBMITTED)
    page = home_of(client, town.people["director"])
    assert "OPM" not in page
    assert '<th scope="row">Marzo</th>' not in page


def test_planning_sees_the_month_in_hand_by_department(client: Client, town: Town, october: None) -> None:
    make_indicator(make_program(town.fiscal_year, "OPM-01"), "OPM-01-01")
    make_measurement(town.indicators["PRE-02-04"], 9, 1, 2, State.SUBMITTED)
    make_measurement(town.indicators["PRE-02-03"], 9, 1, 2, State.DRAFT)
    page = home_of(client, town.people["planning"])
    assert "Dependencias en septiembre 2016" in page
    assert "Con capturas pendientes: 2 de 2; el mes vence el 07/10/2016." in page
    row = page.split('<a href="/2016/captura/PRE/9/">Presidencia Municipal</a></th>')[1].split("</tr>")[0]
    figures = [cell.split(">")[1].split("<")[0] for cell in row.split("<td")[1:]]
    assert figures == ["4", "2", "1", "0", "1", "0"]
    assert "El plan al corte" in page


@pytest.mark.parametrize("role", ["reader", "comptroller"])
def test_readers_get_the_summary(client: Client, town: Town, october: None, role: str) -> None:
    page = home_of(client, town.people[role])
    assert "El plan al corte" in page
    assert 'href="/2016/tablero/?mes=1&amp;alcance=oficial"' in page
    for absent in ("Captura: ", "Espera su validación", "Dependencias en "):
        assert absent not in page


@pytest.mark.parametrize("role", [Role.READER, Role.COMPTROLLER])
def test_readers_see_which_programmes_are_furthest_behind(client: Client, october: None, db: None, role: str) -> None:
    fiscal_year = make_year()
    for number, attended in enumerate((69, 95, 10, 89, 30, 20, 80), start=1):
        program = make_program(fiscal_year, f"PRE-{number:02d}")
        indicator = make_indicator(program)
        for month in range(1, 10):
            make_measurement(indicator, month, attended, 100)
    make_program(fiscal_year, "PRE-08")
    page = home_of(client, make_user("mayor", role))
    section = page.split('id="attention"')[1].split("</section>")[0]
    assert re.findall(r"programas/(PRE-\d\d)/", section) == ["PRE-03", "PRE-06", "PRE-05", "PRE-01", "PRE-07"]
    assert "Ver el otro en amarillo o rojo" in section
    assert 'href="/2016/tarjeta/?mes=9&amp;alcance=oficial"' in page
    more = section.split('<p><a href="')[1].split('"')[0].replace("&amp;", "&")
    listed = re.findall(r"programas/(PRE-\d\d)/", text_of(client.get(more)))
    assert list(dict.fromkeys(listed))[:6] == ["PRE-03", "PRE-06", "PRE-05", "PRE-01", "PRE-07", "PRE-04"]


def test_without_figures_nobody_is_said_to_do_well(client: Client, october: None, db: None) -> None:
    make_indicator(make_program(make_year(), "PRE-01"))
    page = home_of(client, make_user("mayor", Role.READER))
    assert "0 de 1" in page and "Ningún programa con datos está en amarillo o rojo" not in page


def test_nothing_behind_says_so(client: Client, october: None, db: None) -> None:
    make_measurement(make_indicator(make_program(make_year())), 1, 1, 1)
    page = home_of(client, make_user("mayor", Role.READER))
    assert "Ningún programa con datos está en amarillo o rojo." in page


def test_an_indicator_that_is_not_due_is_not_missing(town: Town) -> None:
    make_indicator(town.program, "PRE-02-05", frequency=6)
    periods = reading.periods_of(town.fiscal_year)
    months = reading.department_months(periods, frozenset({town.department.pk}))
    assert [month.due for month in months] == [4, 4, 4, 4, 4, 5, 4, 4, 4, 4, 4, 5]


@pytest.mark.parametrize(
    ("today", "month"), [(date(2015, 12, 1), 1), (date(2016, 1, 31), 1), (date(2016, 10, 3), 9), (date(2026, 1, 1), 12)]
)
def test_the_month_in_hand_is_the_last_that_has_ended(db: None, today: date, month: int) -> None:
    period = reading.month_in_hand(reading.periods_of(make_year()), today)
    assert period is not None and period.month == month


def test_the_latest_year_that_is_not_locked_is_shown(client: Client, town: Town) -> None:
    later = make_year(2017)
    assert "Ejercicio 2017 · resultados" in home_of(client, town.people["reader"])
    Period.objects.filter(fiscal_year=later).update(closed_on=date(2018, 1, 1))
    assert "Ejercicio 2017 · resultados" in home_of(client, town.people["reader"])
    FiscalYear.objects.filter(pk=later.pk).update(locked=True)
    assert "Ejercicio 2016 · resultados" in home_of(client, town.people["reader"])
    FiscalYear.objects.update(locked=True)
    assert "Ejercicio 2017 · resultados" in home_of(client, town.people["reader"])


@pytest.mark.parametrize(
    ("role", "labels"),
    [
        ("liaison", ["Inicio", "Tablero", "Captura", "Calendario", "Bitácora"]),
        ("director", ["Inicio", "Tablero", "Captura", "Revisión", "Calendario", "Bitácora"]),
        (
            "planning",
            [
                "Inicio",
                "Tablero",
                "Captura",
                "Revisión",
                "Faltantes",
                "Calendario",
                "Bitácora",
                "Catálogo",
                "Administración",
            ],
        ),
        ("reader", ["Inicio", "Tablero", "Calendario"]),
        ("comptroller", ["Inicio", "Tablero", "Captura", "Faltantes", "Calendario", "Bitácora", "Catálogo"]),
    ],
)
def test_navigation_by_role(client: Client, town: Town, role: str, labels: list[str]) -> None:
    response = sign_in(client, town.people[role]).get("/2016/programas/PRE-02/")
    assert [link["label"] for link in response.context["nav"]] == labels
    assert [link["label"] for link in response.context["nav"] if link["active"]] == ["Tablero"]


# Planning and Contraloría read the last check of what is kept besides, which is one query; planning, how the public
# site stands, which is another.
@pytest.mark.parametrize(("role", "most"), [("planning", 18), ("director", 16), ("reader", 16)])
def test_queries_do_not_grow_with_the_plan(client: Client, db: None, role: str, most: int) -> None:
    fiscal_year = make_municipality(programs=5)
    sign_in(client, make_user("somebody", role, make_department("DAA") if role == "director" else None))
    counts = []
    for more in (range(5, 6), range(6, 161)):
        add_programs(fiscal_year, more)
        client.get("/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/")
        counts.append(len(captured))
    assert counts[0] == counts[1] <= most


@pytest.mark.parametrize(
    ("role", "link"),
    [
        ("second", "/catalogo/ejercicios/2014/abrir/"),
        ("comptroller", "/catalogo/por-confirmar/"),
        ("planning", "/catalogo/ejercicios/2014/abrir/"),
        ("liaison", ""),
        ("director", ""),
        ("reader", ""),
    ],
)
def test_a_reopening_waits_with_the_other_acts(client: Client, town: Town, october: None, role: str, link: str) -> None:
    """The oldest first, with what waits about people; the page asks no more of the database for it."""
    people = town.people | {"second": make_user("second", Role.PLANNING)}
    locked = make_year(2014)
    FiscalYear.objects.filter(pk=locked.pk).update(locked=True)
    asker = access_of(people["planning"])
    ask_reopening(access=asker, fiscal_year=locked, reason="Faltó diciembre", now=OCTOBER - timedelta(days=3))
    named = Appointment(Role.COMPTROLLER, None, date(2016, 10, 1))
    services.appoint(access=asker, user=people["reader"], appointment=named, now=OCTOBER)
    sign_in(client, people[role]).get("/")
    with CaptureQueriesContext(connection) as captured:
        page = text_of(client.get("/"))
    assert len(captured) <= 16 + {"planning": 2, "second": 2, "comptroller": 1}.get(role, 0)
    assert ("Abrir de nuevo el ejercicio 2014" in page) == bool(link)
    if link:
        rows = page.split('id="confirm"')[1].split("</table>")[0].split("<tr>")[2:]
        assert f'href="{link}"' in rows[0]
        assert "30/09/2016" in rows[0] and "Nombrar a reader" in rows[1] and len(rows) == 2
        assert ("usted" in rows[0]) == (role == "planning")


@pytest.mark.parametrize(
    ("role", "title"),
    [
        ("reader", "Cómo va el plan"), ("comptroller", "Cómo va el plan"), ("liaison", "Lo que le toca"),
        ("director", "Lo que le toca"), ("planning", "Lo que le toca"),
    ],
)  # fmt: skip
def test_the_title_is_of_what_is_there(client: Client, town: Town, october: None, role: str, title: str) -> None:
    assert f"<h1>{title}</h1>" in home_of(client, town.people[role])
