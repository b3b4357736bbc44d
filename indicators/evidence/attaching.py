"""Evidence: attaching files to figures, superseding them, withdrawing them and using one for further figures.

A file is looked over before anything is written and is stored under a random name as the last step of the transaction
(``core.kept_files``). What it says of a figure goes to the figure's own trail.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.access import Access, Action
from core import trail
from core.uploads import UploadKind, display_name
from indicators.acts import FileAct
from indicators.capture.saving import locked_indicators
from indicators.deadlines import Deadlines
from indicators.files.storing import EvidenceRefused, inspected, put_same_back, random_name, stored
from indicators.models import COMPLETE_STATES, Evidence, Indicator, Measurement, Origin, Period, State
from indicators.recording import blank_row
from indicators.refusals import NotAllowed
from indicators.writing import (
    locked_rows,
    readable_refusals,
    refuse_locked_year,
    require_action,
    require_open,
    writes_figures,
)

REASON_LIMIT = 2000


def attach_evidence(
    *, access: Access, period: Period, indicator_ids: Collection[int], file: Any, name: str, now: datetime
) -> Evidence:
    """Attach one file to the month's figures of one or several indicators of a department.

    A figure that is not captured yet gets an empty draft, of version 0: for whoever captures nothing is saved there
    yet. Only planning adds to a figure that was already submitted. Raises EvidenceRefused, NotAllowed, MonthNotOpen,
    NotDue.
    """
    kind = inspected(file, name)
    if not indicator_ids:
        raise EvidenceRefused("Marque al menos un indicador: la evidencia respalda una cifra.")
    period = Period.objects.select_related("fiscal_year").get(pk=period.pk)
    stored_as = random_name(period.fiscal_year.year, kind)
    with stored(file, stored_as, Evidence):
        rows, department_id = _rows_to_support(access, period, indicator_ids, now)
        _refuse_twice(rows, kind.sha256)
        evidence = _new_evidence(access, period.fiscal_year_id, department_id, kind, name, stored_as, now)
        _support(access, evidence, rows, now)
    return evidence


def link_evidence(
    *, access: Access, evidence_id: int, period: Period, indicator_ids: Collection[int], now: datetime
) -> Evidence:
    """Let a file that is already there support further figures of the same department and fiscal year."""
    if not indicator_ids:
        raise EvidenceRefused("Marque al menos un indicador: la evidencia respalda una cifra.")
    with readable_refusals(), transaction.atomic():
        evidence = _locked_evidence(access, evidence_id)
        period = Period.objects.select_related("fiscal_year").get(pk=period.pk)
        rows, department_id = _rows_to_support(access, period, indicator_ids, now)
        if (evidence.department_id, evidence.fiscal_year_id) != (department_id, period.fiscal_year_id):
            raise NotAllowed("Un archivo solo respalda cifras de su misma dependencia y ejercicio.")
        _refuse_twice(rows, evidence.sha256)
        _support(access, evidence, rows, now)
    return evidence


def supersede_evidence(
    *, access: Access, evidence_id: int, file: Any, name: str, reason: str, now: datetime
) -> Evidence:
    """Put another file in the place of one; the old one stays, marked, with its figures.

    Once one of its figures was submitted this takes a reason; once one is validated only planning does it.
    """
    kind = inspected(file, name)
    year = Evidence.objects.values_list("fiscal_year__year", flat=True).get(pk=evidence_id)
    stored_as = random_name(year, kind)
    with stored(file, stored_as, Evidence):
        old = _locked_evidence(access, evidence_id)
        rows = _supported_rows(access, old, now)
        for row in rows:
            if row.state == State.VALIDATED:
                said = f"La cifra de {row.indicator.code} ya se validó con este archivo: "
                access.require(Action.MAKE_CORRECTION, f"{said}pida a Planeación que lo sustituya.", old.department_id)
        if any(_was_submitted(row, old) for row in rows) and not reason.strip():
            raise EvidenceRefused("Escriba por qué se sustituye: el archivo ya se envió con su cifra.")
        if old.sha256 == kind.sha256:
            raise EvidenceRefused("Es el mismo archivo que ya está: elija el que lo sustituye.")
        _refuse_twice(rows, kind.sha256)
        new = _new_evidence(access, old.fiscal_year_id, old.department_id, kind, name, stored_as, now)
        new.measurements.set(rows)
        old.superseded_by = new
        old.save(update_fields=["superseded_by"])
        _mark_seen_figures(rows)
        _record(access, FileAct.SUPERSEDE_EVIDENCE, rows, old, new, now, reason.strip())
    return new


@writes_figures
def withdraw_evidence(*, access: Access, evidence_id: int, now: datetime) -> Evidence:
    """Withdraw a file none of whose figures was submitted with it; it no longer counts, but what it was is kept."""
    evidence = _locked_evidence(access, evidence_id)
    rows = _supported_rows(access, evidence, now)
    if any(_was_submitted(row, evidence) for row in rows):
        raise EvidenceRefused("El archivo ya se envió con su cifra: no se retira, solo se sustituye por otro.")
    evidence.withdrawn_at = now
    evidence.save(update_fields=["withdrawn_at"])
    _record(access, FileAct.WITHDRAW_EVIDENCE, rows, evidence, None, now)
    return evidence


@writes_figures
def put_evidence_back(*, access: Access, evidence_id: int, file: Any, name: str, now: datetime) -> Evidence:
    """Put a file that the store lost, or that was altered there, in its place again: the same bytes, nothing else.

    No row changes, so a locked year takes it too. Raises EvidenceRefused for another file, NotAllowed.
    """
    evidence = Evidence.objects.visible_to(access).get(pk=evidence_id)
    require_action(access, Action.CAPTURE, evidence.department_id)
    rows = list(evidence.measurements.select_related("indicator", "period__fiscal_year").order_by("pk"))
    _record(access, FileAct.PUT_BACK, rows, None, evidence, now)
    put_same_back(evidence, file, name)
    return evidence


def may_withdraw(evidence: Evidence, rows: Iterable[Measurement]) -> bool:
    """Whether the file is still a draft's own: in force, and not submitted with any of its figures."""
    return evidence.is_in_force and not any(_was_submitted(row, evidence) for row in rows)


