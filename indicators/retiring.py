"""Retiring indicators: from a month on they are no longer asked for. What was captured stays and keeps counting."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.access import Access, Action
from core import trail
from indicators.acts import RetiringAct
from indicators.calculations import MONTHS
from indicators.models import Evidence, Indicator, Measurement, State, month_name
from indicators.refusals import ServiceError
from indicators.writing import refuse_locked_year


class CannotRetire(ServiceError):
    """Figures stand in the way: ``problems`` says which, a sentence an indicator."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(self.problems))


@transaction.atomic
def retire_indicators(
    *,
    access: Access,
    indicator_ids: Collection[int],
    from_month: int | None,
    reason: str,
    now: datetime,
    instrument: str = "",
) -> list[Indicator]:
    """Retire these indicators of one year from that month on, or ask for them again (None); those that changed.

    All of them or none. A month with a complete pair cannot be retired, and no draft, returned figure or file in
    force is left behind in a month that is no longer asked for. Raises NotAllowed, MonthNotOpen for a locked year,
    CannotRetire.
    """
    access.require(Action.MANAGE_CATALOG, "Solo Planeación retira indicadores.")
    if from_month is not None and from_month not in MONTHS:
        raise ServiceError("El mes del retiro va de enero a diciembre.")
    if not reason.strip():
        raise ServiceError("Escriba el motivo.")
    # The lock that whoever saves a figure takes too: none can come between the look and the retirement.
    indicators = list(
        Indicator.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=indicator_ids)
        .select_related("fiscal_year", "action__program__department")
        .order_by("code")
    )
    for fiscal_year in {indicator.fiscal_year for indicator in indicators}:
        refuse_locked_year(fiscal_year)
    changed = [indicator for indicator in indicators if indicator.retired_from != from_month]
    if from_month is not None:
        problems = list(_in_the_way(changed, from_month))
        if problems:
            raise CannotRetire(problems)
    if from_month is None:
        _refuse_ended_departments(changed)
    before = {indicator.pk: indicator.retired_from for indicator in changed}
    for indicator in changed:
        indicator.retired_from = from_month
    Indicator.objects.bulk_update(changed, ["retired_from"], batch_size=200)
    act = RetiringAct.REINSTATE if from_month is None else RetiringAct.RETIRE
    trail.write(
        trail.entry(
            subject=indicator,
            action=act,
            actor=access.user,
            at=now,
            capacity=access.capacity(Action.MANAGE_CATALOG, 0),
            reason=reason.strip(),
            changes=trail.citing({"retired_from": [before[indicator.pk], from_month]}, instrument),
            scope_id=indicator.action.program.department_id,
        )
        for indicator in changed
    )
    return changed


def _refuse_ended_departments(indicators: Iterable[Indicator]) -> None:
    """Nobody would capture what is asked for again of a department that is gone."""
    for indicator in indicators:
        why_not = indicator.action.program.department.why_not_in(indicator.fiscal_year)
        if why_not:
            raise ServiceError(f"{indicator.code} no se puede pedir de nuevo: {why_not} para su programa.")


def last_months_in_use(indicator_ids: Collection[int]) -> dict[int, int]:
    """By indicator id, the last month with a figure, a draft or a file: it can be retired from the next one on.

    One query; indicators without any are left out.
    """
    return {row["indicator_id"]: row["month"] for row in _in_use(indicator_ids)}


def _in_use(indicator_ids: Collection[int]) -> Any:
    """The rows of which nobody may lose sight, month by month: figures, halves of them, returned ones and files."""
    files = Evidence.objects.in_force().filter(measurements=OuterRef("pk"))
    rows = Measurement.objects.filter(indicator_id__in=indicator_ids).annotate(has_file=Exists(files))
    typed = Q(numerator__isnull=False) | Q(denominator__isnull=False) | Q(validated_numerator__isnull=False)
    return (
        rows.filter(typed | Q(state=State.RETURNED) | Q(has_file=True))
        .order_by("month")
        .values("indicator_id", "month", "numerator", "denominator", "validated_numerator", "has_file")
    )


def _in_the_way(indicators: Iterable[Indicator], from_month: int) -> Iterable[str]:
    by_id = {indicator.pk: indicator for indicator in indicators}
    figures: dict[int, list[int]] = {}
    drafts: dict[int, list[int]] = {}
    files: dict[int, list[int]] = {}
    for row in _in_use(list(by_id)).filter(month__gte=from_month):
        sides = [row[side] is not None for side in ("numerator", "denominator")]
        is_complete = all(sides) or row["validated_numerator"] is not None
        kind = figures if is_complete else files if row["has_file"] and not any(sides) else drafts
        kind.setdefault(row["indicator_id"], []).append(row["month"])
    for pk, indicator in by_id.items():
        if pk in figures:
            last = figures[pk][-1]
            how = "ya no puede retirarse en este ejercicio" if last == 12 else f"retírelo desde {month_name(last + 1)}"
            yield f"{indicator.code} tiene cifras de {_listed(figures[pk])}: {how}."
        if pk in drafts:
            yield (
                f"{indicator.code} tiene un borrador a medias u observado de {_listed(drafts[pk])}: "
                "complételo o bórrelo en la captura antes de retirarlo."
            )
        if pk in files:
            yield f"{indicator.code} tiene evidencia de {_listed(files[pk])} sin cifra: retire antes el archivo."


def _listed(months: Iterable[int]) -> str:
    """«julio, agosto y septiembre»."""
    names = [month_name(month) for month in months]
    return " y ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
