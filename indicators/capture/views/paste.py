"""«Pegar desde Excel»: the text of a block, what it would do row by row, and only then the saving of it.

The same address serves the page without JavaScript and the dialog of the grid (``parcial``). Confirming reads the text
again, with the versions that the preview showed: a figure that changed in between is reported and not overwritten.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import Action
from accounts.http import access_of
from core import formats
from core.amounts import Style, both_ways
from core.asked import read_whole
from indicators import refusals, writing
from indicators.capture import grid, paste, saving
from indicators.capture.month import MonthSheet, SheetRow, month_sheet
from indicators.capture.paste import DENOMINATOR, NUMERATOR, SIDES, Known, PasteError
from indicators.capture.saving import PairInput
from indicators.capture.views import undo_paste
from indicators.http import department_or_404, period_or_404, period_title

APPLY = "aplicar"


@dataclass(frozen=True, slots=True)
class Place:
    """An indicator that a contradictory row may be for; ``why`` says what speaks for it."""

    id: str
    version: str
    code: str
    name: str
    why: str
    stays: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one pasted row would do; ``pair`` is None where it changes nothing, and ``errors`` say why.

    With ``choices`` it changes nothing before one of them is chosen.
    """

    number: str
    code: str
    name: str
    label: str
    typed: str
    before: str
    after: str
    errors: list[str]
    asks: list[str]
    pair: PairInput | None = None
    choices: tuple[Place, ...] = ()
    waits: bool = False  # for the answer to how the block writes decimals
    is_new: bool = False  # nothing was captured of it


@require_http_methods(["GET", "HEAD", "POST"])
def block(request: HttpRequest, year: int, prefix: str, month: int) -> HttpResponse:
    """Paste into one department's month."""
    access = access_of(request)
    department = department_or_404(request, prefix, Action.SEE_DRAFTS)
    if not access.allows(Action.CAPTURE, department.pk):
        raise PermissionDenied
    period = period_or_404(year, month, department)
    sheet = month_sheet(access, department, period, on=timezone.localdate())
    if request.method != "POST":
        return _page(request, sheet)
    if request.POST.get("act") == undo_paste.UNDO:
        undo_paste.undo(request, sheet)
        return redirect(_capture_url(sheet, _start(request)))
    try:
        layout = _layout(request, sheet)
    except PasteError as error:
        return _page(request, sheet, error=str(error))
    if request.POST.get("act") == APPLY and not layout.question:
        return _apply(request, sheet, _proposals(paste.answered(layout, _answers(request, layout)), sheet))
    return _page(request, sheet, layout=layout, proposals=_proposals(layout, sheet))


def _layout(request: HttpRequest, sheet: MonthSheet) -> paste.Layout:
    side = request.POST.get("side", NUMERATOR)
    return paste.lay_out(
        paste.read_block(request.POST.get("text", "")),
        codes=[row.indicator.code for row in sheet.rows],
        known=_known(sheet),
        start=request.POST.get("start", ""),
        side=side if side in SIDES else NUMERATOR,
        decimal=_decimal(request),
    )


def _decimal(request: HttpRequest) -> Style | None:
    """How the block writes decimals, as the person answered."""
    # The button that changes the answer stands before the hidden field with the one that was given.
    said = next(iter(request.POST.getlist("decimal")), "")
    return Style(said) if said in list(Style) else None


def _known(sheet: MonthSheet) -> Known:
    indicators = [*(row.indicator for row in sheet.rows), *sheet.not_due]
    programs = {row.indicator.action.program for row in sheet.rows}
    return Known(
        names={indicator.code: indicator.name for indicator in indicators},
        headings=[text for one in programs for text in (one.code, one.name, f"{one.code} {one.name}")],
        numerators=[indicator.numerator_label for indicator in indicators],
        denominators=[indicator.denominator_label for indicator in indicators],
        not_due={indicator.code: indicator.why_not_due(sheet.period.month) for indicator in sheet.not_due},
    )


def _answers(request: HttpRequest, layout: paste.Layout) -> dict[int, str]:
    """Where the person puts the rows whose name and place contradict each other."""
    return {row.number: request.POST.get(f"fila-{row.number}", "") for row in layout.rows if row.choices}


def _proposals(layout: paste.Layout, sheet: MonthSheet) -> list[Proposal]:
    rows = {row.indicator.code: row for row in sheet.rows}
    return [_proposal(pasted, rows.get(pasted.code), _choices(pasted, rows)) for pasted in layout.rows]


