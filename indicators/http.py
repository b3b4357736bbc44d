"""What the pages of a department's month share: finding it, or answering 404."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from accounts.access import Action
from accounts.http import access_of
from core.compiled import Compiled
from indicators.models import Period, month_name
from programs.models import Department, FiscalYear


def require_somewhere(request: HttpRequest, action: Action) -> QuerySet[Department]:
    """The departments where the person may do that; 403 where there is none."""
    if not access_of(request).allows(action):
        raise PermissionDenied
    return access_of(request).departments(action)


def department_or_404(request: HttpRequest, prefix: str, action: Action) -> Department:
    """A department out of reach does not exist."""
    found = next(iter(_departments(prefix=prefix)), None)
    if found is None or not access_of(request).allows(action, found.pk):
        raise Http404
    return found


_departments: Compiled[Department] = Compiled(lambda prefix: Department.objects.filter(prefix=prefix).order_by())


def year_or_404(year: int) -> FiscalYear:
    return get_object_or_404(FiscalYear, year=year)


def periods_or_404(year: int) -> tuple[FiscalYear, list[Period]]:
    """The fiscal year with its months, in one query where it has any."""
    periods = list(Period.objects.filter(fiscal_year__year=year).select_related("fiscal_year").order_by("month"))
    return (periods[0].fiscal_year if periods else year_or_404(year)), periods


def period_or_404(year: int, month: int, department: Department | None = None) -> Period:
    """The month with its fiscal year and, where a department is named, with its extension."""
    if not 1 <= month <= 12:
        raise Http404
    if department is None:
        found = _plain_periods(year=year, month=month)
    else:
        found = _periods(year=year, month=month, department=department.pk)
    if not found:
        raise Http404
    return found[0]


def _period_of(year: int, month: int, department: int) -> QuerySet[Period]:
    periods = Period.objects.select_related("fiscal_year").with_extension_of(department)
    return periods.filter(fiscal_year__year=year, month=month)


_periods: Compiled[Period] = Compiled(_period_of)
_plain_periods: Compiled[Period] = Compiled(
    lambda year, month: (
        Period.objects.select_related("fiscal_year").filter(fiscal_year__year=year, month=month).order_by()
    )
)


def period_title(period: Period) -> str:
    """«Septiembre 2016»."""
    return f"{month_name(period.month).capitalize()} {period.fiscal_year.year}"


def grid_key(period: Period, department: Department) -> str:
    """Under which name the browser keeps what was typed in a month: «2016/PRE/9»."""
    return f"{period.fiscal_year.year}/{department.prefix}/{period.month}"
