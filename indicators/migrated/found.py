"""What was found in the files, and what is asked once for all of them."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from core.amounts import Style
from core.spreadsheets import Grid
from core.spreadsheets.decimals import DecimalQuestion
from indicators.migrated.heads import Side
from indicators.migrated.layouts import Layout
from indicators.workbook import RowError
from indicators.workbook.parsing import PairRow
from indicators.workbook.writing import Source


class OffMonths(StrEnum):
    """What becomes of the months of which a frequency does not ask, where they were kept all the same."""

    BY_MODE = "modo"
    LAST = "ultimo"
    SUM = "suma"


@dataclass(frozen=True, slots=True)
class Answers:
    """What was asked and answered once for all the files; None or False where nobody has answered.

    ``no_data``: «N/A», «s/d» and «-» mean that nothing is captured. ``sheets``: the numbers of those to be read, None
    for all that hold captures. ``first``: the side of the first of two rows, or of two sheets, where nothing says it.
    ``leave_outside``: figures of months before an indicator's beginning, or after its end, are left out.
    """

    decimal: Style | None = None
    no_data: bool = False
    off_months: OffMonths | None = None
    sheets: frozenset[int] | None = None
    first: Side | None = None
    leave_outside: bool = False


UNANSWERED = Answers()


@dataclass(frozen=True, slots=True)
class SidesAsked:
    """Where nothing says which rows are numerators. ``sheets``: the first and the second of two; () for pairs of rows.

    ``proposed``: what is taken until somebody says otherwise; None: it has to be said.
    """

    sheets: tuple[str, ...] = ()
    example: tuple[str, ...] = ()
    proposed: Side | None = None


@dataclass(frozen=True, slots=True)
class GlobalSaid:
    """The global of a programme as a file has it, in percent. ``key`` is a programme's or an indicator's."""

    key: str
    text: str
    number: Decimal
    decimals: int


@dataclass(slots=True)
class SheetRead:
    """What became of one sheet: its ``layout`` where it holds captures, and why it is not read otherwise."""

    number: int
    file: str
    sheet: str
    layout: Layout | None = None
    why_not: str = ""
    chosen: bool = True
    rows: int = 0

    @property
    def name(self) -> str:
        return self.sheet or self.file


@dataclass(slots=True)
class Read:
    """What the files say. ``rows`` are pairs with the key as it is written, ``official`` their official keys by place.

    ``errors`` are those of cells; ``decimal_question`` and ``no_data`` (places where a mark stands for a figure) are
    asked once. ``grids`` and ``files`` are what was brought, for the books of errors.
    """

    source: Source
    year: int | None
    answers: Answers
    rows: list[PairRow] = field(default_factory=list)
    official: dict[int, str] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    sheets: list[SheetRead] = field(default_factory=list)
    decimal_question: DecimalQuestion | None = None
    no_data: list[str] = field(default_factory=list)
    sides: "SidesAsked | None" = None
    globals: list[GlobalSaid] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict, repr=False)
    sources: dict[str, Source] = field(default_factory=dict)

    def shown_at(self, error: RowError) -> str:
        """What the person sees in the cell of an error; empty where there is no such cell."""
        if not error.row or error.grid >= len(self.sheets):
            return ""
        layout = self.sheets[error.grid].layout
        at = next((at for at, name in layout.labels.items() if name == error.column), None) if layout else None
        if at is None:
            return ""
        row = next((row for row in self.grids[error.grid].rows if row.number == error.row), None)
        return row.cells[at].shown if row is not None and at < len(row.cells) else ""
