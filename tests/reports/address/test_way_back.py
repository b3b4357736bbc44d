"""From a sheet or an explanation one goes back to the page of the plan that one left, as it was, and nowhere else."""

import html
import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import Role
from tests.factories import make_indicator, make_measurement, make_program, make_user, make_year
from tests.reports.conftest import Town, sign_in

PLAN = "/2016/tablero/?mes=3&alcance=oficial"
LEFT = "/2016/tablero/?mes=3&alcance=oficial&dependencia=PRE&texto=CODE+a%C3%B1o+%26&orden=-global"


def links(client: Client, address: str) -> list[str]:
    response = client.get(address)
    assert response.status_code == 200, address
    return [html.unescape(found) for found in re.findall(r'href="([^"#]*)', response.content.decode())]


def link_to(client: Client, address: str, target: str) -> str:
    """The page's first link that begins so."""
    return next(link for link in links(client, address) if link.startswith(target))


def back(client: Client, address: str) -> str:
    """Where the first crumb leads, and its words."""
    page = client.get(address).content.decode()
    found = re.search(r'breadcrumb-item"><a href="([^"]*)">([^<]*)<', page)
    assert found, address
    return f"{html.unescape(found[1])} {found[2]}"


def test_from_a_filtered_plan_through_every_sheet_and_back(reader: Client, town: Town) -> None:
    left = "/2016/tablero/?mes=3&alcance=oficial&dependencia=PRE&texto=coordinaci%C3%B3n&orden=-global"
    wanted = f"{left} Tablero 2016, como lo dejó"
    program = link_to(reader, left, "/2016/programas/PRE-02/")
    assert back(reader, program) == wanted
    for target in (
        "/2016/programas/PRE-02/anio/",
        "/2016/indicadores/PRE-02-01/",
        "/2016/explicacion/programa/PRE-02/",
        "/2016/explicacion/indicador/PRE-02-01/",
    ):
        assert back(reader, link_to(reader, program, target)) == wanted, target
    indicator = link_to(reader, program, "/2016/indicadores/PRE-02-01/")
    explained = link_to(reader, indicator, "/2016/explicacion/indicador/PRE-02-01/")
    assert back(reader, explained) == wanted
    for target in ("/2016/explicacion/programa/", "/2016/indicadores/PRE-02-01/", "/2016/explicacion/plan/"):
        assert back(reader, link_to(reader, explained, target)) == wanted, target


def test_what_was_looked_for_is_never_taken_for_a_code(reader: Client, town: Town) -> None:
    town.program.name = "CODE de las Américas"
    town.program.save()
    program = link_to(reader, "/2016/tablero/?mes=3&texto=CODE", "/2016/programas/PRE-02/")
    assert back(reader, program) == "/2016/tablero/?mes=3&texto=CODE Tablero 2016, como lo dejó"


def test_another_cut_off_of_the_sheet_keeps_the_way_back(reader: Client, town: Town) -> None:
    """The bar is a form: what it does not name is gone."""
    program = link_to(reader, PLAN + "&orden=-global", "/2016/programas/PRE-02/")
    page = reader.get(program).content.decode()
    kept = re.search(r'<input type="hidden" name="volver" value="([^"]*)">', page)
    assert kept
    response = reader.get("/2016/programas/PRE-02/", {"mes": 6, "volver": html.unescape(kept[1])})
    assert f'href="{html.escape(PLAN)}&amp;orden=-global">' in response.content.decode()


@pytest.mark.parametrize(
    ("left", "target", "words"),
    [
        ("/2016/mapa/?mes=6&alcance=preliminar", "/2016/programas/PRE-02/?mes=2", "Mapa 2016"),
        ("/2016/mapa/?mes=6&alcance=preliminar&eje=AXIS", "/2016/programas/PRE-02/?mes=2", "Mapa 2016, como lo dejó"),
        ("/2016/tarjeta/?mes=6&alcance=oficial&desde=2", "/2016/explicacion/plan/?mes=2", "Tarjeta 2016, como la dejó"),
        ("/2016/tablero/?mes=6&alcance=oficial&ver=ejes", "/2016/explicacion/eje/", "Tablero 2016, como lo dejó"),
    ],
)
def test_each_page_of_the_plan_is_gone_back_to(reader: Client, town: Town, left: str, target: str, words: str) -> None:
    left = left.replace("AXIS", str(town.program.strategy.objective.axis_id))
    assert back(reader, link_to(reader, left, target)) == f"{left} {words}"


