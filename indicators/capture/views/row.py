"""One row of the grid saves itself: the same form and the same rules as the page's one Save, for one pair.

The answer is the row as the server now sees it, with its programme's band and the month's progress; the page takes
from it what it shows. Refusals are answers too, with the row and a sentence.
"""

import json
import time
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import Action
from accounts.http import access_of
from core.formats import plain_amount
from core.moments import clock_text
from indicators import refusals
from indicators.capture import grid, saving
from indicators.capture.clashes import clashing
from indicators.capture.forms import PairForm, RowFields, saved_values
from indicators.capture.row import HeldRow
from indicators.capture.saving import Conflict
from indicators.models import CAPTURED_REASON_CHOICES, Measurement, month_name

SAVED, UNCHANGED, INVALID, CONFLICT, REFUSED = "saved", "unchanged", "invalid", "conflict", "refused"
STATUS = {SAVED: 200, UNCHANGED: 200, INVALID: 422, CONFLICT: 409, REFUSED: 403}
ATTEMPTS = 3


@require_POST
def save_row(request: HttpRequest, year: int, prefix: str, month: int, code: str) -> HttpResponse:
    """Save one indicator's pair. 404 for what is out of reach, 403 for who may only look."""
    for _ in range(ATTEMPTS):
        try:
            return _save(request, year, prefix, month, code)
        except saving.Overtaken:
            continue  # read again: the next attempt sees who was faster
    return HttpResponse("Otras personas están guardando este indicador. Se intentará de nuevo.", status=503)


@transaction.atomic
def _save(request: HttpRequest, year: int, prefix: str, month: int, code: str) -> HttpResponse:
    access, now = access_of(request), timezone.now()
    locked = HeldRow(access, year=year, prefix=prefix, month=month, code=code, on=timezone.localdate(now))
    if not access.allows(Action.CAPTURE, locked.program.department_id):
        raise PermissionDenied
    if request.POST.get("indicator") != str(locked.indicator.pk):
        raise SuspiciousOperation("A row that is not the one of its address")
    form = PairForm(request.POST, row=locked.row)
    if locked.row.blocked:
        return _answer(locked, form, REFUSED, locked.row.blocked)
    if not form.is_valid():
        return _answer(locked, form, INVALID)
    pair = form.to_pair()
    if pair is None:
        return _answer(locked, form, UNCHANGED)
    try:
        outcome = saving.save_held_pair(
            access=access,
            indicator=locked.indicator,
            period=locked.period,
            current=locked.stored,
            background=locked.row.background,
            pair=pair,
            now=now,
        )
    except refusals.ServiceError as refused:
        return _answer(locked, form, REFUSED, str(refused))
    if outcome.conflicts:
        return _answer(locked, form, CONFLICT, clash=outcome.conflicts[0])
    locked.refresh(outcome.saved[0] if outcome.saved else None)
    return _answer(locked, form, SAVED if outcome.saved else UNCHANGED)


def _answer(
    locked: HeldRow, form: PairForm, result: str, message: str = "", clash: Conflict | None = None
) -> HttpResponse:
    row = locked.row
    shown = grid.grid_row(row)
    if not row.blocked:
        typed: dict[str, Any] = form.typed() if result == INVALID else {}
        if clash is not None:
            typed = clashing(form, clash, seen=form.data.get("base", ""))
        fields = RowFields("", saved_values(row) | typed)
        errors = form.sentences() if result == INVALID else {}
        grid.add_inputs(shown, row, fields, errors, typed, {} if result == REFUSED else form.read_words())
    start = saved_values(row)
    counts = locked.counts()
    saved = {name: _text(start[name]) for name in ("numerator", "denominator", "no_activity", "justification")}
    html = render_to_string(
        "indicators/capture/_saved_row.html",
        {
            "result": result,
            "message": message,
            "shut": locked.why_shut() if result == REFUSED else "",
            "version": str(row.version),
            "seen": start["seen"],
            "at": str(time.time_ns() // 1000),  # the programme is locked: a later answer knows more than an earlier one
            "clock": clock_text(timezone.now()),
            "own": "1" if _is_by(row.measurement, locked) else "",
            "saved": json.dumps(saved),
            "read": json.dumps(form.read_back()),
            "groups": [grid.group_of_one(locked.group(), shown)],
            "head": grid.progress_texts(counts.captured, counts.due, counts.states),
            "month_name": month_name(locked.period.month),
            "no_activity": tuple(CAPTURED_REASON_CHOICES),
            "live": True,
        },
    )
    response = HttpResponse(html, status=STATUS[result])
    response["X-Fila"] = result
    return response


def _is_by(row: Measurement | None, locked: HeldRow) -> bool:
    return row is not None and row.updated_by_id == locked.reading.access.user.pk


def _text(value: Any) -> str:
    return str(value or "") if isinstance(value, str) else plain_amount(value)
