"""Two moments side by side: what rose, fell, appeared and disappeared, and what was what in another year."""

import csv
import io
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Role
from core.formats import points
from indicators.models import Indicator, State
from programs.models import FiscalYear, Program
from reports.plan.comparison import Mean, Means
from tests.factories import make_indicator, make_measurement, make_program, make_user, make_year
from tests.reports.conftest import sign_in
from tests.reports.county import make_county, measured_program
from tests.reports.municipality import add_programs, make_municipality
from tests.reports.plan.test_page import sheet
from tests.support.pages import text_of
from tests.support.shared import shared

URL = "/2016/comparar/"


@pytest.fixture
@shared
def county(db: None) -> FiscalYear:
    """Against January: PRE-01 falls to 75, OBR-01 rises to 80, OBR-02 and DIF-02 appear and stay without data."""
    fiscal_year = make_county()
    for code, numerator in (("PRE-01-01", 50), ("OBR-01-01", 100), ("OBR-02-01", 30)):
        make_measurement(Indicator.objects.get(code=code), 2, numerator, 100)
    return fiscal_year


@pytest.fixture
def mayor(client: Client, county: FiscalYear) -> Client:
    return sign_in(client, make_user("mayor", Role.READER))


def rows(client: Client, query: str, address: str = URL) -> list[tuple[str, str, str, str, str]]:
    response = client.get(f"{address}?{query}")
    assert response.status_code == 200
    return [(row.code, row.before, row.after, row.change, row.what) for row in response.context["page"].rows]


def test_two_cut_offs_of_a_year_sorted_by_the_change(mayor: Client) -> None:
    assert rows(mayor, "mes=2&contra=2016-01") == [
        ("PRE-01", "100.00 %", "75.00 %", "−25.00", "bajó"),
        ("DIF-01", "95.00 %", "95.00 %", "0.00", "siguió igual"),
        ("PRE-02", "80.00 %", "80.00 %", "0.00", "siguió igual"),
        ("OBR-01", "60.00 %", "80.00 %", "+20.00", "subió"),
        ("DIF-02", "sin datos", "sin datos", "—", "sin cumplimiento en ambos"),
        ("OBR-02", "sin datos", "30.00 %", "—", "apareció: antes sin datos"),
    ]
    assert [row[0] for row in rows(mayor, "mes=2&contra=2016-01&orden=-cambio")][:2] == ["OBR-01", "DIF-01"]


def test_the_plan_itself_is_compared(mayor: Client) -> None:
    page = mayor.get(f"{URL}?mes=2&contra=2016-01").context["page"]
    assert page.means == Means(
        before=Mean("83.75 %", "83.75 %"), after=Mean("72.00 %", "72.00 %"), change=Mean("−11.75", "−11.75")
    )
    assert [(kind.label, kind.count) for kind in page.kinds] == [
        ("bajó", 1), ("subió", 1), ("siguieron igual", 2), ("apareció", 1), ("sin cumplimiento en ambos", 1),
    ]  # fmt: skip


def test_without_asking_it_compares_with_the_month_before(mayor: Client) -> None:
    assert "comparado con enero 2016" in text_of(mayor.get(f"{URL}?mes=2"))
    assert "Los dos cortes son el mismo, enero 2016: elija otro" in text_of(mayor.get(f"{URL}?mes=1"))
    make_year(2015)
    assert "comparado con enero–diciembre 2015" in text_of(mayor.get(f"{URL}?mes=1"))


def test_what_had_data_and_has_none_disappeared(mayor: Client, county: FiscalYear) -> None:
    assert ("OBR-02", "30.00 %", "sin datos", "—", "desapareció: ahora sin datos") in rows(
        mayor, "mes=1&contra=2016-02"
    )


def test_only_what_happened_to_is_listed(mayor: Client) -> None:
    assert [row[0] for row in rows(mayor, "mes=2&contra=2016-01&cambio=bajo")] == ["PRE-01"]
    assert [row[0] for row in rows(mayor, "mes=2&contra=2016-01&dependencia=OBR")] == ["OBR-01", "OBR-02"]
    assert [row[0] for row in rows(mayor, "mes=2&contra=2016-01&semaforo=rojo")] == ["OBR-02"]
    page = text_of(mayor.get(f"{URL}?mes=2&contra=2016-01&cambio=subio&dependencia=PRE"))
    assert "Nada cumple lo que se pidió" in page
    make_year(2018)
    empty = text_of(mayor.get("/2018/comparar/?mes=2"))
    assert "El ejercicio 2018 no tiene programas todavía" in empty and "Quitar filtros" not in empty


