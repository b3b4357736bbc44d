"""Writing a previewed catalogue: all of it or nothing, in bulk, with its trail.

The comparison is made again under a lock: what is written is exactly what was shown, or nothing is.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, models
from django.utils import timezone

from accounts.access import Access, Action
from catalog.bulk_trail import creation_changes, scope_of
from catalog.imports.adjusting import adjust_targets
from catalog.imports.answers import Answers
from catalog.imports.comparison import ALL_FIELDS, compare
from catalog.imports.preview import CatalogPreview
from catalog.imports.recording import Source, kept_files
from catalog.imports.writes import Pairs
from catalog.locking import hold_catalogue
from catalog.workbook.parsing import ParsedCatalog
from core import bulk, trail
from core.models import TrailEntry
from core.without_gc import collector_at_rest
from indicators import services
from indicators.acts import FigureAct, TargetAct
from indicators.models import Indicator
from programs import models as programs

BATCH = 1000
CAPACITY = "Planeación"
# Parents before children.
_ORDER: tuple[type[models.Model], ...] = (
    programs.Plan,
    programs.FiscalYear,
    programs.Axis,
    programs.Objective,
    programs.Strategy,
    programs.Department,
    programs.Program,
    programs.Action,
    Indicator,
)
Progress = Callable[[int, int], None]


class CatalogImportError(Exception):
    """Nothing was written; the message is a sentence for the person who asked for it."""


class CatalogHasErrorsError(CatalogImportError):
    """The file has errors: ``preview.errors``."""

    def __init__(self, preview: CatalogPreview) -> None:
        super().__init__("El archivo tiene errores: no se escribió nada.")
        self.preview = preview


class CatalogUnansweredError(CatalogImportError):
    """The file changes targets of indicators with captures, and nobody said from which month."""

    def __init__(self) -> None:
        super().__init__(
            "El archivo cambia metas de indicadores que ya tienen capturas: diga desde qué mes rigen, "
            "por qué, quién lo autoriza y con qué instrumento."
        )


class CatalogOtherYearError(CatalogImportError):
    """None of the file's codes is in its year, which has others: most often the file is of another year."""

    def __init__(self, preview: CatalogPreview) -> None:
        super().__init__(
            f"Ninguna clave del archivo está en el ejercicio {preview.year}: {preview.wrong_year}. "
            "¿Es el ejercicio correcto? No se escribió nada."
        )


class CatalogBareTargetsError(CatalogImportError):
    """The file has targets that say neither percentage nor quantity, and nobody has said which they are."""

    def __init__(self) -> None:
        super().__init__("Hay metas que no dicen si son porcentaje o cantidad: responda qué son.")


class CatalogBeginningError(CatalogImportError):
    """The file adds indicators to a year under way, and nobody has said from which month they count."""

    def __init__(self) -> None:
        super().__init__("Hay indicadores que se agregan con el ejercicio en curso: responda desde qué mes cuentan.")


class CatalogKindReasonError(CatalogImportError):
    """The file corrects the kind of targets that were captured against, and nobody has said why."""

    def __init__(self) -> None:
        super().__init__("El archivo corrige el tipo de meta de indicadores que ya tienen capturas: escriba el motivo.")


class CatalogChangedError(CatalogImportError):
    """The catalogue is not any more what the preview compared with."""

    def __init__(self) -> None:
        super().__init__(
            "El catálogo cambió desde la vista previa: no se escribió nada. "
            "Suba el archivo otra vez y revise los cambios."
        )


def import_catalog(
    *,
    parsed: ParsedCatalog,
    fields: Collection[str] = ALL_FIELDS,
    answers: Answers | None = None,
    source: Source | None = None,
    actor: Any,
    now: datetime,
    access: Access | None = None,
    fingerprint: str | None = None,
    reason: str = "",
    progress: Progress | None = None,
    historical: bool = False,
    right_year: bool = False,
) -> CatalogPreview:
    """Write what the file asks for and return the preview of what was written.

    ``answers``: to what the preview asked; None where nobody could be asked. ``source``: the file itself, which is
    kept in the record of imports with the catalogue as it was before; None leaves no record.
    ``access``: whose permission to ask; None for the command of an administrator. ``fingerprint``: that of the
    preview that somebody confirmed; None where none was shown. ``progress`` is called after each batch with the
    number of rows that it wrote and that of all. ``historical``: a year that the file makes is brought in from earlier
    papers. ``right_year``: a file of which no code is in its year is of that year all the same. Raises
    CatalogHasErrorsError, CatalogUnansweredError, CatalogOtherYearError, CatalogChangedError or NotAllowed; then
    nothing was written. A file that changes nothing is not recorded.
    """
    if access is not None:
        access.require(Action.MANAGE_CATALOG, "Solo Planeación importa el catálogo.")
    try:
        with collector_at_rest(), kept_files() as keep:
            hold_catalogue([parsed.rows[0].year] if parsed.rows else [])
            preview = compare(parsed, fields, answers, timezone.localdate(now))
            if fingerprint is not None and fingerprint != preview.fingerprint:
                raise CatalogChangedError  # first: what was confirmed may have errors, or ask something, only now
            if preview.errors:
                raise CatalogHasErrorsError(preview)
            if preview.unanswered:
                raise CatalogUnansweredError
            if preview.kind_unanswered:
                raise CatalogKindReasonError
            if preview.kinds.unanswered:
                raise CatalogBareTargetsError
            if preview.beginning.unanswered:
                raise CatalogBeginningError
            if preview.wrong_year and not right_year:
                raise CatalogOtherYearError(preview)
            for year in preview.writes.created.get(programs.FiscalYear, []):
                year.historical = historical
            if not preview.changes_nothing:
                before = keep.catalogue_before(preview) if source is not None else None
                _Writer(preview, actor, now, reason, progress).write()
                if source is not None:
                    keep.record(preview, source, before, actor=actor, now=now)
    except IntegrityError as error:
        # Somebody else made the same year, department or code after the comparison.
        raise CatalogChangedError from error
    return preview


