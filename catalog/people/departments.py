"""Departments with their people, and planning's changes to them.

The prefix begins the codes of a department's programmes, so it is chosen once. A department that has measured
anything is never deleted: without programmes in a year it does not appear in that year.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, ProtectedError, Q, UniqueConstraint

from accounts.access import Access, Action
from accounts.models import Membership, Role
from catalog.acts import CatalogueAct
from catalog.locking import lock_catalogue
from catalog.rules import same_name
from core import trail
from indicators.services import ServiceError
from programs.models import DEPARTMENT_ORDER, Department

FIELDS = ("number", "prefix", "name")
ONLY_PLANNING = "Solo Planeación administra las dependencias."


@dataclass(frozen=True, slots=True)
class StaffedDepartment:
    """A department with who acts in it today and who will.

    ``programs`` are those of the years that are neither locked nor historical: without any, nobody is missed.
    """

    department: Department
    programs: int
    liaisons: tuple[Membership, ...]
    directors: tuple[Membership, ...]
    substitutes: tuple[Membership, ...]
    coming: tuple[Membership, ...]

    @property
    def has_ended(self) -> bool:
        """Whether it has a last day, of today or of another one."""
        return self.department.ends_on is not None

    @property
    def missing(self) -> tuple[str, ...]:
        """The roles that nobody holds: a substitute stands in, so the role is not empty while they do."""
        if not self.programs:
            return ()
        acting = {row.role for row in (*self.liaisons, *self.directors, *self.substitutes)}
        return tuple(
            word for role, word in ((Role.LIAISON, "enlace"), (Role.DIRECTOR, "titular")) if role not in acting
        )


def staffed_departments(*, on: date) -> list[StaffedDepartment]:
    """All of them, by number; 2 queries. Deactivated people hold nothing."""
    open_programs = Count(
        "programs", filter=Q(programs__fiscal_year__locked=False, programs__fiscal_year__historical=False)
    )
    departments = Department.objects.annotate(open_programs=open_programs).select_related("merged_into")
    rows = (
        Membership.objects.not_over(on)
        .filter(department__isnull=False, user__is_active=True)
        .select_related("user", "substitutes", "department")
        .order_by("starts_on", "id")
    )
    by_department: dict[int, list[Membership]] = {}
    for row in rows:
        by_department.setdefault(row.department_id, []).append(row)  # type: ignore[arg-type]
    return [
        _staffed(department, by_department.get(department.pk, []), on)
        for department in departments.order_by(*DEPARTMENT_ORDER)
    ]


def staffed_department(department: Department, *, on: date) -> StaffedDepartment:
    return next(found for found in staffed_departments(on=on) if found.department == department)


def _staffed(department: Department, rows: list[Membership], on: date) -> StaffedDepartment:
    now = [row for row in rows if row.starts_on <= on]

    def holding(role: str) -> tuple[Membership, ...]:
        return tuple(row for row in now if row.role == role and row.substitutes_id is None)

    return StaffedDepartment(
        department,
        department.open_programs,  # type: ignore[attr-defined]
        liaisons=holding(Role.LIAISON),
        directors=holding(Role.DIRECTOR),
        substitutes=tuple(row for row in now if row.substitutes_id is not None),
        coming=tuple(row for row in rows if row.starts_on > on),
    )


@transaction.atomic
def add_department(*, access: Access, number: int | None, prefix: str, name: str, now: datetime) -> Department:
    """A new department. ValidationError for values that a rule of the database refuses."""
    access.require(Action.MANAGE_CATALOG, ONLY_PLANNING)
    lock_catalogue()  # nobody adds the same name in another spelling meanwhile
    department = Department(number=number, prefix=prefix, name=name)
    check_department(department)
    department.save(force_insert=True)
    _record(access, department, CatalogueAct.ADD, {}, trail.snapshot(department, FIELDS), now)
    return department


def check_department(department: Department, *, besides: Collection[str] = ()) -> None:
    """ValidationError by field with everything that is wrong, but for the fields ``besides``.

    A name that differs only in case, accents or blanks is the same name: it would be a second department.
    """
    errors: dict[str, Any] = {}
    try:
        department.clean_fields(exclude=besides)
    except ValidationError as refused:
        errors = refused.error_dict
    for constraint in Department._meta.constraints:
        field = constraint.fields[0] if isinstance(constraint, UniqueConstraint) else "prefix"
        if field in errors or field in besides:
            continue
        try:
            constraint.validate(Department, department)
        except ValidationError as refused:
            errors[field] = refused.messages
    if "name" not in errors and "name" not in besides:
        taken = taken_name(department)
        if taken:
            errors["name"] = taken
    if errors:
        raise ValidationError(errors)


def taken_name(department: Department) -> str:
    """Why the name is another department's, which only case, accents or blanks tell from this one; "" if it is not."""
    near = same_name(department.name, Department.objects.exclude(pk=department.pk))
    return f"Ya existe «{near.name}» ({near.prefix}): use esa, o escriba un nombre distinto." if near else ""


def department_state(department: Department) -> trail.Snapshot:
    """What a form shows of it, to notice that somebody else changed it meanwhile."""
    return trail.snapshot(department, ("number", "name"))


@transaction.atomic
def update_department(
    *,
    access: Access,
    department: Department,
    number: int | None,
    name: str,
    seen: Mapping[str, Any],
    now: datetime,
) -> Department:
    """Another number or name. The prefix never changes: it is part of the codes.

    ``seen``: the ``department_state`` that the officer had before them; trail.ChangedMeanwhile where it is another
    now, ValidationError as above.
    """
    access.require(Action.MANAGE_CATALOG, ONLY_PLANNING)
    lock_catalogue()  # an import renames departments, too
    locked = Department.objects.select_for_update(of=("self",), no_key=True).get(pk=department.pk)
    trail.refuse_if_changed(locked, department_state(locked), seen)
    before = trail.snapshot(locked, FIELDS)
    locked.number, locked.name = number, name
    check_department(locked)
    locked.save(update_fields=["number", "name", "search"])
    _record(access, locked, CatalogueAct.CHANGE, before, trail.snapshot(locked, FIELDS), now)
    return locked


@transaction.atomic
def remove_department(*, access: Access, department: Department, now: datetime) -> None:
    """Take out one that was added by mistake; ServiceError where anything has been done with it."""
    access.require(Action.MANAGE_CATALOG, ONLY_PLANNING)
    key, before = department.pk, trail.snapshot(department, FIELDS)
    try:
        with transaction.atomic():
            department.delete()
    except ProtectedError as error:
        raise ServiceError(
            f"{department.name} ya tiene programas o personas registradas, de este año o de otros: se conserva. "
            "En un ejercicio sin programas suyos no aparece."
        ) from error
    department.pk = key
    _record(access, department, CatalogueAct.DELETE, before, {}, now)


def _record(
    access: Access,
    department: Department,
    act: CatalogueAct,
    before: trail.Snapshot,
    after: trail.Snapshot,
    now: datetime,
) -> None:
    changes = trail.changes_between(before, after)
    if changes:
        trail.record(
            subject=department,
            label=f"{department.prefix} {department.name}",
            action=act,
            actor=access.user,
            at=now,
            capacity=access.capacity(Action.MANAGE_CATALOG, 0),
            changes=changes,
            scope_id=department.pk,
        )