def test_indicators_are_compared_too(mayor: Client) -> None:
    found = rows(mayor, "mes=2&contra=2016-01&ver=indicadores&texto=obr")
    assert found == [
        ("OBR-01-01", "60.00 %", "80.00 %", "+20.00", "subió"),
        ("OBR-02-01", "sin datos", "30.00 %", "—", "apareció: antes sin datos"),
    ]
    assert "/2016/indicadores/OBR-01-01/?mes=2" in mayor.get(f"{URL}?mes=2&ver=indicadores").content.decode()


def test_preliminary_compares_what_was_submitted(mayor: Client) -> None:
    make_measurement(Indicator.objects.get(code="DIF-01-01"), 2, 5, 100, State.SUBMITTED)
    assert ("DIF-01", "95.00 %", "50.00 %", "−45.00", "bajó") in rows(mayor, "mes=2&alcance=preliminar&contra=2016-01")


@pytest.fixture
def two_years(client: Client, db: None) -> Callable[..., list[Any]]:
    """2015 and 2016 share no code but one, which means another programme: only links tell what became of what."""
    before, after = make_year(2015), make_year(2016)
    old = measured_program(before, "PRE-01", 90)
    measured_program(before, "PRE-02", 40)
    measured_program(before, "OBR-09", 70)
    measured_program(after, "PRE-01", 10)
    measured_program(after, "PRE-02", 60, previous=old)
    measured_program(after, "DIF-01", None, previous=Program.objects.get(fiscal_year=before, code="OBR-09"))
    now = Indicator.objects.get(fiscal_year=after, code="PRE-02-01")
    now.previous = Indicator.objects.get(fiscal_year=before, code="PRE-01-01")
    now.save()
    sign_in(client, make_user("mayor", Role.READER))
    return lambda query: rows(client, query)


def test_two_years_are_compared_by_their_links_and_never_by_code(two_years: Callable[..., list[Any]]) -> None:
    assert two_years("mes=1&contra=2015-01") == [
        ("PRE-02", "90.00 %", "60.00 %", "−30.00", "bajó"),
        ("DIF-01", "70.00 %", "sin datos", "—", "desapareció: ahora sin datos"),
        ("PRE-01", "—", "10.00 %", "—", "apareció: sin antecedente ligado"),
        ("PRE-02", "40.00 %", "—", "—", "desapareció: nada lo continúa"),
    ]


def test_another_code_is_told_and_leads_to_the_other_year(two_years: Callable[..., list[Any]], client: Client) -> None:
    page = text_of(client.get(f"{URL}?mes=1&contra=2015-01"))
    assert "antes PRE-01" in page
    back = "&amp;volver=/2016/comparar/?mes=1%26contra=2015-01"
    assert f'href="/2015/explicacion/programa/PRE-01/?mes=1&amp;alcance=oficial{back}">90.00 %</a>' in page
    assert f'href="/2016/programas/PRE-02/?mes=1&amp;alcance=oficial{back}"' in page
    (gone,) = (row for row in client.get(f"{URL}?mes=1&contra=2015-01").context["page"].rows if row.after == "—")
    assert gone.url.startswith("/2015/programas/PRE-02/?mes=1&alcance=oficial&volver=")


def test_indicators_of_two_years_are_compared_by_their_own_links(two_years: Callable[..., list[Any]]) -> None:
    assert two_years("mes=1&contra=2015-01&ver=indicadores&texto=pre-02-01")[0] == (
        "PRE-02-01",
        "90.00 %",
        "60.00 %",
        "−30.00",
        "bajó",
    )


def test_links_are_followed_over_several_years(two_years: Callable[..., list[Any]]) -> None:
    oldest = measured_program(make_year(2014), "VIE-01", 20)
    Program.objects.filter(fiscal_year__year=2015, code="PRE-01").update(previous=oldest)
    assert ("PRE-02", "20.00 %", "60.00 %", "+40.00", "subió") in two_years("mes=1&contra=2014-01")


def test_a_link_that_skips_the_year_tells_nothing_of_it(two_years: Callable[..., list[Any]]) -> None:
    oldest = measured_program(make_year(2014), "VIE-01", 20)
    Program.objects.filter(fiscal_year__year=2016, code="PRE-02").update(previous=oldest)
    found = two_years("mes=1&contra=2015-01&texto=pre")
    assert ("PRE-02", "—", "60.00 %", "—", "apareció: sin antecedente ligado") in found
    assert ("PRE-02", "20.00 %", "60.00 %", "+40.00", "subió") in two_years("mes=1&contra=2014-01")


def test_a_year_without_links_says_whose_work_that_is(mayor: Client) -> None:
    measured_program(make_year(2015), "PRE-01", 90)
    page = text_of(mayor.get(f"{URL}?mes=1&contra=2015-01"))
    assert "Ningún programa de 2016 está ligado a uno de 2015" in page
    assert "Planeación los liga en el catálogo" in page


