"""What the files would do, doing it, and handing them back with what is wrong in them."""

import io
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from accounts.access import Access
from core.spreadsheets import Table
from core.spreadsheets.cells import EMPTY, Row
from core.spreadsheets.error_book import write_error_book
from indicators import workbook
from indicators.migrated.found import Read
from indicators.migrated.settling import Settled, settle
from indicators.models import State
from indicators.workbook import Preview, RowError
from indicators.writing import writes_figures

XLSX, ZIP = ".xlsx", ".zip"


def preview(*, access: Access, settled: Settled, now: datetime, record_as: State = State.VALIDATED) -> Preview:
    """What the files would do; writes nothing. NotAllowed where another than planning asks for validated figures."""
    return workbook.preview(access=access, parsed=settled.parsed, now=now, record_as=record_as)


@writes_figures
def apply(
    *, access: Access, read: Read, now: datetime, record_as: State = State.VALIDATED, previewed: str = ""
) -> Preview:
    """Write all of it or nothing, each figure with the SHA-256 of the file that it comes from.

    HasErrors says what is wrong; Stale that the files would do anything else than the preview with that fingerprint;
    MonthNotOpen where the year is locked in this very moment. Keys and frequencies are those of the catalogue now.
    """
    return workbook.apply(access=access, parsed=settle(read).parsed, now=now, record_as=record_as, previewed=previewed)


def write_errors(read: Read, errors: Iterable[RowError]) -> tuple[bytes, str]:
    """The person's own workbook with the column «Errores» in each sheet that has any; of several, a ZIP of them.

    The content and the ending of its name.
    """
    by_sheet: dict[int, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    chosen = next((sheet.number for sheet in read.sheets if sheet.layout is not None and sheet.chosen), 0)
    for error in errors:
        said = f"{error.column}: {error.message}" if error.row else error.message
        by_sheet[error.grid if error.row else chosen][error.row].append(said)
    books: dict[str, bytes] = {}
    for number, sentences in sorted(by_sheet.items()):
        if number >= len(read.grids):
            continue
        file = read.grids[number].file
        made = io.BytesIO()
        write_error_book(_table(read, number), books.get(file, read.files[file]), sentences, made, name="Capturas")
        books[file] = made.getvalue()
    if len(books) == 1:
        return next(iter(books.values())), XLSX
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, (file, data) in enumerate(books.items(), start=1):
            archive.writestr(f"{place:02d}-{file.rpartition('.')[0] or file}{XLSX}", data)
    return packed.getvalue(), ZIP


def _table(read: Read, number: int) -> Table:
    """A sheet as the table that books of errors are written from, each column under the name that sentences use."""
    grid, layout = read.grids[number], read.sheets[number].layout
    width = grid.width
    header = [layout.labels.get(at, "") if layout is not None else "" for at in range(width)]
    first = layout.body if layout is not None else 0
    rows = [Row(row.number, [*row.cells, *[EMPTY] * (width - len(row.cells))]) for row in grid.rows[first:]]
    header_row = layout.header_row if layout is not None else 1
    return Table([grid.sheet] if grid.sheet else [], grid.sheet, header_row, header, rows)
