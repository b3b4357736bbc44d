"""Captured months, captures in time and lights of the plan: one population, links to them, and they add up by hand."""

import re
from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import Role
from indicators.models import Indicator
from programs.models import FiscalYear, Strategy
from tests.factories import make_indicator, make_measurement, make_user
from tests.reports.conftest import sign_in
from tests.reports.county import make_county
from tests.reports.explained import add_up, written
from tests.support.pages import text_of
from tests.support.shared import shared

PLAN = "/2016/explicacion/plan/?mes=2"
WHOLE = PLAN + "&amp;alcance=oficial"


@pytest.fixture
@shared
def county(db: None) -> FiscalYear:
    """To February 10 months are due of the considered; 5 are captured, PRE-01's February late.

    PRE-01 has another indicator that the catalogue does not consider: both of its months are captured, one late.
    """
    fiscal_year = make_county()
    make_measurement(Indicator.objects.get(code="PRE-01-01"), 2, 100, 100, late=True)
    aside = make_indicator(fiscal_year.programs.get(code="PRE-01"), "PRE-01-02", considered=False)
    make_measurement(aside, 1, 1, 2)
    make_measurement(aside, 2, 1, 2, late=True)
    return fiscal_year


@pytest.fixture
def mayor(client: Client, county: FiscalYear) -> Client:
    return sign_in(client, make_user("mayor", Role.READER))


def steps(page) -> dict[str, tuple[str, str]]:
    return {step.what: (step.written, step.result) for step in page.coverage_steps}


# One population


@pytest.mark.parametrize("view", ["", "&ver=ejes", "&ver=dependencias"])
def test_captured_and_in_time_count_the_same_months(mayor: Client, view: str):
    page = text_of(mayor.get(f"/2016/tablero/?mes=2{view}"))
    assert ">5 de 10 meses</a> capturados" in page and "a tiempo (4 de 10 exigibles)" in page
    for group in mayor.get(f"/2016/tablero/?mes=2{view}").context["page"].groups:
        captured, due = map(int, re.findall(r"\d+", group.coverage))
        on_time, all_due = map(int, re.findall(r"\d+", group.on_time))
        assert on_time <= captured and due == all_due


def test_the_page_says_what_both_count(mayor: Client):
    page = text_of(mayor.get("/2016/tablero/?mes=2"))
    assert "Los meses capturados y a tiempo son los que se piden a los considerados" in page


# They add up by hand


def test_coverage_and_captures_in_time_add_up(mayor: Client):
    page = mayor.get(PLAN).context["page"]
    assert [(row.code, row.captured, row.due, row.late, row.on_time) for row in page.coverage] == [
        ("DIF-01", "1", "2", "0", "1"), ("DIF-02", "0", "0", "0", "0"), ("OBR-01", "1", "2", "0", "1"),
        ("OBR-02", "0", "2", "0", "0"), ("PRE-01", "2", "2", "1", "1"), ("PRE-02", "1", "2", "0", "1"),
    ]  # fmt: skip
    found = steps(page)
    assert found["Meses capturados"] == ("1 + 0 + 1 + 0 + 2 + 1", "5")
    assert found["Meses exigibles"] == ("2 + 0 + 2 + 2 + 2 + 2", "10")
    assert found["Extemporáneas"] == ("0 + 0 + 0 + 0 + 1 + 0", "1")
    assert found["Capturas a tiempo"] == ("5 − 1", "4")
    assert found["Parte a tiempo"] == ("4 / 10 × 100", "40.00 %")
    for step in page.coverage_steps[:3]:
        assert add_up(step) == written(step.result)
    headline = mayor.get("/2016/tablero/?mes=2").context["page"].headline
    assert headline.on_time == found["Parte a tiempo"][1]
    assert headline.coverage == f"{found['Meses capturados'][1]} de {found['Meses exigibles'][1]} meses"


def test_migrated_captures_are_left_out_of_both_sides(mayor: Client, county: FiscalYear):
    assert "igrad" not in text_of(mayor.get(PLAN)).split('id="coverage"')[1].split("</footer>")[0]
    Indicator.objects.get(code="OBR-01-01").measurements.update(undated=True)
    answer = mayor.get(PLAN)
    page, text = answer.context["page"], text_of(answer)
    assert [(row.code, row.undated, row.on_time) for row in page.coverage if row.undated != "0"] == [
        ("OBR-01", "1", "0")
    ]
    found = steps(page)
    assert found["Meses capturados"][1] == "5" and found["Meses exigibles"][1] == "10"
    assert found["Migradas, sin fecha de envío"] == ("0 + 0 + 1 + 0 + 0 + 0", "1")
    assert found["Capturas a tiempo"] == ("5 − 1 − 1", "3")
    assert found["Exigibles con fecha de envío"] == ("10 − 1", "9")
    assert found["Parte a tiempo"] == ("3 / 9 × 100", "33.33 %")
    assert "1 migrada, sin fecha de envío" in text and ">Migrados</th>" in text
    headline = mayor.get("/2016/tablero/?mes=2").context["page"].headline
    assert (headline.on_time, headline.undated) == ("33.33 %", "1 migrada, sin fecha de envío")


