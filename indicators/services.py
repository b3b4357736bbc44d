"""Writes that change state or several rows. Each is atomic, takes the moment as ``now`` and writes the trail.

A refusal is a ``ServiceError`` whose message is a sentence for the person; nothing was written then.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts.access import Access, Action
from core import trail
from core.amounts import from_units, to_units
from indicators import calculations
from indicators.calendar import (
    MENDING_WORKING_DAYS,
    add_working_days,
    due_date,
    opening_date,
)
from indicators.models import (
    COMPLETE_STATES,
    Indicator,
    Measurement,
    Observation,
    Origin,
    Period,
    State,
    TargetAdjustment,
    month_name,
)
from programs.models import FiscalYear


class ServiceError(Exception):
    """The act was refused; the message says why and what to do, in Spanish."""


class NotAllowed(ServiceError):
    """This person may not do it there."""


class MonthNotOpen(ServiceError):
    """The month does not take captures now."""


class NotDue(ServiceError):
    """The indicator is not asked for in that month."""


class NotReady(ServiceError):
    """The month cannot be submitted: ``problems`` says what each indicator (by id) lacks, field by field.

    ``pending`` are the indicators that ``allow_missing`` would leave out: nothing captured, or returned and not mended.
    """

    def __init__(self, problems: Mapping[int, Sequence["Problem"]], pending: Collection[int]) -> None:
        super().__init__("Hay capturas a las que les falta algo.")
        self.problems = problems
        self.pending = frozenset(pending)

    @property
    def only_pending(self) -> bool:
        """Whether the rest can be submitted as it is."""
        return self.pending == set(self.problems)


@dataclass(frozen=True, slots=True)
class Problem:
    """What one field of one capture lacks before it can be submitted."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class PairInput:
    """What somebody typed for one indicator. ``version`` is the one that they saw: 0 where there was no row.

    ``reason`` is why a figure that was already submitted or validated is corrected, and who asked for it; without it
    the justification says so.
    """

    indicator_id: int
    numerator: Decimal | None
    denominator: Decimal | None
    no_activity: str = ""
    justification: str = ""
    version: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody else saved this indicator's month in between; nothing of this row was written."""

    typed: PairInput
    current: Measurement


