"""Writing one thing of the catalogue by hand: adding, changing, ordering and deleting, each with its trail.

Whatever captures freeze is refused with the reason that an import would give (``rules``).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Min, Model, ProtectedError

from accounts.access import Access, Action
from catalog.acts import CatalogueAct
from catalog.locking import lock_catalogue
from catalog.rules import CODE_WITH_CAPTURES, belongs, frozen_changes, same_name, why_not_begin
from catalog.tree.kinds import (
    ABOVE,
    ACTIONS,
    BRANCHES,
    BY_MODEL,
    INDICATORS,
    ORDERED,
    PROGRAMS,
    RETIRED,
    Kind,
    below,
    children,
    department_of,
    label_of,
    objectives_of,
    state_of,
)
from core import trail
from indicators.models import Indicator, Measurement
from indicators.services import ServiceError
from indicators.writing import refuse_locked_year
from programs import models as programs
from programs.models import FiscalYear, ProgramObjective

SAME_PLACE = "Ya existe «{}» en el mismo lugar: use ese, o escriba un nombre distinto."
Values = Mapping[str, Any]


class Gone(ServiceError):
    """The row is not there any more."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(f"Otra persona eliminó {kind.this} mientras usted lo veía.")


@transaction.atomic
def add_node(
    *, access: Access, fiscal_year: FiscalYear, kind: Kind, values: Values, reason: str = "", now: datetime
) -> Any:
    """Add one below its parent, which is among the values; a blank code becomes the next free one.

    Raises NotAllowed, MonthNotOpen (locked year), ValidationError by field.
    """
    year = _begin(access, fiscal_year)
    given = dict(values)
    objectives = given.pop("objectives", [])
    if "code" in given and not given["code"]:
        given["code"] = next_code(kind, year, _code_stem(kind, given))
    row = kind.model(**given)
    if kind.year:
        row.fiscal_year = year  # type: ignore[attr-defined]
    if kind in ORDERED:
        row.position = _last_position(kind, given[kind.parent]) + 1  # type: ignore[attr-defined]
    _check(kind, row)
    _refuse_ended_department(row, year)
    _refuse_foreign_prefix(row)
    row.save(force_insert=True)
    _write_objectives(row, objectives)
    changes = trail.changes_between({}, _filled(row))
    if objectives:
        changes["objectives"] = [None, list(objectives)]
    _record(access, row, CatalogueAct.ADD, changes, reason, now)
    return row


@transaction.atomic
def change_node(
    *,
    access: Access,
    fiscal_year: FiscalYear,
    kind: Kind,
    pk: int,
    values: Values,
    seen: Values,
    reason: str = "",
    now: datetime,
) -> dict[str, list[Any]]:
    """Change what the values say; the changes as the trail has them, empty where nothing changed.

    ``seen``: the state (``kinds.state_of``) that the person had before them. With another code the codes below change
    with it. Raises NotAllowed, MonthNotOpen (locked year), trail.ChangedMeanwhile, Gone, ValidationError by field.
    """
    _begin(access, fiscal_year)
    row = _locked(kind, fiscal_year, pk)
    trail.refuse_if_changed(row, state_of(row), seen)
    given = dict(values)
    objectives = given.pop("objectives", None)
    before, former_code = trail.snapshot(row, given), getattr(row, "code", "")
    original = {name: getattr(row, name) for name in given}
    for name, value in given.items():
        setattr(row, name, value)
    _refuse_what_captures_freeze(kind, row, original, given)
    _check(kind, row)
    if original.get("department") != given.get("department"):
        _refuse_ended_department(row, fiscal_year)
    if original.get("code") != given.get("code"):
        _refuse_foreign_prefix(row)
    changes = trail.changes_between(before, trail.snapshot(row, given))
    if objectives is not None:
        changes |= _change_objectives(row, objectives)
    if changes:
        row.save()
        _record(access, row, CatalogueAct.CHANGE, changes, reason, now)
        if "code" in changes:
            _recode_below(access, row, former_code, reason, now)
    return changes


