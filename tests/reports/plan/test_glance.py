"""The plan at a glance: its headline, what changed, and pictures that say what the figures say."""

import re
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from accounts.models import Role
from core.formats import percent
from indicators.models import Indicator, State, TargetAdjustment
from indicators.results.year import load_results
from programs.models import Axis, FiscalYear
from reports.plan.glance import change_of
from tests.factories import make_indicator, make_measurement, make_program, make_user, make_year
from tests.reports.conftest import sign_in
from tests.reports.county import make_county, measured_program
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


def glance(client: Client, **query: Any) -> Any:
    return client.get(URL, {"mes": 1, **query}).context["page"].glance


def changes(figure: Any) -> list[tuple[str, str, str]]:
    return [(change.mark, change.text, change.since) for change in figure.changes]


def test_the_first_figure_is_the_compliance_with_its_change_since_the_month_before(mayor: Client) -> None:
    """In January 100, 80, 60 and 95: 83.75. In February the first falls to 50: 71.25."""
    assert (glance(mayor).compliance.text, changes(glance(mayor).compliance)) == ("83.75 %", [])
    make_measurement(Indicator.objects.get(code="PRE-01-01"), 2, 0, 100)
    found = glance(mayor, mes=2)
    assert (found.compliance.text, changes(found.compliance)) == ("71.25 %", [("↓", "12.50", "desde enero")])
    assert changes(found.global_) == [("↓", "12.50", "desde enero")]
    page = text_of(mayor.get(URL, {"mes": 2}))
    assert page.index("71.25 %") < page.index("indicador global") < page.index("programas con datos")
    assert "bajó 12.50 puntos desde enero" in page, "for who does not see the mark"


def test_what_did_not_move_says_so(mayor: Client) -> None:
    assert changes(glance(mayor, mes=2).compliance) == [("=", "0.00", "desde enero")]
    assert "sin cambio desde enero" in text_of(mayor.get(URL, {"mes": 2}))


@pytest.mark.parametrize(
    ("after", "shown"),
    [("50", ("=", "0.00")), ("50.004", ("↑", "menos de 0.01")), ("49.99501", ("↓", "menos de 0.01")),
     ("49.995", ("↓", "0.01")), ("51.2", ("↑", "1.20")), ("1050", ("↑", "1,000.00"))],
)  # fmt: skip
def test_what_moved_never_reads_as_nothing(after: str, shown: tuple[str, str]) -> None:
    change = change_of(Decimal(50), Decimal(after), "desde enero")
    assert change is not None and (change.mark, change.text) == shown


def test_the_change_since_a_year_ago_is_that_of_the_same_month(mayor: Client, county: FiscalYear) -> None:
    earlier = make_year(2015)
    measured_program(earlier, "PRE-01", 70)
    make_measurement(Indicator.objects.get(fiscal_year=earlier), 2, 0, 100)  # 35 in February
    assert changes(glance(mayor).compliance) == [("↑", "13.75", "que en enero de 2015")]
    assert changes(glance(mayor, mes=2).compliance)[1] == ("↑", "48.75", "que en febrero de 2015")
    assert glance(mayor).line_title == "El año, y 2015 en gris"


def test_how_much_of_the_month_is_known_is_said_beside_the_figures(mayor: Client, county: FiscalYear) -> None:
    """Whether a fall is real or only late: five figures are due a month; in February one is there."""
    assert glance(mayor).latest == "De enero están validadas 4 de 5 cifras; las demás pueden mover el resultado."
    row = make_measurement(Indicator.objects.get(code="PRE-01-01"), 2, 0, 100)
    said = "De febrero están validadas 1 de 5 cifras; las demás pueden mover el resultado."
    assert glance(mayor, mes=2).latest == said
    for page in (URL, "/2016/tarjeta/"):
        assert said in text_of(mayor.get(page, {"mes": 2}))
    row.state = State.SUBMITTED
    row.validated_numerator = row.validated_denominator = None
    row.save()
    assert glance(mayor, mes=2).latest.startswith("De febrero están validadas 0 de 5 cifras")
    assert glance(mayor, mes=2, alcance="preliminar").latest.startswith("De febrero están enviadas o validadas 1 de 5")
    for indicator in Indicator.objects.exclude(measurements__month=1):
        make_measurement(indicator, 1, 1, 1)
    assert glance(mayor).latest == "De enero están validadas todas las cifras: 5."
    county.locked = True
    county.save()
    assert glance(mayor, mes=2).latest == "De febrero están validadas 0 de 5 cifras."


