"""What services share: their refusals, what a pair lacks, and when a month can be written."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import IntegrityError, transaction

from accounts.access import Access, Action
from indicators import calculations, checks
from indicators.checks import Background
from indicators.deadlines import Deadlines
from indicators.models import (
    VALIDATED_FIELDS,
    Indicator,
    Measurement,
    Period,
    month_name,
)
from indicators.openings import Standing
from indicators.refusals import MonthNotOpen, Problem
from programs.locked_years import SENTENCE, is_year_locked
from programs.models import FiscalYear

ONLY_WITHOUT_FIGURES = "«Sin actividad» es solo para 0/0: borre las cantidades o elija «No: hay cifras»."


def problems_of(
    numerator: Decimal | None,
    denominator: Decimal | None,
    no_activity: str,
    justification: str,
    background: Background | None = None,
) -> list[Problem]:
    """What a pair lacks before it can be submitted (rule 1 and the month's rule 2); empty when it is ready.

    With its background also whatever is unusual about it and nobody has explained yet.
    """
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
    if justification.strip():
        return []
    asked = checks.questions(numerator, denominator, no_activity, background)
    return [Problem("justification", question.message) for question in asked]


PAIR_FIELDS = ("numerator", "denominator", "no_activity", "justification")
STATE_FIELDS = (*PAIR_FIELDS, "state", *VALIDATED_FIELDS.values())


def locked_rows(period: Period, indicators: Mapping[int, Indicator]) -> dict[int, Measurement]:
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


P = ParamSpec("P")
R = TypeVar("R")


def writes_figures(service: Callable[P, R]) -> Callable[P, R]:
    """A service that writes figures: all of it or nothing; what the database refuses is said in a sentence."""

    @wraps(service)
    def whole(*args: P.args, **kwargs: P.kwargs) -> R:
        with readable_refusals(), transaction.atomic():
            return service(*args, **kwargs)

    return whole


@contextmanager
def readable_refusals() -> Iterator[None]:
    """Planning may lock the year after a service has looked: then the database refuses the figures, and whoever was
    writing them reads the same sentence. Around the transaction, which is undone. Raises MonthNotOpen.
    """
    try:
        yield
    except IntegrityError as error:
        if not is_year_locked(error):
            raise
        raise MonthNotOpen(SENTENCE) from error


def refuse_locked_year(fiscal_year: FiscalYear) -> None:
    if fiscal_year.locked:
        raise MonthNotOpen(f"El ejercicio {fiscal_year.year} está cerrado y ya no admite cambios.")


def require_action(access: Access, action: Action, department_id: int) -> None:
    access.require(action, "No tiene permiso para esta dependencia.", department_id)


def why_not_open(
    access: Access, period: Period, department_id: int, row: Measurement | None, deadlines: Deadlines
) -> str:
    """Why this person cannot write this row on the day of ``deadlines``, or an empty text when they can.

    The department as ``openings.opening`` says; planning may record in any month of a year that is not locked.
    """
    found = deadlines.opening_of(period, department_id, row)
    if found.standing is Standing.LOCKED:
        return f"El ejercicio {period.fiscal_year.year} está cerrado y ya no admite cambios."
    if found.takes_captures or found.correcting_until or access.allows(Action.MANAGE_PERIODS):
        return ""
    if found.standing is Standing.NOT_YET:
        return f"{month_name(period.month).capitalize()} abre el {period.opens_on:%d/%m/%Y}."
    expired = f" El plazo para corregir esta cifra terminó el {found.until:%d/%m/%Y}." if found.until else ""
    return (
        f"{month_name(period.month).capitalize()} se cerró {period.closed_when}.{expired} "
        f"Si necesita capturar, pida una prórroga a {deadlines.whom_to_ask}."
    )


def require_open(
    access: Access, period: Period, department_id: int, row: Measurement | None, deadlines: Deadlines
) -> None:
    reason = why_not_open(access, period, department_id, row, deadlines)
    if reason:
        raise MonthNotOpen(reason)


def change_state(row: Measurement, state: str) -> None:
    """Another state of the same figures: ``updated_at`` and ``updated_by`` stay those of whoever wrote the figures."""
    row.former_state = row.state  # type: ignore[attr-defined]
    row.state = state
    row.version += 1


def with_former_states(
    rows: Iterable[Measurement],
) -> Iterable[tuple[Measurement, str]]:
    return ((row, row.former_state) for row in rows)  # type: ignore[attr-defined]


def save_states(rows: Collection[Measurement], fields: Sequence[str]) -> None:
    Measurement.objects.bulk_update(rows, ["state", "version", *fields], batch_size=200)
