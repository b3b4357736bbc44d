"""The plan on one page: what its filters, order and roll-ups show, and that an address remembers them."""

import csv
import io
import re
from typing import Any

import openpyxl
import pytest
from django.test import Client

from accounts.models import Role
from indicators.models import Indicator, Measurement, State
from programs.models import Axis, Department, FiscalYear, Objective, Program, Strategy
from tests.factories import make_indicator, make_measurement, make_program, make_user, make_year
from tests.reports.conftest import sign_in
from tests.reports.county import make_county
from tests.support.pages import text_of
from tests.support.shared import shared

URL = "/2016/tablero/"


@pytest.fixture
@shared
def county(db: None) -> FiscalYear:
    return make_county()


@pytest.fixture
def mayor(client: Client, county: FiscalYear) -> Client:
    return sign_in(client, make_user("mayor", Role.READER))


def codes(client: Client, **query: Any) -> list[str]:
    """The programmes that the page lists, in its order."""
    response = client.get(URL, {"mes": 1, **query})
    assert response.status_code == 200
    return [row.code for row in response.context["page"].rows]


def groups(client: Client, view: str, **query: Any) -> list[tuple[str, str, str, str]]:
    response = client.get(URL, {"mes": 1, "ver": view, **query})
    return [(row.name, row.with_data, row.mean, row.compliance) for row in response.context["page"].groups]


def sheet(response: Any, name: str) -> list[list[Any]]:
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    return [[cell.value for cell in row] for row in book[name].iter_rows()]


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("", "OBR-01 PRE-02 DIF-01 PRE-01 DIF-02 OBR-02"),  # what is furthest behind comes first
        ("programa", "DIF-01 DIF-02 OBR-01 OBR-02 PRE-01 PRE-02"),
        ("-programa", "PRE-02 PRE-01 OBR-02 OBR-01 DIF-02 DIF-01"),
        ("global", "OBR-01 PRE-02 DIF-01 PRE-01 DIF-02 OBR-02"),  # without data at the end, in both directions
        ("-global", "PRE-01 DIF-01 PRE-02 OBR-01 DIF-02 OBR-02"),
        ("cumplimiento", "OBR-01 PRE-02 DIF-01 PRE-01 DIF-02 OBR-02"),
        ("semaforo", "OBR-01 PRE-02 DIF-01 PRE-01 DIF-02 OBR-02"),
        ("dependencia", "DIF-01 DIF-02 OBR-01 OBR-02 PRE-01 PRE-02"),  # «Ándale» is under A
        ("-meses", "DIF-01 OBR-01 PRE-01 PRE-02 OBR-02 DIF-02"),
    ],
)
def test_sorts_by_each_column(mayor: Client, order: str, found: str) -> None:
    assert codes(mayor, orden=order) == found.split()


def test_a_heading_sorts_and_says_how_it_is_sorted(mayor: Client) -> None:
    page = text_of(mayor.get(URL, {"mes": 1, "orden": "global", "texto": "e"}))
    assert '<th scope="col" class="num" aria-sort="ascending"><a class="sort" href="?mes=1&amp;alcance=oficial' in page
    assert "texto=e&amp;orden=-global" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"dependencia": "OBR"}, "OBR-01 OBR-02"),
        ({"semaforo": "rojo"}, "OBR-01"),
        ({"semaforo": "sin-semaforo"}, "DIF-02 OBR-02"),
        ({"texto": "arbol"}, "DIF-01"),
        ({"texto": "  PÚBLICAS bacheo "}, "OBR-01"),
        ({"texto": "pre-0"}, "PRE-02 PRE-01"),
        ({"dependencia": "PRE", "semaforo": "verde"}, "PRE-01"),
        ({"dependencia": "PRE", "semaforo": "rojo"}, ""),
        ({"texto": "x" * 5000}, ""),
    ],
)
def test_filters(mayor: Client, query: dict[str, str], found: str) -> None:
    assert codes(mayor, **query) == found.split()