@pytest.mark.parametrize(
    ("query", "sentence", "choice"),
    [
        ("contra=2016-13", "No existe el corte «2016-13» para comparar", "contra=2016-12"),
        ("contra=2031-01", "No existe el corte «2031-01»", "contra=2016-01"),
        ("contra=x", "No existe el corte «x»", "contra=2016-01"),
        ("contra=２０１６-01", "No existe el corte «２０１６-01»", "contra=2016-01"),
        ("ver=colonias", "No existe la vista «colonias»", "ver=indicadores"),
        ("cambio=voló", "No existe el cambio «voló»", "cambio=bajo"),
        ("contra=2017-02", "2017 es posterior a 2016", "/2017/comparar/?mes=2&amp;alcance=oficial&amp;contra=2016-02"),
        ("mes=13", "No existe el mes «13»", "mes=12"),
    ],
)
def test_what_does_not_exist_is_told_in_one_sentence(mayor: Client, query: str, sentence: str, choice: str) -> None:
    make_year(2017)
    for address in (URL, "/2016/comparar.csv"):
        response = mayor.get(f"{address}?{'' if 'mes' in query else 'mes=2&'}{query}")
        assert response.status_code == 404
        assert sentence in text_of(response)
    assert choice in text_of(mayor.get(f"{URL}?{'' if 'mes' in query else 'mes=2&'}{query}"))


def test_the_file_has_the_shown_rows_in_their_order(mayor: Client) -> None:
    response = mayor.get("/2016/comparar.xlsx?mes=2&contra=2016-01&orden=-cambio&texto=obr")
    assert response["Content-Disposition"] == 'attachment; filename="comparacion-2016-02-oficial-texto-obr.xlsx"'
    head, *found = sheet(response, "Comparación")
    assert dict(zip(head, found[0], strict=True)) == {
        "Clave": "OBR-01",
        "Programa": "Bacheo",
        "Dependencia": "Obras Públicas",
        "Clave antes": "OBR-01",
        "Cumplimiento, enero 2016": 0.6,
        "Cumplimiento, enero–febrero 2016": 0.8,
        "Cambio, en puntos de cumplimiento": 20,
        "Semáforo antes": "rojo",
        "Semáforo ahora": "amarillo",
        "Qué pasó": "subió",
        "Global, enero 2016": 0.6,
        "Global, enero–febrero 2016": 0.8,
        "Cambio, en puntos de global": 20,
    }
    assert found[1][1] == "=SUMA(A1:A9) Alumbrado"
    assert ["Comparado con", "enero 2016"] in sheet(response, "Acerca de")
    text = mayor.get("/2016/comparar.csv?mes=2&contra=2016-01&cambio=bajo").content.decode("utf-8-sig")
    assert [row[0] for row in csv.reader(io.StringIO(text))] == ["Clave", "PRE-01"]


def test_everything_missing_is_no_change(client: Client, db: None) -> None:
    make_indicator(make_program(make_year(), "PRE-01"), denominator_mode="last")
    sign_in(client, make_user("mayor", Role.READER))
    assert rows(client, "mes=3") == [("PRE-01", "sin datos", "sin datos", "—", "sin cumplimiento en ambos")]


def test_the_queries_do_not_depend_on_the_plan(client: Client, db: None, django_assert_num_queries: Any) -> None:
    fiscal_year = make_municipality(programs=5)
    sign_in(client, make_user("mayor", Role.READER))
    queries = 7 if connection.vendor == "postgresql" else 9  # of a year that did not change PostgreSQL is asked that
    for more in (range(5), range(5, 40)):
        if more.start:
            add_programs(fiscal_year, more)
        client.get(f"{URL}?mes=3&contra=2016-02")
        with django_assert_num_queries(queries):
            assert client.get(f"{URL}?mes=3&contra=2016-02").status_code == 200


def test_it_is_for_readers(client: Client, county: FiscalYear) -> None:
    assert client.get(URL).status_code == 302
    assert sign_in(client, make_user("nadie")).get(URL).status_code == 403


def test_one_alone_bajo_and_several_bajaron(mayor: Client) -> None:
    page = text_of(mayor.get(f"{URL}?mes=2&contra=2016-01"))
    assert "<strong>1</strong> bajó" in page and "<strong>1</strong> subió" in page
    assert "<strong>2</strong> siguieron igual" in page and "desaparecieron" not in page, (
        "what befell nobody is left out"
    )


def test_a_light_that_stays_is_told_once(mayor: Client) -> None:
    page = text_of(mayor.get(f"{URL}?mes=2&contra=2016-01&texto=dif-01"))
    assert page.count("light light-green") == 1 and "pasó a" not in page
    assert "sigue igual" in page
    assert "pasó a" in text_of(mayor.get(f"{URL}?mes=2&contra=2016-01&texto=obr-01"))


