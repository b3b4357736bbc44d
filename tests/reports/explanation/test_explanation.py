"""¿De dónde sale este porcentaje? It adds up by hand, for indicators, programmes and groups."""

from decimal import Decimal

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.access import NOBODY
from accounts.models import Role, User
from indicators.models import Indicator, Measurement, TargetAdjustment
from indicators.results.year import OFFICIAL, load_results
from programs.models import FiscalYear
from reports.address.cutoff import Cut
from reports.canonical_numbers import indicator_numbers, program_numbers
from reports.explanation import explain_group, explain_indicator, explain_program
from reports.explanation.groups import GROUP_KINDS
from tests.factories import (
    NOW,
    access_of,
    make_department,
    make_indicator,
    make_measurement,
    make_program,
    make_user,
    make_year,
)
from tests.indicators.cases import CASES, case_id
from tests.indicators.results.test_results import build
from tests.reports.conftest import Town, sign_in
from tests.reports.explained import INDICATOR, PROGRAM, add_up, pairs, written
from tests.support.contents import forget_captures
from tests.support.pages import text_of

# It is the figure of the pages, digit by digit


@pytest.mark.django_db
@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_worked_cases_explain_what_results_give(case):
    fiscal_year = build(case)
    cut = Cut(fiscal_year, case["month"], case["scope"])
    access = access_of(make_user("lectora", Role.READER))
    loaded = load_results(fiscal_year, month=cut.month, scope=cut.scope)
    for sheet in loaded.programs:
        found = explain_program(cut, sheet.code, access)
        assert found is not None
        assert found.numbers["result"] == program_numbers(sheet.result)
        assert [row["result"] for row in found.numbers["indicators"]] == list(map(indicator_numbers, sheet.indicators))
        for row in sheet.indicators:
            single = explain_indicator(cut, row.code, access)
            assert single is not None and single.numbers["result"] == indicator_numbers(row)


@pytest.mark.django_db
@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_worked_cases_add_up_by_hand(case):
    fiscal_year = build(case)
    cut = Cut(fiscal_year, case["month"], case["scope"])
    access = access_of(make_user("lectora", Role.READER))
    for sheet in load_results(fiscal_year, month=cut.month, scope=cut.scope).programs:
        found = explain_program(cut, sheet.code, access)
        assert found is not None
        if found.steps:
            total, mean, shown = found.steps
            by_hand = add_up(total) / len(found.terms)
            assert abs(by_hand - written(mean.result)) < Decimal("0.00001")
            assert shown.result == found.value
            assert len(total.written.split(" + ")) == sheet.result.considered
        else:
            assert found.value == "sin datos"
        assert len(found.terms) + len(found.left_out) == len(sheet.indicators)
        for row in sheet.indicators:
            _adds_up(explain_indicator(cut, row.code, access))


def _adds_up(found) -> None:
    steps = {step.what.split(" (")[0]: step for step in found.steps}
    if "Como se muestra" not in steps:
        return
    for side in ("Numerador", "Denominador"):
        if "(suma)" in next(step.what for step in found.steps if step.what.startswith(side)):
            assert add_up(steps[side]) == written(steps[side].result)
    percentage = written(steps["Numerador"].result) / written(steps["Denominador"].result) * 100
    assert abs(percentage - written(steps["Porcentaje"].result)) <= Decimal("0.000001")
    assert steps["Como se muestra"].result == found.value


def test_a_programme_s_page_and_its_explanation_show_the_same(reader: Client):
    page, explained = reader.get("/2016/programas/PRE-02/?mes=1"), reader.get(PROGRAM.format("PRE-02") + "?mes=1")
    assert page.context["page"].global_.figure.text == explained.context["page"].value == "92.31 %"
    assert "1 de 4 considerados" in text_of(explained)


# What counts, what does not and why


def test_says_which_indicators_were_left_out_and_why(reader: Client, town: Town):
    Indicator.objects.filter(code="PRE-02-04").update(considered=False)
    found = reader.get(PROGRAM.format("PRE-02") + "?mes=1").context["page"]
    assert [(term.code, term.pair, term.percentage) for term in found.terms] == [
        ("PRE-02-01", "120 / 130", "92.307692 %")
    ]
    assert {term.code: term.reason for term in found.left_out} == {
        "PRE-02-02": "rezago sin demanda",
        "PRE-02-03": "sin captura",
        "PRE-02-04": "el catálogo no lo considera en el global",
    }


