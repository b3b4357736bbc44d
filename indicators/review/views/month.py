"""Review: what waits, and one department's month to validate or return figure by figure or many at once.

Validating shows first what it changes; only the confirmation does it.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Action
from accounts.http import access_of
from core.moments import stamp_text
from indicators import refusals
from indicators.capture.effect_panel import panel
from indicators.capture.month import MonthSheet, month_sheet
from indicators.http import department_or_404, period_or_404, period_title, require_somewhere, year_or_404
from indicators.models import CorrectionRequest, State, month_name
from indicators.results.effect import current_pairs
from indicators.results.year import OFFICIAL
from indicators.review import commitments, reviewing
from indicators.review.forms import (
    BACK,
    COMMIT,
    CONFIRM,
    MARK_NONE,
    MARK_PLAIN,
    RETURN,
    VALIDATE,
    VALIDATE_PLAIN,
    CommitmentForm,
    ReviewForm,
    ReviewRequest,
)
from indicators.review.inbox import departments_in, open_requests, waiting_months
from indicators.review.month import ReviewMonth, ReviewRow, review_month

CODES_SHOWN = 12  # of the figures whose validation is overdue
# More figures than these are short on a phone, until somebody asks for all that is said of them.
FEW = 5


@require_safe
def inbox(request: HttpRequest, year: int) -> HttpResponse:
    """What waits for this person's review, by department and month, and the corrections that are asked for."""
    require_somewhere(request, Action.VALIDATE)
    fiscal_year, access = year_or_404(year), access_of(request)
    waiting = waiting_months(access, fiscal_year, on=timezone.localdate())
    asked = open_requests(access, fiscal_year)
    chosen = request.GET.get("dependencia", "")
    context = {
        "year": str(year),
        "departments": departments_in(waiting, asked),
        "chosen": chosen,
        "waiting": [
            {
                "department": item.department,
                "month": month_name(item.month).capitalize(),
                "url": reverse("indicators:review_month", args=[year, item.prefix, item.month]),
                "waiting": str(item.waiting),
                "own": str(item.own) if item.own else "",
                "all_own": item.own == item.waiting,
                "late": str(item.late) if item.late else "",
                "corrections": str(item.corrections) if item.corrections else "",
                "since": f"{item.since:%d/%m/%Y}",
                "review_due": f"{item.review_due:%d/%m/%Y}",
                "is_overdue": item.is_overdue,
            }
            for item in waiting
            if chosen in ("", item.prefix)
        ],
        "requests": [line for line in map(_request_line, asked) if chosen in ("", line["prefix"])],
        "makes": access.allows(Action.MAKE_CORRECTION),
    }
    return render(request, "indicators/review/inbox.html", context)