@dataclass(slots=True)
class SaveOutcome:
    saved: list[Measurement] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one figure of a bulk act stayed as it was."""

    measurement: Measurement
    reason: str


@dataclass(slots=True)
class ReviewOutcome:
    done: list[Measurement] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


def problems_of(
    numerator: Decimal | None,
    denominator: Decimal | None,
    no_activity: str,
    justification: str,
) -> list[Problem]:
    """What a pair lacks before it can be submitted (rule 1 and the month's rule 2); empty when it is ready."""
    if numerator is None and denominator is None:
        return [Problem("numerator", "Falta la captura de este indicador.")]
    if numerator is None:
        return [Problem("numerator", "Falta el numerador.")]
    if denominator is None:
        return [Problem("denominator", "Falta el denominador.")]
    if calculations.needs_reason(numerator, denominator) and not no_activity:
        return [
            Problem(
                "no_activity",
                "Elija por qué no hubo actividad: sin demanda, nada programado o suspendido.",
            )
        ]
    if calculations.needs_justification(numerator, denominator) and not justification.strip():
        why = "No hubo denominador" if denominator == 0 else "El numerador supera al denominador"
        return [Problem("justification", f"{why}: explique por qué.")]
    return []


_PAIR_FIELDS = ("numerator", "denominator", "no_activity", "justification")
_STATE_FIELDS = (*_PAIR_FIELDS, "state", "validated_numerator", "validated_denominator")


@transaction.atomic
def save_pairs(
    *,
    access: Access,
    period: Period,
    pairs: Iterable[PairInput],
    now: datetime,
    origin: str = Origin.SCREEN,
    source_sha256: str = "",
) -> SaveOutcome:
    """Save drafts of one month, row by row: a row that changed since it was seen is reported, the others are saved.

    Changing a figure that was submitted or validated is a correction: only planning makes it, with its reason; it is
    submitted at once and the last validated pair stays official beside it. The number of queries does not depend on
    the number of rows. Raises NotAllowed, MonthNotOpen, NotDue; then nothing was written.
    """
    typed = {pair.indicator_id: pair for pair in pairs}
    # Read again: planning may have closed the month while the page was open.
    period = Period.objects.select_related("fiscal_year").get(pk=period.pk)
    _refuse_locked_year(period.fiscal_year)
    indicators = _locked_indicators(access, typed, period)
    existing = _locked_rows(period, indicators)
    outcome = SaveOutcome()
    changed: list[_Change] = []
    for indicator_id, pair in typed.items():
        current = existing.get(indicator_id)
        if _changes_nothing(current, pair):
            outcome.unchanged += 1
        elif current is not None and current.version != pair.version:
            outcome.conflicts.append(Conflict(pair, current))
        else:
            _require_open(access, period, current, now)
            changed.append(_apply(access, indicators[indicator_id], period, current, pair))
    for change in changed:
        change.row.version += 1
        change.row.origin, change.row.source_sha256 = origin, source_sha256
        change.row.updated_at, change.row.updated_by = now, access.user
        if change.act == _CORRECT:
            change.row.submitted_at = now
    _write_changes(access, period, changed, now)
    outcome.saved = [change.row for change in changed]
    return outcome


_SAVE, _CORRECT = "guardar", "corregir"
_SAVED_FIELDS = (
    *_PAIR_FIELDS, "state", "version", "origin", "source_sha256", "updated_at", "updated_by", "submitted_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Change:
    """A row as it will be written, and what its trail entry says besides."""

    row: Measurement
    before: trail.Snapshot
    act: str
    reason: str
    department_id: int


def _locked_indicators(access: Access, typed: Collection[int], period: Period) -> dict[int, Indicator]:
    """The indicators of these rows, locked in one order so that two savers of the same one wait for each other."""
    found = (
        Indicator.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=typed, fiscal_year_id=period.fiscal_year_id)
        .select_related("action__program")
        .order_by("pk")
    )
    indicators = {indicator.pk: indicator for indicator in found}
    if len(indicators) != len(typed):
        raise NotAllowed("Uno de los indicadores no pertenece a este ejercicio.")
    for indicator in indicators.values():
        _require(access, Action.CAPTURE, indicator.action.program.department_id)
        if not calculations.is_due(period.month, indicator.frequency):
            raise NotDue(
                f"{indicator.code} no corresponde a {month_name(period.month)}: se captura de forma "
                f"{indicator.get_frequency_display()}."
            )
    return indicators


def _locked_rows(period: Period, indicators: Mapping[int, Indicator]) -> dict[int, Measurement]:
    """The month's rows by indicator, locked: whoever validates or submits one meanwhile waits, or is waited for."""
    found = (
        Measurement.objects.select_for_update(of=("self",), no_key=True)
        .filter(period=period, indicator_id__in=indicators)
        .select_related("updated_by")
        .order_by("pk")
    )
    rows = {row.indicator_id: row for row in found}
    for indicator_id, row in rows.items():
        row.indicator, row.period = indicators[indicator_id], period
    return rows


def _apply(
    access: Access, indicator: Indicator, period: Period, current: Measurement | None, pair: PairInput
) -> _Change:
    """Put what was typed into the row, in memory."""
    department_id = indicator.action.program.department_id
    row = current or Measurement(
        fiscal_year_id=period.fiscal_year_id, indicator=indicator, period=period, month=period.month, version=0
    )
    before = trail.snapshot(row, _STATE_FIELDS) if current else {}
    act = _CORRECT if row.state in COMPLETE_STATES else _SAVE
    if act == _CORRECT:
        _require_correction(access, department_id, pair)
        row.state = State.SUBMITTED
    row.numerator, row.denominator = _exact(pair.numerator), _exact(pair.denominator)
    row.no_activity, row.justification = pair.no_activity, pair.justification.strip()
    return _Change(row, before, act, _correction_reason(pair) if act == _CORRECT else "", department_id)


def _exact(value: Decimal | None) -> Decimal | None:
    """With 4 decimals, as the database gives it back, so that the trail does not see a change from 3.0000 to 3."""
    return None if value is None else from_units(to_units(value))


def _write_changes(access: Access, period: Period, changed: Sequence[_Change], now: datetime) -> None:
    Measurement.objects.bulk_create([change.row for change in changed if change.row.pk is None])
    Measurement.objects.bulk_update([change.row for change in changed if change.before], _SAVED_FIELDS, batch_size=200)
    who_changed = Measurement.changed_by.through
    who_changed.objects.bulk_create(
        [who_changed(measurement_id=change.row.pk, user_id=access.user.pk) for change in changed],
        ignore_conflicts=True,
    )
    trail.write(
        trail.entry(
            subject=change.row,
            label=f"{change.row.indicator.code} {period}",
            action=change.act,
            actor=access.user,
            capacity=access.capacity(Action.CAPTURE, change.department_id),
            at=now,
            changes=trail.changes_between(change.before, trail.snapshot(change.row, _STATE_FIELDS)),
            reason=change.reason,
            scope_id=change.department_id,
        )
        for change in changed
    )


def _correction_reason(pair: PairInput) -> str:
    return pair.reason.strip() or pair.justification.strip()


def _require_correction(access: Access, department_id: int, pair: PairInput) -> None:
    if not access.allows(Action.MAKE_CORRECTION, department_id):
        raise NotAllowed(
            "La cifra ya fue enviada. Para cambiarla, pida a su director que la devuelva o la corrección a Planeación."
        )
    if not _correction_reason(pair):
        raise NotAllowed("Una corrección lleva su motivo: por qué cambia la cifra y quién lo pidió.")
    remaining = problems_of(pair.numerator, pair.denominator, pair.no_activity, pair.justification)
    if remaining:
        raise NotAllowed(remaining[0].message)


def _changes_nothing(current: Measurement | None, pair: PairInput) -> bool:
    return _is_blank(pair) if current is None else _says_the_same(current, pair)


def _is_blank(pair: PairInput) -> bool:
    return pair.numerator is None and pair.denominator is None and not pair.justification.strip()


def _says_the_same(row: Measurement, pair: PairInput) -> bool:
    return (row.numerator, row.denominator, row.no_activity, row.justification) == (
        pair.numerator,
        pair.denominator,
        pair.no_activity,
        pair.justification.strip(),
    )


def _refuse_locked_year(fiscal_year: FiscalYear) -> None:
    if fiscal_year.locked:
        raise MonthNotOpen(f"El ejercicio {fiscal_year.year} está cerrado y ya no admite cambios.")


def _require(access: Access, action: Action, department_id: int) -> None:
    if not access.allows(action, department_id):
        raise NotAllowed("No tiene permiso para esta dependencia.")


def why_not_open(access: Access, period: Period, row: Measurement | None, on: date) -> str:
    """Why this person cannot write this row that day, or an empty text when they can.

    A returned figure may be mended for 5 working days although its month has closed; planning may record in any
    month of a year that is not locked.
    """
    if period.fiscal_year.locked:
        return f"El ejercicio {period.fiscal_year.year} está cerrado y ya no admite cambios."
    if period.is_open(on) or access.allows(Action.MANAGE_PERIODS):
        return ""
    if period.closed_on is None:
        return f"{month_name(period.month).capitalize()} abre el {period.opens_on:%d/%m/%Y}."
    if row is not None and row.state == State.RETURNED and row.returned_at is not None:
        until = add_working_days(timezone.localdate(row.returned_at), MENDING_WORKING_DAYS)
        if on <= until:
            return ""
    return (
        f"{month_name(period.month).capitalize()} se cerró el {period.closed_on:%d/%m/%Y}. "
        "Si necesita capturar, pida una prórroga a Planeación."
    )


def _require_open(access: Access, period: Period, row: Measurement | None, now: datetime) -> None:
    reason = why_not_open(access, period, row, timezone.localdate(now))
    if reason:
        raise MonthNotOpen(reason)


@transaction.atomic
def submit_month(
    *,
    access: Access,
    period: Period,
    department_id: int,
    now: datetime,
    allow_missing: bool = False,
) -> list[Measurement]:
    """Submit what the department has captured in the month: drafts and mended returned figures become submitted.

    Raises NotReady with what each indicator lacks. ``allow_missing`` leaves out indicators without any capture;
    half a pair, a 0/0 without its reason or an excess without justification is never submitted.
    """
    _require(access, Action.CAPTURE, department_id)
    period = Period.objects.select_related("fiscal_year").get(pk=period.pk)
    _refuse_locked_year(period.fiscal_year)
    today = timezone.localdate(now)
    indicators = {row.pk: row for row in _due_indicators(period, department_id)}
    rows = _locked_rows(period, indicators)
    problems: dict[int, Sequence[Problem]] = {}
    pending: set[int] = set()
    ready: list[Measurement] = []
    closed = ""
    for indicator_id in indicators:
        row = rows.get(indicator_id)
        if row is not None and row.state in COMPLETE_STATES:
            continue
        why_not = why_not_open(access, period, row, today)
        if why_not:
            # What cannot be captured any more is not asked for either.
            closed = why_not if row is not None or not closed else closed
            continue
        lacking = submission_problems(row)
        if not lacking and row is not None:
            ready.append(row)
        elif not allow_missing or not is_pending(row):
            problems[indicator_id] = lacking
        if lacking and is_pending(row):
            pending.add(indicator_id)
    if problems:
        raise NotReady(problems, pending & set(problems))
    if closed and not ready:
        raise MonthNotOpen(closed)
    late = period.is_late(today)
    for row in ready:
        row.late = late if row.submitted_at is None else row.late
        row.submitted_at = now
        _change_state(row, State.SUBMITTED)
    resolved = Observation.objects.filter(measurement__in=ready, resolved_at__isnull=True)
    resolved.update(resolved_at=now)  # the trail's entry of the submission says the same
    _save_states(ready, ["late", "submitted_at"])
    capacity = access.capacity(Action.CAPTURE, department_id)
    trail.write(
        trail.entry(
            subject=row, label=f"{row.indicator.code} {period}", action="enviar", actor=access.user,
            capacity=capacity, at=now, changes={"state": [before, row.state]}, scope_id=department_id,
        )
        for row, before in _with_former_states(ready)
    )  # fmt: skip
    return ready


def _due_indicators(period: Period, department_id: int) -> Iterable[Indicator]:
    due = Indicator.objects.filter(fiscal_year_id=period.fiscal_year_id).of_department(department_id)
    return due.due_in(period.month).only("id", "code").order_by("code")


def is_pending(row: Measurement | None) -> bool:
    """Nobody has worked on it yet: no figures, or returned and not saved again since."""
    if row is None or (row.numerator is None and row.denominator is None):
        return True
    return row.state == State.RETURNED and row.returned_at is not None and row.updated_at < row.returned_at


def submission_problems(row: Measurement | None) -> list[Problem]:
    """What a row lacks before it can be submitted; a returned one is mended or explained first."""
    if row is None:
        return problems_of(None, None, "", "")
    lacking = problems_of(row.numerator, row.denominator, row.no_activity, row.justification)
    if not lacking and is_pending(row):
        return [
            Problem(
                "numerator", "Atienda la observación: corrija la cifra o explique en la justificación por qué queda."
            )
        ]
    return lacking


def _change_state(row: Measurement, state: str) -> None:
    """Another state of the same figures: ``updated_at`` and ``updated_by`` stay those of whoever wrote the figures."""
    row.former_state = row.state  # type: ignore[attr-defined]
    row.state = state
    row.version += 1


def _with_former_states(
    rows: Iterable[Measurement],
) -> Iterable[tuple[Measurement, str]]:
    return ((row, row.former_state) for row in rows)  # type: ignore[attr-defined]


def _save_states(rows: Collection[Measurement], fields: Sequence[str]) -> None:
    Measurement.objects.bulk_update(rows, ["state", "version", *fields], batch_size=200)


@transaction.atomic
def validate(*, access: Access, seen: Mapping[int, int], now: datetime) -> ReviewOutcome:
    """Validate submitted figures: the current pair becomes the last validated one.

    ``seen`` maps a measurement's id to the version that the reviewer looked at; a figure that changed since, that is
    not waiting or that the reviewer changed themselves is refused with its reason, the others are validated.
    """
    outcome = _reviewable(access, seen)
    for row in outcome.done:
        row.former_pair = trail.snapshot(row, ("validated_numerator", "validated_denominator"))  # type: ignore[attr-defined]
        row.validated_numerator, row.validated_denominator = (
            row.numerator,
            row.denominator,
        )
        row.validated_at, row.validated_by = now, access.user
        _change_state(row, State.VALIDATED)
    _save_states(
        outcome.done,
        [
            "validated_numerator",
            "validated_denominator",
            "validated_at",
            "validated_by",
        ],
    )
    _close_review(access, outcome.done, "validar", now)
    return outcome


@transaction.atomic
def return_for_changes(*, access: Access, seen: Mapping[int, int], observation: str, now: datetime) -> ReviewOutcome:
    """Return submitted figures to their enlace with an observation; same refusals as ``validate``."""
    if not observation.strip():
        raise ServiceError("Escriba qué hay que corregir.")
    outcome = _reviewable(access, seen)
    for row in outcome.done:
        row.returned_at = now
        _change_state(row, State.RETURNED)
    _save_states(outcome.done, ["returned_at"])
    Observation.objects.bulk_create(
        Observation(
            measurement=row, text=observation.strip(), author=access.user, created_at=now,
            numerator=row.numerator, denominator=row.denominator,
        )
        for row in outcome.done
    )  # fmt: skip
    _close_review(access, outcome.done, "devolver", now, reason=observation.strip())
    return outcome


def _reviewable(access: Access, seen: Mapping[int, int]) -> ReviewOutcome:
    if not access.allows(Action.VALIDATE):
        raise NotAllowed("No tiene permiso para validar ni devolver cifras.")
    rows = (
        Measurement.objects.waiting_for(access)
        .filter(pk__in=seen)
        .select_for_update(of=("self",), no_key=True)
        .select_related("indicator__action__program", "period__fiscal_year")
        .order_by("pk")
    )
    found = list(rows)
    own = set(
        Measurement.changed_by.through.objects.filter(
            measurement_id__in=[row.pk for row in found], user_id=access.user.pk
        ).values_list("measurement_id", flat=True)
    )
    outcome = ReviewOutcome()
    for row in found:
        if row.period.fiscal_year.locked:
            outcome.refused.append(Refusal(row, "el ejercicio está cerrado"))
        elif row.pk in own:
            outcome.refused.append(Refusal(row, "usted cambió esta cifra; la revisa otra persona"))
        elif row.version != seen[row.pk]:
            outcome.refused.append(Refusal(row, "cambió mientras usted la revisaba; véala de nuevo"))
        else:
            outcome.done.append(row)
    gone = Measurement.objects.within(access, Action.VALIDATE).filter(pk__in=set(seen) - {row.pk for row in found})
    for row in gone.select_related("indicator"):
        outcome.refused.append(Refusal(row, "ya no espera revisión"))
    return outcome


def _close_review(
    access: Access,
    rows: Sequence[Measurement],
    act: str,
    now: datetime,
    reason: str = "",
) -> None:
    """What validating and returning share: who changed the pair is forgotten, and the trail is written."""
    Measurement.changed_by.through.objects.filter(measurement_id__in=[row.pk for row in rows]).delete()
    entries = []
    for row, before in _with_former_states(rows):
        department_id = row.indicator.action.program.department_id
        changes = {"state": [before, row.state]}
        if act == "validar":
            after = trail.snapshot(row, ("validated_numerator", "validated_denominator"))
            changes |= trail.changes_between(row.former_pair, after)  # type: ignore[attr-defined]
        entries.append(
            trail.entry(
                subject=row, label=f"{row.indicator.code} {row.period}", action=act, actor=access.user,
                capacity=access.capacity(Action.VALIDATE, department_id), at=now, changes=changes, reason=reason,
                scope_id=department_id,
            )
        )  # fmt: skip
    trail.write(entries)


@transaction.atomic
def open_fiscal_year(*, fiscal_year: FiscalYear, actor: object, now: datetime) -> list[Period]:
    """Give a new fiscal year its twelve periods: each opens on its first day, due the 5th working day of the next."""
    months = [
        Period(
            fiscal_year=fiscal_year,
            month=month,
            opens_on=opening_date(fiscal_year.year, month),
            due_on=due_date(fiscal_year.year, month),
        )
        for month in calculations.MONTHS
    ]
    created = Period.objects.bulk_create(months)
    trail.write(
        trail.entry(
            subject=period,
            action="abrir ejercicio",
            actor=actor,
            at=now,
            changes=trail.changes_between({}, trail.snapshot(period, ("opens_on", "due_on"))),
        )
        for period in created
    )
    return created


@transaction.atomic
def set_period(
    *,
    access: Access,
    period: Period,
    opens_on: date,
    due_on: date,
    closed_on: date | None,
    reason: str,
    now: datetime,
) -> Period:
    """Change a month's dates, close it (``closed_on``) or open it again (None); planning only, with a reason."""
    if not access.allows(Action.MANAGE_PERIODS):
        raise NotAllowed("Solo Planeación cambia los meses.")
    if not reason.strip():
        raise ServiceError("Escriba por qué cambia el mes.")
    locked = Period.objects.select_for_update(of=("self",)).select_related("fiscal_year").get(pk=period.pk)
    _refuse_locked_year(locked.fiscal_year)
    fields = ("opens_on", "due_on", "closed_on")
    before = trail.snapshot(locked, fields)
    locked.opens_on, locked.due_on, locked.closed_on = opens_on, due_on, closed_on
    locked.full_clean()
    locked.save(update_fields=fields)
    changes = trail.changes_between(before, trail.snapshot(locked, fields))
    if changes:
        trail.record(
            subject=locked, action="cambiar mes", actor=access.user, capacity=access.capacity(Action.MANAGE_PERIODS, 0),
            at=now, changes=changes,
            reason=reason,
        )  # fmt: skip
    return locked


@transaction.atomic
def adjust_target(
    *,
    access: Access,
    indicator: Indicator,
    effective_month: int,
    target: Decimal,
    reason: str,
    authorized_by: str,
    instrument: str,
    now: datetime,
) -> TargetAdjustment:
    """Put another target in force from a month on. Never retroactively: not from a month that is closed.

    Raises NotAllowed or ServiceError; ValidationError when a database rule refuses the values.
    """
    if not access.allows(Action.MANAGE_PERIODS):
        raise NotAllowed("Solo Planeación ajusta metas.")
    _refuse_locked_year(indicator.fiscal_year)
    closed = Period.objects.filter(
        fiscal_year=indicator.fiscal_year,
        month__gte=effective_month,
        closed_on__isnull=False,
    ).exists()
    if closed:
        raise ServiceError("Una meta no se ajusta hacia atrás: elija un mes posterior al último cerrado.")
    if target == 0 and indicator.direction == calculations.ASCENDING:
        raise ServiceError("La meta es mayor que 0; solo un indicador descendente puede tener meta 0.")
    earlier = indicator.adjustments.filter(effective_month__lt=effective_month).order_by("effective_month").last()
    former = earlier.target if earlier else indicator.target
    adjustment = TargetAdjustment(
        indicator=indicator, effective_month=effective_month, target=target, reason=reason,
        authorized_by=authorized_by, instrument=instrument, created_at=now, created_by=access.user,
    )  # fmt: skip
    adjustment.full_clean(exclude=["created_by"])
    adjustment.save(force_insert=True)
    trail.record(
        subject=adjustment, action="ajustar meta", actor=access.user, at=now, reason=reason,
        capacity=access.capacity(Action.MANAGE_PERIODS, 0), scope_id=indicator.action.program.department_id,
        changes={"target": [f"{former:f}", f"{target:f}"], "effective_month": [None, effective_month]},
    )  # fmt: skip
    return adjustment