def test_zero_for_missing_is_among_the_addends(reader: Client, town: Town):
    town.fiscal_year.missing_as_zero = True
    town.fiscal_year.save()
    found = reader.get(PROGRAM.format("PRE-02") + "?mes=1").context["page"]
    assert found.steps[0].written == "92.307692 + 0 + 0"
    assert [term.note[:11] for term in found.terms] == ["", "sin captura", "sin captura"]
    assert found.compliance_steps[0].written == "92.307692 + 0 + 0"


def test_the_mean_of_each_month_by_itself_is_a_column_of_the_chart_s_table(reader: Client, town: Town):
    make_measurement(town.indicators["PRE-02-04"], 1, 1, 2)
    make_measurement(town.indicators["PRE-02-04"], 3, 1, 4)
    found = reader.get(PROGRAM.format("PRE-02") + "?mes=3").context["page"]
    assert [(step.what, step.written, step.result) for step in found.month_steps] == [
        ("Enero", "(92.307692 + 50) / 2", "71.15 %"),
        ("Marzo", "(25) / 1", "25.00 %"),
    ]
    rows = reader.get("/2016/programas/PRE-02/?mes=3").context["page"].charts[0].table.rows
    assert [row[3] for row in rows[:3]] == ["71.15 % (2 de 4)", "sin datos", "25.00 % (1 de 4)"]


def test_every_accumulated_figure_of_a_month_leads_to_that_cut_off(reader: Client):
    for url in ("/2016/indicadores/PRE-02-01/?mes=2", "/2016/programas/PRE-02/anio/?mes=2"):
        page = text_of(reader.get(url))
        assert '"/2016/explicacion/indicador/PRE-02-01/?mes=1&amp;alcance=oficial"' in page, url
        assert "/2016/explicacion/indicador/PRE-02-01/?mes=3" not in page
    charts = reader.get("/2016/programas/PRE-02/?mes=2").context["page"].charts
    assert [bool(link) for link in charts[0].table.links] == [True, True] + [False] * 10
    assert reader.get(charts[0].table.links[0]).context["page"].value == "92.31 %"
    assert all(reader.get(link).status_code == 200 for link in charts[1].table.links)


def test_a_compliance_above_100_is_capped_and_says_so(reader: Client, town: Town):
    make_measurement(town.indicators["PRE-02-04"], 1, 3, 1)
    found = reader.get(PROGRAM.format("PRE-02") + "?mes=1").context["page"]
    assert found.terms[-1].compliance == "100 % (tope; es 300 %)"
    assert found.steps[0].written == "92.307692 + 300"
    assert found.compliance_steps[0].written == "92.307692 + 100"


def test_months_say_who_captured_and_validated_and_why_one_does_not_count(client: Client, town: Town):
    person = town.people["director"]
    person.first_name, person.last_name = "Daniela", "Durán"
    person.save()
    make_measurement(
        town.indicators["PRE-02-04"], 1, 5, 10, validated_by=person, validated_at=NOW, submitted_at=NOW, late=True
    )
    sign_in(client, town.people["reader"])
    found = client.get(INDICATOR.format("PRE-02-04") + "?mes=2").context["page"]
    january, february = found.months
    assert (january.counts, january.numerator, january.percentage, january.state) == (True, "5", "50.00 %", "validado")
    assert january.captured == "captura, 03/10/2016, 13:00 h"
    assert january.validated == "Daniela Durán, 03/10/2016, 13:00 h"
    assert january.notes == ("extemporánea",)
    assert (february.counts, february.why_not, february.captured) == (False, "no hay captura", "")


def test_a_submitted_month_counts_in_the_preliminary_scope_only(reader: Client):
    official = reader.get(INDICATOR.format("PRE-02-01") + "?mes=2").context["page"]
    assert official.months[1].why_not == "enviada, todavía sin validar"
    assert official.months[1].notes == ("cifra enviada: 10 / 70",)
    preliminary = reader.get(INDICATOR.format("PRE-02-01") + "?mes=2&alcance=preliminar").context["page"]
    assert (preliminary.months[1].counts, preliminary.months[1].validated) == (True, "espera su validación")
    assert preliminary.steps[0].written == "120 + 10" and preliminary.value == "65.00 %"


