"""What the workbook would do, doing it, and handing the rows back with what is wrong in them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import BinaryIO

from accounts.access import Access, Action
from core.spreadsheets.error_book import write_error_book
from indicators.models import State
from indicators.workbook.checking import Check, known
from indicators.workbook.parsing import SHEET, Parsed, RowError
from indicators.workbook.previews import HasErrors, Place, Preview
from indicators.workbook.writing import draft_pairs, migrate_pairs, submit_pairs
from indicators.writing import writes_figures

_WRITERS = {State.DRAFT: draft_pairs, State.SUBMITTED: submit_pairs, State.VALIDATED: migrate_pairs}


class Stale(Exception):
    """Nothing was written: what is recorded is no longer what the preview showed. ``preview`` is a fresh one."""

    def __init__(self, preview: Preview) -> None:
        super().__init__("Alguien guardó cifras después de la vista previa: revísela otra vez antes de confirmar.")
        self.preview = preview


def preview(
    *, access: Access, parsed: Parsed, now: datetime, record_as: State = State.SUBMITTED, place: Place | None = None
) -> Preview:
    """What the file would do; writes nothing. NotAllowed when another than planning asks for validated figures.

    With ``place`` only the rows of that department's month are accepted.
    """
    _require_migration(access, record_as)
    check = Check(access, parsed, record_as, now, known(parsed.rows, lock=False), place)
    return check.preview


@writes_figures
def apply(
    *,
    access: Access,
    parsed: Parsed,
    now: datetime,
    record_as: State = State.SUBMITTED,
    place: Place | None = None,
    previewed: str = "",
    take: Collection[int] = (),
) -> Preview:
    """Write the whole file or nothing: HasErrors says what is wrong. The number of queries does not grow by the row.

    The pairs become submitted; as DRAFT they wait for their sender, as VALIDATED (planning only, else NotAllowed) they
    are a migration with the file's SHA-256. With ``previewed``, the fingerprint of a preview, Stale is raised where
    the file would do anything else than it showed, and MonthNotOpen where the year is locked in this very moment.
    Of the rows that somebody overtook since the book was downloaded only those of ``take`` (row numbers) are written.
    """
    _require_migration(access, record_as)
    check = Check(access, parsed, record_as, now, known(parsed.rows, lock=True), place, take)
    if check.preview.errors:
        raise HasErrors(check.preview)
    if previewed and check.preview.fingerprint != previewed:
        raise Stale(check.preview)
    if check.recordings:
        _WRITERS[record_as](access=access, recordings=check.recordings, source=parsed.source, now=now)
    return check.preview


def _require_migration(access: Access, record_as: State) -> None:
    if record_as == State.VALIDATED:
        access.require(Action.MANAGE_CATALOG, "Solo Planeación importa cifras como validadas.")


def write_errors(parsed: Parsed, errors: Sequence[RowError], file: BinaryIO) -> None:
    """The person's own workbook with one more column, «Errores»: see ``core/spreadsheets/error_book.py``."""
    sentences: dict[int, list[str]] = {}
    for error in errors:
        said = f"{error.column}: {error.message}" if error.row else error.message
        sentences.setdefault(error.row, []).append(said)
    write_error_book(parsed.table, parsed.data, sentences, file, name=SHEET)
