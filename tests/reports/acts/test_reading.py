"""What is read of the acts behind a period's figures, in one query whatever there is."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from indicators import services
from indicators.calculations import Thresholds
from reports.acts.reading import acts_of_indicators, acts_of_plan
from reports.address.cutoff import Cut
from tests.indicators.corrected import LATEST, correct, review, validated

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return validated(indicators=2)


def thresholds(town, green, amber, at, reason="Acuerdo 3", over=110):
    services.set_thresholds(
        access=town.access("planning"), fiscal_year=town.year, missing_as_zero=False, reason=reason, now=at,
        thresholds=Thresholds(Decimal(green), Decimal(amber), Decimal(over)),
    )  # fmt: skip


def test_nothing_happened(town, django_assert_num_queries):
    cut = Cut(town.year, 9, "official")
    with django_assert_num_queries(2):
        plan = acts_of_plan(cut)
        sheet = acts_of_indicators(town.year, [row.pk for row in town.indicators])
    assert (plan.rules, plan.corrected, sheet.rules, sheet.corrected) == ((), 0, (), ())


def test_thresholds_and_corrections(town, django_assert_num_queries):
    correct(town, 4, 4, "Oficio 3")
    review(town, services.validate)
    correct(town, 2, 4, "Oficio 4")
    review(town, services.validate)
    correct(town, 1, 4, "Oficio 5", number=1)
    thresholds(town, 85, 60, datetime(2015, 12, 30, 18, tzinfo=UTC), reason="Antes de que empezara")
    thresholds(town, 80, 50, LATEST)
    first, second = town.indicators
    services.set_own_thresholds(
        access=town.access("planning"), indicator=second, green_from=Decimal(95), amber_from=None, over_above=None,
        reason="Acuerdo 4", now=LATEST,
    )  # fmt: skip
    with django_assert_num_queries(2):
        plan = acts_of_plan(Cut(town.year, 9, "official"))
        sheet = acts_of_indicators(town.year, [first.pk, second.pk])
    ((rule),) = plan.rules
    assert (rule.reason, rule.by, rule.at) == ("Acuerdo 3", "planning", LATEST)
    assert {name: list(map(Decimal, pair)) for name, pair in rule.changes.items()} == {
        "green_from": [85, 80],
        "amber_from": [60, 50],
    }
    assert plan.corrected == 1
    assert acts_of_plan(Cut(town.year, 8, "official")).corrected == 0
    assert sheet.of_year == plan.rules
    assert [change.reason for change in sheet.rules_of(second.pk)] == ["Acuerdo 4"] and not sheet.rules_of(first.pk)
    found = sheet.corrected_of(first.pk)[9]
    assert [(one.before, one.after, one.reason, one.by) for one in found] == [
        ((3, 4), (4, 4), "Oficio 3", "planning"),
        ((4, 4), (2, 4), "Oficio 4", "planning"),
    ]
    assert sheet.corrected_of(second.pk) == {}
    assert acts_of_indicators(town.year, [first.pk], month=8).corrected == ()
