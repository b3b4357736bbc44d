"""What a month's rows hold, for the browser to compare with what it kept: no page, nothing of anybody else's."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Action
from accounts.http import access_of
from core.formats import plain_amount
from indicators.capture import grid
from indicators.capture.forms import saved_values
from indicators.capture.month import SheetRow, month_sheet
from indicators.http import department_or_404, period_or_404


@require_safe
def rows(request: HttpRequest, year: int, prefix: str, month: int) -> HttpResponse:
    """Each row's fields as its page shows them, whether they can be written, and in which part of the month it is."""
    department = department_or_404(request, prefix, Action.SEE_DRAFTS)
    period = period_or_404(year, month, department)
    sheet = month_sheet(access_of(request), department, period, on=timezone.localdate())
    codes = [row.indicator.code for row in sheet.rows]
    found = {row.indicator.code: _row(row, codes) for row in sheet.rows}
    return JsonResponse({"user": str(request.user.pk), "rows": found})


def _row(row: SheetRow, codes: list[str]) -> dict[str, Any]:
    values = saved_values(row)
    return {
        "fields": {
            "numerator": plain_amount(values["numerator"]),
            "denominator": plain_amount(values["denominator"]),
            "no_activity": str(values["no_activity"] or ""),
            "justification": values["justification"],
        },
        "open": not row.blocked,
        "part": str(grid.part_of(codes, row.indicator.code, settings.GRID_MAX_ROWS)),
    }
