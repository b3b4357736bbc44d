"""django-import-export's side of the catalogue: its formats, screens and result objects over our one import.

Its own row-by-row path is not used: it costs queries per row, and it would be a second implementation.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import tablib
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from import_export import resources
from import_export.fields import Field
from import_export.formats.base_formats import Format
from import_export.results import Error, Result, RowResult

from accounts.access import Access
from catalog.imports.applying import CatalogHasErrorsError, CatalogImportError, import_catalog
from catalog.imports.comparison import compare
from catalog.imports.preview import CatalogPreview, RowOutcome, Status
from catalog.workbook import catalog_file
from catalog.workbook.columns import COLUMNS
from catalog.workbook.errors import RowError
from core.downloads import CSV, XLSX
from core.spreadsheets import SpreadsheetError, write_csv, write_workbook
from indicators.services import ServiceError
from programs.models import FiscalYear

_TYPES = {
    Status.ADD: RowResult.IMPORT_TYPE_NEW,
    Status.CHANGE: RowResult.IMPORT_TYPE_UPDATE,
    Status.STAY: RowResult.IMPORT_TYPE_SKIP,
}
DIFF_HEADERS = ["Fila", "Clave", "Indicador", "Qué cambia"]


@dataclass(frozen=True)
class Upload:
    """An uploaded file as the formats hand it to the resource: its bytes, not yet believed to be anything."""

    data: bytes

    def __len__(self) -> int:
        return len(self.data)

    def __bool__(self) -> bool:
        return True  # an empty file is for the import to refuse, with its own sentence


class CatalogFormat(Format):
    """XLSX, ODS or CSV, told apart by content: number formats count, so that a 1 shown as 100 % is 100 %."""

    def __init__(self, encoding: str | None = None) -> None:
        self.encoding = encoding

    def get_title(self) -> str:
        return "XLSX, ODS o CSV"

    def create_dataset(self, in_stream: bytes) -> Upload:
        return Upload(in_stream)

    def can_import(self) -> bool:
        return True


class CatalogXlsx(CatalogFormat):
    def get_title(self) -> str:
        return "XLSX"

    def get_extension(self) -> str:
        return "xlsx"

    def get_content_type(self) -> str:
        return XLSX

    def can_import(self) -> bool:
        return False

    def can_export(self) -> bool:
        return True

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> bytes:
        buffer = io.BytesIO()
        write_workbook([catalog_file.sheet(list(dataset))], buffer)
        return buffer.getvalue()


class CatalogCsv(CatalogXlsx):
    def get_title(self) -> str:
        return "CSV"

    def get_extension(self) -> str:
        return "csv"

    def get_content_type(self) -> str:
        return CSV

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> bytes:
        buffer = io.BytesIO()
        write_csv(catalog_file.export_columns(), list(dataset), buffer)
        return buffer.getvalue()


class CatalogResult(Result):
    """A result with the preview that it shows; None where the file could not be read."""

    preview: CatalogPreview | None = None


class CatalogResource(resources.Resource):
    """The catalogue of one fiscal year."""

    @classmethod
    def get_display_name(cls) -> str:
        return "Catálogo"

    def get_user_visible_fields(self) -> list[Field]:
        return [Field(column_name=column.header) for column in COLUMNS]

    def import_data(  # type: ignore[override]
        self,
        dataset: Upload,
        dry_run: bool = False,
        raise_errors: bool = False,
        *,
        file_name: str = "",
        user: Any = None,
        access: Access | None = None,
        sheet: str = "",
        fill_down: bool = False,
        fingerprint: str | None = None,
        on_preview: Callable[[CatalogPreview], None] | None = None,
        **kwargs: Any,
    ) -> CatalogResult:
        """Preview (``dry_run``) or import; everything that is wrong comes back in the result."""
        try:
            read = catalog_file.read_catalog(
                io.BytesIO(dataset.data), name=file_name or "", sheet=sheet or None, fill_down=fill_down
            )
            if dry_run:
                preview = compare(read.parsed, read.fields)
            else:
                preview = import_catalog(
                    parsed=read.parsed,
                    fields=read.fields,
                    source=read.source,
                    actor=user,
                    access=access,
                    now=timezone.now(),
                    fingerprint=fingerprint,
                    reason=read.origin,
                )
        except CatalogHasErrorsError as refusal:
            preview = refusal.preview
        except (SpreadsheetError, CatalogImportError, ServiceError) as refusal:
            if raise_errors:
                raise
            return _refused(str(refusal))
        if on_preview is not None:
            on_preview(preview)
        return result_of(preview)

    def export(self, queryset: Any = None, *, fiscal_year: FiscalYear, **kwargs: Any) -> tablib.Dataset:  # type: ignore[override]
        """The whole catalogue of the year, in the columns that the import reads."""
        dataset = tablib.Dataset(headers=[column.header for column in catalog_file.export_columns()])
        for row in catalog_file.export_rows(fiscal_year):
            dataset.append(row)
        return dataset


def result_of(preview: CatalogPreview) -> CatalogResult:
    """The preview as import-export's result: valid rows with what changes, invalid rows with all their errors."""
    result = CatalogResult()
    result.preview = preview
    result.diff_headers = DIFF_HEADERS
    result.total_rows = len(preview.rows) + preview.failed
    for outcome in preview.rows:
        row = _row_result(outcome)
        result.increment_row_result_total(row)
        result.append_row_result(row)
    by_row: dict[int | None, list[RowError]] = {}
    for error in preview.errors:
        by_row.setdefault(error.row, []).append(error)
    for number, errors in by_row.items():
        if number is None:
            for error in errors:
                result.append_base_error(Error(ValueError(str(error))))
            continue
        messages: dict[str, list[str]] = {}
        for error in errors:
            messages.setdefault(error.column, []).append(error.message)
        result.append_invalid_row(number, {}, ValidationError(messages))
        result.totals[RowResult.IMPORT_TYPE_INVALID] += 1
    return result


def _row_result(outcome: RowOutcome) -> RowResult:
    row = RowResult()
    row.import_type = _TYPES[outcome.status]
    row.object_repr = outcome.code
    told = format_html_join("; ", "{}", ((str(change),) for change in outcome.changes))
    row.diff = [str(outcome.row), outcome.code, outcome.name, format_html("{}", told)]
    return row


def _refused(sentence: str) -> CatalogResult:
    result = CatalogResult()
    result.append_base_error(Error(ValueError(sentence)))
    return result