def _choices(pasted: paste.PastedRow, rows: Mapping[str, SheetRow]) -> tuple[Place, ...]:
    found = [(rows[choice.code], choice) for choice in pasted.choices if choice.code in rows]
    return tuple(
        Place(str(row.id), str(row.version), row.indicator.code, row.indicator.name, choice.why, choice.stays)
        for row, choice in found
    )


def _proposal(pasted: paste.PastedRow, row: SheetRow | None, choices: tuple[Place, ...]) -> Proposal:
    errors = [pasted.error] if pasted.error else []
    names = {NUMERATOR: "numerador", DENOMINATOR: "denominador"}
    errors += [f"{names[side].capitalize()}: {cell.error}" for side, cell in pasted.cells.items() if cell.error]
    typed = " / ".join(cell.text or "vacío" for cell in pasted.cells.values())
    waits = any(cell.asked for cell in pasted.cells.values())
    if row is None:
        return Proposal(
            str(pasted.number), "", "", pasted.label, typed, "", "", errors, [], choices=choices, waits=waits
        )
    if row.blocked:
        errors.append(row.blocked)
    elif row.is_settled:
        errors.append("Ya se envió: corríjala en su fila, con el motivo.")
    pair = _pair(row, {side: cell.value for side, cell in pasted.cells.items()})
    before = _text(*_sides(row)) if row.measurement else "sin captura"
    after = before if errors else _text(pair.numerator, pair.denominator)
    changes = not errors and not waits and not pasted.is_blank and _changes(row, pair)
    return Proposal(
        str(pasted.number),
        row.indicator.code,
        row.indicator.name,
        pasted.label,
        typed,
        before,
        after,
        errors,
        _asks(row, pair) if changes else [],
        pair if changes else None,
        waits=waits,
        is_new=row.measurement is None,
    )


def _sides(row: SheetRow) -> tuple[Decimal | None, Decimal | None]:
    return (row.measurement.numerator, row.measurement.denominator) if row.measurement else row.prefill


def _pair(row: SheetRow, values: Mapping[str, Decimal | None]) -> PairInput:
    """A blank cell leaves the side as it is."""
    n, d = _sides(row)
    n = n if values.get(NUMERATOR) is None else values[NUMERATOR]
    d = d if values.get(DENOMINATOR) is None else values[DENOMINATOR]
    saved = row.measurement
    is_zero = n == 0 and d == 0
    return PairInput(
        indicator_id=row.id,
        numerator=n,
        denominator=d,
        version=row.version,
        no_activity=saved.no_activity if saved and is_zero else "",
        justification=saved.justification if saved else "",
    )


def _changes(row: SheetRow, pair: PairInput) -> bool:
    saved = row.measurement
    return saved is None or (saved.numerator, saved.denominator) != (pair.numerator, pair.denominator)


def _asks(row: SheetRow, pair: PairInput) -> list[str]:
    """What will have to be explained before the month is submitted."""
    if pair.numerator is None or pair.denominator is None:
        return []
    problems = writing.problems_of(
        pair.numerator, pair.denominator, pair.no_activity, pair.justification, row.background
    )
    return [problem.message for problem in problems]


def _text(numerator: Decimal | None, denominator: Decimal | None) -> str:
    return f"{formats.amount(numerator, empty='vacío')} / {formats.amount(denominator, empty='vacío')}"


def _apply(request: HttpRequest, sheet: MonthSheet, proposals: list[Proposal]) -> HttpResponse:
    pairs = [_as_seen(request, proposal.pair) for proposal in proposals if proposal.pair is not None]
    try:
        outcome = saving.save_pairs(access=access_of(request), period=sheet.period, pairs=pairs, now=timezone.now())
    except refusals.ServiceError as refused:
        return _page(request, sheet, error=f"No se guardó nada de lo pegado: {refused}")
    undo_paste.remember(request, sheet, outcome.saved)
    saved = len(outcome.saved)
    message = "1 indicador" if saved == 1 else f"{saved} indicadores"
    if saved:
        messages.success(request, f"Se guardó lo que pegó en {message}.")
    elif not outcome.conflicts:
        messages.info(request, "Lo que pegó ya estaba guardado: no había cambios.")
    for proposal in proposals:
        if proposal.choices:
            what = f"fila {proposal.number} ({proposal.label}: {proposal.typed})"
            messages.warning(request, f"No se guardó la {what}: no se dijo a qué indicador corresponde.")
        elif proposal.errors and request.POST.get(f"fila-{proposal.number}"):
            messages.warning(request, f"No se guardó {proposal.label}, {proposal.typed}: {' '.join(proposal.errors)}")
    for clash in outcome.conflicts:
        now = _text(clash.current.numerator, clash.current.denominator)
        mine = _text(clash.typed.numerator, clash.typed.denominator)
        messages.warning(
            request,
            f"{clash.current.indicator.code} no se cambió: {clash.current.updated_by} guardó {now} mientras usted "
            f"revisaba; lo que pegó era {mine}.",
        )
    return redirect(_capture_url(sheet, _start(request)) + _place(request, sheet))


