"""Keeping what an import read and what was there before it, and the record of both.

The database rolls a crash back, a storage does not: files are saved first under random names and a failed import
deletes its own. What a killed process left lies without a record, and a later import sweeps it away.
"""

import contextlib
import io
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile

from catalog import workbook
from catalog.models import CatalogImport, import_storage
from catalog.preview import CatalogPreview
from catalog.sections import sections_of
from catalog.workbook import Source
from core.uploads import display_name
from programs.models import FiscalYear

FOLDER = "importaciones-catalogo"
_FORGOTTEN = timedelta(days=2)


class KeptFiles:
    """The files that one import saves; all of them go if it fails."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def save(self, data: bytes, suffix: str) -> str:
        name: str = import_storage().save(f"{FOLDER}/{uuid.uuid4().hex}.{suffix}", ContentFile(data))
        self.names.append(name)
        return name

    def catalogue_before(self, preview: CatalogPreview) -> str:
        """Export the year as it is now, before anything is written; "" where it does not exist yet."""
        year = FiscalYear.objects.filter(year=preview.year).first()
        if year is None:
            return ""
        buffer = io.BytesIO()
        # CSV: for a large catalogue it takes a third of the time of a workbook, and is read back alike.
        workbook.write_catalog(year, buffer, csv=True)
        return self.save(buffer.getvalue(), "csv")

    def record(
        self, preview: CatalogPreview, source: Source, before: str | None, *, actor: Any, now: datetime
    ) -> CatalogImport:
        suffix = "xlsx" if source.data.startswith(b"PK") else "csv"
        answers = preview.answers.as_json() if preview.answers else {}
        return CatalogImport.objects.create(
            fiscal_year=FiscalYear.objects.get(year=preview.year), at=now, actor=actor,
            file=self.save(source.data, suffix), file_name=display_name(source.name), sha256=source.sha256,
            size=len(source.data), before=before or "",
            options={"sheet": source.sheet, "fill_down": source.fill_down, **answers},
            counts=dict(preview.counts), changes=sections_of(preview, with_same=False),
        )  # fmt: skip


@contextlib.contextmanager
def kept_files() -> Iterator[KeptFiles]:
    """Around the transaction: an import that fails leaves no file."""
    kept = KeptFiles()
    try:
        yield kept
    except BaseException:
        for name in kept.names:
            import_storage().delete(name)
        raise


def sweep(now: datetime) -> int:
    """Delete the files that a killed import left without a record; how many there were."""
    storage = import_storage()
    try:
        _, names = storage.listdir(FOLDER)
    except FileNotFoundError:
        return 0
    known = {name for pair in CatalogImport.objects.values_list("file", "before") for name in pair}
    left = [name for name in (f"{FOLDER}/{name}" for name in names) if name not in known]
    old = [name for name in left if now - storage.get_modified_time(name) > _FORGOTTEN]
    for name in old:
        storage.delete(name)
    return len(old)