def _request_line(asked: CorrectionRequest) -> dict[str, str]:
    row = asked.measurement
    department, year = row.indicator.action.program.department, row.period.fiscal_year.year
    return {
        "url": reverse("indicators:correction", args=[year, row.indicator.code, row.month]),
        "code": row.indicator.code,
        "name": row.indicator.name,
        "month": month_name(row.month),
        "department": department.name,
        "prefix": department.prefix,
        "reason": asked.reason,
        "who": str(asked.requested_by),
        "when": stamp_text(asked.requested_at),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def month(request: HttpRequest, year: int, prefix: str, month: int) -> HttpResponse:
    """One department's month under review."""
    department = department_or_404(request, prefix, Action.VALIDATE)
    period = period_or_404(year, month)
    found = review_month(
        access_of(request), month_sheet(access_of(request), department, period, on=timezone.localdate())
    )
    if request.method != "POST":
        return _page(request, found)
    form = ReviewForm(request.POST)
    asked = form.request(plain=[row.id for row in found.plain])
    _take_over(found, form)
    if asked.act in (MARK_PLAIN, MARK_NONE, BACK):
        return _mark(request, found, asked.act)
    if asked.act in (VALIDATE, COMMIT, RETURN):
        asked.errors |= _save_commitments(request, found, form, asked)
        if asked.act != RETURN or asked.errors:
            found = _again(request, found, form)
    if asked.errors:
        return _page(request, found, asked)
    if asked.act == COMMIT:
        return _page(request, found)
    if asked.act == VALIDATE:
        return _confirmation(request, found, form, asked)
    return _act(request, found, form, asked)


def _take_over(found: ReviewMonth, form: ReviewForm) -> None:
    """Put what the person selected and wrote into the rows, so that no page loses it."""
    for row in found.rows:
        row.selected = row.id in form.selected and not row.shown.is_own
        row.observation = form.observations.get(row.id, "")
        row.is_open = bool(row.observation)
        typed = form.typed_commitments([row.id])
        if typed:
            row.form, row.commitment_open = typed[row.id], True
    found.observation = form.common_observation


def _mark(request: HttpRequest, found: ReviewMonth, act: str) -> HttpResponse:
    if act != BACK:
        for row in found.rows:
            row.selected = act == MARK_PLAIN and row.is_plain
    return _page(request, found)


def _again(request: HttpRequest, found: ReviewMonth, form: ReviewForm) -> ReviewMonth:
    """The month as it is now, with what the person wrote and was not saved."""
    sheet = found.sheet
    fresh = review_month(
        access_of(request), month_sheet(access_of(request), sheet.department, sheet.period, on=timezone.localdate())
    )
    _take_over(fresh, form)
    return fresh


def _save_commitments(
    request: HttpRequest, found: ReviewMonth, form: ReviewForm, asked: ReviewRequest
) -> dict[str, list[str]]:
    """Save every commitment of the page that is complete, whichever button was pressed.

    What one lacks is told beside its fields, where it is of the act; the others stay as they were typed.
    """
    typed = form.typed_commitments(row.id for row in found.rows)
    if asked.act == COMMIT and not typed:
        return {"compromiso": ["Escriba causa, acción y fecha compromiso."]}
    errors, saved = {}, []
    for row in found.find(typed):
        lacks = _save_commitment(request, row, typed[row.id])
        if not lacks:
            saved.append(row.shown.code)
            form.forget_commitment(row.id)
        elif asked.act == COMMIT or row.id in asked.seen:
            errors[f"commitment-{row.id}"] = [lacks]
    if saved:
        what = f"el compromiso de {saved[0]}" if len(saved) == 1 else f"los compromisos de {_codes(saved)}"
        messages.success(request, f"Se {'guardó' if len(saved) == 1 else 'guardaron'} {what}.")
    return errors


def _save_commitment(request: HttpRequest, row: ReviewRow, typed: CommitmentForm) -> str:
    """Why it was not saved, empty where it was."""
    if not typed.is_valid():
        return f"Al compromiso de {row.shown.code} le falta algo: complételo en su fila, o bórrelo."
    try:
        commitments.save_commitment(
            access=access_of(request), measurement_id=row.id, now=timezone.now(), **typed.values()
        )
    except refusals.ServiceError as refused:
        return f"{row.shown.code}: {refused}"
    return ""


def _codes(codes: Sequence[str]) -> str:
    more = f" y {len(codes) - CODES_SHOWN} más" if len(codes) > CODES_SHOWN else ""
    return f"{', '.join(codes[:CODES_SHOWN])}{more}"


def _confirmation(request: HttpRequest, found: ReviewMonth, form: ReviewForm, asked: ReviewRequest) -> HttpResponse:
    """What validating these figures changes in the official results, and which of them cannot be validated."""
    chosen = found.find(asked.seen)
    refused = [(row, reason) for row in chosen if (reason := _why_not(row, asked.seen))]
    names = {row.id for row, _ in refused}
    ready = [row for row in chosen if row.id not in names]
    rows = [row.measurement for row in found.sheet.rows if row.measurement is not None]
    pairs = current_pairs(row for row in rows if row.pk in {item.id for item in ready})
    gone = len(asked.seen) - len(chosen)
    correcting = {row.id: row.correcting for row in ready if row.correcting}
    due = len(found.figures.due)
    validated = found.sheet.count(State.VALIDATED)
    left = [row for row in found.sheet.rows if not _is_validated(row) and row.id not in pairs]
    context = _place(found.sheet) | {
        "panel": panel(
            found.figures,
            OFFICIAL,
            pairs,
            {
                row.id: correcting[row.measurement.pk]
                for row in found.sheet.rows
                if row.measurement is not None and row.measurement.pk in correcting
            },
        ),
        "ready": [{"key": row.key, "version": row.shown.version} for row in ready],
        "refused": [{"code": row.shown.code, "name": row.shown.name, "reason": reason} for row, reason in refused],
        "gone": gone,
        "missing": [{"code": row.indicator.code, "name": row.indicator.name} for row in left],
        "missing_text": f"{'Quedará' if len(left) == 1 else 'Quedarán'} {len(left)} de {due} sin validar",
        "after": f"{validated + len(ready)} de {due}",
        "carried": form.carried(),
        "unsent": _codes([row.shown.code for row in ready if row.observation]),
        "kept": _codes(_unsaved([row for row in found.rows if row.id not in asked.seen])),
        "acts": {"confirm": CONFIRM, "back": BACK},
    }
    return render(request, "indicators/review/confirm.html", context)


def _unsaved(rows: Iterable[ReviewRow]) -> list[str]:
    """The codes of the figures beside which the person wrote something that is not saved yet."""
    return [row.shown.code for row in rows if row.observation or row.commitment_open]


def _is_validated(row: Any) -> bool:
    return row.measurement is not None and row.measurement.state == State.VALIDATED


def _why_not(row: ReviewRow, seen: dict[int, int]) -> str:
    """Why ``reviewing.validate`` would refuse the figure; the same sentences."""
    if row.shown.is_own:
        return "usted cambió esta cifra; la revisa otra persona"
    if str(seen[row.id]) != row.shown.version:
        return "cambió mientras usted la revisaba; véala de nuevo"
    return reviewing.NEEDS_COMMITMENT if row.lacks_commitment else ""


def _act(request: HttpRequest, found: ReviewMonth, form: ReviewForm, asked: ReviewRequest) -> HttpResponse:
    sheet = found.sheet
    here = {row.measurement.pk for row in sheet.rows if row.measurement is not None}
    seen = {pk: version for pk, version in asked.seen.items() if pk in here}
    now = timezone.now()
    try:
        if asked.act == CONFIRM:
            outcome = reviewing.validate(access=access_of(request), seen=seen, now=now)
        else:
            outcome = reviewing.return_for_changes(
                access=access_of(request), seen=seen, observation=asked.observation, now=now
            )
    except refusals.ServiceError as refused:
        asked.errors[asked.observation_field if asked.act == RETURN else "selected"] = [str(refused)]
        return _page(request, _again(request, found, form), asked)
    _tell(request, asked.act, outcome)
    _forget_what_was_done(form, asked, outcome)
    if not form.has_text:
        return redirect(request.path)
    left = _again(request, found, form)
    kept = _unsaved(left.rows)
    if kept:
        messages.info(request, f"Lo que escribió en {_codes(kept)} sigue en su fila, sin guardar.")
    if kept or left.observation:
        # What the reviewer wrote is still theirs: they see the figures as they are now and decide again.
        return _page(request, left)
    return redirect(request.path)


def _forget_what_was_done(form: ReviewForm, asked: ReviewRequest, outcome: reviewing.ReviewOutcome) -> None:
    """What the act took along is said and done: only what was written beside it, or for what was refused, stays."""
    for row in outcome.done:
        form.observations.pop(row.pk, None)
        form.forget_commitment(row.pk)
    if asked.act == RETURN and asked.observation_field == "observation" and not outcome.refused:
        form.common_observation = ""


def _tell(request: HttpRequest, act: str, outcome: reviewing.ReviewOutcome) -> None:
    """«Se validaron 7. Constancia C-2016-PRE-09-003. 1 no: PRE-02-03, usted cambió esta cifra»."""
    one, many = ("Se validó", "Se validaron") if act == CONFIRM else ("Se devolvió", "Se devolvieron")
    done = len(outcome.done)
    message = f"{one if done == 1 else many} {done}" if done else f"No {one.lower()} ninguna"
    refused = [f"{item.measurement.indicator.code}, {item.reason}" for item in outcome.refused]
    if refused:
        message += f"; {len(refused)} no: {'; '.join(refused)}"
    folios = [paper.folio for paper in outcome.papers]
    paper = f" Se expidió la constancia {', '.join(folios)}." if folios else ""
    level = messages.SUCCESS if done and not refused else messages.WARNING
    messages.add_message(request, level, f"{message}.{paper}")


def _place(sheet: MonthSheet) -> dict[str, Any]:
    year = sheet.period.fiscal_year.year
    place = [year, sheet.department.prefix, sheet.period.month]
    return {
        "department": sheet.department,
        "title": period_title(sheet.period),
        "year": str(year),
        "capture_url": reverse("indicators:capture", args=place),
        "review_url": reverse("indicators:review_month", args=place),
    }


def _page(request: HttpRequest, found: ReviewMonth, asked: ReviewRequest | None = None) -> HttpResponse:
    errors = asked.errors if asked else {}
    for row in found.rows:
        row.observation_error = " ".join(errors.get(f"observation-{row.id}", ()))
        row.is_open = row.is_open or bool(row.observation_error)
        row.commitment_open = row.commitment_open or f"commitment-{row.id}" in errors
    locked = found.sheet.period.fiscal_year.locked
    plain = len(found.plain)
    groups = found.groups()
    context = _place(found.sheet) | {
        "groups": groups,
        "sections": [(f"grupo-{number}", group.heading) for number, group in enumerate(groups, 1)],
        "waiting": str(len(found.rows)),
        "previous_month": found.previous_month,
        "reviewable": any(not row.shown.is_own for row in found.rows) and not locked,
        "locked": locked,
        "closing": found.sheet.period.closing,
        "plain": plain,
        "many": len(found.rows) > FEW,
        "others": _others(found.sheet),
        "overdue": _overdue(found.sheet),
        "by_expiry": reviewing.validates_in_their_stead(access_of(request), found.sheet.department.pk),
        "errors": errors,
        "observation": found.observation,
        "papers": found.papers,
        "acts": {
            "mark_plain": MARK_PLAIN,
            "mark_none": MARK_NONE,
            "validate": VALIDATE,
            "validate_plain": VALIDATE_PLAIN,
            "return": RETURN,
            "commit": COMMIT,
        },
    }
    return render(request, "indicators/review/month.html", context)


def _overdue(sheet: MonthSheet) -> str:
    """Which of the figures that wait should have been validated by now, empty when none."""
    deadlines, period = sheet.deadlines, sheet.period
    dates = {
        row.indicator.code: deadlines.review_due(period, row.measurement.submitted_at)
        for row in sheet.rows
        if row.measurement is not None and row.measurement.state == State.SUBMITTED
    }
    codes = [code for code, due in dates.items() if deadlines.on > due]
    if not codes:
        return ""
    first = min(dates[code] for code in codes)
    which = "una cifra" if len(codes) == 1 else f"{len(codes)} cifras"
    since = "el" if len({dates[code] for code in codes}) == 1 else "desde el"
    named = "" if len(codes) == len(dates) > 1 else f": {_codes(codes)}"  # all that wait are on the page
    return f"La validación de {which} venció {since} {first:%d/%m/%Y}{named}."


def _others(sheet: MonthSheet) -> list[str]:
    """How many figures of the month do not wait here, and why."""
    missing = sum(row.measurement is None for row in sheet.rows)
    counts = [
        (sheet.count(State.VALIDATED), "ya validado", "ya validados"),
        (sheet.count(State.RETURNED), "devuelto a su enlace", "devueltos a su enlace"),
        (sheet.count(State.DRAFT), "en borrador", "en borrador"),
        (missing, "sin captura", "sin captura"),
    ]
    return [f"{number} {one if number == 1 else many}" for number, one, many in counts if number]
