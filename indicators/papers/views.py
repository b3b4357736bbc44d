"""Acuses, constancias and the blank form of a month, to read and to print.

Whoever sees a department's drafts reads its papers: its enlace and director, planning and the comptroller's office.
For anybody else they do not exist.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import Action
from accounts.http import access_of
from core.downloads import JSON, as_file, inline_pdf
from core.moments import stamp_text
from core.pdf import canonical, render_pdf
from indicators import wording
from indicators.http import department_or_404, period_or_404
from indicators.models import Receipt
from indicators.papers.checking import altered
from indicators.papers.reading import TEMPLATES, TITLES, paper_data, paper_links, papers_of


@require_safe
def paper(request: HttpRequest, folio: str) -> HttpResponse:
    receipt = _paper_or_404(request, folio)
    period, prefix = receipt.period, receipt.department.prefix
    context = {
        "paper": _data(receipt),
        "title": TITLES[Receipt.Kind(receipt.kind)],
        "is_constancia": receipt.kind == Receipt.Kind.VALIDATION,
        "issued": stamp_text(receipt.issued_at),
        "numbers_url": reverse("indicators:paper_numbers", args=[receipt.folio]),
        "pdf_url": reverse("indicators:paper_pdf", args=[receipt.folio]),
        "replaced_by": receipt.replaced_by,
        "replaces": list(receipt.replaces.all()),
        "capture_url": reverse("indicators:capture", args=[period.fiscal_year.year, prefix, period.month]),
        "review_url": reverse("indicators:review_month", args=[period.fiscal_year.year, prefix, period.month])
        if access_of(request).allows(Action.VALIDATE, receipt.department_id)
        else "",
    }
    return render(request, "indicators/papers/paper.html", context)


@require_safe
def paper_pdf(request: HttpRequest, folio: str) -> HttpResponse:
    receipt = _paper_or_404(request, folio)
    kind = Receipt.Kind(receipt.kind)
    title = f"{TITLES[kind]} {receipt.folio}"
    content = render_pdf(TEMPLATES[kind], _data(receipt), created=receipt.issued_at, title=title)
    return inline_pdf(content, f"{receipt.folio}.pdf")


@require_safe
def paper_numbers(request: HttpRequest, folio: str) -> HttpResponse:
    """The file whose SHA-256 the paper carries; of a paper that was altered, what there is now, under another name."""
    receipt = _paper_or_404(request, folio)
    name = f"{receipt.folio}-no-coincide.json" if altered(receipt) else f"{receipt.folio}.json"
    return as_file(canonical(receipt.figures), name, JSON)


@require_safe
def month_papers(request: HttpRequest, year: int, prefix: str, month: int) -> HttpResponse:
    """The acuses and constancias of a department's month."""
    department = department_or_404(request, prefix, Action.SEE_DRAFTS)
    period = period_or_404(year, month)
    context = {
        "department": department,
        "title": wording.month_title(month, year),
        "papers": paper_links(access_of(request), period, department.pk),
        "capture_url": reverse("indicators:capture", args=[year, prefix, month]),
    }
    return render(request, "indicators/papers/month.html", context)


def _paper_or_404(request: HttpRequest, folio: str) -> Receipt:
    found = papers_of(access_of(request)).select_related(
        "period__fiscal_year", "department", "issued_by", "replaced_by"
    )
    return get_object_or_404(found, folio=folio)


def _data(receipt: Receipt) -> dict[str, object]:
    return paper_data(receipt, replaces=[old.folio for old in receipt.replaces.all()])
