"""One figure on a page of its own: its history, its commitment, and the correction that somebody asks or makes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Action, reads_act
from accounts.http import access_of
from core.moments import stamp_text
from indicators import refusals, wording
from indicators.capture import saving
from indicators.capture.saving import PairInput
from indicators.files import instruments
from indicators.files.forms import InstrumentForm
from indicators.history import figure_history
from indicators.http import period_or_404
from indicators.models import Commitment, CorrectionRequest, Indicator, Measurement, Period, State
from indicators.review import commitments, corrections
from indicators.review.forms import AnswerForm, CommitmentForm, CorrectionForm, ReasonForm
from indicators.review.threads import corrections_of, requests_of, thread

ASK, CORRECT, DECLINE = "pedir", "corregir", "responder"


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator in a month, found for somebody who may do there what the page is for."""

    indicator: Indicator
    period: Period
    row: Measurement | None

    @property
    def department_id(self) -> int:
        department_id: int = self.indicator.action.program.department_id
        return department_id

    @property
    def place(self) -> list[Any]:
        return [self.period.fiscal_year.year, self.indicator.code, self.period.month]


def _figure_or_404(request: HttpRequest, year: int, code: str, month: int, action: Action) -> Figure:
    """A figure of a department out of reach does not exist."""
    period = period_or_404(year, month)
    departments = access_of(request).departments(action)
    found = Indicator.objects.select_related("action__program__department", "fiscal_year")
    indicator = get_object_or_404(
        found, fiscal_year=period.fiscal_year, code=code, action__program__department__in=departments
    )
    row = Measurement.objects.filter(indicator=indicator, period=period).select_related("updated_by").first()
    return Figure(indicator, period, row)


def _context(request: HttpRequest, figure: Figure) -> dict[str, Any]:
    """What the head of every page of a figure shows."""
    access, row, indicator = access_of(request), figure.row, figure.indicator
    department, year = indicator.action.program.department, figure.period.fiscal_year.year
    captured = row is not None and row.version > 0
    corrected = corrections_of([row.pk]).get(row.pk, []) if row else []
    reads = reads_act(access, department.pk, Measurement._meta.label_lower)
    return {
        "year": str(year),
        "code": indicator.code,
        "name": indicator.name,
        "department": department.name,
        "month_title": wording.month_title(figure.period.month, year),
        "formula": f"{indicator.numerator_label} / {indicator.denominator_label}",
        "pair": wording.pair_text(row.numerator, row.denominator) if row and captured else "sin captura",
        "state": State(row.state).label if row and captured else "",
        "state_code": row.state if row and captured else "",
        "corrected": wording.corrections_text(corrected, with_why=reads),
        "official": wording.pair_text(row.validated_numerator, row.validated_denominator)
        if row and row.is_correction
        else "",
        "official_words": wording.validated_words_text(row) if row and row.is_correction else "",
        "history_url": reverse("indicators:history", args=figure.place)
        if access.allows(Action.READ_TRAIL, department.pk)
        else "",
        "correction_url": reverse("indicators:correction", args=figure.place)
        if row and row.validated_numerator is not None and _may_correct(request, department.pk)
        else "",
        "commitment_url": reverse("indicators:commitment", args=figure.place)
        if row and access.allows(Action.SEE_DRAFTS, department.pk)
        else "",
        "capture_url": reverse("indicators:capture", args=[year, department.prefix, figure.period.month])
        + f"#fila-{indicator.code}"
        if access.allows(Action.SEE_DRAFTS, department.pk)
        else "",
        "sheet_url": reverse("reports:indicator", args=[year, indicator.code]),
    }


def _may_correct(request: HttpRequest, department_id: int) -> bool:
    access = access_of(request)
    return access.allows(Action.ASK_CORRECTION, department_id) or access.allows(Action.MAKE_CORRECTION, department_id)


