"""The first page: what waits for whom."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import services
from accounts.models import Role
from accounts.services import Appointment
from catalog.years.reopening import ask_reopening
from indicators.models import CorrectionRequest, Indicator, Measurement, Period, State
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
from tests.reports.municipality import add_programs, make_municipality
from tests.support.owner import as_owner
from tests.support.pages import text_of

OCTOBER = datetime.fromisoformat("2016-10-03T12:00:00-06:00")


@pytest.fixture
def october(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 3 October 2016."""
    monkeypatch.setattr(timezone, "now", lambda: OCTOBER)


def home_of(client: Client, user: Any) -> str:
    return text_of(sign_in(client, user).get("/"))


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


def section_of(page: str, heading: str) -> str:
    """What stands under a heading, up to the next section."""
    return page.split(f"{heading}</h2>")[1].split("</section>")[0]


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