@transaction.atomic
def delete_node(
    *, access: Access, fiscal_year: FiscalYear, kind: Kind, pk: int, reason: str = "", now: datetime
) -> str:
    """Delete what has nothing below it and no captures; what it was called. ServiceError with the reason if it has."""
    _begin(access, fiscal_year)
    row = _locked(kind, fiscal_year, pk)
    why_not = why_not_deleted(row)
    if why_not:
        raise ServiceError(why_not)
    label, was, department = label_of(row), _filled(row), department_of(row)
    if isinstance(row, programs.Program) and objectives_of(row):
        was["objectives"] = list(objectives_of(row))
    gone = kind.model(pk=row.pk)
    try:
        with transaction.atomic():
            row.delete()
    except ProtectedError as error:
        raise ServiceError(f"No se elimina {kind.the} «{label}»: algo más del sistema lo usa.") from error
    trail.record(
        subject=gone,
        label=label,
        action=CatalogueAct.DELETE,
        actor=access.user,
        at=now,
        reason=reason.strip(),
        capacity=access.capacity(Action.MANAGE_CATALOG, 0),
        changes=trail.changes_between(was, {}),
        scope_id=department,
    )
    return label


@transaction.atomic
def move_node(
    *, access: Access, fiscal_year: FiscalYear, kind: Kind, pk: int, before: int | None, now: datetime
) -> bool:
    """Put it before that sibling, or last (None); whether anything moved. All siblings are numbered from 1."""
    _begin(access, fiscal_year)
    row = _locked(kind, fiscal_year, pk)
    siblings = list(children(getattr(row, kind.parent)))
    rest = [sibling for sibling in siblings if sibling.pk != row.pk]
    places = [place for place, sibling in enumerate(rest) if sibling.pk == before]
    if before is not None and not places:
        raise ServiceError("El orden cambió mientras usted lo veía: revíselo e intente de nuevo.")
    rest.insert(places[0] if places else len(rest), row)
    moved = [sibling.pk for sibling in rest] != [sibling.pk for sibling in siblings]
    for position, sibling in enumerate(rest, start=1):
        if sibling.position != position:
            changes = {"position": [sibling.position, position]}
            sibling.position = position
            sibling.save(update_fields=["position"])
            _record(access, sibling, CatalogueAct.MOVE, changes, "", now)
    return moved


def why_not_deleted(row: Any) -> str:
    """Why it stays, as a sentence with what to do instead; an empty text where it may be deleted."""
    kind = BY_MODEL[type(row)]
    held_kind, held = below(kind), children(row).count()
    if isinstance(row, programs.Plan):
        return "Un plan no se elimina."
    if held and held_kind is not None:
        instead = "Retírelo en vez de eliminarlo" if kind in RETIRED else "Elimine o mueva antes lo que contiene"
        what = f"1 {held_kind.name}" if held == 1 else f"{held:,} {held_kind.plural}"
        years = "" if kind in RETIRED else ", de este ejercicio o de otros del plan"
        return f"No se elimina: contiene {what}{years if held_kind is PROGRAMS else ''}. {instead}."
    if isinstance(row, Indicator):
        if Measurement.objects.filter(indicator=row).exists():
            return "No se elimina: ya tiene capturas. Retírelo desde un mes, y lo capturado sigue contando."
        if row.adjustments.exists():
            return "No se elimina: tiene metas ajustadas, que quedan en la bitácora. Retírelo desde enero."
    if kind in (PROGRAMS, INDICATORS) and row.next.exists():
        return "No se elimina: un ejercicio posterior lo cita como su antecesor."
    return ""


def has_captures(row: Any) -> bool:
    """Whether anything was captured below it, drafts and files included."""
    path = {PROGRAMS: "indicator__action__program", ACTIONS: "indicator__action", INDICATORS: "indicator"}
    found = path.get(BY_MODEL[type(row)])
    return bool(found) and Measurement.objects.filter(**{found: row}).exists()


