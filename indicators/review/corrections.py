"""Asking for the correction of a validated figure, and what planning answers.

The correction itself is ``save_pairs`` with its reason; it closes the request through ``close_requests``.
"""

from datetime import datetime

from django.db import transaction

from accounts.access import Access, Action
from core import trail
from indicators.acts import FollowUpAct
from indicators.models import CorrectionRequest, Measurement, State
from indicators.refusals import NotAllowed, ServiceError
from indicators.writing import refuse_locked_year


@transaction.atomic
def ask_correction(*, access: Access, measurement_id: int, reason: str, now: datetime) -> CorrectionRequest:
    """Ask planning to correct a validated figure; the figure stays as it is. Raises NotAllowed or ServiceError."""
    row = _locked_figure(measurement_id)
    if row is None or not access.allows(Action.ASK_CORRECTION, _department_of(row)):
        raise NotAllowed("Solo el enlace o el director de la dependencia piden la corrección de una cifra.")
    refuse_locked_year(row.period.fiscal_year)
    if row.validated_numerator is None:
        raise ServiceError("La cifra todavía no se valida: corríjala en la captura o pida que se la devuelvan.")
    if row.state != State.VALIDATED:
        raise ServiceError("Ya hay una corrección en curso de esta cifra.")
    if not reason.strip():
        raise ServiceError("Diga qué hay que corregir y por qué.")
    if row.correction_requests.filter(state=CorrectionRequest.State.OPEN).exists():
        raise ServiceError("Ya hay una solicitud de corrección pendiente para esta cifra.")
    asked = CorrectionRequest.objects.create(
        measurement=row, reason=reason.strip(), requested_by=access.user, requested_at=now
    )
    _record(access, row, Action.ASK_CORRECTION, FollowUpAct.ASK_CORRECTION, asked.reason, now)
    return asked


@transaction.atomic
def decline_correction(*, access: Access, request_id: int, answer: str, now: datetime) -> CorrectionRequest:
    """Answer that a correction is not made, and why; planning only. Raises NotAllowed or ServiceError."""
    found = CorrectionRequest.objects.filter(pk=request_id).first()
    row = _locked_figure(found.measurement_id) if found else None
    if found is None or row is None or not access.allows(Action.MAKE_CORRECTION, _department_of(row)):
        raise NotAllowed("Solo Planeación responde las solicitudes de corrección.")
    refuse_locked_year(row.period.fiscal_year)
    if not answer.strip():
        raise ServiceError("Escriba por qué no procede: quien la pidió lo leerá junto a la cifra.")
    # Read again: with the figure locked nobody answers it meanwhile.
    found.refresh_from_db()
    if found.state != CorrectionRequest.State.OPEN:
        raise ServiceError("Esta solicitud ya se respondió.")
    found.state, found.answer = CorrectionRequest.State.DECLINED, answer.strip()
    found.answered_by, found.answered_at = access.user, now
    found.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    _record(access, row, Action.MAKE_CORRECTION, FollowUpAct.DECLINE_CORRECTION, found.answer, now)
    return found


def _locked_figure(measurement_id: int) -> Measurement | None:
    return (
        Measurement.objects.select_for_update(of=("self",), no_key=True)
        .select_related("indicator__action__program", "period__fiscal_year")
        .filter(pk=measurement_id)
        .first()
    )


def _department_of(row: Measurement) -> int:
    department_id: int = row.indicator.action.program.department_id
    return department_id


def _record(access: Access, row: Measurement, action: Action, act: FollowUpAct, reason: str, now: datetime) -> None:
    department_id = _department_of(row)
    trail.record(
        subject=row,
        label=f"{row.indicator.code} {row.period}",
        action=act,
        actor=access.user,
        capacity=access.capacity(action, department_id),
        at=now,
        changes={},
        reason=reason,
        scope_id=department_id,
    )