class _Writer:
    def __init__(
        self, preview: CatalogPreview, actor: Any, now: datetime, reason: str, progress: Progress | None
    ) -> None:
        self._preview, self._writes, self._actor, self._now = preview, preview.writes, actor, now
        self._reason, self._tell = reason, progress
        self._total = self._writes.count
        self._entries: list[TrailEntry] = []

    def write(self) -> None:
        for model in _ORDER:
            self._create(model, self._writes.created.get(model, []))
            self._change(model, self._writes.changed.get(model, {}))
            if model is programs.FiscalYear:
                self._open_years(self._writes.created.get(model, []))
        self._write_objectives()
        self._adjust_targets()
        trail.write(self._entries)

    def _adjust_targets(self) -> None:
        answers = self._preview.answers
        if not self._writes.adjustments or answers is None or answers.adjustment is None:
            return
        self._entries += adjust_targets(
            self._writes.adjustments, answers.adjustment, actor=self._actor, now=self._now, capacity=CAPACITY
        )
        self._progress(len(self._writes.adjustments))

    def _progress(self, written: int) -> None:
        if self._tell is not None:
            self._tell(written, self._total)

    def _create(self, model: type[models.Model], rows: list[Any]) -> None:
        for batch in _batches(rows):
            bulk.insert(model, batch)
            self._progress(len(batch))
        for row, changes in zip(rows, creation_changes(rows), strict=True):
            self._entry(row, changes)

    def _change(self, model: type[models.Model], rows: dict[Any, Pairs]) -> None:
        for batch in _batches(list(rows)):
            # Only what changes: of a row of forty columns the rest would be written again as it is.
            bulk.change(model, batch, {name for row in batch for name in rows[row]})
            self._progress(len(batch))
        for row, pairs in rows.items():
            before = trail.snapshot(_Plain({name: pair[0] for name, pair in pairs.items()}), pairs)
            after = trail.snapshot(_Plain({name: pair[1] for name, pair in pairs.items()}), pairs)
            changes = trail.changes_between(before, after)
            if row in self._writes.corrected_kinds:
                self._correct_kind(row, {"target_kind": changes.pop("target_kind")})
            if changes:
                self._entry(row, changes)

    def _correct_kind(self, row: Any, changes: Pairs) -> None:
        """Its own act, with the reason that somebody gave, as on the page of the target."""
        answers = self._preview.answers
        assert answers is not None
        self._entries.append(
            trail.entry(
                subject=row,
                action=TargetAct.CORRECT_KIND,
                actor=self._actor,
                at=self._now,
                changes=changes,
                capacity=CAPACITY,
                reason=answers.kind_reason,
                scope_id=scope_of(row),
            )
        )

    def _open_years(self, years: list[programs.FiscalYear]) -> None:
        for year in years:
            services.open_fiscal_year(fiscal_year=year, actor=self._actor, now=self._now)

    def _write_objectives(self) -> None:
        """A programme's list of objectives is one text of its row: the new list takes the place of the old one."""
        made = programs.ProgramObjective
        replaced = [program.pk for program, before, _ in self._writes.objectives if before]
        if replaced:
            made.objects.filter(program__in=replaced).delete()
        rows = [
            made(program=program, position=position, text=text)
            for program, _, texts in self._writes.objectives
            for position, text in enumerate(texts, start=1)
        ]
        bulk.insert(made, rows)
        for program, before, after in self._writes.objectives:
            self._entry(program, {"objectives": [before or None, after]})
            self._progress(1)

    def _entry(self, row: Any, changes: Pairs) -> None:
        self._entries.append(
            trail.entry(
                subject=row,
                action=FigureAct.IMPORT,
                actor=self._actor,
                at=self._now,
                changes=changes,
                capacity=CAPACITY,
                reason=self._reason,
                scope_id=scope_of(row),
            )
        )


class _Plain:
    """Loose values that a snapshot can read."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.__dict__.update(values)


def _batches(rows: list[Any]) -> Iterable[list[Any]]:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))
