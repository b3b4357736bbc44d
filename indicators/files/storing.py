"""Looking a file over, storing it as the last step of a transaction, and putting the same one back."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.files import File

from core.kept_files import keeping_files, put_back
from core.private_files import NotKept
from core.uploads import UploadError, UploadKind, inspect_upload
from indicators.models import Evidence, InstrumentFile
from indicators.models.evidence import evidence_storage
from indicators.refusals import ServiceError
from indicators.writing import readable_refusals


class EvidenceRefused(ServiceError):
    """The file or what is asked of it is refused; nothing was written and no file stays behind."""


def put_same_back(kept: Evidence | InstrumentFile, file: Any, name: str) -> None:
    """The bytes that ``kept`` had, in its place. Raises EvidenceRefused for any others or where they cannot be kept."""
    kind = inspected(file, name)
    if (kind.sha256, kind.size) != (kept.sha256, kept.size):
        raise EvidenceRefused(
            f"No es el mismo archivo: el que se guardó pesa {kept.size:,} bytes y su huella es {kept.sha256}. "
            "Busque el original."
        )
    try:
        put_back(evidence_storage(), str(kept.file.name), as_content(file))
    except NotKept as failed:
        raise EvidenceRefused(failed.message) from failed


def inspected(file: Any, name: str) -> UploadKind:
    """What the file is by its content; EvidenceRefused with the sentence for what is not accepted."""
    try:
        return inspect_upload(file, name)
    except UploadError as refused:
        raise EvidenceRefused(refused.message) from refused


def random_name(year: int, kind: UploadKind) -> str:
    """Nothing of what the person wrote: a random name in the year's folder."""
    return f"{year}/{secrets.token_hex(16)}.{kind.extension}"


@contextmanager
def stored(file: Any, name: str, model: type[Evidence] | type[InstrumentFile]) -> Iterator[None]:
    """A transaction that keeps the file as its last step, for a row of ``model``; see ``keeping_files``.

    Raises EvidenceRefused where the file cannot be kept, or where nobody knows whether it was.
    """
    rows = model._default_manager
    try:
        with (
            readable_refusals(),
            keeping_files(evidence_storage(), lambda name: rows.filter(file=name).exists()) as keeping,
        ):
            yield
            file.seek(0)
            keeping.save(name, as_content(file))
    except NotKept as failed:
        raise EvidenceRefused(failed.message) from failed


def as_content(file: Any) -> Any:
    return file if isinstance(file, File) else File(file)