# The rules


def _rows_to_support(
    access: Access, period: Period, indicator_ids: Collection[int], now: datetime
) -> tuple[list[Measurement], int]:
    """The figures that a file is going to support, locked and allowed, and their department."""
    refuse_locked_year(period.fiscal_year)
    indicators = locked_indicators(access, indicator_ids, period)
    departments = {indicator.action.program.department_id for indicator in indicators.values()}
    if len(departments) != 1:
        raise NotAllowed("Un archivo solo respalda cifras de una misma dependencia.")
    department_id = departments.pop()
    rows = locked_rows(period, indicators)
    deadlines = Deadlines([period], on=timezone.localdate(now))
    for pk in indicators:
        row = rows.get(pk)
        require_open(access, period, department_id, row, deadlines)
        if row is not None and row.state in COMPLETE_STATES:
            said = f"La cifra de {row.indicator.code} ya se envió: "
            ask = "pida a su director que la devuelva o a Planeación que la corrija."
            access.require(Action.MAKE_CORRECTION, said + ask, department_id)
    _create_missing(access, period, indicators, rows, now)
    return [rows[pk] for pk in sorted(rows)], department_id


def _create_missing(
    access: Access,
    period: Period,
    indicators: Mapping[int, Indicator],
    rows: dict[int, Measurement],
    now: datetime,
) -> None:
    """Empty drafts for the files to hang on, of version 0: what somebody types meanwhile in the grid still fits."""
    made = [
        blank_row(
            indicators[pk], period, state=State.DRAFT, origin=Origin.SCREEN, updated_at=now, updated_by=access.user
        )
        for pk in sorted(set(indicators) - set(rows))
    ]
    rows.update({row.indicator_id: row for row in Measurement.objects.bulk_create(made)})


