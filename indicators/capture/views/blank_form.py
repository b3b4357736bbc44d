"""The blank form of a month, to print and fill in by hand."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Action
from accounts.http import access_of
from core.downloads import inline_pdf
from core.pdf import render_pdf
from indicators import wording
from indicators.capture.blank_form import form_data
from indicators.capture.month import month_sheet
from indicators.http import department_or_404, period_or_404


@require_safe
def collection_form(request: HttpRequest, year: int, prefix: str, month: int) -> HttpResponse:
    """The blank formato of a department's month."""
    department = department_or_404(request, prefix, Action.SEE_DRAFTS)
    period = period_or_404(year, month)
    sheet = month_sheet(access_of(request), department, period, on=timezone.localdate())
    title = f"Formato de recolección, {department.name}, {wording.month_title(month, year)}"
    content = render_pdf("formato.typ", form_data(sheet), created=timezone.now(), title=title)
    return inline_pdf(content, f"formato-{year}-{prefix}-{month:02d}.pdf")
