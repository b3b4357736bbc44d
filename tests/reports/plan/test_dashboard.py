"""The plan on one page."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from core.formats import percent
from indicators.models import Indicator
from indicators.results.year import load_results
from tests.factories import make_indicator, make_measurement, make_program, make_user, make_year
from tests.reports.conftest import Town, sign_in
from tests.reports.municipality import add_programs, make_municipality
from tests.support.pages import text_of


def test_shows_each_programme_with_its_global_and_what_was_left_out(reader: Client) -> None:
    page = text_of(reader.get("/2016/tablero/?mes=1"))
    assert "92.31 %" in page
    assert "1 de 4 considerados" in page
    assert "verde" in page
    assert ">2 de 4 meses</a>" in page
    assert "<em>rezago sin demanda</em>" in page
    assert page.count("<em>sin captura</em>") == 2
    assert "Solicitudes atendidas PRE-02-04" in page


def test_headline_counts_programmes_with_data(reader: Client, town: Town) -> None:
    make_program(town.fiscal_year, "PRE-03")
    page = text_of(reader.get("/2016/tablero/?mes=1"))
    assert "1 de 2" in page
    assert '<strong>1</strong> <span class="light light-green">' in page
    assert '<strong>1</strong> <span class="light light-none">' in page


def test_numbers_are_those_of_results(reader: Client, town: Town) -> None:
    for month in (1, 6, 12):
        found = load_results(town.fiscal_year, month=month).programs[0].result
        assert found.global_ is not None
        assert percent(found.global_) in text_of(reader.get(f"/2016/tablero/?mes={month}"))


def test_preliminary_adds_what_was_submitted(reader: Client) -> None:
    official, preliminary = (
        reader.get(f"/2016/tablero/?mes=2&alcance={scope}").context["page"] for scope in ("oficial", "preliminar")
    )
    assert (official.headline.mean, official.glance.global_.text) == ("92.31 %", "92.31 %")
    assert (preliminary.headline.mean, preliminary.glance.global_.text) == ("65.00 %", "65.00 %")  # 130 / 200


def test_missing_as_zero_enters_the_mean_and_is_not_left_out(reader: Client, town: Town) -> None:
    town.fiscal_year.missing_as_zero = True
    town.fiscal_year.save()
    page = text_of(reader.get("/2016/tablero/?mes=1"))
    assert "3 de 4 considerados" in page
    assert "30.77 %" in page
    assert "<em>sin captura</em>" not in page


def test_an_indicator_that_the_catalogue_does_not_consider_is_named(reader: Client, town: Town) -> None:
    Indicator.objects.filter(code="PRE-02-04").update(considered=False)
    page = text_of(reader.get("/2016/tablero/?mes=1"))
    assert "1 de 3 considerados" in page
    assert "el catálogo no lo considera en el global" in page


@pytest.mark.parametrize(
    ("query", "cut"),
    [
        ("", "Enero"),
        ("?alcance=preliminar", "Enero–febrero"),
        ("?mes=&alcance=", "Enero"),
        ("?mes=9", "Enero–septiembre"),
    ],
)
def test_default_cut_off_is_the_last_captured_month_in_scope(reader: Client, query: str, cut: str) -> None:
    assert f"selected>{cut}</option>" in text_of(reader.get(f"/2016/tablero/{query}"))


def test_without_captures_the_cut_off_is_the_latest_month_due(client: Client, db: None) -> None:
    make_year(2016)
    sign_in(client, make_user("mayor", Role.READER))
    page = text_of(client.get("/2016/tablero/"))
    assert "selected>Enero–diciembre</option>" in page
    assert "no tiene programas todavía" in page


@pytest.mark.parametrize(
    ("address", "sentence", "choice"),
    [
        ("/2016/tablero/?mes=13", "No existe el mes «13»: va de 1 (enero) a 12 (diciembre).", "?mes=12"),
        ("/2016/tablero/?mes=0", "No existe el mes «0»", "?mes=1"),
        ("/2016/tablero/?mes=x", "No existe el mes «x»", "?mes=1"),
        ("/2016/tablero/?mes=９", "No existe el mes «９»", "?mes=9"),
        ("/2016/tablero/?mes=-1", "No existe el mes «-1»", "?mes=1"),
        ("/2016/tablero/?alcance=todo", "No existe el alcance «todo»: es oficial o preliminar.", "?alcance=preliminar"),
        ("/2031/tablero/?mes=9", "No existe el ejercicio 2031.", "/2016/tablero/"),
        ("/2016/programas/PRE-99/", "El ejercicio 2016 no tiene el programa «PRE-99».", "/2016/tablero/"),
        ("/2016/indicadores/nada/", "El ejercicio 2016 no tiene el indicador «nada».", "/2016/tablero/"),
    ],
)
def test_a_wrong_address_says_what_exists(reader: Client, address: str, sentence: str, choice: str) -> None:
    response = reader.get(address)
    assert response.status_code == 404
    page = text_of(response)
    assert sentence in page
    assert f'href="{choice}' in page or choice in page


def test_a_hostile_address_is_text(reader: Client) -> None:
    page = reader.get("/2016/tablero/", {"mes": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_hostile_names_are_text(reader: Client, town: Town) -> None:
    hostile = "<script>alert('x')</script>{{ 7 }}"
    program = make_program(town.fiscal_year, "PRE-03", name=hostile)
    make_indicator(program, "PRE-03-01", name=hostile, numerator_label=hostile, definition=hostile)
    for address in ("/2016/tablero/?mes=1", "/2016/programas/PRE-03/", "/2016/indicadores/PRE-03-01/"):
        page = reader.get(address).content.decode()
        assert "<script>alert" not in page
        # The long tables' engine writes an apostrophe in decimal digits.
        assert "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;{{ 7 }}" in page.replace("&#39;", "&#x27;")


def test_another_year_is_chosen_in_the_same_form(reader: Client, town: Town) -> None:
    make_year(2017)
    response = reader.get("/2016/tablero/?ejercicio=2017&mes=3&alcance=preliminar")
    assert response.status_code == 302
    assert response["Location"] == "/2017/tablero/?mes=3&alcance=preliminar"
    assert reader.get("/2016/tablero/?ejercicio=2016&mes=3").status_code == 200


def test_links_keep_the_cut(reader: Client) -> None:
    page = reader.get("/2016/tablero/?mes=2&alcance=preliminar").content.decode()
    assert 'href="/2016/programas/PRE-02/?mes=2&amp;alcance=preliminar"' in page


def test_a_year_is_never_written_with_a_comma(reader: Client) -> None:
    assert "2,016" not in reader.get("/2016/tablero/").content.decode()


def test_a_year_of_demonstration_says_so(reader: Client, town: Town) -> None:
    for address in ("/", "/2016/tablero/", "/2016/programas/PRE-02/", "/2016/indicadores/PRE-02-01/"):
        assert "Datos de demostración" not in text_of(reader.get(address))
    town.fiscal_year.demo_data = True
    town.fiscal_year.save()
    for address in ("/", "/2016/tablero/", "/2016/programas/PRE-02/", "/2016/indicadores/PRE-02-01/"):
        assert "Datos de demostración" in text_of(reader.get(address))


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_every_role_reads(client: Client, town: Town, role: str) -> None:
    sign_in(client, town.people[role])
    for address in ("/2016/tablero/", "/2016/programas/PRE-02/", "/2016/indicadores/PRE-02-01/"):
        assert client.get(address).status_code == 200


def test_drafts_and_returned_figures_are_nowhere_in_the_dashboard(client: Client, town: Town) -> None:
    for person in town.people.values():
        sign_in(client, person)
        for scope in ("oficial", "preliminar"):
            page = client.get(f"/2016/tablero/?mes=12&alcance={scope}").content.decode()
            assert "98,76" not in page
            assert "54,32" not in page


@pytest.mark.parametrize("address", ["/", "/2016/tablero/", "/2016/programas/PRE-02/", "/2016/indicadores/PRE-02-01/"])
def test_who_is_not_signed_in_is_sent_to_sign_in(client: Client, town: Town, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 302
    assert response["Location"].startswith("/entrar/?next=")


@pytest.mark.parametrize("address", ["/", "/2016/tablero/", "/2016/programas/PRE-02/", "/2016/indicadores/PRE-02-01/"])
def test_who_has_no_role_is_told_whom_to_ask(client: Client, town: Town, address: str) -> None:
    response = sign_in(client, make_user("nobody")).get(address)
    assert response.status_code == 403
    page = text_of(response)
    assert "Pida a Planeación que registre su nombramiento" in page
    assert "PRE-02" not in page


def test_reading_pages_take_no_posts(reader: Client) -> None:
    assert reader.post("/2016/tablero/").status_code == 405


def test_extreme_percentages_keep_their_figures(reader: Client, town: Town) -> None:
    program = make_program(town.fiscal_year, "PRE-03")
    make_measurement(make_indicator(program, "PRE-03-01"), 1, 9999999, 10)
    tiny = make_program(town.fiscal_year, "PRE-04")
    make_measurement(make_indicator(tiny, "PRE-04-01"), 1, Decimal("0.0001"), 999999999999)
    page = text_of(reader.get("/2016/tablero/?mes=1"))
    assert "99,999,990.00 %" in page
    assert "0.00 %" in page


def _queries(client: Client, address: str) -> int:
    client.get(address)  # what Django reads once a process
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    "address",
    [
        "/2016/tablero/?mes=3",
        "/2016/tablero/",
        "/2016/tablero/?mes=3&orden=-global",
        "/",
        "/2016/tablero/?mes=3&ver=dependencias&orden=-global&texto=programa",
        "/2016/tablero.xlsx?mes=3",
        "/2016/mapa/?mes=3",
        "/2016/mapa/?mes=12&orden=-global&texto=programa",
        "/2016/mapa.xlsx?mes=3",
        "/2016/programas/DAA-01/?mes=3",
        "/2016/programas/DAA-01/",
    ],
)
def test_queries_are_few_and_do_not_grow_with_the_plan(client: Client, db: None, address: str) -> None:
    fiscal_year = make_municipality(programs=5)
    sign_in(client, make_user("mayor", Role.READER))
    few = _queries(client, address)
    add_programs(fiscal_year, range(5, 161))
    assert _queries(client, address) == few <= 9  # the ninth: what moved the figures