def test_from_a_figure_of_another_year_back_to_the_comparison(client: Client, db: None) -> None:
    before, year = make_year(2015), make_year(2016)
    old, new = make_program(before, "PRE-01"), make_program(year, "PRE-01")
    new.previous = old
    new.save()
    for program in (old, new):
        make_measurement(make_indicator(program), 1, 9, 10)
    sign_in(client, make_user("mayor", Role.READER))
    left = "/2016/comparar/?mes=1&alcance=oficial&contra=2015-01"
    explained = link_to(client, left, "/2015/explicacion/programa/PRE-01/")
    assert back(client, explained) == f"{left} Comparación 2016, como la dejó"


def test_the_plan_as_it_is_needs_no_way_back(reader: Client, town: Town) -> None:
    found = links(reader, PLAN)
    assert "/2016/programas/PRE-02/?mes=3&alcance=oficial" in found
    assert not any("volver" in link for link in found)
    assert back(reader, "/2016/programas/PRE-02/?mes=3") == f"{PLAN} Tablero 2016"


def test_an_address_to_share_has_no_way_back(reader: Client, town: Town) -> None:
    explained = link_to(reader, PLAN + "&orden=-global", "/2016/explicacion/programa/PRE-02/")
    assert "volver=" in explained
    page = reader.get(explained).content.decode()
    shared = re.search(r'class="address"><a href="([^"]*)">', page)
    assert shared and shared[1].endswith("/2016/explicacion/programa/PRE-02/?mes=3&amp;alcance=oficial")
    files = re.findall(r'href="([^"]*formato=[^"]*)"', page)
    assert files and not any("volver" in link for link in files)


@pytest.mark.parametrize(
    "address",
    [
        "https://malo.example/2016/tablero/?eje=1",
        "//malo.example/2016/tablero/?eje=1",
        "/\\malo.example/2016/tablero/?eje=1",
        "javascript:alert(1)",
        "/2016/tablero/../../admin/?eje=1",
        "/admin/",
        "/2016/captura/?eje=1",
        "/salir/",
        "/2016/tablero",
        "/2016/tablero/#x",
        "/2016/tablero/?eje=1\r\nLocation: https://malo.example",
        "/99999/tablero/?eje=1",
        "/2016/tablero/?texto=" + "x" * 600,
        "/2016/tablero/?" + "&".join(f"a{n}=1" for n in range(40)),
        "",
    ],
)
def test_it_leads_nowhere_else(reader: Client, town: Town, address: str) -> None:
    response = reader.get("/2016/programas/PRE-02/", {"mes": 3, "volver": address})
    page = response.content.decode()
    assert response.status_code == 200 and "malo" not in page and 'name="volver"' not in page
    assert f'<a href="{html.escape(PLAN)}">Tablero 2016</a>' in page


def test_what_it_carries_is_text(reader: Client, town: Town) -> None:
    address = '/2016/tablero/?texto="><script>alert(1)</script>'
    page = reader.get("/2016/programas/PRE-02/", {"mes": 3, "volver": address}).content.decode()
    assert "<script>alert" not in page and "como lo dejó" in page


def test_sheets_carry_it_at_the_same_number_of_queries(
    reader: Client, town: Town, django_assert_num_queries: Any
) -> None:
    reader.get("/2016/programas/PRE-02/?mes=3")
    with django_assert_num_queries(9):
        reader.get("/2016/programas/PRE-02/", {"mes": 3, "volver": LEFT})


