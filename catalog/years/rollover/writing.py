"""Writing a roll-over that was previewed: all of it or nothing, in bulk, with a trail entry for every row."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.access import Access, Action
from catalog.acts import YearAct
from catalog.bulk_trail import creation_changes, scope_of
from catalog.locking import hold_catalogue
from catalog.years.lifecycle import open_year
from catalog.years.rollover.proposal import Proposal, Wish, propose
from core import bulk, trail
from core.models import TrailEntry
from core.without_gc import collector_at_rest
from indicators.services import ServiceError
from programs.models import FiscalYear


class CatalogueChanged(ServiceError):
    """What would be written is not any more what the person confirmed; nothing was written."""

    def __init__(self, year: int) -> None:
        super().__init__(
            f"El catálogo de {year} o el de origen cambió desde la vista previa, quizá porque otra persona lo preparó "
            "al mismo tiempo: no se escribió nada. Revise otra vez cómo queda."
        )


def roll_over(*, access: Access, wish: Wish, fingerprint: str, now: datetime) -> Proposal:
    """Write what the preview with that fingerprint showed; the proposal that was written, its rows saved.

    NotAllowed, CatalogueChanged; ServiceError for a locked year or where there is nothing to carry; ValidationError
    for a new plan that a rule of the database refuses. Nothing was written then.
    """
    access.require(Action.MANAGE_CATALOG, "Solo Planeación prepara el ejercicio siguiente.")
    if wish.year <= wish.source.year:
        raise ServiceError(f"El ejercicio nuevo tiene que ser posterior a {wish.source.year}.")
    try:
        with collector_at_rest(), transaction.atomic():
            hold_catalogue([wish.year])
            proposal = propose(wish)
            if proposal.fingerprint != fingerprint:
                raise CatalogueChanged(wish.year)
            if proposal.target is not None and proposal.target.locked:
                raise ServiceError(f"El ejercicio {wish.year} está cerrado y ya no admite cambios.")
            if proposal.is_empty:
                raise ServiceError("No hay nada que traer: marque al menos un programa.")
            _write(proposal, access, now)
    except IntegrityError as error:
        # Somebody else made a code, a plan or a name after the proposal.
        raise CatalogueChanged(wish.year) from error
    return proposal


def _write(proposal: Proposal, access: Access, now: datetime) -> None:
    wish = proposal.wish
    if proposal.target is None:
        assert wish.plan is not None
        proposal.target = open_year(access=access, year=wish.year, plan=wish.plan, like=wish.source, now=now)
    target = proposal.target
    for axis in proposal.axes:
        axis.plan = target.plan
    for row in (*proposal.programs, *proposal.actions, *proposal.indicators):
        row.fiscal_year = target
    entries: list[TrailEntry] = [_summary(proposal, target, access, now)]
    for rows in (
        proposal.axes,
        proposal.objectives,
        proposal.strategies,
        proposal.programs,
        proposal.actions,
        proposal.indicators,
    ):
        entries += _insert(rows, access, now, f"Ejercicio {wish.source.year}")
    entries += _insert_objectives(proposal, access, now)
    trail.write(entries)


def _insert(rows: list[Any], access: Access, now: datetime, reason: str) -> list[TrailEntry]:
    if not rows:
        return []
    bulk.insert(type(rows[0]), rows)
    pairs = zip(rows, creation_changes(rows), strict=True)
    return [_entry(row, changes, access, now, reason) for row, changes in pairs]


def _insert_objectives(proposal: Proposal, access: Access, now: datetime) -> list[TrailEntry]:
    """A programme's list of objectives is one text of its row, in the trail too."""
    rows = proposal.program_objectives
    if not rows:
        return []
    bulk.insert(type(rows[0]), rows)
    texts: dict[int, list[str]] = {}
    programs = {row.program_id: row.program for row in rows}
    for row in rows:
        texts.setdefault(row.program_id, []).append(row.text)
    return [_entry(programs[key], {"objectives": [None, listed]}, access, now) for key, listed in texts.items()]


def _entry(row: Any, changes: dict[str, Any], access: Access, now: datetime, reason: str = "") -> TrailEntry:
    return trail.entry(
        subject=row,
        action=YearAct.BRING,
        actor=access.user,
        at=now,
        changes=changes,
        reason=reason,
        scope_id=scope_of(row),
        capacity=access.capacity(Action.MANAGE_CATALOG, 0),
        label=f"Ejercicio {row.year}" if isinstance(row, FiscalYear) else "",
    )


def _summary(proposal: Proposal, target: FiscalYear, access: Access, now: datetime) -> TrailEntry:
    """One entry on the year itself: from which year it comes, and how much."""
    counts = {"programas": proposal.programs, "acciones": proposal.actions, "indicadores": proposal.indicators}
    changes = {name: [None, len(rows)] for name, rows in counts.items()}
    return _entry(target, changes, access, now, f"A partir del ejercicio {proposal.wish.source.year}")