def test_the_last_value_says_from_which_month_it_is_taken(reader: Client, town: Town):
    stock = make_indicator(town.program, "PRE-02-05", numerator_mode="last", denominator_mode="last")
    for month, pair in enumerate([(1, 4), (2, 4), (3, 0), (0, 0)], start=1):
        make_measurement(stock, month, *pair)
    found = reader.get(INDICATOR.format("PRE-02-05") + "?mes=4").context["page"]
    assert [step.result for step in found.steps[:2]] == ["3", "4"]
    assert "marzo" in found.steps[0].written and "febrero" in found.steps[1].written
    assert found.months[2].notes == ("de aquí se toma el numerador",)
    assert found.months[1].notes == ("de aquí se toma el denominador",)


def test_without_demand_nothing_is_divided(reader: Client):
    found = reader.get(INDICATOR.format("PRE-02-02") + "?mes=1").context["page"]
    assert found.steps[-1].result == "no se divide entre 0: rezago sin demanda"
    assert found.value == "rezago sin demanda" and found.left_out == "rezago sin demanda"


def test_the_target_its_adjustment_and_the_expected_are_written_out(reader: Client, town: Town):
    indicator = make_indicator(town.program, "PRE-02-05", target=Decimal(12), target_kind="absolute")
    TargetAdjustment.objects.create(
        indicator=indicator,
        effective_month=3,
        target=Decimal(24),
        reason="Recorte",
        authorized_by="Cabildo",
        instrument="Acta 3",
        created_at=NOW,
        created_by=make_user("planner"),
    )
    make_measurement(indicator, 1, 3, 3)
    before, after = (
        {
            step.what: step
            for step in reader.get(INDICATOR.format("PRE-02-05") + f"?mes={month}").context["page"].target_steps
        }
        for month in (2, 4)
    )
    assert before["Meta en vigor"].result == "12 Solicitudes"
    assert "Acta 3" in after["Meta en vigor"].written and after["Meta en vigor"].result == "24 Solicitudes"
    assert after["Esperado al corte"].written.startswith("24 Solicitudes × 4 / 12")
    assert after["Esperado al corte"].result == "8 Solicitudes"
    assert after["Cumplimiento"].written == "3 / 8 × 100" and after["Cumplimiento"].result.startswith("37.5 %")
    assert after["Cumplimiento anual"].written == "3 / 24 × 100"


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        ((95, 100), "95 % alcanza el 90 % desde el que es verde"),
        ((70, 100), "70 % alcanza el 70 % desde el que es amarillo, y no el 90 % del verde"),
        ((69, 100), "69 % no alcanza el 70 % desde el que es amarillo"),
        ((111, 100), "el cumplimiento anual, 111 %, pasa de 110 %"),
    ],
)
def test_a_light_says_which_border_it_reached(reader: Client, town: Town, pair, said):
    make_measurement(town.indicators["PRE-02-04"], 1, *pair)
    assert reader.get(INDICATOR.format("PRE-02-04") + "?mes=1").context["page"].light_reason == said


def test_a_descending_target_is_divided_the_other_way(reader: Client, town: Town):
    complaints = make_indicator(town.program, "PRE-02-05", target=Decimal(5), direction="descending")
    make_measurement(complaints, 1, 10, 100)
    steps = {
        step.what: step for step in reader.get(INDICATOR.format("PRE-02-05") + "?mes=1").context["page"].target_steps
    }
    assert steps["Cumplimiento"].written == "5 / 10 × 100, con tope de 100"
    assert steps["Cumplimiento"].result == "50 %" and "Cumplimiento anual" not in steps


# Groups


