"""«Deshacer el pegado»: what the rows said before a block was saved in them comes back, where nobody wrote since."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone

from accounts.http import access_of
from indicators import refusals, wording
from indicators.capture import saving
from indicators.capture.grid import saved_text
from indicators.capture.month import MonthSheet, SheetRow
from indicators.capture.saving import PairInput
from indicators.http import grid_key
from indicators.models import Measurement

UNDO = "deshacer"
KEPT = "pasted"  # in the session: the last block of this person, with what it replaced

Before = list[Any]  # indicator, version that the block left, and the fields that stood there


def remember(request: HttpRequest, sheet: MonthSheet, saved: Iterable[Measurement]) -> None:
    """What the saved rows said before, as the sheet read them; ``saved`` are those that the block changed."""
    rows = {row.id: row for row in sheet.rows}
    before = [_before(rows[row.indicator_id], row.version) for row in saved]
    if before:
        request.session[KEPT] = {"month": grid_key(sheet.period, sheet.department), "rows": before}


def _before(row: SheetRow, version: int) -> Before:
    was = row.measurement
    if was is None:
        return [row.id, version, None, None, "", ""]
    sides = [None if side is None else str(side) for side in (was.numerator, was.denominator)]
    return [row.id, version, *sides, was.no_activity, was.justification]


def to_undo(request: HttpRequest, sheet: MonthSheet) -> str:
    """How many rows still say what was pasted, as words; empty where there is nothing to take back."""
    still = [row for row, before in _kept(request, sheet) if row.version == before[1] and _is_open(row)]
    return wording.count_text(len(still), "indicador", "indicadores") if still else ""


def _kept(request: HttpRequest, sheet: MonthSheet) -> list[tuple[SheetRow, Before]]:
    kept = request.session.get(KEPT)
    if not kept or kept["month"] != grid_key(sheet.period, sheet.department):
        return []
    rows = {row.id: row for row in sheet.rows}
    return [(rows[before[0]], before) for before in kept["rows"] if before[0] in rows]


def _is_open(row: SheetRow) -> bool:
    return not row.blocked and not row.is_settled


def undo(request: HttpRequest, sheet: MonthSheet) -> None:
    """Say what came back and what did not; what somebody wrote or sent since stays."""
    kept = _kept(request, sheet)
    pairs = [_pair(before) for row, before in kept if _is_open(row)]
    try:
        outcome = saving.save_pairs(access=access_of(request), period=sheet.period, pairs=pairs, now=timezone.now())
    except refusals.ServiceError as refused:
        messages.error(request, f"El pegado no se deshizo: {refused}")
        return
    request.session.pop(KEPT, None)
    if outcome.saved:
        number = wording.count_text(len(outcome.saved), "indicador", "indicadores")
        messages.success(request, f"Se deshizo el pegado: {number} como antes.")
    elif not outcome.conflicts and all(_is_open(row) for row, _ in kept):
        messages.info(request, "No hay ningún pegado que deshacer.")
    for clash in outcome.conflicts:
        now = clash.current
        who = "usted" if now.updated_by_id == request.user.pk else now.updated_by
        messages.warning(request, f"{now.indicator.code} se quedó como está: {who} guardó {saved_text(now)} después.")
    if sent := [row.indicator.code for row, _ in kept if not _is_open(row)]:
        messages.warning(request, f"{', '.join(sent)} ya no se puede deshacer: ya se envió o el mes se cerró.")


def _pair(before: Before) -> PairInput:
    indicator_id, version, numerator, denominator, no_activity, justification = before
    sides = [None if side is None else Decimal(side) for side in (numerator, denominator)]
    return PairInput(indicator_id, *sides, no_activity, justification, version)
