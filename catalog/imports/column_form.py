"""The answers of the page that says what each column of a file is, as a mapping."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.http import QueryDict

from catalog.layout.above import TOKENS
from catalog.layout.finding import Head
from catalog.layout.laying import sheet_name
from catalog.layout.mapping import Mapped, MappingError, SheetMapping, check
from catalog.layout.proposing import label_of
from catalog.layout.reading import Proposal, lacking, propose_for
from catalog.layout.synonyms import COMPOSITES
from catalog.workbook.cells import CellError
from catalog.workbook.columns import BY_FIELD
from core.spreadsheets import Grid
from core.spreadsheets.cells import text_cell

COLUMN, CONSTANT, SHEET, FIRST, LAST, STRAYS, SEEN = (
    "column-", "constant-", "sheet", "first_row", "last_row", "skip_strays", "head",
)  # fmt: skip


def answered(posted: QueryDict, grids: Sequence[Grid]) -> tuple[SheetMapping, Proposal]:
    """The mapping that the form says, and the proposal for its sheets and header.

    Where other sheets or another header were chosen than the page showed, its columns are proposed anew.
    """
    names = {sheet_name(grid, grids) for grid in grids}
    sheets = [name for name in posted.getlist(SHEET) if name in names]
    header = _rows(posted)
    proposal = propose_for(grids, sheets, header)
    constants = {}
    for name in BY_FIELD:
        if text := " ".join(posted.get(f"{CONSTANT}{name}", "").split()):
            constants[name] = text
    if proposal.head is None:
        return SheetMapping((), constants=constants), proposal
    mapping = replace(proposal.mapping, skips_strays=STRAYS in posted)
    if posted.get(SEEN) == proposal.head.fingerprint:
        mapping = replace(mapping, columns=_columns(posted, proposal.head), constants={})
    mapping = replace(mapping, constants={**mapping.constants, **constants})
    columns = replace(mapping, constants={}).given
    kept = {name: text for name, text in mapping.constants.items() if name not in columns}
    return replace(mapping, constants=kept), proposal


def _rows(posted: QueryDict) -> tuple[int, int] | None:
    first, last = posted.get(FIRST, ""), posted.get(LAST, "")
    if not (first.isdecimal() and 0 < len(first) < 8 and int(first)):
        return None
    end = int(last) if last.isdecimal() and 0 < len(last) < 8 else int(first)
    return int(first), min(max(int(first), end), int(first) + 9)


def _columns(posted: QueryDict, head: Head) -> tuple[Mapped, ...]:
    found = []
    for position, (name, key) in enumerate(zip(head.names, head.keys, strict=True)):
        target = posted.get(f"{COLUMN}{position}", "")
        if name and (target in BY_FIELD or target in COMPOSITES):
            found.append(Mapped(name, target, key[1]))
    return tuple(found)


def problem(mapping: SheetMapping) -> str:
    """What has to be put right before the file can be looked at like this, a sentence; "" where nothing."""
    try:
        check(mapping)
    except MappingError as error:
        return str(error)
    return constants_problem(mapping.constants)


def constants_problem(constants: Mapping[str, str]) -> str:
    """What is wrong with a value that every row would have, a sentence; "" where nothing is."""
    for name, text in constants.items():
        if text in TOKENS:
            continue
        try:
            BY_FIELD[name].parse(text_cell(text))
        except CellError as error:
            return f"{label_of(name)}: {error}."
    return ""


def what_lacks(mapping: SheetMapping) -> str:
    """The sentence for what is not said yet; "" where nothing lacks."""
    names = [label_of(name) for name in lacking(mapping)]
    return f"Falta decir de dónde sale: {', '.join(names)}." if names else ""
