"""Departments with their people: who is enlace, titular and substitute, and until when."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import access_of
from accounts.models import Membership, Role, Standing
from catalog import meanwhile
from catalog.http import attempt, for_planning, for_reading
from catalog.people.departments import (
    StaffedDepartment,
    add_department,
    department_state,
    remove_department,
    staffed_department,
    staffed_departments,
    update_department,
)
from catalog.people.finding import set_by_words
from catalog.people.forms import DepartmentForm
from catalog.wording import where_it_shows
from indicators.services import ServiceError
from programs.models import Department, FiscalYear


@require_safe
@for_reading
def departments(request: HttpRequest) -> HttpResponse:
    found = staffed_departments(on=timezone.localdate())
    lacking = [row for row in found if row.missing]
    only_lacking = "faltan" in request.GET
    shown = lacking if only_lacking else [row for row in found if row.programs]
    context = {
        "rows": [_row(row) for row in shown],
        "resting": [] if only_lacking else [_row(row) for row in found if not row.programs and not row.has_ended],
        "ended": [] if only_lacking else [_row(row) for row in found if not row.programs and row.has_ended],
        "total": f"{sum(1 for row in found if row.programs):,}",
        "lacking": f"{len(lacking):,}",
        "only_lacking": only_lacking,
    }
    return render(request, "catalog/people/departments.html", context)


def _row(row: StaffedDepartment) -> dict[str, Any]:
    return {
        "prefix": row.department.prefix, "name": row.department.name, "number": _number(row.department),
        "liaisons": [_holder(one) for one in row.liaisons], "directors": [_holder(one) for one in row.directors],
        "substitutes": [_holder(one) for one in row.substitutes],
        "no_liaison": "enlace" in row.missing, "no_director": "titular" in row.missing,
        "ends": _end(row.department),
    }  # fmt: skip


def _end(department: Department) -> str:
    """When and into which it ended, with the instrument that says so."""
    cited = f" ({department.end_instrument})" if department.end_instrument else ""
    return f"{department.end_in_words}{cited}"


def _number(department: Department) -> str:
    return "—" if department.number is None else str(department.number)


def _holder(row: Membership) -> dict[str, Any]:
    return {
        "name": str(row.user),
        "url": "" if row.user.is_superuser else reverse("catalog:person", args=[row.user_id]),
        "until": f"{row.ends_on:%d/%m/%Y}" if row.ends_on else "",
        "as": f"suple a {row.substitutes} ({row.get_role_display()})" if row.substitutes else "",
    }


@require_http_methods(["GET", "HEAD", "POST"])
@for_planning
def new_department(request: HttpRequest) -> HttpResponse:
    form = DepartmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: add_department(access=access_of(request), now=timezone.now(), **form.cleaned_data))
        if made is not None:
            messages.success(request, f"Se agregó {made.name} con el prefijo {made.prefix}.")
            return redirect("catalog:department", made.prefix)
    return render(request, "catalog/people/department_form.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@for_reading
def department(request: HttpRequest, prefix: str) -> HttpResponse:
    """Its number and name, and everybody who has acted in it."""
    found = get_object_or_404(Department, prefix=prefix)
    edited = meanwhile.edited(
        request,
        state=department_state(found),
        build=partial(DepartmentForm, department=found),
        model=Department,
        what="los datos de esta dependencia",
        act=lambda form, seen: update_department(
            access=access_of(request), department=found, seen=seen, now=timezone.now(), **form.cleaned_data
        ),
    )
    if edited.saved is None:
        return render(request, "catalog/people/department.html", _department_context(found) | edited.context)
    messages.success(request, "Se guardaron los datos de la dependencia.")
    return redirect("catalog:department", prefix)


def _department_context(found: Department) -> dict[str, Any]:
    today = timezone.localdate()
    staffed = staffed_department(found, on=today)
    rows = (
        Membership.objects.filter(department=found)
        .select_related("user", "substitutes")
        .prefetch_related("instrument_files", "set_by")
        .order_by("-starts_on", "-id")
    )
    people = [
        {
            **_holder(row),
            "role": row.get_role_display(),
            "dates": row.dates_in_words,
            "when": row.standing(today),
            "in_force": row.standing(today) is Standing.IN_FORCE,
            "instrument": row.instrument,
            "files": row.instrument_files.all(),
            "set_by": set_by_words(row),
            "inactive": not row.user.is_active,
            "role_code": row.role,
            "user_id": row.user_id,
            "end_url": "" if _is_fixed(row) else reverse("catalog:membership_end", args=[row.pk]),
        }
        for row in rows
    ]
    return {
        "ends": found.end_in_words, "is_gone": found.is_gone(today),
        "also_in": where_it_shows(FiscalYear.objects.filter(programs__department=found).distinct(), also=""),
        "department": found, "number": _number(found),
        "missing": staffed.missing, "programs": f"{staffed.programs:,}",
        "people": [row for row in people if row["when"] is not Standing.ENDED],
        "former": [row for row in people if row["when"] is Standing.ENDED],
        "roles": {"liaison": Role.LIAISON.value, "director": Role.DIRECTOR.value},
    }  # fmt: skip


def _is_fixed(row: Membership) -> bool:
    """Over, or a superuser's: not planning's to end."""
    return row.user.is_superuser or row.standing(timezone.localdate()) is Standing.ENDED


@require_http_methods(["POST"])
@for_planning
def remove(request: HttpRequest, prefix: str) -> HttpResponse:
    found = get_object_or_404(Department, prefix=prefix)
    try:
        remove_department(access=access_of(request), department=found, now=timezone.now())
    except (ServiceError, ValidationError) as refused:
        messages.error(request, str(refused))
        return redirect("catalog:department", prefix)
    messages.success(request, f"Se quitó {found.name}.")
    return redirect("catalog:departments")
