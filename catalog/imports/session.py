"""The three steps of an import on a screen: upload, preview, confirm.

A preview is worked out once, when the file comes or an answer changes, and kept beside the file as plain JSON: pages of
it are shown without reading the workbook again, and what is confirmed is the fingerprint of what was shown.
"""

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.access import Access
from catalog.imports.answers import Answers
from catalog.imports.applying import CatalogChangedError, CatalogHasErrorsError, CatalogUnansweredError, import_catalog
from catalog.imports.column_page import doubt_lines
from catalog.imports.comparison import compare
from catalog.imports.official_keys import Recoder, as_lines, told_unused
from catalog.imports.preview import CatalogPreview
from catalog.imports.recording import sweep
from catalog.imports.remembering import remembered
from catalog.imports.sections import line_of, sections_of
from catalog.layout.corrections import from_json, to_correct
from catalog.layout.error_books import in_their_words, write_laid_errors
from catalog.layout.laying import Laid
from catalog.layout.mapping import SheetMapping
from catalog.layout.reading import bundle, bundle_name, lacking, read_laid, required_fields, told_apart, unbundled
from catalog.models import CatalogImport
from catalog.targets.effect import kinds_effect
from catalog.wording import where_it_shows
from catalog.workbook import catalog_file
from catalog.workbook.error_file import write_errors
from catalog.workbook.errors import told_row
from core.amounts import Style
from core.pending_uploads import PendingUploads, UploadGone
from core.spreadsheets import AmbiguousSheetError, Grid, SpreadsheetError, read_grids
from core.spreadsheets.decimals import DecimalQuestion
from programs.models import Axis, Department, FiscalYear, Objective, Plan, Strategy

