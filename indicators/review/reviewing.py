"""Validating figures and returning them with an observation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from accounts.access import Access, Action
from accounts.models import Role
from core import trail
from indicators.acts import FigureAct
from indicators.deadlines import Deadlines
from indicators.models import (
    VALIDATED_FIELDS,
    Commitment,
    Measurement,
    Observation,
    Receipt,
    State,
)
from indicators.papers import issuing as papers
from indicators.recording import settle_corrections
from indicators.refusals import ServiceError
from indicators.results.effect import Figures, current_pairs, read_figures
from indicators.writing import change_state, save_states, with_former_states, writes_figures

# Added to planning's capacity when the director's time to validate has run out.
BY_EXPIRY = "por vencimiento"
NEEDS_COMMITMENT = "pide causa, acción y fecha compromiso"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one figure of a bulk act stayed as it was."""

    measurement: Measurement
    reason: str


@dataclass(slots=True)
class ReviewOutcome:
    done: list[Measurement] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    papers: list[Receipt] = field(default_factory=list)


@writes_figures
def validate(*, access: Access, seen: Mapping[int, int], now: datetime) -> ReviewOutcome:
    """Validate submitted figures: the current pair becomes the last validated one.

    ``seen`` maps a measurement's id to the version that the reviewer looked at; a figure that changed since, that is
    not waiting, that the reviewer changed themselves or that lacks its commitment is refused with its reason, the
    others are validated. Each department's month gets one constancia of what was validated.
    """
    outcome = _reviewable(access, seen)
    months = _by_month(outcome.done)
    _refuse_without_commitment(outcome, months)
    replaced: dict[Measurement, tuple[Decimal, Decimal]] = {}
    for row in outcome.done:
        if row.validated_numerator is not None and row.validated_denominator is not None:
            replaced[row] = row.validated_numerator, row.validated_denominator
        row.former_pair = trail.snapshot(row, VALIDATED_FIELDS.values())  # type: ignore[attr-defined]
        row.keep_as_validated()
        row.validated_at, row.validated_by = now, access.user
        change_state(row, State.VALIDATED)
    save_states(outcome.done, [*VALIDATED_FIELDS.values(), "validated_at", "validated_by"])
    settle_corrections(replaced, at=now)
    capacities = _close_review(access, outcome.done, FigureAct.VALIDATE, now)
    _issue_papers(access, outcome, months, capacities, now)
    return outcome


@writes_figures
def return_for_changes(*, access: Access, seen: Mapping[int, int], observation: str, now: datetime) -> ReviewOutcome:
    """Return submitted figures to their enlace with an observation; same refusals as ``validate``."""
    if not observation.strip():
        raise ServiceError("Escriba qué hay que corregir.")
    outcome = _reviewable(access, seen)
    for row in outcome.done:
        row.returned_at = now
        change_state(row, State.RETURNED)
    save_states(outcome.done, ["returned_at"])
    Observation.objects.bulk_create(
        Observation(
            measurement=row,
            text=observation.strip(),
            author=access.user,
            created_at=now,
            numerator=row.numerator,
            denominator=row.denominator,
        )
        for row in outcome.done
    )
    _close_review(access, outcome.done, FigureAct.RETURN, now, reason=observation.strip())
    return outcome


