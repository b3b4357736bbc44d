"""Keeping what an import read and what was there before it, and the record of both.

The database rolls a crash back, a storage does not: files are saved first under random names and a failed import
deletes its own (``core.kept_files``). What a killed process left lies without a record; a later import sweeps it away.
"""

import contextlib
import hashlib
import io
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.db.models import Q

from accounts.access import Access, Action
from catalog.imports.preview import CatalogPreview
from catalog.imports.sections import sections_of
from catalog.imports.written import written_by
from catalog.models import CatalogImport, import_storage
from catalog.workbook import catalog_file
from catalog.workbook.catalog_file import Source
from core import trail
from core.kept_files import Keeping, keeping_files, put_back
from core.private_files import NotKept
from core.spreadsheets.reading import suffix_of
from core.uploads import display_name
from indicators.acts import FileAct
from indicators.services import ServiceError
from programs.models import FiscalYear

FOLDER = "importaciones-catalogo"
_FORGOTTEN = timedelta(days=2)


class KeptFiles:
    """The files that one import saves, and its record."""

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping
        self.before_sha256 = ""

    def save(self, data: bytes, suffix: str) -> str:
        return self._keeping.save(f"{FOLDER}/{uuid.uuid4().hex}.{suffix}", ContentFile(data))

    def catalogue_before(self, preview: CatalogPreview) -> str:
        """Export the year as it is now, before anything is written; "" where it does not exist yet."""
        year = FiscalYear.objects.filter(year=preview.year).first()
        if year is None:
            return ""
        buffer = io.BytesIO()
        # CSV: for a large catalogue it takes a third of the time of a workbook, and is read back alike.
        catalog_file.write_catalog(year, buffer, csv=True)
        self.before_sha256 = hashlib.sha256(buffer.getvalue()).hexdigest()
        return self.save(buffer.getvalue(), "csv")

    def record(
        self, preview: CatalogPreview, source: Source, before: str | None, *, actor: Any, now: datetime
    ) -> CatalogImport:
        suffix = "zip" if source.bundled else suffix_of(source.data)
        answers = preview.answers.as_json() if preview.answers else {}
        said: dict[str, Any] = {"decimal": source.decimal} if source.decimal else {}
        if source.mapping is not None:
            said["mapping"] = dict(source.mapping)
        return CatalogImport.objects.create(
            fiscal_year=FiscalYear.objects.get(year=preview.year),
            at=now,
            actor=actor,
            file=self.save(source.data, suffix),
            file_name=source.name if source.bundled else display_name(source.name),
            sha256=source.sha256,
            size=len(source.data),
            before=before or "",
            before_sha256=self.before_sha256 if before else "",
            options={"sheet": source.sheet, "fill_down": source.fill_down, **said, **answers},
            written=written_by(preview.writes, now),
            counts=dict(preview.counts),
            changes=sections_of(preview, with_same=False),
        )


@contextlib.contextmanager
def kept_files() -> Iterator[KeptFiles]:
    """The transaction of an import: its rows and its files both, or neither. Raises ServiceError where the files cannot
    be kept, or where nobody knows whether the import was done.
    """
    try:
        with keeping_files(import_storage(), _is_recorded, durable=not connection.in_atomic_block) as keeping:
            yield KeptFiles(keeping)
    except NotKept as failed:
        raise ServiceError(failed.message) from failed


def put_record_file_back(
    *, access: Access, record: CatalogImport, name: str, sha256: str, file: Any, now: datetime
) -> None:
    """A file of the record that the store lost, or that was altered there, in its place again: the same bytes.

    ``name`` is its name in the store. Raises NotAllowed, or ServiceError for another file.
    """
    access.require(Action.MANAGE_CATALOG, "Solo Planeación repone el archivo de una importación.")
    if hashlib.sha256(file.read()).hexdigest() != sha256:
        raise ServiceError(f"No es el mismo archivo: el que se guardó tiene la huella {sha256}. Busque el original.")
    with transaction.atomic():
        trail.record(
            subject=record,
            label=str(record),
            action=FileAct.PUT_BACK,
            actor=access.user,
            at=now,
            capacity=access.capacity(Action.MANAGE_CATALOG, 0),
            changes={"sha256": [None, sha256]},
        )
        try:
            put_back(import_storage(), name, file)
        except NotKept as failed:
            raise ServiceError(failed.message) from failed


def _is_recorded(name: str) -> bool:
    return CatalogImport.objects.filter(Q(file=name) | Q(before=name)).exists()


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
