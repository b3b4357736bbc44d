"""The catalogue as a tree: who sees it, what a search finds, what it costs."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from catalog.tree import reading
from indicators.models import Indicator
from programs.models import Axis, Department, FiscalYear, Objective, Program, Strategy
from tests.factories import make_department, make_indicator, make_people, make_program, make_user, make_year
from tests.support.pages import words_of
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
TREE = "/2016/catalogo/"


@pytest.fixture
@shared
def year() -> FiscalYear:
    """Two departments, three programmes below two strategies."""
    year = make_year()
    first = make_program(year, "PRE-01", name="Proximidad Ciudadana")
    make_indicator(first, name="Solicitudes de audiencia atendidas")
    make_indicator(first, name="Giras de trabajo")
    make_indicator(make_program(year, "PRE-02", name="Gestión Institucional"), name="Reuniones de gabinete")
    department = make_department("OBR", "Obras Públicas", 2)
    axis = Axis.objects.create(plan=year.plan, key="2", name="Ciudad Ordenada", position=2)
    objective = Objective.objects.create(axis=axis, name="Infraestructura")
    strategy = Strategy.objects.create(objective=objective, name="Pavimentación de vialidades")
    make_indicator(
        make_program(year, "OBR-01", name="Calles", strategy=strategy, department=department), name="Metros construidos"
    )
    return year


@pytest.fixture
def planning(client: Client, year: FiscalYear) -> Client:
    client.force_login(make_user("planeacion", Role.PLANNING))
    return client


def shown(page: Any) -> dict[str, list[str] | None]:
    """Each programme of the page with the codes of the indicators that it is unfolded to."""
    found = {}
    for axis in page.context["tree"].axes:
        for objective in axis.branches:
            for strategy in objective.branches:
                for program in strategy.programs:
                    lines = program.actions
                    found[program.code] = lines and [line.code for action in lines for line in action.indicators]
    return found


# --- Who ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [TREE, "/2016/catalogo/rama/PRE-01/"])
@pytest.mark.parametrize("role", ["liaison", "director", "reader", None])
def test_for_others_than_planning_and_contraloria_it_does_not_exist(client, year, path, role):
    people = make_people(make_department())
    client.force_login(people[role] if role else make_user("nadie"))
    assert client.get(path).status_code in (403, 404)


def test_who_is_not_signed_in_signs_in_first(client, year):
    assert client.get(TREE)["Location"].startswith("/entrar/")


def test_a_superuser_counts_as_planning(client, year):
    client.force_login(make_user("raiz", is_superuser=True, is_staff=True))
    assert client.get(TREE).status_code == 200


@pytest.mark.parametrize("path", ["/2019/catalogo/", "/2016/catalogo/rama/XXX-99/", "/2019/catalogo/rama/PRE-01/"])
def test_what_does_not_exist_is_not_found(planning, path):
    assert planning.get(path).status_code == 404


# --- What it shows -----------------------------------------------------------------------------------------------


def test_the_navigation_leads_here_and_names_the_sections(planning):
    page = planning.get("/")
    assert re.search(r'<a href="/2016/catalogo/"[^>]*>Catálogo</a>', page.content.decode())
    page = planning.get(TREE)
    assert '<a href="/2016/catalogo/" aria-current="page">Árbol</a>' in page.content.decode()
    assert '<a href="/2016/catalogo/importar/">Importar</a>' in page.content.decode()
    page = planning.get("/2016/catalogo/importaciones/")
    assert '<a href="/2016/catalogo/importar/" aria-current="page">Importar</a>' in page.content.decode()


def test_without_any_year_there_is_only_the_import(client):
    client.force_login(make_user("planeacion", Role.PLANNING))
    page = client.get("/catalogo/importar/")
    assert page.status_code == 200 and "Árbol" not in page.content.decode()
    assert re.search(r'<a href="/catalogo/importar/" aria-current="page">Catálogo</a>', page.content.decode())


def test_the_whole_plan_folded(planning):
    page = planning.get(TREE)
    assert shown(page) == {"PRE-01": None, "PRE-02": None, "OBR-01": None}
    text = words_of(page)
    assert "3 programas · 4 acciones · 4 indicadores" in text
    assert "Eje 2 Ciudad Ordenada 1 programa" in text and "Presidencia Municipal · 2 acciones · 2 indicadores" in text


def test_a_programme_unfolds_without_javascript(planning):
    page = planning.get(f"{TREE}?abrir=PRE-01")
    assert shown(page) == {"PRE-01": ["PRE-01-01", "PRE-01-02"], "PRE-02": None, "OBR-01": None}
    assert "Giras de trabajo meta 100 % · mensual" in words_of(page)


def test_and_is_fetched_by_itself_with_it(planning):
    page = planning.get("/2016/catalogo/rama/PRE-01/")
    assert "Giras de trabajo" in words_of(page) and "<html" not in page.content.decode()


@pytest.mark.parametrize(
    "question, expected",
    [
        ("q=gestion", {"PRE-02": None}),
        ("q=GESTIÓN++institucional", {"PRE-02": None}),
        ("q=pre-01-02", {"PRE-01": ["PRE-01-02"]}),
        ("q=audiencia", {"PRE-01": ["PRE-01-01"]}),
        ("q=pavimentacion", {"OBR-01": None}),
        ("q=ciudad+ordenada", {"OBR-01": None}),
        ("q=obras+publicas", {"OBR-01": None}),
        ("dependencia=PRE", {"PRE-01": None, "PRE-02": None}),
        ("q=metros&dependencia=PRE", {}),
        ("q=audiencia&abrir=PRE-01", {"PRE-01": ["PRE-01-01", "PRE-01-02"]}),
        ("q=nada+de+esto", {}),
        ("q=%25", {}),
        ("q=" + "x" * 5000, {}),
        ("dependencia=XXX", {}),
    ],
)
def test_a_search_ignores_case_and_accents(planning, question, expected):
    page = planning.get(f"{TREE}?{question}")
    assert shown(page) == expected
    if not expected:
        assert "Nada del catálogo 2016 tiene" in words_of(page)


def test_a_branch_without_programmes_is_found_by_its_name(planning, year):
    objective = Objective.objects.get(name="Infraestructura")
    Strategy.objects.create(objective=objective, name="Alumbrado público")
    text = words_of(planning.get(f"{TREE}?q=alumbrado"))
    assert "Alumbrado público sin programas" in text and "Pavimentación" not in text


def test_a_search_that_finds_very_much_shows_a_part_and_says_so(planning, year, monkeypatch):
    monkeypatch.setattr(reading, "MATCHES", 5)
    page = planning.get(f"{TREE}?q=atender")
    assert shown(page) == {"OBR-01": ["OBR-01-01"], "PRE-01": None, "PRE-02": ["PRE-02-01"]}
    assert "Hay 4 acciones e indicadores más" in words_of(page)


def test_retired_indicators_and_programmes_say_since_when(planning, year):
    Indicator.objects.filter(code="PRE-01-01").update(retired_from=5)
    assert "2 indicadores · 1 retirado" in words_of(planning.get(TREE))
    Indicator.objects.filter(code="PRE-01-02").update(retired_from=7)
    text = words_of(planning.get(f"{TREE}?abrir=PRE-01"))
    assert "Proximidad Ciudadana retirado desde julio" in text
    assert "Solicitudes de audiencia atendidas retirado desde mayo" in text


def test_a_locked_year_is_shown_and_says_that_it_does_not_change(planning, year):
    FiscalYear.objects.update(locked=True)
    assert "El ejercicio 2016 está cerrado" in words_of(planning.get(TREE))


def test_a_plan_without_axes_offers_the_import(client):
    make_year(2014)
    client.force_login(make_user("planeacion", Role.PLANNING))
    assert "El plan todavía no tiene ejes." in words_of(client.get("/2014/catalogo/"))


# --- What it costs -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", ["", "?q=atender", "?dependencia=PRE", "?abrir=PRE-01"])
def test_the_queries_do_not_grow_with_the_catalogue(planning, year, question):
    with CaptureQueriesContext(connection) as few:
        planning.get(TREE + question)
    department = Department.objects.get(prefix="PRE")
    for number in range(3, 40):
        make_indicator(make_program(year, f"PRE-{number:02d}", department=department))
    with CaptureQueriesContext(connection) as many:
        page = planning.get(TREE + question)
    assert len(many) == len(few) <= 16
    assert Program.objects.count() == 40 and page.status_code == 200


def test_without_any_year_the_menu_leads_contraloria_to_no_import(client):
    client.force_login(make_user("sola", "comptroller"))
    assert "Catálogo" not in [link["label"] for link in client.get("/catalogo/personas/").context["nav"]]
