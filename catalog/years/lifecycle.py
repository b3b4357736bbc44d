"""The fiscal years as planning sees them: how each one stands, opening a new one, locking one (``reopening.py`` opens
it again).

A locked year takes no writes: what is left open in it stays as it is, and its thresholds are frozen.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.access import Access, Action
from catalog.acts import CatalogueAct, YearAct
from catalog.locking import hold_catalogue, lock_catalogue
from catalog.tree.editing import taken_name
from core import trail
from indicators import services
from indicators.acts import CalendarAct
from indicators.models import CorrectionRequest, Indicator, Measurement, Period, State
from indicators.progress import year_progress
from indicators.services import ServiceError
from programs.models import Action as ActionOfProgram
from programs.models import Department, FiscalYear, Plan, Program, YearLocking, YearReopening
from programs.year_words import keep_words

ONLY_PLANNING = "Solo Planeación administra los ejercicios."
YEAR_FIELDS = ("plan", "year", "missing_as_zero", "green_from", "amber_from", "over_above", "locked")


@dataclass(frozen=True, slots=True)
class NewPlan:
    """A plan that does not exist yet."""

    name: str
    start_year: int
    end_year: int


@dataclass(frozen=True, slots=True)
class YearState:
    """How one year stands. ``captures`` by State value; ``locking``: who locked it last.

    ``reopening``: what somebody asked for and nobody has confirmed.
    """

    fiscal_year: FiscalYear
    months: int
    open_months: int
    closed_months: int
    programs: int
    indicators: int
    captures: dict[str, int]
    locking: YearLocking | None
    reopening: YearReopening | None


def year_states(*, now: datetime) -> list[YearState]:
    """All years, the latest first; 7 queries whatever their number."""
    today = timezone.localdate(now)
    months = _by_year(
        Period.objects.order_by()
        .values("fiscal_year_id")
        .annotate(
            months=Count("pk"),
            closed=Count("pk", filter=Q(closed_on__isnull=False)),
            opened=Count("pk", filter=Q(closed_on__isnull=True, opens_on__lte=today)),
        )
    )
    programs = _by_year(Program.objects.order_by().values("fiscal_year_id").annotate(number=Count("pk")))
    indicators = _by_year(Indicator.objects.order_by().values("fiscal_year_id").annotate(number=Count("pk")))
    captures: dict[int, dict[str, int]] = defaultdict(dict)
    rows = Measurement.objects.order_by().values("fiscal_year_id", "state").annotate(number=Count("pk"))
    for row in rows:
        captures[row["fiscal_year_id"]][row["state"]] = row["number"]
    lockings = _last_lockings()
    reopenings = {asked.fiscal_year_id: asked for asked in waiting_reopenings().select_related("asked_by")}
    return [
        YearState(
            year,
            months=months.get(year.pk, {}).get("months", 0),
            open_months=months.get(year.pk, {}).get("opened", 0),
            closed_months=months.get(year.pk, {}).get("closed", 0),
            programs=programs.get(year.pk, {}).get("number", 0),
            indicators=indicators.get(year.pk, {}).get("number", 0),
            captures=captures[year.pk],
            locking=lockings.get(year.pk) if year.locked else None,
            reopening=reopenings.get(year.pk),
        )
        for year in FiscalYear.objects.select_related("plan").order_by("-year")
    ]


def waiting_reopenings() -> QuerySet[YearReopening]:
    """What somebody asked for and nobody has confirmed or withdrawn."""
    return YearReopening.objects.filter(confirmed_at__isnull=True, withdrawn_at__isnull=True, fiscal_year__locked=True)


def _by_year(rows: Any) -> dict[int, dict[str, int]]:
    return {row["fiscal_year_id"]: row for row in rows}


def _last_lockings() -> dict[int, YearLocking]:
    rows = YearLocking.objects.select_related("locked_by").order_by("id")
    return {row.fiscal_year_id: row for row in rows}


@dataclass(frozen=True, slots=True)
class Pending:
    """What would stay undone for good if the year were locked now."""

    missing: int  # figures that were due and nobody has submitted
    drafts: int
    returned: int
    waiting: int  # submitted, not validated: official results do not count them
    corrections: int  # requests nobody has answered
    open_months: int

    def __bool__(self) -> bool:
        return any(number for number, _, _ in self.counts())

    def counts(self) -> Iterator[tuple[int, str, str]]:
        """Each number with its words for one and for many."""
        yield self.missing, "cifra que no se ha enviado", "cifras que no se han enviado"
        yield self.drafts, "borrador sin enviar", "borradores sin enviar"
        yield self.returned, "cifra observada sin corregir", "cifras observadas sin corregir"
        yield self.waiting, "cifra enviada sin validar", "cifras enviadas sin validar"
        yield self.corrections, "solicitud de corrección sin responder", "solicitudes de corrección sin responder"
        yield self.open_months, "mes sin cerrar", "meses sin cerrar"

    @property
    def token(self) -> str:
        """What a form carries along, to notice that something changed meanwhile."""
        return "-".join(str(number) for number, _, _ in self.counts())

    def sentences(self) -> list[str]:
        return [f"{number:,} {one if number == 1 else many}" for number, one, many in self.counts() if number]


def pending_of(fiscal_year: FiscalYear, *, now: datetime) -> Pending:
    """A fixed number of queries."""
    counts = Measurement.objects.filter(fiscal_year=fiscal_year).aggregate(
        drafts=Count("pk", filter=Q(state=State.DRAFT)),
        returned=Count("pk", filter=Q(state=State.RETURNED)),
        waiting=Count("pk", filter=Q(state=State.SUBMITTED)),
    )
    requests = CorrectionRequest.objects.filter(
        measurement__fiscal_year=fiscal_year, state=CorrectionRequest.State.OPEN
    )
    departments = Department.objects.filter(programs__fiscal_year=fiscal_year).distinct()
    progress = year_progress(fiscal_year, departments, on=timezone.localdate(now))
    return Pending(
        missing=sum(month.missing for months in progress.values() for month in months),
        corrections=requests.count(),
        open_months=Period.objects.filter(fiscal_year=fiscal_year, closed_on__isnull=True).count(),
        **counts,
    )


@transaction.atomic
def open_year(
    *,
    access: Access,
    year: int,
    plan: Plan | NewPlan,
    now: datetime,
    like: FiscalYear | None = None,
    historical: bool = False,
) -> FiscalYear:
    """A new fiscal year with its twelve months, in a plan that covers it or in a new one.

    ``like``: the year whose thresholds and rule for missing captures it takes over; None takes the defaults.
    ``historical``: it is brought in from earlier papers, and its months are closed from the beginning.
    ServiceError where it exists; ValidationError for values that a rule of the database refuses.
    """
    access.require(Action.MANAGE_CATALOG, ONLY_PLANNING)
    hold_catalogue([year])
    if FiscalYear.objects.filter(year=year).exists():
        raise ServiceError(f"El ejercicio {year} ya existe.")
    if isinstance(plan, NewPlan):
        plan = _add_plan(access, plan, now)
    if not plan.start_year <= year <= plan.end_year:
        raise ServiceError(f"El ejercicio {year} no cae dentro de «{plan}», que va de {_years(plan)}.")
    fiscal_year = FiscalYear(plan=plan, year=year, historical=historical)
    if like is not None:
        for name in ("missing_as_zero", "green_from", "amber_from", "over_above"):
            setattr(fiscal_year, name, getattr(like, name))
    fiscal_year.full_clean()
    fiscal_year.save(force_insert=True)
    fields = (*YEAR_FIELDS, "historical") if historical else YEAR_FIELDS
    _record(access, fiscal_year, CalendarAct.OPEN_YEAR, {}, trail.snapshot(fiscal_year, fields), now)
    services.open_fiscal_year(fiscal_year=fiscal_year, actor=access.user, now=now)
    return fiscal_year


def _years(plan: Plan) -> str:
    return f"{plan.start_year} a {plan.end_year}"


def _add_plan(access: Access, wanted: NewPlan, now: datetime) -> Plan:
    plan = Plan(name=wanted.name, start_year=wanted.start_year, end_year=wanted.end_year)
    plan.full_clean()
    taken = taken_name(plan)
    if taken:
        raise ServiceError(taken)
    plan.save(force_insert=True)
    _record(access, plan, CatalogueAct.ADD, {}, trail.snapshot(plan, ("name", "start_year", "end_year")), now)
    return plan


@transaction.atomic
def lock_year(*, access: Access, fiscal_year: FiscalYear, reason: str, seen: str, now: datetime) -> FiscalYear:
    """Lock a year; ``seen`` is the token of what the person was told would stay undone.

    ServiceError without a reason, where it is locked already, and where something else is undone than they were told.
    """
    access.require(Action.MANAGE_CATALOG, ONLY_PLANNING)
    _wait_for_writers(fiscal_year)
    locked = _held(access, fiscal_year)
    if not reason.strip():
        raise ServiceError("Escriba por qué se cierra el ejercicio.")
    if locked.locked:
        raise ServiceError(f"El ejercicio {locked.year} ya estaba cerrado.")
    pending = pending_of(locked, now=now)
    if pending.token != seen:
        raise ServiceError("Lo pendiente cambió mientras usted lo leía: revíselo otra vez antes de cerrar.")
    changes = {"locked": [False, True]}
    if pending:
        changes["pending"] = [None, "; ".join(pending.sentences())]  # type: ignore[list-item]
    keep_words(locked)
    locked.locked = True
    locked.save(update_fields=["locked"])
    YearLocking.objects.create(fiscal_year=locked, reason=reason.strip(), locked_by=access.user, locked_at=now)
    trail.record(
        subject=locked,
        label=f"Ejercicio {locked.year}",
        action=YearAct.LOCK,
        actor=access.user,
        at=now,
        changes=changes,
        capacity=access.capacity(Action.MANAGE_CATALOG, 0),
        reason=reason.strip(),
    )
    return locked


def _wait_for_writers(fiscal_year: FiscalYear) -> None:
    """Whoever is writing in the year ends first; who comes later is refused by the database.

    In the order in which they lock: the catalogue, indicators, figures, months and, in ``_held``, the year. Whole rows,
    so that somebody adding a target, an observation or an extension to one of them is waited for too.
    """
    lock_catalogue()
    for model in (Program, ActionOfProgram, Indicator, Measurement, Period):
        rows = model._default_manager.filter(fiscal_year=fiscal_year).order_by("pk")
        list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))


def _held(access: Access, fiscal_year: FiscalYear) -> FiscalYear:
    """The year, which nobody captures a new figure in until this ends."""
    access.require(Action.MANAGE_CATALOG, ONLY_PLANNING)
    return FiscalYear.objects.select_for_update(of=("self",)).get(pk=fiscal_year.pk)


def _record(
    access: Access,
    subject: FiscalYear | Plan,
    act: trail.Act,
    before: trail.Snapshot,
    after: trail.Snapshot,
    now: datetime,
) -> None:
    label = f"Ejercicio {subject.year}" if isinstance(subject, FiscalYear) else str(subject)
    trail.record(
        subject=subject,
        label=label,
        action=act,
        actor=access.user,
        at=now,
        capacity=access.capacity(Action.MANAGE_CATALOG, 0),
        changes=trail.changes_between(before, after),
    )