def test_filters_by_the_line_of_the_plan(mayor: Client) -> None:
    axis = Axis.objects.get(name="Ámbito Social").pk
    assert codes(mayor, eje=axis, orden="programa") == ["DIF-01", "DIF-02", "PRE-02"]
    assert codes(mayor, objetivo=Objective.objects.get(name="Calles seguras").pk) == ["OBR-01", "PRE-01", "OBR-02"]
    assert codes(mayor, estrategia=Strategy.objects.get(name="Bachear").pk) == ["OBR-01", "OBR-02"]
    (control,) = (c for c in mayor.get(URL, {"eje": axis}).context["page"].controls if c.name == "objetivo")
    assert [choice.label for choice in control.choices] == ["Todos", "Familias"]


def test_what_was_asked_stays_on_the_page_and_in_its_links(mayor: Client) -> None:
    page = text_of(mayor.get(URL, {"mes": 1, "dependencia": "OBR", "texto": "bacheo <b>", "orden": "-global"}))
    assert 'value="bacheo &lt;b&gt;"' in page
    assert '<option value="OBR" selected>Obras Públicas</option>' in page
    assert '<option value="-global" selected>Global, de mayor a menor</option>' in page
    assert "/2016/mapa/?mes=1&amp;alcance=oficial&amp;dependencia=OBR&amp;texto=bacheo" in page
    assert "Dependencia: Obras Públicas · Texto buscado: bacheo &lt;b&gt; · Orden: Global, de mayor a menor" in page
    bar = page.split('class="context-bar"')[1].split("</form>")[0]
    assert '<input type="hidden" name="dependencia" value="OBR">' in bar  # another cut-off keeps them


def test_says_how_many_pass_and_what_their_mean_is(mayor: Client) -> None:
    page = text_of(mayor.get(URL, {"mes": 1, "dependencia": "OBR"}))
    assert "2 de 6 programas cumplen los filtros: 1 con datos, promedio de sus globales 60.00 %." in page
    assert ">4 de 6</a> programas con datos" in page  # the headline stays that of the plan
    page = text_of(mayor.get(URL, {"mes": 1, "semaforo": "verde", "dependencia": "OBR"}))
    assert "0 de 6 programas cumplen los filtros." in page and "Ningún programa cumple estos filtros" in page


@pytest.mark.parametrize(
    ("query", "sentence", "choice"),
    [
        ("eje=999", "Ningún programa de 2016 es del eje rector «999».", "Orden y Paz"),
        ("objetivo=x", "Ningún programa de 2016 es del objetivo «x».", "Familias"),
        ("estrategia=-1", "Ningún programa de 2016 es de la estrategia «-1».", "Bachear"),
        ("dependencia=ZZZ", "Ningún programa de 2016 es de la dependencia «ZZZ».", "oficial&amp;dependencia=OBR"),
        ("semaforo=azul", "No existe el semáforo «azul».", "semaforo=amarillo"),
        ("orden=nada", "No se puede ordenar por «nada».", "orden=global"),
        ("ver=colonias", "No existe la vista «colonias».", "ver=dependencias"),
        ("mes=13", "No existe el mes «13»", "mes=12"),
    ],
)
@pytest.mark.parametrize("address", [URL, "/2016/tablero.xlsx"])
def test_what_does_not_exist_is_told_in_one_sentence(
    mayor: Client, address: str, query: str, sentence: str, choice: str
) -> None:
    response = mayor.get(f"{address}?mes=1&{query}" if "mes" not in query else f"{address}?{query}")
    assert response.status_code == 404
    page = text_of(response)
    assert sentence in page and choice in page


def test_roll_ups_are_means_over_programmes_with_data(mayor: Client) -> None:
    assert groups(mayor, "ejes") == [
        ("Orden y Paz", "2 de 3 programas con datos", "80.00 %", "80.00 %"),
        ("Ámbito Social", "2 de 3 programas con datos", "87.50 %", "87.50 %"),
    ]
    assert groups(mayor, "estrategias") == [
        ("Alumbrar", "1 de 1 programa con datos", "100.00 %", "100.00 %"),
        ("Bachear", "1 de 2 programas con datos", "60.00 %", "60.00 %"),
        ("Acompañar a las familias", "2 de 3 programas con datos", "87.50 %", "87.50 %"),
    ]
    assert groups(mayor, "dependencias", orden="-global")[0][0] == "Ándale Desarrollo Integral"
    assert [name for name, *_ in groups(mayor, "objetivos", orden="nombre")] == ["Calles seguras", "Familias"]