def _locked_evidence(access: Access, evidence_id: int) -> Evidence:
    """A file in force, locked. One of another department is none of this person's business: it does not exist."""
    evidence = Evidence.objects.select_for_update(of=("self",), no_key=True).visible_to(access).get(pk=evidence_id)
    require_action(access, Action.CAPTURE, evidence.department_id)
    refuse_locked_year(evidence.fiscal_year)
    if not evidence.is_in_force:
        raise EvidenceRefused("Este archivo ya se había sustituido o retirado: vea el que está en vigor.")
    return evidence


def _supported_rows(access: Access, evidence: Evidence, now: datetime) -> list[Measurement]:
    """The figures of a file, locked, each in a month that this person can write in."""
    rows = list(
        Measurement.objects.select_for_update(of=("self",), no_key=True)
        .filter(evidence=evidence)
        .select_related("indicator", "period__fiscal_year")
        .order_by("pk")
    )
    deadlines = Deadlines({row.period for row in rows}, on=timezone.localdate(now))
    for row in rows:
        require_open(access, row.period, evidence.department_id, row, deadlines)
    return rows


def _was_submitted(row: Measurement, evidence: Evidence) -> bool:
    """Somebody has submitted the figure since the file came."""
    if row.state in COMPLETE_STATES:
        return True
    moments = (row.submitted_at, row.returned_at, row.validated_at)
    return any(moment is not None and moment >= evidence.uploaded_at for moment in moments)


def _refuse_twice(rows: Sequence[Measurement], sha256: str) -> None:
    """The same file, whatever its name, supports a figure once."""
    codes = (
        Measurement.objects.filter(
            pk__in=[row.pk for row in rows],
            evidence__in=Evidence.objects.in_force().filter(sha256=sha256),
        )
        .order_by("indicator__code", "month")
        .values_list("indicator__code", flat=True)
    )
    found = list(dict.fromkeys(codes))
    if found:
        raise EvidenceRefused(f"Este archivo ya es evidencia de {', '.join(found)}: no hace falta subirlo otra vez.")


# What is written


def _new_evidence(
    access: Access, fiscal_year_id: int, department_id: int, kind: UploadKind, name: str, stored_as: str, now: datetime
) -> Evidence:
    return Evidence.objects.create(
        fiscal_year_id=fiscal_year_id,
        department_id=department_id,
        file=stored_as,
        name=display_name(name, kind.extension),
        content_type=kind.content_type,
        size=kind.size,
        sha256=kind.sha256,
        uploaded_at=now,
        uploaded_by=access.user,
    )


def _support(access: Access, evidence: Evidence, rows: Sequence[Measurement], now: datetime) -> None:
    evidence.measurements.add(*rows)
    _mark_seen_figures(rows)
    _record(access, FileAct.ATTACH_EVIDENCE, rows, None, evidence, now)


def _mark_seen_figures(rows: Iterable[Measurement]) -> None:
    """Whoever is reviewing a submitted figure looks again: what supports it is not what they saw."""
    seen = [row for row in rows if row.state in COMPLETE_STATES]
    for row in seen:
        row.version += 1
    Measurement.objects.bulk_update(seen, ["version"], batch_size=200)


def _record(
    access: Access,
    act: FileAct,
    rows: Sequence[Measurement],
    before: Evidence | None,
    after: Evidence | None,
    now: datetime,
    reason: str = "",
) -> None:
    department_id = (after or before).department_id  # type: ignore[union-attr]
    changes = {
        "evidence": [before and before.name, after and after.name],
        "sha256": [before and before.sha256, after and after.sha256],
    }
    capacity = access.capacity(Action.CAPTURE, department_id)
    trail.write(
        trail.entry(
            subject=row,
            label=f"{row.indicator.code} {row.period}",
            action=act,
            actor=access.user,
            capacity=capacity,
            at=now,
            changes=changes,
            reason=reason,
            scope_id=department_id,
        )
        for row in rows
    )