def make_pairs(program: str, pairs: Sequence[tuple[int, int]], **kwargs: Any) -> Indicator:
    indicator = make_indicator(make_program(FiscalYear.objects.get(year=2016), program), f"{program}-01", **kwargs)
    for month, pair in enumerate(pairs, start=1):
        make_measurement(indicator, month, *pair)
    return indicator


FEWER: dict[str, Any] = {"direction": "descending", "target": 5}


@pytest.mark.parametrize(
    ("kwargs", "pairs", "told", "percentages"),
    [
        # 10 and then 12 of 100, of which a twelfth and then two are expected: its percentage rose, it fell behind.
        ({"denominator_mode": "last"}, [(10, 100), (2, 100)], ("100.00 %", "72.00 %", "−28.00", "bajó"), "+2.00"),
        # 20 and then 15 complaints in 100 where 5 are tolerated: its percentage fell, it did better.
        (FEWER, [(20, 100), (10, 100)], ("25.00 %", "33.33 %", "+8.33", "subió"), "−5.00"),
        (FEWER, [(10, 100), (30, 100)], ("50.00 %", "25.00 %", "−25.00", "bajó"), "+10.00"),
        (FEWER, [(2, 100), (6, 100)], ("100.00 %", "100.00 %", "0.00", "siguió igual"), "+2.00"),
        # What is beyond 100 falls to 100 without falling.
        ({}, [(300, 100), (50, 100)], ("100.00 %", "100.00 %", "0.00", "siguió igual"), "−125.00"),
        ({}, [(300, 100), (0, 300)], ("100.00 %", "75.00 %", "−25.00", "bajó"), "−225.00"),
        # Nothing is expected of January: there are figures and no compliance.
        (
            {"schedule": "explicit", "shares": [0, 50, *[100] * 10]}, [(40, 100), (10, 100)],
            ("sin cumplimiento", "50.00 %", "—", "apareció: antes sin cumplimiento"), "−15.00",
        ),
    ],
)  # fmt: skip
def test_what_rose_or_fell_is_compliance_whatever_the_percentage_did(
    mayor: Client, kwargs: dict[str, Any], pairs: list[tuple[int, int]], told: tuple[str, ...], percentages: str
) -> None:
    code = make_pairs("PRE-09", pairs, **kwargs).code
    query = "mes=2&contra=2016-01&ver=indicadores&texto=pre-09"
    assert rows(mayor, query) == [(code, *told)]
    (row,) = mayor.get(f"{URL}?{query}").context["page"].rows
    assert row.change_advance == percentages
    head, cells = sheet(mayor.get(f"/2016/comparar.xlsx?{query}"), "Comparación")
    found = dict(zip(head, cells, strict=True))
    assert found["Qué pasó"] == told[-1]
    assert points(Decimal(str(found["Cambio, en puntos de porcentaje"]))) == percentages
    assert rows(mayor, f"{query}&cambio=bajo") == ([(code, *told)] if told[-1] == "bajó" else [])


def test_the_global_stands_beside_the_compliance_and_decides_nothing(mayor: Client) -> None:
    make_pairs("PRE-09", [(10, 100), (2, 100)], denominator_mode="last")
    query = "mes=2&contra=2016-01&texto=pre-09"
    assert rows(mayor, query) == [("PRE-09", "100.00 %", "72.00 %", "−28.00", "bajó")]
    page = text_of(mayor.get(f"{URL}?{query}"))
    for told in ("global 10.00 %", "global 12.00 %", "global +2.00", "Cambio, en puntos de cumplimiento"):
        assert told in page
    whole = text_of(mayor.get(f"{URL}?mes=2&contra=2016-01"))
    assert "puntos de cumplimiento · global −7.00" in whole
    assert mayor.get(f"{URL}?mes=2&contra=2016-01").context["page"].means.change == Mean("−15.00", "−7.00")
    assert [row[0] for row in rows(mayor, "mes=2&contra=2016-01")][:2] == ["PRE-09", "PRE-01"], "by compliance"


def test_a_cut_off_is_not_offered_against_itself(mayor: Client) -> None:
    offered = dict(mayor.get(f"{URL}?mes=2").context["page"].against)["2016"]
    assert "2016-02" not in [choice.value for choice in offered] and len(offered) == 11
    alone = text_of(mayor.get(f"{URL}?mes=2&contra=2016-02"))
    assert "Los dos cortes son el mismo, enero–febrero 2016: elija otro" in alone
    assert "Qué cambió" not in alone and "siguieron igual" not in alone