def test_roll_ups_are_sorted_by_what_part_was_captured_and_in_time(mayor: Client) -> None:
    """Two captures of four are less than one of one, however many they are."""
    Measurement.objects.filter(indicator__code="OBR-01-01").update(late=True)
    for order in ("meses", "a-tiempo"):
        known = _parts(mayor, "estrategias", order)
        assert known == sorted(known) and len(set(known)) > 1, order
        assert _parts(mayor, "estrategias", f"-{order}") == sorted(known, reverse=True)
    assert _parts(mayor, "estrategias", "meses") != _parts(mayor, "estrategias", "a-tiempo")


def _parts(client: Client, view: str, order: str) -> list[float]:
    """Each group's captured months, or captures in time, as a part of those due, in the page's order."""
    response = client.get(URL, {"mes": 1, "ver": view, "orden": order})
    message = "on_time" if "tiempo" in order else "coverage"
    found = []
    for row in response.context["page"].groups:
        counted, due = re.findall(r"\d+", getattr(row, message))
        found.append(int(counted) / int(due))
    return found


def test_a_mean_of_means_would_be_another_number(mayor: Client, county: FiscalYear) -> None:
    """The objective holds one programme of one strategy and two of another: (100 + 60 + 0) / 3, not (100 + 30) / 2."""
    make_measurement(Indicator.objects.get(code="OBR-02-01"), 1, 0, 100)
    assert groups(mayor, "objetivos")[0][2] == "53.33 %"


def test_filters_choose_the_groups_and_leave_their_figures_whole(mayor: Client) -> None:
    assert groups(mayor, "ejes", semaforo="rojo") == [
        ("Orden y Paz", "2 de 3 programas con datos", "80.00 %", "80.00 %")
    ]
    page = mayor.get(URL, {"mes": 1, "ver": "ejes", "semaforo": "rojo"})
    axis = Axis.objects.get(name="Orden y Paz").pk
    assert page.context["page"].groups[0].url == f"?mes=1&alcance=oficial&eje={axis}"


def test_captures_in_time_are_counted_over_what_was_due(mayor: Client, county: FiscalYear) -> None:
    make_measurement(Indicator.objects.get(code="PRE-01-01"), 2, 100, 100, late=True)
    page = text_of(mayor.get(URL, {"mes": 2}))
    assert ">40.00 %</a> a tiempo (4 de 10 exigibles)" in page
    Measurement.objects.filter(indicator__code="PRE-02-01").update(late=True)
    assert "a tiempo (3 de 10 exigibles)" in text_of(mayor.get(URL, {"mes": 2}))


def test_migrated_captures_are_neither_in_time_nor_late(mayor: Client, county: FiscalYear) -> None:
    """To February 10 months are due and 4 captured; two of these come from earlier sheets, of unknown date."""
    Measurement.objects.filter(indicator__code__in=("PRE-01-01", "OBR-01-01")).update(undated=True)
    page = text_of(mayor.get(URL, {"mes": 2}))
    assert ">4 de 10 meses</a> capturados" in page
    assert ">25.00 %</a> a tiempo (2 de 8 exigibles) · 2 migradas, sin fecha de envío" in page
    assert "Las cifras migradas no tienen fecha de envío" in page
    groups = mayor.get(URL, {"mes": 2, "ver": "dependencias"})
    told = {row.name: (row.on_time, row.undated) for row in groups.context["page"].groups}
    assert told["Presidencia Municipal"] == ("1 de 3", "1 migrada, sin fecha de envío")
    assert "1 migrada, sin fecha de envío" in text_of(groups)
    head, *rows = csv.reader(
        io.StringIO(mayor.get("/2016/tablero.csv?mes=2&ver=dependencias").content.decode("utf-8-sig"))
    )
    assert sum(int(dict(zip(head, row, strict=True))["Migradas, sin fecha de envío"]) for row in rows) == 2
    without = text_of(mayor.get(URL, {"mes": 2, "ejercicio": "2016", "alcance": "oficial", "texto": "x"}))
    assert "migradas, sin fecha" in without, "filters do not change the headline"


def test_a_year_without_captures_has_no_figures(client: Client, db: None) -> None:
    make_indicator(make_program(make_year(2017), "PRE-01"), frequency=12)
    sign_in(client, make_user("mayor", Role.READER))
    page = text_of(client.get("/2017/tablero/?mes=3"))
    assert "0 de 1" in page and "sin datos" in page and "a tiempo (0 de 0 exigibles)" in page
    assert "0 de 1 programa con datos" in text_of(client.get("/2017/tablero/?mes=3&ver=ejes"))


