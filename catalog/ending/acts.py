"""Ending a department and undoing it: each act is atomic, takes ``now`` and writes the trail.

Whatever is asked in a month follows from the programmes of a department, so that one whose programmes went elsewhere
leaves captures, reviews, reminders and lists by itself; what remains to be held is that no programme comes to it again
(``Department.why_not_in``, for the tree, imports, the roll-over) and nobody is named to it (``accounts``).
"""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.access import Access, Action
from catalog.acts import CatalogueAct
from catalog.ending.consequences import Consequences, consequences_of
from catalog.locking import lock_catalogue
from core import trail
from core.refusals import ServiceError
from programs.models import Department, FiscalYear, Program

ONLY_PLANNING = "Solo Planeación dice que una dependencia deja de existir."
FIELDS = ("ends_on", "merged_into", "end_instrument")
_LISTED = 8


class Unseen(ServiceError):
    """What follows is not what the officer had before them; ``consequences`` is what it is now."""

    def __init__(self, consequences: Consequences) -> None:
        super().__init__("Algo cambió mientras usted lo veía: revise lo que sigue y confírmelo otra vez.")
        self.consequences = consequences


@transaction.atomic
def end_department(
    *,
    access: Access,
    department: Department,
    ends_on: date,
    merged_into: Department | None,
    instrument: str,
    reason: str,
    hand_over: bool,
    seen: str,
    now: datetime,
) -> Department:
    """The department is there up to and including that day. ``hand_over``: its open programmes go to ``merged_into``.

    ``seen``: the token of what follows as the officer had it before them; Unseen where it is another. ServiceError
    where programmes would be left without anybody; ValidationError by field.
    """
    access.require(Action.MANAGE_CATALOG, ONLY_PLANNING)
    lock_catalogue()
    locked = Department.objects.select_for_update(of=("self",)).select_related("merged_into").get(pk=department.pk)
    if locked.ends_on is not None:
        raise ServiceError(f"{locked.name} {locked.end_in_words}: quite antes ese registro si fue un error.")
    into = Department.objects.select_for_update(of=("self",)).get(pk=merged_into.pk) if merged_into else None
    _hold_years(locked)
    found = consequences_of(locked, ends_on=ends_on)
    if found.token != seen:
        raise Unseen(found)
    before = trail.snapshot(locked, FIELDS)
    locked.ends_on, locked.merged_into, locked.end_instrument = ends_on, into, instrument.strip()
    _check(locked, reason)
    if found.programs:
        locked.handed_over = _hand_over(access, locked, found, into if hand_over else None, reason, now)
    locked.save(update_fields=[*FIELDS, "handed_over"])
    _record(access, locked, CatalogueAct.END_DEPARTMENT, before, reason, now)
    return locked


def _hold_years(department: Department) -> None:
    """Nobody locks a year between the look and the writing."""
    years = FiscalYear.objects.filter(locked=False, programs__department=department).order_by("year")
    list(FiscalYear.objects.filter(pk__in=years.values("pk")).order_by("year").select_for_update(no_key=True))


def _check(department: Department, reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": "Escriba por qué deja de existir."})
    department.clean_fields(exclude=["search", "handed_over"])
    into = department.merged_into
    if into is None or department.ends_on is None:
        return
    if into.pk == department.pk:
        raise ValidationError({"merged_into": "Una dependencia no se integra a sí misma: elija otra."})
    if into.ends_on is not None and into.ends_on <= department.ends_on:
        raise ValidationError({"merged_into": f"{into.name} {into.end_in_words}: elija una que siga."})


def _hand_over(
    access: Access, department: Department, found: Consequences, into: Department | None, reason: str, now: datetime
) -> list[int]:
    """The keys of the programmes that are another department's now; ServiceError where none was chosen."""
    programs = [one.program for one in found.programs]
    if into is None:
        codes = ", ".join(program.code for program in programs[:_LISTED])
        more = f" y {len(programs) - _LISTED} más" if len(programs) > _LISTED else ""
        raise ServiceError(
            f"Nadie capturaría después de ese día los programas {codes}{more}: elija a qué dependencia se integra y "
            "marque que se le pasan, o cámbielos de dependencia o retírelos antes en el árbol."
        )
    for program in programs:
        why_not = into.why_not_in(program.fiscal_year)
        if why_not:
            raise ValidationError({"merged_into": f"{why_not}."})
    _move(access, programs, department, into, reason, now)
    return [program.pk for program in programs]


def _move(
    access: Access, programs: list[Program], source: Department, target: Department, reason: str, now: datetime
) -> None:
    cited = {"instrument": [None, source.end_instrument]} if source.end_instrument else {}
    Program.objects.filter(pk__in=[program.pk for program in programs]).update(department=target)
    trail.write(
        trail.entry(
            subject=program,
            label=f"{program.code} {program.name}",
            action=CatalogueAct.CHANGE,
            actor=access.user,
            at=now,
            reason=reason.strip(),
            capacity=access.capacity(Action.MANAGE_CATALOG, 0),
            changes={"department": [str(source), str(target)]} | cited,
            scope_id=target.pk,
        )
        for program in programs
    )


@transaction.atomic
def undo_end(*, access: Access, department: Department, reason: str, now: datetime) -> list[Program]:
    """It goes on as if it had never ended; the programmes that it gets back.

    Those come back that ending it handed over and that are still where they went, in years that are not locked.
    ServiceError where it has no last day, or one of the years lies after the end of what absorbed it.
    """
    access.require(Action.MANAGE_CATALOG, ONLY_PLANNING)
    lock_catalogue()
    locked = Department.objects.select_for_update(of=("self",)).get(pk=department.pk)
    if locked.ends_on is None:
        raise ServiceError(f"{locked.name} no tiene fecha de fin: no hay nada que quitar.")
    if not reason.strip():
        raise ValidationError({"reason": "Escriba por qué se quita."})
    back, into, before = coming_back(locked), locked.merged_into, trail.snapshot(locked, FIELDS)
    locked.ends_on, locked.merged_into, locked.end_instrument, locked.handed_over = None, None, "", None
    locked.save(update_fields=[*FIELDS, "handed_over"])
    _record(access, locked, CatalogueAct.UNDO_END, before, reason, now)
    if back and into is not None:
        _move(access, back, into, locked, reason, now)
    return back


def coming_back(department: Department) -> list[Program]:
    """The programmes that undoing its end would hand back."""
    keys = department.handed_over or []
    programs = Program.objects.filter(
        pk__in=keys, department=department.merged_into_id, fiscal_year__locked=False
    ).select_related("fiscal_year")
    return list(programs.order_by("fiscal_year__year", "code")) if department.merged_into_id else []


def _record(
    access: Access, department: Department, act: CatalogueAct, before: trail.Snapshot, reason: str, now: datetime
) -> None:
    trail.record(
        subject=department,
        label=f"{department.prefix} {department.name}",
        action=act,
        actor=access.user,
        at=now,
        reason=reason.strip(),
        capacity=access.capacity(Action.MANAGE_CATALOG, 0),
        changes=trail.changes_between(before, trail.snapshot(department, FIELDS)),
        scope_id=department.pk,
    )