def test_where_all_was_migrated_nothing_is_divided(mayor: Client, county: FiscalYear):
    Indicator.objects.filter(considered=True).exclude(code="PRE-02-01").update(considered=False)
    Indicator.objects.filter(code="PRE-02-01").update(retired_from=2)
    Indicator.objects.get(code="PRE-02-01").measurements.update(undated=True)
    page = mayor.get(PLAN).context["page"]
    assert steps(page)["Parte a tiempo"] == ("0 / 0 × 100", "no se divide entre 0: ningún mes exigible aún")


def test_lights_add_up(mayor: Client):
    page = mayor.get(PLAN).context["page"]
    assert {row.light: [code for code, _ in row.programs] for row in page.lights} == {
        "green": ["DIF-01", "PRE-01"],
        "amber": ["PRE-02"],
        "red": ["OBR-01"],
        "none": ["DIF-02", "OBR-02"],
    }
    assert sum(row.count for row in page.lights) == 6


@pytest.mark.parametrize("kind", ["eje", "objetivo", "estrategia", "dependencia"])
def test_every_group_adds_up_to_its_line_of_the_plan(mayor: Client, county: FiscalYear, kind: str):
    view = {"eje": "ejes", "objetivo": "objetivos", "estrategia": "estrategias", "dependencia": "dependencias"}[kind]
    groups = mayor.get(f"/2016/tablero/?mes=2&ver={view}").context["page"].groups
    assert len(groups) >= 2
    for group in groups:
        page = mayor.get(group.explanation).context["page"]
        found = steps(page)
        assert group.coverage.endswith(f"{found['Meses capturados'][1]} de {found['Meses exigibles'][1]} meses")
        assert group.on_time == f"{found['Capturas a tiempo'][1]} de {found['Meses exigibles'][1]}"
        assert page.with_data == group.with_data and page.value == group.mean


def test_a_group_in_which_nothing_is_due_divides_nothing(mayor: Client, county: FiscalYear):
    Indicator.objects.update(frequency=12)
    page = mayor.get("/2016/explicacion/plan/?mes=2").context["page"]
    assert steps(page)["Parte a tiempo"] == ("0 / 0 × 100", "no se divide entre 0: ningún mes exigible aún")


def test_a_programme_s_months_add_up_too(mayor: Client):
    page = mayor.get("/2016/explicacion/programa/PRE-01/?mes=2").context["page"]
    assert steps(page) == {"Meses capturados": ("2", "2"), "Meses exigibles": ("2", "2")}


def test_late_captures_are_among_the_numbers_with_the_fingerprint(mayor: Client, county: FiscalYear):
    before = mayor.get(PLAN).context["page"]
    assert [program["late"] for program in before.numbers["programs"]] == [0, 0, 0, 0, 1, 0]
    Indicator.objects.get(code="PRE-02-01").measurements.update(late=True)
    assert mayor.get(PLAN).context["page"].fingerprint != before.fingerprint


# Every figure leads there


def test_every_headline_figure_leads_to_its_own_section(mayor: Client):
    page = text_of(mayor.get("/2016/tablero/?mes=2"))
    explained = text_of(mayor.get(PLAN))
    for anchor in ("terms", "mean", "compliance", "lights", "coverage", "on-time"):
        assert f'href="{WHOLE}#{anchor}"' in page, anchor
        assert f'id="{anchor}"' in explained, anchor


def test_each_programme_s_compliance_and_months_lead_to_their_sections(mayor: Client):
    page = text_of(mayor.get("/2016/tablero/?mes=2"))
    address = "/2016/explicacion/programa/PRE-01/?mes=2&amp;alcance=oficial"
    assert f'href="{address}#compliance">100.00 %</a>' in page
    assert f'href="{address}#coverage">2 de 2 meses</a>' in page
    explained = text_of(mayor.get("/2016/explicacion/programa/PRE-01/?mes=2"))
    assert 'id="compliance"' in explained and 'id="coverage"' in explained


def test_each_group_s_figures_lead_to_their_sections(mayor: Client):
    page = text_of(mayor.get("/2016/tablero/?mes=2&ver=estrategias"))
    address = f"/2016/explicacion/estrategia/{Strategy.objects.get(name='Alumbrar').pk}/?mes=2&amp;alcance=oficial"
    address += "&amp;volver=/2016/tablero/?mes=2%26ver=estrategias"
    for anchor in ("terms", "compliance", "lights", "coverage", "on-time"):
        assert f'href="{address}#{anchor}"' in page, anchor


def test_a_change_says_that_it_is_of_unrounded_figures(mayor: Client):
    make_measurement(Indicator.objects.get(code="PRE-02-01"), 2, Decimal("33.3333"), 100)
    page = text_of(mayor.get("/2016/comparar/?mes=2&contra=2016-01"))
    assert page.count("El cambio se resta sin redondear") == 1
