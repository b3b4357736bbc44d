"""Of what each programme and indicator of a year is the continuation, and mending that."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from catalog.succession import KINDS, Kind, candidates_for, set_previous
from catalog.views.common import access_of, attempt, carried_along, for_planning
from catalog.year_forms import LinkForm
from core.text import fold
from programs.models import FiscalYear

PER_PAGE = 50
ALL, LOOSE = "todos", "sin"


@require_safe
@for_planning
def links(request: HttpRequest, year: int) -> HttpResponse:
    """Those that continue nothing come first: they are what there is to mend after a roll-over or an import."""
    fiscal_year = get_object_or_404(FiscalYear, year=year)
    kind = KINDS.get(request.GET.get("tipo", ""), KINDS["indicadores"])
    view = request.GET.get("ver") if request.GET.get("ver") in (ALL, LOOSE) else LOOSE
    words = request.GET.get("q", "").strip()
    rows = _matching(kind.rows(fiscal_year), words)
    loose = rows.filter(previous__isnull=True)
    page = Paginator(loose if view == LOOSE else rows, PER_PAGE).get_page(request.GET.get("pagina"))
    context = {
        "year": str(year), "kind": kind, "kinds": [(one.slug, one.many.capitalize()) for one in KINDS.values()],
        "view": view, "words": words, "page": page, "total": f"{page.paginator.count:,}",
        "also": carried_along(tipo=kind.slug, ver=view, q=words),
        "rows": [_row(row, kind, year) for row in page.object_list],
        "is_first_year": not FiscalYear.objects.filter(year__lt=year).exists(), "locked": fiscal_year.locked,
    }  # fmt: skip
    return render(request, "catalog/links.html", context)


def _matching(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    for word in fold(words).split():
        rows = rows.filter(Q(search__contains=word))
    return rows


def _row(row: Any, kind: Kind, year: int) -> dict[str, Any]:
    previous = row.previous
    return {
        "code": row.code, "name": row.name,
        "previous": f"{previous.code} {previous.name}" if previous else "",
        "previous_year": str(previous.fiscal_year.year) if previous else "",
        "url": reverse("catalog:link", args=[year, kind.slug, row.code]),
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_planning
def link(request: HttpRequest, year: int, kind: str, code: str) -> HttpResponse:
    if kind not in KINDS:
        raise Http404
    found = KINDS[kind]
    row = get_object_or_404(found.rows(get_object_or_404(FiscalYear, year=year)), code=code)
    candidates = candidates_for(row)
    form = LinkForm(
        request.POST or None, subject=row, candidates=candidates,
        initial={"choice": str(row.previous_id) if row.previous_id else LinkForm.NONE},
    )  # fmt: skip
    back = f"{reverse('catalog:links', args=[year])}?tipo={kind}"
    if request.method == "POST" and form.is_valid():
        previous = form.cleaned_data["previous"]
        done = attempt(
            form,
            lambda: set_previous(access=access_of(request), row=row, previous=previous, now=timezone.now()),
        )
        if done is not None:
            words = (
                f"continúa {previous.code} de {previous.fiscal_year.year}" if previous else "es nuevo en el ejercicio"
            )
            messages.success(request, f"{row.code} {words}.")
            return redirect(back)
    context = {
        "year": str(year), "kind": found, "row": row, "form": form, "back": back,
        "department": str(row.department if kind == "programas" else row.action.program.department),
        "locked": row.fiscal_year.locked,
    }  # fmt: skip
    return render(request, "catalog/link.html", context)
