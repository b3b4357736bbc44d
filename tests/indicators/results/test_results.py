"""The same cases through the database, and SQL against the pure path digit by digit."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators import calculations as calc
from indicators.models import Indicator, Measurement, TargetAdjustment
from indicators.results.course import indicator_course, load_course, load_results_with_course, program_course
from indicators.results.standards import spec_of, thresholds_of
from indicators.results.year import load_cut_offs, load_results, month_cells
from programs.models import FiscalYear, Program
from tests.factories import NOW, make_indicator, make_measurement, make_program, make_user, make_year
from tests.indicators.case_year import build, code_of
from tests.indicators.cases import CASES, as_strings, case_id
from tests.support.contents import forget_captures

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_worked_case_through_the_database(case):
    loaded = load_results(build(case), month=case["month"], scope=case["scope"])
    (sheet,) = loaded.programs
    got = as_strings(sheet.result, sheet.indicators)
    expected = {**case["expected"]}
    expected["indicators"] = [{**row, "code": code_of(row["code"])} for row in expected["indicators"]]
    assert got == expected


amounts = st.one_of(st.integers(0, 12), st.integers(0, 10**16 - 1).map(lambda units: Decimal(units).scaleb(-4))).map(
    Decimal
)
states = st.sampled_from(["draft", "submitted", "validated", "returned"])


@st.composite
def rows(draw: st.DrawFn) -> list[tuple[int, Decimal, Decimal, str, tuple[Decimal, Decimal] | None]]:
    months = draw(st.lists(st.integers(1, 12), unique=True, max_size=12))
    return [
        (m, draw(amounts), draw(amounts), draw(states), draw(st.one_of(st.none(), st.tuples(amounts, amounts))))
        for m in months
    ]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    captures=rows(),
    modes=st.tuples(st.sampled_from(["sum", "last"]), st.sampled_from(["sum", "last"])),
    scope=st.sampled_from(["official", "preliminary"]),
    cut_off=st.integers(1, 12),
    kind=st.sampled_from(["percentage", "absolute"]),
    frequency=st.sampled_from([1, 2, 3, 4, 6, 12]),
    retired_from=st.one_of(st.none(), st.integers(1, 12)),
    starts_in=st.integers(1, 12),
    direction=st.sampled_from(["ascending", "descending"]),
    enters_as=st.sampled_from(["compliance", "percentage"]),
)
def test_sql_and_pure_paths_agree_digit_by_digit(
    db, captures, modes, scope, cut_off, kind, frequency, retired_from, starts_in, direction, enters_as
):
    Measurement.changed_by.through.objects.all().delete()
    forget_captures()
    fiscal_year = FiscalYear.objects.first() or make_year()
    fiscal_year.descending_enters_as = enters_as
    program = Program.objects.first() or make_program(fiscal_year)
    indicator = Indicator.objects.first() or make_indicator(program)
    indicator.starts_in, indicator.direction = starts_in, direction
    indicator.numerator_mode, indicator.denominator_mode = modes
    indicator.target_kind, indicator.frequency, indicator.retired_from = kind, frequency, retired_from
    indicator.save()
    for month, numerator, denominator, state, validated in captures:
        if month < starts_in:
            continue  # the database refuses it
        make_measurement(indicator, month, numerator, denominator, state, validated=validated)

    (sheet,) = load_results(fiscal_year, month=cut_off, scope=scope).programs
    cells = month_cells([indicator.pk], cut_off=cut_off, scope=scope)[indicator.pk]
    pure = calc.indicator_result(
        spec_of(indicator, month=cut_off),
        calc.accumulate(cells, numerator_mode=modes[0], denominator_mode=modes[1]),
        cut_off,
        thresholds_of(fiscal_year),
    )
    assert sheet.indicators == [pure]


def test_an_indicator_s_own_thresholds_win():
    fiscal_year = make_year()
    program = make_program(fiscal_year)
    strict = make_indicator(program, green_from=Decimal(99), amber_from=Decimal(98))
    partly = make_indicator(program, over_above=Decimal(101))
    make_measurement(strict, 1, 95, 100)
    make_measurement(partly, 1, 102, 100)
    (sheet,) = load_results(fiscal_year, month=1).programs
    assert [result.light for result in sheet.indicators] == [calc.RED, calc.OVER]


def test_only_the_programmes_asked_for():
    fiscal_year = make_year()
    for code in ("PRE-01", "PRE-02"):
        make_measurement(make_indicator(make_program(fiscal_year, code)), 1, 1, 2)
    other_year = make_year(2017) if not FiscalYear.objects.filter(year=2017).exists() else None
    make_measurement(make_indicator(make_program(other_year, "PRE-01")), 1, 1, 4)
    only = load_results(fiscal_year, month=12, programs=Program.objects.filter(fiscal_year=fiscal_year, code="PRE-02"))
    assert [sheet.code for sheet in only.programs] == ["PRE-02"]
    assert [sheet.code for sheet in load_results(fiscal_year, month=12).programs] == ["PRE-01", "PRE-02"]
    assert load_results(fiscal_year, month=12).programs[0].result.global_ == 50


@pytest.mark.parametrize("programs", [1, 12])
def test_two_queries_for_any_number_of_programmes(programs, django_assert_num_queries):
    """PostgreSQL takes one where nothing changed since: test_kept.py."""
    fiscal_year = make_year()
    for number in range(1, programs + 1):
        program = make_program(fiscal_year, f"PRE-{number:02d}")
        for _ in range(3):
            make_measurement(make_indicator(program), 1, 1, 2)
    with django_assert_num_queries(2):
        load_results(fiscal_year, month=12)
    with django_assert_num_queries(2):
        load_results(fiscal_year, month=12, scope="preliminary", programs=Program.objects.filter(code="PRE-01"))


def test_an_adjustment_to_zero_of_a_descending_indicator_counts():
    fiscal_year = make_year()
    indicator = make_indicator(make_program(fiscal_year), target=Decimal(10), direction="descending")
    TargetAdjustment.objects.create(
        indicator=indicator,
        effective_month=2,
        target=Decimal(0),
        reason="r",
        authorized_by="a",
        instrument="i",
        created_at=NOW,
        created_by=make_user("planeacion"),
    )
    make_measurement(indicator, 1, 5, 100)
    assert load_results(fiscal_year, month=1).programs[0].indicators[0].light == calc.GREEN
    february = load_results(fiscal_year, month=2).programs[0].indicators[0]
    assert (february.expected, february.light) == (0, calc.RED)


@pytest.mark.parametrize(("month", "expected"), [(2, 100), (3, 80), (8, 80), (9, 60), (12, 60)])
def test_the_last_adjustment_up_to_the_cut_off_is_in_force(month, expected):
    planner = make_user("planeacion")
    for year, targets in ((2015, (10, 20)), (2016, (80, 60))):
        program = make_program(make_year(year), "PRE-01")
        make_indicator(program, "PRE-01-02")
        adjusted = make_indicator(program, "PRE-01-01")
        for since, target in zip((3, 9), targets, strict=True):
            TargetAdjustment.objects.create(
                indicator=adjusted,
                effective_month=since,
                target=Decimal(target),
                reason="r",
                authorized_by="a",
                instrument="i",
                created_at=NOW,
                created_by=planner,
            )
    for programs in (None, Program.objects.filter(fiscal_year=program.fiscal_year)):
        sheet = load_results(program.fiscal_year, month=month, programs=programs).programs[0]
        assert [result.target for result in sheet.indicators] == [expected, 100]


def test_lines_of_the_plan_come_along_with_the_late_captures_that_count():
    fiscal_year = make_year()
    program = make_program(fiscal_year, "PRE-02")
    make_program(fiscal_year, "OBR-01")
    monthly, quarterly = make_indicator(program, "PRE-02-01"), make_indicator(program, "PRE-02-02", frequency=3)
    make_measurement(monthly, 1, 1, 2, late=True)
    make_measurement(monthly, 2, 1, 2)
    make_measurement(monthly, 3, 1, 2, "submitted", late=True)
    make_measurement(monthly, 4, 1, 2, "draft", late=True)
    make_measurement(quarterly, 2, 1, 2, late=True)  # not due
    make_measurement(quarterly, 3, 1, 2, late=True)
    make_measurement(monthly, 9, 1, 2, late=True)
    make_measurement(make_indicator(program, "PRE-02-03", considered=False), 1, 1, 2, late=True)
    make_measurement(monthly, 6, 1, 2, undated=True)
    make_measurement(monthly, 7, 1, 2, "returned", undated=True)
    make_measurement(quarterly, 1, 1, 2, undated=True)  # not due
    late, undated = {}, {}
    for scope in ("official", "preliminary"):
        for month in (3, 12):
            sheets = load_results(fiscal_year, month=month, scope=scope, with_lines=True).programs
            late[scope, month] = [sheet.late for sheet in sheets]
            undated[scope, month] = [sheet.undated for sheet in sheets]
    assert late == {
        ("official", 3): [0, 2],
        ("official", 12): [0, 3],
        ("preliminary", 3): [0, 3],
        ("preliminary", 12): [0, 4],
    }
    assert undated == {
        ("official", 3): [0, 0],
        ("official", 12): [0, 1],
        ("preliminary", 3): [0, 0],
        ("preliminary", 12): [0, 1],
    }
    line = sheets[1].line
    assert (line.prefix, line.axis, line.objective, line.strategy) == (
        "PRE",
        "Un Gobierno Incluyente",
        "Un Gobierno Cercano a la Gente",
        "Conducir la política interior",
    )
    assert (line.axis_id, line.objective_id) == (program.strategy.objective.axis_id, program.strategy.objective_id)
    assert load_results(fiscal_year, month=3).programs[1].line is None


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_the_course_of_a_year_is_what_each_cut_off_gives(case):
    fiscal_year = build(case)
    (program,) = load_course(fiscal_year, scope=case["scope"])
    for month, result in enumerate(program.results, start=1):
        (sheet,) = load_results(fiscal_year, month=month, scope=case["scope"]).programs
        assert result == sheet.result, month


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_results_read_with_the_course_are_those_read_alone(case):
    fiscal_year, scope = build(case), case["scope"]
    for month in calc.MONTHS:
        results, course = load_results_with_course(fiscal_year, month=month, scope=scope)
        assert results == load_results(fiscal_year, month=month, scope=scope, with_names=True, with_lines=True), month
        assert course == load_course(fiscal_year, scope=scope, cut_off=month, with_lines=True), month


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_two_cut_offs_read_together_are_those_read_alone(case, django_assert_max_num_queries):
    fiscal_year, scope = build(case), case["scope"]
    for month in calc.MONTHS[1:]:
        with django_assert_max_num_queries(2):
            both = load_cut_offs(fiscal_year, (month, month - 1), scope=scope, with_lines=True)
        alone = [load_results(fiscal_year, month=at, scope=scope, with_lines=True) for at in (month, month - 1)]
        assert both == alone, month


def test_a_figure_saved_after_the_results_were_read_is_in_the_next():
    fiscal_year = make_year()
    row = make_measurement(make_indicator(make_program(fiscal_year)), 1, 1, 2)
    assert load_results(fiscal_year, month=1).programs[0].result.global_ == 50
    Measurement.objects.filter(pk=row.pk).update(numerator=Decimal(2), validated_numerator=Decimal(2), late=True)
    (sheet,) = load_results(fiscal_year, month=1, with_lines=True).programs
    assert (sheet.result.global_, sheet.late) == (100, 1)
    forget_captures(pk=row.pk)
    (sheet,) = load_results(fiscal_year, month=1, with_lines=True).programs
    assert (sheet.result.global_, sheet.captured, sheet.late) == (None, 0, 0)


@pytest.mark.parametrize("programs", [1, 12])
def test_the_course_takes_two_queries_for_any_number_of_programmes(programs, django_assert_max_num_queries):
    fiscal_year = make_year()
    for number in range(1, programs + 1):
        make_measurement(make_indicator(make_program(fiscal_year, f"PRE-{number:02d}")), 1, 1, 2)
    with django_assert_max_num_queries(2):
        course = load_course(fiscal_year, scope="official", cut_off=9)
    with django_assert_max_num_queries(2):
        assert len(load_results_with_course(fiscal_year, scope="official", month=9)[1]) == programs
    assert [len(program.results) for program in course] == [9] * programs


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_the_course_of_single_indicators_is_what_each_cut_off_gives(case):
    fiscal_year = build(case)
    indicators = list(Indicator.objects.order_by("code"))
    cells = month_cells([row.pk for row in indicators], scope=case["scope"])
    thresholds = thresholds_of(fiscal_year)
    courses = [
        indicator_course(row, cells[row.pk], cut_off=12, thresholds=thresholds, adjustments=list(row.adjustments.all()))
        for row in indicators
    ]
    programs = program_course(courses, cut_off=12, missing_as_zero=fiscal_year.missing_as_zero, thresholds=thresholds)
    for month in calc.MONTHS:
        (sheet,) = load_results(fiscal_year, month=month, scope=case["scope"]).programs
        assert [course[month - 1] for course in courses] == sheet.indicators
        assert programs[month - 1] == sheet.result
