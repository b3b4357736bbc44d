"""Of what each programme and indicator of a year is the continuation, and correcting that."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import access_of
from catalog.http import attempt, carried_along, for_planning, for_reading
from catalog.years.forms import LinkForm, SameLinksForm
from catalog.years.succession import KINDS, Kind, Linked, candidates_for, link_same, same_before, set_previous
from core.text import fold
from programs.models import FiscalYear, Program

PER_PAGE = 50
ALL, LOOSE = "todos", "sin"
SEE, CONFIRM, CHANGE = "ver", "confirmar", "corregir"


@require_safe
@for_reading
def links(request: HttpRequest, year: int) -> HttpResponse:
    """Those that continue nothing come first: they are what there is to correct after a roll-over or an import."""
    fiscal_year = get_object_or_404(FiscalYear, year=year)
    kind = _asked_kind(request.GET)
    view = request.GET.get("ver") if request.GET.get("ver") in (ALL, LOOSE) else LOOSE
    words = request.GET.get("q", "").strip()
    rows = _matching(kind.rows(fiscal_year), words)
    loose = rows.filter(previous__isnull=True)
    alike = 0 if fiscal_year.locked else len(same_before(kind, fiscal_year))
    page = Paginator(loose if view == LOOSE else rows, PER_PAGE).get_page(request.GET.get("pagina"))
    context = {
        "year": str(year), "kind": kind, "kinds": [(one.slug, one.many.capitalize()) for one in KINDS.values()],
        "view": view, "words": words, "page": page, "total": f"{page.paginator.count:,}",
        "also": carried_along(tipo=kind.slug, ver=view, q=words),
        "rows": [_row(row, kind, year) for row in page.object_list],
        "is_first_year": not FiscalYear.objects.filter(year__lt=year).exists(), "locked": fiscal_year.locked,
        "same": _many(kind, alike), "same_is_one": alike == 1,
    }  # fmt: skip
    return render(request, "catalog/years/links.html", context)


def _asked_kind(asked: QueryDict) -> Kind:
    return KINDS.get(asked.get("tipo", ""), KINDS["indicadores"])


def _many(kind: Kind, number: int) -> str:
    """«12 indicadores»; "" for none."""
    return f"{number:,} {kind.one if number == 1 else kind.many}" if number else ""


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
        request.POST or None,
        subject=row,
        candidates=candidates,
        initial={"choice": str(row.previous_id) if row.previous_id else LinkForm.NONE},
    )
    back = _links_url(year, found)
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
    return render(request, "catalog/years/link.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_planning
def same(request: HttpRequest, year: int) -> HttpResponse:
    """Those with the same code and name in an earlier year: ticked, shown again, and linked all at once or not at all.

    «?marcar=todos» ticks them all, for whoever has no JavaScript.
    """
    fiscal_year = get_object_or_404(FiscalYear, year=year)
    kind = _asked_kind(request.POST if request.method == "POST" else request.GET)
    offers = {f"{row.pk}-{previous.pk}": (row, previous) for row, previous in same_before(kind, fiscal_year)}
    form = SameLinksForm(request.POST if request.method == "POST" else None, offered=offers)
    act = request.POST.get("act", "")
    confirming = form.is_bound and act != CHANGE and form.is_valid()
    if confirming and act == CONFIRM:
        linked = attempt(
            form,
            lambda: link_same(
                access=access_of(request), fiscal_year=fiscal_year, kind=kind, pairs=form.pairs(), now=timezone.now()
            ),
        )
        if linked is not None:
            verb = "Se ligó" if linked == 1 else "Se ligaron"
            messages.success(request, f"{verb} {_many(kind, linked)} con el anterior.")
            return redirect(_links_url(year, kind))
    ticked = set(offers) if request.GET.get("marcar") == ALL else set(request.POST.getlist("pair"))
    shown = {pair: rows for pair, rows in offers.items() if pair in ticked} if confirming else offers
    context = {
        "year": str(year), "kind": kind, "locked": fiscal_year.locked, "confirming": confirming,
        "groups": _by_department(shown, ticked), "number": _many(kind, len(shown)), "back": _links_url(year, kind),
        "see": SEE, "confirm": CONFIRM, "change": CHANGE,
        "errors": [] if act == CHANGE else [text for texts in form.errors.values() for text in texts],
    }  # fmt: skip
    return render(request, "catalog/years/links_same.html", context)


def _links_url(year: int, kind: Kind) -> str:
    return f"{reverse('catalog:links', args=[year])}?tipo={kind.slug}"


def _by_department(offers: dict[str, tuple[Linked, Linked]], ticked: set[str]) -> list[dict[str, Any]]:
    groups: dict[Any, list[dict[str, Any]]] = {}
    for pair, (row, previous) in offers.items():
        department = row.department if isinstance(row, Program) else row.action.program.department
        groups.setdefault(department, []).append(
            {
                "pair": pair,
                "code": row.code,
                "name": row.name,
                "year": str(previous.fiscal_year.year),
                "marked": pair in ticked,
            }
        )
    return [{"name": found.name, "prefix": found.prefix, "rows": rows} for found, rows in groups.items()]