def _reviewable(access: Access, seen: Mapping[int, int]) -> ReviewOutcome:
    access.require(Action.VALIDATE, "No tiene permiso para validar ni devolver cifras.")
    rows = (
        Measurement.objects.waiting_for(access)
        .filter(pk__in=seen)
        .select_for_update(of=("self",), no_key=True)
        .select_related("indicator__action__program__department", "period__fiscal_year")
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


@dataclass(frozen=True, slots=True)
class _Capacity:
    """In which capacity somebody reviewed a figure, as the trail and the paper say it."""

    words: str
    by_expiry: bool

    def __str__(self) -> str:
        return f"{self.words} {BY_EXPIRY}" if self.by_expiry else self.words


_Months = dict[tuple[int, int], Figures]


def _by_month(rows: Sequence[Measurement]) -> _Months:
    """The figures of each department and month that has rows here, as they are before the act."""
    found: _Months = {}
    for row in rows:
        key = _month_of(row)
        if key not in found:
            found[key] = read_figures(row.period, key[0])
    return found


def _month_of(row: Measurement) -> tuple[int, int]:
    return row.indicator.action.program.department_id, row.period_id


def _refuse_without_commitment(outcome: ReviewOutcome, months: _Months) -> None:
    """A red, over or fallen figure says its cause, action and date first."""
    asked = [row for row in outcome.done if months[_month_of(row)].asks_commitment(row.indicator, current_pairs([row]))]
    if not asked:
        return
    there = set(Commitment.objects.filter(measurement__in=asked).values_list("measurement_id", flat=True))
    lacking = {row.pk for row in asked} - there
    outcome.refused += [Refusal(row, NEEDS_COMMITMENT) for row in asked if row.pk in lacking]
    outcome.done = [row for row in outcome.done if row.pk not in lacking]


def _issue_papers(
    access: Access, outcome: ReviewOutcome, months: _Months, capacities: Mapping[int, _Capacity], now: datetime
) -> None:
    for (department_id, period_id), figures in months.items():
        rows = [row for row in outcome.done if _month_of(row) == (department_id, period_id)]
        acted = [capacities[row.pk] for row in rows]
        capacity, by_expiry = "; ".join(dict.fromkeys(map(str, acted))), any(one.by_expiry for one in acted)
        act = papers.PaperAct(Receipt.Kind.VALIDATION, figures, department_id, rows, access, capacity, now, by_expiry)
        receipt = papers.issue(act)
        if receipt is not None:
            outcome.papers.append(receipt)


def _close_review(
    access: Access,
    rows: Sequence[Measurement],
    act: FigureAct,
    now: datetime,
    reason: str = "",
) -> dict[int, _Capacity]:
    """What validating and returning share: who changed the pair is forgotten, and the trail is written.

    Gives the capacity in which each figure was reviewed, by its id.
    """
    Measurement.changed_by.through.objects.filter(measurement_id__in=[row.pk for row in rows]).delete()
    entries = []
    capacities: dict[int, _Capacity] = {}
    deadlines = Deadlines([], on=timezone.localdate(now))
    for row, before in with_former_states(rows):
        department_id = row.indicator.action.program.department_id
        changes = {"state": [before, row.state]}
        if act is FigureAct.VALIDATE:
            after = trail.snapshot(row, VALIDATED_FIELDS.values())
            changes |= trail.changes_between(row.former_pair, after)  # type: ignore[attr-defined]
        capacities[row.pk] = _capacity_in(access, row, act, deadlines)
        entries.append(
            trail.entry(
                subject=row,
                label=f"{row.indicator.code} {row.period}",
                action=act,
                actor=access.user,
                capacity=str(capacities[row.pk]),
                at=now,
                changes=changes,
                reason=reason,
                scope_id=department_id,
            )
        )
    trail.write(entries)
    return capacities


def _capacity_in(access: Access, row: Measurement, act: FigureAct, deadlines: Deadlines) -> _Capacity:
    department_id = row.indicator.action.program.department_id
    in_their_stead = act is FigureAct.VALIDATE and validates_in_their_stead(access, department_id)
    by_expiry = in_their_stead and deadlines.on > deadlines.review_due(row.period, row.submitted_at)
    return _Capacity(access.capacity(Action.VALIDATE, department_id), by_expiry)


def validates_in_their_stead(access: Access, department_id: int) -> bool:
    """Planning validates in the director's stead once validation is overdue, and the trail says so."""
    return access.acting_role(Action.VALIDATE, department_id) is Role.PLANNING
