"""One thing of the catalogue: what it is, what it holds, its form, and adding, ordering and deleting."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import access_of
from catalog import meanwhile
from catalog.http import attempt, for_planning, for_reading, writes_catalog, year_or_404
from catalog.imports.beginnings import month_under_way
from catalog.rules import CODE_WITH_CAPTURES
from catalog.tree import editing, kinds, pages
from catalog.tree.forms import FORMS, NewIndicatorForm, NodeForm
from catalog.tree.kinds import Kind
from core.asked import read_key, read_text
from indicators.services import ServiceError
from programs.models import FiscalYear


def node_or_404(fiscal_year: FiscalYear, kind: Kind, key: str) -> Any:
    """By its code within the year, or by its key within the plan."""
    if kind.key == "pk" and read_key(key) is None:
        raise Http404
    row = kind.within(fiscal_year).select_related(*kinds.ABOVE[kind]).filter(**{kind.key: key}).first()
    if row is None:
        raise Http404
    return row


def node_url(fiscal_year: FiscalYear, row: Any) -> str:
    return reverse("catalog:node", args=[fiscal_year.year, *kinds.address_of(row)])


@require_http_methods(["GET", "HEAD", "POST"])
@for_reading
def node(request: HttpRequest, year: int, kind: Kind, key: str) -> HttpResponse:
    """Its form; a change that somebody else made meanwhile is told, and what was typed stays."""
    fiscal_year = year_or_404(year)
    row = node_or_404(fiscal_year, kind, key)
    edited = meanwhile.edited(
        request,
        state=kinds.state_of(row),
        build=partial(FORMS[kind], fiscal_year=fiscal_year),
        model=kind.model,
        what=kind.this,
        act=lambda form, seen: editing.change_node(
            access=access_of(request),
            fiscal_year=fiscal_year,
            kind=kind,
            pk=row.pk,
            values=form.values(),
            seen=seen,
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
        ),
    )
    if edited.saved is None:
        context = pages.node_context(fiscal_year, row, can_write=writes_catalog(request))
        if context["captured"] and "code" in edited.form.fields:
            edited.form.fields["code"].help_text = CODE_WITH_CAPTURES
        return render(request, "catalog/tree/node.html", context | edited.context)
    messages.success(request, "Se guardó." if edited.saved else "No había cambios que guardar.")
    return redirect("catalog:node", year, kind.slug, str(edited.form.cleaned_data.get("code") or key))


# --- Adding ----------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@for_planning
def new(request: HttpRequest, year: int, kind: Kind) -> HttpResponse:
    """«?en=PRE-02» says below what; without it the form asks, where it can."""
    fiscal_year = year_or_404(year)
    parent = _parent_or_404(fiscal_year, kind, request.GET.get("en", ""))
    form = _new_form(request, fiscal_year, kind, parent)
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form,
            lambda: editing.add_node(
                access=access_of(request),
                fiscal_year=fiscal_year,
                kind=kind,
                values=form.values(),
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
            ),
        )
        if made is not None:
            messages.success(request, f"Se agregó {kind.the} «{kinds.label_of(made)}».")
            return redirect(node_url(fiscal_year, made))
    context = pages.new_context(fiscal_year, kind, parent) | {"form": form}
    return render(request, "catalog/tree/new.html", context)


def _parent_or_404(fiscal_year: FiscalYear, kind: Kind, key: str) -> Any:
    if kind is kinds.PLANS:
        raise Http404
    if kind is kinds.AXES:
        return fiscal_year.plan
    above = kinds.KINDS[kinds.KINDS.index(kind) - 1]
    return node_or_404(fiscal_year, above, key)


def _new_form(request: HttpRequest, fiscal_year: FiscalYear, kind: Kind, parent: Any) -> NodeForm:
    data = request.POST if request.method == "POST" else None
    initial: dict[str, Any] = {kind.parent: parent.pk}
    if kind is not kinds.INDICATORS:
        return FORMS[kind](data, fiscal_year=fiscal_year, parent=parent, initial=initial)
    if not parent.indicators.exists():
        initial["name"] = parent.text  # an action's only indicator is mostly called like it
    under_way = month_under_way(fiscal_year, timezone.localdate())
    if under_way:
        initial["starts_in"] = under_way
    return NewIndicatorForm(data, fiscal_year=fiscal_year, parent=parent, initial=initial)


# --- Ordering and deleting -------------------------------------------------------------------------------------


@require_POST
@for_planning
def move(request: HttpRequest, year: int, kind: Kind, key: str) -> HttpResponse:
    """Put it before one of its siblings (its key in «antes»), or last."""
    fiscal_year = year_or_404(year)
    row = node_or_404(fiscal_year, kind, key)
    if kind not in kinds.ORDERED:
        raise Http404
    before = request.POST.get("before", "")
    try:
        editing.move_node(
            access=access_of(request),
            fiscal_year=fiscal_year,
            kind=kind,
            pk=row.pk,
            before=read_key(before),
            now=timezone.now(),
        )
    except ServiceError as refused:
        messages.error(request, str(refused))
    return redirect(f"{node_url(fiscal_year, getattr(row, kind.parent))}#orden-{row.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
@for_planning
def delete(request: HttpRequest, year: int, kind: Kind, key: str) -> HttpResponse:
    """Ask, and delete what has nothing below it and no captures."""
    fiscal_year = year_or_404(year)
    row = node_or_404(fiscal_year, kind, key)
    parent = kinds.path_of(row)[-1:]
    if request.method == "POST":
        try:
            label = editing.delete_node(
                access=access_of(request),
                fiscal_year=fiscal_year,
                kind=kind,
                pk=row.pk,
                reason=read_text(request.POST.get("reason"))[:2000],
                now=timezone.now(),
            )
        except ServiceError as refused:
            messages.error(request, str(refused))
            return redirect("catalog:node_delete", year, kind.slug, key)
        messages.success(request, f"Se eliminó {kind.the} «{label}».")
        return redirect(node_url(fiscal_year, parent[0]))
    context = pages.head_context(fiscal_year, row) | {"why_not": editing.why_not_deleted(row)}
    return render(request, "catalog/tree/delete.html", context)