@require_safe
def history(request: HttpRequest, year: int, code: str, month: int) -> HttpResponse:
    """Who did what to this figure, when and why."""
    figure = _figure_or_404(request, year, code, month, Action.READ_TRAIL)
    lines = figure_history(access_of(request), figure.row, figure.period, figure.department_id)
    context = _context(request, figure) | {"lines": lines, "here": "history"}
    return render(request, "indicators/review/history.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def commitment(request: HttpRequest, year: int, code: str, month: int) -> HttpResponse:
    """Causa, acción y fecha compromiso of one figure; whoever sees drafts reads it, who captures there writes it."""
    figure = _figure_or_404(request, year, code, month, Action.SEE_DRAFTS)
    if figure.row is None:
        raise Http404
    can_write = commitments.may_commit(access_of(request), figure.department_id)
    if request.method == "POST" and not can_write:
        raise PermissionDenied
    made = Commitment.objects.filter(measurement=figure.row).select_related("updated_by").first()
    form = CommitmentForm(request.POST or None, initial=_initial(made))
    alert = ""
    if request.method == "POST" and form.is_valid():
        try:
            commitments.save_commitment(
                access=access_of(request), measurement_id=figure.row.pk, now=timezone.now(), **form.values()
            )
        except refusals.ServiceError as refused:
            alert = str(refused)
        else:
            messages.success(request, f"Se guardó el compromiso de {figure.indicator.code}.")
            return redirect(request.path)
    context = _context(request, figure) | {
        "form": form,
        "alert": alert,
        "made": made,
        "made_by": f"{made.updated_by}, {stamp_text(made.updated_at)}" if made else "",
        "can_write": can_write,
        "is_fixed": made is not None and figure.row.state == State.VALIDATED,
        "here": "commitment",
    }
    return render(request, "indicators/review/commitment.html", context)


def _initial(made: Commitment | None) -> dict[str, Any]:
    return {"cause": made.cause, "action": made.action, "committed_on": made.committed_on} if made else {}


@require_http_methods(["GET", "HEAD", "POST"])
def correction(request: HttpRequest, year: int, code: str, month: int) -> HttpResponse:
    """Ask for the correction of a validated figure; make it or decline it. Whoever sees the drafts reads the thread."""
    figure = _figure_or_404(request, year, code, month, Action.SEE_DRAFTS)
    if figure.row is None:
        raise Http404
    if request.method != "POST":
        return _correction_page(request, figure, {})
    if not _may_correct(request, figure.department_id):
        raise PermissionDenied
    act = request.POST.get("act", "")
    forms: dict[str, Form] = {
        ASK: ReasonForm(request.POST, request.FILES), CORRECT: CorrectionForm(request.POST, request.FILES),
        DECLINE: AnswerForm(request.POST),
    }  # fmt: skip
    form = forms.get(act)
    if form is None:
        raise PermissionDenied
    if not form.is_valid():
        return _correction_page(request, figure, {act: form})
    try:
        told = _correct(request, figure, act, form)
    except refusals.ServiceError as refused:
        return _correction_page(request, figure, {act: form}, str(refused))
    messages.success(request, told)
    return redirect(request.path)


def _correct(request: HttpRequest, figure: Figure, act: str, form: Form) -> str:
    assert figure.row is not None
    access, now, code, data = access_of(request), timezone.now(), figure.indicator.code, form.cleaned_data
    pk = figure.row.pk
    if isinstance(form, ReasonForm):
        reason = form.cited_reason()
        _citing(
            request,
            figure,
            form,
            lambda: corrections.ask_correction(access=access, measurement_id=pk, reason=reason, now=now).measurement,
        )
        return f"Se pidió a Planeación la corrección de {code}. La cifra validada sigue siendo la oficial."
    if act == DECLINE:
        asked = _open_request(figure)
        if asked is None:
            raise refusals.ServiceError("Esta solicitud ya se respondió.")
        corrections.decline_correction(access=access, request_id=asked.pk, answer=data["answer"], now=now)
        return f"Se respondió que la corrección de {code} no procede."
    assert isinstance(form, CorrectionForm)
    _citing(request, figure, form, lambda: _make_correction(request, figure, form))
    return f"Se corrigió {code}. La cifra validada sigue siendo la oficial hasta que otra persona valide la nueva."


def _make_correction(request: HttpRequest, figure: Figure, form: CorrectionForm) -> Measurement:
    access, data = access_of(request), form.cleaned_data
    access.require(Action.MAKE_CORRECTION, "Solo Planeación corrige una cifra validada.", figure.department_id)
    pair = PairInput(
        indicator_id=figure.indicator.pk,
        numerator=data["numerator"],
        denominator=data["denominator"],
        no_activity=data["no_activity"],
        justification=data["justification"],
        version=data["version"],
        reason=form.cited_reason(),
    )
    outcome = saving.save_pairs(access=access, period=figure.period, pairs=[pair], now=timezone.now())
    if outcome.conflicts:
        raise refusals.ServiceError("Otra persona cambió esta cifra mientras usted escribía. Véala de nuevo.")
    if not outcome.saved:
        raise refusals.ServiceError("La cifra quedó igual: no hay nada que corregir.")
    return outcome.saved[0]


def _citing(request: HttpRequest, figure: Figure, form: InstrumentForm, act: Callable[[], Measurement]) -> None:
    file = form.cleaned_data["file"]
    instruments.citing(
        access=access_of(request),
        act=act,
        instrument=form.cleaned_data["instrument"],
        file=file,
        name=file.name if file else "",
        year=figure.period.fiscal_year.year,
        now=timezone.now(),
    )


def _open_request(figure: Figure) -> CorrectionRequest | None:
    return CorrectionRequest.objects.filter(measurement=figure.row, state=CorrectionRequest.State.OPEN).first()


def _correction_page(request: HttpRequest, figure: Figure, forms: dict[str, Form], alert: str = "") -> HttpResponse:
    row, access = figure.row, access_of(request)
    assert row is not None
    asked = requests_of([row.pk]).get(row.pk, [])
    observations = row.observations.select_related("author").order_by("pk")
    waiting = next((item for item in asked if item.state == CorrectionRequest.State.OPEN), None)
    is_validated = row.state == State.VALIDATED
    makes = access.allows(Action.MAKE_CORRECTION, figure.department_id)
    asks = access.allows(Action.ASK_CORRECTION, figure.department_id)
    start = {
        "version": row.version, "numerator": row.numerator, "denominator": row.denominator,
        "no_activity": row.no_activity, "justification": row.justification,
        "reason": f"A petición de {waiting.requested_by}: {waiting.reason}" if waiting else "",
    }  # fmt: skip
    context = _context(request, figure) | {
        "alert": alert,
        "waiting": waiting,
        "thread": thread(observations, asked),
        "files": row.instrument_files.all(),
        "ask_form": forms.get(ASK) or ReasonForm() if asks and is_validated and not waiting else None,
        "correct_form": forms.get(CORRECT) or CorrectionForm(initial=start) if makes and is_validated else None,
        "decline_form": forms.get(DECLINE) or AnswerForm() if makes and waiting else None,
        "in_course": row.is_correction,
        "acts": {"ask": ASK, "correct": CORRECT, "decline": DECLINE},
        "here": "correction",
    }
    return render(request, "indicators/review/correction.html", context)