SHOWN_DOUBTS = 200
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
    sentence) where the file could not be read, and ``columns`` or ``decimal`` where it must be said what its columns
    are, or how it writes decimals, before anything else.
    ``bundled``: several files as one. ``mapping``: what its columns are, as ``mapa.json`` has it; None: they are ours.
    ``asking``: the person is still saying it. ``remembered``: who said it of another file with this header, and when.
    """

    upload: str
    file_name: str
    sha256: str = ""
    sheet: str = ""
    fill_down: bool = False
    decimal: str = ""
    answers: Answers = field(default_factory=Answers)
    shown: dict[str, Any] = field(default_factory=dict)
    bundled: bool = False
    mapping: dict[str, Any] | None = None
    asking: bool = False
    remembered: Sequence[str] = ()

    @property
    def can_be_confirmed(self) -> bool:
        shown = self.shown
        return bool(shown.get("fingerprint")) and not shown["errors"] and not shown["unanswered"] and shown["changes"]


def begin(files: Sequence[tuple[str, bytes]], *, user_id: int, corrected: Mapping[str, Any] = {}) -> str:
    """Keep the uploaded files (name and content) and look at them; the slip for their preview.

    ``corrected``: by SHA-256 the cells that this person corrected of a file before.
    """
    bundled, files = len(files) > 1, told_apart(files)
    name, data = (bundle_name([one for one, _ in files]), bundle(files)) if bundled else files[0]
    sha256 = hashlib.sha256(data).hexdigest()
    answers = Answers(corrections=from_json(corrected.get(sha256, [])))
    waiting = Waiting(FILES.save(data), name, sha256, answers=answers, bundled=bundled)
    return look(waiting, user_id=user_id)


def look(waiting: Waiting, *, user_id: int, grids: Sequence[Grid] | None = None) -> str:
    """Work the preview out with the answers in ``waiting``; the slip for it. Raises UploadGone.

    ``grids``: the sheets of what was uploaded, where they were read already.
    """
    waiting, shown = _look(waiting, grids)
    # What stands as the answer is one: confirming at once is confirming it.
    kinds = {key: kind for key, _, kind, *_ in shown.get("bare_targets", ()) if kind}
    seen = replace(waiting, shown=shown, answers=replace(waiting.answers, bare_targets=kinds))
    state = {
        "upload": seen.upload, "file_name": seen.file_name, "sha256": seen.sha256, "sheet": seen.sheet,
        "fill_down": seen.fill_down, "decimal": seen.decimal, "answers": seen.answers.as_json(), "shown": seen.shown,
        "bundled": seen.bundled, "mapping": seen.mapping, "asking": seen.asking, "remembered": list(seen.remembered),
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
        read, _, _ = _read(waiting)
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
        read, laid, _ = _read(waiting)
    except SpreadsheetError:
        return None
    preview = compare(read.parsed, read.fields, waiting.answers, timezone.localdate())
    if laid is not None:
        return write_laid_errors(files_of(waiting), laid, preview.errors)
    buffer = io.BytesIO()
    write_errors(read, preview.errors, buffer)
    return buffer.getvalue()


def files_of(waiting: Waiting) -> list[tuple[str, bytes]]:
    """What was uploaded, name and content. Raises UploadGone."""
    data = FILES.read(waiting.upload)
    return unbundled(data) if waiting.bundled else [(waiting.file_name, data)]


def grids_of(waiting: Waiting) -> list[Grid]:
    """All the sheets of what was uploaded. Raises UploadGone, and SpreadsheetError for what cannot be read."""
    return read_grids([(name, io.BytesIO(data)) for name, data in files_of(waiting)])


def _read(
    waiting: Waiting, grids: Sequence[Grid] | None = None
) -> tuple[catalog_file.CatalogFile, Laid | None, Recoder]:
    answers = waiting.answers
    recoder = Recoder(answers, by_name=waiting.mapping is not None, corrections=answers.corrections)
    decimal = Style(waiting.decimal) if waiting.decimal else None
    if waiting.mapping is not None:
        mapping = SheetMapping.from_json(waiting.mapping)
        made = read_laid(
            files_of(waiting),
            mapping,
            name=waiting.file_name,
            fill_down=waiting.fill_down,
            decimal=decimal,
            recode=recoder,
            grids=grids,
        )
        return made.read, made.laid, recoder
    read = catalog_file.read_catalog(
        io.BytesIO(FILES.read(waiting.upload)),
        name=waiting.file_name,
        sheet=waiting.sheet or None,
        fill_down=waiting.fill_down,
        decimal=decimal,
        recode=recoder,
    )
    return read, None, recoder


def _look(waiting: Waiting, grids: Sequence[Grid] | None) -> tuple[Waiting, dict[str, Any]]:
    """The upload, with what was remembered of its columns, and what is shown of it."""
    if waiting.asking:
        return waiting, {"columns": True}
    if waiting.mapping is not None:
        return _look_as_said(waiting, grids)
    try:
        made = None if waiting.bundled else _read(waiting)
    except AmbiguousSheetError:
        made = None
    except SpreadsheetError as error:
        return waiting, {"refused": error.message}
    if made is not None and required_fields() <= made[0].fields:
        return waiting, _looked(*made, waiting)
    try:
        grids = grids_of(waiting)
    except SpreadsheetError as error:
        return waiting, {"refused": error.message}
    refused = [grid.refused for grid in grids if grid.rows or grid.refused]
    if refused and all(refused):
        return waiting, {"refused": refused[0]}
    known = remembered(grids)
    if known is None:
        return waiting, {"columns": True}
    waiting = replace(waiting, mapping=known.mapping.as_json(), remembered=(known.who, known.when))
    # A value that every row had is of that file alone: it is looked at before it is used again.
    if known.mapping.constants or lacking(known.mapping):
        return replace(waiting, asking=True), {"columns": True}
    return _look_as_said(waiting, grids)


def _look_as_said(waiting: Waiting, grids: Sequence[Grid] | None) -> tuple[Waiting, dict[str, Any]]:
    try:
        made = _read(waiting, grids)
    except SpreadsheetError:  # the page of the columns says which sheet lacks what
        return replace(waiting, asking=True), {"columns": True}
    return waiting, _looked(*made, waiting)


def _looked(read: catalog_file.CatalogFile, laid: Laid | None, recoder: Recoder, waiting: Waiting) -> dict[str, Any]:
    if read.parsed.question is not None:
        return _asks_decimals(read, read.parsed.question)
    preview = compare(read.parsed, read.fields, waiting.answers, timezone.localdate())
    shown = _shown(read, laid, preview, waiting.answers)
    asked = recoder.asked
    if asked and not waiting.answers.accepts_codes:
        shown["unanswered"].append("codes")
    if recoder.note:
        shown["notes"].append(recoder.note)
    shown["notes"] += told_unused(recoder.unused)
    assert read.table is not None
    cells = to_correct(read.table, preview.errors, waiting.answers.corrections)
    return shown | {"codes": as_lines(asked), "cells": cells}


def mapping_file(waiting: Waiting) -> dict[str, Any] | None:
    """The answers as ``mapa.json``; None where the columns are ours."""
    if waiting.mapping is None:
        return None
    answers = waiting.answers
    proposed = {key: code for key, _, _, code, *_ in waiting.shown.get("codes", ())} if answers.accepts_codes else {}
    mapping = SheetMapping.from_json(waiting.mapping)
    return replace(mapping, codes=proposed | {**answers.codes}, corrections=answers.corrections).as_json()


def _asks_decimals(read: catalog_file.CatalogFile, question: DecimalQuestion) -> dict[str, Any]:
    """What the file would do depends on the answer: until then only what is wrong in any case is shown."""
    assert read.table is not None
    wrong = [error for error in read.parsed.errors if error.row is not None]
    return {
        "decimal": question.as_texts(), "sheet": read.table.sheet, "sheets": read.table.sheet_names,
        "errors": [[told_row(error.row), error.column, error.value, error.message] for error in wrong],
    }  # fmt: skip


def _shown(
    read: catalog_file.CatalogFile, laid: Laid | None, preview: CatalogPreview, answers: Answers
) -> dict[str, Any]:
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
        "sheet": read.table.sheet, "sheets": read.table.sheet_names if laid is None else [],
        "year": preview.year, "plan": preview.plan,
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
        "errors": [
            [told_row(error.row), error.column, error.value, error.message]
            for error in (in_their_words(preview.errors, laid) if laid else preview.errors)
        ],
        "sections": sections,
        "doubts": doubt_lines(laid.doubts)[:SHOWN_DOUBTS] if laid else [],
        "doubt_count": len(laid.doubts) if laid else 0,
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
