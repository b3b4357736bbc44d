"""A director's first page: the picture of the department that they answer for, and of nothing else."""

from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Membership, Role
from programs.models import FiscalYear
from tests.factories import make_department, make_indicator, make_measurement, make_program, make_user, make_year
from tests.reports.conftest import sign_in
from tests.support.pages import text_of


@pytest.fixture
def march(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is March 2016, and what the pages show is February."""
    monkeypatch.setattr(timezone, "now", lambda: datetime.fromisoformat("2016-03-03T12:00:00-06:00"))


@pytest.fixture
def two_years(db: None, march: None) -> FiscalYear:
    """PRE: 80 % in January 2016, 50 % with February; 90 % in February 2015. OPM: 100 % throughout."""
    make_department("PRE")
    this, last = make_year(2016), make_year(2015)
    for year, code, pairs in (
        (this, "PRE-01", [(80, 100), (20, 100)]),
        (this, "PRE-02", [(80, 100), (20, 100)]),
        (this, "OPM-01", [(100, 100), (100, 100)]),
        (last, "PRE-01", [(90, 100), (90, 100)]),
        (last, "OPM-01", [(10, 100), (10, 100)]),
    ):
        indicator = make_indicator(make_program(year, code), f"{code}-01")
        for month, (n, d) in enumerate(pairs, start=1):
            make_measurement(indicator, month, n, d)
    return this


def own(client: Client) -> list[Any]:
    found: list[Any] = client.get("/").context["page"].own_programs
    return found


def test_it_is_the_picture_of_the_department_alone(client: Client, two_years: FiscalYear) -> None:
    sign_in(client, make_user("director", Role.DIRECTOR, make_department("PRE")))
    (department,) = own(client)
    glance = department.glance
    assert department.name == "Presidencia Municipal"
    assert glance.compliance.text == "50.00 %"
    told = [(change.mark, change.text, change.since) for change in glance.compliance.changes]
    assert told == [("↓", "30.00", "desde enero"), ("↓", "40.00", "que en febrero de 2015")]
    assert [(part.light, part.programs) for part in glance.lights] == [("red", 2)]
    assert [row.code for listed in glance.moved for row in listed.rows] == ["PRE-01", "PRE-02"]
    assert [(row.code, bool(row.trend)) for row in department.rows] == [("PRE-01", True), ("PRE-02", True)]
    assert not glance.axes
    page = text_of(client.get("/"))
    assert "OPM" not in page and "Los ejes" not in page
    assert "El año, y 2015 en gris" in page


def test_its_figures_and_lights_lead_to_what_they_are_made_of(client: Client, two_years: FiscalYear) -> None:
    sign_in(client, make_user("director", Role.DIRECTOR, make_department("PRE")))
    (department,) = own(client)
    assert client.get(department.glance.whence).context["page"].compliance == "50.00 %"
    (red,) = department.glance.lights
    assert [row.code for row in client.get(red.url).context["page"].rows] == ["PRE-01", "PRE-02"]
    assert client.get(department.compare_url).status_code == 200


def test_who_directs_two_departments_has_a_picture_of_each(client: Client, two_years: FiscalYear) -> None:
    director = make_user("director", Role.DIRECTOR, make_department("PRE"))
    sign_in(client, director)
    client.get("/")
    with CaptureQueriesContext(connection) as one:
        client.get("/")
    second = Membership.objects.create(
        user=director, role=Role.DIRECTOR, department=make_department("OPM"), starts_on=date(2014, 1, 1)
    )
    with CaptureQueriesContext(connection) as two:
        found = own(client)
    assert second.pk and [(each.name, each.glance.compliance.text) for each in found] == [
        ("Dependencia OPM", "100.00 %"),
        ("Presidencia Municipal", "50.00 %"),
    ]
    assert len(two) == len(one)
    page = client.get("/").content.decode()
    ids = [part.split('"')[0] for part in page.split(' id="')[1:]]
    assert len(ids) == len(set(ids)), "each picture has ids of its own"


def test_a_department_without_programmes_says_so(client: Client, two_years: FiscalYear) -> None:
    sign_in(client, make_user("director", Role.DIRECTOR, make_department("DAA", "Sin programas")))
    assert own(client) == []
    assert "Su dependencia no tiene programas en el ejercicio 2016." in text_of(client.get("/"))