# --- Between the pages of the plan -------------------------------------------------------------------------------


def tab(client: Client, address: str, label: str) -> str:
    """Where a tab of that page leads."""
    response = client.get(address)
    assert response.status_code == 200, address
    return next(found.url for found in response.context["tabs"] if found.label == label)


SORTED = "/2016/tablero/?mes=3&alcance=oficial&dependencia=PRE&ver=ejes&orden=-global"


@pytest.mark.parametrize("label", ["Mapa", "Comparar", "Tarjeta", "Informe"])
def test_the_plan_is_come_back_to_in_its_own_order(reader: Client, town: Town, label: str) -> None:
    assert tab(reader, tab(reader, SORTED, label), "Plan") == SORTED


@pytest.mark.parametrize("label", ["Mapa", "Comparar"])
def test_filters_chosen_meanwhile_and_another_cut_off_go_along(reader: Client, town: Town, label: str) -> None:
    other = tab(reader, SORTED, label).replace("mes=3", "mes=5", 1).replace("dependencia=PRE", "texto=coord", 1)
    assert tab(reader, other, "Plan") == ("/2016/tablero/?mes=5&alcance=oficial&texto=coord&ver=ejes&orden=-global")


def test_from_a_sheet_through_the_comparison_to_the_plan(reader: Client, town: Town) -> None:
    comparison = tab(reader, "/2016/tablero/?mes=3&alcance=oficial&orden=-global", "Comparar")
    program = link_to(reader, comparison, "/2016/programas/PRE-02/")
    left, _, label = back(reader, program).partition(" ")
    assert label == "Comparación 2016"
    assert tab(reader, left, "Plan") == "/2016/tablero/?mes=3&alcance=oficial&orden=-global"


def test_the_forms_of_the_other_pages_repeat_it(reader: Client, town: Town) -> None:
    for label, forms in (("Mapa", 2), ("Comparar", 3), ("Tarjeta", 2), ("Informe", 1)):
        page = reader.get(tab(reader, SORTED, label)).content.decode()
        assert page.count(f'name="volver" value="{html.escape(SORTED)}"') == forms, label


def test_tabs_without_anything_to_remember_are_clean(reader: Client, town: Town) -> None:
    filtered = PLAN + "&dependencia=PRE"
    for address, filters in ((PLAN, ""), (filtered, "&dependencia=PRE")):
        assert tab(reader, address, "Mapa") == f"/2016/mapa/?mes=3&alcance=oficial{filters}"
        assert tab(reader, address, "Plan") == PLAN + filters
    assert tab(reader, PLAN, "Tarjeta") == "/2016/tarjeta/?mes=3&alcance=oficial"
    assert tab(reader, tab(reader, filtered, "Tarjeta"), "Plan") == filtered
    for file in re.findall(r'href="(/2016/mapa\.xlsx[^"]*)"', reader.get(tab(reader, SORTED, "Mapa")).content.decode()):
        assert "volver" not in file


def test_another_year_keeps_what_means_the_same_there(reader: Client, town: Town) -> None:
    make_year(2015)
    axis = town.program.strategy.objective.axis_id
    card = tab(reader, f"/2016/tablero/?mes=3&eje={axis}&dependencia=PRE&orden=-global", "Tarjeta")
    moved = reader.get(f"{card}&ejercicio=2015")
    assert moved.status_code == 302
    assert tab(reader, moved["Location"], "Plan") == (
        "/2015/tablero/?mes=3&alcance=oficial&dependencia=PRE&orden=-global"
    )


@pytest.mark.parametrize(
    "address", ["https://malo.example/2016/tablero/?orden=1", "/2016/mapa/?orden=-global", "/admin/"]
)
def test_a_tab_leads_nowhere_else(reader: Client, town: Town, address: str) -> None:
    response = reader.get("/2016/mapa/", {"mes": 3, "volver": address})
    assert next(found.url for found in response.context["tabs"]) == PLAN
    assert "malo" not in response.content.decode()