def next_code(kind: Kind, fiscal_year: FiscalYear, stem: str) -> str:
    """The next free code of the year: PRE-12 for PRE, PRE-02-05 for PRE-02, and for an action its own or with a letter.

    ValidationError where none is left.
    """
    taken = set(kind.within(fiscal_year).filter(code__startswith=stem).values_list("code", flat=True))
    if kind is INDICATORS:
        options = [stem, *(f"{stem}-{letter}" for letter in "BCDEFGHIJKLMNOPQRSTUVWXYZ")]
        free = next((code for code in options if code not in taken), None)
        if free is None:
            raise ValidationError({"code": f"La acción {stem} ya tiene todos los indicadores que caben."})
        return free
    numbers = [int(code[len(stem) + 1 :]) for code in taken if code[len(stem) + 1 :].isdigit()]
    following = max(numbers, default=0) + 1
    if following > 999:
        raise ValidationError({"code": f"Ya no quedan claves después de {stem}-999."})
    return f"{stem}-{following:02d}"


def _code_stem(kind: Kind, values: Values) -> str:
    return values["department"].prefix if kind is PROGRAMS else values[kind.parent].code


def _begin(access: Access, fiscal_year: FiscalYear) -> FiscalYear:
    """May this person write the catalogue of this year, now? The year is held until it is written."""
    access.require(Action.MANAGE_CATALOG, "Solo Planeación cambia el catálogo.")
    lock_catalogue()
    # Not what would stop captures: their rows only refer to the year.
    year = FiscalYear.objects.select_for_update(of=("self",), no_key=True).get(pk=fiscal_year.pk)
    refuse_locked_year(year)
    return year


def _locked(kind: Kind, fiscal_year: FiscalYear, pk: int) -> Any:
    """The row; whoever saves a figure of an indicator waits, so that there are captures or there are none."""
    rows = kind.within(fiscal_year).select_for_update(of=("self",), no_key=True).select_related(*ABOVE[kind])
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Gone(kind)
    return row


def _last_position(kind: Kind, parent: Any) -> int:
    last = kind.model._default_manager.filter(**{kind.parent: parent}).order_by("position").last()
    return last.position if last else 0  # type: ignore[attr-defined]


def _check(kind: Kind, row: Any) -> None:
    """The rules that the database holds, and those that only an import would know; ValidationError by field."""
    errors: dict[str, Any] = {}
    try:
        row.full_clean(exclude=["search", "previous"])
    except ValidationError as refused:
        errors = refused.error_dict
    else:
        errors = _own_rules(kind, row)
    if errors:
        raise ValidationError(errors)


def _own_rules(kind: Kind, row: Any) -> dict[str, str]:
    taken = taken_name(row) if kind in BRANCHES else ""
    if taken:
        return {"name": taken}
    if isinstance(row, programs.Plan):
        left_out = row.fiscal_years.exclude(year__range=(row.start_year, row.end_year)).order_by("year").first()
        return {"end_year": f"El plan dejaría fuera el ejercicio {left_out}, que ya existe."} if left_out else {}
    if kind in (ACTIONS, INDICATORS):
        parent = getattr(row, kind.parent)
        if not belongs(row.code, parent.code):
            more = " o esa misma con una letra" if kind is INDICATORS else ""
            return {"code": f"La clave empieza con la de su {below_name(kind)}: {_example(kind, parent.code)}{more}."}
    if kind is PROGRAMS and row.strategy.objective.axis.plan_id != row.fiscal_year.plan_id:
        return {"strategy": "La estrategia es de otro plan."}
    return {}


def _refuse_ended_department(row: Any, fiscal_year: FiscalYear) -> None:
    """Nothing more is asked of a department that is gone before the year is over, whatever is put below it."""
    key = department_of(row)
    ended = programs.Department.objects.filter(pk=key, ends_on__isnull=False).select_related("merged_into").first()
    why_not = ended.why_not_in(fiscal_year) if ended is not None else ""
    if why_not:
        raise ValidationError({"department" if isinstance(row, programs.Program) else "code": f"{why_not}."})


