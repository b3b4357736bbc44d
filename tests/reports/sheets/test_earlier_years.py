"""The same months of earlier years beside this one's, only where the catalogue links them."""

from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import Role
from indicators.models import Indicator, State, TargetAdjustment
from tests.factories import NOW, make_indicator, make_measurement, make_program, make_user, make_year
from tests.reports.conftest import Town, sign_in
from tests.reports.plan.test_page import sheet
from tests.support.pages import text_of
from tests.support.shared import shared

URL = "/2016/indicadores/PRE-02-01/?mes=2"


@pytest.fixture
@shared
def before(town: Town) -> list[Indicator]:
    """PRE-07-01 of 2015 and, before it, OPM-03-09 of 2014; 2013 has the same code and no link."""
    years = {year: make_year(year) for year in (2015, 2014, 2013)}
    programs = {2015: "PRE-07", 2014: "OPM-03", 2013: "PRE-02"}
    made = {year: make_indicator(make_program(years[year], code), f"{code}-01") for year, code in programs.items()}
    town.indicators["PRE-02-01"].previous = made[2015]
    town.indicators["PRE-02-01"].save()
    made[2015].previous = made[2014]
    made[2015].save()
    return [made[2015], made[2014], made[2013]]


def earlier(client: Client, url: str = URL):
    return client.get(url).context["page"].earlier


def test_each_year_is_shown_to_the_same_cut_off(reader: Client, before: list[Indicator]):
    for month, pair in ((1, (1, 4)), (2, (2, 4)), (3, (100, 100))):
        make_measurement(before[0], month, *pair)
    make_measurement(before[1], 1, 3, 0)
    found = earlier(reader)
    assert [(line.year, line.code, line.percentage, line.coverage) for line in found.years] == [
        ("2016", "PRE-02-01", "92.31 %", "incompleto: 1 de 2 meses"),
        ("2015", "PRE-07-01", "37.50 %", "2 de 2 meses"),
        ("2014", "OPM-03-01", "rezago sin demanda", "incompleto: 1 de 2 meses"),
    ]
    (_, january), (_, february) = found.months
    assert [tuple(cell) for cell in january] == [
        ("120 / 130", "92.31 %", "92.31 %"), ("1 / 4", "25.00 %", "25.00 %"),
        ("3 / 0", "rezago sin demanda", "rezago sin demanda"),
    ]  # fmt: skip
    assert tuple(february[1]) == ("2 / 4", "50.00 %", "37.50 %")
    assert february[2].percentage == "sin captura"


def test_a_year_without_captures_says_so(reader: Client, before: list[Indicator]):
    assert [line.percentage for line in earlier(reader).years[1:]] == ["sin captura", "sin captura"]


def test_an_equal_code_is_no_link(reader: Client, before: list[Indicator]):
    assert "2013" not in {line.year for line in earlier(reader).years}
    Indicator.objects.filter(code="PRE-02-01").update(previous=None)
    assert earlier(reader) is None
    assert "Los mismos meses" not in text_of(reader.get(URL))


def test_each_year_has_its_own_target_thresholds_and_scope(reader: Client, before: list[Indicator]):
    before[0].fiscal_year.green_from = Decimal(40)
    before[0].fiscal_year.amber_from = Decimal(30)
    before[0].fiscal_year.save()
    TargetAdjustment.objects.create(
        indicator=before[0],
        effective_month=2,
        target=Decimal(50),
        reason="Recorte",
        authorized_by="Cabildo",
        instrument="Acta 3",
        created_at=NOW,
        created_by=make_user("planner"),
    )
    make_measurement(before[0], 1, 20, 100)
    make_measurement(before[0], 2, 0, 100, State.SUBMITTED)
    line = earlier(reader).years[1]
    assert (line.target, line.percentage, line.compliance, line.light) == ("50 %", "20.00 %", "40.00 %", "green")
    assert earlier(reader, URL + "&alcance=preliminar").years[1].percentage == "10.00 %"


def test_drafts_of_earlier_years_never_count(client: Client, town: Town, before: list[Indicator]):
    make_measurement(before[0], 1, 98763, 98765, State.DRAFT)
    for person in town.people.values():
        sign_in(client, person)
        assert "98,763" not in text_of(client.get(URL))


def test_each_year_leads_to_its_sheet_and_its_explanation(reader: Client, before: list[Indicator]):
    page = text_of(reader.get(URL))
    assert 'href="/2015/indicadores/PRE-07-01/?mes=2&amp;alcance=oficial"' in page
    assert 'href="/2015/explicacion/indicador/PRE-07-01/?mes=2&amp;alcance=oficial"' in page


@pytest.mark.parametrize("years", [1, 2])
def test_the_queries_do_not_depend_on_how_many_years(client, town, before, years, django_assert_num_queries):
    if years == 1:
        Indicator.objects.filter(pk=before[0].pk).update(previous=None)
    sign_in(client, make_user("lectora", Role.READER))
    with django_assert_num_queries(12):
        assert client.get(URL).status_code == 200


def test_both_tables_are_a_file(reader: Client, before: list[Indicator]):
    make_measurement(before[0], 1, 1, 4)
    assert 'href="/2016/indicadores/PRE-02-01/anteriores.xlsx?mes=2' in text_of(reader.get(URL))
    response = reader.get("/2016/indicadores/PRE-02-01/anteriores.xlsx?mes=2")
    assert "indicador-PRE-02-01-anteriores-2016-02-oficial.xlsx" in response["Content-Disposition"]
    head, *rows = sheet(response, "Ejercicios anteriores")
    found = [dict(zip(head, row, strict=True)) for row in rows]
    assert [(row["Ejercicio"], row["Mes"]) for row in found] == [
        (str(year), month) for year in (2016, 2015, 2014) for month in ("Enero", "Febrero")
    ]
    assert list(found[3].values())[1:9] == ["PRE-07-01", "Febrero", None, None, "sin captura", 0.25, 1, 1]
    assert list(found[3].values())[9:] == [0.25, "rojo", 1, 2]
    alone = reader.get("/2016/indicadores/PRE-02-02/anteriores.xlsx?mes=2")
    assert sheet(alone, "Ejercicios anteriores")[1:] == []
