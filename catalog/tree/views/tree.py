"""The catalogue as a tree: folded, searched, and unfolded programme by programme."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.http import for_reading, writes_catalog, year_or_404
from catalog.tree.reading import Question, Tree, ask, count_words, department_choices, plan_tree, program_actions
from programs.models import Program

LONGEST_SEARCH = 200


@require_safe
@for_reading
def tree(request: HttpRequest, year: int) -> HttpResponse:
    """«?q=gestion&dependencia=PRE» narrows it, «?abrir=PRE-02» unfolds a programme without JavaScript."""
    fiscal_year = year_or_404(year)
    text = request.GET.get("q", "")[:LONGEST_SEARCH].strip()
    question = ask(text, request.GET.get("dependencia", ""), request.GET.get("abrir", ""))
    found = plan_tree(fiscal_year, question)
    context = {
        "fiscal_year": fiscal_year, "year": str(year), "plan": fiscal_year.plan, "text": text,
        "question": question, "departments": department_choices(fiscal_year), "keep": _keep(text, question),
        "can_change": writes_catalog(request) and not fiscal_year.locked,
        "plan_url": reverse("catalog:node", args=[year, "planes", str(fiscal_year.plan_id)]),
        "tree": found, "counted": _counted(found, question), "left_out": _left_out(found),
    }  # fmt: skip
    return render(request, "catalog/tree/tree.html", context)


@require_safe
@for_reading
def branch(request: HttpRequest, year: int, code: str) -> HttpResponse:
    """What one programme unfolds to, to be put in its place."""
    program = get_object_or_404(Program.objects.select_related("fiscal_year"), fiscal_year__year=year, code=code)
    context = {
        "year": str(year), "actions": program_actions(program),
        "can_change": writes_catalog(request) and not program.fiscal_year.locked,
    }  # fmt: skip
    return render(request, "catalog/tree/_actions.html", context)


def _keep(text: str, question: Question) -> str:
    """The search as part of an address, to open a programme within what was found."""
    given = {"q": text, "dependencia": question.department}
    return urlencode({name: value for name, value in given.items() if value})


def _counted(tree: Tree, question: Question) -> str:
    """«161 programas · 840 acciones · 1,280 indicadores», or how many of them were found."""
    if question.narrows:
        return f"{tree.found:,} de {count_words(tree.programs, 'programa', 'programas')}"
    return " · ".join((
        count_words(tree.programs, "programa", "programas"), count_words(tree.actions, "acción", "acciones"),
        count_words(tree.indicators, "indicador", "indicadores"),
    ))  # fmt: skip


def _left_out(tree: Tree) -> str:
    return f"{tree.left_out:,} acciones e indicadores más" if tree.left_out else ""
