"""Two years' catalogues compared, on a page and as a workbook."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.http import for_reading
from catalog.imports.pages import sections_in_short, whole_section
from catalog.years.comparing import TITLES, YearComparison, compare_years, comparison_workbook
from core.downloads import XLSX, as_file
from programs.models import FiscalYear

_NOTES = {
    "added": "No continúan nada del otro año; si alguno sí, corrija su vínculo.",
    "dropped": "Nada del año posterior los continúa; si algo sí, corrija su vínculo.",
}
_WORDS = {
    "added": ("nuevo", "nuevos"), "dropped": ("ya no está", "ya no están"),
    "renamed": ("nombre cambió", "nombres cambiaron"), "recoded": ("clave cambió", "claves cambiaron"),
    "moved": ("se movió", "se movieron"), "target": ("cambio de meta", "cambios de meta"),
    "formula": ("cambio de fórmula", "cambios de fórmula"),
    "asked": ("cambio en cómo se pide", "cambios en cómo se piden"), "sheet": ("otro dato", "otros datos"),
}  # fmt: skip


@require_safe
@for_reading
def compare(request: HttpRequest, year: int) -> HttpResponse:
    """«?con=2015»; without it the closest earlier year."""
    shown = get_object_or_404(FiscalYear, year=year)
    others = list(FiscalYear.objects.exclude(pk=shown.pk).order_by("-year"))
    context: dict[str, Any] = {"year": str(year), "others": [str(other.year) for other in others]}
    if others:
        other = _other_year(request, shown, others)
        context |= {"other": str(other.year), **_comparison_context(request, _in_order(shown, other))}
    return render(request, "catalog/years/compare.html", context)


def _other_year(request: HttpRequest, shown: FiscalYear, others: list[FiscalYear]) -> FiscalYear:
    asked = request.GET.get("con")
    if asked is None:
        return next((other for other in others if other.year < shown.year), others[-1])
    found = next((other for other in others if str(other.year) == asked), None)
    if found is None:
        raise Http404
    return found


def _in_order(shown: FiscalYear, other: FiscalYear) -> YearComparison:
    older, newer = sorted((shown, other), key=lambda year: year.year)
    return compare_years(older, newer)


def _comparison_context(request: HttpRequest, found: YearComparison) -> dict[str, Any]:
    sections = found.sections()
    other = request.GET.get("con")
    return {
        "older": str(found.older.year), "newer": str(found.newer.year),
        "page": {
            "sections": sections_in_short(sections, TITLES, _NOTES),
            "whole": whole_section(sections, request.GET, TITLES),
        },
        "counts": [(f"{found.same:,}", "sigue igual" if found.same == 1 else "siguen iguales", ""), *(
            (f"{len(lines):,}", _WORDS[key][len(lines) != 1], key) for key, lines in sections.items()
        )],
        "nothing": not sections, "also": f"con={other}&" if other else "",
        "file_url": reverse("catalog:year_compare_file", args=[request.resolver_match.kwargs["year"]])
        + (f"?con={other}" if other else ""),
    }  # fmt: skip


@require_safe
@for_reading
def workbook(request: HttpRequest, year: int) -> HttpResponse:
    shown = get_object_or_404(FiscalYear, year=year)
    others = list(FiscalYear.objects.exclude(pk=shown.pk).order_by("-year"))
    if not others:
        raise Http404
    found = _in_order(shown, _other_year(request, shown, others))
    name = f"catalogo-{found.older.year}-{found.newer.year}.xlsx"
    return as_file(comparison_workbook(found), name, XLSX)
