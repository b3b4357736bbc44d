"""What the database refuses, whoever writes: each rule tried by writing past the services."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from indicators.models import Indicator, Measurement, Period, State
from programs.models import Action, Department, FiscalYear, Plan, Program
from tests.factories import make_indicator, make_measurement, make_program, make_year
from tests.support.owner import past_rules
from tests.support.shared import shared

pytestmark = pytest.mark.django_db


@pytest.fixture
@shared
def indicator():
    return make_indicator(make_program(make_year(2016)))


def refused(act, match=""):
    with pytest.raises(IntegrityError, match=match or None), transaction.atomic():
        act()


def test_one_measurement_for_an_indicator_and_month(indicator):
    make_measurement(indicator, 3, 1, 2)
    refused(lambda: make_measurement(indicator, 3, 1, 2))


@pytest.mark.parametrize(
    ("numerator", "denominator", "state", "extra"),
    [
        (None, 2, State.SUBMITTED, {}),
        (1, None, State.SUBMITTED, {}),
        (0, 0, State.SUBMITTED, {"no_activity": ""}),
        (3, 2, State.SUBMITTED, {"justification": ""}),
        (3, 0, State.SUBMITTED, {"justification": ""}),
        (1, 2, State.DRAFT, {"no_activity": "no_demand"}),
        (1, 2, "archived", {}),
    ],
)
def test_incomplete_or_unexplained_pairs(indicator, numerator, denominator, state, extra):
    refused(lambda: make_measurement(indicator, 3, numerator, denominator, state, **extra))


@pytest.mark.parametrize("state", [State.DRAFT, State.RETURNED])
def test_half_a_pair_is_fine_while_it_is_worked_on(indicator, state):
    assert not make_measurement(indicator, 3, 1, None, state).is_complete


@pytest.mark.parametrize("column", ["numerator", "denominator", "validated_numerator", "validated_denominator"])
def test_no_negative_amount_reaches_the_table(indicator, column):
    row = make_measurement(indicator, 3, 1, 2)
    field = Measurement._meta.get_field(column)
    below = models.expressions.RawSQL("-1", [])  # past the field, which refuses it before the database does
    assert field.column == column
    refused(lambda: Measurement.objects.filter(pk=row.pk).update(**{column: below}))


def test_a_validated_figure_is_the_validated_pair(indicator):
    row = make_measurement(indicator, 3, 1, 2)
    refused(lambda: Measurement.objects.filter(pk=row.pk).update(numerator=Decimal(2)), "validated_is_current")
    refused(lambda: Measurement.objects.filter(pk=row.pk).update(validated_numerator=None))


def test_both_sides_are_of_the_same_year(indicator):
    other = make_year(2017)
    march = Period.objects.get(fiscal_year=other, month=3)
    row = make_measurement(indicator, 3, 1, 2)
    refused(lambda: Measurement.objects.filter(pk=row.pk).update(period=march), "ejercicios")
    refused(lambda: Measurement.objects.filter(pk=row.pk).update(fiscal_year=other), "ejercicios")
    april = Period.objects.get(fiscal_year=indicator.fiscal_year, month=4)
    refused(lambda: Measurement.objects.filter(pk=row.pk).update(period=april), "meses")


def test_a_record_never_moves_to_another_year(indicator):
    other = make_year(2017)
    for model, pk in (
        (Indicator, indicator.pk),
        (Action, indicator.action_id),
        (Program, indicator.action.program_id),
        (Period, indicator.fiscal_year.periods.first().pk),
    ):
        refused(lambda model=model, pk=pk: model.objects.filter(pk=pk).update(fiscal_year=other))


def test_the_year_lies_within_its_plan():
    year = make_year(2016)
    refused(lambda: FiscalYear.objects.create(plan=year.plan, year=2030), "plan")
    refused(lambda: Plan.objects.filter(pk=year.plan_id).update(start_year=2017), "plan")
    refused(lambda: Plan.objects.filter(pk=year.plan_id).update(end_year=2010))


@pytest.mark.parametrize(
    "code",
    ["pre-01", "PRE-1", "P-01", "PRESIDE-01", "PRE-0001", "PRE-01\n", "PRE-٠١", " PRE-01", ""],
)
def test_programme_codes_have_their_shape(code):
    year = make_year()
    refused(lambda: make_program(year, "PRE-99").__class__.objects.filter(code="PRE-99").update(code=code))


def test_codes_are_unique_in_a_year_and_free_in_the_next():
    year = make_year(2016)
    program = make_program(year, "PRE-01")
    refused(lambda: make_program(year, "PRE-01"), "unique|UNIQUE|llave duplicada")
    make_program(make_year(2017), "PRE-01")
    with pytest.raises(ValidationError, match="Ya existe un programa con esta clave"):
        Program(
            fiscal_year=year, code="PRE-01", name="x", department=program.department, strategy=program.strategy
        ).validate_constraints()


def test_a_department_keeps_its_prefix():
    department = make_program(make_year()).department
    refused(lambda: Department.objects.filter(pk=department.pk).update(prefix="OTR"), "prefijo")


@pytest.mark.parametrize(
    "changes",
    [
        {"target": Decimal(0)},
        {"direction": "descending", "schedule": "linear"},
        {"schedule": "explicit"},
        {"shares": ["100"] * 12},
        {"frequency": 5},
        {"numerator_mode": "mean"},
        {"green_from": Decimal(50), "amber_from": Decimal(60)},
        {"green_from": Decimal(101)},
        {"code": "PRE-01-01-b"},
    ],
)
def test_an_indicator_that_contradicts_itself(indicator, changes):
    refused(lambda: Indicator.objects.filter(pk=indicator.pk).update(**changes))


def test_thresholds_are_in_order():
    year = make_year()
    for changes in ({"amber_from": Decimal(95)}, {"green_from": Decimal(101)}, {"over_above": Decimal(99)}):
        refused(lambda changes=changes: FiscalYear.objects.filter(pk=year.pk).update(**changes))


@pytest.mark.parametrize(
    "shares", [["0"] * 12, ["100"] * 11, ["x"] * 12, ["50", *["40"] * 10, "100"], "100", [*["0"] * 11, "NaN"]]
)
def test_shares_are_twelve_that_never_fall_and_end_in_a_hundred(indicator, shares):
    indicator.schedule, indicator.shares = "explicit", shares
    with pytest.raises(ValidationError):
        indicator.full_clean()


class TestNothingBeforeTheMonthOfBeginning:
    """Rule 4b, past the services: SQL, a script, a colleague who wrote in between."""

    SENTENCE = "antes de su mes de inicio"

    def test_no_capture_is_added_before_it(self, indicator):
        Indicator.objects.update(starts_in=7)
        indicator.refresh_from_db()
        refused(lambda: make_measurement(indicator, 6, 1, 2), self.SENTENCE)
        rows = [make_measurement(indicator, month, 1, 2) for month in (7, 12)]
        assert [row.month for row in rows] == [7, 12]

    def test_no_capture_is_moved_before_it(self, indicator):
        Indicator.objects.update(starts_in=7)
        indicator.refresh_from_db()
        row = make_measurement(indicator, 8, 1, 2)
        june = Period.objects.get_or_create(fiscal_year=indicator.fiscal_year, month=6, defaults=_dates(row.period))[0]
        refused(lambda: Measurement.objects.filter(pk=row.pk).update(period=june, month=6), self.SENTENCE)

    def test_it_does_not_begin_after_what_is_captured(self, indicator):
        make_measurement(indicator, 3, 1, 2)
        row = Indicator.objects.filter(pk=indicator.pk)
        refused(lambda: row.update(starts_in=4), "ya tiene capturas de antes de ese mes")
        assert row.update(starts_in=3) == 1
        assert row.update(starts_in=1) == 1

    def test_a_figure_from_before_the_rule_stays_and_stops_no_other_change(self, indicator):
        make_measurement(indicator, 3, 1, 2, State.SUBMITTED)
        with past_rules():
            Indicator.objects.update(starts_in=7)
        assert Measurement.objects.update(numerator=Decimal(2)) == 1
        assert Indicator.objects.update(name="Otro nombre") == 1
        refused(lambda: Indicator.objects.update(starts_in=8), "ya tiene capturas de antes de ese mes")
        assert Indicator.objects.update(starts_in=3) == 1


def _dates(period):
    return {"opens_on": period.opens_on, "due_on": period.due_on}