def test_another_year_drops_the_line_of_this_plan(mayor: Client) -> None:
    response = mayor.get(URL, {"ejercicio": "2017", "eje": "5", "dependencia": "PRE", "mes": "3"})
    assert response["Location"] == "/2017/tablero/?dependencia=PRE&mes=3"


def test_the_workbook_has_the_shown_rows_in_their_order(mayor: Client) -> None:
    response = mayor.get("/2016/tablero.xlsx", {"mes": 1, "orden": "-global", "texto": "a"})
    assert response["Content-Disposition"] == 'attachment; filename="plan-2016-01-oficial-texto-a.xlsx"'
    head, *rows = sheet(response, "Programas")
    assert [row[0] for row in rows] == codes(mayor, orden="-global", texto="a")
    assert dict(zip(head, rows[0], strict=True)) == {
        "Clave": "PRE-01",
        "Programa": "Proximidad Ciudadana",
        "Dependencia": "Presidencia Municipal",
        "Eje rector": "Orden y Paz",
        "Objetivo": "Calles seguras",
        "Estrategia": "Alumbrar",
        "Global": 1,
        "Considerados": 1,
        "Total de considerados": 1,
        "Fuera del global": None,
        "Cumplimiento": 1,
        "Semáforo": "verde",
        "Meses capturados": 1,
        "Meses exigibles": 1,
    }
    last = dict(zip(head, rows[-1], strict=True))
    assert (last["Global"], last["Fuera del global"]) == ("sin datos", "OBR-02-01: sin captura")
    about = dict(map(tuple, sheet(response, "Acerca de")[1:]))
    assert about["Corte"] == "enero 2016" and about["Texto buscado"] == "a"
    assert about["Orden"] == "Global, de mayor a menor"


def test_a_name_is_never_a_formula(mayor: Client) -> None:
    response = mayor.get("/2016/tablero.xlsx?mes=1&texto=alumbrado")
    cell = openpyxl.load_workbook(io.BytesIO(response.content))["Programas"]["B2"]
    assert (cell.value, cell.data_type) == ("=SUMA(A1:A9) Alumbrado", "s")
    text = mayor.get("/2016/tablero.csv?mes=1&texto=alumbrado").content.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text)))[1][1] == "'=SUMA(A1:A9) Alumbrado"


def test_a_csv_has_its_mark_and_the_roll_ups(mayor: Client) -> None:
    response = mayor.get("/2016/tablero.csv?mes=1&ver=ejes")
    assert response.content.startswith(b"\xef\xbb\xbf")
    head, first, second = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    assert dict(zip(head, first, strict=True)) == {
        "Eje rector": "Orden y Paz",
        "Programas": "3",
        "Programas con datos": "2",
        "Promedio de los globales": "80.0000%",
        "Promedio de los cumplimientos": "80.0000%",
        "Programas en verde": "1",
        "Programas en amarillo": "0",
        "Programas en rojo": "1",
        "Programas sin semáforo": "1",
        "Meses capturados": "2",
        "Meses exigibles": "3",
        "Capturas a tiempo": "2",
        "Capturas exigibles": "3",
        "Migradas, sin fecha de envío": "0",
    }
    assert second[0] == "Ámbito Social"


def test_a_file_of_a_demonstration_says_so(mayor: Client, county: FiscalYear) -> None:
    county.demo_data = True
    county.save()
    response = mayor.get("/2016/tablero.xlsx?mes=1")
    assert "demostracion.xlsx" in response["Content-Disposition"]
    assert any("Datos de demostración" in str(row[1]) for row in sheet(response, "Acerca de"))


def test_the_notice_of_the_demonstration_is_a_place_of_the_page(mayor: Client, county: FiscalYear) -> None:
    """Whoever goes from one landmark to the next comes by it."""
    assert "demo-banner" not in mayor.get(URL).content.decode()
    county.demo_data = True
    county.save()
    notice = re.search(r'<(\w+) class="demo-banner"([^>]*)>(.*?)</\1>', mayor.get(URL).content.decode(), re.S)
    assert notice is not None and "demostración" in notice[3]
    assert 'role="region"' in notice[2] and "aria-label=" in notice[2]


