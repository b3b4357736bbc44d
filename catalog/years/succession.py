"""Of what a programme or an indicator is the continuation: reading those links, and correcting them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from accounts.access import Access, Action
from catalog.acts import YearAct
from catalog.locking import lock_catalogue
from core import trail
from core.models import TrailEntry
from core.text import fold
from indicators.models import Indicator
from indicators.services import ServiceError
from programs.models import FiscalYear, Program

ONLY_PLANNING = "Solo Planeación cambia de qué es continuación un programa o indicador."
CHANGED = "Los vínculos posibles cambiaron mientras usted los veía: revise la lista y marque de nuevo."
LIKE_ENOUGH = 0.75
OFFERED = 6
Linked = Program | Indicator


@dataclass(frozen=True, slots=True)
class Kind:
    """``slug`` is its word in addresses."""

    slug: str
    model: type[Any]
    one: str
    many: str
    department: str  # lookup of the department

    def rows(self, fiscal_year: FiscalYear) -> Any:
        """Its rows of that year by code, with what it takes to tell their predecessors."""
        parents = ("fiscal_year", "previous__fiscal_year", self.department)
        return self.model.objects.filter(fiscal_year=fiscal_year).select_related(*parents).order_by("code")

    def before(self, fiscal_year: FiscalYear) -> Any:
        """Its rows of earlier years, the nearest year first; ``taken``: whether one of that year continues it."""
        taken = self.model.objects.filter(fiscal_year=fiscal_year, previous=OuterRef("pk"))
        earlier = self.model.objects.filter(fiscal_year__year__lt=fiscal_year.year).annotate(taken=Exists(taken))
        return earlier.select_related("fiscal_year", self.department).order_by("-fiscal_year__year", "code")


KINDS = {
    "programas": Kind("programas", Program, "programa", "programas", "department"),
    "indicadores": Kind("indicadores", Indicator, "indicador", "indicadores", "action__program__department"),
}


def kind_of(row: Linked) -> Kind:
    return next(kind for kind in KINDS.values() if isinstance(row, kind.model))


def candidates_for(row: Linked) -> list[Any]:
    """What it may be the continuation of: what it is now, the same one of the nearest year, and what is like it.

    The same has its code and name; like it is, in the latest earlier year that has any, what has its code, or nearly
    its name in the same department. What another one of its year continues is left out. 3 queries.
    """
    kind = kind_of(row)
    before = kind.before(row.fiscal_year)
    year = kind.model.objects.filter(fiscal_year__year__lt=row.fiscal_year.year).order_by("-fiscal_year__year")
    found = [row.previous] if row.previous else []
    same = _nearest_same([row], before.filter(code=row.code)).get(row.pk)
    if same is not None and same not in found:
        found.append(same)
    earlier = before.filter(taken=False, fiscal_year__in=year.values("fiscal_year")[:1])
    scored = [(_likeness(row, other), other) for other in earlier if other not in found]
    likely = sorted((pair for pair in scored if pair[0] >= LIKE_ENOUGH), key=lambda pair: (-pair[0], pair[1].code))
    return found + [other for _, other in likely[: OFFERED - len(found)]]


def same_before(kind: Kind, fiscal_year: FiscalYear) -> list[tuple[Linked, Linked]]:
    """Those of the year that continue nothing, each with the one of its code and name in the nearest earlier year.

    Names are the same without case, accents and doubled blanks; what has none, or is taken, is left out. 2 queries.
    """
    loose = kind.rows(fiscal_year).filter(previous__isnull=True)
    found = _nearest_same(loose, kind.before(fiscal_year).filter(code__in=loose.order_by().values("code")))
    return [(row, found[row.pk]) for row in loose if row.pk in found]


def _nearest_same(rows: Iterable[Linked], earlier: Iterable[Linked]) -> dict[int, Linked]:
    """By key of ``rows`` the first of ``earlier`` with its code and name, unless it is taken.

    An older one in its place would be continued twice, by way of the taken one too.
    """
    nearest: dict[tuple[str, str], Linked] = {}
    for other in earlier:
        nearest.setdefault((other.code, fold(other.name)), other)
    pairs = ((row.pk, nearest.get((row.code, fold(row.name)))) for row in rows)
    return {pk: other for pk, other in pairs if other is not None and not other.taken}  # type: ignore[union-attr]


def _likeness(row: Linked, other: Linked) -> float:
    """From 0 to 2: names that are nearly the same in one department, and the same code."""
    score = 0.0
    if _department_id(row) == _department_id(other):
        names = SequenceMatcher(None, fold(row.name), fold(other.name), autojunk=False)
        # The quick bound first: most pairs have nothing in common.
        if names.quick_ratio() >= LIKE_ENOUGH:
            score = names.ratio()
    return score + 1 if row.code == other.code else score


def _department_id(row: Linked) -> int:
    return row.department_id if isinstance(row, Program) else row.action.program.department_id


@transaction.atomic
def set_previous(*, access: Access, row: Linked, previous: Linked | None, now: datetime) -> Linked:
    """Say of what it is the continuation; None for something new.

    NotAllowed; ServiceError in a locked year, for what is not of an earlier one, and for what another one of the
    year already continues.
    """
    access.require(Action.MANAGE_CATALOG, ONLY_PLANNING)
    kind = kind_of(row)
    locked: Linked = (
        kind.model.objects.select_for_update(of=("self",), no_key=True)
        .select_related("fiscal_year", "previous__fiscal_year", kind.department)
        .get(pk=row.pk)
    )
    _refuse_locked(locked.fiscal_year)
    if previous is not None and previous.fiscal_year.year >= locked.fiscal_year.year:
        raise ServiceError(f"El {kind.one} anterior es de un ejercicio anterior a {locked.fiscal_year.year}.")
    if locked.previous_id == (previous.pk if previous else None):
        return locked
    before = _words(locked.previous)
    _refuse_second(kind, locked, previous)
    locked.previous = previous  # type: ignore[assignment]
    try:
        with transaction.atomic():
            locked.save(update_fields=["previous"])
    except IntegrityError as error:
        raise ServiceError(f"Otra persona acaba de decir que otro {kind.one} continúa ese.") from error
    trail.write([_entry(access, locked, before, now)])
    return locked


@transaction.atomic
def link_same(
    *, access: Access, fiscal_year: FiscalYear, kind: Kind, pairs: Collection[tuple[int, int]], now: datetime
) -> int:
    """Link those that the officer chose among ``same_before``, as (row, predecessor) keys; how many.

    All or none: ServiceError in a locked year, and where one of them is not offered any more.
    """
    access.require(Action.MANAGE_CATALOG, ONLY_PLANNING)
    lock_catalogue()
    year = FiscalYear.objects.select_for_update(of=("self",), no_key=True).get(pk=fiscal_year.pk)
    _refuse_locked(year)
    # Whoever corrects one of these links waits, and is read below.
    rows = kind.model.objects.filter(fiscal_year=year, pk__in=[pk for pk, _ in pairs]).order_by("pk")
    list(rows.select_for_update(of=("self",), no_key=True).values_list("pk"))
    chosen = [(row, previous) for row, previous in same_before(kind, year) if (row.pk, previous.pk) in pairs]
    if len(chosen) != len(pairs):
        raise ServiceError(CHANGED)
    for row, previous in chosen:
        row.previous = previous  # type: ignore[assignment]
    try:
        with transaction.atomic():
            kind.model.objects.bulk_update([row for row, _ in chosen], ["previous"], batch_size=500)
    except IntegrityError as error:
        raise ServiceError(CHANGED) from error
    trail.write(_entry(access, row, None, now) for row, _ in chosen)
    return len(chosen)


def _refuse_locked(year: FiscalYear) -> None:
    if year.locked:
        raise ServiceError(f"El ejercicio {year.year} está cerrado y ya no admite cambios.")


def _entry(access: Access, row: Linked, before: str | None, now: datetime) -> TrailEntry:
    return trail.entry(
        subject=row,
        action=YearAct.CHANGE_PREVIOUS,
        actor=access.user,
        at=now,
        capacity=access.capacity(Action.MANAGE_CATALOG, 0),
        scope_id=_department_id(row),
        changes={"previous": [before, _words(row.previous)]},
    )


def _refuse_second(kind: Kind, row: Linked, previous: Linked | None) -> None:
    if previous is None:
        return
    others = kind.model.objects.filter(fiscal_year=row.fiscal_year, previous=previous).exclude(pk=row.pk)
    other = others.first()
    if other is not None:
        raise ServiceError(
            f"{previous.code} ({previous.fiscal_year.year}) ya continúa en {row.fiscal_year.year} como {other.code}: "
            "quite antes ese vínculo."
        )


def _words(row: Linked | None) -> str | None:
    return f"{row} ({row.fiscal_year.year})" if row is not None else None


def ancestors(kind: Kind, older: FiscalYear, newer: FiscalYear) -> dict[int, int]:
    """By key of ``newer``'s rows, the key of the row of ``older`` that they continue, over the years between.

    What has none is left out. One query.
    """
    rows = kind.model.objects.filter(fiscal_year__year__gt=older.year, fiscal_year__year__lte=newer.year)
    previous: dict[int, int | None] = {}
    newest = []
    for pk, year_id, former in rows.values_list("pk", "fiscal_year_id", "previous_id"):
        previous[pk] = former
        if year_id == newer.pk:
            newest.append(pk)
    return {pk: end for pk in newest if (end := _walk(pk, previous)) is not None}


def _walk(pk: int, previous: dict[int, int | None]) -> int | None:
    """Back until a row that is older than those at hand; None where the chain ends before. It always goes back."""
    current: int | None = pk
    while current is not None and current in previous:
        current = previous[current]
    return current


def only_of(keys: dict[int, int], wanted: Iterable[int]) -> dict[int, int]:
    """Those links that end in one of these keys: a chain may jump over the older year."""
    there = set(wanted)
    return {pk: end for pk, end in keys.items() if end in there}