def test_what_both_figures_mean_stands_where_both_stand(mayor: Client) -> None:
    for page in (URL, "/2016/tarjeta/", "/"):
        assert text_of(mayor.get(page)).count("Global: promedio del avance, sin ese tope.") == 1


def test_the_sheet_begins_with_what_asks_for_attention_and_the_plan_with_its_axes(mayor: Client) -> None:
    sheet = text_of(mayor.get("/2016/tarjeta/", {"mes": 1}))
    assert sheet.index('id="programs"') < sheet.index('class="glance-pictures') < sheet.index('id="indicators"')
    plan = text_of(mayor.get(URL, {"mes": 1}))
    assert plan.index('class="glance-pictures') < plan.index('id="programs"')


def test_a_year_before_without_figures_is_no_comparison(mayor: Client) -> None:
    make_program(make_year(2015), "PRE-01")
    found = glance(mayor)
    assert changes(found.compliance) == [] and found.line_title == "El año, mes a mes"
    assert found.line.table.headings == ("Mes", "2016")


def test_the_parts_of_the_lights_lead_to_their_programmes(mayor: Client) -> None:
    found = glance(mayor, dependencia="OBR", orden="-global")
    assert [(part.light, part.programs) for part in found.lights] == [
        ("green", 2),
        ("amber", 1),
        ("red", 1),
        ("none", 2),
    ]
    red = found.lights[2].url
    assert red == "?mes=1&alcance=oficial&dependencia=OBR&orden=-global&semaforo=rojo#programs"
    rows = mayor.get(URL + red.split("#")[0]).context["page"].rows
    assert [row.code for row in rows] == ["OBR-01"]
    drawn = ElementTree.fromstring(found.bar)
    widths = [float(rect.get("width", 0)) for rect in drawn.iter("{http://www.w3.org/2000/svg}rect")]
    assert sum(widths) + 3 * (len(widths) - 1) == pytest.approx(1000) and widths[0] == pytest.approx(
        2 * widths[1], abs=1
    )
    hrefs = [link.get("href") for link in drawn.iter("{http://www.w3.org/2000/svg}a")]
    assert hrefs == [part.url for part in found.lights]


def test_each_axis_has_its_figures_its_change_and_its_lights(mayor: Client, county: FiscalYear) -> None:
    make_measurement(Indicator.objects.get(code="OBR-01-01"), 2, 100, 100)  # 80 to February
    order, care = glance(mayor, mes=2).axes
    assert (order.name, order.compliance, order.global_) == ("Orden y Paz", "90.00 %", "90.00 %")
    assert order.change is not None and (order.change.mark, order.change.text) == ("↑", "10.00")
    assert care.change is not None and care.change.kind == "same"
    assert [(count.light, count.programs) for count in order.lights] == [
        ("green", 1), ("amber", 1), ("red", 0), ("none", 1),
    ], "every colour has its column, also where nothing has it"  # fmt: skip
    assert 'aria-label="90.00 %, amarillo desde 70 y verde desde 90"' in order.point
    axis = Axis.objects.get(name="Orden y Paz").pk
    assert order.url == f"?mes=2&alcance=oficial&eje={axis}#programs"
    assert glance(mayor, mes=2, semaforo="rojo", texto="x").axes[0].compliance == "90.00 %", "filters change no figure"


def test_one_axis_is_the_plan_itself(client: Client, db: None) -> None:
    measured_program(make_year(), "PRE-01", 70)
    sign_in(client, make_user("mayor", Role.READER))
    assert glance(client).axes == () and "Los ejes" not in text_of(client.get(URL, {"mes": 1}))


def test_who_fell_and_who_rose_by_compliance(mayor: Client, county: FiscalYear) -> None:
    """In points of compliance, those that moved most first; what has no figure at both months did not move."""
    for code, pair in {"PRE-01": (0, 100), "OBR-01": (100, 100), "DIF-01": (94, 100)}.items():
        make_measurement(Indicator.objects.get(code=f"{code}-01"), 2, *pair)
    fell, rose = glance(mayor, mes=2).moved
    assert fell.title == "Lo que más bajó desde enero" and rose.title == "Lo que más subió desde enero"
    assert [(row.code, row.change.mark, row.change.text) for row in fell.rows] == [
        ("PRE-01", "↓", "50.00"),
        ("DIF-01", "↓", "0.50"),
    ]
    assert [(row.code, row.change.text) for row in rose.rows] == [("OBR-01", "20.00")]
    assert glance(mayor).moved == (), "in January nothing has moved yet"


