"""The three steps of an import on a screen: upload, preview, confirm.

A preview is worked out once, when the file comes or an answer changes, and kept beside the file as plain JSON: pages of
it are shown without reading the workbook again, and what is confirmed is the fingerprint of what was shown.
"""

import hashlib
import io
import json
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.access import Access
from catalog.imports.answers import Answers
from catalog.imports.applying import CatalogChangedError, CatalogHasErrorsError, CatalogUnansweredError, import_catalog
from catalog.imports.comparison import compare
from catalog.imports.preview import CatalogPreview
from catalog.imports.recording import sweep
from catalog.imports.sections import line_of, sections_of
from catalog.models import CatalogImport
from catalog.targets.effect import kinds_effect
from catalog.wording import where_it_shows
from catalog.workbook import catalog_file
from catalog.workbook.error_file import write_errors
from core.amounts import Style
from core.pending_uploads import PendingUploads, UploadGone
from core.spreadsheets import AmbiguousSheetError, SpreadsheetError
from core.spreadsheets.decimals import DecimalQuestion
from programs.models import Axis, Department, FiscalYear, Objective, Plan, Strategy

FILES = PendingUploads("cargas-catalogo")
VIEWS = PendingUploads("vistas-catalogo")


class LookAgain(Exception):
    """Nothing was written: what was confirmed is not any more what the file would do. ``message`` says why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Waiting:
    """An upload with what was shown of it.

    ``upload``: the random name of the file, ``sha256`` that of its bytes. ``sheet`` "": none was chosen.
    ``decimal`` "": nobody was asked how the file writes decimals. ``shown``: see ``_shown``; it has ``refused`` (a
    sentence) where the file could not be read, and ``choose`` or ``decimal`` where a sheet must be chosen, or the
    decimals told, before anything else.
    """

    upload: str
    file_name: str
    sha256: str = ""
    sheet: str = ""
    fill_down: bool = False
    decimal: str = ""
    answers: Answers = field(default_factory=Answers)
    shown: dict[str, Any] = field(default_factory=dict)

    @property
    def can_be_confirmed(self) -> bool:
        shown = self.shown
        return bool(shown.get("fingerprint")) and not shown["errors"] and not shown["unanswered"] and shown["changes"]


def begin(data: bytes, file_name: str, *, user_id: int) -> str:
    """Keep an uploaded file and look at it; the slip for its preview."""
    waiting = Waiting(FILES.save(data), file_name, hashlib.sha256(data).hexdigest())
    return look(waiting, user_id=user_id)


def look(waiting: Waiting, *, user_id: int) -> str:
    """Work the preview out with the answers in ``waiting``; the slip for it. Raises UploadGone."""
    shown = _look(waiting)
    # What stands as the answer is one: confirming at once is confirming it.
    kinds = {key: kind for key, _, kind, *_ in shown.get("bare_targets", ()) if kind}
    seen = replace(waiting, shown=shown, answers=replace(waiting.answers, bare_targets=kinds))
    state = {
        "upload": seen.upload, "file_name": seen.file_name, "sha256": seen.sha256, "sheet": seen.sheet,
        "fill_down": seen.fill_down, "decimal": seen.decimal, "answers": seen.answers.as_json(), "shown": seen.shown,
    }  # fmt: skip
    return VIEWS.slip(VIEWS.save(json.dumps(state, ensure_ascii=False).encode()), user_id=user_id)


def find(slip: str, *, user_id: int) -> Waiting:
    """What waits under this person's slip; UploadGone where there is nothing (any more)."""
    waiting = _seen(slip, user_id)
    if not FILES.has(waiting.upload):
        raise UploadGone
    return waiting


def imported(slip: str, *, user_id: int) -> CatalogImport | None:
    """The record of what this person's slip was confirmed as; None where it was not."""
    try:
        waiting = _seen(slip, user_id)
    except UploadGone:
        return None
    made = CatalogImport.objects.filter(sha256=waiting.sha256, actor=user_id).select_related("fiscal_year")
    return made.defer("changes").first()


def _seen(slip: str, user_id: int) -> Waiting:
    name, _ = VIEWS.redeem(slip, user_id=user_id)
    state = json.loads(VIEWS.read(name))
    return Waiting(**{**state, "answers": Answers.from_json(state["answers"])})


def confirm(waiting: Waiting, *, access: Access, now: datetime) -> CatalogPreview:
    """Write exactly what was shown. Raises LookAgain, UploadGone or what ``import_catalog`` raises."""
    if not waiting.can_be_confirmed:
        raise LookAgain("Falta algo por corregir o responder antes de confirmar.")
    sweep(now)
    try:
        read = _read(waiting)
        done = import_catalog(
            parsed=read.parsed,
            fields=read.fields,
            answers=waiting.answers,
            source=read.source,
            actor=access.user,
            access=access,
            now=now,
            fingerprint=waiting.shown["fingerprint"],
            reason=read.origin,
            historical=bool(waiting.answers.historical),
            right_year=waiting.answers.right_year,
        )
    except (CatalogChangedError, CatalogUnansweredError, CatalogHasErrorsError) as changed:
        raise LookAgain(
            "El catálogo cambió desde que usted vio la vista previa: no se escribió nada. "
            "Esta es la vista previa con el catálogo de ahora; revísela otra vez."
        ) from changed
    FILES.remove(waiting.upload)
    return done