def _start(request: HttpRequest) -> str:
    """The code of the row where the paste begins, or of the part of the month that the person came from."""
    return request.POST.get("start", "") or request.GET.get("desde", "")


def _capture_url(sheet: MonthSheet, start: str) -> str:
    """The month, opened at the part in which that row is."""
    year, prefix = sheet.period.fiscal_year.year, sheet.department.prefix
    part = grid.part_of([row.indicator.code for row in sheet.rows], start, settings.GRID_MAX_ROWS)
    query = f"?parte={part}" if part > 1 else ""
    return reverse("indicators:capture", args=[year, prefix, sheet.period.month]) + query


def _place(request: HttpRequest, sheet: MonthSheet) -> str:
    """The cell where the paste began, as the fragment that brings the cursor back to it (grid.js)."""
    start = request.POST.get("start", "")
    if all(row.indicator.code != start for row in sheet.rows):
        return ""
    return f"#{'denominador' if request.POST.get('side') == DENOMINATOR else 'numerador'}-{start}"


def _as_seen(request: HttpRequest, pair: PairInput) -> PairInput:
    """With the version that the preview showed; without one, that of a row that nobody has captured."""
    posted = request.POST.get(f"version-{pair.indicator_id}", "")
    version = read_whole(posted, digits=9) or 0
    return PairInput(pair.indicator_id, pair.numerator, pair.denominator, pair.no_activity, pair.justification, version)


def _versions(proposals: list[Proposal]) -> list[tuple[str, str]]:
    """The versions that the preview shows, of the rows that change and of those that may."""
    shown = {str(one.pair.indicator_id): str(one.pair.version) for one in proposals if one.pair is not None}
    shown |= {place.id: place.version for one in proposals for place in one.choices}
    return list(shown.items())


def _question(text: str) -> dict[str, str]:
    point, comma = both_ways(text)
    return {"text": text, "point": formats.amount(point), "comma": formats.amount(comma)}


def _page(
    request: HttpRequest,
    sheet: MonthSheet,
    *,
    layout: paste.Layout | None = None,
    proposals: list[Proposal] | None = None,
    error: str = "",
) -> HttpResponse:
    found = proposals or []
    changing = [proposal for proposal in found if proposal.pair is not None]
    year = str(sheet.period.fiscal_year.year)
    context = {
        "department": sheet.department,
        "title": period_title(sheet.period),
        "year": year,
        "month": str(sheet.period.month),
        "text": request.POST.get("text", "")[: paste.MAX_LETTERS],
        "start": _start(request),
        "capture_url": _capture_url(sheet, _start(request)),
        "side": request.POST.get("side", ""),
        "error": error,
        "by_code": layout.by_code if layout else False,
        "by_name": layout.by_name if layout else False,
        "skipped": layout.skipped if layout else [],
        "left_out": layout.left_out if layout else [],
        "question": _question(layout.question) if layout and layout.question else None,
        "decimal": _decimal(request) or "",
        "proposals": found,
        "versions": _versions(found),
        "changing": len(changing),
        "asking": sum(bool(proposal.choices) for proposal in found),
        "failing": sum(bool(proposal.errors) and not proposal.choices for proposal in found),
        "rows": [{"code": row.indicator.code, "name": row.indicator.name} for row in sheet.rows],
        "apply": APPLY,
    }
    part = bool(request.POST.get("partial"))
    template = "indicators/capture/_paste_preview.html" if part else "indicators/capture/paste.html"
    return render(request, template, context)