def _refuse_foreign_prefix(row: Any) -> None:
    """A new code of a programme does not begin with another department's prefix; one that it brought along may."""
    if not isinstance(row, programs.Program):
        return
    prefix, own = row.code.partition("-")[0], row.department
    other = programs.Department.objects.filter(prefix=prefix).exclude(pk=own.pk).first()
    if other is not None:
        raise ValidationError(
            {
                "code": f"«{prefix}» es el prefijo de {other.name}: la clave de un programa de {own.name} empieza con "
                f"{own.prefix}, o elija esa dependencia."
            }
        )


def below_name(kind: Kind) -> str:
    return "programa" if kind is ACTIONS else "acción"


def _example(kind: Kind, parent: str) -> str:
    return f"{parent}-01" if kind is ACTIONS else parent


def taken_name(row: Any) -> str:
    """Why the name of a plan, axis, objective or strategy would make a second branch beside its own; "" if it is free.

    Names that differ only in case, accents or blanks are one.
    """
    kind = BY_MODEL[type(row)]
    place = {kind.parent: getattr(row, kind.parent)} if kind.parent else {}
    near = same_name(row.name, kind.model._default_manager.filter(**place).exclude(pk=row.pk))
    return SAME_PLACE.format(near.name) if near else ""


def _refuse_what_captures_freeze(kind: Kind, row: Any, before: Values, after: Values) -> None:
    changed = {name for name in after if before[name] != after[name]}
    refused: dict[str, str] = {}
    if kind is INDICATORS:
        refused = frozen_changes(before, after, changed)
    if "code" in changed:
        refused["code"] = CODE_WITH_CAPTURES
    if refused and has_captures(row):
        raise ValidationError(refused)
    if kind is INDICATORS and "starts_in" in changed:
        first = Measurement.objects.filter(indicator=row).aggregate(first=Min("month"))["first"]
        why_not = why_not_begin(after["starts_in"], first, row.retired_from)
        if why_not:
            raise ValidationError({"starts_in": why_not})


def _recode_below(access: Access, row: Any, former: str, reason: str, now: datetime) -> None:
    """The codes below begin with the new one, too; ``row`` has no captures."""
    for child in children(row):
        if child.code != former and not child.code.startswith(f"{former}-"):
            continue
        old, child.code = child.code, f"{row.code}{child.code[len(former) :]}"
        child.save(update_fields=["code", "search"])
        _record(access, child, CatalogueAct.CHANGE, {"code": [old, child.code]}, reason, now)
        if isinstance(child, programs.Action):
            _recode_below(access, child, old, reason, now)


def _write_objectives(row: Any, texts: list[str]) -> None:
    if isinstance(row, programs.Program):
        ProgramObjective.objects.bulk_create(
            ProgramObjective(program=row, position=position, text=text) for position, text in enumerate(texts, start=1)
        )


def _change_objectives(row: Any, texts: list[str]) -> dict[str, list[Any]]:
    """A programme's objectives are one list of its row: the new one takes the place of the old one."""
    before = list(objectives_of(row))
    if before == list(texts):
        return {}
    row.objectives.all().delete()
    _write_objectives(row, texts)
    return {"objectives": [before or None, list(texts) or None]}


def _filled(row: Model) -> trail.Snapshot:
    names = [field.name for field in row._meta.concrete_fields if field.name not in ("id", "search")]
    return {name: value for name, value in trail.snapshot(row, names).items() if value not in (None, "")}


def _record(
    access: Access, row: Any, act: CatalogueAct, changes: dict[str, list[Any]], reason: str, now: datetime
) -> None:
    trail.record(
        subject=row,
        label=label_of(row),
        action=act,
        actor=access.user,
        at=now,
        reason=reason.strip(),
        capacity=access.capacity(Action.MANAGE_CATALOG, 0),
        changes=changes,
        scope_id=department_of(row),
    )