@pytest.mark.parametrize("value", ["1000", "0.00001"])
def test_extreme_percentages_are_written_as_they_are(mayor: Client, county: FiscalYear, value: str) -> None:
    program = Program.objects.get(code="DIF-02")
    numerator, denominator = (1000, 100) if value == "1000" else ("0.0001", 1000)
    make_measurement(make_indicator(program, "DIF-02-01"), 1, numerator, denominator)
    shown = {"1000": "1,000.00 %", "0.00001": "menos de 0.01 %"}[value]
    (row,) = mayor.get(URL, {"mes": 1, "texto": "DIF-02"}).context["page"].rows
    assert row.global_ == shown
    (_, cells) = sheet(mayor.get("/2016/tablero.xlsx?mes=1&texto=DIF-02"), "Programas")
    assert cells[6] == {"1000": 10, "0.00001": 0}[value]


def test_long_names_are_whole(mayor: Client, county: FiscalYear) -> None:
    name = "Ñandú " * 50
    Program.objects.filter(code="PRE-01").update(name=name.strip())
    Axis.objects.filter(name="Orden y Paz").update(name=name.strip())
    page = text_of(mayor.get(URL, {"mes": 1}))
    assert f"PRE-01</span> {name.strip()}</a>" in page
    assert f">{name.strip()}</a>" in text_of(mayor.get(URL, {"mes": 1, "ver": "ejes"}))
    option = re.search(r"<option value=\"\d+\">(Ñandú[^<]*)</option>", page)
    assert option is not None and len(option[1]) <= 110 and option[1].endswith("…")


@pytest.mark.parametrize("role", [Role.READER, Role.COMPTROLLER, Role.PLANNING])
def test_a_draft_counts_for_nobody(client: Client, county: FiscalYear, role: str) -> None:
    make_measurement(Indicator.objects.get(code="OBR-02-01"), 1, 77, 100, State.DRAFT)
    sign_in(client, make_user("lectora", role))
    for scope in ("oficial", "preliminar"):
        page = text_of(client.get(URL, {"mes": 1, "alcance": scope}))
        assert "77.00" not in page
        assert "77" not in client.get(f"/2016/tablero.csv?mes=1&alcance={scope}").content.decode()


def test_a_file_is_for_readers(client: Client, county: FiscalYear) -> None:
    assert client.get("/2016/tablero.xlsx").status_code == 302
    assert sign_in(client, make_user("nadie")).get("/2016/tablero.xlsx").status_code == 403


def test_every_figure_leads_to_where_it_comes_from(mayor: Client) -> None:
    axis, department = Axis.objects.get(name="Orden y Paz").pk, Department.objects.get(prefix="OBR").pk
    for query, addresses in (
        ("", ["plan/", "programa/OBR-01/"]),
        ("&ver=ejes", ["plan/", f"eje/{axis}/"]),
        ("&ver=dependencias", [f"dependencia/{department}/"]),
    ):
        page = mayor.get(f"{URL}?mes=1{query}").content.decode()
        for address in addresses:
            url = f"/2016/explicacion/{address}?mes=1&amp;alcance=oficial"
            assert f'href="{url}' in page
            assert mayor.get(url.replace("&amp;", "&")).status_code == 200


def test_each_row_draws_its_compliance_and_its_year_and_says_both_in_words(mayor: Client, county: FiscalYear) -> None:
    make_measurement(Indicator.objects.get(code="PRE-01-01"), 3, 0, 300)
    rows = {row.code: row for row in mayor.get(URL, {"mes": 3}).context["page"].rows}
    assert 'aria-label="cumplimiento: de 100.00 % en enero a 25.00 % en marzo"' in rows["PRE-01"].trend
    assert 'aria-label="25.00 %"' in rows["PRE-01"].bar and "<rect" in rows["PRE-01"].bar
    assert 'aria-label="sin datos"' in rows["DIF-02"].trend and "<path" not in rows["DIF-02"].trend
    assert rows["DIF-02"].bar.count("<rect") == 1, "nothing but the scale"
    page = text_of(mayor.get(URL, {"mes": 3, "tendencia": "si"}))  # an address of before there were pictures
    assert "de 100.00 % en enero a 25.00 % en marzo" in page
