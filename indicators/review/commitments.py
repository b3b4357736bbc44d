"""Causa, acción y fecha compromiso of a figure."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.access import Access, Action
from core import trail
from indicators.acts import FollowUpAct
from indicators.models import Commitment, Measurement, State
from indicators.refusals import NotAllowed, ServiceError
from indicators.writing import refuse_locked_year

LONGEST_COMMITMENT = timedelta(days=731)
_FIELDS = ("cause", "action", "committed_on")


@transaction.atomic
def save_commitment(
    *, access: Access, measurement_id: int, cause: str, action: str, committed_on: date, now: datetime
) -> Commitment:
    """Write or change what a figure commits to; whoever captures or validates in its department may.

    Once the figure is validated its commitment stands as it is, because the constancia prints it; one that it never
    had can still be written. Raises NotAllowed or ServiceError.
    """
    row = _locked_figure(access, measurement_id)
    refuse_locked_year(row.period.fiscal_year)
    if not cause.strip() or not action.strip():
        raise ServiceError("Un compromiso lleva causa, acción y fecha.")
    _refuse_day(committed_on, timezone.localdate(now))
    made = Commitment.objects.filter(measurement=row).first()
    if made is not None and row.state == State.VALIDATED:
        raise ServiceError("La cifra ya está validada y su compromiso ya no cambia.")
    before = trail.snapshot(made, _FIELDS) if made else {}
    made = made or Commitment(measurement=row)
    made.cause, made.action, made.committed_on = cause.strip(), action.strip(), committed_on
    changes = trail.changes_between(before, trail.snapshot(made, _FIELDS))
    if not changes:
        return made
    made.updated_by, made.updated_at = access.user, now
    made.save()
    department_id = row.indicator.action.program.department_id
    trail.record(
        subject=row,
        label=f"{row.indicator.code} {row.period}",
        action=FollowUpAct.COMMIT,
        actor=access.user,
        capacity=_capacity(access, department_id),
        at=now,
        changes=changes,
        scope_id=department_id,
    )
    return made


def _refuse_day(committed_on: date, today: date) -> None:
    if committed_on < today:
        raise ServiceError("La fecha compromiso no puede haber pasado.")
    if committed_on - today > LONGEST_COMMITMENT:
        raise ServiceError("La fecha compromiso no va más allá de dos años: revise la fecha.")


def may_commit(access: Access, department_id: int) -> bool:
    return access.allows(Action.CAPTURE, department_id) or access.allows(Action.VALIDATE, department_id)


def _capacity(access: Access, department_id: int) -> str:
    return access.capacity(Action.CAPTURE, department_id) or access.capacity(Action.VALIDATE, department_id)


def _locked_figure(access: Access, measurement_id: int) -> Measurement:
    row = (
        Measurement.objects.select_for_update(of=("self",), no_key=True)
        .select_related("indicator__action__program", "period__fiscal_year")
        .filter(pk=measurement_id)
        .first()
    )
    if row is None or not may_commit(access, row.indicator.action.program.department_id):
        raise NotAllowed("No tiene permiso para esta cifra.")
    return row
