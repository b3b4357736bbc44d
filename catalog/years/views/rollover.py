"""Next year's catalogue: choose what to carry, see what would be written, confirm."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.http import access_of
from catalog.http import attempt, for_planning
from catalog.years.forms import NEW, RollOverForm
from catalog.years.lifecycle import NewPlan
from catalog.years.rollover.proposal import ORIGINAL, Proposal, propose
from catalog.years.rollover.reading import SourceProgram, read_programs
from catalog.years.rollover.writing import roll_over as write
from core.asked import read_whole
from indicators.cover.reading import Missing, in_new_year
from indicators.cover.words import opens, told_after
from programs.models import FiscalYear, Plan

SEE, CONFIRM, CHANGE = "ver", "confirmar", "corregir"


@require_http_methods(["GET", "HEAD", "POST"])
@for_planning
def roll_over(request: HttpRequest, year: int) -> HttpResponse:
    """Each step is a plain form that carries all answers along; only the last one writes."""
    source = get_object_or_404(FiscalYear.objects.select_related("plan"), year=year)
    if request.method != "POST":
        return _choice_page(request, source, RollOverForm(initial=_first_answers(request, source), source=source))
    freed = _freed(source, request.POST)
    form = RollOverForm(request.POST, source=source, also=freed)
    if not form.is_valid() or freed or request.POST.get("act") == CHANGE:
        return _choice_page(request, source, form, freed)
    if request.POST.get("act") == CONFIRM:
        done = attempt(form, lambda: _confirm(request, form))
        if done is not None:
            said = told_after(_missing(source, done), on=timezone.localdate())
            if said:
                messages.warning(request, said)
            return redirect("catalog:years")
    proposal = propose(form.wish())
    if proposal.is_empty:
        form.add_error(None, "Nada de lo que marcó se puede traer: " + _obstacle_words(proposal))
        return _choice_page(request, source, form)
    return render(request, "catalog/years/rollover_preview.html", _preview_context(source, form, proposal))


def _missing(source: FiscalYear, proposal: Proposal) -> list[Missing]:
    """Which of the departments that are carried on lack somebody in the new year."""
    reach = [department.pk for department in proposal.by_department]
    return in_new_year(proposal.wish.year, source, on=timezone.localdate(), reach=reach)


def _first_answers(request: HttpRequest, source: FiscalYear) -> dict[str, str]:
    """The next year, or «?ejercicio=2018»; where no plan covers it, a new one that begins with it."""
    asked = request.GET.get("ejercicio", "")
    year = read_whole(asked, digits=4) or source.year + 1
    answers = {"year": str(year)}
    if not Plan.objects.filter(start_year__lte=year, end_year__gte=year).exists():
        length = source.plan.end_year - source.plan.start_year
        answers |= {"plan": NEW, "plan_start": str(year), "plan_end": str(year + length)}
    return answers


def _later_year(asked: str, source: FiscalYear) -> int:
    """The year that is meant; 0 for what is none, or not after the source."""
    year = read_whole(asked, digits=4) or 0
    return year if year > source.year else 0


def _freed(source: FiscalYear, typed: QueryDict) -> frozenset[str]:
    """What could not be ticked for the year that the boxes were shown for, and can be for the one typed since."""
    shown_for, new_year = (_later_year(typed.get(name, ""), source) for name in ("marks", "year"))
    if not shown_for or not new_year or shown_for == new_year:
        return frozenset()
    blocked, free = (
        {
            row.program.code
            for row in read_programs(source, _existing(year))
            if bool(row.obstacle) == wanted and not row.all_retired
        }
        for year, wanted in ((shown_for, True), (new_year, False))
    )
    return frozenset(blocked & free)


def _existing(year: int) -> FiscalYear | None:
    return FiscalYear.objects.filter(year=year).first()


def _confirm(request: HttpRequest, form: RollOverForm) -> Proposal:
    done = write(
        access=access_of(request), wish=form.wish(), fingerprint=request.POST.get("fingerprint", ""), now=timezone.now()
    )
    messages.success(
        request,
        f"El ejercicio {done.wish.year} tiene {_many(len(done.programs), 'programa')}, "
        f"{_many(len(done.actions), 'acción', 'acciones')} y {_many(len(done.indicators), 'indicador', 'indicadores')} "
        f"más, que continúan los de {done.wish.source.year}.",
    )
    return done


def _many(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _obstacle_words(proposal: Proposal) -> str:
    return "; ".join(f"{name}: {why}" for name, why in proposal.obstacles[:3]) or "no hay programas con esas claves."


def _choice_page(
    request: HttpRequest, source: FiscalYear, form: RollOverForm, freed: frozenset[str] = frozenset()
) -> HttpResponse:
    """The boxes: everything is marked at first, but what is already there, in the way or wholly retired.

    ``freed``: what another year typed since has made possible, marked besides.
    """
    asked = form.data.get("year", "") if form.is_bound else str(form.initial["year"])
    new_year = _later_year(asked, source)
    former = _later_year(form.data.get("marks", ""), source)
    # A year that is refused leaves the boxes as they were.
    marked_for = new_year or former
    target = _existing(marked_for)
    chosen = form.codes() if form.is_bound else None
    groups: dict[Any, list[dict[str, Any]]] = {}
    for row in read_programs(source, target):
        groups.setdefault(row.program.department, []).append(_box(row, chosen))
    context = {
        "form": form, "year": str(source.year), "target": target, "target_year": str(marked_for), "see": SEE,
        "marked_for": str(marked_for or ""), "freed": _many(len(freed), "programa") if freed else "",
        "freed_many": len(freed) > 1, "former_year": str(former),
        "plan": source.plan, "plan_ends": str(source.plan.end_year),
        "crosses": new_year > source.plan.end_year,
        "groups": [
            {"prefix": department.prefix, "name": department.name, "rows": rows} for department, rows in groups.items()
        ],
        "any_retired": any(box["retired"] for rows in groups.values() for box in rows),
        "new_plan_asked": form.is_bound and bool(form.data.get("plan_name") or form.data.get("plan") == NEW),
    }  # fmt: skip
    return render(request, "catalog/years/rollover.html", context)


def _box(row: SourceProgram, chosen: frozenset[str] | None) -> dict[str, Any]:
    indicators = len(row.indicators)
    marked = row.program.code in chosen if chosen is not None else not row.all_retired
    return {
        "code": row.program.code, "name": row.program.name, "obstacle": row.obstacle,
        "marked": marked and not row.obstacle, "indicators": _many(indicators, "indicador", "indicadores"),
        "retired": _many(row.retired, "retirado") if row.retired else "",
    }  # fmt: skip


def _preview_context(source: FiscalYear, form: RollOverForm, proposal: Proposal) -> dict[str, Any]:
    wish, target = proposal.wish, proposal.target
    plan = target.plan if target else wish.plan
    new_nodes = [
        _many(len(rows), *words)
        for rows, words in (
            (proposal.axes, ("eje", "ejes")), (proposal.objectives, ("objetivo", "objetivos")),
            (proposal.strategies, ("estrategia", "estrategias")),
        )
        if rows
    ]  # fmt: skip
    return {
        "year": str(source.year), "target_year": str(wish.year), "is_new": target is None, "form": form,
        "codes": sorted(wish.codes), "fingerprint": proposal.fingerprint, "confirm": CONFIRM, "change": CHANGE,
        "plan": f"{plan.name} ({plan.start_year}–{plan.end_year})" if plan else "",
        "plan_is_new": isinstance(wish.plan, NewPlan) and target is None,
        "counts": [
            (f"{len(rows):,}", one if len(rows) == 1 else many, "")
            for rows, one, many in (
                (proposal.programs, "programa", "programas"), (proposal.actions, "acción", "acciones"),
                (proposal.indicators, "indicador", "indicadores"),
            )
        ],
        "departments": [
            {"name": department.name, "prefix": department.prefix,
             **{name: f"{counts[name]:,}" for name in ("programs", "actions", "indicators")}}
            for department, counts in proposal.by_department.items()
        ],
        "nodes": ", ".join(new_nodes), "keys_dropped": f"{proposal.keys_dropped:,}" if proposal.keys_dropped else "",
        "adjusted": f"{proposal.adjusted:,}" if proposal.adjusted else "",
        "original": wish.targets == ORIGINAL,
        "retired": _many(proposal.retired, "indicador", "indicadores") if proposal.retired else "",
        "left_out": _many(proposal.left_out, "programa") if proposal.left_out else "",
        "obstacles": proposal.obstacles,
        "opens": opens(
            f"En {wish.year} falta enlace o titular:", _missing(source, proposal), on=timezone.localdate()
        ),
    }  # fmt: skip
