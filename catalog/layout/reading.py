"""Reading a file whose layout is its own, as a mapping says; what comes out is a catalogue file like any other."""

import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from catalog.layout.above import BETWEEN, INDICATOR, SHEET, said_above
from catalog.layout.finding import Head, head_at, is_numbering, likely_head
from catalog.layout.laying import Laid, lay, sheet_name
from catalog.layout.left_out import told_left_out
from catalog.layout.mapping import Mapped, SheetMapping
from catalog.layout.proposing import Sampled, propose, sampled
from catalog.workbook.catalog_file import CatalogFile, Recode, Source, parsed_table
from catalog.workbook.columns import COLUMNS
from core.amounts import Style
from core.spreadsheets import Grid, SpreadsheetError, read_grids
from core.spreadsheets.cells import EMPTY
from core.uploads import MAX_NAME
from core.without_gc import collector_at_rest


@dataclass(frozen=True, slots=True)
class LaidFile:
    """A file that was read by a mapping: the catalogue file, and where each of its rows stands."""

    read: CatalogFile
    laid: Laid


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a file seems to be: its sheets, the header of the best of them, and what each column probably is.

    ``alike``: the names of the sheets that have that header and are read together. ``head`` None: nothing has content.
    ``sheet``: the one whose header it is. ``columns``: as they were looked at, in the order of ``head``; ``targets``:
    what each is, "" where it is not known. ``said``: by field, what stands above the header and holds for all rows.
    """

    alike: tuple[str, ...]
    head: Head | None
    columns: tuple[Sampled, ...] = ()
    targets: tuple[str, ...] = ()
    sheet: str = ""
    said: Mapping[str, str] = field(default_factory=dict)

    @property
    def mapping(self) -> SheetMapping:
        """The answers that are proposed."""
        if self.head is None:
            return SheetMapping(())
        pairs = zip(self.head.names, self.head.keys, self.targets, strict=True)
        return SheetMapping(
            tuple(Mapped(name, target, key[1]) for name, key, target in pairs if target),
            self.alike,
            (self.head.first_row, self.head.last_row),
            {name: value for name, value in self.said.items() if name not in self.targets},
            skips_strays=True,
        )


def propose_for(grids: Sequence[Grid], sheets: Sequence[str] = (), header: tuple[int, int] | None = None) -> Proposal:
    """The proposal for these files; of the ``sheets`` and the rows of the ``header``, where a person chose them."""
    named = {sheet_name(grid, grids): grid for grid in grids}
    open_grids = {name: grid for name, grid in named.items() if grid.rows and not grid.refused}
    chosen = [name for name in sheets if name in open_grids]
    among = chosen or [name for name, grid in open_grids.items() if grid.visible] or list(open_grids)
    heads = {name: head for name in among if (head := likely_head(open_grids[name])) is not None}
    if not heads:
        return Proposal((), None)
    best = max(heads, key=lambda name: (heads[name].recognised, len(open_grids[name].rows)))
    head = heads[best]
    if header is not None and (head.first_row, head.last_row) != header:
        best, head = _as_chosen(open_grids, among, header) or (best, head)
    alike = chosen or [name for name, other in heads.items() if name == best or other.fingerprint == head.fingerprint]
    own = {name: other for name, other in heads.items() if other.fingerprint == head.fingerprint}
    places = [(open_grids[name], own.get(name, head)) for name in alike]
    columns = columns_of(places, head)
    proposal = Proposal(tuple(alike), head, columns, tuple(propose(columns)), best, said_above(places))
    proposal = replace(proposal, said={**_of_indicators(proposal), **proposal.said})
    return replace(proposal, said={**_titles(grids, proposal), **_named(proposal), **proposal.said})


def _of_indicators(proposal: Proposal) -> dict[str, str]:
    """A file of indicators without actions: each is an action of its own."""
    return {"action": INDICATOR} if "indicator" in proposal.targets and "action" not in proposal.targets else {}


def _titles(grids: Sequence[Grid], proposal: Proposal) -> dict[str, str]:
    """What lacks and titles between the rows say: «EJE 2: SEGURIDAD»."""
    lack = lacking(proposal.mapping)
    if not lack or not proposal.mapping.columns:
        return {}
    try:
        titles = lay(grids, proposal.mapping).titles
    except SpreadsheetError:
        return {}
    return {name: BETWEEN for name in titles if name in lack}


def _named(proposal: Proposal) -> dict[str, str]:
    """Several sheets of which none says its department are called by it."""
    if len(proposal.alike) > 1 and "department" in lacking(proposal.mapping):
        return {"department": SHEET}
    return {}


def _as_chosen(grids: dict[str, Grid], among: Sequence[str], header: tuple[int, int]) -> tuple[str, Head] | None:
    """The header in the rows that a person chose, of the sheet in which most of it is known; None where none is."""
    found = [(name, head) for name in among if (head := head_at(grids[name], *header)) is not None]
    return max(found, key=lambda one: one[1].recognised) if found else None


def columns_of(grids: Sequence[tuple[Grid, Head]], head: Head) -> tuple[Sampled, ...]:
    """The columns of the header, each with some of the cells below it; each sheet with its own header."""
    rows = [row for grid, own in grids for row in grid.rows if row.number > own.last_row and not is_numbering(row)]
    found = []
    for position, (text, over) in enumerate(zip(head.headers, head.above, strict=True)):
        cells = (row.cells[position] if position < len(row.cells) else EMPTY for row in rows)
        found.append(sampled(text, cells, over))
    return tuple(found)


def read_laid(
    files: Sequence[tuple[str, bytes]],
    mapping: SheetMapping,
    *,
    name: str = "",
    fill_down: bool = False,
    decimal: Style | None = None,
    recode: Recode | None = None,
    grids: Sequence[Grid] | None = None,
) -> LaidFile:
    """Read the files (name and content) as the mapping says. Raises SpreadsheetError for what cannot be read so.

    ``grids``: those of the files, where they were read already.
    ``name``: what the import is called; that of its file where there is one.
    """
    files = told_apart(files)
    with collector_at_rest():
        grids = grids or read_grids([(file_name, io.BytesIO(data)) for file_name, data in files])
        laid = lay(grids, mapping)
        parsed = parsed_table(laid.table, fill_down=fill_down, decimal=decimal, recode=recode)
        own = {part.head.fingerprint for part in laid.parts}
        left_out = told_left_out(grids, {part.name for part in laid.parts}, own)
        parsed.parsed.notes.extend(
            [*left_out, *laid.notes, *(f"La columna «{header}» no se lee" for header in laid.unread)]
        )
    data = files[0][1] if len(files) == 1 else bundle(files)
    name = name or (files[0][0] if len(files) == 1 else bundle_name([one for one, _ in files]))
    source = Source(
        name,
        data,
        hashlib.sha256(data).hexdigest(),
        laid.table.sheet,
        fill_down,
        decimal,
        mapping.as_json(),
        bundled=len(files) > 1,
    )
    read = CatalogFile(name, source.sha256, parsed.parsed, parsed.fields, laid.table, source)
    return LaidFile(read, laid)


def bundle_name(names: Sequence[str]) -> str:
    """What several files are called together, in at most 120 letters: «2 archivos: A.xlsx y B.xlsx»."""
    count = f"{len(names)} archivos"
    for shown in range(len(names), 0, -1):
        *first, last = names[:shown] if shown == len(names) else [*names[:shown], f"{len(names) - shown} más"]
        told = f"{count}: {', '.join(first)} y {last}"
        if len(told) <= MAX_NAME:
            return told
    return count


def told_apart(files: Sequence[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """The files with a number behind a name that another has, too: «poa.xlsx», «poa (2).xlsx»."""
    taken: set[str] = set()
    found = []
    for name, data in files:
        stem, dot, ending = name.rpartition(".")
        own, number = name, 1
        while own.casefold() in taken:
            number += 1
            own = f"{stem} ({number}).{ending}" if dot else f"{name} ({number})"
        taken.add(own.casefold())
        found.append((own, data))
    return found


def bundle(files: Sequence[tuple[str, bytes]]) -> bytes:
    """Several files as one, the same for the same files: a ZIP."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for number, (name, data) in enumerate(files, start=1):
            info = zipfile.ZipInfo(f"{number:02d} {name}", (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(info, data)
    return buffer.getvalue()


def unbundled(data: bytes) -> list[tuple[str, bytes]]:
    """The files of a ``bundle``, with their names."""
    with zipfile.ZipFile(io.BytesIO(data)) as made:
        return [(info.filename[3:], made.read(info)) for info in made.infolist()]


def files_of(source: Source) -> list[tuple[str, bytes]]:
    """The files that an import by a mapping was made of."""
    if source.bundled:
        return unbundled(source.data)
    return [(source.name, source.data)]


_TOLD_BY_NAME = {"program_code": "program", "action_code": "action"}


def required_fields() -> frozenset[str]:
    """Our fields that a catalogue has to say."""
    return frozenset(column.field for column in COLUMNS if column.required)


def lacking(mapping: SheetMapping) -> list[str]:
    """The required fields of which the mapping does not say where they come from, in our order.

    Where a file has no keys, codes are proposed for the names of its programmes and actions.
    """
    given = mapping.given | mapping.may_give
    given |= {code for code, name in _TOLD_BY_NAME.items() if name in given}
    return [column.field for column in COLUMNS if column.required and column.field not in given]