def errors_workbook(waiting: Waiting) -> bytes | None:
    """The person's own workbook with its errors; None where the file could not be read at all."""
    try:
        read = _read(waiting)
    except SpreadsheetError:
        return None
    preview = compare(read.parsed, read.fields, waiting.answers, timezone.localdate())
    buffer = io.BytesIO()
    write_errors(read, preview.errors, buffer)
    return buffer.getvalue()


def _read(waiting: Waiting) -> catalog_file.CatalogFile:
    return catalog_file.read_catalog(
        io.BytesIO(FILES.read(waiting.upload)),
        name=waiting.file_name,
        sheet=waiting.sheet or None,
        fill_down=waiting.fill_down,
        decimal=Style(waiting.decimal) if waiting.decimal else None,
    )


def _look(waiting: Waiting) -> dict[str, Any]:
    try:
        read = _read(waiting)
    except AmbiguousSheetError as ambiguous:
        return {"choose": True, "sheets": ambiguous.sheet_names}
    except SpreadsheetError as error:
        return {"refused": error.message}
    if read.parsed.question is not None:
        return _asks_decimals(read, read.parsed.question)
    preview = compare(read.parsed, read.fields, waiting.answers, timezone.localdate())
    return _shown(read, preview, waiting.answers)


def _asks_decimals(read: catalog_file.CatalogFile, question: DecimalQuestion) -> dict[str, Any]:
    """What the file would do depends on the answer: until then only what is wrong in any case is shown."""
    assert read.table is not None
    wrong = [error for error in read.parsed.errors if error.row is not None]
    return {
        "decimal": question.as_texts(), "sheet": read.table.sheet, "sheets": read.table.sheet_names,
        "errors": [[error.row, error.column, error.value, error.message] for error in wrong],
    }  # fmt: skip


def _shown(read: catalog_file.CatalogFile, preview: CatalogPreview, answers: Answers) -> dict[str, Any]:
    """The preview as plain values; ``sections`` as ``sections_of`` gives them, ``errors`` as [row, column, value, why].

    ``fillable``: how many blank hierarchy cells would be filled. ``first_month``, ``why_not_before``: see AskedTargets.
    """
    assert read.table is not None
    sections = sections_of(preview)
    past = bool(preview.makes_year and preview.year and preview.year < timezone.localdate().year)
    open_questions = [
        name
        for name, is_open in (
            ("adjusts", preview.unanswered),
            ("historical", past and answers.historical is None),
            ("right_year", bool(preview.wrong_year) and not answers.right_year),
            ("bare_targets", preview.kinds.unanswered),
            ("starts_in", preview.beginning.unanswered),
            ("kind_reason", preview.kind_unanswered),
        )
        if is_open
    ]
    return {
        "sheet": read.table.sheet, "sheets": read.table.sheet_names, "year": preview.year, "plan": preview.plan,
        "fingerprint": preview.fingerprint, "counts": dict(preview.counts), "changes": len(preview.changes),
        "notes": list(preview.notes), "fillable": read.parsed.fillable, "unanswered": open_questions,
        "renames_show": _where_renames_show(preview),
        "makes_year": preview.makes_year, "past_year": past, "wrong_year": preview.wrong_year,
        "bare_targets": preview.kinds.as_json(),
        "beginning": preview.beginning.as_json(),
        "kind_lines": [line_of(change) for change in preview.changes if change.corrects_kind],
        "kind_changes": len(preview.writes.corrected_kinds), "kinds_effect": _effect_of_kinds(preview),
        "adjusts": preview.asked.count, "first_month": preview.asked.first_month, "why_not_before": preview.asked.why,
        "offers": [
            [offer.key, offer.what, offer.before, offer.after, offer.programs, offer.accepted]
            for offer in preview.offers
        ],
        "errors": [[error.row, error.column, error.value, error.message] for error in preview.errors],
        "sections": sections,
    }  # fmt: skip


def _effect_of_kinds(preview: CatalogPreview) -> dict[str, Any] | None:
    """What the kinds that the file corrects change of compliance and lights; None where it corrects none."""
    corrected = preview.writes.corrected_kinds
    year = FiscalYear.objects.filter(year=preview.year, locked=False).first() if corrected else None
    return asdict(kinds_effect(year, {row.pk: row.target_kind for row in corrected})) if year else None


def _where_renames_show(preview: CatalogPreview) -> str:
    """In which other years of the plan a new name of the hierarchy or of a department will show, and in which not."""
    renamed = any(model in (Plan, Axis, Objective, Strategy, Department) for model in preview.writes.changed)
    if not (preview.offers or renamed):
        return ""
    return where_it_shows(FiscalYear.objects.filter(plan__name=preview.plan).exclude(year=preview.year))
