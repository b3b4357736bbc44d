"""The last acts of the generated municipality, through the services that people use: they leave what only acts leave.

In the year under way each director says cause, action and date of what asks for it and validates what waited of one
month, which gives a constancia; the enlaces of some departments finish the last month and submit it, which gives an
acuse.
"""

from collections.abc import Iterable
from datetime import datetime

from accounts.access import Access, access_for
from accounts.models import User
from catalog.demo import names
from catalog.demo.captures import LAST_SETTLED_MONTH
from catalog.demo.catalogue import YearCatalogue
from catalog.demo.people import People
from indicators import services
from indicators.models import Measurement, NoActivity, Origin, Period, State
from indicators.results.effect import read_figures
from indicators.services import PairInput
from indicators.working_days import add_working_days
from programs.models import Department

VALIDATED_MONTH, SUBMITTED_MONTH = LAST_SETTLED_MONTH + 1, 12
SUBMITTING = 3  # every third department is that far
_DAYS_TO_CORRECT = 20


def issue_papers(year: YearCatalogue, people: People, departments: Iterable[Department], *, now: datetime) -> None:
    """``now`` comes after everything else that happened. The same papers for the same rows; writes nothing twice."""
    periods = {period.month: period for period in Period.objects.filter(fiscal_year=year.fiscal_year)}
    for place, department in enumerate(departments):
        _validate(periods[VALIDATED_MONTH], department, _access(people.directors[department.pk], now), now)
        if place % SUBMITTING == 0:
            _submit(periods[SUBMITTED_MONTH], department, _access(people.liaisons[department.pk], now), now)


def _validate(period: Period, department: Department, access: Access, now: datetime) -> None:
    rows = Measurement.objects.filter(period=period, state=State.SUBMITTED).of_department(department.pk)
    waiting = {row.indicator_id: row for row in rows.order_by("pk")}
    if not waiting:
        return
    figures = read_figures(period, department.pk)
    for indicator in figures.due:
        if indicator.pk in waiting and figures.asks_commitment(indicator):
            services.save_commitment(
                access=access,
                measurement_id=waiting[indicator.pk].pk,
                cause=names.CAUSE,
                action=names.REMEDY,
                committed_on=add_working_days(now.date(), _DAYS_TO_CORRECT),
                now=now,
            )
    services.validate(access=access, seen={row.pk: row.version for row in waiting.values()}, now=now)


def _submit(period: Period, department: Department, access: Access, now: datetime) -> None:
    """The enlace finishes what is there by half or asks for words, and sends the month without what nobody captured."""
    found = services.month_readiness(access=access, period=period, department_id=department.pk, on=now.date())
    rows = Measurement.objects.filter(period=period, indicator__in=found.worked_on).order_by("pk")
    services.save_pairs(
        access=access, period=period, pairs=[_finished(row) for row in rows], now=now, origin=Origin.DEMO
    )
    services.submit_month(access=access, period=period, department_id=department.pk, now=now, allow_missing=True)


def _finished(row: Measurement) -> PairInput:
    """Of half a pair the other side is the same: all of it was attended."""
    n, d = row.numerator, row.denominator
    n, d = (d if n is None else n), (n if d is None else d)
    return PairInput(
        indicator_id=row.indicator_id,
        numerator=n,
        denominator=d,
        version=row.version,
        no_activity=NoActivity.NO_DEMAND if n == d == 0 else "",
        justification=row.justification or names.WORDS,
    )


def _access(user: User, now: datetime) -> Access:
    return access_for(user, on=now.date())
