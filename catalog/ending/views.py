"""The page on which planning says that a department was merged away, sees what follows, and takes it back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.http import access_of
from catalog.ending.acts import coming_back, end_department, undo_end
from catalog.ending.consequences import Consequences, consequences_of
from catalog.ending.forms import EndForm, UndoForm
from catalog.http import attempt, for_planning
from programs.models import Department, Program


@require_http_methods(["GET", "HEAD", "POST"])
@for_planning
def end(request: HttpRequest, prefix: str) -> HttpResponse:
    """First what follows from the day is shown, then it is done."""
    found = get_object_or_404(Department.objects.select_related("merged_into"), prefix=prefix)
    return _undo(request, found) if found.ends_on is not None else _end(request, found)


def _end(request: HttpRequest, found: Department) -> HttpResponse:
    form = EndForm(request.POST or None, department=found, initial={"ends_on": timezone.localdate()})
    shown: Consequences | None = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        shown = consequences_of(found, ends_on=data["ends_on"])
        if data["seen"] and request.POST.get("act") == "guardar":
            done = attempt(
                form,
                lambda: end_department(access=access_of(request), department=found, now=timezone.now(), **data),
            )
            if done is not None:
                messages.success(request, f"{done.name} {done.end_in_words}.")
                return redirect("catalog:department", found.prefix)
    context = {"department": found, "form": form, "shown": _shown(shown) if shown else None}
    return render(request, "catalog/ending/end.html", context)


def _shown(found: Consequences) -> dict[str, Any]:
    return {
        "token": found.token,
        "memberships": [
            {
                "name": str(row.user), "words": row.in_words,
                "url": "" if row.user.is_superuser else reverse("catalog:membership_end", args=[row.pk]),
            }
            for row in found.memberships
        ],
        "programs": [
            {
                "year": str(one.program.fiscal_year), "code": one.program.code, "name": one.program.name,
                "url": _program_url(one.program), "indicators": f"{one.indicators:,}",
                "open": _open_words(one.drafts, one.returned, one.waiting, one.observations),
            }
            for one in found.programs
        ],
    }  # fmt: skip


def _open_words(drafts: int, returned: int, waiting: int, observations: int) -> str:
    counts = (
        (drafts, "borrador", "borradores"), (returned, "cifra observada", "cifras observadas"),
        (waiting, "cifra por validar", "cifras por validar"),
        (observations, "observación sin atender", "observaciones sin atender"),
    )  # fmt: skip
    return ", ".join(f"{number:,} {one if number == 1 else many}" for number, one, many in counts if number)


def _program_url(program: Program) -> str:
    return reverse("catalog:node", args=[program.fiscal_year.year, "programas", program.code])


def _undo(request: HttpRequest, found: Department) -> HttpResponse:
    form = UndoForm(request.POST or None)
    back, into = coming_back(found), found.merged_into
    if request.method == "POST" and form.is_valid():
        reason, words = form.cleaned_data["reason"], found.name
        done = attempt(
            form,
            lambda: undo_end(access=access_of(request), department=found, reason=reason, now=timezone.now()),
        )
        if done is not None:
            returned = f" Recuperó {_many(done)}." if done else ""
            messages.success(request, f"{words} sigue como antes.{returned}")
            return redirect("catalog:department", found.prefix)
    left = len(found.handed_over or []) - len(back)
    context = {
        "department": found, "form": form, "words": found.end_in_words, "into": into,
        "back": [f"{one.fiscal_year} · {one.code} {one.name}" for one in back], "stay": f"{left:,}" if left else "",
    }  # fmt: skip
    return render(request, "catalog/ending/undo.html", context)


def _many(programs: list[Program]) -> str:
    return "1 programa" if len(programs) == 1 else f"{len(programs):,} programas"