def test_the_plan_and_each_group_are_means_over_programmes(reader: Client, town: Town):
    other = make_program(town.fiscal_year, "OPM-01", department=make_department("OPM", "Obras Públicas"))
    make_measurement(make_indicator(other), 1, 1, 2)
    make_program(town.fiscal_year, "OPM-02", department=other.department)
    cut = Cut(town.fiscal_year, 1, OFFICIAL)
    plan = reader.get("/2016/explicacion/plan/?mes=1").context["page"]
    assert plan.steps[0].written == "50 + 92.307692" and plan.value == "71.15 %"
    assert plan.with_data == "2 de 3 programas con datos"
    assert [(term.code, term.reason) for term in plan.left_out] == [("OPM-02", "no tiene indicadores")]
    strategy = town.program.strategy
    for slug, key, value in (
        ("eje", strategy.objective.axis_id, "71.15 %"), ("objetivo", strategy.objective_id, "71.15 %"),
        ("estrategia", strategy.pk, "71.15 %"), ("dependencia", other.department_id, "50.00 %"),
    ):  # fmt: skip
        page = reader.get(f"/2016/explicacion/{slug}/{key}/?mes=1").context["page"]
        assert page.value == value
        found = explain_group(cut, GROUP_KINDS[slug], key, NOBODY)
        assert found is not None and found.fingerprint == page.fingerprint


def test_a_programme_leads_to_every_mean_that_it_enters(reader: Client, town: Town):
    for label, name, url in reader.get(PROGRAM.format("PRE-02") + "?mes=1").context["page"].roll_ups:
        page = reader.get(url).context["page"]
        assert name == page.group and "PRE-02" in [term.code for term in page.terms], label


def test_a_group_says_why_a_programme_has_no_data(reader: Client, town: Town):
    nothing = make_program(town.fiscal_year, "PRE-03")
    for _ in range(2):
        make_indicator(nothing)
    make_measurement(make_indicator(nothing), 1, 0, 0)
    (term,) = reader.get("/2016/explicacion/plan/?mes=1").context["page"].left_out
    assert term.reason == "2 sin captura; 1 sin demanda"


def test_extremes_are_written_whole(reader: Client, town: Town):
    make_measurement(town.indicators["PRE-02-04"], 1, "0.0001", "100000")
    make_measurement(town.indicators["PRE-02-04"], 2, "999999999999.9999", "0.0001")
    small = reader.get(INDICATOR.format("PRE-02-04") + "?mes=1").context["page"]
    assert small.value == "menos de 0.01 %" and small.steps[0].written == "0.0001"
    huge = reader.get(INDICATOR.format("PRE-02-04") + "?mes=2").context["page"]
    assert huge.steps[0].result == "1,000,000,000,000"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    captures=st.lists(
        st.tuples(
            st.integers(0, 2),
            st.integers(1, 12),
            pairs,
            pairs,
            st.sampled_from(["draft", "submitted", "validated", "returned"]),
            st.one_of(st.none(), st.tuples(pairs, pairs)),
        ),
        max_size=20,
        unique_by=lambda row: row[:2],
    ),
    modes=st.tuples(st.sampled_from(["sum", "last"]), st.sampled_from(["sum", "last"])),
    scope=st.sampled_from(["official", "preliminary"]),
    month=st.integers(1, 12),
    zero=st.booleans(),
    target=st.sampled_from(["100", "12.5", "0.0001"]),
)
def test_whatever_is_captured_the_explanation_is_what_results_give(db, captures, modes, scope, month, zero, target):
    Measurement.changed_by.through.objects.all().delete()
    forget_captures()
    fiscal_year = FiscalYear.objects.first() or make_year()
    fiscal_year.missing_as_zero = zero
    fiscal_year.save()
    program = fiscal_year.programs.first() or make_program(fiscal_year)
    while program.actions.count() < 3:
        make_indicator(program)
    Indicator.objects.update(numerator_mode=modes[0], denominator_mode=modes[1], target=Decimal(target))
    indicators = list(Indicator.objects.order_by("code"))
    for position, at, numerator, denominator, state, validated in captures:
        make_measurement(indicators[position], at, numerator, denominator, state, validated=validated)

    cut = Cut(fiscal_year, month, scope)
    (sheet,) = load_results(fiscal_year, month=month, scope=scope).programs
    found = explain_program(cut, sheet.code, access_of(User.objects.filter(username="captura").first()))
    assert found.numbers["result"] == program_numbers(sheet.result)
    assert [row["result"] for row in found.numbers["indicators"]] == list(map(indicator_numbers, sheet.indicators))
    assert len(found.terms) == sheet.result.considered
    if found.steps:
        mean = add_up(found.steps[0]) / len(found.terms)
        assert abs(mean - written(found.steps[1].result)) < Decimal("0.00001")
