"""set_period and adjust_target: planning only, with a reason, never backwards."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from core.models import TrailEntry
from indicators import services
from indicators.models import Period, State, TargetAdjustment
from indicators.services import MonthNotOpen, NotAllowed, ServiceError
from tests.factories import NOW, make_measurement
from tests.indicators.town import Town, make_town
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
OTHERS = ["liaison", "director", "reader", "comptroller"]


@pytest.fixture
@shared
def town() -> Town:
    return make_town(1)


def set_period(town: Town, role: str = "planning", **changes: Any) -> Period:
    period = town.period()
    values = {
        "opens_on": period.opens_on, "due_on": period.due_on, "closed_on": period.closed_on,
        "reason": "Acuerdo 4", "now": NOW, **changes,
    }  # fmt: skip
    return services.set_period(access=town.access(role), period=period, **values)


def adjust(town: Town, role: str = "planning", **changes: Any) -> TargetAdjustment:
    values = {
        "effective_month": 10, "target": Decimal(80), "reason": "Recorte", "authorized_by": "Cabildo",
        "instrument": "Acta 12", "now": NOW, **changes,
    }  # fmt: skip
    return services.adjust_target(access=town.access(role), indicator=town.indicators[0], **values)


def test_a_new_year_has_twelve_months_due_on_the_fifth_working_day_of_the_next(town):
    periods = list(Period.objects.filter(fiscal_year=town.year).order_by("month"))
    assert [period.month for period in periods] == list(range(1, 13))
    assert periods[8].due_on == date(2016, 10, 7) and periods[11].due_on == date(2017, 1, 6)


def test_planning_closes_and_opens_a_month_and_the_trail_says_why(town):
    set_period(town, closed_on=date(2016, 10, 10))
    assert town.period().closed_on == date(2016, 10, 10) and town.period().close_reason == "Acuerdo 4"
    entry = TrailEntry.objects.get(action="cambiar mes")
    assert (entry.changes, entry.reason) == ({"closed_on": [None, "2016-10-10"]}, "Acuerdo 4")
    assert (entry.actor, entry.capacity) == (town.people["planning"], "Planeación")
    set_period(town, closed_on=date(2016, 10, 10), due_on=date(2016, 10, 8), reason="Otro vencimiento")
    assert town.period().close_reason == "Acuerdo 4"  # why it was closed, not why its dates changed since
    set_period(town, closed_on=None)
    assert town.period().closed_on is None and town.period().close_reason == ""


def test_nothing_changed_writes_no_trail(town):
    set_period(town)
    assert not TrailEntry.objects.filter(action="cambiar mes").exists()


@pytest.mark.parametrize("role", OTHERS)
def test_only_planning_changes_months_and_targets(town, role):
    with pytest.raises(NotAllowed):
        set_period(town, role, closed_on=date(2016, 10, 10))
    with pytest.raises(NotAllowed):
        adjust(town, role)


def test_a_month_needs_a_reason_and_dates_in_order(town):
    with pytest.raises(ServiceError, match="por qué"):
        set_period(town, closed_on=date(2016, 10, 10), reason=" ")
    with pytest.raises(ValidationError):
        set_period(town, due_on=date(2016, 8, 1))
    assert town.period().due_on == date(2016, 10, 7)


def test_a_locked_year_changes_nothing(town):
    town.year.locked = True
    town.year.save()
    town.indicators[0].refresh_from_db()
    with pytest.raises(MonthNotOpen):
        set_period(town, closed_on=date(2016, 10, 10))
    with pytest.raises(MonthNotOpen):
        adjust(town)


def test_a_target_is_adjusted_from_a_month_on_and_the_trail_says_from_what(town):
    adjust(town)
    adjust(town, effective_month=11, target=Decimal(70))
    assert [made.target for made in TargetAdjustment.objects.order_by("effective_month")] == [80, 70]
    first, second = TrailEntry.objects.filter(action="ajustar meta").order_by("id")
    assert first.changes["target"][0].startswith("100") and second.changes["target"][0].startswith("80")
    assert second.reason == "Recorte" and second.scope_id == town.department.pk


def test_a_target_is_never_adjusted_backwards(town):
    set_period(town, closed_on=date(2016, 10, 10))
    with pytest.raises(ServiceError, match="hacia atrás"):
        adjust(town, effective_month=9)
    assert adjust(town, effective_month=10)


def test_a_target_is_never_adjusted_over_a_validated_month(town):
    """Rule 9: a figure that was validated against a target keeps it; a pending correction does not undo that."""
    make_measurement(town.indicators[0], 3, 9, 10)
    make_measurement(town.indicators[0], 9, 8, 10, State.SUBMITTED, validated=(9, 10))
    make_measurement(town.indicators[0], 11, 9, 10, State.SUBMITTED)
    for month in (1, 7, 9):
        with pytest.raises(ServiceError, match="ya tiene cifra validada de septiembre; puede ser desde octubre"):
            adjust(town, effective_month=month)
    assert adjust(town, effective_month=10)


def test_no_month_is_left_after_a_validated_december(town):
    make_measurement(town.indicators[0], 12, 9, 10)
    with pytest.raises(ServiceError, match="ya tiene cifra validada de diciembre y ya no queda ningún mes"):
        adjust(town, effective_month=12)


def test_adjustments_follow_each_other_and_zero_is_only_for_descending(town):
    adjust(town)
    for month in (9, 10):
        with pytest.raises(ServiceError, match="ya tiene una meta ajustada desde octubre; puede ser desde noviembre"):
            adjust(town, effective_month=month)
    with pytest.raises(ValidationError):
        adjust(town, effective_month=11, instrument=" ")
    with pytest.raises(ServiceError, match="mayor que 0"):
        adjust(town, effective_month=11, target=Decimal(0))