def test_more_than_three_say_how_many_more(client: Client, db: None) -> None:
    year = make_year()
    for number in range(1, 6):
        program = measured_program(year, f"PRE-0{number}", 100)
        make_measurement(Indicator.objects.get(action__program=program), 2, 100 - number, 100)
    sign_in(client, make_user("mayor", Role.READER))
    (fell, _) = glance(client, mes=2).moved
    assert [row.code for row in fell.rows] == ["PRE-05", "PRE-04", "PRE-03"] and fell.more == 2
    assert 'y 2 más: <a href="/2016/comparar/?mes=2' in text_of(client.get(URL, {"mes": 2}))


def test_the_line_says_at_every_month_what_the_page_of_that_month_says(mayor: Client, county: FiscalYear) -> None:
    earlier = make_year(2015)
    measured_program(earlier, "PRE-01", 70, months=12)
    for month, share in enumerate((10, 90, 40, 100, 0), start=2):
        make_measurement(Indicator.objects.get(fiscal_year=county, code="PRE-02-01"), month, share, 100)
    TargetAdjustment.objects.create(
        indicator=Indicator.objects.get(fiscal_year=county, code="PRE-02-01"),
        effective_month=4,
        target=Decimal(60),
        reason="x",
        authorized_by="x",
        instrument="x",
        created_at="2016-04-01T00:00Z",
        created_by=make_user("planning", Role.PLANNING),
    )
    table = glance(mayor, mes=6).line.table
    for month, (_, now, before) in enumerate(table.rows, start=1):
        plan = load_results(county, month=month).plan
        assert now == (percent(plan.compliance, plan.borders) if month <= 6 else "")
        assert before == "70.00 %"
        assert ("tablero" in table.links[month - 1] or "explicacion/plan/?mes=" in table.links[month - 1]) == (
            month <= 6
        )


def test_the_line_holds_every_value_and_border(mayor: Client, county: FiscalYear) -> None:
    for code in ("PRE-01", "PRE-02", "OBR-01", "DIF-01"):
        make_measurement(Indicator.objects.get(code=f"{code}-01"), 2, 0, 10_000)
    drawn = ElementTree.fromstring(glance(mayor, mes=2).line.drawing)
    height = float(drawn.get("height", 0))
    for path in drawn.iter("{http://www.w3.org/2000/svg}path"):
        ys = [float(y) for y in re.findall(r"[ML][\d.]+,(-?[\d.]+)", path.get("d", ""))]
        assert all(0 <= y <= height for y in ys)


def test_the_first_page_of_the_mayor_shows_the_same_picture(mayor: Client, county: FiscalYear) -> None:
    page = mayor.get("/").context["page"]
    assert page.glance.compliance.text == page.summary.compliance
    text = text_of(mayor.get("/"))
    assert 'href="/2016/tablero/?mes=' in text and "semaforo=rojo#programs" in text and "Los ejes" in text


def test_whoever_has_work_to_do_reads_the_figures_alone(client: Client, county: FiscalYear) -> None:
    sign_in(client, make_user("planning", Role.PLANNING))
    text = text_of(client.get("/"))
    assert "cumplimiento" in text and "Los ejes" not in text and "Lo que más bajó" not in text


def test_a_plan_without_figures_draws_nothing_and_says_so(client: Client, db: None) -> None:
    make_indicator(make_program(make_year(), "PRE-01"))
    sign_in(client, make_user("mayor", Role.READER))
    found = glance(client, mes=3)
    assert found.compliance.text == "sin datos" and changes(found.compliance) == []
    assert "Sin datos hasta el corte" in found.line.drawing and [part.light for part in found.lights] == ["none"]


def test_a_department_is_drawn_as_the_plan_is(mayor: Client) -> None:
    """Its place between the thresholds, its change, its year and its lights, each said in words."""
    make_measurement(Indicator.objects.get(code="PRE-01-01"), 2, 0, 100)
    page = mayor.get(URL, {"mes": 2, "ver": "dependencias"})
    rows = {row.name: row for row in page.context["page"].groups}
    moved = {name: row.change.words for name, row in rows.items() if row.change and row.change.kind != "same"}
    row = rows["Presidencia Municipal"]
    assert list(moved) == ["Presidencia Municipal"] and moved["Presidencia Municipal"].startswith("bajó ")
    assert f'aria-label="{row.compliance}, amarillo desde 70 y verde desde 90"' in row.point
    before = mayor.get(URL, {"mes": 1, "ver": "dependencias"}).context["page"].groups
    (january,) = (other for other in before if other.name == row.name)
    assert f"cumplimiento: de {january.compliance} en enero a {row.compliance} en febrero" in row.trend
    assert "Desde enero" in text_of(page) and january.change is None
    assert "Desde" not in text_of(mayor.get(URL, {"mes": 1, "ver": "dependencias"}))
